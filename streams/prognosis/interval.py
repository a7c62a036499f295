"""Bounds, probabilities and dates from a prognosis and the spread of its errors.

Errors are those of ln(actual / forecast), of Student's t with as many degrees of freedom as windows they
were measured on, at least four.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from math import exp, log
from statistics import NormalDist

Months = Mapping[int, float]


def quantile(probability: float, freedom: float) -> float:
    """Student's t quantile by its Cornish-Fisher expansion; within 1e-3 from 4 degrees on, up to 0.975."""
    z = NormalDist().inv_cdf(probability)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / freedom + g2 / freedom**2 + g3 / freedom**3 + g4 / freedom**4


def _freedom(windows: int) -> float:
    return max(4.0, float(windows))


def bounds(total: float, sigma: float, windows: int, level: float) -> tuple[float, float]:
    """The two-sided interval of a total at a level (0.80): log errors, t with a degree a window.

    Of a negative total (more credits than debits) too the lower bound comes first.
    """
    width = quantile(0.5 + level / 2, _freedom(windows)) * sigma
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


def overrun_probability(total: float, sigma: float, windows: int, budget: float) -> float | None:
    """The probability that the year costs more than its budget: the share of the interval above it.

    None when no care is expected at all, as before the first message: of nothing there is no spread.
    """
    if total == 0 and budget >= 0:
        return None
    if total <= 0 or budget <= 0:
        return float(total > budget)
    distance = log(total / budget) / max(sigma, 1e-9)
    freedom = _freedom(windows)
    low, high = 0.001, 0.999  # a forecast of this kind is never surer than this
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if quantile(middle, freedom) < distance else (low, middle)
    return round(middle, 6)
