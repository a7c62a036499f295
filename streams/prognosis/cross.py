"""Three other ways to tell what a year will cost, to hold beside the prognosis. None of them is in it.

    chain ladder   on what was declared alone: each care month that is old enough at its latest amount times
                   what months grew by from that age on (Mack 1993, his error with it), the others at the level
                   of the last twelve times the season of their calendar month
    commitments    on what was allocated alone: what is allocated for the year, times what the year before grew
                   by from the same day on, times r and s as if nothing had been declared yet, and what comes
                   without a priced allocation (see `expecting`). Unlike the prognosis it knows of no usual
                   commitments, no leads and no growth, so that it can tell when these are wrong
    run rate       declared of the months that are over, times twelve over their number: what a spreadsheet
                   does. It knows of no delay, so it is shown and never held against the prognosis

All are of what was known when the last month closed, cents of care without fixed costs. When one of the first
two is more than `FAR` of its own and the prognosis's spread away, one of them does not understand this year:
that is itself a signal.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from streams.prognosis.billing import AGES
from streams.prognosis.cell import Cell, Row
from streams.prognosis.expecting import Position, closing, still_to_come
from streams.prognosis.forecast import Forecast, Place
from streams.prognosis.learning import Learnt
from streams.prognosis.outlook import years
from streams.prognosis.panel import Floats, Ints, Panel, added
from streams.prognosis.reserving.chain_ladder import factors, shares
from streams.prognosis.reserving.mack import Mack, mack
from streams.prognosis.reserving.triangle import NotSuited, triangle
from streams.prognosis.season import seasonal_indices

K = TypeVar("K", bound=Hashable)

FAR: Final = 2.0
"""Standard deviations beyond which a gap is a signal."""

ALLOCATED: Final = 0.5
"""A year of which less than this share is usually allocated by now is not told by its allocations alone: in
simulated steady years they were 5 to 7 percent off then, and 3 or less from a half on."""

LADDER: Final = 36
"""Care months a ladder stands on: three of each calendar month, for a season."""

OLD_ENOUGH: Final = 0.25
"""A month of which less than this share is usually declared is not laddered: a few early lines times a
large factor tell of those lines."""

YEAR: Final = 12


@dataclass(frozen=True)
class Checks:
    """Cents; None where a method has nothing to say."""

    chain_ladder: int | None
    chain_ladder_se: int | None
    commitments: int | None
    run_rate: int | None

    def row(self, cell: Cell) -> Row:
        """The columns of the command line, fixed costs included as in the prognosis."""
        return {
            "chain_ladder_cents": _with(self.chain_ladder, cell.fixed),
            "chain_ladder_se_cents": self.chain_ladder_se,
            "commitments_cents": _with(self.commitments, cell.fixed),
            "run_rate_cents": _with(self.run_rate, cell.fixed),
            "differs": ",".join(self.differs(cell)) or None,
        }

    def differs(self, cell: Cell) -> list[str]:
        """The checks that are further from the prognosis than chance explains.

        None of a year of which nothing is still to come: what was declared needs no estimate.
        """
        if not any(cell.terms.values()):
            return []
        own = cell.spread * (abs(cell.care) + cell.beside)
        told = (
            ("chain_ladder", self.chain_ladder, self.chain_ladder_se or 0),
            ("commitments", self.commitments, 0),
        )
        return [
            name
            for name, cents, se in told
            if cents is not None and abs(cents - cell.care) > FAR * sqrt(own**2 + se**2)
        ]


COLUMNS: Final = (
    "chain_ladder_cents",
    "chain_ladder_se_cents",
    "commitments_cents",
    "run_rate_cents",
    "differs",
)

NOTHING: Final = Checks(None, None, None, None)
"""The checks of a cell that was unknown when the last month closed."""


def cross_checks(found: Forecast, year: int, key: Callable[[Place], K]) -> dict[K, Checks]:
    """The checks of every cell of a year; an item belongs to the cell of its latest month."""
    panel = found.past.panel
    keys = [key(place) for place in _places(found)]
    cells = list(dict.fromkeys(keys))
    of_item = np.array([cells.index(each) for each in keys], dtype=np.int64)
    care = np.array(years(year, year)) - panel.first
    meant = _commitments(found, care)
    return {cell: _checks(panel, of_item == place, care, meant) for place, cell in enumerate(cells)}


def together(checks: Sequence[Checks]) -> Checks:
    """Several municipalities: sums, errors too, as with bounds; one that is silent silences all."""
    return Checks(
        _sum(each.chain_ladder for each in checks),
        _sum(each.chain_ladder_se for each in checks),
        _sum(each.commitments for each in checks),
        _sum(each.run_rate for each in checks),
    )


def all_together(found: Iterable[dict[K, Checks]]) -> dict[K, Checks]:
    """The cells of several municipalities."""
    parts: dict[K, list[Checks]] = defaultdict(list)
    for each in found:
        for key, checks in each.items():
            parts[key].append(checks)
    return {key: together(each) for key, each in parts.items()}


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = list(amounts)
    told = [each for each in known if each is not None]
    return sum(told) if len(told) == len(known) else None


def _with(cents: int | None, fixed: int) -> int | None:
    return None if cents is None else cents + fixed


def _places(found: Forecast) -> Iterable[Place]:
    """The items of the past, each in its latest month with money that the forecast has a line for."""
    panel = found.past.panel
    last = np.zeros(len(panel.items), dtype=np.int64)
    for known in (panel.declared, panel.committed):
        np.maximum.at(last, known.item, known.care)
    for row, item in enumerate(panel.items):
        month = min(max(int(last[row]) + panel.first, found.care[0]), found.care[-1])
        yield item, found.lines[found.line[row, month - found.care[0]]], month


def as_if_undeclared(learnt: Learnt) -> Learnt:
    """As if of no month anything had been declared, and all there will be were allocated."""
    none, all_ = np.zeros_like(learnt.delays), np.ones_like(learnt.leads)
    return replace(learnt, delays=none, leads=all_)


def allocated_by_now(before: Sequence[float]) -> float | None:
    """The share of a year's commitments that is known by now, 0 to 1.

    `before` is what of the year before was known as far into it as now, and what is now. None under
    `ALLOCATED`.
    """
    then, now = before
    return then / now if now > 0 and then >= ALLOCATED * now else None


def _commitments(found: Forecast, care: Ints) -> Ints | None:
    """By item, of the months that the panel has."""
    panel, learnt = found.past.panel, found.past.learnt
    inside = care[(care >= 0) & (care < panel.months)]
    ago = panel.committed.known <= panel.closed - YEAR
    before = np.isin(panel.committed.care, care - YEAR)
    cents = panel.committed.cents
    share = allocated_by_now([float(cents[before & each].sum()) for each in (ago, True)])
    if share is None:
        return None
    shape = len(panel.items), panel.months
    position = Position(
        declared=panel.declared.by_item(*shape),
        committed=panel.committed.by_item(*shape) / share,
        open=np.zeros(shape),
        refused=0.0,
    )
    undeclared = as_if_undeclared(learnt)
    return np.asarray(
        still_to_come(panel, undeclared, position, inside, closing(panel)).sum(axis=(0, 2))
    )


def _checks(panel: Panel, items: NDArray[np.bool_], care: Ints, meant: Ints | None) -> Checks:
    inside = items[panel.declared.item]
    months = panel.months
    places = panel.declared.care[inside] * months + np.maximum(0, panel.declared.known[inside])
    said = added(places, panel.declared.cents[inside], months**2)
    said = said.reshape(months, months).cumsum(axis=1)
    over = care[(care >= 0) & (care <= panel.closed)]
    ladder, se = chain_ladder(said, panel, care)
    rate = round(said[over, panel.closed].sum() * YEAR / over.size) if over.size else None
    return Checks(ladder, se, None if meant is None else int(meant[items].sum()), rate)


def chain_ladder(said: Floats, panel: Panel, care: Ints) -> tuple[int | None, int | None]:
    """The year and its standard error; None when what was declared is too little to ladder.

    `said` is what was declared by care month and month of knowing, cumulative.
    """
    closed = panel.closed
    declared = np.flatnonzero(said[: closed + 1, closed])
    oldest = max(0, min(closed - LADDER + 1, int(care[0])))
    first = max(oldest, int(declared[0])) if declared.size else closed
    rows = [
        [float(said[month, min(month + age, closed)]) for age in AGES if month + age <= closed]
        for month in range(first, closed + 1)
    ]
    try:
        fit, usable = _fit(rows)
    except NotSuited:
        return None, None
    if usable < YEAR:
        return None, None
    grown = np.array(fit.ultimates)
    wanted = [int(month) - first for month in care if 0 <= int(month) - first < usable]
    ahead = [int(month) for month in care if int(month) - first >= usable]
    level, spread = _level(grown, ahead, panel.first + first, panel.first)
    process = sum(fit.errors.process[row] for row in wanted)
    parameter = sum(sqrt(fit.errors.parameter[row]) for row in wanted)
    total = float(grown[wanted].sum()) + level
    return round(total), round(sqrt(process + parameter**2 + spread**2))


def _fit(rows: Sequence[Sequence[float]]) -> tuple[Mack, int]:
    """Mack's fit of the months that are old enough to ladder, and how many those are."""
    names = [str(row) for row in range(len(rows))]
    whole = triangle(names, _AGES, rows)
    known = shares(whole, factors(whole))
    young = [row for row, age in enumerate(whole.lasts) if known[age] < OLD_ENOUGH]
    usable = young[0] if young else len(rows)
    return mack(triangle(names[:usable], _AGES, rows[:usable])), usable


_AGES: Final = tuple(str(age) for age in AGES)


def _level(grown: Floats, ahead: Sequence[int], begin: int, first: int) -> tuple[float, float]:
    """Months ahead at the level of the last twelve, and the spread of their sum.

    `begin` is the absolute month of `grown`'s first, `first` that of the panel.
    """
    season = seasonal_indices(grown, np.ones_like(grown), begin)
    late = season[(begin + np.arange(len(grown) - YEAR, len(grown))) % 12]
    level = float(grown[-YEAR:].sum() / late.sum())
    noise = float(np.square(grown[-YEAR:] - level * late).sum()) / (YEAR - 1)
    shape = season[[(first + month) % 12 for month in ahead]] if ahead else np.zeros(0)
    weight = float(np.square(shape).sum() + shape.sum() ** 2 / YEAR)
    return level * float(shape.sum()), sqrt(noise * weight)
