"""What past months teach: billing delays, lead times, seasons, use of allocations, changed habits.

Everything is learnt from what was known at the end of a month, so that a forecast of that day can be
made again later, as it was. With D declared and B committed, by group (provider and category) and care
month m, as known at the end of month t:

    p   share of a month's declarations known at an age: chain ladder on care month by month of
        declaring, volume weighted, 24 months (Mack 1993); a provider's own curve weighs v / (v + 0.3 mean v)
        against that of all, v its volume
    g   share of a month's commitments known at a lead: the same on the month they became known
    s   season of a budget line: D / (p B) of a calendar month relative to the twelve months around it
    r   realisation (uitnutting) of a group: sum of D over sum of p s B of months of 5 to 18 months old, so
        that a provider that bills later does not look like less care; with a mean group's weight of its
        line's r, and that with a little of the municipality's
    u   what a group declares a month without commitments (allocations without a price or a volume)
    A   what a group usually has committed in a month: the last four months, completed by g, at the price
        level of the panel's last month
    lag months by which a provider bills later (or earlier) than p says: the shift of p that explains its
        last five care months best, when it explains them much better than none

A municipality without history has the shares of `curves.FIRST_DECLARED` and a realisation of 0.85.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from streams.prognosis.curves import FIRST_DECLARED
from streams.prognosis.panel import Floats, Ints, Panel, added, summed

AGES: Final = range(19)
"""Ages at which declarations come in; after eighteen months a care month is taken as declared."""

LEADS: Final = range(-11, 4)
"""Ages at which allocations become known: from eleven months ahead to three months late."""

RECENT: Final = 24
"""Care months that curves are learnt from: two years follow a habit and even out a season."""

MATURE: Final = range(5, 19)
"""Ages of months that realisation is learnt from (field/prognosis.md: robust to late billing)."""

ASSUMED: Final = 0.85
"""Realisation before there is any mature month: allocations are used for four fifths or more."""

MOST: Final = 1.15
"""No group uses more of its allocations than this: volume is a maximum, hours are rounded."""

USUAL: Final = 4
"""Months that usual commitments are measured over: a third of a year evens out renewals and still
follows a change."""

CREDITED: Final = 1.25
"""More than this share of what will stand in the end is never declared: a bound for odd months. Shares
above 1 are a tail of credits."""

OWN_CURVE: Final = 0.3
"""Volume, in mean volumes, at which a provider's own curve weighs half (field/prognosis.md 1.9)."""

LINE_WEIGHT: Final = 0.02
"""Weight of the municipality's realisation in that of a line, as a share of all commitments."""

LOOKED_AT: Final = 5
"""Latest care months that a change of billing is seen in."""

SHIFTS: Final = (0, 1, 2, -1)
"""Months later (or earlier) that are tried; the first that explains best is taken."""

MUCH_BETTER: Final = 0.3
"""A shift must leave less than this of the squared error without one ..."""

LARGE: Final = 0.02
"""... which must itself be larger than this, relative to what was expected: else it is noise."""

SILENT: Final = 0.3
"""A month of which all providers together declared less than this share of what is usual by now tells
of the intake, not of any provider."""


@dataclass(frozen=True)
class Learnt:
    """What is known of habits at the end of month `closed`, by provider, group or line of a panel."""

    closed: int
    every: Floats
    """share declared at each age, all providers together; shape (ages,)"""
    delays: Floats
    lag: Ints
    leads: Floats
    season: Floats
    of_line: Floats
    """realisation by line"""
    realisation: Floats
    loose: Floats
    usual: Floats
    whole: float
    """realisation of the municipality"""

    def shares(self, of_group: Ints, passed: float, care: Ints) -> Floats:
        """The share declared of care months, `passed` (0 to 1) into the month after `closed`.

        `of_group` is the provider of each group; shape (groups, len(care)). A provider's lag counts for
        months young enough to have it seen.
        """
        age = (self.closed - care + passed).astype(np.float64)
        usual = at_age(self.delays, np.broadcast_to(age, (len(self.delays), len(care))))
        late = at_age(self.delays, age[None, :] - self.lag[:, None])
        young = (age <= LOOKED_AT) & (self.lag != 0)[:, None]
        found: Floats = np.where(young, late, usual)[of_group]
        return found

    def lead(self, passed: float, care: Ints) -> Floats:
        """The share of commitments of care months that is usually known by now."""
        age = (self.closed - care + passed).astype(np.float64)
        return np.asarray(np.interp(age, np.array(LEADS), self.leads, right=1.0))


def at_age(curves: Floats, ages: Floats) -> Floats:
    """Curves (one a row) at ages between whole months, along the straight line; 0 before their first."""
    low = np.floor(ages).astype(np.int64)
    part = ages - low
    padded = np.concatenate([np.zeros((len(curves), 1)), curves], axis=1)  # column 0 is age -1
    here = np.take_along_axis(padded, np.clip(low + 1, 0, len(AGES)), axis=1)
    there = np.take_along_axis(padded, np.clip(low + 2, 0, len(AGES)), axis=1)
    return np.asarray(np.where(low < -1, 0.0, here + part * (there - here)))


