"""The prognoses of a day in the form that is kept: of a municipality and its budget lines, year by year.

The same when it is made from a running book as when the past is replayed: figures and their as-of date
decide.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from schemas.kept import Kept, Level
from streams.figures.rollup import Figures
from streams.prognosis.cell import Cell
from streams.prognosis.cross import NOTHING, Checks
from streams.prognosis.forecast import Habits, forecast, foretold
from streams.prognosis.outlook import years
from streams.prognosis.split import Split

BY: Final[dict[Level, tuple[str, ...]]] = {
    "municipality": ("municipality",),
    "budget_line": ("municipality", "budget_line"),
}


def prognoses(parts: Sequence[Figures], habits: Habits) -> Iterator[Kept]:
    """Of this year and the next, until the end of March also of the year before, as of the parts' date.

    `parts` are the municipality's own figures, and then those of the municipalities it followed up;
    new `habits` give the same as those of a running book. Without care, declared or to come, a cell has no
    prognosis.
    """
    municipality, day = parts[0].municipality, parts[0].reference.as_of
    for year in foretold(day):
        split = Split(parts, year, forecast(parts, years(year - 1, year), habits))
        for level, by in BY.items():
            checks = split.checks(by)
            for label, cell in split.cells(by).items():
                if cell.care or cell.declared:
                    line = label[1] if len(label) > 1 else None
                    name = None if line is None else str(line)
                    place = municipality, level, name, day, year
                    yield _kept(place, cell, checks.get(label, NOTHING))


def _kept(place: tuple[str, Level, str | None, date, int], cell: Cell, checks: Checks) -> Kept:
    municipality, level, line, day, year = place
    row = {**cell.row(), **checks.row(cell)}
    return Kept(
        municipality=municipality,
        level=level,
        budget_line=line,
        as_of=day,
        year=year,
        spread=round(cell.spread, 6),
        windows=cell.windows,
        **{name: row[name] for name in Kept.model_fields if name in row},
    )
