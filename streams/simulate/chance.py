"""Chance that can be repeated: every concern draws from a stream of its own.

A stream is named by the seed and what it is for, so drawing more for one concern never moves
another. Two tools beside it keep small worlds close to their plan: `Strata` lets an event happen
once in every block of candidates, `even_share` spreads draws evenly over their distribution.
"""

from random import Random
from statistics import NormalDist
from typing import Final

_NORMAL: Final = NormalDist()
_REVERSED_BITS: Final = 16


class Chance:
    """The streams of one world. Equal names give equal draws, on every machine."""

    def __init__(self, *name: object) -> None:
        self._name = "/".join(map(str, name))

    def stream(self, *concern: object) -> Random:
        """The stream for one concern."""
        return Random("/".join([self._name, *map(str, concern)]))


class Strata:
    """An event with a rate between 0 and 1: exactly one candidate in each block of 1/rate is hit."""

    def __init__(self, rate: float, stream: Random) -> None:
        self._block = round(1 / rate) if rate else 0
        self._stream = stream
        self._left = 0
        self._hit_at = 0

    def hit(self) -> bool:
        """Whether it happens to this candidate."""
        if not self._block:
            return False
        if not self._left:
            self._left = self._block
            self._hit_at = self._stream.randint(1, self._block)
        self._left -= 1
        return self._left + 1 == self._hit_at


def even_share(number: int, start: float) -> float:
    """The number-th of evenly spread shares in (0, 1): van der Corput's sequence, moved by `start`."""
    reversed_bits = int(f"{number % (1 << _REVERSED_BITS):0{_REVERSED_BITS}b}"[::-1], 2)
    return min(max((reversed_bits / (1 << _REVERSED_BITS) + start) % 1.0, 1e-4), 1 - 1e-4)


def normal_quantile(share: float) -> float:
    """The standard normal value below which this share lies."""
    return _NORMAL.inv_cdf(share)


def whole(value: float, stream: Random) -> int:
    """A whole number beside the value whose mean is the value."""
    return int(value + stream.random())
