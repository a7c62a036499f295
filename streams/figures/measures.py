"""Measures: what each was meant to save, and an indication of what it did.

The saving meant for a year is spread in equal parts over its months from the one in which the measure
starts: twelfths for one that starts in January or earlier. Realised is told over the same months, as
far as they are over, against the same months a year before, for the measure's products (none named:
all):

    realised   (cents per client-month before - now) * client-months now     what care became cheaper
    fewer      (client-months before - now) * cents per client-month before  what there was less of

Together they are the drop of what was declared, so either can be read as the effect of a measure that
aims at it. Both are indications: tariffs, months that are not yet declared completely and all else
that changed are in them too.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from schemas.reference.rows import Measure
from streams.figures.areas import AREAS, by_area
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures, Tally, Value
from streams.figures.rounding import half_up, ratio
from streams.figures.spans import Span, over, years_of
from streams.figures.use import Use, by_month, use_over


@dataclass
class _Plan:
    """A measure of an area: the area's figures, and its rows, each with the figures that it came with."""

    parts: Sequence[Figures]
    rows: list[tuple[Measure, Figures]] = field(default_factory=list)

    @property
    def starts_on(self) -> date:
        return min(row.starts_on for row, _ in self.rows)

    def covers(self, part: Figures, product: Value) -> bool:
        """Whether the measure is about a product of a part.

        A municipality's own measure is also about care under the codes of those it follows up.
        """
        return any(
            (holder is part or row.municipality == part.municipality)
            and (not row.codes or product in row.codes)
            for row, holder in self.rows
        )


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """A row per area and measure that has a saving in the year."""
    return [
        {**area, "measure": name, "year": question.year, **_row(plan, question)}
        for area, parts in by_area(figures, question.by)
        for name, plan in _plans(parts, question.year)
    ]


def _plans(parts: Sequence[Figures], year: int) -> list[tuple[str, _Plan]]:
    found: dict[str, _Plan] = {}
    for part in parts:
        for row in part.reference.measures(year):
            found.setdefault(row.measure, _Plan(parts)).rows.append((row, part))
    return sorted(found.items())


def _row(plan: _Plan, question: Question) -> Row:
    span = _span(plan.starts_on, question)
    now, before = (_use(plan, each) for each in (span, span.before))
    drop = before.cents - now.cents
    cheaper = _cheaper(now, before)
    return {
        "starts_on": plan.starts_on.isoformat(),
        "first_month": span.first,
        "last_month": span.last,
        "intended_cents": sum(row.saving_cents for row, _ in plan.rows),
        "intended_to_date_cents": sum(_to_date(row, question) for row, _ in plan.rows),
        "realised_cents": cheaper,
        "fewer_cents": None if cheaper is None else drop - cheaper,
        "drop_cents": drop,
        "declared_cents": now.cents,
        "before_declared_cents": before.cents,
        "client_months": now.client_months,
        "before_client_months": before.client_months,
        "cents_per_client_month": ratio(now.cents, now.client_months),
        "before_cents_per_client_month": ratio(before.cents, before.client_months),
    }


def _span(starts_on: date, question: Question) -> Span:
    """The months of the year that are over, from the one in which a measure starts."""
    year = f"{question.year:04}"
    first = max(f"{year}-01", starts_on.isoformat()[:7])
    return Span(first, min(f"{year}-12", over(question.as_of)))


def _to_date(row: Measure, question: Question) -> int:
    span = _span(row.starts_on, question)
    first = int(span.first[5:]) if span.first[:4] == f"{question.year:04}" else 13
    last = int(span.last[5:]) if span.last[:4] == f"{question.year:04}" else 0
    months = max(0, last - first + 1)
    return half_up(Fraction(row.saving_cents * months, 13 - first)) if months else 0


def _use(plan: _Plan, span: Span) -> Use:
    """The use of a measure's products; a client of two of them is one client."""
    months: dict[str, Tally] = defaultdict(Tally)
    years = years_of([span])
    for part in plan.parts:
        for (product,), found in by_month([part], ("product",), years).items():
            if plan.covers(part, product):
                for month, tally in found.items():
                    months[month].merge(tally)
    return use_over(months, span)


def _cheaper(now: Use, before: Use) -> int | None:
    """What the client-months of now cost less than at the price of before; None without both."""
    if not (now.client_months and before.client_months):
        return None
    return half_up(Fraction(before.cents * now.client_months, before.client_months) - now.cents)


MEASURES: Final = Kept(compute, AREAS, "maatregelen: beoogde en (indicatief) behaalde besparing")
