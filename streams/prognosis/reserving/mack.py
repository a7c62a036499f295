"""Mack's standard error of the chain ladder, without a distribution (Mack 1993; recursion Mack 1999).

sigma_k^2 = 1 / (n_k - 1) * sum C_{i,k}^alpha (F_ik - f_k)^2 over the n_k rows with a positive amount, and
Var(f_k) = sigma_k^2 / S_k with S_k = sum C_{i,k}^alpha. From an origin's latest amount on,

    process_{k+1}   = C_k^2 * sigma_k^2 / C_k^alpha + process_k   * f_k^2
    parameter_{k+1} = C_k^2 * Var(f_k)              + parameter_k * f_k^2

and the total's parameter error runs along with M_k, the sum of the C_k of all origins that have their
latest amount at k or before, in the place of C_k. A tail is one more step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, isnan, log, nan
from typing import Final, Literal

from streams.prognosis.reserving.chain_ladder import factors, shares, ultimates
from streams.prognosis.reserving.errors import Errors
from streams.prognosis.reserving.fit import line
from streams.prognosis.reserving.triangle import NotSuited, Triangle

Fill = Literal["mack", "log-linear"]
"""How sigma^2 is found for an age with a single link ratio: Mack's rule, or a line through ln sigma_k."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The step from the last age to the ultimate: its factor, its sigma^2, the factor's variance."""

    factor: float
    sigma2: float
    variance: float


@dataclass(frozen=True, slots=True)
class Mack:
    """The fit, age by age (sigma^2 is nan where nothing tells it), and what it says of the ultimates."""

    factors: tuple[float, ...]
    weights: tuple[float, ...]
    sigma2: tuple[float, ...]
    ultimates: tuple[float, ...]
    errors: Errors


def mack(
    triangle: Triangle, *, alpha: int = 1, fill: Fill = "mack", tail: float | Tail = 1.0
) -> Mack:
    """Value a triangle. The sigma^2 and variance of a bare tail factor are read off the ages before it.

    Raises `NotSuited` when an origin's latest amount is negative, a factor is not positive, or an age
    that is still to come for some origin has no sigma^2.
    """
    f = factors(triangle, alpha)
    shares(triangle, f)  # raises where a factor is not positive
    weights = tuple(_weight(triangle, k, alpha) for k in range(len(f)))
    found = FILLS[fill]([_spread(triangle, k, f[k], alpha) for k in range(len(f))])
    sigma2 = tuple(s if w > 0 else nan for s, w in zip(found, weights, strict=True))
    _check(triangle, sigma2)
    variances = [s / w if s > 0 else 0.0 for s, w in zip(sigma2, weights, strict=True)]
    last = tail if isinstance(tail, Tail) else _tail(tail, f, sigma2, variances)
    spreads = [s if s > 0 else 0.0 for s in sigma2]
    steps = [*map(Tail, f, spreads, variances), last]
    return Mack(
        f,
        weights,
        sigma2,
        ultimates(triangle, f, last.factor),
        _recursion(triangle, steps, alpha),
    )


def _weight(triangle: Triangle, column: int, alpha: int) -> float:
    if alpha == 1:
        return sum(here for here, _ in triangle.pairs(column))
    return sum(here**alpha for here, _ in triangle.pairs(column) if here > 0)


def _spread(triangle: Triangle, column: int, factor: float, alpha: int) -> float:
    pairs = [pair for pair in triangle.pairs(column) if pair[0] > 0]
    if len(pairs) < 2:
        return nan
    squares = sum(here**alpha * (there / here - factor) ** 2 for here, there in pairs)
    return squares / (len(pairs) - 1)


def _mack_rule(sigma2: Sequence[float]) -> list[float]:
    """min(sigma_{k-1}^4 / sigma_{k-2}^2, sigma_{k-2}^2, sigma_{k-1}^2); after a single one, that one."""
    filled: list[float] = []
    for each in sigma2:
        value = each
        if isnan(each) and filled:
            two, one = filled[-2:][0], filled[-1]
            value = min(one**2 / two if two else 0.0, two, one)
        filled.append(value)
    return filled


def _log_linear(sigma2: Sequence[float]) -> list[float]:
    """exp(2 (a + b k)), the line through ln sigma_k; Mack's rule when it has less than two points."""
    points = [(float(k), log(each) / 2) for k, each in enumerate(sigma2) if each > 0]
    if len(points) < 2:
        return _mack_rule(sigma2)
    a, b = line(points)
    return [exp(2 * (a + b * k)) if isnan(each) else each for k, each in enumerate(sigma2)]


FILLS: Final[dict[Fill, Callable[[Sequence[float]], list[float]]]] = {
    "mack": _mack_rule,
    "log-linear": _log_linear,
}


def _check(triangle: Triangle, sigma2: Sequence[float]) -> None:
    for origin, amount, last in zip(triangle.origins, triangle.latest, triangle.lasts, strict=True):
        if amount < 0:
            raise NotSuited(
                f"periode {origin} staat onder nul op leeftijd {triangle.ages[last]}, en de spreiding van"
                " Mack groeit met het bedrag; geef een verwacht bedrag (bf)"
            )
        for column in range(last, len(sigma2)):
            if amount and isnan(sigma2[column]):
                raise NotSuited(
                    f"{triangle.step(column)} heeft geen twee verhoudingen, en geen leeftijd ervoor zegt"
                    f" wat te verwachten is: er is geen fout voor periode {origin}"
                )


def _tail(
    factor: float, f: Sequence[float], sigma2: Sequence[float], variances: Sequence[float]
) -> Tail:
    """The tail's spread at the place where the line through ln(f_k - 1) meets it (Mack 1999)."""
    if factor == 1:
        return Tail(1.0, 0.0, 0.0)
    growing = [(float(k), log(each - 1)) for k, each in enumerate(f) if each > 1]
    if factor < 1 or len(growing) < 2:
        raise NotSuited("geef sigma^2 en variantie van een staart onder een, of na geen groei")
    a, b = line(growing)
    if b >= 0:
        raise NotSuited("geef sigma^2 en variantie van een staart na factoren die niet dalen")
    place = (log(factor - 1) - a) / b
    return Tail(factor, _at(place, sigma2), _at(place, variances))


def _at(place: float, squares: Sequence[float]) -> float:
    points = [(float(k), log(each) / 2) for k, each in enumerate(squares) if each > 0]
    if len(points) < 2:
        return 0.0
    a, b = line(points)
    return exp(2 * (a + b * place))


def _recursion(triangle: Triangle, steps: Sequence[Tail], alpha: int) -> Errors:
    rows = len(triangle.origins)
    amounts, process, parameter = list(triangle.latest), [0.0] * rows, [0.0] * rows
    lasts, total = triangle.lasts, 0.0
    for column in range(min(lasts), len(steps)):
        step = steps[column]
        running = [row for row in range(rows) if lasts[row] <= column]
        square = step.factor**2
        total = sum(amounts[row] for row in running) ** 2 * step.variance + total * square
        for row in running:
            amount = amounts[row]
            own = step.sigma2 * amount ** (2 - alpha) if amount else 0.0
            process[row] = own + process[row] * square
            parameter[row] = amount**2 * step.variance + parameter[row] * square
            amounts[row] = amount * step.factor
    return Errors(tuple(process), tuple(parameter), total)
