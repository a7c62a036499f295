"""Drift: run lengths are those of the published tables, and thresholds keep the promised rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.prognosis.drift import (
    Watch,
    baseline,
    one_sided,
    run_length,
    threshold,
    threshold_for,
)

SHIFTS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4)

# Lucas and Crosier (1982), table 1, and the R package spc 0.7: two-sided, shift in spreads.
TWO_SIDED = {
    (0.5, 4): (167.68, 74.22, 26.63, 13.29, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71),
    (0.5, 5): (465.44, 139.49, 38.00, 17.05, 10.38, 5.75, 4.01, 3.11, 2.57, 2.01),
    (0.25, 8): (368.39, 83.63, 28.76, 16.37, 11.39, 7.11, 5.21, 4.15, 3.48, 2.67),
}

# Vance (1986): one-sided, k = 0, h = 10.
VANCE = {
    -0.25: 2071.51,
    -0.125: 400.28,
    0: 124.66,
    0.125: 59.30,
    0.25: 36.71,
    0.5: 20.37,
    0.75: 14.06,
    1: 10.75,
}

# The h of a wanted two-sided run length, from R spc 0.7.
WANTED = {
    (0.25, 370): 8.008,
    (0.25, 500): 8.585,
    (0.5, 100): 3.502,
    (0.5, 200): 4.171,
    (0.5, 370): 4.774,
    (0.5, 500): 5.071,
    (0.5, 600): 5.251,
    (0.5, 1000): 5.757,
    (0.5, 5000): 7.361,
    (0.75, 370): 3.339,
    (1.0, 370): 2.516,
    (1.5, 370): 1.604,
}


@pytest.mark.parametrize(("k", "h"), TWO_SIDED)
def test_two_sided_run_lengths_are_those_of_the_tables(k: float, h: int) -> None:
    found = [run_length(k, h, shift) for shift in SHIFTS]
    assert found == pytest.approx(TWO_SIDED[k, h], abs=0.005)


def test_brook_and_evans_one_sided_run_lengths() -> None:
    assert one_sided(0.5, 3) == pytest.approx(117.59, abs=0.01)
    assert one_sided(0.5, 3, 1.0) == pytest.approx(6.40, abs=0.01)


@pytest.mark.parametrize("shift", VANCE)
def test_vances_one_sided_run_lengths_without_allowance(shift: float) -> None:
    assert one_sided(0, 10, shift) == pytest.approx(VANCE[shift], rel=3e-4)


def test_a_head_start_shortens_as_lucas_and_crosier_say() -> None:
    """Half of h as first sum on both sides: 149 and 62.7 for h = 4."""

    def headed(shift: float) -> float:
        up, down = one_sided(0.5, 4, shift), one_sided(0.5, 4, -shift)
        first, other = one_sided(0.5, 4, shift, 2.0), one_sided(0.5, 4, -shift, 2.0)
        return (first * down + up * other - up * down) / (up + down)

    assert [headed(0), headed(0.25)] == pytest.approx([148.6957, 62.6983], abs=1e-4)


@pytest.mark.parametrize(("k", "months"), WANTED)
def test_a_threshold_has_the_wanted_rate_of_false_alarms(k: float, months: int) -> None:
    assert threshold(months, k) == pytest.approx(WANTED[k, months], abs=0.0006)
    assert run_length(k, threshold(months, k)) == pytest.approx(months, rel=1e-6)


def test_more_series_ask_for_a_higher_threshold() -> None:
    """Two hundred series with one false alarm a quarter: 600 months for each."""
    assert threshold_for(200, 3) == pytest.approx(threshold(600), abs=1e-9)


@given(st.lists(st.floats(-6, 6), max_size=30))
def test_the_sides_are_each_others_mirror(values: list[float]) -> None:
    there, back = Watch(), Watch()
    for z in values:
        there, back = there.after(z), back.after(-z)
        assert (there.up, there.months_up) == (back.down, back.months_down)
        assert there.up >= 0
        assert there.down >= 0


def test_a_lasting_shift_is_found_and_a_jump_at_once() -> None:
    watch, months = Watch(), 0
    while watch.alarm(1.0, 4.774) is None:
        watch, months = watch.after(1.0), months + 1
    assert months == 10  # 4.774 / (1 - 0.5), rounded up
    assert watch.months_up == 10
    assert Watch().after(-3.6).alarm(-3.6, 4.774) == "down"
    assert Watch().after(3.4).alarm(3.4, 4.774) is None


def test_one_odd_month_does_not_move_the_baseline() -> None:
    usual = [10.0, 11.0, 9.0, 10.5, 9.5, 10.2, 9.8]
    plain, spoiled = baseline(usual, 0.1), baseline([*usual, 1000.0], 0.1)
    assert spoiled.mean == pytest.approx(plain.mean, abs=0.2)
    assert spoiled.spread < 2 * plain.spread
    assert baseline([5.0] * 9, 0.1).spread == 0.1
    assert plain.standardised(plain.mean + 2 * plain.spread) == pytest.approx(2)
