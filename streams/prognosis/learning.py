"""What past months teach: billing delays, lead times, seasons, use of allocations, changed habits.

Everything is learnt from what was known at the end of a month, so that a forecast of that day can be
made again later, as it was. With D declared and B committed, by group (provider and category) and care
month m, as known at the end of month t:

    p   share of a month's declarations known at an age: chain ladder on care month by month of
        declaring, volume weighted, 24 months (Mack 1993); a provider's own curve weighs v / (v + 0.1 mean v)
        against that of all, v its volume
    g   share of a month's commitments known by now: the same on the month they became known, or the share
        that was known a year ago of the month a year before (see `leads`)
    s   season of a budget line: D / (p B) of a calendar month relative to the twelve months around it (see
        `season`)
    r   realisation (uitnutting) of a group: D over p s B of a year, of months so old that a provider that bills
        later does not look like less care (see `realisation`)
    l   level of use of a line since a sudden change of it, against the year before: a factor on r, taken out
        of what s, r and u are learnt from (see `changes`)
    c   by how much use creeps in a month, which r is behind of (see `creeping`)
    u   what a group declares a month without commitments (allocations without a price or a volume), when it
        declares more than its commitments can explain: the year of months of 2 to 13 months old, at the price
        level of the panel's last month
    f   season of commitments of a line: what of them a calendar month has, where years are alike (see `season`)
    A   what a group usually has committed in a day without f, by how much that grows, and how far what is known of
        months ahead says otherwise (see `leads`)
    lag months by which a provider bills later (or earlier) than p says, from some care month on: the shift
        and the month that explain its last five care months best, when they do so much better than what
        was taken to hold before. Months since are learnt from at their age less the lag; those of a change
        that went by (an outage) are not learnt from
    wait months until the last of the care months that a provider bills together, as those of a quarter, from
        when money came: p is of the age since that one (see `billing`)

After a month of whose bills a large part failed to come in, ages are less by that until they come; what was known at
its end tells nothing of p.

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
from streams.prognosis.leads import (
    BEGUN,
    NEAR,
    SURE,
    Leads,
    ahead,
    drawn,
    heeded,
    recent,
    trend,
    usual,
)
from streams.prognosis.panel import Floats, Ints, Panel, added, aged, summed
from streams.prognosis.realisation import MATURE, SEEN, loose, realisation
from streams.prognosis.season import committed_seasons, seasons

MESSAGES: Final = 0.1
"""A month in which less came in, in median months, is one before messages began, but for a few."""

ENOUGH: Final = 0.2
"""The providers that bill as ever tell of changes of use if more than this share of what is due is of them. When all
begin to bill earlier the few that are not seen to make the year 3 to 6 percent wrong for half a year; with 0.5 changes of use
are seen later."""

OWN_CURVE: Final = 0.1
"""Volume, in mean volumes, at which a provider's own curve weighs half. Less than the 0.3 of
field/prognosis.md 1.9: one that has always billed late is drawn to the others, and looks like less care."""


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
    yearly: Floats
    """season of commitments, by line and care month"""
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
    ahead: float
    """by how much more is known of months to come than would be of the usual, as a logarithm"""
    drawn: float
    """how much of that is believed of a month of which nothing is known yet; see `leads`"""
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
        self._of_care = np.diff(self._providers.sum(axis=0), prepend=0.0)
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
        billing = billing.listened(closed, self._came, self._of_care[:, closed])
        billing = billing.cycled(closed, self._providers)
        since = self.since(closed)
        every, delays = self._delays(closed, billing, since)
        care = self._care
        shares = at_age(delays, billing.ages(closed, care))[panel.provider_of_group]
        heard = closed - billing.deafened(closed)
        changes = before.changes if before else Changes.none(len(panel.lines), panel.months)
        used = committed * shares * changes.level[panel.line_of_group]
        season = seasons(panel, heard, self._lines[:, :, closed], used, since)
        seasonal = (season[:, (panel.first + care) % 12] * changes.level)[panel.line_of_group]
        due = committed, shares * seasonal
        use = realisation(panel, declared, due, aged(heard, MATURE, since))
        uncovered = loose(panel, use, declared, due, aged(heard, SEEN, since))
        by_line = self.level(closed)
        yearly = committed_seasons(closed, by_line)
        level = (by_line / yearly).sum(axis=0)
        leads = self._leads.known(closed, level, since)
        expected = seasonal * (
            use.of_group[:, None] * committed + uncovered[:, None] * panel.prices
        )
        said = self._providers[:, :, closed]
        meant = summed(np.maximum(0.0, expected), panel.provider_of_group, len(said))
        after = billing.seen(closed, said, meant, delays)
        whole = closed - since >= TAUGHT and level[closed - TAUGHT] > BEGUN * level[closed]
        by_now = declared, expected * shares
        last = [each[:, closed - 1].sum() for each in by_now]
        slope = before.creep if before else 0.0
        if whole and heard == closed and last[0] > SILENT * last[1]:  # else all may bill later
            tells = (billing.as_ever(closed) & after.as_ever(closed))[panel.provider_of_group]
            changes, slope = self._used(closed, since, (changes, slope), tells, by_now)
        lately, grows = recent(closed, leads, level, panel.days), trend(closed, level, panel.days)
        # As of the last closed month: what is usual in the middle of some grows to their end.
        evenly = committed / yearly[panel.line_of_group]
        usually = usual(panel, lately, evenly, leads) * np.exp(grows * (len(lately) - 1) / 2)
        habit = usually.sum() * np.exp(grows * (care - closed))
        more = ahead(closed, leads, level, habit) if closed - 12 >= since else 0.0
        return Learnt(
            closed=closed,
            every=every,
            delays=delays,
            billing=after,
            leads=leads,
            heed=heeded(closed, leads, level, habit),
            season=season,
            yearly=yearly,
            changes=changes,
            creep=slope,
            of_line=use.of_line,
            realisation=use.of_group,
            loose=uncovered,
            usual=usually,
            trend=grows,
            ahead=more,
            drawn=drawn(more, before.ahead if before else 0.0),
            whole=use.whole,
        )

    def level(self, closed: int) -> Floats:
        """What is committed by line in a day of each care month at the end of month `closed`, at the price level of the panel."""
        panel = self.panel
        by_day = self.meant[:, :, closed] / panel.prices / panel.days
        return summed(by_day, panel.line_of_group, len(panel.lines))

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
        meant = due[:, months] * crept_by
        told = self._of_line(tells, said[:, months]), self._of_line(tells, meant)
        every = added(line, meant.sum(axis=1), len(self.panel.lines))
        enough = told[1].sum(axis=(1, 2)) > ENOUGH * every  # a few don't tell of all
        changes = before.seen(closed, *(each * enough[:, None, None] for each in told))
        months = creeping(closed, since)
        due = due[:, months] * (changes.level / before.level)[line][:, months]
        if due[tells].sum() <= ENOUGH * due.sum():
            return changes, slope
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
