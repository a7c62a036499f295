"""One prognosis of one cell, and several together: amounts, bounds, limits, and the columns they make.

Bounds of several municipalities are the sum of theirs, as in a region: they share providers, tariffs and a
purchasing office, so that what makes one wrong mostly makes the others wrong the same way.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streams.figures.exact import Exact
from streams.prognosis.expecting import TERMS
from streams.prognosis.interval import crossing, overrun_probability

Row = dict[str, Any]


def declared_share(done: int, due: int) -> float | None:
    """The share of the cents that are due for months that are over that is declared, 0 to 1.

    None when nothing is due, as for a year that has not begun.
    """
    return round(min(1.0, max(0.0, done / due)), 6) if due > 0 else None


@dataclass(frozen=True)
class Cell:
    """A prognosis: cents of care (`declared` and the `terms` still to come) and, apart, fixed costs.

    `by_month` is care and fixed costs by (absolute) month; `done` and `due` what is declared of the months
    that are over and what these are expected to cost; `limits` what may be spent, by whose limit it is, so
    that a ceiling of a region counts once. `ends` are the bounds of care: 80 low, high, 95 low, high; `spread`
    is that of the logarithm of care and `beside` together, which is what a client more or less may cost.
    """

    declared: int
    committed: Exact
    terms: Mapping[str, int]
    fixed: int
    by_month: Mapping[int, int]
    done: int
    due: int
    limits: Mapping[tuple[str, ...], int]
    spread: float
    windows: int
    ends: tuple[int, int, int, int]
    beside: int = 0

    @property
    def care(self) -> int:
        """What care is expected to cost, in cents."""
        return self.declared + sum(self.terms.values())

    @property
    def prognosis(self) -> int:
        """What the year is expected to cost, in cents."""
        return self.care + self.fixed

    @property
    def budget(self) -> int | None:
        """What may be spent, in cents; None without a limit."""
        return sum(self.limits.values()) if self.limits else None

    def row(self) -> Row:
        """The columns of the command line."""
        low80, high80, low95, high95 = (end + self.fixed for end in self.ends)
        chance, crossed = None, None
        if self.budget is not None:
            room = self.budget - self.fixed + self.beside
            chance = overrun_probability(self.care + self.beside, self.spread, self.windows, room)
            crossed = crossing(self.by_month, self.budget)
        return {
            "declared_cents": self.declared,
            "fixed_cents": self.fixed,
            "committed_cents": self.committed.cents(),
            "prognosis_cents": self.prognosis,
            "lower80_cents": low80,
            "upper80_cents": high80,
            "lower95_cents": low95,
            "upper95_cents": high95,
            "budget_cents": self.budget,
            "overrun_probability": chance,
            "crossing_date": crossed.isoformat() if crossed else None,
            "completeness": declared_share(self.done, self.due),
        }


def together(cells: Sequence[Cell]) -> Cell:
    """One cell of several municipalities; a single one is itself."""
    if len(cells) == 1:
        return cells[0]
    committed, by_month = Exact(), defaultdict[int, int](int)
    for cell in cells:
        committed.merge(cell.committed)
        for month, cents in cell.by_month.items():
            by_month[month] += cents
    sizes = [abs(cell.care) + cell.beside for cell in cells]
    spread = sum(cell.spread * size for cell, size in zip(cells, sizes, strict=True))
    ends = [sum(each) for each in zip(*(cell.ends for cell in cells), strict=True)]
    return Cell(
        declared=sum(cell.declared for cell in cells),
        committed=committed,
        terms={name: sum(cell.terms[name] for cell in cells) for name in TERMS},
        fixed=sum(cell.fixed for cell in cells),
        by_month=by_month,
        done=sum(cell.done for cell in cells),
        due=sum(cell.due for cell in cells),
        limits={key: cents for cell in cells for key, cents in cell.limits.items()},
        spread=spread / sum(sizes) if any(sizes) else max(cell.spread for cell in cells),
        windows=min(cell.windows for cell in cells),
        ends=(ends[0], ends[1], ends[2], ends[3]),
        beside=sum(cell.beside for cell in cells),
    )
