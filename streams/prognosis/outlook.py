"""The first prognosis of a year: Bornhuetter-Ferguson on commitments, a later one will refine it.

Per budget line and care month m, with D declared so far, p the share of m that is usually declared
by now, C committed, g the share of m's commitments that is usually known by now, A the line's usual
commitment a month and r its realisation ratio (uitnutting):

    expected in m = D + (1 - p) * r * (A + g * (C - g * A))

The last factor is what m will have been committed in the end: the usual amount, and what is known
above or below the usual for now as far as commitments are usually known by now. A wave of early
renewals is mostly timing, so far ahead (g small) it counts little; near (g = 1) only C counts.

The line's prognosis is the sum over the year's months plus its fixed costs. Every term is on the
board. r is learnt on mature months (5 to 18 months old), so that a provider that bills later does
not look like less care; a line leans on the municipality as far as it has little history.

Declared money that has no answer yet is expected to be refused as often as answered money was (q):
what is still to come is the sum of the second term less q times what is open.

Intervals come from the method's own past errors: for every earlier window of twelve months the
forecast is made again with what was known at the same point, and the spread of log(actual /
forecast) is the spread of this one. Windows overlap, so six count as one; they are weighed against
a stated spread that counts as two, and that is all there is without history.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final

from streams.prognosis.curves import FIRST_DECLARED, Triangle, at, curve

DELAYS: Final = range(19)
"""Ages at which declarations come in; after eighteen months a care month is taken as declared."""

LEADS: Final = range(-11, 4)
"""Ages at which allocations become known: from eleven months ahead to three months late."""

MATURE: Final = range(5, 19)
"""Ages of care months that the realisation ratio is learnt from (field study: robust to late billing)."""

ASSUMED_REALISATION: Final = 0.85
"""Realisation ratio before there is any mature month: allocations are used for four fifths or more."""

OVERLAP: Final = 6
"""Windows that count as one: neighbours share eleven of their twelve months."""

STATED_WEIGHT: Final = 2
"""What the stated spread weighs against measured windows."""

STATED_SPREAD: Final = (0.01, 0.08)
"""Spread without history: a floor, and a share of what is still to be declared (0 to 1 of the year).
From simulated municipalities: the errors of a small one stay within it at every month end."""

LOOKED_BACK: Final = 84
"""Months of history that errors are measured on: seven years, so five years of windows; a line with a
mistyped year must not make every valuation walk through the centuries."""

Months = Mapping[int, float]


@dataclass
class Series:
    """A budget line's history: cents by care month (counted months); `open` is part of `declared`."""

    declared: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    committed: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    open: dict[int, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True)
class History:
    """What all lines of a municipality share: the triangles of declaring and of allocating.

    `refused` is the share of answered money that was rejected, 0 to 1.
    """

    declared: Triangle
    committed: Triangle
    refused: float = 0.0


@dataclass(frozen=True)
class Now:
    """The moment of a prognosis: the month, and the share of it that has passed (0 to 1)."""

    month: int
    passed: float

    @property
    def closed(self) -> int:
        """The last month that is over."""
        return self.month if self.passed >= 1 else self.month - 1

    def age(self, care: int) -> float:
        """The age of a care month, in months, as curves count it."""
        return self.month - care - 1 + self.passed


@dataclass(frozen=True)
class Learnt:
    """What past months teach: shares declared, known by age and refused, and the realisation ratio."""

    delays: Mapping[int, float]
    leads: Mapping[int, float]
    realisation: float
    refused: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """A line's year in cents: `expected` is still to be declared, `by_month` the cost of each month."""

    declared: float
    expected: float
    completeness: float
    realisation: float
    by_month: Mapping[int, float]

    @property
    def total(self) -> float:
        """Declared and expected together."""
        return self.declared + self.expected


def learn(history: History, now: Now) -> Learnt:
    """The curves and the municipality's realisation ratio, as far as `now` knows them."""
    delays = curve(history.declared, now.closed, DELAYS, FIRST_DECLARED)
    leads = curve(history.committed, now.closed, LEADS, dict.fromkeys(LEADS, 1.0))
    declared, committed = _by_care(history.declared, now), _by_care(history.committed, now)
    ratio = _realisation(declared, committed, delays, now)
    if ratio is None or ratio <= 0:  # of nothing declared nothing can be learnt
        ratio = ASSUMED_REALISATION
    return Learnt(delays, leads, ratio, history.refused)


def _by_care(triangle: Triangle, now: Now) -> dict[int, float]:
    sums: dict[int, float] = defaultdict(float)
    for (care, known), amount in triangle.items():
        if known <= now.month:
            sums[care] += amount
    return sums


def _realisation(
    declared: Months, committed: Months, delays: Mapping[int, float], now: Now
) -> float | None:
    """Declared over committed in mature months; None without commitments in them."""
    mature = [now.closed - age for age in MATURE]
    base = sum(committed.get(care, 0.0) * at(delays, now.age(care)) for care in mature)
    return sum(declared.get(care, 0.0) for care in mature) / base if base > 0 else None


