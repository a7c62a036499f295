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
    FLOOR,
    PART_CASE,
    PART_POWER,
    WIDEST,
    Fared,
    client_beside,
    fared,
    past_errors,
    spread,
    spread_of_part,
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


@given(clients=costs, undeclared=st.floats(0, 1), beside=st.floats(0, 1e6))
def test_without_a_past_a_part_is_as_sure_as_its_clients(
    clients: list[int], undeclared: float, beside: float
) -> None:
    """In any order and any money; of a single one all is in doubt, of a hundred a tenth of it."""
    nothing = np.empty(0)
    found = spread_of_part(nothing, undeclared, clients, beside)
    assert spread_of_part(nothing, undeclared, sorted(clients), beside) == found
    sevenfold = [7 * cents for cents in clients]
    assert spread_of_part(nothing, undeclared, sevenfold, beside) == pytest.approx(found)
    assert FLOOR <= found <= WIDEST
    for number in (1, 100):
        told = spread_of_part(nothing, undeclared, [1_000] * number)
        expected = min(WIDEST, PART_CASE * undeclared**PART_POWER / number**0.5)
        assert told == pytest.approx(expected, abs=FLOOR)


@given(errors=st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=12), undeclared=st.floats(0, 1))
def test_the_fewer_clients_the_less_is_believed_of_past_windows(
    errors: list[float], undeclared: float
) -> None:
    """From nearly all of what a thousand say, to hardly anything of what a single one does."""
    past = np.array(errors)
    clients = [[1_000] * number for number in (1, 3, 10, 1_000)]
    model = [spread_of_part(np.empty(0), undeclared, each) for each in clients]
    told = [spread_of_part(past, undeclared, each) for each in clients]
    measured = spread(past, 0.0, 0.0)
    for stated, found in zip(model, told, strict=True):
        low, high = sorted((stated, measured))
        assert low - 1e-9 <= found <= high + 1e-9
    moved = [
        abs(found**2 - stated**2) / abs(measured**2 - stated**2)
        for stated, found in zip(model, told, strict=True)
        if abs(measured**2 - stated**2) > 1e-3 and max(stated, measured) < WIDEST
    ]
    assert moved == sorted(moved)


money = st.lists(st.integers(0, 1_000_000), min_size=8, max_size=8)


@given(forecast=money, became=money, beside=st.integers(1, 100_000))
def test_beside_a_client_hardly_anything_is_hardly_wrong(
    forecast: list[int], became: list[int], beside: int
) -> None:
    """What came of nothing, or nothing of something, is an error too; nothing of nothing tells nothing."""
    then = Fared(np.array(forecast, float)[:, None], np.array(became, float)[:, None])
    place = np.zeros(1, dtype=np.int64)
    (plain,), (found,) = then.errors(place, 1), then.errors(place, 1, beside)
    for was, is_, without, error in zip(forecast, became, plain, found, strict=True):
        assert np.isnan(error) == (was == is_ == 0)
        if not np.isnan(error):
            assert abs(error) <= abs(is_ - was) / beside
            assert error * (is_ - was) >= 0
        if not np.isnan(without):
            assert abs(error) <= abs(without)


@given(clients=costs, undeclared=st.floats(0, 1))
def test_a_client_beside_is_of_the_usual_cost(clients: list[int], undeclared: float) -> None:
    """In any order, of any number of clients alike; none when nothing is to come or nothing was."""
    found = client_beside(undeclared, clients)
    assert (
        found
        == client_beside(undeclared, sorted(clients))
        == client_beside(undeclared, clients * 3)
    )
    assert 0 <= found <= max([0, *clients])
    assert client_beside(0.0, clients) == client_beside(1.0, []) == 0


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


@pytest.fixture(scope="module")
def told(town: Monitor) -> list[list[tuple[Label, Cell, int]]]:
    """What was told of 2025 in March, September and January, and what that became: what has any care."""
    days = date(2025, 3, 31), date(2025, 9, 30), date(2026, 1, 31)
    then = [cells(town, day) for day in days]
    end = cells(town, date(2027, 6, 30))
    became = {label: cell.declared for label, cell in end.items()}
    return [
        [
            (label, cell, became.get(label, 0))
            for label, cell in each.items()
            if cell.care > 0 and (cell.declared or became.get(label))
        ]
        for each in then
    ]


def test_bounds_hold_about_as_often_as_they_say(
    told: list[list[tuple[Label, Cell, int]]],
) -> None:
    """Of the products and providers together, in March, September and January."""
    for then in told:
        ends = [(cell.ends, cents) for label, cell, cents in then if len(label) == 1]
        assert len(ends) > 80
        assert 0.68 <= fmean(each[0] <= cents <= each[1] for each, cents in ends) <= 0.92
        assert fmean(each[2] <= cents <= each[3] for each, cents in ends) >= 0.88


def test_bounds_of_a_few_clients_hold_as_often(
    told: list[list[tuple[Label, Cell, int]]],
) -> None:
    """Of what is expected to cost less than 10,000 euro; by percent alone 76 and 87 of 100 did."""
    small = [
        (cell.ends, cents) for then in told for _, cell, cents in then if cell.care < 1_000_000
    ]
    assert len(small) > 400
    assert 0.78 <= fmean(each[0] <= cents <= each[1] for each, cents in small) <= 0.88
    assert 0.92 <= fmean(each[2] <= cents <= each[3] for each, cents in small) <= 0.98
    assert all(0 <= each[2] <= each[0] for each, _ in small)


def cells(monitor: Monitor, day: date) -> dict[Label, Cell]:
    """The products, the providers and both of 2025 on a day."""
    monitor.tick(day)
    parts = monitor.parts()
    split = Split(parts, 2025, forecast(parts, years(2024, 2025)))
    keys = ("product",), ("provider",), ("provider", "product")
    return {label: cell for by in keys for label, cell in split.cells(by).items()}
