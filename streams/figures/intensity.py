"""Intensity: units and cents per client per care month, in rolling windows, against a year before.

Windows are plain sums over care months and end at the last month that is over. Units per client-month
are those of the unit with most volume (hours count as minutes; euros, 83, only where there is no other
unit); a year before the same unit is taken.
"""

from collections.abc import Sequence
from typing import Final

from streams.figures.cells import UNITS
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import KEYS, Figures, sortable
from streams.figures.rounding import ratio
from streams.figures.spans import Span, latest, to_date, years_of
from streams.figures.use import Use, by_month, use_over

WINDOWED: Final = frozenset(KEYS) - {"year", "care_month", "referrer"}
"""Keys of figures over a window of months: not the months themselves, nor what only parts know."""


def windows(question: Question) -> dict[str, Span]:
    """The windows by name."""
    return {
        "months_3": latest(3, question.as_of, question.year),
        "months_12": latest(12, question.as_of, question.year),
        "year_to_date": to_date(question.as_of, question.year),
    }


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """A row per combination of keys and window in which, or a year before which, care was declared."""
    spans = windows(question)
    found = by_month(figures, question.by, years_of(spans.values()))
    rows = []
    for values in sorted(found, key=sortable):
        keys = dict(zip(question.by, values, strict=True))
        for name, span in spans.items():
            now, before = use_over(found[values], span), use_over(found[values], span.before)
            if now or before:
                window = {"window": name, "first_month": span.first, "last_month": span.last}
                rows.append({**keys, **window, **_measures(now, before)})
    return rows


def _measures(now: Use, before: Use) -> Row:
    unit = now.unit or before.unit
    present, past = _per_client_month(now, unit), _per_client_month(before, unit)
    return {
        "declared_cents": now.cents,
        "client_months": now.client_months,
        **{f"units_{code}": now.units.get(code, 0) for code in UNITS},
        "unit": unit,
        **present,
        "before_declared_cents": before.cents,
        "before_client_months": before.client_months,
        "before_units": before.units.get(unit or "", 0),
        **{f"before_{name}": value for name, value in past.items()},
        "units_ratio": _against(now, before, _units(now, unit), _units(before, unit)),
        "cents_ratio": _against(now, before, now.cents, before.cents),
    }


def _units(use: Use, unit: str | None) -> int:
    return use.units.get(unit or "", 0)


def _per_client_month(use: Use, unit: str | None) -> Row:
    return {
        "units_per_client_month": ratio(_units(use, unit), use.client_months),
        "cents_per_client_month": ratio(use.cents, use.client_months),
    }


def _against(now: Use, before: Use, amount: int, earlier: int) -> float | None:
    """An amount per client-month over that of a year before; None without client-months in both."""
    if not (now.client_months and before.client_months):
        return None
    return ratio(amount * before.client_months, earlier * now.client_months)


INTENSITY: Final = Kept(
    compute, WINDOWED, "eenheden en euro's per jeugdige per zorgmaand, naast een jaar eerder"
)
