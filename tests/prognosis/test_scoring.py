"""The scores give published and independently computed values, and reward an honest forecast."""

from math import comb, exp, log, pi, sqrt
from random import Random
from statistics import NormalDist, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.prognosis.scoring import (
    coverage_band,
    crps_ensemble,
    crps_lognormal,
    crps_normal,
    interval_score,
    kupiec,
    uniform_distance,
    uniform_limit,
    weighted_interval_score,
)

amounts = st.floats(-1e6, 1e6)


def test_scores_equal_those_of_scoringrules() -> None:
    assert crps_normal(1.3, 1, 0.5) == pytest.approx(0.1865779404678774, rel=1e-12)
    assert crps_lognormal(1.3, 0.1, 0.4) == pytest.approx(0.13747980126110465, rel=1e-12)
    assert crps_ensemble(1.3, [0.2, 0.9, 1.1, 1.6, 2.4]) == pytest.approx(0.212, rel=1e-12)
    assert interval_score(12, 8, 11, 0.2) == 13
    assert weighted_interval_score(12, 9.5, [(0.2, 8, 11), (0.05, 6, 13)]) == pytest.approx(1.09)


@pytest.mark.parametrize(
    ("n", "level", "low", "high"),
    [
        (60, 0.8, 0.7, 0.9),
        (60, 0.95, 0.8833333333333333, 1.0),
        (340, 0.8, 0.7558823529411764, 0.8411764705882353),
        (340, 0.95, 0.9264705882352942, 0.9705882352941176),
    ],
)
def test_a_coverage_band_is_binomial(n: int, level: float, low: float, high: float) -> None:
    assert coverage_band(n, level) == pytest.approx((low, high), rel=1e-12)


@given(st.integers(1, 80), st.floats(0.05, 0.95))
def test_a_coverage_band_leaves_out_at_most_what_it_says_on_either_side(
    n: int, level: float
) -> None:
    low, high = (round(n * share) for share in coverage_band(n, level))
    chance = [comb(n, k) * level**k * (1 - level) ** (n - k) for k in range(n + 1)]
    assert sum(chance[:low]) < 0.025 + 1e-12
    assert sum(chance[high + 1 :]) <= 0.025 + 1e-12


def test_kupiecs_test_gives_its_published_value_and_nothing_for_a_kept_promise() -> None:
    assert kupiec(250, 19, 0.05) == pytest.approx((3.090532940370167, 0.0787490124082854))
    assert kupiec(200, 10, 0.05) == pytest.approx((0, 1), abs=1e-9)


@pytest.mark.parametrize(("misses", "miss"), [(0, 0.2), (20, 0.8)])
def test_kupiecs_test_bears_all_right_and_all_wrong(misses: int, miss: float) -> None:
    ratio, _ = kupiec(20, misses, miss)
    assert ratio == pytest.approx(-40 * log(0.8))


@given(amounts, amounts, st.floats(0, 1e5))
def test_a_normal_score_differs_from_the_plain_error_by_at_most_a_known_part_of_the_spread(
    observed: float, mean: float, sd: float
) -> None:
    score, error = crps_normal(observed, mean, sd), abs(observed - mean)
    assert error - sd / sqrt(pi) - 1e-6 <= score
    assert score <= error + sd * (sqrt(2) - 1) / sqrt(pi) + 1e-6


def test_closed_scores_are_the_limit_of_the_ensemble_score() -> None:
    quantiles = [NormalDist().inv_cdf((k + 0.5) / 4000) for k in range(4000)]
    for observed in (-0.4, 0.7, 3.0):
        normal = crps_ensemble(observed, [1 + 0.5 * z for z in quantiles])
        assert crps_normal(observed, 1, 0.5) == pytest.approx(normal, abs=1e-4)
        skewed = crps_ensemble(observed, [exp(0.1 + 0.4 * z) for z in quantiles])
        assert crps_lognormal(observed, 0.1, 0.4) == pytest.approx(skewed, abs=2e-3)


@given(amounts, st.lists(amounts, min_size=1, max_size=12))
def test_the_ensemble_score_equals_its_definition_over_all_pairs(
    observed: float, members: list[float]
) -> None:
    pairs = fmean(abs(a - b) for a in members for b in members)
    direct = fmean(abs(member - observed) for member in members) - pairs / 2
    assert crps_ensemble(observed, members) == pytest.approx(direct, rel=1e-9, abs=1e-6)


@given(amounts, amounts, st.floats(0, 1e5), st.floats(0.01, 0.99))
def test_an_interval_that_holds_scores_its_width_and_one_that_does_not_scores_more(
    observed: float, lower: float, width: float, miss: float
) -> None:
    score = interval_score(observed, lower, lower + width, miss)
    if lower <= observed <= lower + width:
        assert score == pytest.approx(width, abs=1e-6)
    else:
        assert score >= width - 1e-6


def test_an_honest_spread_scores_better_than_a_boast_or_a_shrug() -> None:
    random = Random(7)
    draws = [random.gauss(0, 1) for _ in range(800)]
    scores = [fmean(crps_normal(y, 0, sd) for y in draws) for sd in (0.5, 1.0, 2.0)]
    assert min(scores) == scores[1]


def test_pits_of_the_right_forecast_stay_within_the_limit_and_of_a_boast_do_not() -> None:
    random = Random(11)
    draws = [random.gauss(0, 1) for _ in range(200)]
    assert uniform_distance([NormalDist().cdf(y) for y in draws]) < uniform_limit(200)
    assert uniform_distance([NormalDist().cdf(2 * y + 0.5) for y in draws]) > uniform_limit(200)
    assert uniform_limit(50) == pytest.approx(0.192, abs=5e-4)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_distance_from_uniform_is_taken_on_both_sides_of_every_step(pits: list[float]) -> None:
    n = len(pits)
    direct = max(
        max(abs(sum(p <= x for p in pits) / n - x), abs(sum(p < x for p in pits) / n - x))
        for x in pits
    )
    assert uniform_distance(pits) == pytest.approx(direct, abs=1e-12)
