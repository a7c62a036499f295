"""Whether a monthly series has drifted: a two-sided CUSUM and a jump rule.

Thresholds follow from how often a false alarm is wanted. A series is standardised first (z = (y - mean) / spread, of a robust baseline). The CUSUM adds up what is
more than `k` above, or below, the baseline and raises an alarm above `h`:

    S+ = max(0, S+ + z - k),   S- = max(0, S- - z - k)            (Page 1954)

k = 0.5 finds a shift of one spread soonest. `h` follows from the mean time between false alarms (ARL0,
in months): `threshold(370)` is 4.774. The run length of a one-sided CUSUM solves

    L(z) = 1 + L(0) * F(k - z - mu) + integral from 0 to h of L(x) * f(x + k - z - mu) dx

with F and f the normal distribution and density, by Gauss-Legendre quadrature (Brook and Evans 1972;
Vance 1986). Of two sides 1 / ARL = 1 / ARL+ + 1 / ARL-.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import cos, exp, pi, sqrt
from statistics import NormalDist, median
from typing import Final, Literal

REFERENCE: Final = 0.5
"""k: half of a shift of one spread, which is to be found soonest (field/prognosis.md section 5)."""

JUMP: Final = 3.5
"""A month that lies this many spreads off is an alarm by itself (Shewhart; field/prognosis.md)."""

CONSISTENT: Final = 1.4826
"""What the median absolute deviation of normal numbers is multiplied by to be their spread."""

_NODES: Final = 48  # quadrature points: run lengths of the published tables to nine digits
_NORMAL: Final = NormalDist()

Side = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual: `mean` and `spread` in the units of the series."""

    mean: float
    spread: float

    def standardised(self, value: float) -> float:
        """How many spreads a value lies above the mean."""
        return (value - self.mean) / self.spread


def baseline(history: Sequence[float], floor: float) -> Baseline:
    """The robust baseline of a history: median, and median absolute deviation; at least `floor` spread."""
    middle = median(history)
    deviation = median(abs(value - middle) for value in history)
    return Baseline(middle, max(floor, CONSISTENT * deviation))


@dataclass(frozen=True, slots=True)
class Watch:
    """The state of one series: the two sums, and since how many months each has been above zero."""

    up: float = 0.0
    down: float = 0.0
    months_up: int = 0
    months_down: int = 0

    def after(self, z: float, k: float = REFERENCE) -> "Watch":
        """The state after a month whose standardised value is `z`."""
        up, down = max(0.0, self.up + z - k), max(0.0, self.down - z - k)
        return replace(
            self,
            up=up,
            down=down,
            months_up=self.months_up + 1 if up else 0,
            months_down=self.months_down + 1 if down else 0,
        )

    def alarm(self, z: float, h: float, jump: float = JUMP) -> Side | None:
        """Which side has an alarm after a month of value `z`; the larger sum tells when both have."""
        sides: dict[Side, float] = {
            "up": max(self.up / h, z / jump),
            "down": max(self.down / h, -z / jump),
        }
        side = max(sides, key=lambda each: sides[each])
        return side if sides[side] > 1 else None


def threshold(months: float, k: float = REFERENCE) -> float:
    """The h at which a two-sided CUSUM has a false alarm every `months` months on average."""
    low, high = 0.0, 1.0
    while run_length(k, high) < months:
        low, high = high, 2 * high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if run_length(k, middle) < months else (low, middle)
    return (low + high) / 2


def threshold_for(series: int, months: float, k: float = REFERENCE) -> float:
    """The h at which `series` series together have a false alarm every `months` months on average."""
    return threshold(series * months, k)


@cache
def run_length(k: float, h: float, shift: float = 0.0) -> float:
    """The average run length, in months, of a two-sided CUSUM when the mean has moved by `shift` spreads."""
    up, down = one_sided(k, h, shift), one_sided(k, h, -shift)
    return 1 / (1 / up + 1 / down)


@cache
def one_sided(k: float, h: float, shift: float = 0.0, start: float = 0.0) -> float:
    """The average run length of one side, from a first sum of `start`."""
    nodes, weights = _quadrature(h)
    places = [0.0, *nodes]
    rows = [
        [float(i == j) - kernel for j, kernel in enumerate(_kernels(z, k, shift, nodes, weights))]
        for i, z in enumerate(places)
    ]
    lengths = _solved(rows)
    if start == 0:
        return lengths[0]
    return 1 + sum(
        kernel * length
        for kernel, length in zip(_kernels(start, k, shift, nodes, weights), lengths, strict=True)
    )


def _kernels(
    z: float, k: float, shift: float, nodes: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """The chance of a next sum of zero, then the weighted densities of the others."""
    back = k - z - shift
    return [
        _NORMAL.cdf(back),
        *(w * _density(x + back) for x, w in zip(nodes, weights, strict=True)),
    ]


def _density(x: float) -> float:
    return exp(-x * x / 2) / sqrt(2 * pi)


def _solved(rows: list[list[float]]) -> list[float]:
    """The solution of rows * x = (1, ..., 1), by elimination with the largest pivot."""
    size = len(rows)
    table = [[*row, 1.0] for row in rows]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(table[row][column]))
        table[column], table[pivot] = table[pivot], table[column]
        top = table[column]
        for row in table[column + 1 :]:
            factor = row[column] / top[column]
            if factor:
                row[column:] = [
                    a - factor * b for a, b in zip(row[column:], top[column:], strict=True)
                ]
    found = [0.0] * size
    for place in reversed(range(size)):
        equation = table[place]
        known = sum(equation[column] * found[column] for column in range(place + 1, size))
        found[place] = (equation[size] - known) / equation[place]
    return found


@cache
def _legendre() -> tuple[tuple[float, float], ...]:
    """Nodes and weights of Gauss-Legendre quadrature on (-1, 1), by Newton's method."""
    pairs = []
    for number in range(1, _NODES + 1):
        x = cos(pi * (number - 0.25) / (_NODES + 0.5))
        for _ in range(100):
            before, value = 1.0, x
            for degree in range(2, _NODES + 1):
                before, value = (
                    value,
                    ((2 * degree - 1) * x * value - (degree - 1) * before) / degree,
                )
            slope = _NODES * (x * value - before) / (x * x - 1)
            step = value / slope
            x -= step
            if abs(step) < 1e-15:
                break
        pairs.append((x, 2 / ((1 - x * x) * slope * slope)))
    return tuple(sorted(pairs))


def _quadrature(h: float) -> tuple[list[float], list[float]]:
    """Nodes and weights on (0, h)."""
    return [h / 2 * (x + 1) for x, _ in _legendre()], [h / 2 * w for _, w in _legendre()]
