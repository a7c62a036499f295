"""Hostile triangles: credits, zeros, gaps and odd shapes are valued where the model allows it, or refused clearly."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.prognosis.reserving.a_priori import benktander, cape_cod
from streams.prognosis.reserving.chain_ladder import (
    exponential_tail,
    factors,
    inverse_power_tail,
    shares,
    ultimates,
)
from streams.prognosis.reserving.mack import mack
from streams.prognosis.reserving.merz_wuthrich import moves
from streams.prognosis.reserving.methods import METHODS
from streams.prognosis.reserving.odp import over_dispersed_poisson
from streams.prognosis.reserving.triangle import NotSuited, Row, triangle
from tests.prognosis.triangles import numbered, shipped


@pytest.mark.parametrize("method", METHODS)
def test_every_method_values_a_triangle_with_credits(method: str) -> None:
    """RAA's origin 1982 falls at age 84."""
    rows = METHODS[method](shipped()["raa"].triangle, None)
    assert len(rows) == 11
    assert rows[-1].reserve == pytest.approx(sum(row.reserve for row in rows[:-1]))
    assert rows[-1].ultimate == pytest.approx(rows[-1].latest + rows[-1].reserve)


@pytest.mark.parametrize("method", ["chain-ladder", "mack", "bf", "benktander", "cape-cod"])
@pytest.mark.parametrize("row", [[100.0], [100.0, 150.0, 140.0]])
def test_a_single_origin_is_taken_as_complete(method: str, row: Row) -> None:
    """Its last age is the last there is."""
    (only, total) = METHODS[method](numbered([row]), None)
    assert (only.ultimate, only.reserve) == (row[-1], 0)
    assert total.reserve == 0
    if method == "mack":
        assert (total.se, total.one_year_se) == (0, 0)


def test_origins_of_one_age_have_no_reserve() -> None:
    found = numbered([[5.0], [7.0], [3.0]])
    assert ultimates(found, factors(found)) == (5, 7, 3)
    assert mack(found).errors.total_se == 0
    assert moves(found, mack(found))[0].total_se == 0


def test_origins_by_year_and_ages_by_quarter() -> None:
    found = shipped()["quarterly paid"].triangle
    assert (len(found.origins), len(found.ages)) == (12, 45)
    periods = moves(found, mack(found))
    assert len(periods) == 44
    total = sum(period.total_se**2 for period in periods)
    assert total == pytest.approx(mack(found).errors.total_se ** 2, rel=1e-10)


def test_a_row_that_stopped_early_develops_from_where_it_stopped() -> None:
    found = numbered([[10, 20, 30], [10, 20], [40], [7, 14], [8]])
    assert ultimates(found, factors(found)) == pytest.approx((30, 30, 120, 21, 24))


def test_a_gap_is_no_amount_and_its_neighbours_make_no_link() -> None:
    found = numbered([[10, 20, 40], [10, None, 60], [10, 30], [20]])
    assert factors(found) == (2.5, 2.0)
    assert ultimates(found, factors(found)) == (40, 60, 60, 100)


def test_a_zero_is_an_amount_that_links() -> None:
    """A care month in which nothing is declared yet has the other months' exposure, not none."""
    found = numbered([[0, 20, 40], [10, 20, 40], [10, 20], [20]])
    assert factors(found) == (3.0, 2.0)
    assert mack(found).weights[0] == 20


def test_where_every_origin_stood_at_zero_only_an_a_priori_amount_helps() -> None:
    found = numbered([[0, 20, 30], [0, 10, 16], [0, 12], [0]])
    f = factors(found)
    with pytest.raises(NotSuited, match="periode o3 staat op leeftijd 0, en geen"):
        ultimates(found, f)
    known = shares(found, f)
    assert known[0] == 0
    assert benktander(found, known, [50.0] * 4, 1)[3] == 50
    assert cape_cod(found, known, [1.0] * 4).ultimates[3] == pytest.approx(
        (30 + 16 + 12) / (2 + known[1])
    )


def test_a_column_that_stays_at_zero_does_not_develop() -> None:
    assert factors(numbered([[0, 0, 5], [0, 0, 6], [0, 0], [0]]))[0] == 1


def test_chain_ladder_bears_a_net_credit_and_mack_names_it() -> None:
    found = numbered([[10, 20, 40], [10, 22, 41], [10, 25], [-4]])
    assert ultimates(found, factors(found))[3] < 0
    with pytest.raises(NotSuited, match="periode o3 staat onder nul op leeftijd 0"):
        mack(found)
    with pytest.raises(NotSuited, match="periode o3 staat onder nul op leeftijd 0"):
        over_dispersed_poisson(found)


def test_a_total_that_falls_below_zero_has_no_shares() -> None:
    found = numbered([[10, -20, 40], [10, -22, 41], [10, 5], [4]])
    for valued in (lambda: shares(found, factors(found)), lambda: mack(found)):
        with pytest.raises(NotSuited, match="leeftijd 0 tot 1 dalen tot nul of lager"):
            valued()


def test_an_error_needs_two_link_ratios_somewhere_before() -> None:
    with pytest.raises(NotSuited, match="leeftijd 0 tot 1 heeft geen twee verhoudingen"):
        mack(numbered([[10, 20], [11]]))


