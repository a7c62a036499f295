"""A creeping change of use: seen when it is clear, followed ever less far, and never read into chance."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.prognosis.creeping import BEGIN, CLEAR, MONTHS, ON, creep, creeping, crept
from streams.prognosis.expecting import forecast_then
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from tests.prognosis.worlds import Row, panel_of

ITEMS = [Item(f"900000{number:02}", ("44", "45")[number % 2], "45A04") for number in range(16)]
CLOSED = 47
BEGAN = 24
"""A year and a half, and the youngest months, before the last closed one."""
DUE = np.full(MONTHS, 1_000_000.0)
PLACES = np.arange(MONTHS)


def _school(by: float, seed: int) -> School:
    """Use creeps `by` a month, as a share, until half a year after the last closed month."""
    random = Random(seed)
    declared, committed = list[Row](), list[Row]()
    for item in ITEMS:
        committed += [(item, month, max(0, month - 12), 10_000) for month in range(72)]
        for month in range(CLOSED + 1):
            cents = 8_000 * _use(by, month) * random.uniform(0.95, 1.05)
            for delay, share in ((1, 0.6), (2, 0.3), (4, 0.1)):
                declared.append((item, month, month + delay, round(cents * share)))
    return School(panel_of(declared, committed, CLOSED))


def _use(by: float, month: int) -> float:
    return 1 + by * min(max(0, month - BEGAN), CLOSED + 6 - BEGAN)


def _off(by: float, seed: int) -> float:
    """The error of a year ahead, over that of the mean of the months that realisation is learnt from."""
    school, care = _school(by, seed), np.arange(CLOSED + 1, CLOSED + 13)
    cost = float(forecast_then(school, school.learn(CLOSED), care).sum())
    used = sum(_use(by, month) for month in care.tolist())
    then = float(np.mean([_use(by, month) for month in range(CLOSED - 14, CLOSED - 2)])) * 12
    return abs(cost / (8_000 * len(ITEMS)) - used) / abs(then - used)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("by", [0.005, 0.0075, 0.01])
def test_most_of_it_is_foreseen_in_the_year_ahead(by: float, sign: int) -> None:
    """Of nine municipalities: two thirds of it in most, and in all but one a third."""
    off = sorted(_off(by * sign, seed) for seed in range(9))
    assert off[4] < 0.33
    assert off[7] < 0.67


@pytest.mark.parametrize("seed", range(5))
def test_where_use_stays_the_same_nothing_creeps(seed: int) -> None:
    school = _school(0.0, seed)
    assert max(abs(school.learn(month).creep) for month in range(CLOSED + 1)) < 0.001


@given(st.floats(-0.02, 0.02))
def test_a_straight_line_is_told_as_it_is(by: float) -> None:
    told = creep(DUE * np.exp(by * PLACES), DUE)
    assert abs(told) <= abs(by) + 1e-12
    if abs(by) > 0.004:
        assert told == pytest.approx(by, rel=0.1)


def test_what_is_less_clear_than_it_must_be_counts_for_nothing() -> None:
    """A zigzag of 5 percent of which a tenth of a percent a month is no more than chance."""
    zigzag = 0.05 * (-1.0) ** PLACES
    assert creep(DUE * np.exp(zigzag + 0.001 * PLACES), DUE) == 0.0
    assert creep(DUE * np.exp(zigzag + 0.05 * PLACES), DUE) == pytest.approx(0.05, rel=0.1)
    assert CLEAR > 1


@pytest.mark.parametrize("place", [0, 7, MONTHS - 1])
def test_a_month_of_nothing_tells_nothing(place: int) -> None:
    said = DUE * np.exp(0.01 * PLACES)
    said[place] = 0.0
    assert creep(said, DUE) == 0.0
    assert creep(DUE, said) == 0.0


def test_months_tell_from_a_while_after_messages_began() -> None:
    last = 5 + BEGIN + MONTHS + 1
    assert len(creeping(last - 1, 5)) == 0
    assert creeping(last, 5).tolist() == list(range(5 + BEGIN, 5 + BEGIN + MONTHS))


def test_use_creeps_on_ever_less() -> None:
    months = crept(np.arange(-3, 200))
    assert months[:4].tolist() == [-3, -2, -1, 0]
    assert months[4] == pytest.approx(ON)
    assert np.diff(months[3:])[1:] == pytest.approx(ON * np.diff(months[3:])[:-1], abs=1e-9)
    assert months[-1] == pytest.approx(ON / (1 - ON), rel=1e-3)
