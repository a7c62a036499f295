"""Signals: what messages contradict each other in; they come and go and never change an amount."""

from collections.abc import Iterable
from datetime import date

import pytest

from schemas.ijw import Message
from schemas.intake import Pseudonymiser, to_event
from streams.ledger.book import Book
from tests.core.letters import (
    CARE,
    TOWN,
    allocate,
    answer,
    declare,
    line,
    product,
)

D1 = declare(line("R1", 10_000), line("R2", 2_500))
SAME_NUMBER = declare(line("R3", 700), name="A2", dated="2025-02-06")
SAME_REFERENCE = declare(line("R1", 40), name="A3", number="D3", dated="2025-02-07")


def found(*messages: Message) -> list[tuple[str, str]]:
    """The (return code, subject) of the signals of a book, the same in both orders."""
    assert signals(messages) == signals(reversed(messages))
    return signals(messages)


def signals(messages: Iterable[Message]) -> list[tuple[str, str]]:
    book = Book(TOWN)
    book.advance(date(2025, 12, 31))
    for message in messages:
        book.fold(to_event(message, Pseudonymiser(b"test")))
    assert all(signal.provider == CARE for signal in book.signals())
    return [(signal.code, signal.subject) for signal in book.signals()]


def test_a_world_without_contradictions_has_no_signals() -> None:
    """Messages that agree are silent."""
    assert not found(D1, answer(D1, {"R2": ["0611"]}), allocate(product()))


@pytest.mark.parametrize("answered", [False, True])
def test_a_taken_number_is_a_signal(answered: bool) -> None:  # noqa: FBT001
    """9333 signals while it makes a line void, and when the municipality grants it all the same."""
    messages = (D1, SAME_NUMBER, answer(SAME_NUMBER)) if answered else (D1, SAME_NUMBER)
    assert found(*messages) == [("9333", "R3")]


@pytest.mark.parametrize("answered", [False, True])
def test_a_taken_reference_is_a_signal(answered: bool) -> None:  # noqa: FBT001
    """8021 likewise."""
    messages = (D1, SAME_REFERENCE, answer(SAME_REFERENCE)) if answered else (D1, SAME_REFERENCE)
    assert found(*messages) == [("8021", "R1")]


def test_a_reference_repeated_in_one_message_is_a_signal() -> None:
    """Also inside one message."""
    assert found(declare(line("R1", 1), line("R1", 2))) == [("8021", "R1")]


def test_a_signal_goes_when_what_it_clashed_with_was_never_sent() -> None:
    """Wholly void, the first takes no number and no reference."""
    refused = answer(D1, header_only=True)
    assert not found(D1, SAME_NUMBER, SAME_REFERENCE, refused)


def test_a_listed_reference_that_is_lacking_is_a_signal() -> None:
    """Listed references that the declaration lacks."""
    assert found(D1, answer(D1, {"R9": ["0611"]})) == [("9366", "R9")]


def test_equal_stamps_with_other_content_are_a_signal() -> None:
    """Until a higher stamp settles it."""
    one = allocate(product(omvang=(1, "04", "4")))
    two = allocate(product(omvang=(2, "04", "4")), name="T2")
    assert found(one, two) == [("0001", "1")]
    later = allocate(product(stamp="2025-02-01T00:00:00"), name="T3", dated="2025-02-01")
    assert not found(one, two, later)
    assert not found(one, one)
