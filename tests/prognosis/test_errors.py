"""Past errors: a forecast that was always right has none, one that was wrong has its own."""

from math import log, sqrt

import numpy as np
import pytest

from streams.prognosis.errors import (
    FLOOR,
    OPEN,
    OVERLAP,
    STATED_WEIGHT,
    past_errors,
    spread,
    stated,
)
from streams.prognosis.learning import School
from tests.prognosis.worlds import CARE, panel_of, steady


def test_a_steady_past_was_foretold_without_error() -> None:
    declared, committed = steady(CARE, 60)
    school = School(panel_of(declared, committed, 47))
    errors = past_errors(school, 47, 6)
    assert errors.windows >= 12
    assert errors.whole == pytest.approx(0, abs=0.02)
    assert errors.lines.shape == (errors.windows, 2)
    assert np.isnan(errors.lines[:, 0]).all()  # nothing is in the line without a name


def test_a_rise_that_nobody_could_know_is_in_the_errors() -> None:
    """Use goes from 80 to 120 of 150 in month 30: windows in which that still lay ahead fell short."""
    declared, committed = steady(CARE, 60, meant=150)
    risen = [
        (item, month, known, 120 if month >= 30 else cents)
        for item, month, known, cents in declared
    ]
    school = School(panel_of(risen, committed, 47))
    errors = past_errors(school, 47, 1).whole
    assert errors.max() == pytest.approx(log(120 / 80), abs=0.08)


def test_there_are_no_windows_before_there_is_history() -> None:
    declared, committed = steady(CARE, 60)
    assert past_errors(School(panel_of(declared, committed, 10)), 10, 6).windows == 0


def test_the_spread_is_the_models_own_without_windows_and_measured_with_them() -> None:
    assert spread(np.empty(0), 0.05) == pytest.approx(sqrt(0.05**2 + FLOOR**2))
    errors = np.full(5 * OVERLAP, 0.02)
    expected = (5 * 0.02**2 + STATED_WEIGHT * 0.05**2) / (5 + STATED_WEIGHT)
    assert spread(errors, 0.05) == pytest.approx(sqrt(expected + FLOOR**2))
    assert spread(np.append(errors, np.nan), 0.05) == spread(errors, 0.05)


def test_one_expensive_client_widens_what_is_still_open() -> None:
    """Of a city of a thousand equal clients little is added; of one client all of it."""
    assert stated(1.0, [100] * 1000) < 1.2 * OPEN
    assert stated(1.0, [100] * 30 + [10_000]) > 0.2
    assert stated(0.0, [100] * 30 + [10_000]) == 0
    assert stated(0.5, []) > stated(0.5, [100] * 1000)
