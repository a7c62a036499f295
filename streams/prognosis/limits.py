"""How far a series may go without an alarm, so that false alarms are as rare as was promised.

What is usual is the median of n months: off by chance, with a variance of 1.57 / n, for as long as it
stands. The threshold is that at which the rate of alarms, averaged over this error (by Gauss-Hermite
quadrature), is as wanted; a run length (`drift`) that takes the median for certain would let up to three
times as many through. Single months, jumps, may take half of the alarms at most.
"""

from dataclasses import dataclass
from functools import cache
from math import exp, log, pi, sqrt
from statistics import NormalDist
from typing import Final

from streams.prognosis.drift import JUMP, REFERENCE, run_length

WINDOW: Final = 24
"""Months of which the median is usual (field/prognosis.md section 5)."""

OFTENEST: Final = 60.0
"""Least months between false alarms of one series, however few there are: five years."""

RAREST: Final = 1000.0
"""Most months between false alarms of one series: two years don't tell what is usual well enough for
more (333 series with one a quarter; more series have more of them)."""

_HERMITE: Final = (  # nodes and weights of five-point Gauss-Hermite quadrature, of a normal number
    (0.0, 8 / 15),
    (sqrt(5 - sqrt(10)), (7 + 2 * sqrt(10)) / 30),
    (sqrt(5 + sqrt(10)), (7 - 2 * sqrt(10)) / 30),
)
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest sum, and the largest single z, without an alarm."""

    cusum: float
    jump: float


@cache
def limits(months: float, history: int) -> Limits:
    """The limits at which a series has a false alarm every `months` months, usual being of `history`.

    Jumps are rarer than `JUMP` lets them be when that is more than half of the alarms.
    """
    rate = 1 / min(RAREST, max(OFTENEST, months))
    jumps = min(2 * _NORMAL.cdf(-JUMP), rate / 2)
    error = sqrt(1 + pi / 2 / history)
    return Limits(_threshold(1 / (rate - jumps), history), -_NORMAL.inv_cdf(jumps / 2) * error)


def _threshold(months: float, history: int) -> float:
    """The h of a run length of `months`, by secants: ln of a run length is nearly straight in h."""
    low, high = 3.0, 4.0
    while abs(high - low) > 1e-4:
        below, above = log(_length(low, history)), log(_length(high, history))
        low, high = high, high + (high - low) * (log(months) - above) / (above - below)
    return high


@cache
def _length(h: float, history: int) -> float:
    """The run length at h, over the error of a median of `history` months that stands for `WINDOW`."""
    error = sqrt(pi / 2 / history)
    quiet = sum(
        weight * exp(-WINDOW / run_length(REFERENCE, h, error * node)) for node, weight in _HERMITE
    )
    return WINDOW / (1 - quiet)
