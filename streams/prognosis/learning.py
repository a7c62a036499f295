"""What past months teach: billing delays, lead times, seasons, use of allocations, changed habits.

Everything is learnt from what was known at the end of a month, so that a forecast of that day can be
made again later, as it was. With D declared and B committed, by group (provider and category) and care
month m, as known at the end of month t:

    p   share of a month's declarations known at an age: chain ladder on care month by month of
        declaring, volume weighted, 24 months (Mack 1993); a provider's own curve weighs v / (v + 0.1 mean v)
        against that of all, v its volume
    g   share of a month's commitments known by now: the same on the month they became known, or the share
        that was known a year ago of the month a year before (see `leads`)
    s   season of a budget line: D / (p B) of a calendar month relative to the twelve months around it, of
        months of three months old and older, the latest years weighing most
    r   realisation (uitnutting) of a group: sum of D over sum of p s B of months of 3 to 14 months old, so
        that a provider that bills later does not look like less care; with a mean group's weight of its
        line's r, and that with a little of the municipality's; what the groups of a line used together
        stays what it was
    l   level of use of a line since a sudden change of it, against the year before: a factor on r, taken out
        of what s, r and u are learnt from (see `changes`)
    u   what a group declares a month without commitments (allocations without a price or a volume), when it
        declares more than its commitments can explain: the year of months of 2 to 13 months old, at the price
        level of the panel's last month
    A   what a group usually has committed in a day, and by how much that grows (see `leads`)
    lag months by which a provider bills later (or earlier) than p says, from some care month on: the shift
        and the month that explain its last five care months best, when they do so much better than what
        was taken to hold before. Months since are learnt from at their age less the lag; those of a change
        that went by (an outage) are not learnt from
    wait months until the last of the care months that a provider bills together, as those of a quarter, from
        when money came: p is of the age since that one (see `billing`)

After a month in which hardly anything came in, ages are those of the month before until the bills come; what
was known at its end tells nothing of p.

A municipality without history has the shares of `curves.FIRST_DECLARED` and a realisation of 0.85.
"""

from dataclasses import dataclass
from statistics import fmean
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.prognosis.billing import AGES, SILENT, Billing, at_age
from streams.prognosis.changes import TAUGHT, Changes, ripe
from streams.prognosis.creeping import creep, creeping, crept
from streams.prognosis.curves import FIRST_DECLARED
from streams.prognosis.ladder import Ladder
from streams.prognosis.leads import BEGUN, NEAR, SURE, Leads, growth, heeded, trend, usual
from streams.prognosis.panel import Floats, Ints, Panel, added, aged, summed

MATURE: Final = range(3, 15)
"""Ages of months that realisation is learnt from: a whole year, so that an error of a season is none of
its level, and old enough to be robust to late billing."""

SEEN: Final = range(2, 14)
"""Ages of months that care without commitments is learnt from: a year, as soon as most is declared."""

ASSUMED: Final = 0.85
"""Realisation before there is any mature month: allocations are used for four fifths or more."""

MOST: Final = 1.15
"""No group uses more of its allocations than this: volume is a maximum, hours are rounded. If it declares more,
part of its care has no priced allocation."""

MESSAGES: Final = 0.1
"""A month in which less came in, in median months, is one before messages began, but for a few."""

FEW: Final = 0.1
"""Years that weigh as much as none: a season of two years is nearly whole."""

LATELY: Final = 0.6
"""What a year weighs in a season against the year after it: holidays move, and in the first year messages
are incomplete. With 1 simulated steady years were foretold half a percent too low from January to May."""

OWN_CURVE: Final = 0.1
"""Volume, in mean volumes, at which a provider's own curve weighs half. Less than the 0.3 of
field/prognosis.md 1.9: one that has always billed late is drawn to the others, and looks like less care."""

LINE_WEIGHT: Final = 0.004
"""Weight of the municipality's realisation in that of a line, as a share of all commitments."""


