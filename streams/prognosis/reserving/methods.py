"""Every method's outcome in one form: what `budgetwacht reserving` prints.

A method says nothing of an error where it has none. With `apriori` None, Bornhuetter-Ferguson and
Benktander expect of every origin the mean of the chain ladder's ultimates; with an amount, that amount.
Cape Cod takes every origin's exposure as equal; the others need no a-priori amount.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from streams.prognosis.reserving.a_priori import benktander, cape_cod
from streams.prognosis.reserving.chain_ladder import factors, shares, ultimates
from streams.prognosis.reserving.errors import Errors
from streams.prognosis.reserving.mack import mack
from streams.prognosis.reserving.merz_wuthrich import moves
from streams.prognosis.reserving.odp import over_dispersed_poisson
from streams.prognosis.reserving.table import TOTAL
from streams.prognosis.reserving.triangle import Triangle


@dataclass(frozen=True, slots=True)
class Valued:
    """One origin, or all of them: amounts in the triangle's unit.

    `se` is the standard error of the reserve, `one_year_se` that of the ultimate's move until every
    origin is one age older (a year, when ages are years).
    """

    origin: str
    latest: float
    ultimate: float
    reserve: float
    se: float | None
    one_year_se: float | None


Method = Callable[[Triangle, float | None], list[Valued]]


def _chain_ladder(triangle: Triangle, _: float | None) -> list[Valued]:
    return _valued(triangle, ultimates(triangle, factors(triangle)))


def _mack(triangle: Triangle, _: float | None) -> list[Valued]:
    fit = mack(triangle)
    return _valued(triangle, fit.ultimates, fit.errors, moves(triangle, fit)[0])


def _bornhuetter_ferguson(triangle: Triangle, apriori: float | None) -> list[Valued]:
    return _credible(triangle, apriori, 1)


def _benktander(triangle: Triangle, apriori: float | None) -> list[Valued]:
    return _credible(triangle, apriori, 2)


def _credible(triangle: Triangle, apriori: float | None, iterations: int) -> list[Valued]:
    f = factors(triangle)
    each = fmean(ultimates(triangle, f)) if apriori is None else apriori
    expected = [each] * len(triangle.origins)
    return _valued(triangle, benktander(triangle, shares(triangle, f), expected, iterations))


def _cape_cod(triangle: Triangle, _: float | None) -> list[Valued]:
    known = shares(triangle, factors(triangle))
    return _valued(triangle, cape_cod(triangle, known, [1.0] * len(triangle.origins)).ultimates)


def _odp(triangle: Triangle, _: float | None) -> list[Valued]:
    fit = over_dispersed_poisson(triangle)
    return _valued(triangle, fit.ultimates, fit.errors)


METHODS: Final[dict[str, Method]] = {
    "chain-ladder": _chain_ladder,
    "mack": _mack,
    "bf": _bornhuetter_ferguson,
    "benktander": _benktander,
    "cape-cod": _cape_cod,
    "odp": _odp,
}
"""Each raises `NotSuited` for a triangle that breaks its assumptions."""


def _valued(
    triangle: Triangle,
    outcome: Sequence[float],
    errors: Errors | None = None,
    move: Errors | None = None,
) -> list[Valued]:
    """The rows in the triangle's order, and their total."""
    unknown = (None,) * len(outcome)
    rows = [
        Valued(origin, latest, ultimate, ultimate - latest, se, one_year)
        for origin, latest, ultimate, se, one_year in zip(
            triangle.origins,
            triangle.latest,
            outcome,
            errors.se if errors else unknown,
            move.se if move else unknown,
            strict=True,
        )
    ]
    latest, ultimate = sum(triangle.latest), sum(outcome)
    total = Valued(
        TOTAL,
        latest,
        ultimate,
        ultimate - latest,
        errors.total_se if errors else None,
        move.total_se if move else None,
    )
    return [*rows, total]
