"""State is a function of the set of messages: any order, any duplicates, incremental equals batch."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from streams.figures.batch import tabulate
from streams.figures.cells import Cell
from streams.figures.rollup import KEYS, rows
from streams.prognosis.monitor import Monitor, monitors
from tests.core.worlds import DAYS, MUNICIPALITY, document, worlds

DOCUMENTS = {MUNICIPALITY: document()}
BY = [
    ["municipality"],
    ["care_month", "product", "category", "provider"],
    ["year", "segment"],
    ["budget_line", "care_month"],
    ["referrer", "product"],
]


def replayed(events: list[AnyEvent], as_of: date, by: list[str]) -> list[dict[str, Any]]:
    found = monitors(events, DOCUMENTS, as_of)
    if "referrer" in by:
        return rows([part for each in found for part in each.by_referrer()], by)
    return rows([part for each in found for part in each.parts()], by)


@settings(max_examples=120, deadline=None)
@given(data=st.data(), world=worlds(), as_of=st.sampled_from(DAYS))
def test_incremental_equals_batch_in_any_order_with_any_duplicates(
    data: st.DataObject, world: list[AnyEvent], as_of: date
) -> None:
    extra = data.draw(st.lists(st.sampled_from(world), max_size=4))
    order = data.draw(st.permutations(world + extra))
    for by in BY:
        assert replayed(order, as_of, by) == tabulate(world, DOCUMENTS, as_of, by)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), world=worlds())
def test_ticks_and_reference_data_between_messages_change_nothing(
    data: st.DataObject, world: list[AnyEvent]
) -> None:
    monitor = Monitor(MUNICIPALITY)
    last = DAYS[data.draw(st.integers(0, len(DAYS) - 1))]
    steps = data.draw(st.permutations([*world, last, *data.draw(st.lists(st.sampled_from(DAYS)))]))
    place = data.draw(st.integers(0, len(steps)))
    latest = max(step for step in steps if isinstance(step, date))
    for count, step in enumerate(steps):
        if count == place:
            monitor.refer(DOCUMENTS[MUNICIPALITY])
        if isinstance(step, date):
            monitor.tick(step)
        else:
            monitor.fold(step)
        monitor.valuation()
    monitor.refer(DOCUMENTS[MUNICIPALITY])
    fresh = monitors(world, DOCUMENTS, latest)[0]
    assert monitor.cells.keys() == fresh.cells.keys()
    assert monitor.valuation() == fresh.valuation()


def everything(monitor: Monitor) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """All that a monitor keeps of its cells and of when commitments became known."""
    (figures,) = monitor.parts()
    cells = {
        key: [getattr(cell, name) for name in Cell.__slots__] for key, cell in figures.cells.items()
    }
    return cells, figures.commitments.known


@settings(max_examples=80, deadline=None)
@given(data=st.data(), world=worlds())
def test_what_is_kept_does_not_depend_on_the_order(
    data: st.DataObject, world: list[AnyEvent]
) -> None:
    """Nor on the dates of messages that were replaced: every byte of the state is the set's."""
    there, back = Monitor(MUNICIPALITY), Monitor(MUNICIPALITY)
    there.tick(DAYS[-1])
    there.refer(DOCUMENTS[MUNICIPALITY])
    for event in world:
        there.fold(event)
    back.refer(DOCUMENTS[MUNICIPALITY])
    back.tick(DAYS[0])
    back.parts()
    for event in data.draw(st.permutations(world)):
        back.fold(event)
    back.tick(DAYS[-1])
    assert everything(there) == everything(back)


@settings(max_examples=50, deadline=None)
@given(world=worlds(), data=st.data())
def test_taking_everything_back_leaves_no_trace(world: list[AnyEvent], data: st.DataObject) -> None:
    """A wholly void answer to every declaration leaves cells with void money alone."""
    monitor = Monitor(MUNICIPALITY)
    monitor.tick(DAYS[-1])
    for event in data.draw(st.permutations(world)):
        monitor.fold(event)
    for event in world:
        void: Any = {
            "municipality": MUNICIPALITY,
            "provider": event["provider"],
            "identification": "Z9",
            "dated": DAYS[-1].isoformat(),
            "findings": [],
            "answers": {"identification": event["identification"], "dated": event["dated"]},
            "header_codes": ["0001"],
        }
        monitor.fold(void)
    for cell in monitor.cells.values():
        assert cell.cents[:4] == [0, 0, 0, 0]
        assert cell.lines[:4] == [0, 0, 0, 0]
        assert not cell.units
        assert not cell.clients
        assert not cell.broken
        assert not cell.arrived
    assert all(rate == (0, 0) for rate in monitor.cells.rates.values())


@pytest.mark.parametrize("key", [key for key in KEYS if key != "referrer"])
def test_every_key_rolls_up_to_the_same_total(key: str) -> None:
    world = _one_of_each()
    total = replayed(world, DAYS[-1], ["municipality"])[0]
    parts = replayed(world, DAYS[-1], [key])
    for measure in ("declared_cents", "granted_cents", "void_cents", "lines", "units_01"):
        assert sum(row[measure] for row in parts) == total[measure] != 0, measure


def _one_of_each() -> list[AnyEvent]:
    head = {"municipality": MUNICIPALITY, "provider": "90000001", "findings": []}
    columns = {
        "client": [0, 1, 0],
        "reference": ["R1", "R2", "R1"],
        "previous": [None, None, None],
        "allocation": [1, 2, 1],
        "category": ["45", "44", "45"],
        "code": ["45A04", "44A08", "45A04"],
        "begin": ["2025-01-01", "2025-02-01", "2025-02-01"],
        "end": ["2025-01-31", "2025-02-28", "2025-02-28"],
        "volume": [90, 3, 1],
        "unit": ["01", "14", "04"],
        "tariff": [150, 20137, 9000],
        "amount": [13500, 60411, 9000],
        "side": ["D", "D", "D"],
    }
    body = {
        "number": "D1",
        "period_begin": "2025-02-01",
        "period_end": "2025-02-28",
        "declared_on": "2025-03-01",
        "total": 82911,
        "clients": ["k1.een", "k1.twee"],
        "lines": columns,
    }
    one: Any = {**head, "identification": "A1", "dated": "2025-01-10", "body": "een", **body}
    two: Any = {
        **head,
        "identification": "A2",
        "dated": "2025-01-11",
        "body": "twee",
        **body,
        "number": "D2",
    }
    answer: Any = {
        **head,
        "identification": "B1",
        "dated": "2025-01-12",
        "answers": {"identification": "A1", "dated": "2025-01-10"},
        "header_codes": ["0200"],
        "declared": {
            "number": "D1", "submitted": 0, "granted": 0, "codes": ["8001"], "listed": False, "lines": [],
        },
    }  # fmt: skip
    return [one, two, answer]
