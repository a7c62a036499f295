"""What the past teaches, on panels small enough to work out by hand."""

from calendar import monthrange
from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.prognosis.billing import AGES
from streams.prognosis.curves import FIRST_DECLARED
from streams.prognosis.expecting import Position, closing, forecast_then, still_to_come
from streams.prognosis.leads import USUAL, recent, trend
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from streams.prognosis.realisation import ASSUMED
from streams.prognosis.season import seasonal_indices
from tests.prognosis.worlds import CARE, STAY, Row, panel_of, steady

OTHER = Item("90000003", "45", "45A04")
NEXT_YEAR = np.arange(36, 48)


def test_a_steady_world_is_foretold_exactly() -> None:
    """Three years at 80 of 100, declared the month after: the next year is 960, by 80 a month."""
    declared, committed = steady(CARE, 48)
    panel = panel_of(declared, committed, 35)
    school = School(panel)
    learnt = school.learn(35)
    assert learnt.delays[0, :3] == pytest.approx([0, 1, 1])
    assert learnt.realisation == pytest.approx([0.8], rel=1e-2)
    assert forecast_then(school, learnt, NEXT_YEAR).sum() == pytest.approx(960, rel=1e-2)


def test_what_is_declared_takes_the_place_of_what_was_expected() -> None:
    """A month that is declared whole has nothing to come, whatever it came to."""
    declared, committed = steady(CARE, 48)
    panel = panel_of(declared, committed, 35)
    school = School(panel)
    learnt = school.learn(35)
    then = forecast_then(school, learnt, np.array([34, 35]))
    assert then[0] == pytest.approx([80, 80], rel=1e-2)
    assert forecast_then(school, learnt, np.array([20]))[0] == pytest.approx([80])


def test_without_any_past_the_stated_shares_hold() -> None:
    learnt = School(panel_of([], [(CARE, 0, 0, 100)], 0)).learn(0)
    assert {age: learnt.every[age] for age in FIRST_DECLARED} == pytest.approx(FIRST_DECLARED)
    assert learnt.whole == ASSUMED


def test_an_empty_panel_teaches_and_expects_nothing() -> None:
    panel = panel_of([], [], 10)
    school = School(panel)
    learnt = school.learn(10)
    assert forecast_then(school, learnt, np.arange(12)).sum() == 0


def test_a_provider_that_starts_to_bill_a_month_later_is_seen() -> None:
    """From month 30 on one of two bills a month later: the year stays within half a percent."""
    slow, committed = steady(OTHER, 48)
    late = [(item, month, known + (month >= 30), cents) for item, month, known, cents in slow]
    usual, more = steady(CARE, 48)
    panel = panel_of([*usual, *late], [*committed, *more], 33)
    school = School(panel)
    learnt = school.learn(33)
    assert dict(zip(panel.providers, learnt.billing.lag.tolist(), strict=True)) == {
        CARE.provider: 0,
        OTHER.provider: 1,
    }
    year = forecast_then(school, learnt, np.arange(24, 36)).sum()
    assert year == pytest.approx(2 * 960, rel=0.005)


def test_a_month_of_which_nobody_declared_is_no_habit_of_a_provider() -> None:
    """When the intake stops, all providers are silent, and none is said to bill later."""
    usual, committed = steady(CARE, 48)
    other, more = steady(OTHER, 48)
    known = [row for row in (*usual, *other) if row[2] <= 31]
    learnt = School(panel_of(known, [*committed, *more], 34)).learn(34)
    assert not learnt.billing.lag.any()


