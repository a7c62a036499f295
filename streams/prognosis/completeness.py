"""Completeness: which share of a care month's final amount has been declared by now.

Learnt from how fast earlier care months were declared (`curves`), all municipalities of an area
together. Inside a month what counts is not its days, but how much of its declarations is usually in by now
of the providers who have declared (`rhythm`), weighed by what they declare. Months that are still to come
have no share yet.
"""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from streams.figures.areas import AREAS, by_area
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures
from streams.figures.rounding import half_up
from streams.figures.spans import Span, month_number, moved
from streams.prognosis.billing import AGES
from streams.prognosis.curves import FIRST_DECLARED, at, curve
from streams.prognosis.forecast import Now, now_of
from streams.prognosis.rhythm import MONTHS, billed, rhythm


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """A row per area and care month of the year and the year before."""
    return [
        {**area, **row}
        for area, parts in by_area(figures, question.by)
        for row in _rows(parts, question)
    ]


def _rows(parts: Sequence[Figures], question: Question) -> list[Row]:
    triangle: dict[tuple[int, int], int] = defaultdict(int)
    declared: dict[str, int] = defaultdict(int)
    for part in parts:
        for key, cell in part.cells.items():
            declared[key.care_month] += cell.declared
            for arrived, cents in cell.arrived.items():
                triangle[month_number(key.care_month), month_number(arrived)] += cents
    now = now_of(question.as_of)
    known = {place: cents for place, cents in triangle.items() if cents}
    shares = curve(known, now.closed, AGES, FIRST_DECLARED)
    sent = _sent(parts, now)
    year = Span(f"{question.year - 1:04}-01", f"{question.year:04}-12")
    rows = []
    for month in (moved(year.first, count) for count in range(24)):
        share = round(at(shares, now.closed - month_number(month) + sent), 6)
        rows.append(_row(month, declared[month], share))
    return rows


def _sent(parts: Sequence[Figures], now: Now) -> float:
    """The share of this month's declarations that is in, 0 to 1; that of its days before any history."""
    usual: dict[str, float] = defaultdict(float)
    for month in range(now.closed - MONTHS + 1, now.closed + 1):
        for provider, cents in billed(parts, month).items():
            usual[provider] += cents.sum()
    weights = {provider: cents for provider, cents in sorted(usual.items()) if cents > 0}
    if not weights:
        return now.passed
    learnt = rhythm(parts, now.closed)
    sent = learnt.sent(weights, now.day, learnt.heard(parts, now.month))
    return float(np.average(sent, weights=list(weights.values())))


def _row(month: str, declared: int, share: float) -> Row:
    return {
        "care_month": month,
        "declared_cents": declared,
        "declared_share": share,
        "expected_cents": half_up(declared / Fraction(str(share))) if share else None,
    }


COMPLETENESS: Final = Kept(
    compute, AREAS, "welk deel van elke zorgmaand naar verwachting al is gedeclareerd"
)
