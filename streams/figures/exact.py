"""Exact sums of fractions with few different denominators.

Committed money is a sum of many fractions of a cent over weeks, month lengths and durations. Adding
them as `Fraction` takes a common denominator each time; kept apart by denominator each addition is
one of whole numbers, and a sum that was undone is empty again.
"""

from fractions import Fraction
from math import fsum, lcm


class Exact:
    """A sum of fractions, changed in place."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: dict[int, int] = {}

    def add(self, numerator: int, denominator: int) -> None:
        """Add `numerator / denominator`; the denominator is positive."""
        total = self.parts.get(denominator, 0) + numerator
        if total:
            self.parts[denominator] = total
        else:
            self.parts.pop(denominator, None)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def merge(self, other: "Exact", sign: int = 1) -> None:
        """Add another sum (1), or take it away (-1)."""
        if self.parts or sign < 0:
            for denominator, numerator in other.parts.items():
                self.add(sign * numerator, denominator)
        else:
            self.parts.update(other.parts)

    def value(self) -> Fraction:
        """The sum, exactly."""
        return Fraction(*self._over_one())

    def __float__(self) -> float:
        """The sum, nearly."""
        return fsum(top / bottom for bottom, top in self.parts.items())

    def cents(self) -> int:
        """The sum as whole cents, halves rounded up: for when a cell leaves the core."""
        numerator, denominator = self._over_one()
        return (2 * numerator + denominator) // (2 * denominator)

    def _over_one(self) -> tuple[int, int]:
        """The sum as one numerator over one denominator, not in lowest terms."""
        common = lcm(*self.parts)
        return sum(top * (common // bottom) for bottom, top in self.parts.items()), common
