"""Why an amount changed: a change of a product of factors, given to its factors without a rest.

An item (a product, a provider) is worth V = x1 * x2 * ... * xm, in one period and in another. `lmdi`
gives each factor its part of the change by the additive logarithmic mean Divisia index (LMDI-I):

    dV_j = L(V_T, V_0) * ln(x_j,T / x_j,0),    L(a, b) = (a - b) / ln(a / b),  L(a, a) = a

It leaves no rest, turns its sign when the periods change places, and parts of items add up to the parts
of their sum (Ang, Zhang and Choi 1998). A factor of zero has the analytic limits of their table 2: an item
that is new or has vanished gives its whole worth to the factors that are zero in one of the periods,
equally where there are more. LMDI knows no negative worth (net credits): `shapley` does.

`shapley` is the mean of a factor's effect over all orders in which the factors can change (Sun 1998). It
costs 2 ** (m - 1) terms for each factor, takes any number, and is what `lmdi` is tested against.

`pvm` is what controllers know as price, volume and mix. It is simple, and depends on which period is the base.

`shared` turns parts into whole cents that add up to a whole amount.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial, floor, log, prod

Factors = Sequence[float]
"""The factors of one item in one period; their product is its worth."""

Item = tuple[Fraction, int]
"""Quantity and worth of one item in one period."""


def logarithmic_mean(a: float, b: float) -> float:
    """L(a, b) of two positive numbers: between the geometric and the arithmetic mean."""
    ratio = log(a / b)
    return (a - b) / ratio if abs(ratio) > 1e-9 else (a + b) / 2  # there they agree to 1e-19


def lmdi(before: Factors, after: Factors) -> list[float]:
    """The part of each factor in one item's change; raises ValueError for a negative factor."""
    if min(*before, *after) < 0:
        raise ValueError("LMDI needs factors of zero or more")
    worth_before, worth_after = prod(before), prod(after)
    if worth_before > 0 and worth_after > 0:
        weight = logarithmic_mean(worth_after, worth_before)
        return [weight * log(x / y) for x, y in zip(after, before, strict=True)]
    return _limits(before, after, worth_after - worth_before)


def _limits(before: Factors, after: Factors, change: float) -> list[float]:
    """Ang, Zhang and Choi (1998), table 2: what is zero in the empty period takes the whole change."""
    empty = before if prod(before) == 0 else after
    zeros = [x == 0 for x in empty]
    return [change / sum(zeros) if zero else 0.0 for zero in zeros]


def shapley(before: Factors, after: Factors) -> list[float]:
    """The part of each factor in one item's change, whatever the signs."""
    places = range(len(before))
    return [
        sum(
            _weight(len(changed), len(before))
            * prod(after[i] if i in changed else before[i] for i in places if i != own)
            * (after[own] - before[own])
            for changed in _subsets([i for i in places if i != own])
        )
        for own in places
    ]


def _subsets(places: Sequence[int]) -> list[tuple[int, ...]]:
    return [each for size in range(len(places) + 1) for each in combinations(places, size)]


def _weight(changed: int, factors: int) -> float:
    """The share of orders in which `changed` given factors come just before one other."""
    return factorial(changed) * factorial(factors - changed - 1) / factorial(factors)


def pvm(before: Sequence[Item], after: Sequence[Item]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Volume, mix and price of each item's change, which they add up to; weighed at the prices before.

    Items have one unit in common. With q and p an item's quantity and price, Q all quantity, 0 and T before
    and after: volume (Q_T / Q_0 - 1) q_0 p_0, mix (q_T - q_0 Q_T / Q_0) p_0, price q_T (p_T - p_0). An
    item without quantity before has no price then: it is mix.
    """
    total = sum(quantity for quantity, _ in before)
    growth = sum(quantity for quantity, _ in after) / total if total else Fraction(1)
    found = []
    for (quantity, worth), (quantity_after, worth_after) in zip(before, after, strict=True):
        at_old_price = worth * quantity_after / quantity if quantity else Fraction(worth_after)
        volume = worth * (growth - 1)
        found.append((volume, at_old_price - worth * growth, worth_after - at_old_price))
    return found


def shared(parts: Sequence[float], total: int) -> list[int]:
    """The parts as whole cents that add up to `total`; the largest remainders take what is left over.

    Of equal remainders the first goes first, so equal input gives equal cents. Parts that don't add up
    to `total` have their difference spread the same way.
    """
    excess = (total - sum(parts)) / len(parts) if parts else 0.0
    exact = [part + excess for part in parts]
    cents = [floor(part) for part in exact]
    left = total - sum(cents)
    order = sorted(range(len(parts)), key=lambda i: (cents[i] - exact[i], i))
    for i in order[:left]:
        cents[i] += 1
    return cents
