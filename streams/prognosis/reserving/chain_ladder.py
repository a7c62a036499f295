"""Chain ladder: factors from an age to the next, ultimates, shares declared, and tails.

f_k = sum C^alpha F / sum C^alpha with F = C_{i,k+1} / C_{i,k}, over the rows that know both amounts
(Mack 1999). alpha 1 weighs by volume and is the sum of the next over the sum of the present, in which
a row that still stands at zero counts too; 0 is the plain mean, 2 the regression through the origin,
and these leave out rows without a positive amount, which have no F.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import copysign, exp, inf, isinf, log, prod
from operator import mul
from typing import Final

from streams.prognosis.reserving.fit import line
from streams.prognosis.reserving.triangle import NotSuited, Triangle

EXTRAPOLATED: Final = 100
"""Ages after the last over which a fitted tail runs: chainladder-python's and R's custom."""

FLAT: Final = 1.00001
"""A factor up to here says nothing of a decay and is left out of a tail's fit, as in chainladder-python."""


def factors(triangle: Triangle, alpha: int = 1) -> tuple[float, ...]:
    """The factor of every age but the last.

    Infinite where all stood at zero and some no longer do; 1 where nothing ever moved from zero. Raises
    `NotSuited` where no row knows both ages.
    """
    return tuple(_factor(triangle, column, alpha) for column in range(len(triangle.ages) - 1))


def _factor(triangle: Triangle, column: int, alpha: int) -> float:
    pairs = list(triangle.pairs(column))
    if not pairs:
        raise NotSuited(f"geen periode heeft bedragen voor beide: {triangle.step(column)}")
    if alpha != 1:
        pairs = [pair for pair in pairs if pair[0] > 0]
    weight = sum(here**alpha for here, _ in pairs)
    moved = sum(there * here ** (alpha - 1) for here, there in pairs)
    if weight == 0:
        return copysign(inf, moved) if moved else 1.0
    return moved / weight


def to_ultimate(factors: Sequence[float], tail: float = 1.0) -> tuple[float, ...]:
    """What remains to be multiplied with from each age on, the last age included."""
    return tuple(accumulate(reversed(factors), mul, initial=tail))[::-1]


def ultimates(triangle: Triangle, factors: Sequence[float], tail: float = 1.0) -> tuple[float, ...]:
    """U_i = latest amount times all later factors, in the order of the origins.

    Raises `NotSuited` for a row that stands at zero where every row did: it has nothing to multiply.
    """
    growth = to_ultimate(factors, tail)
    for origin, last in zip(triangle.origins, triangle.lasts, strict=True):
        if any(map(isinf, factors[last:])):
            raise NotSuited(
                f"periode {origin} staat op leeftijd {triangle.ages[last]}, en geen periode met een"
                " bedrag is daar voorbij gekomen; geef een verwacht bedrag (bf)"
            )
    return tuple(
        amount * growth[last] for amount, last in zip(triangle.latest, triangle.lasts, strict=True)
    )


def shares(triangle: Triangle, factors: Sequence[float], tail: float = 1.0) -> tuple[float, ...]:
    """p_k = 1 / product of all later factors: the share known at each age.

    Raises `NotSuited` when a factor is not positive, as after credits larger than the amounts.
    """
    for column, factor in enumerate(factors):
        if factor <= 0:
            raise NotSuited(f"de bedragen van {triangle.step(column)} dalen tot nul of lager")
    return tuple(1 / growth for growth in to_ultimate(factors, tail))


def exponential_tail(factors: Sequence[float]) -> float:
    """The product of 1 + exp(a + b k) over the ages beyond the last; ln(f_k - 1) = a + b k is fitted.

    k counts from 1. Raises `NotSuited` when fewer than two factors exceed 1, or they don't fall.
    """
    a, b = _decay(factors, [float(k) for k in range(1, len(factors) + 1)])
    beyond = range(len(factors) + 1, len(factors) + EXTRAPOLATED + 1)
    return prod(1 + exp(a + b * k) for k in beyond)


def inverse_power_tail(factors: Sequence[float]) -> float:
    """The product of 1 + exp(a) k^b over the ages beyond the last (Sherman 1984); k counts from 1.

    Raises `NotSuited` when fewer than two factors exceed 1, or they don't fall.
    """
    a, b = _decay(factors, [log(k) for k in range(1, len(factors) + 1)])
    beyond = range(len(factors) + 1, len(factors) + EXTRAPOLATED + 1)
    return prod(1 + exp(a + b * log(k)) for k in beyond)


def _decay(factors: Sequence[float], places: Sequence[float]) -> tuple[float, float]:
    used = [(x, log(f - 1)) for x, f in zip(places, factors, strict=True) if FLAT < f < inf]
    if len(used) < 2:
        raise NotSuited("een staart vraagt twee factoren boven een")
    a, b = line(used)
    if b >= 0:
        raise NotSuited("een staart vraagt factoren die dalen met de leeftijd")
    return a, b


def bondy_tail(factors: Sequence[float], exponent: float = 0.5) -> float:
    """f_last^(B / (1 - B)): each logarithm of a factor is B times the one before (Bondy 1985).

    At one half, Bondy's own choice, the tail repeats the last factor.
    """
    power: float = factors[-1] ** (exponent / (1 - exponent))
    return power
