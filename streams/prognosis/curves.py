"""Development curves: how much of a care month is known at an age, learnt from months that are older.

A triangle holds amounts by (care month, month in which they became known). Its chain-ladder factors
(volume weighted: f_k = sum C_{i,k+1} / sum C_{i,k}, Mack 1993) give the share known at each age.
Ages are months between the care month and knowing; they can be negative, as allocations are known
ahead. Months are counted as year * 12 + month - 1.
"""

from collections import defaultdict
from collections.abc import Mapping
from itertools import accumulate
from typing import Final

Triangle = Mapping[tuple[int, int], float]
"""Amounts by (care month, month known), not cumulated."""

RECENT: Final = 24
"""Care months that a curve is learnt from: two years follow a change of habit and even out a season."""

FIRST_DECLARED: Final = {0: 0.05, 1: 0.75, 2: 0.90, 3: 0.96, 4: 0.98, 5: 0.99}
"""Share declared by age before a municipality has history: most providers bill in the next month."""


def curve(
    triangle: Triangle, last: int, ages: range, before: Mapping[int, float]
) -> dict[int, float]:
    """The share known at each age, as learnt at the end of month `last`; 1 at the last age.

    `ages` runs from the first age of interest to the one at which all is taken as known. `before`
    gives the shares while there is nothing to learn from.
    """
    first, final = ages[0], ages[-1]
    rows: dict[int, list[float]] = defaultdict(lambda: [0.0] * len(ages))
    for (care, known), amount in triangle.items():
        if last - RECENT < care <= last - first and known <= last:
            rows[care][min(max(known - care, first), final) - first] += amount
    sums = {care: list(accumulate(row)) for care, row in rows.items()}
    shares = {final: 1.0}
    for age in reversed(ages[:-1]):
        older = [row for care, row in sums.items() if care + age + 1 <= last]
        here = sum(row[age - first] for row in older)
        there = sum(row[age + 1 - first] for row in older)
        if there > 0 and len(older) > 1:
            shares[age] = min(1.0, shares[age + 1] * max(0.0, here / there))
        else:
            shares[age] = min(shares[age + 1], before.get(age, 1.0 if age > 0 else 0.0))
    return shares


def at(shares: Mapping[int, float], age: float) -> float:
    """A curve at an age between whole months, along the straight line; flat outside its ages."""
    low, high = min(shares), max(shares)
    if age <= low:
        return shares[low] if age == low else 0.0 if low >= 0 else shares[low]
    if age >= high:
        return shares[high]
    whole = int(age // 1)
    return shares[whole] + (age - whole) * (shares[whole + 1] - shares[whole])
