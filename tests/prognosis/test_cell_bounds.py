"""Bounds of products, providers and contracts: from how their items fared, and from their own clients."""

from datetime import date
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import resolve
from schemas.reference.load import parse_files
from streams.prognosis.cell import Cell
from streams.prognosis.errors import (
    PART_CASE,
    fared,
    past_errors,
    spread,
    stated_of_part,
)
from streams.prognosis.forecast import forecast
from streams.prognosis.learning import School
from streams.prognosis.monitor import Monitor
from streams.prognosis.outlook import years
from streams.prognosis.panel import Item
from streams.prognosis.split import Label, Split
from streams.simulate.reference import reference_files
from streams.simulate.simulation import simulate
from streams.simulate.worlds import scenario
from tests.prognosis.worlds import CARE, STAY, Row, panel_of, steady

OTHER = Item("90000001", "45", "45A05")
"""Another product of the same provider and category as `CARE`."""

costs = st.lists(st.integers(-10_000, 10_000_000), max_size=30)


@settings(max_examples=30)
@given(
    used=st.lists(st.integers(40, 160), min_size=60, max_size=60),
    other=st.lists(st.integers(40, 160), min_size=60, max_size=60),
    elapsed=st.integers(-2, 15),
)
def test_items_together_fared_as_the_whole(used: list[int], other: list[int], elapsed: int) -> None:
    """Whatever is used of the allocations: a forecast by item is the whole's, to a cent an item and month."""
    declared: list[Row] = []
    committed: list[Row] = []
    for item, cents in ((CARE, used), (STAY, other)):
        committed += steady(item, 60, meant=10_000)[1]
        declared += [(item, month, month + 1, 100 * cents[month]) for month in range(60)]
    school = School(panel_of(declared, committed, 47))
    whole = past_errors(school, 47, elapsed)
    together = fared(school, 47, elapsed).errors(np.array([0, 0]), 1)
    assert together.shape == (1, whole.windows)
    assert together[0] == pytest.approx(whole.whole, abs=1e-3, nan_ok=True)


def test_parts_that_traded_places_have_errors_though_the_whole_was_told_right() -> None:
    """From month 30 on a third of the care of one product is that of another, as was not allocated."""
    declared, committed = [], []
    for item, before, after in ((CARE, 90, 60), (OTHER, 60, 90)):
        committed += steady(item, 60)[1]
        declared += [
            (item, month, month + 1, before if month < 30 else after) for month in range(60)
        ]
    found = fared(School(panel_of(declared, committed, 41)), 41, 3)
    parts, (whole,) = found.errors(np.array([0, 1]), 2), found.errors(np.array([0, 0]), 1)
    assert whole == pytest.approx(0, abs=0.02)
    assert (parts[0] * parts[1] <= 1e-6).all()  # what one had too much of, the other lacked
    for errors in parts:
        assert spread(errors, 0.0) > 5 * spread(whole, 0.0)


def test_nothing_is_known_of_how_items_fared_before_there_is_history() -> None:
    found = fared(School(panel_of(*steady(CARE, 60), 10)), 10, 6)
    assert found.errors(np.array([0]), 1).shape == (1, 0)


@given(clients=costs, undeclared=st.floats(0, 1))
def test_the_stated_spread_of_a_part_is_that_of_its_clients(
    clients: list[int], undeclared: float
) -> None:
    """In any order and any money; nothing when nothing is to come, most for a single client."""
    found = stated_of_part(undeclared, clients)
    assert stated_of_part(undeclared, sorted(clients)) == found
    assert stated_of_part(undeclared, [7 * cents for cents in clients]) == pytest.approx(found)
    assert 0 <= found <= PART_CASE * undeclared
    assert stated_of_part(undeclared, [1_000]) == pytest.approx(PART_CASE * undeclared)
    assert stated_of_part(undeclared, [1_000] * 100) == pytest.approx(PART_CASE * undeclared / 10)


@pytest.fixture(scope="module")
def town() -> Monitor:
    """A small municipality in which nothing happens, with all its messages, before the first day."""
    world = simulate(scenario("gestaag", 101), 101, 0.15)
    files = {name: text.encode() for name, text in reference_files(world).items()}
    document = next(iter(resolve(parse_files(files)).values()))
    monitor = Monitor(document.code)
    monitor.refer(document)
    pseudonym = Pseudonymiser(b"a key for what is not kept anywhere")
    for _, message in world.messages():
        monitor.fold(to_event(message, pseudonym))
    return monitor


def test_bounds_hold_about_as_often_as_they_say(town: Monitor) -> None:
    """Of the products and providers together, in March, September and January: those with any care."""
    told = [cells(town, day) for day in (date(2025, 3, 31), date(2025, 9, 30), date(2026, 1, 31))]
    became = cells(town, date(2027, 6, 30))
    for then in told:
        ends = [
            (cell.ends, became[label].declared)
            for label, cell in then.items()
            if cell.care > 0 and (cell.declared or (label in became and became[label].declared))
        ]
        assert len(ends) > 80
        within80 = fmean(each[0] <= cents <= each[1] for each, cents in ends)
        within95 = fmean(each[2] <= cents <= each[3] for each, cents in ends)
        assert 0.68 <= within80 <= 0.92
        assert within95 >= 0.88


def cells(monitor: Monitor, day: date) -> dict[Label, Cell]:
    """The products and providers of 2025 on a day."""
    monitor.tick(day)
    parts = monitor.parts()
    split = Split(parts, 2025, forecast(parts, years(2024, 2025)))
    return {**split.cells(("product",)), **split.cells(("provider",))}
