"""Sudden changes of use: followed within months, undone when they are, and never seen where nothing changed."""

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from streams.prognosis.changes import CHANCE, CLEAR, LEAST, LONGEST, PAST, Changes
from streams.prognosis.cycles import NEVER
from streams.prognosis.expecting import forecast_then
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from tests.prognosis.worlds import Row, panel_of

ITEMS = [Item(f"900000{number:02}", ("44", "45")[number % 2], "45A04") for number in range(16)]
MONTHS = 60
SINCE = 40
Use = Callable[[Item, int], float]
"""How much is used of an item in a care month, of what used to be."""


def _world(use: Use, seed: int, later: int = 0) -> tuple[list[Row], list[Row]]:
    """Steady care; the first so many items are billed a month later from `SINCE` on."""
    random = Random(seed)
    declared, committed = [], []
    for place, item in enumerate(ITEMS):
        committed += [(item, month, max(0, month - 12), 10_000) for month in range(MONTHS + 12)]
        for month in range(MONTHS):
            cents = 8_000 * use(item, month) * random.uniform(0.95, 1.05)
            for delay, share in ((1, 0.6), (2, 0.3), (4, 0.1)):
                known = month + delay + (place < later and month >= SINCE)
                declared.append((item, month, known, round(cents * share)))
    return declared, committed


def _year_ahead(world: tuple[list[Row], list[Row]], closed: int, use: Use) -> float:
    """The error of what the twelve months after one are expected to cost at its end."""
    school, care = School(panel_of(*world, closed)), np.arange(closed + 1, closed + 13)
    cost = float(forecast_then(school, school.learn(closed), care).sum())
    return cost / sum(8_000 * use(item, month) for item in ITEMS for month in care.tolist()) - 1


def _all(by: float) -> Use:
    return lambda _, month: 1 + by * (month >= SINCE)


def _of_one_line(by: float) -> Use:
    return lambda item, month: 1 + by * (month >= SINCE and item.category == "44")


def _for_three_months(by: float) -> Use:
    return lambda _, month: 1 + by * (SINCE <= month < SINCE + 3)


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from([_all(0.15), _all(-0.15), _of_one_line(0.2), _of_one_line(-0.25)]),
    st.integers(4, 9),
    st.integers(0, 1000),
)
def test_a_change_of_use_is_in_the_months_to_come_from_its_fifth_month_on(
    use: Use, after: int, seed: int
) -> None:
    assert _year_ahead(_world(use, seed), SINCE + after, use) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_a_change_that_is_undone_is_forgotten(seed: int) -> None:
    use = _for_three_months(-0.3)
    assert _year_ahead(_world(use, seed), SINCE + 6, use) == pytest.approx(0, abs=0.03)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0, 3, len(ITEMS)]))
def test_neither_noise_nor_later_billing_is_a_change_of_use(seed: int, later: int) -> None:
    school = School(panel_of(*_world(_all(0.0), seed, later), MONTHS - 5))
    level = np.array(
        [school.learn(month).changes.level.mean(axis=1) for month in range(MONTHS - 4)]
    )
    assert level == pytest.approx(1.0, abs=0.02)


def test_when_care_stops_being_declared_at_all_use_has_not_changed() -> None:
    declared, committed = _world(_all(0.0), 1)
    stopped = [row for row in declared if row[1] < SINCE]
    learnt = School(panel_of(stopped, committed, SINCE + 4)).learn(SINCE + 4)
    assert (learnt.changes.since == NEVER).all()


def test_of_a_line_that_is_new_nothing_has_changed() -> None:
    school = School(panel_of(*_world(_of_one_line(0.2), 1), SINCE + 5))
    known = school.learn(SINCE + 5).changes
    more = known.with_others(1)
    assert (more.level[-1] == 1).all()
    assert np.array_equal(more.level[:-1], known.level)
    assert np.array_equal(more.wrong[:, -1], known.wrong[:, -1], equal_nan=True)
    assert isinstance(more, Changes)


@given(st.floats(0.002, 0.02), st.floats(-12.0, 12.0))
def test_the_smaller_a_change_is_the_less_of_it_counts(usually: float, size: float) -> None:
    """`size` in spreads: nothing until it is clear, then all but what chance makes, ever nearer to the whole."""
    assume(abs(abs(size) - CLEAR) > 1e-6)
    closed = 30
    wrong = np.full((2, 2, LONGEST, closed + 13), np.nan)
    wrong[..., closed - PAST[0] : closed] = usually
    before = Changes(np.ones((1, closed + 13)), np.array([NEVER]), wrong)
    spread = np.hypot(usually, LEAST)
    due = np.full((1, 2, LONGEST), 1_000_000.0)
    level = before.seen(closed, due * np.exp(size * spread), due).level[0, -1]
    counts = 1 - (CHANCE / size) ** 2 if abs(size) > CLEAR else 0.0
    assert np.log(level) == pytest.approx(counts * size * spread, abs=1e-9)
