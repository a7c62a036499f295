"""How good a forecast was: sharp, calibrated, and by how much (Gneiting and Raftery 2007).

Scores are in the unit of the amount and smaller is better; a score of a certain and right forecast is 0.
A nominal 80 percent interval has `miss` 0.2. Whether a number of misses is chance is told by a binomial
band and Kupiec's test; whether probability integral transforms (PIT: the forecast's distribution at what
came true) are uniform, by the distance of Kolmogorov and Smirnov. All take forecasts as independent, which
municipalities in one year are not: count clusters then, not forecasts.
"""

from collections.abc import Sequence
from math import erfc, exp, lgamma, log, pi, sqrt
from statistics import NormalDist
from typing import Final

_NORMAL: Final = NormalDist()


def crps_normal(observed: float, mean: float, sd: float) -> float:
    """Continuous ranked probability score of a normal forecast, `sd` 0 or more.

    e (2 Phi(z) - 1) + sd * (2 phi(z) - 1 / sqrt(pi)), e = observed - mean, z = e / sd.
    """
    if sd == 0:
        return abs(observed - mean)
    error = observed - mean
    z = error / sd
    return error * (2 * _NORMAL.cdf(z) - 1) + sd * (2 * _NORMAL.pdf(z) - 1 / sqrt(pi))


def crps_lognormal(observed: float, mu: float, sigma: float) -> float:
    """The same of a forecast whose logarithm is normal (mu, sigma > 0); `observed` may be anything.

    y (2 Phi(w) - 1) - 2 exp(mu + sigma^2 / 2) (Phi(w - sigma) + Phi(sigma / sqrt 2) - 1),
    w = (ln y - mu) / sigma (Baran and Lerch 2015).
    """
    share = below = 0.0
    if observed > 0:
        w = (log(observed) - mu) / sigma
        share, below = _NORMAL.cdf(w), _NORMAL.cdf(w - sigma)
    mean = exp(mu + sigma**2 / 2)
    return observed * (2 * share - 1) - 2 * mean * (below + _NORMAL.cdf(sigma / sqrt(2)) - 1)


def crps_ensemble(observed: float, members: Sequence[float]) -> float:
    """The same of a forecast that is a set of equally likely amounts, one or more.

    mean |x - y| - 1/2 mean |x - x'| over all pairs, a member with itself included.
    """
    n = len(members)
    error = sum(abs(member - observed) for member in members) / n
    spread = sum((2 * place - n + 1) * member for place, member in enumerate(sorted(members)))
    return error - spread / n**2


def interval_score(observed: float, lower: float, upper: float, miss: float) -> float:
    """Width plus 2 / miss times what the interval is missed by."""
    return upper - lower + 2 / miss * (max(0.0, lower - observed) + max(0.0, observed - upper))


def weighted_interval_score(
    observed: float, median: float, intervals: Sequence[tuple[float, float, float]]
) -> float:
    """Median and intervals (miss, lower, upper) as one score (Bracher et al. 2021).

    (|y - median| / 2 + sum of miss / 2 * interval score) / (number of intervals + 1/2).
    """
    parts = sum(
        miss / 2 * interval_score(observed, lower, upper, miss) for miss, lower, upper in intervals
    )
    return (abs(observed - median) / 2 + parts) / (len(intervals) + 0.5)


def coverage_band(n: int, level: float, confidence: float = 0.95) -> tuple[float, float]:
    """Between which shares of n forecasts an interval of this level is right by chance, both included.

    The quantiles of the binomial distribution; 0 < level < 1. 95 percent is the usual confidence.
    """
    outside = (1 - confidence) / 2
    return _quantile(n, level, outside) / n, _quantile(n, level, 1 - outside) / n


def _quantile(n: int, p: float, probability: float) -> int:
    """The smallest count whose cumulated binomial probability is not below `probability`."""
    reached, count = 0.0, 0
    while True:
        choose = lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)
        reached += exp(choose + count * log(p) + (n - count) * log(1 - p))
        if reached >= probability or count == n:
            return count
        count += 1


def kupiec(n: int, misses: int, miss: float) -> tuple[float, float]:
    """Likelihood ratio and p-value of so many misses where a share `miss` was promised (Kupiec 1995)."""
    ratio = 2 * (_likelihood(n, misses, misses / n) - _likelihood(n, misses, miss))
    return ratio, erfc(sqrt(max(0.0, ratio) / 2))


def _likelihood(n: int, misses: int, p: float) -> float:
    hits = n - misses
    return (misses * log(p) if misses else 0.0) + (hits * log(1 - p) if hits else 0.0)


def uniform_distance(pits: Sequence[float]) -> float:
    """The largest distance between the spread of PITs, one or more, and the uniform distribution."""
    n = len(pits)
    return max(
        max((place + 1) / n - pit, pit - place / n) for place, pit in enumerate(sorted(pits))
    )


def uniform_limit(n: int) -> float:
    """The distance that n uniform PITs exceed once in twenty times: 1.36 / sqrt(n)."""
    return 1.36 / sqrt(n)