class School:
    """Teaches from one panel, for any of its closed months; what months share is computed once.

    `said` and `meant` are what was declared and committed, by group, care month and month of knowing;
    of a city they take tens of megabytes, so a school is not kept.
    """

    def __init__(self, panel: Panel) -> None:
        """Add up the panel by month of knowing, and cut that along its ages."""
        self.panel = panel
        groups = panel.group_of_item, len(panel.groups), panel.months
        self.said, self.meant = panel.declared.cube(*groups), panel.committed.cube(*groups)
        providers = summed(self.said, panel.provider_of_group, len(panel.providers))
        self._said = _Ladder(np.concatenate([providers.sum(axis=0)[None], providers]), AGES)
        self._meant = _Ladder(self.meant.sum(axis=0)[None], LEADS)
        self._providers = providers

    def learn(self, closed: int) -> Learnt:
        """What was to be learnt at the end of month `closed`, from what was known by then alone."""
        panel = self.panel
        declared, committed = self.said[:, :, closed], self.meant[:, :, closed]
        every, delays = self._delays(closed)
        care = np.arange(panel.months)
        ages = np.broadcast_to(closed - care, (len(delays), panel.months)).astype(np.float64)
        shares = at_age(delays, ages)[panel.provider_of_group]
        season = _season(panel, closed, declared, committed * shares)
        seasonal = season[panel.line_of_group][:, (panel.first + care) % 12]
        use = _realisation(panel, closed, declared, (committed, shares * seasonal))
        leads = self._meant.shares(closed, np.ones((1, len(LEADS))))[0]
        expected = seasonal * (use.of_group[:, None] * committed + use.loose[:, None])
        return Learnt(
            closed=closed,
            every=every,
            delays=delays,
            lag=_lag(panel, closed, declared, expected, delays),
            leads=leads,
            season=season,
            of_line=use.of_line,
            realisation=use.of_group,
            loose=use.loose,
            usual=_usual(panel, closed, committed, leads),
            whole=use.whole,
        )

    def _delays(self, closed: int) -> tuple[Floats, Floats]:
        """Shares by age of all providers together, and of each."""
        first = np.array([[FIRST_DECLARED.get(age, 1.0) for age in AGES]])
        found = self._said.shares(closed, first)
        every, own = found[0], found[1:]
        oldest = max(0, closed - RECENT + 1)
        known = self._providers[:, oldest : closed + 1, closed].sum(axis=1)
        volume = np.maximum(0.0, known)
        mean = max(float(volume.sum()) / max(1, len(volume)), 1.0)
        weight = volume / (volume + OWN_CURVE * mean)
        return every, every + weight[:, None] * (own - every)


class _Ladder:
    """Chain ladders of several rows, at any month: sums over care months are differences of these."""

    def __init__(self, cubes: Floats, ages: range) -> None:
        """`cubes` is (rows, care months, months of knowing), cumulative in the last."""
        months = cubes.shape[1]
        known = np.arange(months)[:, None] + np.array(ages)[None, :]
        care = np.arange(months)[:, None]  # what was known before the first column is in it
        aged = np.where(known < months, cubes[:, care, np.clip(known, 0, months - 1)], 0.0)
        self._ages = ages
        self._sums = _before(aged)
        self._there = _before((aged != 0).astype(np.float64))

    def shares(self, closed: int, before: Floats) -> Floats:
        """Shares known at each age; a row that less than two care months tell of has `before`'s.

        The factor from one age to the next is that of the last `RECENT` care months in which both are
        known. `before` is (1 or rows, ages); row 0 tells the others.
        """
        rows, _, ages = self._sums.shape
        found = np.ones((rows, ages))
        oldest = max(0, closed - RECENT + 1)
        for place in reversed(range(ages - 1)):
            newest = max(oldest, closed - self._ages[place])  # exclusive: these have the next age
            here, there = (
                self._sums[:, newest, each] - self._sums[:, oldest, each]
                for each in (place, place + 1)
            )
            count = self._there[:, newest, place + 1] - self._there[:, oldest, place + 1]
            told = (there > 0) & (count > 1)
            factor = np.clip(here / np.where(told, there, 1.0), 0.0, CREDITED)
            untold = np.minimum(found[:, place + 1], before[:, place])
            found[:, place] = np.where(told, found[:, place + 1] * factor, untold)
            if rows > 1:  # a provider that tells nothing is like all
                like = found[0, place] / found[0, place + 1] if found[0, place + 1] > 0 else 1.0
                found[1:, place] = np.where(told[1:], found[1:, place], found[1:, place + 1] * like)
        return found


def _before(values: Floats) -> Floats:
    """Sums over the second axis of all that stands before each place of it."""
    start = np.zeros_like(values[:, :1])
    return np.concatenate([start, values.cumsum(axis=1)], axis=1)