def test_the_spread_after_a_single_known_one_is_taken_over() -> None:
    fit = mack(numbered([[10, 20, 40], [10, 22], [11]]))
    assert fit.sigma2[1] == fit.sigma2[0] > 0


def test_a_spread_of_nothing_stays_nothing() -> None:
    found = numbered([[10, 20, 30, 30], [20, 40, 60], [30, 60], [40]])
    for fill in ("mack", "log-linear"):
        assert mack(found, fill=fill).errors.total_se == 0


def test_an_age_nobody_links_is_named() -> None:
    with pytest.raises(NotSuited, match="geen periode heeft bedragen voor beide: leeftijd 0 tot 1"):
        factors(numbered([[None, 20, 40], [None, 22], [11]]))


def test_the_poisson_model_names_what_it_can_not_bear() -> None:
    with pytest.raises(NotSuited, match="periode o1 heeft geen bedrag op leeftijd 1"):
        over_dispersed_poisson(numbered([[10, 20, 40], [10, None, 60], [10, 30], [20]]))
    with pytest.raises(NotSuited, match="toenames van leeftijd 1 tot 2 zijn samen minder dan nul"):
        over_dispersed_poisson(numbered([[10, 20, 10], [10, 22, 20], [10, 30], [20]]))
    with pytest.raises(NotSuited, match="te weinig bedragen"):
        over_dispersed_poisson(numbered([[10, 20], [11]]))
    with pytest.raises(NotSuited, match="periode o0 verandert op leeftijd 1"):
        over_dispersed_poisson(numbered([[10, 20, 40], [20, 10, 50], [10, 10], [20]]))


def test_the_poisson_model_leaves_out_what_stays_at_zero() -> None:
    rows: list[Row] = [[10, 20, 40], [10, 25, 44], [10, 30], [20]]
    alone, beside = numbered(rows), numbered([*rows, [0, 0]])
    assert over_dispersed_poisson(beside).phi == pytest.approx(over_dispersed_poisson(alone).phi)
    assert over_dispersed_poisson(beside).errors.total_se == pytest.approx(
        over_dispersed_poisson(alone).errors.total_se
    )


def test_the_poisson_model_is_not_misled_by_the_last_binary_digit() -> None:
    """0.1 + 0.2 and 0.3 differ in it: the increments of the first step sum to nothing all the same."""
    rows: list[Row] = [[0.1, 0.3, 0.5], [0.2, 0.0, 0.3], [0.3, 0.3], [0.4]]
    with pytest.raises(NotSuited, match="periode o0 verandert op leeftijd 1"):
        over_dispersed_poisson(numbered(rows))


@pytest.mark.parametrize("tail", [exponential_tail, inverse_power_tail])
def test_a_tail_needs_growth_that_fades(tail: Callable[[Sequence[float]], float]) -> None:
    with pytest.raises(NotSuited, match="twee factoren boven een"):
        tail([1.2, 1.0, 0.9])
    for factors_that_last in ([1.1, 1.1, 1.1], [1.1, 1.2, 1.9]):
        with pytest.raises(NotSuited, match="dalen met de leeftijd"):
            tail(factors_that_last)


def test_the_error_of_a_tail_after_growth_that_lasts_is_not_guessed() -> None:
    with pytest.raises(NotSuited, match="factoren die niet dalen"):
        mack(numbered([[10, 20, 40], [12, 24, 48], [11, 22], [9]]), tail=1.05)


ODD = st.one_of(
    st.none(),
    st.sampled_from([0.0, 1.0, -1.0, 0.1, 0.2, 0.3, 1e-9, 1e15, -50.0]),
    st.floats(-1e4, 1e4).filter(lambda amount: amount == 0 or abs(amount) > 1e-9),
)


@pytest.mark.parametrize("method", METHODS)
@given(rows=st.lists(st.lists(ODD, min_size=1, max_size=5), min_size=1, max_size=5))
def test_any_triangle_is_valued_in_finite_numbers_or_refused_with_a_reason(
    method: str, rows: list[Row]
) -> None:
    with suppress(NotSuited):
        for row in METHODS[method](numbered(rows), None):
            for name in ("latest", "ultimate", "reserve", "se", "one_year_se"):
                amount = getattr(row, name)
                assert amount is None or isfinite(amount)


@pytest.mark.parametrize(
    ("origins", "ages", "rows", "reason"),
    [
        ([], ["1"], [], "0 perioden voor 0 rijen"),
        (["a", "b"], ["1"], [[1.0]], "2 perioden voor 1 rijen"),
        (["a", "a"], ["1"], [[1.0], [2.0]], "periode a staat er twee keer"),
        (["a"], ["1", "1"], [[1.0, 2.0]], "leeftijd 1 staat er twee keer"),
        (["a"], ["1"], [[None]], "periode a heeft geen bedrag"),
        (["a"], ["1"], [[1.0, 2.0]], "periode a heeft 2 bedragen voor 1 leeftijden"),
        (["a"], ["1"], [[float("nan")]], "niet eindig"),
        (["a"], ["1"], [[float("inf")]], "niet eindig"),
    ],
)
def test_what_is_no_triangle_is_refused(
    origins: list[str], ages: list[str], rows: list[Row], reason: str
) -> None:
    with pytest.raises(NotSuited, match=reason):
        triangle(origins, ages, rows)
