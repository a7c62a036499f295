"""What allocations teach: when they become known, how many are usual, and by how much they grow.

At the end of a month, with B committed to a care month:

    g   the share of B that is known by now: chain ladder on the month in which it became known, of the care
        months of the last half year and later; or the share that was known a year ago of the month a year
        before, where the two differ and that one makes what is known of the month look more usual. So
        allocations that are all renewed on one day of the year are waited for until then, and a wave that
        came once is not expected again
    A   what a group usually has committed in a day: the last four months, completed by g, at the price
        level of the panel's last month and without seasons (see `season`); months before allocations came in are
        none of these, nor those before the level of the whole municipality changed at once
    w   the weight of B / g against A for a month to come:

            w = max(k * g ** NEAR, g ** SURE),  k = (1 - d ** 2) ** 2 of d in 0 to 1, else 0 (Tukey's biweight)

        with d how far B / g of the municipality lies under A, over `ODD` of A: what ends together will be renewed;
        or over A and the last month, over `EARLY` of these: what is renewed together is known early
    x   by how much more, or less, is known of the months ahead than A and g say, as a logarithm: of `AHEAD` months
        together, as far as this month's end and the last one agree. A goes with it where little is known yet:

            A' = A * exp((1 - g) * k * x),  k as above, of x over `ODD`
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.prognosis.ladder import Ladder
from streams.prognosis.panel import Floats, Ints, Panel, aged

LEADS: Final = range(-11, 4)
"""Ages at which allocations become known: from eleven months ahead to three months late."""

NEAR: Final = 8
"""Power of g by which known commitments weigh against the usual ones, because a wave of early renewals is mostly
timing: of what was tried on simulated years, 4 to 16, the middle one errs least both in ordinary years and in
those of a harmonisation."""

SURE: Final = 100
"""Power of g by which they weigh at least: a month of which all is known has no more to come."""

ODD: Final = 0.1
"""The share by which a month to come that is heeded has less than usual. In new contracts of a quarter, a half and a whole
year the month after a quarter seems to have a tenth less until it comes: without this the year erred by 0.7 percent in August, with it by 0.3."""

EARLY: Final = 0.15
"""The share by which one has more. It may have a new level, which the last month has as well."""

JUMP: Final = 0.02
"""A month that has more, or less, than the one before by this, as a logarithm, has a new level. With it and `EARLY` years of new
contracts erred by 1.6 percent in January, not 2.1, and by 0.55 in June, not 0.61."""

CLEAR: Final = 3.0
"""Or, where it is more, by this many times what months of the year before differed by: few clients are no new level."""

KNOWN: Final = 0.98
"""A month of which less than this share is usually known does not tell of a new level."""

AHEAD: Final = 9
"""Months ahead that are held against what is usual, together: of each alone a wave of renewals makes too much. With it steady
years were told 1.29 percent off in January, not 1.53, 1.00 in March, not 1.13, and 0.40 in August, as without; 6 and 12 are as good."""

USUAL: Final = 4
"""Months that usual commitments are measured over: a third of a year evens out renewals and still
follows a change."""

LED: Final = 6
"""Care months that leads are learnt from, and all later ones: half a year follows a wave of renewals."""

APART: Final = (0.05, 0.1)
"""Two shares of a month that began, and of one to come, that differ by less differ by chance. Choosing between
these too by what looks usual held growing municipalities back: June erred by half a percent, not by 0.36."""

GROWN: Final = 36
"""Months that growth is learnt from."""

BEGUN: Final = 0.5
"""A month with less commitments than this, of those of the months it is held against, is one before
allocations came in."""


class Leads:
    """When the allocations of one municipality become known."""

    def __init__(self, known: Floats) -> None:
        """Take what was committed by care month as known at the end of each month; (1, months, months)."""
        self._known, self._ladder = known[0], Ladder(known, LEADS)

    def known(self, closed: int, level: Floats, since: int) -> Floats:
        """The share known by the end of month `closed` and by the end of the next; shape (2, months).

        `level` is what is committed in a day of each care month, as known at the end of `closed`; the shares
        of a year ago are of use from a year after `since` on, the month in which messages began.
        """
        care = np.arange(len(self._known))
        tells, on_time = care[None, :] > closed - LED, np.zeros_like(care)[None, :]
        curve = self._ladder.shares(closed, np.ones(len(LEADS)), tells, on_time)[0]
        age = closed + np.arange(2.0)[:, None] - care
        leads = np.interp(age, np.array(LEADS), curve, right=1.0)
        usual = level[aged(closed, range(LEADS[-1] + 1, LEADS[-1] + 1 + USUAL))].sum() / USUAL
        if closed - 12 < since or usual <= 0:
            return leads
        seen = level / usual  # in usual months, as far back as all is known
        # A year at a time: what is known by now of the month a year before was found before.
        for first in range(max(12, closed - LEADS[-1]), len(care), 12):
            these = care[first : first + 12]
            now = self._known[these - 12, closed]
            then = self._known[these - 12, closed - 12 : closed - 10].T
            ago = then * np.where(now > 0, leads[0, these - 12] / np.where(now > 0, now, 1.0), 0.0)
            ago = np.clip(ago, 0.0, 1.0)
            better = _better(ago[0], leads[0, these], seen[these], these > closed)
            leads[:, these] = np.where(better, ago, leads[:, these])
        return leads


def _better(
    ago: Floats, leads: Floats, seen: Floats, ahead: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which care months the shares of a year ago fit better than `leads`: the nearer to what is `seen`.

    `seen` is what is committed, in usual months. Of months `ahead` the smaller share is the safer one, as it
    leaves them to what is usual, so that a distance counts by the share.
    """
    far_ago, far = (np.where(ahead, share, 1.0) * np.abs(seen - share) for share in (ago, leads))
    apart = np.abs(ago - leads) > np.where(ahead, APART[1], APART[0])
    return apart & (far_ago < far)


