"""Which of many monthly series have drifted by now, with a promised rate of false alarms over all of them.

Each month of a series is held against what was usual: the median of the latest `WINDOW` months before
its sums left zero. While a sum is above zero, or an alarm is open, what is usual stands still. With
`noise` the spread that chance alone gives a month,

    z = (value - usual) / (noise * f * a)

f   how much larger its spread is than chance gives: 1.4826 times the median absolute deviation over the
    latest `WINDOW` months, each in its own noise; a mean with that of the middle series of its budget
    line, which counts as `SHRUNK` months
a   how much more sums of months scatter than independent months would, because the same clients are
    still there: what two half years on end differ by, over what single months are off, medians over
    all series and months, which the drift of some does not move

An alarm is about the months since the likeliest moment of change after its sum left zero. It closes when the mean of three months
is back at usual or beyond; `ACCEPTED` months after it was raised what it tells is usual.

A spread that is measured makes Student's t of z, which is made normal again (Wallace 1959). What a sum and
a single month may be without an alarm stands in `limits`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import copysign, log, sqrt
from statistics import median
from typing import Final

from streams.prognosis.drift import CONSISTENT, Side, Watch
from streams.prognosis.intensities import Month, Series
from streams.prognosis.limits import WINDOW, Limits, limits

BEGINNING: Final = 12
"""Least months before a series is judged, a year; up to `WINDOW` where a year is left to judge."""

SHRUNK: Final = 48
"""Months that the spread of a budget line counts for beside a series' own."""

ACCEPTED: Final = 12
"""Months after which a drift is usual: by then it is in the budget."""

LATEST: Final = 3
"""Months on end that must be usual again for an alarm to close; a series without a month for longer is
not followed any more."""

MOST_LASTING: Final = 2.0
"""Bound of a: what lasts longer than that is a drift."""

EFFICIENT: Final = 0.37
"""What a month tells of the spread by the median absolute deviation, beside the standard deviation."""

LEAST: Final = 0.5
"""Least f: a series that seems quieter than chance was so by chance."""