def test_a_season_is_found_and_used() -> None:
    """Half of the usual in every August: the coming August is expected at half."""
    declared, committed = steady(CARE, 48, used=100)
    seasonal = [
        (item, month, known, cents // 2 if month % 12 == 7 else cents)
        for item, month, known, cents in declared
    ]
    panel = panel_of(seasonal, committed, 35)
    school = School(panel)
    learnt = school.learn(35)
    months = forecast_then(school, learnt, NEXT_YEAR)[0]
    assert months[7] / np.delete(months, 7).mean() == pytest.approx(0.5, abs=0.08)


def test_care_without_a_priced_allocation_is_expected_from_what_is_declared() -> None:
    declared, _ = steady(STAY, 48)
    panel = panel_of(declared, [], 35)
    school = School(panel)
    learnt = school.learn(35)
    assert learnt.loose == pytest.approx([80], rel=1e-2)
    assert forecast_then(school, learnt, NEXT_YEAR).sum() == pytest.approx(960, rel=2e-2)


@pytest.mark.parametrize("priced", [30, 45, 55, 65, 90])
def test_what_is_declared_beyond_all_priced_allocations_is_expected_too(priced: int) -> None:
    """A part of a group's allocations has no price, so that only the others are committed: 960 a year all the same."""
    declared, committed = steady(CARE, 48, meant=priced)
    others = steady(STAY, 48)
    panel = panel_of([*declared, *others[0]], [*committed, *others[1]], 35)
    school = School(panel)
    cost = forecast_then(school, school.learn(35), NEXT_YEAR).sum(axis=1)
    assert cost == pytest.approx([960, 960], rel=0.03)


def test_credits_in_the_tail_are_expected_to_come() -> None:
    """Everything is declared at 100 a month later and a tenth credited two months after that."""
    declared: list[Row] = [(CARE, month, month + 1, 100) for month in range(48)]
    credits_ = [(CARE, month, month + 3, -10) for month in range(48)]
    _, committed = steady(CARE, 48)
    panel = panel_of([*declared, *credits_], committed, 35)
    school = School(panel)
    learnt = school.learn(35)
    assert learnt.every[1] == pytest.approx(100 / 90)
    assert forecast_then(school, learnt, np.array([33]))[0] == pytest.approx([90], abs=0.5)


def test_a_wave_of_early_renewals_far_ahead_counts_little() -> None:
    """The next year allocated twice over is mostly timing; the month at hand is not."""
    declared, committed = steady(CARE, 60)
    wave = [(CARE, month, 35, 100) for month in range(40, 48)]
    panel = panel_of(declared, [*committed, *wave], 35)
    school = School(panel)
    learnt = school.learn(35)
    months = forecast_then(school, learnt, NEXT_YEAR)[0]
    plain = panel_of(declared, committed, 35)
    other = School(plain)
    usual = forecast_then(other, other.learn(35), NEXT_YEAR)[0]
    assert months[:4] == pytest.approx(usual[:4], rel=0.01)
    assert months[-1] / usual[-1] < 1.6


def test_refused_money_is_taken_off_what_is_open() -> None:
    declared, committed = steady(CARE, 48)
    panel = panel_of(declared, committed, 35)
    school = School(panel)
    learnt = school.learn(35)
    known = school.said[:, :, 35]
    opened = np.zeros_like(known)
    opened[0, 34] = 50.0
    care = np.array([34])
    position = Position(known, school.meant[:, :, 35], opened, 0.1)
    terms = still_to_come(panel, learnt, position, care, closing(panel))
    assert terms[:, 0, 0].tolist() == [0, 0, 0, 0, -5]


def test_seasonal_indices_have_mean_one_and_need_a_year() -> None:
    meant = np.full(36, 100.0)
    said = 80.0 * np.tile(np.linspace(0.5, 1.5, 12), 3)
    indices = seasonal_indices(said, meant, 0)
    assert indices.mean() == pytest.approx(1)
    assert indices[11] / indices[0] > 2
    assert (seasonal_indices(said[:11], meant[:11], 0) == 1).all()
    assert (seasonal_indices(said, np.zeros(36), 0) == 1).all()


ITEMS = st.sampled_from(
    [CARE, STAY, OTHER, Item("90000001", "45", None), Item("90000002", None, None)]
)
ROWS = st.lists(
    st.tuples(ITEMS, st.integers(0, 40), st.integers(0, 40), st.integers(-(10**8), 10**9)),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(declared=ROWS, committed=ROWS, closed=st.integers(0, 40))
def test_any_past_gives_finite_numbers_and_teaches_nothing_of_later(
    declared: list[Row], committed: list[Row], closed: int
) -> None:
    """No division by nothing; what became known later changes nothing that was learnt."""
    panel = panel_of(declared, committed, closed)
    school = School(panel)
    learnt = school.learn(closed)
    then = forecast_then(school, learnt, np.arange(panel.months))
    assert np.isfinite(then).all()
    assert learnt.delays.shape == (len(panel.providers), len(AGES))
    assert np.isfinite(learnt.season).all()
    assert ((learnt.realisation >= 0) & (learnt.realisation <= 1.15)).all()


@settings(max_examples=40, deadline=None)
@given(declared=ROWS, committed=ROWS, closed=st.integers(6, 39))
def test_a_forecast_of_the_past_is_the_one_that_was_made(
    declared: list[Row], committed: list[Row], closed: int
) -> None:
    """Learning month `closed` from a later panel with the same items gives what that day knew."""
    every = [(item, 0, 0, 1) for item in (CARE, STAY, OTHER)]
    there = panel_of([*every, *declared], [*every, *committed], closed, 64 - closed)
    later = panel_of([*every, *declared], [*every, *committed], 40, 24)
    if there.items != later.items:
        return
    one, two = School(there).learn(closed), School(later).learn(closed)
    assert one.delays == pytest.approx(two.delays)
    assert one.leads == pytest.approx(two.leads)
    assert one.heed == pytest.approx(two.heed)
    if (there.line_of_group == later.line_of_group).all():
        assert one.realisation == pytest.approx(two.realisation)


def _levels(level: Callable[[int], float]) -> tuple[list[Row], list[Row]]:
    """Months committed at a level, a quarter of a year ahead, of which 80 percent is declared a month later."""
    cents = {month: round(10_000 * level(month)) for month in range(72)}
    declared = [(CARE, month, month + 1, round(0.8 * each)) for month, each in cents.items()]
    committed = [(CARE, month, max(0, month - 3), each) for month, each in cents.items()]
    return declared, committed


def _next_year(level: Callable[[int], float], closed: int) -> float:
    """What is expected of the twelve months after a month, relative to what they will cost."""
    school = School(panel_of(*_levels(level), closed))
    care = np.arange(closed + 1, closed + 13)
    true = sum(8_000 * level(month) for month in care.tolist())
    return float(forecast_then(school, school.learn(closed), care).sum() / true)


@pytest.mark.parametrize("closed", range(36, 48))
def test_a_short_month_is_no_less_care(closed: int) -> None:
    """Care by the day: February is allocated for fewer days, and nothing is expected less because of it."""
    assert _next_year(lambda month: monthrange(2022, month % 12 + 1)[1] / 30, closed) == (
        pytest.approx(1, abs=0.004)
    )


@pytest.mark.parametrize("yearly", [-0.06, 0.0, 0.05])
def test_growth_goes_on(yearly: float) -> None:
    days = [monthrange(2022, month + 1)[1] / 30 for month in range(12)]
    grown = _next_year(lambda month: days[month % 12] * (1 + yearly) ** (month / 12), 47)
    assert grown == pytest.approx(1, abs=0.006)


@pytest.mark.parametrize("since", [40, 44, 47])
def test_a_jump_is_no_growth(since: int) -> None:
    """From one month on a tenth more care: it is expected to stay, not to go on growing."""
    days = [monthrange(2022, month + 1)[1] / 30 for month in range(12)]
    later = _next_year(lambda month: days[month % 12] * (1.1 if month >= since else 1), 51)
    assert later == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("closed", range(49, 60))
def test_after_a_jump_nothing_grows_for_a_year(closed: int) -> None:
    """Four percent a year, until in a January a tenth comes at once, and nothing after it."""
    days = [monthrange(2022, month + 1)[1] for month in range(12)]
    every, months = np.tile(np.array(days, float), 5), np.arange(60)
    level = 1_000 * 1.04 ** (np.minimum(months, 48) / 12) * np.where(months < 48, 1.0, 1.1)
    assert trend(47, level, every) == pytest.approx(np.log(1.04) / 12, rel=0.05)
    assert trend(closed, level, every) == 0.0


@pytest.mark.parametrize("by", [-0.08, 0.05, 0.1])
@pytest.mark.parametrize("after", [0, 2])
def test_a_new_level_of_allocations_is_usual_at_once(by: float, after: int) -> None:
    """That all of what is allocated to a month is known when it ends, and declared a month later."""
    declared, committed = _levels(lambda month: 1 + by * (month >= 36))
    school = School(panel_of(declared, committed, 36 + after))
    learnt = school.learn(36 + after)
    level = learnt.usual.sum() * school.panel.days[36 + after]
    assert level == pytest.approx(10_000 * (1 + by), rel=0.04)


def test_the_chance_of_few_clients_is_seldom_a_new_level() -> None:
    """Of months that differ by up to ten percent, in fifty municipalities."""
    seen = 0
    for seed in range(50):
        levels = [Random(seed + 100 * month).uniform(0.9, 1.1) for month in range(72)]
        declared, committed = _levels(levels.__getitem__)
        panel = panel_of(declared, committed, 47)
        level, leads = School(panel).level(47).sum(axis=0), np.ones((2, panel.months))
        seen += len(recent(47, leads, level, panel.days)) < USUAL
    assert seen <= 5
