"""Days at both ends of the calendar: messages may hold them, and none may end in a crash."""

from datetime import date
from itertools import product as combinations
from typing import Any

import pytest

from schemas.events import AnyEvent
from schemas.reference.lookup import Reference
from streams.ledger.book import Book
from streams.ledger.signals import signals
from tests.core.worlds import MUNICIPALITY, document

EXTREMES = ("0001-01-01", "2025-01-31", "9999-12-31")


def event(**content: Any) -> AnyEvent:
    """A message of one client and provider."""
    head = {
        "municipality": MUNICIPALITY,
        "provider": "90000001",
        "identification": "A1",
        "findings": [],
        "client": "k1.een",
        "age_band": "0-11",
    }
    return {**head, **content}  # type: ignore[return-value]


def messages(dated: str, begin: str, end: str) -> list[AnyEvent]:
    """An allocation, its start and stop, a request, a change and a reply, all of the same days."""
    size = {"volume": 1, "unit": "04", "frequency": "2", "category": "45", "code": "45A04"}
    allocation = {"number": 1, "stamp": f"{dated}T10:00:00", "begin": begin, "end": end, **size}
    move = {"allocation": 1, "begin": begin, "status": "1"}
    wish = {"allocation": 1, "begin": begin, "end": end}
    return [
        event(dated=dated, allocations=[allocation, {**allocation, "number": 2}]),
        event(dated=dated, moment="start", moves=[move]),
        event(dated=dated, moment="stop", moves=[move | {"reason": "31", "end": end}]),
        event(dated=dated, moment="start", moves=[move | {"allocation": 2}]),
        event(dated=dated, asked=[{"reference": "V1", "begin": begin, "referrer": "02"}]),
        event(dated=dated, reference="W1", reason="1", unchanged=[2], changed=[wish], added=[]),
        event(dated=dated, reference="V1", reply="2"),
    ]


@pytest.mark.parametrize("as_of", EXTREMES)
@pytest.mark.parametrize(("dated", "begin", "end"), list(combinations(EXTREMES, repeat=3)))
def test_every_day_of_the_calendar_can_be_judged(
    as_of: str, dated: str, begin: str, end: str
) -> None:
    """Deadlines end with the calendar."""
    on = date.fromisoformat(as_of)
    book = Book(MUNICIPALITY)
    book.advance(on)
    for each in messages(dated, begin, end):
        book.fold(each)
    found = signals(book, Reference(document(), on))
    assert found == sorted(set(found))