HALF: Final = 6
"""Half a year: of sums of months, and of histories that have limits of their own."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a series is held against: median, f, and the number of months these are of."""

    value: float
    factor: float
    months: int

    def normal(self, off: float, middle: float) -> float:
        """How far off a month is, as a normal number; `off` in its noise, `middle` f of the middle."""
        known = self.months + SHRUNK
        t = off / max(LEAST, (self.months * self.factor + SHRUNK * middle) / known)
        freedom = EFFICIENT * known
        z = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log(1 + t * t / freedom))
        return copysign(z, t)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A drift that is open: its months since the likeliest moment of change, and what is usual.

    `z` is the latest month's, `cusum` its sum's, `threshold` what the sum is held against.
    """

    side: Side
    months: tuple[Month, ...]
    usual: float
    z: float
    cusum: float
    threshold: float


def drifted(every: Sequence[Series], months: float) -> list[tuple[Series, Alarm]]:
    """The series with an open alarm; all together have a false alarm every `months` months."""
    newest = max((each.months[-1].number for each in every), default=0)
    watchers = [
        _Watcher(each)
        for each in every
        if len(each.months) > BEGINNING and newest - each.months[-1].number < LATEST
    ]
    lasting = _lasting([one.series for one in watchers])
    of_one = months * len(watchers)
    by_month: dict[int, list[tuple[_Watcher, Month]]] = defaultdict(list)
    for one in watchers:
        for month in one.series.months:
            by_month[month.number].append((one, month))
    for _, present in sorted(by_month.items()):
        factors: dict[str | None, list[float]] = defaultdict(list)
        for one, _month in present:
            if (usual := one.settled()) is not None:
                factors[one.series.line].append(usual.factor)
        middles = {line: median(found) for line, found in factors.items()}
        for one, month in present:
            one.take(month, middles.get(one.series.line, 1.0), lasting, of_one)
    found = [(one.series, one.alarm(of_one)) for one in watchers]
    return [(series, alarm) for series, alarm in found if alarm is not None]


def _lasting(every: Sequence[Series]) -> float:
    """a: how much more sums of months scatter than they would if each month came by itself."""
    halves, singles = [], []
    for each in every:
        places = [month.value for month in each.months]
        noise = [month.noise for month in each.months]
        middle = median(places)
        singles += [abs(value - middle) / own for value, own in zip(places, noise, strict=True)]
        for start in range(len(places) - 2 * HALF + 1):
            turn, end = start + HALF, start + 2 * HALF
            apart = abs(sum(places[start:turn]) - sum(places[turn:end]))
            halves.append(apart / sqrt(sum(own * own for own in noise[start:end])))
    usual = median(singles) if singles else 0.0
    return min(MOST_LASTING, max(1.0, median(halves) / usual)) if halves and usual > 0 else 1.0


class _Watcher:
    """One series on its way through the months.

    `ordinary` months make up what is usual; `pending` are those since both sums were zero, with their
    z, and during an alarm those it is about.
    """

    def __init__(self, series: Series) -> None:
        self.series = series
        self._usual: Usual | None = None
        self._watch = Watch()
        self._side: Side | None = None
        self._ordinary: list[Month] = []
        self._pending: list[tuple[Month, float]] = []
        self._told = 0
        """months since the alarm was raised"""
        self._beginning = min(WINDOW, max(BEGINNING, len(series.months) - BEGINNING))

    def settled(self) -> Usual | None:
        """What is usual for the month to come; None for too short a history."""
        known = [*self._ordinary, *(month for month, _ in self._pending)]
        if self._side is None and len(known) >= self._beginning:
            found = usual_of(known[-WINDOW:])
            if self._usual is not None and self._pending:
                found = replace(self._usual, factor=found.factor)
            self._usual = found
        return self._usual

    def take(self, month: Month, middle: float, lasting: float, of_one: float) -> None:
        """Take a month in; `middle` is f of the middle series, `of_one` months a false alarm of one."""
        if self._usual is None:
            self._ordinary.append(month)
            return
        single = self._usual.normal((month.value - self._usual.value) / month.noise, middle)
        z = single / lasting
        self._watch = self._watch.after(z)
        self._pending.append((month, z))
        self._told += 1
        if self._side is None:
            self._told = 0
            self._raise(single, self._limits(of_one))
        elif self._told >= ACCEPTED:
            self._close(WINDOW)
        elif self._calm():
            self._close(LATEST)

    def alarm(self, of_one: float) -> Alarm | None:
        """The alarm that is open by now."""
        if self._side is None or self._usual is None:
            return None
        return Alarm(
            side=self._side,
            months=tuple(month for month, _ in self._pending[self._turn() :]),
            usual=self._usual.value,
            z=self._pending[-1][1],
            cusum=self._watch.up if self._side == "up" else self._watch.down,
            threshold=self._limits(of_one).cusum,
        )

    def _turn(self) -> int:
        """The place of the most likely month of the change: from it on, z is most off for its number."""
        last = len(self._pending)
        sums = accumulate(z for _, z in reversed(self._pending))
        sign = 1 if self._side == "up" else -1
        likely = [sign * each / sqrt(count) for count, each in enumerate(sums, 1)]
        return last - 1 - likely.index(max(likely))

    def _limits(self, of_one: float) -> Limits:
        history = self._usual.months if self._usual else BEGINNING
        return limits(of_one, history - history % HALF)  # a few histories, each takes time

    def _raise(self, single: float, allowed: Limits) -> None:
        """See whether there is an alarm now; months without any are ordinary."""
        self._side = self._watch.alarm(single, allowed.cusum, allowed.jump)
        months = {"up": self._watch.months_up, "down": self._watch.months_down}
        told = months[self._side] if self._side else max(months.values())
        if self._side or not told:
            before = len(self._pending) - told
            self._ordinary += [month for month, _ in self._pending[:before]]
            self._pending = self._pending[before:]

    def _calm(self) -> bool:
        latest = [z for _, z in self._pending[-LATEST:]]
        off = sum(latest)
        return len(latest) == LATEST and (off if self._side == "up" else -off) < 0

    def _close(self, ordinary: int) -> None:
        """End the alarm; its latest `ordinary` months are usual from now on."""
        self._ordinary += [month for month, _ in self._pending[-ordinary:]]
        self._pending, self._watch, self._side = [], Watch(), None


def usual_of(months: Sequence[Month]) -> Usual:
    """What is usual in some months: the median, and how much larger than chance the spread is."""
    middle = median(month.value for month in months)
    off = median(abs(month.value - middle) / month.noise for month in months)
    few = len(months) / (len(months) - 0.8)  # it is too small in small samples
    return Usual(middle, few * CONSISTENT * off, len(months))
