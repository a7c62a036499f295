"""A cumulative triangle: per origin (row) what was known at each age (column).

A cell is an amount or None: not yet known, or never recorded. A zero is an amount. Rows may be of any
length and may have gaps; a row's latest amount is the last one it has. Nothing here knows a method.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.errors import BudgetwachtError

SMALLEST: Final = 1e-12
"""What is nearer to zero is the remainder of a subtraction, not an amount."""

LARGEST: Final = 2.0**53
"""Up to here a floating-point number holds every whole amount."""

Row = Sequence[float | None]


class NotSuited(BudgetwachtError):
    """The triangle breaks an assumption of the method asked for; the text says where and what else to do."""


@dataclass(frozen=True, slots=True)
class Triangle:
    """Cumulative amounts by origin and age. `cells[i][k]` belongs to `origins[i]` at `ages[k]`.

    Every row has an amount and as many cells as there are ages; the last age is known for some row, so
    what lies beyond it is a tail. Make one with `triangle`, which sees to both.
    """

    origins: tuple[str, ...]
    ages: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]

    @property
    def lasts(self) -> tuple[int, ...]:
        """The column of every row's latest amount."""
        return tuple(max(k for k, cell in enumerate(row) if cell is not None) for row in self.cells)

    @property
    def latest(self) -> tuple[float, ...]:
        """Every row's latest amount."""
        return tuple(next(c for c in reversed(row) if c is not None) for row in self.cells)

    def pairs(self, column: int) -> Iterator[tuple[float, float]]:
        """The amounts at an age and at the next, of the rows that know both."""
        for row in self.cells:
            here, there = row[column], row[column + 1]
            if here is not None and there is not None:
                yield here, there

    def step(self, column: int) -> str:
        """The development from an age to the next, for an error text."""
        return f"leeftijd {self.ages[column]} tot {self.ages[column + 1]}"


def triangle(origins: Sequence[str], ages: Sequence[str], rows: Sequence[Row]) -> Triangle:
    """A triangle of rows that may stop early. Ages that no row has reached are left out.

    Raises `NotSuited` when there is no row, a row has no amount or too many, a name stands twice, or an
    amount is not `reckonable`.
    """
    if not rows or len(origins) != len(rows):
        raise NotSuited(f"{len(origins)} perioden voor {len(rows)} rijen van een driehoek")
    for names, kind in ((origins, "periode"), (ages, "leeftijd")):
        if twice := [name for place, name in enumerate(names) if name in names[:place]]:
            raise NotSuited(f"{kind} {twice[0]} staat er twee keer")
    for origin, row in zip(origins, rows, strict=True):
        _check(origin, row, len(ages))
    width = 1 + max(k for row in rows for k, cell in enumerate(row) if cell is not None)
    cells = tuple((*row[:width], *[None] * (width - len(row))) for row in rows)
    return Triangle(tuple(origins), tuple(ages[:width]), cells)


def _check(origin: str, row: Row, ages: int) -> None:
    if len(row) > ages:
        raise NotSuited(f"periode {origin} heeft {len(row)} bedragen voor {ages} leeftijden")
    known = [cell for cell in row if cell is not None]
    if not known:
        raise NotSuited(f"periode {origin} heeft geen bedrag")
    if not all(map(reckonable, known)):
        raise NotSuited(
            f"periode {origin} heeft een bedrag dat te groot, te klein of niet eindig is"
        )


def reckonable(amount: float) -> bool:
    """Whether an amount is zero or of a size whose squares and ratios stay within floating point."""
    return amount == 0 or SMALLEST <= abs(amount) <= LARGEST
