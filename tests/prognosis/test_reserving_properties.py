"""What must hold of every triangle: closed forms, other algorithms, and changes that may change nothing."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import isnan
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from streams.prognosis.reserving.a_priori import benktander, cape_cod
from streams.prognosis.reserving.chain_ladder import (
    bondy_tail,
    exponential_tail,
    factors,
    inverse_power_tail,
    shares,
    ultimates,
)
from streams.prognosis.reserving.mack import Mack, Tail, mack
from streams.prognosis.reserving.merz_wuthrich import moves
from streams.prognosis.reserving.odp import Odp, over_dispersed_poisson
from streams.prognosis.reserving.triangle import NotSuited, Triangle, triangle
from tests.prognosis.triangles import grown, numbered, shipped

REAL = ("genins", "raa", "mw2008", "mortgage", "quarterly paid", "xyz Paid")


def closed_form(triangle: Triangle, fit: Mack) -> tuple[list[float], float]:
    """Mack 1993: mean square errors by origin, theorem 3, and of the total, its corollary."""
    columns = range(len(fit.factors))
    relative = [0.0 if isnan(s) else s / f**2 for s, f in zip(fit.sigma2, fit.factors, strict=True)]
    errors = []
    for latest, last, ultimate in zip(triangle.latest, triangle.lasts, fit.ultimates, strict=True):
        amounts = dict(
            enumerate(accumulate(fit.factors[last:], float.__mul__, initial=latest), last)
        )
        errors.append(
            ultimate**2
            * sum(relative[k] * (1 / amounts[k] + 1 / fit.weights[k]) for k in columns if k >= last)
        )
    total = sum(errors)
    rows = range(len(errors))
    for i in rows:
        for j in rows:
            if i != j:
                common = max(triangle.lasts[i], triangle.lasts[j])
                shared = sum(relative[k] / fit.weights[k] for k in columns if k >= common)
                total += fit.ultimates[i] * fit.ultimates[j] * shared
    return errors, total


@given(grown(gaps=True))
def test_macks_recursion_equals_his_closed_form(triangle: Triangle) -> None:
    fit = mack(triangle)
    errors, total = closed_form(triangle, fit)
    assert [se**2 for se in fit.errors.se] == pytest.approx(errors, rel=1e-10)
    assert fit.errors.total_se**2 == pytest.approx(total, rel=1e-10)


@pytest.mark.parametrize("name", REAL)
def test_macks_recursion_equals_his_closed_form_on_real_triangles(name: str) -> None:
    found = shipped()[name].triangle
    fit = mack(found)
    errors, total = closed_form(found, fit)
    assert [se**2 for se in fit.errors.se] == pytest.approx(errors, rel=1e-10)
    assert fit.errors.total_se**2 == pytest.approx(total, rel=1e-10)


@given(grown(gaps=True))
def test_the_moves_of_all_periods_to_come_add_up_to_macks_error(triangle: Triangle) -> None:
    fit = mack(triangle)
    periods = moves(triangle, fit)
    for origin, se in enumerate(fit.errors.se):
        total = sum(period.se[origin] ** 2 for period in periods)
        assert total == pytest.approx(se**2, rel=1e-9, abs=1e-9)
    together = sum(period.total_se**2 for period in periods)
    assert together == pytest.approx(fit.errors.total_se**2, rel=1e-9, abs=1e-9)


def by_matrix(triangle: Triangle, fit: Odp) -> tuple[list[float], float]:
    """England and Verrall's error with the information matrix built and inverted: phi R + g' V g.

    The parameters are a logarithm per origin and per age but the first.
    """
    growth = [*accumulate(reversed(fit.factors), float.__mul__, initial=1.0)][::-1]
    known = [1 / each for each in growth]
    steps = [known[0], *(b - a for a, b in pairwise(known))]
    origins, size = len(triangle.origins), len(triangle.origins) + len(steps) - 1
    information = [[0.0] * size for _ in range(size)]
    gradients, reserves = [[0.0] * size for _ in range(origins)], [0.0] * origins
    for i, (last, ultimate) in enumerate(zip(triangle.lasts, fit.ultimates, strict=True)):
        for k, step in enumerate(steps):
            places, mean = ([i, origins + k - 1] if k else [i]), ultimate * step
            if k > last:
                reserves[i] += mean
                for place in places:
                    gradients[i][place] += mean
            else:
                for a in places:
                    for b in places:
                        information[a][b] += mean
    together = [sum(column) for column in zip(*gradients, strict=True)]
    errors = [
        fit.phi * (r + _form(information, g)) for r, g in zip(reserves, gradients, strict=True)
    ]
    return errors, fit.phi * (sum(reserves) + _form(information, together))


def _form(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> float:
    """The form v' M^-1 v by Gaussian elimination; the matrix is positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    total = 0.0
    for place, row in enumerate(rows):
        total += row[-1] ** 2 / row[place]
        for other in rows[place + 1 :]:
            share = other[place] / row[place]
            other[:] = [b - share * a for a, b in zip(row, other, strict=True)]
    return total