@dataclass(frozen=True)
class Learnt:
    """What is known of habits at the end of month `closed`, by provider, group or line of a panel."""

    closed: int
    every: Floats
    """share declared at each age, all providers together; shape (ages,)"""
    delays: Floats
    billing: Billing
    leads: Floats
    """share of commitments known by the end of this month, and by the end of the next; shape (2, months)"""
    heed: Floats
    """what is left of their weight against what is usual, by the same ends; see `leads`"""
    season: Floats
    changes: Changes
    """sudden changes of use"""
    creep: float
    """by how much use grows in a month, as a logarithm"""
    of_line: Floats
    """realisation by line"""
    realisation: Floats
    loose: Floats
    usual: Floats
    trend: float
    """by how much usual commitments grow in a month, as a logarithm"""
    whole: float
    """realisation of the municipality"""

    def shares(self, of_group: Ints, sent: Floats, care: Ints) -> Floats:
        """The share declared of care months when each provider has `sent` that share of a month's bills.

        `of_group` is the provider of each group; shape (groups, len(care)).
        """
        # After deaf months that of a month brings what they should have brought.
        months = 1 + self.billing.missed(self.closed)
        ages = self.billing.ages(self.closed, care) + months * sent[:, None]
        found: Floats = at_age(self.delays, ages)[of_group]
        return found

    def lead(self, passed: float, care: Ints) -> tuple[Floats, Floats]:
        """The share of commitments of care months that is usually known by now, and its weight."""
        share, heed = (
            now + passed * (next_ - now)
            for now, next_ in (each[:, care] for each in (self.leads, self.heed))
        )
        sure = np.minimum(1.0, share)  # of what is taken back more than all is known
        return share, np.maximum(heed * sure**NEAR, sure**SURE)

    def level(self, care: Ints) -> Floats:
        """The level of use of care months, by line, against the year that realisation is of."""
        months = _months_of_creep(care - self.closed)
        return np.asarray(self.changes.level[:, care] * np.exp(self.creep * months))


