"""Bounds, probabilities and crossing dates, on numbers that can be worked out by hand."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.figures.spans import month_number
from streams.prognosis.interval import bounds, crossing, overrun_probability, quantile

JANUARY = month_number("2025-01")
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


def test_bounds_are_as_wide_as_the_errors_were() -> None:
    """Log errors of 10 percent over 30 windows: the 80 percent interval is t(30) times as wide."""
    low, high = bounds(1000.0, 0.1, 30, 0.80)
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
    assert overrun_probability(0, 0.1, 30, 0) is None
    assert overrun_probability(0, 0.1, 30, -1) == 1
    assert overrun_probability(-10, 0.1, 30, 0) == 0


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