def recent(closed: int, leads: Floats, level: Floats, days: Floats) -> Ints:
    """The months that usual commitments are measured over; `leads` and `level` as of `Leads.known`, `days` of months."""
    year = np.arange(max(0, closed - USUAL - 11), closed + 1)
    daily, lately = _over(level[year], leads[0, year]), year[-USUAL:]
    begun: Ints = lately[daily[-USUAL:] > BEGUN * daily[-USUAL:].max(initial=0.0)]
    if len(year) < USUAL + 12 or daily.min() <= 0:
        return begun
    jumps = lately[1:][_jumps(daily, days[year], USUAL - 1) & (leads[0, lately[1:]] > KNOWN)]
    return np.asarray(begun[begun >= jumps.max(initial=lately[0])])


def _jumps(daily: Floats, days: Floats, months: int) -> NDArray[np.bool_]:
    """Which of the last `months` have a new level, by all before; `daily` is what is committed in a day of each.

    A month differs from the one before by the least of its day and of all its days: what is allocated by month has
    more a day in February, what is by day less in the month.
    """
    by_day, by_month = (np.diff(np.log(each)) for each in (daily, daily * days))
    least = np.minimum(np.abs(by_day), np.abs(by_month))
    steps = np.where(by_day * by_month > 0, least, 0.0)
    usual = float(np.sqrt((steps[:-months] ** 2).mean()))
    return np.asarray(steps[-months:] > max(JUMP, CLEAR * usual))


def usual(panel: Panel, months: Ints, committed: Floats, leads: Floats) -> Floats:
    """What each group usually has committed in a day, in cents, in the middle of its `recent` months."""
    known = float(leads[0, months].sum())
    level = (committed[:, months] / panel.prices[:, months] / panel.days[months]).sum(axis=1)
    return np.asarray(level / known if known > 0 else np.zeros_like(level))


def trend(closed: int, level: Floats, days: Floats) -> float:
    """By how much allocations grow in a month, as a logarithm; `level` as in `Leads.known`, `days` of the months.

    The median growth of months from the year before, so that a jump is none; none under two years, and none in a
    year that began with a jump, because what would have grown is in it.
    """
    now = np.arange(max(12, closed - GROWN + 1), closed + 1)
    begun = level[now - 12] > BEGUN * level[now]  # else allocations were still coming in
    told = now[begun & (level[now] > 0)]
    lately = np.arange(max(0, closed - 24), closed + 1)
    whole = len(lately) > 24 and level[lately].min() > 0
    if len(told) < 12 or (whole and _jumps(level[lately], days[lately], 12).any()):
        return 0.0
    return float(np.median(np.log(level[told] / level[told - 12]))) / 12


def heeded(closed: int, leads: Floats, level: Floats, usual: Floats) -> Floats:
    """What is left of the weight of known commitments (k) by the end of month `closed` and of the next, 0 to 1.

    `leads` and `level` as of `Leads.known`; `usual` is what will be committed in a day of each care month by habit,
    of the municipality. Shape (2, months).
    """
    known = _over(level, leads[0])
    less = np.where(usual > 0, 1 - _over(known, usual), 0.0) / ODD
    most = np.maximum(usual, known[closed])
    more = np.where(most > 0, _over(known, most) - 1, 0.0) / EARLY
    left = np.tile(_biweight(np.maximum(0.0, np.maximum(less, more))), (2, 1))
    left[0, : closed + 1] = left[1, : closed + 2] = 1.0
    return left


def ahead(closed: int, leads: Floats, level: Floats, usual: Floats) -> float:
    """By how much more is known of the months to come than would be of the `usual`, as a logarithm; as `heeded`."""
    months = slice(closed + 1, closed + 1 + AHEAD)
    known, due = float(level[months].sum()), float((leads[0] * usual)[months].sum())
    return float(np.log(known / due)) if min(known, due) > 0 else 0.0


def drawn(more: float, before: float) -> float:
    """How far what is usual goes with months of which nothing is known, by what is `ahead` now and was a month `before`.

    One month's end may have had a wave of renewals, or have missed its messages: only what both say counts. The
    farther off that is, the less it is believed.
    """
    both = min(abs(more), abs(before)) if more * before > 0 else 0.0
    return float(np.copysign(both, more) * _biweight(np.array(both / ODD)))


def _biweight(distance: Floats) -> Floats:
    """Tukey's: 1 of no distance, 0 from a distance of 1 on."""
    return np.asarray(np.maximum(0.0, 1 - distance**2) ** 2)


def _over(amount: Floats, by: Floats) -> Floats:
    """The quotient; the amount where there is none."""
    return np.asarray(amount / np.where(by > 0, by, 1.0))
