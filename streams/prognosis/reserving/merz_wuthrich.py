"""How much the ultimate may move in the next period, and in every later one (Merz and Wuthrich 2008, 2014).

The claims development result of a period is the ultimate before minus after it. With q_k = sigma_k^2 / f_k^2,
S_k as in Mack, D_k the sum of the amounts that stand at age k now, and k(i) an origin's latest age:

    mse_i = U_i^2 * [ q_{k(i)} / C_{i,k(i)} + delta_{k(i)} ]
    delta_k = q_k / S_k + sum over l > k of a_l q_l / S_l,       a_l = D_l / (S_l + D_l)

The first term is process error and adds up; for the total, the second is summed over all pairs of origins as
U_i U_j delta_{max(k(i), k(j))}. D_k is the diagonal itself in a square triangle; here it may hold several
rows of one age or none, which gives quarterly ages by annual origins. A later period is the same after
adding its predecessors' expected amounts to S. The periods together are Mack's error exactly.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import isnan

from streams.prognosis.reserving.errors import Errors
from streams.prognosis.reserving.mack import Mack
from streams.prognosis.reserving.triangle import Triangle


def moves(triangle: Triangle, fit: Mack) -> tuple[Errors, ...]:
    """The errors of the move in each period to come, the next one first, until all has developed.

    `fit` is Mack's of the same triangle, weighted by volume; a tail's own error is left out. A period is one
    age. At least one is returned.
    """
    lasts = triangle.lasts
    paths = [
        tuple(accumulate(fit.factors[last:], lambda amount, f: amount * f, initial=amount))
        for amount, last in zip(triangle.latest, lasts, strict=True)
    ]
    weights, found = list(fit.weights), []
    for period in range(max(1, len(fit.factors) - min(lasts))):
        ages = [last + period for last in lasts]
        standing = [
            path[period] if age < len(weights) else 0.0
            for age, path in zip(ages, paths, strict=True)
        ]
        arriving = [0.0] * len(weights)
        for age, amount in zip(ages, standing, strict=True):
            if age < len(weights):
                arriving[age] += amount
        found.append(_move(fit, weights, arriving, ages, standing))
        weights = [s + d for s, d in zip(weights, arriving, strict=True)]
    return tuple(found)


def _move(
    fit: Mack,
    weights: Sequence[float],
    arriving: Sequence[float],
    ages: Sequence[int],
    standing: Sequence[float],
) -> Errors:
    relative = [0.0 if isnan(s) else s / f**2 for s, f in zip(fit.sigma2, fit.factors, strict=True)]
    delta = _deltas(relative, weights, arriving)
    process, parameter, by_age = [], [], [0.0] * (len(weights) + 1)
    for age, amount, ultimate in zip(ages, standing, fit.ultimates, strict=True):
        running = age < len(weights) and amount > 0
        process.append(ultimate**2 * relative[age] / amount if running else 0.0)
        parameter.append(ultimate**2 * delta[age] if running else 0.0)
        by_age[min(age, len(weights))] += ultimate
    younger = accumulate(by_age, initial=0.0)
    total = sum(
        each * (own**2 + 2 * own * rest)
        for each, own, rest in zip(delta, by_age, younger, strict=False)
    )
    return Errors(tuple(process), tuple(parameter), total)


def _deltas(
    relative: Sequence[float], weights: Sequence[float], arriving: Sequence[float]
) -> list[float]:
    """delta_k of every age but the last."""
    deltas, later = [], 0.0
    for q, s, d in zip(reversed(relative), reversed(weights), reversed(arriving), strict=True):
        deltas.append((q / s if q else 0.0) + later)
        later += q * d / (s * (s + d)) if q else 0.0
    return deltas[::-1]