def estimate(series: Series, learnt: Learnt, now: Now, months: Iterable[int]) -> Estimate:
    """The prognosis of one line for the given care months, fixed costs apart."""
    ratio = _line_realisation(series, learnt, now)
    usual = _usual(series.committed, learnt, now)
    declared = expected = due = 0.0
    by_month: dict[int, float] = {}
    for care in months:
        so_far = series.declared.get(care, 0.0)
        share = at(learnt.delays, now.age(care)) if care <= now.month else 0.0
        lead = at(learnt.leads, now.age(care))
        committed = usual + lead * (series.committed.get(care, 0.0) - lead * usual)
        refused = learnt.refused * series.open.get(care, 0.0)
        still = (1 - share) * ratio * committed - refused
        declared, expected = declared + so_far, expected + still
        if care <= now.closed:
            due += so_far + still
        by_month[care] = so_far + still
    done = sum(series.declared.get(care, 0.0) for care in by_month if care <= now.closed)
    completeness = min(1.0, max(0.0, done / due)) if due > 0 else 1.0
    return Estimate(declared, expected, completeness, ratio, by_month)


def _line_realisation(series: Series, learnt: Learnt, now: Now) -> float:
    """A line's own ratio as far as it has history: with n mature months its weight is n / (n + 6)."""
    own = _realisation(series.declared, series.committed, learnt.delays, now)
    if own is None:
        return learnt.realisation
    months = sum(1 for age in MATURE if series.committed.get(now.closed - age, 0.0) > 0)
    trust = months / (months + 6)
    return trust * own + (1 - trust) * learnt.realisation


def _usual(committed: Months, learnt: Learnt, now: Now) -> float:
    """A line's commitment a month: the last six closed months, completed for what is still to come."""
    recent = range(now.closed - 5, now.closed + 1)
    known = sum(at(learnt.leads, now.age(care)) for care in recent)
    return sum(committed.get(care, 0.0) for care in recent) / known if known > 0 else 0.0


def spread(history: History, now: Now, elapsed: int, undeclared: float) -> tuple[float, int]:
    """The spread of log(actual / forecast) of this prognosis, and the past windows behind it.

    `elapsed` months of the year have passed, `undeclared` (0 to 1) of its cost is still to come.
    Windows of twelve months that ended at least three months ago are forecast again with the triangles
    as they were; what declared lines became later is kept, so it is a little flattered.
    """
    errors: list[float] = []
    oldest = min((care for care, _ in history.declared), default=now.month)
    first = max(oldest, now.closed - LOOKED_BACK)
    for end in range(now.closed - 3, first + 22, -1):
        past = Now(end - 12 + elapsed, 1.0)
        months = range(end - 11, end + 1)
        series = Series(_by_care(history.declared, past), _by_care(history.committed, past))
        forecast = estimate(series, learn(history, past), past, months).total
        final = sum(amount for (care, _), amount in history.declared.items() if care in months)
        if forecast > 0 and final > 0:
            errors.append(log(final / forecast))
    floor, slope = STATED_SPREAD
    stated = floor + slope * min(1.0, max(0.0, undeclared))
    squares = sum(error * error for error in errors) / OVERLAP
    weight = len(errors) / OVERLAP + STATED_WEIGHT
    return sqrt((squares + STATED_WEIGHT * stated * stated) / weight), len(errors)


def quantile(probability: float, freedom: float) -> float:
    """Student's t quantile by its Cornish-Fisher expansion; within 1e-3 from 4 degrees on, up to 0.975."""
    z = NormalDist().inv_cdf(probability)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / freedom + g2 / freedom**2 + g3 / freedom**3 + g4 / freedom**4


def bounds(total: float, sigma: float, windows: int, level: float) -> tuple[float, float]:
    """The two-sided interval of a total at a level (0.80): log errors, t with windows / 3 degrees.

    Of a negative total (more credits than debits) too the lower bound comes first.
    """
    freedom = max(4.0, windows / 3)
    width = quantile(0.5 + level / 2, freedom) * sigma
    ends = total * exp(-width), total * exp(width)
    return min(ends), max(ends)


def crossing(by_month: Months, budget: float) -> date | None:
    """The day on which cost by care month, even over the days of a month, passes a budget."""
    used = 0.0
    for care in sorted(by_month):
        cost = by_month[care]
        if cost > 0 and used + cost > budget:
            days = monthrange(care // 12, care % 12 + 1)[1]
            day = max(0.0, budget - used) / cost * days
            return date(care // 12, care % 12 + 1, min(days, int(day) + 1))
        used += cost
    return None


def overrun_probability(total: float, sigma: float, windows: int, budget: float) -> float:
    """The probability that the year costs more than its budget: the share of the interval above it."""
    if total <= 0 or budget <= 0:
        return float(total > budget)
    distance = log(total / budget) / max(sigma, 1e-9)
    freedom = max(4.0, windows / 3)
    low, high = 0.001, 0.999  # a forecast of this kind is never surer than this
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if quantile(middle, freedom) < distance else (low, middle)
    return middle