class School:
    """Teaches from one panel, for any of its closed months; what months share is computed once.

    `said` and `meant` are what was declared and committed, by group, care month and month of knowing;
    of a city they take tens of megabytes, so a school is not kept.
    """

    def __init__(self, panel: Panel) -> None:
        """Add up the panel by month of knowing."""
        self.panel = panel
        said, meant = panel.declared, panel.committed
        of_item, months = panel.group_of_item, panel.months
        self.said, self.meant = (
            each.cube(of_item, len(panel.groups), months) for each in (said, meant)
        )
        providers = panel.provider_of_group[of_item], len(panel.providers), months
        self._providers = said.cube(*providers)
        self._lines = said.cube(panel.line_of_group[of_item], len(panel.lines), months)
        self._said = Ladder(self._providers, AGES)
        self._leads = Leads(meant.cube(np.zeros_like(of_item), 1, months))
        self._care = np.arange(panel.months)
        came = np.diff(self._providers.sum(axis=1), prepend=0.0)
        self._arrived, self._came = came.sum(axis=0), np.maximum(0.0, came)
        self._begun = int(panel.declared.known.min(initial=panel.closed))
        self._taught: dict[int, Learnt] = {}

    def learn(self, closed: int) -> Learnt:
        """What was to be learnt at the end of month `closed`, from what was known by then alone.

        How a provider bills is seen month by month, so all months with declarations before are learnt too.
        """
        for month in range(min(closed, max(0, self._begun)), closed + 1):
            if month not in self._taught:
                self._taught[month] = self._learn(month)
        return self._taught[closed]

    def _learn(self, closed: int) -> Learnt:
        panel = self.panel
        declared, committed = self.said[:, :, closed], self.meant[:, :, closed]
        before = self._taught.get(closed - 1)
        as_usual = Billing.usual(len(panel.providers), panel.months)
        billing = (before.billing if before else as_usual).aged(closed)
        billing = billing.listened(closed, self._came).cycled(closed, self._providers)
        since = self.since(closed)
        every, delays = self._delays(closed, billing, since)
        care = self._care
        shares = at_age(delays, billing.ages(closed, care))[panel.provider_of_group]
        heard = closed - billing.missed(closed)
        changes = before.changes if before else Changes.none(len(panel.lines), panel.months)
        used = committed * shares * changes.level[panel.line_of_group]
        season = _season(panel, heard, self._lines[:, :, closed], used, since)
        seasonal = (season[:, (panel.first + care) % 12] * changes.level)[panel.line_of_group]
        due = committed, shares * seasonal
        use = _realisation(panel, declared, due, aged(heard, MATURE, since))
        loose = _loose(panel, use, declared, due, aged(heard, SEEN, since))
        level = (committed / panel.prices / panel.days).sum(axis=0)
        leads = self._leads.known(closed, level, since)
        expected = seasonal * (use.of_group[:, None] * committed + loose[:, None] * panel.prices)
        said = self._providers[:, :, closed]
        meant = summed(np.maximum(0.0, expected), panel.provider_of_group, len(said))
        after = billing.seen(closed, said, meant, delays)
        whole = closed - since >= TAUGHT and level[closed - TAUGHT] > BEGUN * level[closed]
        last = declared[:, closed - 1].sum(), (expected * shares)[:, closed - 1].sum()
        creep_ = before.creep if before else 0.0
        if whole and heard == closed and last[0] > SILENT * last[1]:  # else all may bill later
            tells = (billing.as_ever(closed) & after.as_ever(closed))[panel.provider_of_group]
            by_now = declared, expected * shares
            changes, creep_ = self._used(closed, since, (changes, creep_), tells, by_now)
        usually, grows = usual(panel, closed, committed, leads), trend(closed, level)
        habit = usually.sum() * growth(grows, care - closed)
        return Learnt(
            closed=closed,
            every=every,
            delays=delays,
            billing=after,
            leads=leads,
            heed=heeded(closed, leads, level, habit),
            season=season,
            changes=changes,
            creep=creep_,
            of_line=use.of_line,
            realisation=use.of_group,
            loose=loose,
            usual=usually,
            trend=grows,
            whole=use.whole,
        )

    def _used(
        self,
        closed: int,
        since: int,
        known: tuple[Changes, float],
        tells: NDArray[np.bool_],
        by_now: tuple[Floats, Floats],
    ) -> tuple[Changes, float]:
        """Changes of use and by how much it creeps, from what was `known` of these.

        By what groups that tell declared, and what was expected `by_now` without a creep; no step of that is a change.
        """
        (before, slope), (said, due), line = known, by_now, self.panel.line_of_group
        months = ripe(closed)
        crept_by = np.exp(slope * _months_of_creep(months - closed))
        changes = before.seen(
            closed,
            self._of_line(tells, said[:, months]),
            self._of_line(tells, due[:, months] * crept_by),
        )
        months = creeping(closed, since)
        due = due[:, months] * (changes.level / before.level)[line][:, months]
        return changes, creep(said[tells][:, months].sum(axis=0), due[tells].sum(axis=0))

    def _of_line(self, tells: NDArray[np.bool_], of_group: Floats) -> Floats:
        """Of the groups that tell, by line and provider; shape (lines, providers, months)."""
        panel = self.panel
        lines, providers = len(panel.lines), len(panel.providers)
        place = panel.line_of_group * providers + panel.provider_of_group
        found = summed(of_group[tells], place[tells], lines * providers)
        return found.reshape(lines, providers, -1)

    def since(self, closed: int) -> int:
        """The first care month of which all declarations can be known: that in which messages began.

        Of months before, only what was declared late came in, which looks like a habit of declaring late.
        """
        arrived = self._arrived[: closed + 1]
        some = arrived[arrived > 0]
        large = arrived > MESSAGES * (np.median(some) if some.size else 0.0)
        return int(large.argmax()) if large.any() else 0

    def _delays(self, closed: int, billing: Billing, since: int) -> tuple[Floats, Floats]:
        """Shares by age of all providers together, and of each: of months billed as is usual now."""
        first = np.array([FIRST_DECLARED.get(age, 1.0) for age in AGES])
        tells = billing.tells(closed) & (self._care >= since)
        deaf = np.flatnonzero(billing.deaf)
        every, own = self._said.shares(closed, first, tells, billing.later(self._care), deaf)
        volume = np.maximum(0.0, (self._providers[:, :, closed] * tells).sum(axis=1))
        mean = max(float(volume.sum()) / max(1, len(volume)), 1.0)
        weight = volume / (volume + OWN_CURVE * mean)
        return every, every + weight[:, None] * (own - every)


