"""Seasons of commitments: found where years are alike, none where they are not, and in the year to come."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.prognosis.expecting import forecast_then
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from streams.prognosis.season import committed_seasons
from tests.prognosis.worlds import Row, days_of, panel_of

CLOSED = 40
MONTHS = CLOSED + 25
PLACES = np.arange(MONTHS)
SHAPE = st.lists(st.floats(0.8, 1.25), min_size=12, max_size=12)


@given(st.lists(SHAPE, min_size=1, max_size=3), st.floats(-0.01, 0.01))
def test_what_is_the_same_every_year_is_a_season_and_growth_is_none(
    shapes: list[list[float]], growth: float
) -> None:
    """Of each line its own: without it what is left is its growth alone."""
    level = np.array([1_000 * np.array(shape)[PLACES % 12] for shape in shapes])
    level *= np.exp(growth * PLACES)
    evenly = np.log(level / committed_seasons(CLOSED, level))[:, CLOSED - 35 : CLOSED + 1]
    left = np.diff(evenly, axis=1) - growth
    assert np.abs(left).max() < 0.002


@pytest.mark.parametrize("step", [0.7, 0.9, 1.2])
@pytest.mark.parametrize("since", [18, 24, 30, 36])
def test_a_new_level_is_no_season(step: float, since: int) -> None:
    level = np.where(since <= PLACES, step, 1.0)[None, :]
    assert np.abs(np.log(committed_seasons(CLOSED, level))).max() < 0.02 * abs(np.log(step)) + 0.001


def test_chance_is_hardly_ever_a_season() -> None:
    """Months that differ by two percent, as those of a small line may."""
    random = Random(1)
    level = np.array([[random.gauss(1, 0.02) for _ in PLACES] for _ in range(200)])
    found = np.array([np.log(committed_seasons(CLOSED, each[None, :])) for each in level])
    assert np.sqrt((found**2).mean()) < 0.002


@pytest.mark.parametrize("begun", [20, 30, 41])
def test_nothing_is_found_in_less_than_two_years(begun: int) -> None:
    level = np.where(begun <= PLACES, 1.0 + 0.2 * (PLACES % 12 == 1), 0.0)[None, :]
    assert (committed_seasons(CLOSED, level) == 1).all()
    assert (committed_seasons(22, level[:, 20:]) == 1).all()


def _school(closed: int, *, monthly: bool) -> School:
    """Twelve percent more from September to February; or allocations by month, whatever its days. Known evenly a year ahead."""
    declared, committed = list[Row](), list[Row]()
    for number in range(4):
        item = Item(f"9000000{number}", "45", "45A04")
        for care in range(closed + 13):
            days = 30 if monthly else days_of(care)
            cents = 1_000 * days * (100 if monthly or 2 <= care % 12 < 8 else 112) // 100
            declared += (item, care, care + 1, 9 * cents), (item, care, care + 3, 3 * cents)
            committed += [(item, care, max(0, care - lead), cents) for lead in range(12)]
    return School(panel_of(declared, committed, closed))


@pytest.mark.parametrize("by", ["month", "day, with a season"])
@pytest.mark.parametrize("closed", range(36, 48))
def test_the_year_to_come_has_the_season_of_the_years_before(closed: int, by: str) -> None:
    monthly = by == "month"
    care = np.arange(closed + 1, closed + 13)
    became = _school(closed + 16, monthly=monthly).said[:, care, -1].sum()
    school = _school(closed, monthly=monthly)
    cost = forecast_then(school, school.learn(closed), care).sum()
    assert cost == pytest.approx(became, rel=0.01)
