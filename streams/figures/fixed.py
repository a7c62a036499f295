"""Fixed costs (vaste kosten): what budget lines pay without any declaration, by kind and month.

Task based care, personal budgets (pgb) and other costs. An amount of a year is spread over twelve
months whose cents differ by one at most.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from streams.figures.areas import AREAS, by_area
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures, first_of


class Charge(NamedTuple):
    """Where a fixed cost falls; `kind` is taakgericht, pgb or overig."""

    budget_line: str
    kind: str
    month: str


def charges(figures: Iterable[Figures], year: int) -> dict[Charge, int]:
    """The fixed costs of a calendar year in cents, in order."""
    found: dict[Charge, int] = defaultdict(int)
    for each in figures:
        for row in each.reference.fixed_rows:
            for month, cents in row.by_month.items():
                if month.startswith(f"{year:04}-") and each.reference.holds(first_of(month)):
                    found[Charge(row.budget_line, row.kind, month)] += cents
    return dict(sorted(found.items()))


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """A row per area, budget line, kind and month of the year that has a fixed cost."""
    return [
        {
            **area,
            "budget_line": charge.budget_line,
            "kind": charge.kind,
            "care_month": charge.month,
            "fixed_cents": cents,
        }
        for area, parts in by_area(figures, question.by)
        for charge, cents in charges(parts, question.year).items()
    ]


FIXED: Final = Kept(compute, AREAS, "vaste kosten per begrotingspost, soort en maand")
