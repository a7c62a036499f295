"""Allocations that are renewed on one day of the year: waited for, and not taken for less care until then."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.prognosis.expecting import forecast_then
from streams.prognosis.leads import EARLY, ODD, heeded
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from tests.prognosis.worlds import Row, panel_of

ITEMS = [Item(f"9000000{number}", "45", "45A04") for number in range(4)]
MONTHS = 72
ALLOCATED, USED = 10_000, 8_000
COST = 12 * len(ITEMS) * USED
HALF: Mapping[int, float] = {-1: 0.5, 0: 0.5}
"""The share of a year's renewals that becomes known in each month, from the first of the year on."""
BACKLOG: Mapping[int, float] = {0: 0.4, 1: 0.3, 2: 0.3}
LATER: Mapping[int, float] = {-1: 0.25, 0: 0.5, 1: 0.25}


def _school(
    closed: int, waves: Mapping[int, Mapping[int, float]], items: int, month: int
) -> School:
    """Steady care; `waves` are by year the renewals of the first `items`, for a year from `month` on.

    Other allocations become known evenly, up to a year ahead.
    """
    declared, committed = list[Row](), list[Row]()
    for place, item in enumerate(ITEMS):
        for care in range(MONTHS):
            declared += (item, care, care + 1, USED * 3 // 4), (item, care, care + 3, USED // 4)
            year = (care - month) // 12
            begin = year * 12 + month
            wave = waves.get(year) if place < items else None
            if wave:
                known = {begin + months: share for months, share in wave.items()}
            else:
                known = {care - months: 1 / 12 for months in range(12)}
            committed += [
                (item, care, max(0, when), round(ALLOCATED * share))
                for when, share in known.items()
            ]
    return School(panel_of(declared, committed, closed))


def _error(school: School, closed: int, year: int) -> float:
    care = np.arange(12 * year, 12 * year + 12)
    return float(forecast_then(school, school.learn(closed), care).sum()) / COST - 1


@pytest.mark.parametrize("wave", [HALF, BACKLOG])
@pytest.mark.parametrize("items", [1, 2, 4])
@pytest.mark.parametrize("month", [0, 3, 6])
def test_renewals_are_waited_for(wave: Mapping[int, float], items: int, month: int) -> None:
    """At every month end of a year, for that year and the next."""
    school = _school(47, dict.fromkeys(range(-1, 7), wave), items, month)
    for closed in range(36, 48):
        assert abs(_error(school, closed, 3)) < 0.035, closed
        assert abs(_error(school, closed, 4)) < 0.035, closed


@pytest.mark.parametrize("wave", [HALF, BACKLOG])
def test_a_wave_that_came_once_is_not_expected_again(wave: Mapping[int, float]) -> None:
    """In the year after, of which allocations become known evenly again."""
    school = _school(47, {3: wave}, 4, 0)
    for closed in range(40, 48):
        assert abs(_error(school, closed, 4)) < 0.025, closed


def test_a_wave_that_is_later_than_the_year_before_is_never_taken_for_more_care() -> None:
    waves = {**dict.fromkeys(range(4), HALF), 4: LATER}
    school = _school(59, waves, 4, 0)
    errors = [_error(school, closed, 4) for closed in range(40, 60)]
    assert max(errors) < 0.025
    assert min(errors[:8]) > -0.025  # until it should have come
    assert min(errors[9:]) > -0.025


@given(st.floats(0.0, 2.0), st.floats(0.01, 1.0))
def test_a_month_to_come_is_heeded_the_less_the_more_of_it_seems_to_lack(
    seen: float, share: float
) -> None:
    """All of what is over, or has as much as usual; nothing of what seems to lack a tenth, until it has begun.

    Of what seems to have more the less, unless the last month has as much.
    """
    level, leads = np.full(4, seen * share), np.full((2, 4), share)
    level[:2] = 0.0
    now, next_ = heeded(1, leads, level, np.ones(4))
    assert now[:2].tolist() == [1, 1]
    assert next_[:3].tolist() == [1, 1, 1]
    assert now[2] == now[3] == next_[3]
    odd = max((1 - seen) / ODD, (seen - 1) / EARLY)
    assert now[2] == pytest.approx(max(0, 1 - odd**2) ** 2)
    level[1] = seen * share
    again = heeded(1, leads, level, np.ones(4))[0, 2]
    assert again == pytest.approx(now[2] if seen <= 1 else 1)


def test_what_is_all_known_is_heeded_in_any_case() -> None:
    """Half of the usual, all of which is known: nothing more is to come."""
    lasting = {item: (1.0 if place else 0.5) for place, item in enumerate(ITEMS)}
    declared, committed = list[Row](), list[Row]()
    for item in ITEMS:
        for care in range(MONTHS):
            part = lasting[item] if care >= 36 else 1.0
            declared.append((item, care, care + 1, round(USED * part)))
            committed.append((item, care, max(0, care - 12), round(ALLOCATED * part)))
    school = School(panel_of(declared, committed, 35))
    cost = float(forecast_then(school, school.learn(35), np.arange(36, 42)).sum())
    assert cost == pytest.approx(6 * USED * sum(lasting.values()), rel=0.01)
