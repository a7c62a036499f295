"""The parts of the prognosis, on worlds small enough to work out by hand."""

from dataclasses import replace
from math import exp, isfinite, sqrt
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.prognosis.curves import FIRST_DECLARED, at, curve, month_number
from streams.prognosis.outlook import (
    ASSUMED_REALISATION,
    DELAYS,
    LEADS,
    OVERLAP,
    STATED_SPREAD,
    STATED_WEIGHT,
    History,
    Learnt,
    Now,
    Series,
    bounds,
    crossing,
    estimate,
    learn,
    overrun_probability,
    quantile,
    spread,
)

JANUARY = month_number("2025-01")
KNOWN_AT_ONCE = dict.fromkeys(LEADS, 1.0)
PUBLISHED = {
    (0.90, 4): 1.533206,
    (0.90, 5): 1.475884,
    (0.90, 10): 1.372184,
    (0.90, 30): 1.310415,
    (0.975, 4): 2.776445,
    (0.975, 5): 2.570582,
    (0.975, 10): 2.228139,
    (0.975, 30): 2.042272,
}
"""Student's t, from any printed table."""


@pytest.mark.parametrize(("asked", "value"), PUBLISHED.items())
def test_quantiles_are_those_of_the_printed_tables(asked: tuple[float, int], value: float) -> None:
    """Within a thousandth from four degrees of freedom on."""
    assert quantile(*asked) == pytest.approx(value, abs=1e-3)
    assert quantile(1 - asked[0], asked[1]) == pytest.approx(-value, abs=1e-3)


def test_a_curve_is_the_chain_ladders() -> None:
    """Shares are the products of f_k = sum C_{i,k+1} / sum C_{i,k} over the rows that have both.

    Ages 0, 1, 2: rows (10, 30, 60), (20, 50, -), (30, -, -) at the end of month 2; f_1 comes from one
    row only, so the shares before are asked: 0.8. f_0 = (40 + 70) / (10 + 20).
    """
    triangle = {
        (0, 0): 10.0, (0, 1): 30.0, (0, 2): 60.0,
        (1, 1): 20.0, (1, 2): 50.0,
        (2, 2): 30.0,
    }  # fmt: skip
    shares = curve(triangle, 2, range(3), {0: 0.1, 1: 0.8})
    assert shares == {2: 1.0, 1: 0.8, 0: pytest.approx(0.8 * 30 / 110)}
    known = curve(triangle | {(-1, -1): 10.0, (-1, 0): 10.0, (-1, 1): 20.0}, 2, range(3), {})
    assert known[1] == pytest.approx((40 + 20) / (100 + 40))


def test_a_curve_knows_nothing_of_later_months() -> None:
    """What became known after the month it is learnt at changes nothing."""
    triangle = {(care, care + age): 10.0 for care in range(12) for age in range(3)}
    later = triangle | {(3, 20): 1e6, (20, 20): 1e6}
    assert curve(triangle, 13, range(4), {}) == curve(later, 13, range(4), {})


def test_a_curve_never_falls_and_stays_between_nothing_and_all() -> None:
    """Credits that outweigh debits can't make a share negative or above one."""
    triangle = {(care, care + age): cents for care in range(24) for age, cents in enumerate((100.0, -150.0, 80.0))}  # fmt: skip
    shares = list(curve(triangle, 24, DELAYS, FIRST_DECLARED).values())
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize(
    ("age", "share"),
    [(-2, 0.0), (-0.5, 0.0), (0, 0.2), (0.5, 0.5), (1, 0.8), (1.25, 0.85), (2, 1.0), (9.5, 1.0)],
)
def test_between_months_a_curve_is_a_straight_line(age: float, share: float) -> None:
    """Nothing is declared of a month to come; after the last age all is."""
    assert at({0: 0.2, 1: 0.8, 2: 1.0}, age) == pytest.approx(share)


def test_a_curve_of_leads_is_flat_before_its_first_age() -> None:
    """Allocations are known ahead: further ahead than was measured is as known as at the first age."""
    assert at({-1: 0.3, 0: 1.0}, -5) == 0.3


def test_the_age_of_a_month_counts_what_has_passed() -> None:
    """At the end of March, March is 0 months old and January 2; halfway April, January is 2.5."""
    assert Now(JANUARY + 2, 1.0).age(JANUARY + 2) == 0
    assert Now(JANUARY + 2, 1.0).age(JANUARY) == 2
    assert Now(JANUARY + 3, 0.5).age(JANUARY) == 2.5
    assert Now(JANUARY + 3, 0.5).closed == JANUARY + 2
    assert Now(JANUARY + 2, 1.0).closed == JANUARY + 2


