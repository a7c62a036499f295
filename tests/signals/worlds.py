"""Books made of a few messages, and what is signalled of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from schemas.ijw import Message, Tree
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from schemas.reference.lookup import Reference
from streams.ledger.book import Book
from streams.ledger.signals import Signal, signals
from tests.core.letters import PRODUCTS, TOWN, TOWNS, day, line, tariffs

AS_OF = date(2025, 2, 19)
"""The last day on which a declaration of 5 February may be answered: none is late yet."""
PRICES = tariffs(
    "9901;90000001;45A04;04;90,00;2021-01-01;",
    "9901;90000001;44A08;04;100,00;2021-01-01;",
)


def document(products: str = PRODUCTS, prices: str = PRICES) -> ReferenceDocument:
    """What the town knows of its products and prices."""
    files = {"gemeenten.csv": TOWNS, "producten.csv": products, "tarieven.csv": prices}
    loaded = parse_files({name: text.encode() for name, text in files.items()})
    assert not loaded.problems
    return resolve(loaded)[TOWN]


REFERENCE = Reference(document(), AS_OF)


def book_of(messages: Iterable[Message]) -> Book:
    """The town's book of the messages, in the order given."""
    book = Book(TOWN)
    book.advance(AS_OF)
    for message in messages:
        book.fold(to_event(message, Pseudonymiser(b"test")))
    return book


def signals_of(*messages: Message, reference: Reference = REFERENCE) -> list[Signal]:
    """The signals of the messages."""
    return signals(book_of(messages), reference)


def rules_of(*messages: Message, reference: Reference = REFERENCE) -> list[tuple[str, str]]:
    """Rule and subject of each signal of the messages."""
    return [(each.rule, each.subject) for each in signals_of(*messages, reference=reference)]


def care(reference: str, begin: str, end: str, volume: int = 1, **content: Any) -> Tree:
    """A line from one day to another, with what else it holds by the names of `letters.line`."""
    period = {"Begindatum": day(begin), "Einddatum": day(end)}
    return line(reference, volume=volume, **content) | {"ProductPeriode": period}


def priced(reference: str, tariff: int, **content: Any) -> Tree:
    """A line with a tariff in cents."""
    return line(reference, **content) | {"ProductTarief": tariff}