def _season(panel: Panel, closed: int, declared: Floats, due: Floats) -> Floats:
    """By line and calendar month, mean 1; months of which less than two are over say little."""
    lines = len(panel.lines)
    said, meant = (summed(each, panel.line_of_group, lines) for each in (declared, due))
    season = np.ones((lines, 12))
    for line in range(lines):
        begun = np.flatnonzero(meant[line] > 0)
        if begun.size:
            first, after = int(begun[0]), closed - 1  # two months late: what is younger says little
            season[line] = seasonal_indices(
                said[line, first:after], meant[line, first:after], panel.first + first
            )
    return season


def seasonal_indices(said: Floats, meant: Floats, first: int) -> Floats:
    """The indices by calendar month of what is said of what is meant, from the absolute month `first`.

    A month's ratio relative to that of the twelve months around it (of the nearest twelve at the ends),
    the mean over the years, with half a year of "no season" beside them. Under a year there is none.
    """
    if len(said) < 12 or not (meant[:12].sum() and meant[-12:].sum()):
        return np.ones(12)
    window = np.array([0.5, *[1.0] * 11, 0.5])
    around = np.empty(0)
    if len(said) > 12:
        base = np.convolve(meant, window, "valid")
        around = np.convolve(said, window, "valid") / np.where(base > 0, base, 1.0)
    edges = len(said) - len(around)
    begin, end = said[:12].sum() / meant[:12].sum(), said[-12:].sum() / meant[-12:].sum()
    level = np.concatenate([np.full(edges // 2, begin), around, np.full(edges - edges // 2, end)])
    good = (meant > 0) & (level > 0)
    ratio = np.where(good, said / np.where(good, meant * level, 1.0), 0.0)
    place = (first + np.arange(len(said))) % 12
    count = added(place, good.astype(np.float64), 12)
    mean = added(place, ratio, 12) / np.maximum(count, 1)
    index = np.maximum(1 + count / (count + 0.5) * (mean - 1), 0.1)
    return np.asarray(index / index.mean())


@dataclass(frozen=True)
class _Use:
    """Realisation of groups, lines and all; what groups declare without commitments, a month."""

    of_group: Floats
    of_line: Floats
    whole: float
    loose: Floats


def _realisation(panel: Panel, closed: int, declared: Floats, due: tuple[Floats, Floats]) -> _Use:
    """`due` is what is committed, and the share of it that its age and season let expect by now."""
    mature = slice(max(0, closed - MATURE[-1]), max(0, closed - MATURE[0] + 1))
    committed, share = (each[:, mature] for each in due)
    said, meant = declared[:, mature].sum(axis=1), (committed * share).sum(axis=1)
    covered = meant > 0.5 * said  # the others are mostly care without a priced allocation
    total = float(meant[covered].sum())
    used = min(MOST, max(0.0, float(said[covered].sum()) / total)) if total > 0 else 0.0
    whole = used or ASSUMED  # of nothing declared nothing can be learnt
    lines = len(panel.lines)
    some = max(LINE_WEIGHT * total, 1.0)
    of_line = (added(panel.line_of_group[covered], said[covered], lines) + whole * some) / (
        added(panel.line_of_group[covered], meant[covered], lines) + some
    )
    like = of_line[panel.line_of_group]
    mean = max(total / max(1, len(panel.groups)), 1.0)
    own = np.where(covered | (said <= 0), (said + like * mean) / (meant + mean), like)
    of_group = np.clip(own, 0.0, MOST)
    flat = share.sum(axis=1)
    rest = np.maximum(0.0, said - of_group * meant)
    loose = np.where(covered | (flat <= 0), 0.0, rest / np.where(flat > 0, flat, 1.0))
    return _Use(of_group, of_line, whole, loose)


def _usual(panel: Panel, closed: int, committed: Floats, leads: Floats) -> Floats:
    recent = np.arange(max(0, closed - USUAL + 1), closed + 1)
    known = float(leads[np.minimum(closed - recent, LEADS[-1]) - LEADS[0]].sum())
    level = (committed[:, recent] / panel.prices[:, recent]).sum(axis=1)
    return np.asarray(level / known if known > 0 else np.zeros_like(level))


def _lag(panel: Panel, closed: int, declared: Floats, expected: Floats, delays: Floats) -> Ints:
    """By provider, the months by which its latest declarations come later than they used to."""
    recent = np.arange(max(0, closed - LOOKED_AT + 1), closed + 1)
    providers = len(panel.providers)
    said = summed(declared[:, recent], panel.provider_of_group, providers)
    meant = summed(np.maximum(0.0, expected[:, recent]), panel.provider_of_group, providers)
    ages = np.broadcast_to(closed - recent, said.shape).astype(np.float64)
    heard = said.sum(axis=0) >= SILENT * (meant * at_age(delays, ages)).sum(axis=0)
    scale = np.where(heard, meant**2, 0.0).sum(axis=1)
    errors = np.stack(
        [
            np.where(heard, (said - meant * at_age(delays, ages - shift)) ** 2, 0.0).sum(axis=1)
            for shift in SHIFTS
        ]
    )
    best = np.array(SHIFTS)[errors.argmin(axis=0)]
    clear = (errors.min(axis=0) < MUCH_BETTER * errors[0]) & (errors[0] > LARGE * scale)
    return np.asarray(np.where(clear, best, 0), dtype=np.int64)
