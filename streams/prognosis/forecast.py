"""The forecast of one municipality's year: what is still to come, by item, budget line and month.

`Habits` keeps what the past teaches, because learning takes longer than forecasting: it stands until a
month closes, the reference data change, or a message changes what was known at the end of a closed
month. A forecast made with kept habits equals one made from nothing, to the cent.

Every amount is a whole number of cents of one item in one month and one term, so that each roll-up
(budget line, product, provider, contract, municipality) is exactly the sum of its parts.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np

from streams.figures.cells import NEVER
from streams.figures.rollup import Figures
from streams.figures.yearly import Line, stand
from streams.ledger.states import State
from streams.prognosis.curves import month_number
from streams.prognosis.errors import Record, record
from streams.prognosis.expecting import TERMS, Position, still_to_come
from streams.prognosis.learning import Learnt, School
from streams.prognosis.panel import (
    Floats,
    Ints,
    Item,
    Panel,
    added,
    in_order,
    lines_of,
    panel,
)
from streams.prognosis.prices import price_levels

K = TypeVar("K", bound=Hashable)

Place = tuple[Item, Line, int]
"""Where money is expected: the item, its budget line in that month, the (absolute) care month."""


@dataclass(frozen=True)
class Now:
    """The moment of a prognosis: the last month that is over, and how much of the next one is (0 to 1)."""

    closed: int
    passed: float


def now_of(as_of: date) -> Now:
    """The moment of a prognosis made with all messages up to and including a day."""
    month = as_of.year * 12 + as_of.month - 1
    length = monthrange(as_of.year, as_of.month)[1]
    return Now(month, 0.0) if as_of.day == length else Now(month - 1, as_of.day / length)


@dataclass(frozen=True)
class Past:
    """What one panel teaches at its end, and how forecasts of earlier days have fared."""

    panel: Panel
    learnt: Learnt
    records: dict[tuple[int, range], Record]
    lines: dict[tuple[range, tuple[Item, ...]], tuple[tuple[Line, ...], Ints]]

    def record(self, elapsed: int, care: range) -> Record:
        """The record of the year of the (absolute) months `care`, of which `elapsed` are over."""
        key = elapsed, care
        if key not in self.records:
            months = np.array(care, dtype=np.int64) - self.panel.first
            self.records[key] = record(School(self.panel), self.learnt, elapsed, months)
        return self.records[key]

    def lines_of(
        self, parts: Sequence[Figures], known: Panel, care: range
    ) -> tuple[tuple[Line, ...], Ints]:
        """The budget lines, and which one each item has in each month: its product's on the first."""
        key = care, known.items
        if key not in self.lines:
            self.lines.clear()  # only the last question is likely to be asked again
            self.lines[key] = _lines(parts, known, care)
        return self.lines[key]


class Habits:
    """What the past of one municipality teaches, kept as long as it stands."""

    def __init__(self) -> None:
        self._closed: int | None = None
        self._sources: tuple[object, ...] = ()
        self._past: Past | None = None

    def past(self, parts: Sequence[Figures], closed: int) -> Past:
        """The past up to the end of the absolute month `closed`."""
        outdated = self._outdated(parts, closed)
        if self._past is None or outdated:
            known = panel(parts, closed)
            self._past = Past(known, School(known).learn(known.closed), {}, {})
            self._closed, self._sources = closed, tuple(part.commitments for part in parts)
        return self._past

    def _outdated(self, parts: Sequence[Figures], closed: int) -> bool:
        """Also forgets which months have changed: this is their one reader."""
        changed = min(min(part.cells.earliest, part.commitments.earliest) for part in parts)
        for part in parts:
            part.cells.earliest = part.commitments.earliest = NEVER
        past = changed != NEVER and month_number(changed) <= closed
        return past or closed != self._closed or not stand(parts, self._sources)


