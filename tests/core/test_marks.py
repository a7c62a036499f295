"""Every reader of a book learns all that changed, whoever else reads it and when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from streams.figures.yearly import Yearly
from streams.ledger.states import State
from streams.prognosis.forecast import Habits
from streams.prognosis.monitor import Monitor
from streams.prognosis.valuation import value
from tests.core.worlds import MUNICIPALITY, document, worlds

AS_OF = date(2025, 4, 9)


def referred() -> Monitor:
    """A monitor with reference data and an as-of date, before its first message."""
    monitor = Monitor(MUNICIPALITY)
    monitor.refer(document())
    monitor.tick(AS_OF)
    return monitor


@settings(max_examples=60, deadline=None)
@given(data=st.data(), world=worlds())
def test_readers_take_nothing_from_each_other(data: st.DataObject, world: list[AnyEvent]) -> None:
    """Readers that look at different moments all see in the end what one sees that looks only then."""
    monitor = referred()
    readers = [(Habits(), Yearly(AS_OF.year)) for _ in range(3)]
    looks = st.lists(st.sampled_from(readers), max_size=2)
    for event in data.draw(st.permutations(world)):
        monitor.fold(event)
        for habits, yearly in data.draw(looks):
            value(monitor.parts(), None, habits, yearly)
    fresh = value(monitor.parts())
    for habits, yearly in readers:
        assert value(monitor.parts(), None, habits, yearly) == fresh


@settings(max_examples=60, deadline=None)
@given(data=st.data(), world=worlds())
def test_marks_name_every_cell_that_changed(data: st.DataObject, world: list[AnyEvent]) -> None:
    """What marks do not name is as it was."""
    monitor = referred()
    (part,) = monitor.parts()
    books: list[Mapping[Any, object]] = [part.cells, part.commitments]
    seen, marks = list(map(_image, books)), part.marks()
    for event in data.draw(st.permutations(world)):
        monitor.fold(event)
        for place, (book, each) in enumerate(zip(books, marks, strict=True)):
            before, now = seen[place], _image(book)
            seen[place], named = now, each.take_keys()
            changed = {key for key in {*before, *now} if before.get(key) != now.get(key)}
            assert changed <= named.keys()


@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_cents_of_all_cells_are_the_sum_of_theirs(world: list[AnyEvent]) -> None:
    """By line state, after any messages."""
    monitor = referred()
    for event in world:
        monitor.fold(event)
    cells = monitor.cells
    assert cells.cents == [sum(cell.cents[state] for cell in cells.values()) for state in State]


def _image(book: Mapping[Any, object]) -> dict[Any, str]:
    return {key: repr(_fields(cell)) for key, cell in book.items()}


def _fields(thing: object) -> object:
    """What a cell holds, whatever it is made of."""
    names = getattr(type(thing), "__slots__", ())
    if names:
        return [_fields(getattr(thing, name)) for name in sorted(names)]
    if isinstance(thing, dict):
        return sorted((repr(key), _fields(each)) for key, each in thing.items())
    return [_fields(each) for each in thing] if isinstance(thing, tuple) else thing