@given(grown())
def test_the_poisson_error_without_a_matrix_equals_the_one_with_it(triangle: Triangle) -> None:
    try:
        fit = over_dispersed_poisson(triangle)
    except NotSuited:
        assume(False)  # noqa: FBT003 - hypothesis's own call
    assume(min(fit.factors) > 1.001)
    errors, total = by_matrix(triangle, fit)
    assert [se**2 for se in fit.errors.se] == pytest.approx(errors, rel=1e-6, abs=1e-9)
    assert fit.errors.total_se**2 == pytest.approx(total, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", ["genins", "raa", "mw2008", "mortgage"])
def test_the_poisson_error_equals_the_one_with_a_matrix_on_real_triangles(name: str) -> None:
    found = shipped()[name].triangle
    fit = over_dispersed_poisson(found)
    errors, total = by_matrix(found, fit)
    assert [se**2 for se in fit.errors.se] == pytest.approx(errors, rel=1e-9)
    assert fit.errors.total_se**2 == pytest.approx(total, rel=1e-9)


@given(grown(), st.floats(0.01, 100))
def test_another_currency_changes_amounts_and_errors_alike(triangle: Triangle, rate: float) -> None:
    rows = [[None if c is None else c * rate for c in row] for row in triangle.cells]
    fit, other = mack(triangle), mack(numbered(rows))
    assert other.factors == pytest.approx(fit.factors)
    assert other.errors.total_se == pytest.approx(fit.errors.total_se * rate, rel=1e-6, abs=1e-6)
    now, then = (
        moves(triangle, mack(triangle))[0].total_se,
        moves(numbered(rows), mack(numbered(rows)))[0].total_se,
    )
    assert then == pytest.approx(now * rate, rel=1e-6, abs=1e-6)


@given(grown(gaps=True), st.randoms(use_true_random=False))
def test_the_order_of_the_origins_does_not_matter(triangle: Triangle, random: Random) -> None:
    order = list(range(len(triangle.origins)))
    random.shuffle(order)
    other = numbered([triangle.cells[place] for place in order])
    fit, shuffled = mack(triangle), mack(other)
    assert shuffled.errors.se == pytest.approx([fit.errors.se[place] for place in order])
    assert shuffled.errors.total_se == pytest.approx(fit.errors.total_se)
    assert moves(other, mack(other))[0].total_se == pytest.approx(
        moves(triangle, mack(triangle))[0].total_se
    )


@given(grown())
def test_benktander_goes_from_bornhuetter_ferguson_to_chain_ladder(triangle: Triangle) -> None:
    f = factors(triangle)
    known, end = shares(triangle, f), ultimates(triangle, f)
    assume(all(0.05 < share < 1.9 for share in known))
    start = [500.0] * len(end)
    once = benktander(triangle, known, start, 1)
    direct = [
        latest + (1 - known[last]) * 500
        for latest, last in zip(triangle.latest, triangle.lasts, strict=True)
    ]
    assert once == pytest.approx(direct)
    assert benktander(triangle, known, start, 400) == pytest.approx(end, rel=1e-6)
    assert benktander(triangle, known, end, 1) == pytest.approx(end)


@given(grown(), st.floats(-0.1, 0.2))
def test_cape_cod_without_memory_is_chain_ladder_and_with_all_of_it_has_one_level(
    triangle: Triangle, trend: float
) -> None:
    f = factors(triangle)
    known, flat = shares(triangle, f), [1.0] * len(triangle.origins)
    forgetful = cape_cod(triangle, known, flat, trend=trend, decay=0.0)
    assert forgetful.ultimates == pytest.approx(ultimates(triangle, f))
    level = cape_cod(triangle, known, flat).ratios
    assert level == pytest.approx([level[0]] * len(level))


def test_a_tail_follows_the_curve_that_made_the_factors() -> None:
    exponential = [1 + 0.8 * 0.5**k for k in range(1, 7)]
    beyond = 1.0
    for k in range(7, 107):
        beyond *= 1 + 0.8 * 0.5**k
    assert exponential_tail(exponential) == pytest.approx(beyond, rel=1e-9)
    power = [1 + 0.5 * k**-3.0 for k in range(1, 7)]
    beyond = 1.0
    for k in range(7, 107):
        beyond *= 1 + 0.5 * k**-3.0
    assert inverse_power_tail(power) == pytest.approx(beyond, rel=1e-9)
    assert bondy_tail([1.2, 1.1], 0.25) == pytest.approx(1.1 ** (1 / 3))


def test_a_certain_tail_only_multiplies_and_an_uncertain_one_adds() -> None:
    found = shipped()["raa"].triangle
    bare, certain = mack(found).errors, mack(found, tail=Tail(1.05, 0.0, 0.0)).errors
    uncertain = mack(found, tail=Tail(1.05, 20.0, 0.0004)).errors
    assert certain.total_se == pytest.approx(1.05 * bare.total_se)
    assert certain.se == pytest.approx([1.05 * se for se in bare.se])
    assert uncertain.total_se > certain.total_se
    assert uncertain.se[0] > 0


@pytest.mark.parametrize("tail", [0.99, 0.5])
def test_the_error_of_a_tail_below_one_is_not_guessed(tail: float) -> None:
    with pytest.raises(NotSuited, match="staart onder een"):
        mack(shipped()["raa"].triangle, tail=tail)


@settings(max_examples=50)
@given(grown(gaps=True), st.integers(0, 4))
def test_an_age_that_no_origin_has_reached_changes_nothing(found: Triangle, more: int) -> None:
    ages = [*found.ages, *(f"later {k}" for k in range(more))]
    wide = [[*row, *[None] * more] for row in found.cells]
    assert triangle(found.origins, ages, wide) == found
