"""From exact fractions to what a row shows: whole cents, halves up, and shares of six decimals."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate, pairwise


def half_up(exact: Fraction) -> int:
    """The nearest whole number, halves up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def parted(parts: Iterable[Fraction]) -> list[int]:
    """Parts in whole numbers that add up to their rounded total: what stands at each end is rounded."""
    ends = [half_up(end) for end in accumulate(parts, initial=Fraction())]
    return [end - begin for begin, end in pairwise(ends)]


def ratio(part: Fraction | float, whole: Fraction | float) -> float | None:
    """`part` over `whole` in six decimals; None of nothing."""
    return round(float(part / whole), 6) if whole else None
