"""Changes of billing: seen soon, held to while they last, and forgotten when they are over."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.prognosis.billing import RECENT, Billing
from streams.prognosis.cycles import NEVER
from streams.prognosis.expecting import forecast_then
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from tests.prognosis.worlds import Row, panel_of

PROVIDERS = 8
MONTHS = 60
ITEMS = [Item(f"9000000{number}", "45", "45A04") for number in range(PROVIDERS)]
Months = Callable[[int, int], int]
"""The month in which a part is declared that used to be declared in a month, by care month."""


def _world(changed: Months, noise: float, seed: int, many: int = 3) -> tuple[list[Row], list[Row]]:
    """Providers who bill most after one month and the rest later; the first so many as `changed`."""
    random = Random(seed)
    declared, committed = [], []
    for place, item in enumerate(ITEMS):
        for month in range(MONTHS):
            committed.append((item, month, max(0, month - 12), 10_000))
            cents = round(8_000 * random.uniform(1 - noise, 1 + noise))
            for delay, share in ((1, 0.8), (2, 0.15), (4, 0.05)):
                known = month + delay
                when = changed(month, known) if place < many else known
                declared.append((item, month, when, round(cents * share)))
    return declared, committed


def _as_ever(_: int, known: int) -> int:
    return known


def _later(since: int, months: int) -> Months:
    return lambda care, known: known + months if care >= since else known


def _silent(since: int, months: int) -> Months:
    return lambda _, known: since + months if since <= known < since + months else known


def _errors(world: tuple[list[Row], list[Row]], closed: range) -> list[float]:
    """Of what the twelve months up to each month are expected to cost, at its end."""
    declared, committed = world
    truth = School(panel_of(declared, committed, MONTHS + 5, ahead=0))
    school = School(panel_of(declared, committed, closed[-1]))
    found = []
    for month in closed:
        care = np.arange(month - 11, month + 1)
        cost = forecast_then(school, school.learn(month), care).sum()
        found.append(float(cost / truth.said[:, care, MONTHS + 5].sum()) - 1)
    return found


@settings(max_examples=20, deadline=None)
@given(st.integers(30, 40), st.sampled_from([1, 2]), st.integers(0, 1000))
def test_later_billing_moves_a_year_by_less_than_half_a_percent_within_three_months(
    since: int, months: int, seed: int
) -> None:
    """Three of eight providers; and it stays so while the change becomes a habit."""
    closed = range(since + 2, MONTHS - 5)
    errors = _errors(_world(_later(since, months), 0.05, seed), closed)
    usual = _errors(_world(_as_ever, 0.05, seed), closed)
    assert errors == pytest.approx(usual, abs=0.005)


@settings(max_examples=10, deadline=None)
@given(st.integers(30, 40), st.sampled_from([-1, 1, 2]), st.integers(0, 1000))
def test_all_may_begin_to_bill_later_or_earlier_at_once(since: int, months: int, seed: int) -> None:
    """While as much comes in as ever it is no failing intake; the first bills are waited for."""
    closed = range(since + 2 + abs(months), MONTHS - 5)
    errors = _errors(_world(_later(since, months), 0.05, seed, PROVIDERS), closed)
    usual = _errors(_world(_as_ever, 0.05, seed), closed)
    assert errors == pytest.approx(usual, abs=0.01)


@settings(max_examples=20, deadline=None)
@given(st.integers(30, 40), st.integers(1, 2), st.integers(0, 1000))
def test_a_silence_moves_a_year_by_little_and_is_forgotten(
    since: int, months: int, seed: int
) -> None:
    world = _world(_silent(since, months), 0.05, seed)
    closed = range(since + 2, MONTHS - 5)
    usual = _errors(_world(_as_ever, 0.05, seed), closed)
    assert _errors(world, closed) == pytest.approx(usual, abs=0.005)
    after = School(panel_of(*world, since + 8)).learn(since + 8)
    assert not after.billing.lag.any()
    steady = School(panel_of(*_world(_as_ever, 0.05, seed), since + 8))
    assert after.delays == pytest.approx(steady.learn(since + 8).delays, abs=0.03)


@given(st.floats(0, 0.3), st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_nothing_is_seen_where_nothing_changes(noise: float, seed: int) -> None:
    school = School(panel_of(*_world(_as_ever, noise, seed), 50))
    for month in range(24, 51):
        billing = school.learn(month).billing
        assert not billing.lag.any()
        assert not billing.cycles.grouped.any()
        assert not billing.deaf.any()


@pytest.mark.parametrize("months", [1, 2])
@pytest.mark.parametrize("through", [0, 1])
def test_a_deaf_month_tells_nothing(months: int, through: int) -> None:
    """Of all eight providers or all but one, who brings an eighth of the usual."""
    world = _world(_silent(40, months), 0.05, 1, PROVIDERS - through)
    closed = range(36, MONTHS - 5)
    usual = _errors(_world(_as_ever, 0.05, 1), closed)
    assert _errors(world, closed) == pytest.approx(usual, abs=0.012)
    after = School(panel_of(*world, 48)).learn(48)
    assert np.flatnonzero(after.billing.deaf).tolist() == list(range(40, 40 + months))
    steady = School(panel_of(*_world(_as_ever, 0.05, 1), 48)).learn(48)
    assert after.delays == pytest.approx(steady.delays, abs=0.01)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.0, 0.55), st.integers(30, 50), st.integers(0, 1000))
def test_a_month_of_whose_bills_a_part_fails_to_come_in_is_told_as_ever(
    share: float, month: int, seed: int
) -> None:
    """At its own end too: the rest, that comes in a month later, is not taken for less care."""
    declared, committed = _world(_as_ever, 0.05, seed)
    failed = [
        (item, care, known + late, round(cents * part))
        for item, care, known, cents in declared
        for late, part in ((0, share), (1, 1 - share))
        if known == month
    ]
    others = [row for row in declared if row[2] != month]
    closed = range(month - 1, month + 5)
    usual = _errors((declared, committed), closed)
    assert _errors(([*others, *failed], committed), closed) == pytest.approx(usual, abs=0.01)


def test_the_month_after_a_deaf_one_brings_the_bills_of_both() -> None:
    deaf, steady = (
        School(panel_of(*_world(changed, 0.0, 1, PROVIDERS), closed)).learn(closed)
        for changed, closed in ((_silent(40, 1), 40), (_as_ever, 41))
    )
    place, care = np.arange(PROVIDERS), np.arange(30, 42)
    sent = deaf.shares(place, np.ones(PROVIDERS), care)
    assert sent == pytest.approx(steady.shares(place, np.zeros(PROVIDERS), care), abs=0.01)


def _dip(care: int, known: int) -> int:
    """In August four in ten bill a month later."""
    return known + 1 if known % 12 == 7 and care % 2 else known


def test_neither_august_nor_the_end_of_all_care_is_deaf() -> None:
    declared, committed = _world(_dip, 0.05, 1, PROVIDERS)
    ended = [[row for row in rows if row[1] < 48] for rows in (declared, committed)]
    for rows in ((declared, committed), (ended[0], ended[1])):
        assert not School(panel_of(*rows, 54)).learn(54).billing.deaf.any()


def _together(cycle: int, bill: int, care: range = range(MONTHS)) -> Months:
    """Care months are billed in so many at once; the bill is that of months whose remainder is `bill`."""
    return lambda month, known: known + (bill - known) % cycle if month in care else known


@pytest.mark.parametrize("cycle", [2, 3])
@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2), st.integers(0, 1000))
def test_care_that_is_billed_together_is_waited_for(cycle: int, bill: int, seed: int) -> None:
    """Within a year of history, at any place in the cycle."""
    closed = range(12, MONTHS - 5)
    errors = _errors(_world(_together(cycle, bill % cycle), 0.05, seed), closed)
    usual = _errors(_world(_as_ever, 0.05, seed), closed)
    assert errors == pytest.approx(usual, abs=0.01)


@pytest.mark.parametrize(
    "care", [range(30, MONTHS), range(31, MONTHS), range(32, MONTHS), range(30), range(31)]
)
def test_a_quarter_that_begins_or_ends_is_seen_from_its_first_care_month_on(care: range) -> None:
    world = _world(_together(3, 0, care), 0.02, 1)
    closed = range(42, MONTHS - 5)
    usual = _errors(_world(_as_ever, 0.02, 1), closed)
    assert _errors(world, closed) == pytest.approx(usual, abs=0.01)
    grouped = School(panel_of(*world, 45)).learn(45).billing.cycles.grouped[:, 20:46]
    assert not grouped[3:].any()
    expected = [month in care for month in range(20, 46)]
    assert (grouped[:3] == expected).mean() > 0.9


def test_a_silence_and_care_of_one_month_a_quarter_are_no_cycle() -> None:
    silent = School(panel_of(*_world(_silent(30, 2), 0.05, 1), 45))
    declared, committed = _world(_as_ever, 0.05, 1)
    rare = [row for row in declared if row[0] != ITEMS[0] or row[1] % 3 == 0]
    for school in (silent, School(panel_of(rare, committed, 45))):
        for month in range(24, 46):
            assert not school.learn(month).billing.cycles.grouped.any()


def test_what_lasts_becomes_the_providers_own_curve() -> None:
    """A change is held to for as long as months before it are learnt from."""
    school = School(panel_of(*_world(_later(24, 1), 0.0, 1), MONTHS - 5))
    held = school.learn(24 + RECENT - 1)
    assert held.billing.lag.tolist() == [1, 1, 1, 0, 0, 0, 0, 0]
    assert held.billing.since[:3].tolist() == [24, 24, 24]
    assert held.delays[0] == pytest.approx(held.delays[4], abs=0.01)
    own = school.learn(24 + RECENT + 6)
    assert not own.billing.lag.any()
    assert own.delays[0, 1] < own.delays[4, 1] - 0.5


def test_a_curve_is_learnt_from_usual_months_alone() -> None:
    odd = np.zeros((2, 60), dtype=np.bool_)
    odd[0, 35] = True
    usual = Billing.usual(2, 60)
    billing = replace(usual, lag=np.array([0, 1]), since=np.array([NEVER, 40]), odd=odd)
    tells = billing.tells(45)
    assert np.flatnonzero(tells[0]).tolist() == [*range(22, 35), *range(36, 46)]
    assert np.flatnonzero(tells[1]).tolist() == list(range(22, 46))
    assert billing.ages(45, np.array([39, 40])).tolist() == [[6, 5], [6, 4]]
