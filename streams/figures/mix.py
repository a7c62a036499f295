"""Mix: how money, clients and client-months lie over segments, profiles and intensity classes.

Of the months of the year that are over, beside the same months a year before. `shift_cents` is what
the change of mix costs: for category i with share s_i of the N client-months and c_i cents per
client-month, N_now * (s_i,now - s_i,before) * (c_i,before - c_before), where c_before is the mean of
all. That is the mix term of price, volume and mix (field/prognosis.md section 4), centred, so that it
says of one category whether its shift is dear or cheap; the sum over categories is the whole effect.
A category that is new has no price of a year before: its present one stands in, and all of its effect
is mix.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from streams.figures.intensity import WINDOWED
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures, Value, sortable
from streams.figures.rounding import parted, ratio
from streams.figures.spans import to_date, years_of
from streams.figures.use import Months, Use, by_month, use_over

DIMENSIONS: Final = ("segment", "profile", "intensity")

Period = Mapping[Value, Use]
"""The use of each category in a period."""


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """A row per combination of keys, dimension and category (`value`, None without one)."""
    span = to_date(question.as_of, question.year)
    years = years_of([span])
    wholes = by_month(figures, question.by, years)
    found: dict[tuple[Value, ...], dict[str, dict[Value, Months]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for dimension in DIMENSIONS:
        for (*place, value), months in by_month(figures, (*question.by, dimension), years).items():
            found[tuple(place)][dimension][value] = months
    rows = []
    for values in sorted(found, key=sortable):
        whole = use_over(wholes[values], span), use_over(wholes[values], span.before)
        for dimension, categories in found[values].items():
            ordered = sorted(categories, key=lambda value: sortable((value,)))
            now = {value: use_over(categories[value], span) for value in ordered}
            before = {value: use_over(categories[value], span.before) for value in ordered}
            keys = dict(zip(question.by, values, strict=True))
            rows += [{**keys, "dimension": dimension, **row} for row in _rows(now, before, whole)]
    return rows


def shifts(now: Period, before: Period) -> dict[Value, int] | None:
    """What the shift of each category costs, in cents that add up; None without a period to compare."""
    months = sum(use.client_months for use in now.values())
    earlier = sum(use.client_months for use in before.values())
    if not (months and earlier):
        return None
    mean = Fraction(sum(use.cents for use in before.values()), earlier)
    exact = []
    for value, use in now.items():
        past = before[value]
        priced = past if past.client_months else use
        price = Fraction(priced.cents, priced.client_months) if priced.client_months else mean
        change = Fraction(use.client_months, months) - Fraction(past.client_months, earlier)
        exact.append(months * change * (price - mean))
    return dict(zip(now, parted(exact), strict=True))


def _rows(now: Period, before: Period, whole: tuple[Use, Use]) -> list[Row]:
    shifted = shifts(now, before)
    present, past = _shares(now, whole[0]), _shares(before, whole[1])
    return [
        {
            "value": value,
            **present[value],
            **{f"before_{name}": share for name, share in past[value].items()},
            "shift_cents": shifted[value] if shifted else None,
        }
        for value in now
        if now[value] or before[value]
    ]


def _shares(period: Period, whole: Use) -> dict[Value, Row]:
    """Shares of money and client-months of all categories; of clients, of those there are in all."""
    client_months = sum(use.client_months for use in period.values())
    return {
        value: {
            "declared_cents": use.cents,
            "declared_share": ratio(use.cents, whole.cents),
            "clients": use.clients,
            "clients_share": ratio(use.clients, whole.clients),
            "client_months": use.client_months,
            "client_months_share": ratio(use.client_months, client_months),
            "cents_per_client_month": ratio(use.cents, use.client_months),
        }
        for value, use in period.items()
    }


MIX: Final = Kept(
    compute,
    WINDOWED,
    "verdeling over segmenten, profielen en intensiteiten, en wat verschuiven kost",
)