def steady(months: int, declared: float = 80.0, committed: float = 100.0) -> History:
    """Months up to December 2024: all declared in the next month, all allocated a year ahead."""
    cares = range(JANUARY - months, JANUARY)
    return History(
        {(care, care + 1): declared for care in cares if care + 1 < JANUARY},
        {(care, care - 12): committed for care in range(JANUARY - months, JANUARY + 12)},
    )


END_2024 = Now(JANUARY - 1, 1.0)


def test_the_realisation_ratio_is_declared_over_committed() -> None:
    """Eighty of every hundred is used: ratio 0.8, all declared a month later."""
    learnt = learn(steady(30), END_2024)
    assert learnt.realisation == pytest.approx(0.8)
    assert learnt.delays[0] == 0
    assert learnt.delays[1] == 1
    assert all(share == 1 for share in learnt.leads.values())


def test_a_steady_world_is_foretold_exactly() -> None:
    """Twelve months at 80 of 100: 960, and December 2024 is still out."""
    history = steady(30)
    series = Series(
        {JANUARY - 20 + n: 80.0 for n in range(19)},
        dict.fromkeys(range(JANUARY - 20, JANUARY + 12), 100.0),
    )
    found = estimate(series, learn(history, END_2024), END_2024, range(JANUARY, JANUARY + 12))
    assert found.total == pytest.approx(960)
    assert found.declared == 0
    year = estimate(series, learn(history, END_2024), END_2024, range(JANUARY - 12, JANUARY))
    assert year.declared == 880
    assert year.expected == pytest.approx(80)
    assert year.completeness == pytest.approx(880 / 960)


def test_expected_is_open_share_times_ratio_times_commitment() -> None:
    """(1 - p) * r * C with p 0.25, r 0.5, C 400: 150 to come on top of 60 declared."""
    learnt = Learnt({0: 0.25, 1: 1.0}, KNOWN_AT_ONCE, 0.5)
    series = Series({JANUARY: 60.0}, {JANUARY: 400.0})
    found = estimate(series, learnt, Now(JANUARY, 1.0), [JANUARY])
    assert found.declared == 60
    assert found.expected == pytest.approx(150)


def test_without_history_the_stated_ratio_and_delays_hold() -> None:
    """Nothing known: the assumed ratio, and most of a month declared in the next."""
    learnt = learn(History({}, {}), END_2024)
    assert learnt.realisation == ASSUMED_REALISATION
    assert {age: learnt.delays[age] for age in FIRST_DECLARED} == FIRST_DECLARED


def test_nothing_declared_teaches_nothing() -> None:
    """Commitments without any declaration don't make care free: the stated ratio holds."""
    assert learn(steady(30, declared=0.0), END_2024).realisation == ASSUMED_REALISATION
    assert learn(steady(30, declared=-5.0), END_2024).realisation == ASSUMED_REALISATION


def test_a_line_leans_on_the_municipality_as_far_as_it_is_new() -> None:
    """With n mature months its own ratio weighs n / (n + 6): of two months of 0.2, a quarter."""
    learnt = Learnt(dict.fromkeys(DELAYS, 1.0), KNOWN_AT_ONCE, 0.8)
    mature = [JANUARY - 1 - 5, JANUARY - 1 - 6]
    series = Series(dict.fromkeys(mature, 20.0), dict.fromkeys(mature, 100.0))
    found = estimate(series, learnt, END_2024, [])
    assert found.realisation == pytest.approx(0.25 * 0.2 + 0.75 * 0.8)


def test_a_line_without_money_has_an_empty_year() -> None:
    """Nothing declared and committed: nothing expected, and nothing is missing."""
    found = estimate(Series(), learn(steady(30), END_2024), END_2024, range(JANUARY, JANUARY + 12))
    assert (found.total, found.completeness) == (0, 1)


def test_the_spread_weighs_own_errors_against_a_stated_one() -> None:
    """Without history it is the stated one; a past without errors shrinks it, and not to nothing."""
    floor, slope = STATED_SPREAD
    for undeclared in (0.0, 0.3, 1.0):
        stated, windows = spread(steady(12), END_2024, 6, undeclared)
        assert windows == 0
        assert stated == pytest.approx(floor + slope * undeclared)
        sigma, windows = spread(steady(60), END_2024, 6, undeclared)
        weight = windows / OVERLAP + STATED_WEIGHT
        assert windows > OVERLAP
        assert sigma == pytest.approx(stated * sqrt(STATED_WEIGHT / weight))


def test_one_mistyped_year_costs_no_time() -> None:
    """A line of the year 1 is no reason to forecast two thousand years again."""
    history = steady(60)
    old = History({**history.declared, (12, 12): 1.0}, history.committed)
    start = process_time()
    assert spread(old, END_2024, 6, 0.5)[1] <= 60
    assert process_time() - start < 2