@dataclass(frozen=True)
class Forecast:
    """What is still to come of the months of `care` (absolute), by item and term.

    `still` has the shape (terms, items, len(care)); `line` the place in `lines` of the budget line of
    each item in each month.
    """

    now: Now
    care: range
    items: tuple[Item, ...]
    still: Ints
    lines: tuple[Line, ...]
    line: Ints
    past: Past

    def expected(self, key: Callable[[Place], K], months: range) -> dict[K, dict[str, int]]:
        """Cents still to come of some months by term, rolled up; only what is not nothing."""
        sums: dict[K, dict[str, int]] = defaultdict(lambda: dict.fromkeys(TERMS, 0))
        for row, column in np.argwhere(self.still.any(axis=0)).tolist():
            month = self.care[column]
            if month in months:
                line = self.lines[self.line[row, column]]
                into = sums[key((self.items[row], line, month))]
                for name, cents in zip(TERMS, self.still[:, row, column].tolist(), strict=True):
                    into[name] += cents
        return dict(sums)

    @cached_property
    def by_line(self) -> Ints:
        """Cents still to come; shape (terms, lines, len(care))."""
        sums = np.zeros((len(TERMS), len(self.lines), len(self.care)), dtype=np.int64)
        columns = np.broadcast_to(np.arange(len(self.care)), self.line.shape)
        for place in range(len(TERMS)):
            np.add.at(sums[place], (self.line, columns), self.still[place])
        return sums

    def realisation(self) -> tuple[Mapping[Line, float], float]:
        """The realisation ratio of each budget line, and of the municipality."""
        learnt, lines = self.past.learnt, self.past.panel.lines
        return dict(zip(lines, learnt.of_line.tolist(), strict=True)), learnt.whole


def forecast(parts: Sequence[Figures], care: range, habits: Habits | None = None) -> Forecast:
    """The forecast of the care months `care` (absolute), of a municipality's parts, as of their date.

    Nothing comes of months before the panel's, nor of those more than two years ahead.
    """
    now = now_of(parts[0].reference.as_of)
    past = (habits or Habits()).past(parts, now.closed)
    inside = [month for month in care if 0 <= month - past.panel.first < past.panel.months]
    found = _gathered(parts, past.panel, inside)
    extended, learnt = _extended(past, found.fresh(past.panel), parts)
    columns = np.array(inside, dtype=np.int64) - extended.first
    still = np.zeros((len(TERMS), len(extended.items), len(care)), dtype=np.int64)
    places = np.array([care.index(month) for month in inside], dtype=np.int64)
    seen = found.position(extended)
    still[:, :, places] = still_to_come(extended, learnt, seen, columns, now.passed)
    lines, line = past.lines_of(parts, extended, care)
    return Forecast(now, care, extended.items, still, lines, line, past)


_Name = tuple[str, str | None, str | None]
"""Of an item, as a plain tuple: quicker made, and equal."""


@dataclass(frozen=True)
class _Gathered:
    """Cells of the months that matter: item, column and cents declared, open and committed."""

    said: list[tuple[_Name, int, int, int]]
    meant: list[tuple[_Name, int, int]]
    refused: float

    def fresh(self, known: Panel) -> list[Item]:
        """The items that nobody knew of when the last month closed."""
        names = {row[0] for row in self.said} | {row[0] for row in self.meant}
        return sorted(map(Item._make, names.difference(known.items)), key=in_order)

    def position(self, known: Panel) -> Position:
        """What is known now, on the rows and columns of a panel."""
        places: dict[_Name, int] = {item: place for place, item in enumerate(known.items)}
        shape = len(places), known.months
        said = [
            (places[name] * known.months + column, *cents) for name, column, *cents in self.said
        ]
        meant = [
            (places[name] * known.months + column, cents) for name, column, cents in self.meant
        ]
        declared = np.array(said, dtype=np.int64).reshape(-1, 3)
        committed = np.array(meant, dtype=np.int64).reshape(-1, 2)

        def table(rows: Ints, column: int) -> Floats:
            cents = rows[:, column].astype(np.float64)
            return added(rows[:, 0], cents, shape[0] * shape[1]).reshape(shape)

        return Position(
            declared=table(declared, 1),
            committed=table(committed, 1),
            open=table(declared, 2),
            refused=self.refused,
        )


