"""The over-dispersed Poisson model and its analytic error (Renshaw and Verrall 1998, England and Verrall 2002).

An increment has mean m = a_i b_k and variance phi m. The likelihood splits: given its row's total, how a row
divides over the ages is binomial, age after age. So the fit is the chain ladder exactly, and the estimates
that matter are independent in the information matrix, which need not be built or inverted:

    Var(row total) = phi C_i                Var(f_k) = phi f_k (f_k - 1) / S_k,   S_k = sum of C_{i,k}

The delta method on R_i = C_i (f_{k(i)} * ... - 1) gives, U_i being C_i times the factors,

    msep(R_i) = phi R_i + phi R_i^2 / C_i + phi U_i^2 * sum over k >= k(i) of (f_k - 1) / (f_k S_k)
    total     = phi R + phi sum R_i^2 / C_i + phi sum over k of (sum of U_i with k(i) <= k)^2 (f_k - 1) / (f_k S_k)

and phi = sum (x - m)^2 / m over (cells - parameters). A test holds this against the matrix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from streams.prognosis.reserving.chain_ladder import factors, to_ultimate, ultimates
from streams.prognosis.reserving.errors import Errors
from streams.prognosis.reserving.triangle import NotSuited, Triangle

ROUNDING: Final = 1e-12
"""A factor this near to one is one: increments that sum to zero leave as much behind in floating point."""


@dataclass(frozen=True, slots=True)
class Odp:
    """The fit and what it says. `phi` is the dispersion, in the triangle's unit."""

    factors: tuple[float, ...]
    phi: float
    ultimates: tuple[float, ...]
    errors: Errors


def over_dispersed_poisson(triangle: Triangle) -> Odp:
    """Fit the model to a triangle whose rows have no gaps.

    A row or age that stands at zero throughout has no parameter and no cell. Raises `NotSuited` when a
    row has a gap or a total below zero, an age's increments sum to less than zero, or no cell is left over.
    """
    _check(triangle)
    f = tuple(1.0 if abs(each - 1) < ROUNDING else each for each in factors(triangle))
    for column, factor in enumerate(f):
        if factor < 1:
            raise NotSuited(f"de toenames van {triangle.step(column)} zijn samen minder dan nul")
    outcome = ultimates(triangle, f)
    phi = _dispersion(triangle, f)
    return Odp(f, phi, outcome, _errors(triangle, f, outcome, phi))


def _check(triangle: Triangle) -> None:
    for origin, row, last in zip(triangle.origins, triangle.cells, triangle.lasts, strict=True):
        if None in row[:last]:
            age = triangle.ages[row.index(None)]
            raise NotSuited(f"periode {origin} heeft geen bedrag op leeftijd {age}")
        if (row[last] or 0.0) < 0:
            raise NotSuited(f"periode {origin} staat onder nul op leeftijd {triangle.ages[last]}")


def _dispersion(triangle: Triangle, f: Sequence[float]) -> float:
    chi2, cells, rows, ages = 0.0, 0, set(), set()
    for place, (row, last) in enumerate(zip(triangle.cells, triangle.lasts, strict=True)):
        known = [cell or 0.0 for cell in row[: last + 1]]
        growth = to_ultimate(f[:last])
        fitted = [known[last] / each for each in growth]
        for age in range(last + 1):
            mean = fitted[age] - (fitted[age - 1] if age else 0.0)
            increment = known[age] - (known[age - 1] if age else 0.0)
            if mean > 0:
                chi2 += (increment - mean) ** 2 / mean
                cells += 1
                rows.add(place)
                ages.add(age)
            elif increment:
                raise NotSuited(
                    f"periode {triangle.origins[place]} verandert op leeftijd {triangle.ages[age]}, waar de"
                    " bedragen van haar rij of leeftijd samen nul zijn"
                )
    free = cells - len(rows) - len(ages) + 1
    if free < 1:
        raise NotSuited("de driehoek heeft te weinig bedragen om een spreiding uit te leren")
    return chi2 / free


def _errors(triangle: Triangle, f: Sequence[float], outcome: Sequence[float], phi: float) -> Errors:
    lasts, latest = triangle.lasts, triangle.latest
    spreads = [_spread(triangle, column, factor) for column, factor in enumerate(f)]
    reserves = [u - c for u, c in zip(outcome, latest, strict=True)]
    rows = [phi * r**2 / c if c else 0.0 for r, c in zip(reserves, latest, strict=True)]
    parameter = tuple(
        own + phi * u**2 * sum(spreads[last:])
        for own, u, last in zip(rows, outcome, lasts, strict=True)
    )
    shared = sum(
        spread * sum(u for u, last in zip(outcome, lasts, strict=True) if last <= column) ** 2
        for column, spread in enumerate(spreads)
    )
    return Errors(tuple(phi * r for r in reserves), parameter, sum(rows) + phi * shared)


def _spread(triangle: Triangle, column: int, factor: float) -> float:
    """Var(f_k) / (phi f_k^2); none where nothing moved."""
    weight = sum(here for here, _ in triangle.pairs(column))
    return (factor - 1) / (factor * weight) if weight else 0.0