def _months_of_creep(ahead: Ints) -> Floats:
    """From the middle of the months that realisation is learnt from until some `ahead` of the last closed one."""
    return crept(ahead) + fmean(MATURE)


def _season(panel: Panel, closed: int, said: Floats, due: Floats, since: int) -> Floats:
    """By line and calendar month, mean 1, of what is `said` by line and `due` by group.

    As of realisation, months of under three months old say little: a provider that bills later would look like
    a season. So do the last ones of which nothing came in yet.
    """
    lines = len(panel.lines)
    meant = summed(due, panel.line_of_group, lines)
    season = np.ones((lines, 12))
    for line in range(lines):
        begun = np.flatnonzero(meant[line] > 0)
        told = np.flatnonzero(said[line, : max(0, closed - MATURE[0] + 1)])
        if begun.size and told.size:
            first, after = max(since, int(begun[0])), int(told[-1]) + 1
            season[line] = seasonal_indices(
                said[line, first:after], meant[line, first:after], panel.first + first
            )
    return season


def seasonal_indices(said: Floats, meant: Floats, first: int) -> Floats:
    """The indices by calendar month of what is said of what is meant, from the absolute month `first`.

    A month's ratio relative to that of the twelve months around it (of the nearest twelve at the ends),
    the mean over the years, the latest weighing most, with `FEW` years of "no season" beside them. Under a
    year there is none.
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
    years_ago = (len(said) - 1 - np.arange(len(said))) // 12
    weight = np.where(good, LATELY**years_ago, 0.0)
    count = added(place, weight, 12)
    mean = added(place, ratio * weight, 12) / np.where(count > 0, count, 1.0)
    index = np.maximum(1 + count / (count + FEW) * (mean - 1), 0.1)
    return np.asarray(index / index.mean())


@dataclass(frozen=True)
class _Use:
    """Realisation of groups, lines and all; which groups' care is all under a priced allocation."""

    of_group: Floats
    of_line: Floats
    whole: float
    covered: NDArray[np.bool_]


def _realisation(panel: Panel, declared: Floats, due: tuple[Floats, Floats], mature: slice) -> _Use:
    """`due` is what is committed, and the share of it that its age and season let expect by now."""
    committed, share = (each[:, mature] for each in due)
    said, meant = declared[:, mature].sum(axis=1), (committed * share).sum(axis=1)
    meant = np.maximum(0.0, meant)  # corrections can leave less than nothing
    covered = MOST * meant > said
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
    # Drawing groups to their line's ratio must not move the line's money.
    drawn, told = (
        added(panel.line_of_group[covered], each[covered], lines) for each in (own * meant, said)
    )
    moved = np.where((drawn > 0) & (told > 0), told / np.where(drawn > 0, drawn, 1.0), 1.0)
    return _Use(np.clip(own * moved[panel.line_of_group], 0.0, MOST), of_line, whole, covered)


def _loose(
    panel: Panel, use: _Use, declared: Floats, due: tuple[Floats, Floats], recent: slice
) -> Floats:
    """`declared` and `due` as in `_realisation`."""
    meant, share = (each[:, recent] for each in due)
    used = (use.of_group[:, None] * meant * share).sum(axis=1)
    rest = np.maximum(0.0, declared[:, recent].sum(axis=1) - used)
    flat = (share * panel.prices[:, recent]).sum(axis=1)
    return np.where(use.covered | (flat <= 0), 0.0, rest / np.where(flat > 0, flat, 1.0))