def _gathered(parts: Sequence[Figures], known: Panel, inside: Sequence[int]) -> _Gathered:
    """What is known now of the months asked for, and of the last twelve that are over."""
    closed = known.first + known.closed
    wanted = {*inside, *range(max(known.first, closed - 11), closed + 1)}
    columns = {_month(month): month - known.first for month in wanted}
    said, meant = [], []
    granted = rejected = 0
    for part in parts:
        for (month, category, product, provider), cell in part.cells.items():
            cents = cell.cents
            granted += cents[_GRANTED]
            rejected += cents[_REJECTED]
            if month in columns:
                name, declared = (provider, category, product), cents[_GRANTED] + cents[_OPEN]
                said.append((name, columns[month], declared, cents[_OPEN]))
        for (month, category, product, provider), money in part.commitments.known.items():
            if month in columns:
                meant.append(((provider, category, product), columns[month], sum(money.values())))
    answered = granted + rejected
    refused = min(1.0, max(0.0, rejected / answered)) if answered > 0 else 0.0
    return _Gathered(said, meant, refused)


_OPEN, _GRANTED, _REJECTED = int(State.OPEN), int(State.GRANTED), int(State.REJECTED)


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _extended(past: Past, fresh: list[Item], parts: Sequence[Figures]) -> tuple[Panel, Learnt]:
    """The panel and what it teaches with items of which the past knows nothing behind its own.

    They are like their provider, their group or their budget line, as far as these are known, else like
    the municipality; nothing is usual of them.
    """
    old, learnt = past.panel, past.learnt
    if not fresh:
        return old, learnt
    names = lines_of(parts, fresh)
    lines = (*old.lines, *dict.fromkeys(name for name in names if name not in old.lines))
    places = [*old.line_of_item.tolist(), *(lines.index(name) for name in names)]
    extended = replace(
        old,
        items=(*old.items, *fresh),
        lines=lines,
        line_of_item=np.array(places, dtype=np.int64),
        levels=np.concatenate([old.levels, price_levels(parts, fresh, old.first, old.months)]),
    )
    providers = len(extended.providers) - len(old.providers)
    groups = len(extended.groups) - len(old.groups)
    of_line = np.concatenate([learnt.of_line, np.full(len(lines) - len(old.lines), learnt.whole)])
    none = np.zeros(groups)
    return extended, replace(
        learnt,
        delays=np.concatenate([learnt.delays, np.tile(learnt.every, (providers, 1))]),
        billing=learnt.billing.with_others(providers),
        season=np.concatenate([learnt.season, np.ones((len(lines) - len(old.lines), 12))]),
        of_line=of_line,
        realisation=np.concatenate(
            [learnt.realisation, of_line[extended.line_of_group][len(old.groups) :]]
        ),
        loose=np.concatenate([learnt.loose, none]),
        usual=np.concatenate([learnt.usual, none]),
    )


def _lines(parts: Sequence[Figures], known: Panel, care: range) -> tuple[tuple[Line, ...], Ints]:
    days = [date(month // 12, month % 12 + 1, 1) for month in care]
    names = [
        [known.lines[place]] * len(days)
        if item.product is None
        else [_line(parts, item.product, day) for day in days]
        for item, place in zip(known.items, known.line_of_item.tolist(), strict=True)
    ]
    places: dict[Line, int] = {}
    table = [[places.setdefault(name, len(places)) for name in row] for row in names]
    shape = len(known.items), len(days)
    return tuple(places) or (None,), np.array(table, dtype=np.int64).reshape(shape)


def _line(parts: Iterable[Figures], code: str, day: date) -> Line:
    for part in parts:
        row = part.reference.product(code, day)
        if row is not None:
            return row.budget_line
    return None
