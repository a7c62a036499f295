"""A year's forecast by budget line and as a whole, with its terms and how wrong it may be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from streams.figures.yearly import Line
from streams.prognosis.cell import declared_share
from streams.prognosis.errors import UNTRACKED, Track, spread_now, stated
from streams.prognosis.expecting import TERMS
from streams.prognosis.forecast import Forecast
from streams.prognosis.panel import Ints


def years(first: int, last: int) -> range:
    """The (absolute) months of some years, both included."""
    return range(first * 12, last * 12 + 12)


@dataclass(frozen=True)
class Guess:
    """What is expected of a line, or of all: cents by term, and what each month of the year comes to."""

    terms: Mapping[str, int]
    declared: int
    by_month: Mapping[int, int]
    completeness: float | None
    realisation: float
    track: Track

    @property
    def expected(self) -> int:
        """Still to be declared, in cents."""
        return sum(self.terms.values())

    @property
    def undeclared(self) -> float:
        """The share of the year's cost that is still to be declared; 1 of nothing."""
        total = self.declared + self.expected
        return self.expected / total if total > 0 else 1.0


class Outlooks:
    """What a forecast says of one year; the forecast begins with the year before it."""

    def __init__(self, found: Forecast, year: int) -> None:
        """Take the year out of a forecast."""
        self._found, self._months = found, years(year, year)
        self._record = found.past.record(year)
        start = self._months[0] - found.care[0]
        self.lines = tuple(
            line for place, line in enumerate(found.lines) if found.by_line[:, place, start:].any()
        )

    def guess(self, line: Line, declared: Mapping[int, int]) -> Guess:
        """One line; `declared` cents by month."""
        ratios, whole = self._found.realisation()
        known = self._found.past.panel.lines
        track = self._record.line(known.index(line)) if line in known else UNTRACKED
        return self._guess(self._still(line), declared, ratios.get(line, whole), track)

    def whole(self, declared: Mapping[int, int]) -> Guess:
        """All lines together."""
        still = self._found.by_line.sum(axis=1)
        return self._guess(still, declared, self._found.realisation()[1], self._record.whole())

    def completeness(self, line: Line, month: int, declared: int) -> float:
        """The share of a care month's expected cost that is declared, 0 to 1; 0 of months to come."""
        if month > self._found.now.closed + (self._found.now.passed > 0):
            return 0.0
        still = self._still(line)[:, month - self._found.care[0]]
        share = declared_share(declared, declared + int(still.sum()))
        return 1.0 if share is None else share

    def sigma(self, guess: Guess, clients: Iterable[int]) -> tuple[float, int]:
        """The spread of ln(cost / prognosis), and the windows it was measured on.

        `clients` are cents of each client.
        """
        return spread_now(guess.track, stated(guess.undeclared, clients))

    def _still(self, line: Line) -> Ints:
        if line not in self._found.lines:
            return np.zeros((len(TERMS), len(self._found.care)), dtype=np.int64)
        found: Ints = self._found.by_line[:, self._found.lines.index(line)]
        return found

    def _guess(
        self, still: Ints, declared: Mapping[int, int], realisation: float, track: Track
    ) -> Guess:
        first, closed = self._months[0], self._found.now.closed
        year = still[:, first - self._found.care[0] :]
        by_month = {
            month: declared.get(month, 0) + int(year[:, month - first].sum())
            for month in self._months
        }
        over = [month for month in self._months if month <= closed]
        cost = sum(by_month[month] for month in over)
        done = sum(declared.get(month, 0) for month in over)
        return Guess(
            terms=dict(zip(TERMS, year.sum(axis=1).tolist(), strict=True)),
            declared=sum(declared.get(month, 0) for month in self._months),
            by_month=by_month,
            completeness=declared_share(done, cost),
            realisation=realisation,
            track=track,
        )