def test_bounds_are_as_wide_as_the_errors_were() -> None:
    """Log errors of 10 percent over 90 windows: the 80 percent interval is t(30) times as wide."""
    low, high = bounds(1000.0, 0.1, 90, 0.80)
    assert high == pytest.approx(1000 * exp(0.1310415), abs=0.1)
    assert low == pytest.approx(1000 * exp(-0.1310415), abs=0.1)


@given(total=st.floats(-1e12, 1e12), sigma=st.floats(0, 0.6), windows=st.integers(0, 90))
def test_bounds_hold_the_total_and_each_other(total: float, sigma: float, windows: int) -> None:
    """Lower 95 <= lower 80 <= total <= upper 80 <= upper 95, also of a negative total."""
    lower, upper = bounds(total, sigma, windows, 0.80)
    lowest, highest = bounds(total, sigma, windows, 0.95)
    assert lowest <= lower <= total <= upper <= highest


def test_the_overrun_probability_is_the_share_of_the_interval_above_the_budget() -> None:
    """At the upper 80 percent bound one in ten is left, at the lower one nine in ten."""
    low, high = bounds(100, 0.1, 30, 0.80)
    assert overrun_probability(100, 0.1, 30, 100) == pytest.approx(0.5)
    assert overrun_probability(100, 0.1, 30, high) == pytest.approx(0.1, abs=1e-6)
    assert overrun_probability(100, 0.1, 30, low) == pytest.approx(0.9, abs=1e-6)
    assert overrun_probability(100, 0.1, 30, 1) == pytest.approx(0.999)
    assert overrun_probability(100, 0.1, 30, 0) == 1
    assert overrun_probability(0, 0.1, 30, 0) == 0
    assert overrun_probability(-10, 0.1, 30, 0) == 0


def test_open_money_is_expected_to_be_refused_as_often_as_answered_money_was() -> None:
    """A tenth of what was answered was rejected: a tenth of what is open is taken off."""
    history = steady(30)
    learnt = learn(replace(history, refused=0.1), END_2024)
    series = Series({JANUARY - 12: 1000.0}, {}, {JANUARY - 12: 400.0})
    plain = Series({JANUARY - 12: 1000.0}, {})
    year = range(JANUARY - 12, JANUARY)
    less = (
        estimate(plain, learnt, END_2024, year).total
        - estimate(series, learnt, END_2024, year).total
    )
    assert less == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("budget", "day"),
    [
        (0, "2025-01-01"),
        (309, "2025-01-31"),
        (310, "2025-02-01"),
        (320, "2025-02-02"),
        (899, "2025-03-31"),
        (900, None),
        (-1, "2025-01-01"),
    ],
)
def test_a_budget_is_used_up_on_the_day_that_passes_it(budget: int, day: str | None) -> None:
    """Ten a day: care of January 310, February 280, March 310; a budget just reached isn't passed."""
    found = crossing({JANUARY: 310.0, JANUARY + 1: 280.0, JANUARY + 2: 310.0}, budget)
    assert (found.isoformat() if found else None) == day


def test_credits_put_the_day_off() -> None:
    """A month of net credits gives budget back, and is itself never the month of the crossing."""
    months = {JANUARY: 310.0, JANUARY + 1: -280.0, JANUARY + 2: 310.0}
    found = crossing(months, 330)
    assert found is not None
    assert found.isoformat()[:7] == "2025-03"


MONEY = st.integers(-(10**9), 10**10).map(float)
TRIANGLE = st.dictionaries(
    st.tuples(st.integers(JANUARY - 50, JANUARY + 20), st.integers(JANUARY - 60, JANUARY + 25)),
    MONEY,
    max_size=60,
)


@settings(max_examples=25, deadline=None)
@given(
    declared=TRIANGLE,
    committed=TRIANGLE,
    month=st.integers(JANUARY - 30, JANUARY + 30),
    passed=st.sampled_from([1 / 31, 0.5, 1.0]),
)
def test_any_past_gives_finite_numbers(
    declared: dict[tuple[int, int], float],
    committed: dict[tuple[int, int], float],
    month: int,
    passed: float,
) -> None:
    """No NaN, no infinity, no division by nothing, whatever was declared and allocated."""
    history, now = History(declared, committed), Now(month, passed)
    learnt = learn(history, now)
    assert all(0 <= share <= 1 for share in (*learnt.delays.values(), *learnt.leads.values()))
    series = Series(
        {care: cents for (care, _), cents in declared.items()},
        {care: cents for (care, _), cents in committed.items()},
    )
    found = estimate(series, learnt, now, range(JANUARY, JANUARY + 12))
    assert all(map(isfinite, (found.declared, found.expected, found.realisation)))
    assert 0 <= found.completeness <= 1
    sigma, windows = spread(history, now, 6, 0.5)
    assert isfinite(sigma)
    assert sigma >= 0
    assert windows >= 0
