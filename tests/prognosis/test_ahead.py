"""What is known of the months ahead: what is usual goes with it, when two months' ends agree."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.prognosis.expecting import forecast_then
from streams.prognosis.leads import AHEAD, ODD, ahead, drawn
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from tests.prognosis.worlds import Row, days_of, panel_of

ITEMS = [Item(f"9000000{number}", "45", "45A04") for number in range(4)]
MONTHS = 60
BEGIN = 39
"""The month from which on allocations are granted in another number."""

SOME = st.floats(-0.2, 0.2)


@given(SOME, SOME)
def test_only_what_two_months_ends_agree_on_counts(now: float, before: float) -> None:
    found = drawn(now, before)
    assert found == pytest.approx(drawn(before, now))
    assert found == pytest.approx(-drawn(-now, -before))
    assert abs(found) <= min(abs(now), abs(before))
    if now * before <= 0 or min(abs(now), abs(before)) >= ODD:
        assert found == 0


@given(st.lists(st.floats(0.1, 1.0), min_size=AHEAD + 2, max_size=AHEAD + 2), st.floats(0.5, 2.0))
def test_a_level_that_is_another_by_the_same_factor_everywhere_is_found(
    share: list[float], factor: float
) -> None:
    leads, usual = np.array([share, share]), np.full(AHEAD + 2, 100.0)
    found = ahead(1, leads, leads[0] * usual * factor, usual)
    assert found == pytest.approx(np.log(factor))


def test_of_nothing_known_or_nothing_usual_nothing_is_found() -> None:
    leads, level = np.full((2, 12), 0.5), np.full(12, 1.0)
    assert ahead(1, leads, np.zeros(12), level) == 0
    assert ahead(1, leads, level, np.zeros(12)) == 0
    assert ahead(11, leads, level, level) == 0


def _school(fewer: float, closed: int) -> School:
    """Allocations known evenly up to a year ahead, from `BEGIN` on `fewer` than before; all are used for 80 percent."""
    declared, committed = list[Row](), list[Row]()
    for item in ITEMS:
        for care in range(MONTHS):
            of_day = 100 * days_of(care)
            known = {care - lead: round(of_day * _level(care - lead, fewer)) for lead in range(12)}
            use = round(0.8 * sum(known.values()))
            declared += (item, care, care + 1, use * 3 // 4), (item, care, care + 3, use // 4)
            committed += [(item, care, max(0, when), cents) for when, cents in known.items()]
    return School(panel_of(declared, committed, closed))


def _level(month: int, fewer: float) -> float:
    return fewer if month >= BEGIN else 1.0


@pytest.mark.parametrize("fewer", [0.9, 0.95, 1.05, 1.1])
def test_fewer_or_more_new_allocations_are_seen_before_their_months_come(fewer: float) -> None:
    """The next months, told some months after new allocations became fewer, nearer than by what is usual alone."""
    whole = _school(fewer, MONTHS - 1)
    for closed in range(BEGIN + 3, BEGIN + 8):
        school, care = _school(fewer, closed), np.arange(closed + 1, closed + 7)
        learnt = school.learn(closed)
        assert (learnt.drawn > 0) == (fewer > 1)
        became = whole.said[:, care, -1].sum()
        plain = replace(learnt, drawn=0.0)
        error, without = (
            abs(forecast_then(school, each, care).sum() - became) for each in (learnt, plain)
        )
        assert error < without


def test_a_single_month_without_new_allocations_moves_nothing_by_this() -> None:
    """Messages of one month that come a month late: it is one month's end that says so."""
    declared, committed = list[Row](), list[Row]()
    for item in ITEMS:
        for care in range(MONTHS):
            declared.append((item, care, care + 1, 960 * days_of(care)))
            for lead in range(12):
                when = max(0, care - lead)
                committed.append((item, care, when + (when == BEGIN), 100 * days_of(care)))
    for closed in range(BEGIN - 2, BEGIN + 3):
        learnt = School(panel_of(declared, committed, closed)).learn(closed)
        assert (learnt.ahead < -0.02) == (closed == BEGIN)
        # Leads are learnt from such a month too, so that it is not quite forgotten at once.
        assert learnt.drawn == pytest.approx(0, abs=0.001 if closed <= BEGIN else 0.02)
