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
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final, TypeVar

import numpy as np

from streams.figures.rollup import Figures
from streams.figures.spans import month_number
from streams.figures.yearly import Line, stand
from streams.prognosis.errors import Fared, Record, fared, record
from streams.prognosis.expecting import TERMS, Today, still_to_come
from streams.prognosis.learning import Learnt, School
from streams.prognosis.panel import Ints, Item, Panel, lines_of, panel
from streams.prognosis.present import Present
from streams.prognosis.prices import price_levels
from streams.prognosis.rhythm import Rhythm, rhythm

K = TypeVar("K", bound=Hashable)

LATE: Final = 3
"""Months of a year in which the year before is still foretold: by then almost all is declared."""

LATEST: Final = 15
"""Months after a year's begin from which on its error is taken as that of fifteen: nearly nothing."""

Place = tuple[Item, Line, int]
"""Where money is expected: the item, its budget line in that month, the (absolute) care month."""


@dataclass(frozen=True)
class Now:
    """The moment of a prognosis: the last month that is over, and the days of the next one that are."""

    closed: int
    day: int

    @property
    def month(self) -> int:
        """The month that is not over."""
        return self.closed + 1

    @property
    def passed(self) -> float:
        """How much of it is, 0 to 1."""
        return self.day / monthrange(self.month // 12, self.month % 12 + 1)[1]


def now_of(as_of: date) -> Now:
    """The moment of a prognosis made with all messages up to and including a day."""
    month = as_of.year * 12 + as_of.month - 1
    length = monthrange(as_of.year, as_of.month)[1]
    return Now(month, 0) if as_of.day == length else Now(month - 1, as_of.day)


def foretold(day: date) -> range:
    """The years that are foretold on a day: its own and the next, until the end of March the one before."""
    return range(day.year - (day.month <= LATE), day.year + 2)


@dataclass(frozen=True)
class Past:
    """What one panel teaches at its end, and how forecasts of earlier days have fared, by year.

    A school that tells so is large, and not kept.
    """

    panel: Panel
    learnt: Learnt
    rhythm: Rhythm
    records: dict[int, Record]
    lines: dict[tuple[range, tuple[Item, ...]], tuple[tuple[Line, ...], Ints]]
    _fared: dict[int, Fared] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Sequence[Figures], closed: int) -> "Past":
        """The past up to the end of the absolute month `closed`; of the years foretold now the record."""
        known = panel(parts, closed)
        school = School(known)
        past = cls(known, school.learn(known.closed), rhythm(parts, closed), {}, {})
        for year in foretold(parts[0].reference.as_of):
            past.records[year] = past._record(school, year)
        return past

    def elapsed(self, year: int) -> int:
        """The months of a year that are over, from -12 (the year after) to `LATEST`."""
        return min(LATEST, max(-12, self.panel.first + self.panel.closed - year * 12 + 1))

    def record(self, year: int) -> Record:
        """How forecasts of a year have fared."""
        if year not in self.records:
            self.records[year] = self._record(School(self.panel), year)
        return self.records[year]

    def fared(self, year: int) -> Fared:
        """How items have fared, as far into a year as it is now."""
        if year not in self._fared:
            self._fared[year] = fared(School(self.panel), self.panel.closed, self.elapsed(year))
        return self._fared[year]

    def _record(self, school: School, year: int) -> Record:
        care = np.arange(year * 12, year * 12 + 12) - self.panel.first
        return record(school, self.learnt, self.elapsed(year), care)

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
    """What the past of one municipality teaches, kept as long as it stands, and what is known now."""

    def __init__(self) -> None:
        self._closed: int | None = None
        self._sources: tuple[object, ...] = ()
        self._kept: tuple[Past, Present] | None = None

    def past(self, parts: Sequence[Figures], closed: int) -> Past:
        """The past up to the end of the absolute month `closed`."""
        return self.known(parts, closed)[0]

    def known(self, parts: Sequence[Figures], closed: int) -> tuple[Past, Present]:
        """The past up to the end of the absolute month `closed`, and what is known now."""
        if self._kept is None or self._outdated(self._kept[1], parts, closed):
            past = Past.of(parts, closed)
            self._kept = past, Present(past.panel, parts)
            self._closed, self._sources = closed, tuple(part.commitments for part in parts)
        return self._kept

    def _outdated(self, present: Present, parts: Sequence[Figures], closed: int) -> bool:
        past = month_number(present.earliest()) <= closed
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
    past, present = (habits or Habits()).known(parts, now.closed)
    inside = [month for month in care if 0 <= month - past.panel.first < past.panel.months]
    latest = range(max(past.panel.first, now.closed - 11), now.closed + 1)
    fresh, seen = present.position(parts, {*inside, *latest})
    extended, learnt = _extended(past, fresh, parts)
    columns = np.array(inside, dtype=np.int64) - extended.first
    still = np.zeros((len(TERMS), len(extended.items), len(care)), dtype=np.int64)
    places = np.array([care.index(month) for month in inside], dtype=np.int64)
    today = Today(
        now.passed,
        past.rhythm.sent(extended.providers, now.day, past.rhythm.heard(parts, now.month)),
    )
    still[:, :, places] = still_to_come(extended, learnt, seen, columns, today)
    lines, line = past.lines_of(parts, extended, care)
    return Forecast(now, care, extended.items, still, lines, line, past)


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
        yearly=np.concatenate([learnt.yearly, np.ones((len(lines) - len(old.lines), old.months))]),
        changes=learnt.changes.with_others(len(lines) - len(old.lines)),
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
