"""Signals come and go with the messages they are about, and never change an amount."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.reference.lookup import Reference
from streams.ledger.book import Book
from streams.ledger.signals import Signal, signals
from tests.core.letters import CARE, allocate, answer, declare, line, product
from tests.core.worlds import DAYS, MUNICIPALITY, about_care, allocations, document, worlds
from tests.signals.worlds import REFERENCE, book_of, care, rules_of, signals_of

A = allocate(product())
D1 = declare(line("R1", 10_000), line("R2", 2_500, month="2024-12"))
SAME_NUMBER = declare(line("R3", 700, month="2024-11"), name="A2", dated="2025-02-06")
SAME_REFERENCE = declare(
    line("R1", 40, month="2024-10"), name="A3", number="D3", dated="2025-02-07"
)
SAME_NAME = declare(line("R9", 40, month="2024-09"), name="A1", number="D9", dated="2025-02-07")
LONG = allocate(product(begin="2024-01-01"))


@pytest.mark.parametrize("answered", [False, True])
def test_a_taken_number_is_a_signal(answered: bool) -> None:  # noqa: FBT001
    """TR333 signals while it makes a line void, and when the municipality grants it all the same."""
    messages = (LONG, D1, SAME_NUMBER, answer(SAME_NUMBER)) if answered else (LONG, D1, SAME_NUMBER)
    assert rules_of(*messages) == [("TR333", "R3")]


@pytest.mark.parametrize("answered", [False, True])
def test_a_taken_reference_is_a_signal(answered: bool) -> None:  # noqa: FBT001
    """TR314 likewise."""
    messages = (LONG, D1, SAME_REFERENCE) + ((answer(SAME_REFERENCE),) if answered else ())
    assert rules_of(*messages) == [("TR314", "R1")]


def test_a_reference_repeated_in_one_message_is_a_signal() -> None:
    """About the second of the two."""
    declaration = declare(line("R1"), line("R1", month="2024-12"))
    (found,) = signals_of(LONG, declaration)
    assert (found.code, found.subject, found.row) == ("8021", "R1", 1)


def test_a_signal_goes_when_what_it_clashed_with_was_never_sent() -> None:
    """Wholly void, the first takes no Identificatie, no number and no reference."""
    assert rules_of(LONG, D1, SAME_NAME) == [("TR056", "R9")]
    refused = answer(D1, header_only=True)
    assert not rules_of(LONG, D1, SAME_NAME, SAME_NUMBER, SAME_REFERENCE, refused)


def test_a_higher_stamp_settles_two_contents_under_one() -> None:
    """IV013 goes."""
    two = allocate(product(end="2025-06-30"), name="T2")
    later = allocate(product(stamp="2025-02-01T00:00:00"), name="T3", dated="2025-02-01")
    assert rules_of(A, two) == [("IV013", "1")]
    assert not rules_of(A, two, later)


def test_a_signal_says_whose_and_which_line() -> None:
    """The provider, the declaration's number and content, and the place in it."""
    declaration = declare(line("R0", month="2024-12"), line("R1", category="44"))
    book = book_of([LONG, declaration])
    (each,) = book.declarations
    assert signals(book, REFERENCE) == [
        Signal("TR339", "9339", CARE, "R1", declaration="D1", body=each.body, row=1)
    ]


def test_a_rejected_line_is_judged_no_more() -> None:
    """Nor does it take anything away from others."""
    bad = declare(line("R1", volume=11, category="44"))
    good = declare(line("R2", volume=10), name="A2", number="D2", dated="2025-02-18")
    assert not rules_of(A, bad, answer(bad, {"R1": ["9339"]}), good)


def test_a_granted_line_that_is_over_takes_room_an_open_one_does_not() -> None:
    """Later lines get what following the rules would leave them, and what money was paid."""
    ten = allocate(product(omvang=(10, "04", "6")))
    over = declare(line("R1", volume=11))
    later = declare(line("R2", volume=1, month="2025-02"), name="A2", number="D2", period="2025-02")
    assert rules_of(ten, over, later) == [("TR322", "R1")]
    assert rules_of(ten, over, later, answer(over)) == [("TR322", "R1"), ("TR322", "R2")]


def test_a_debit_taken_back_leaves_its_room() -> None:
    """The pair counts for nothing."""
    ten = allocate(product(omvang=(10, "04", "6")))
    first = declare(line("R1", volume=10))
    back = line("R2", -10_000, volume=10, previous="R1")
    right = line("R3", volume=9)
    again = declare(back, right, name="A2", number="D2", dated="2025-02-18")
    assert not rules_of(ten, first, answer(first), again)


def test_an_open_double_asks_for_no_volume() -> None:
    """It is the same care again; granted, it was paid again."""
    first, double = (
        declare(line(name, volume=10), name=name, number=name) for name in ("R1", "R2")
    )
    assert rules_of(A, first, double) == [("TR389", "R2")]
    assert rules_of(A, first, double, answer(double)) == [("TR321", "R2"), ("TR389", "R2")]


def test_a_part_taken_back_leaves_that_part() -> None:
    """A granted credit of another amount breaks IV091, and counts for what it is."""
    ten = allocate(product(omvang=(10, "04", "6")))
    first = declare(line("R1", volume=10))
    back = declare(line("R2", -10_000, volume=4, previous="R1"), name="A2", number="D2")
    third = [
        declare(line("R3", volume=hours, month="2025-03"), name="A3", number="D3", period="2025-03")
        for hours in (4, 5)
    ]
    messages = (ten, first, answer(first, dated="2025-02-05"), back, answer(back, name="B2"))
    assert rules_of(*messages, third[0]) == [("IV091", "R2")]
    assert rules_of(*messages, third[1]) == [("IV091", "R2"), ("TR322", "R3")]


def test_a_credit_is_not_asked_whether_it_fits() -> None:
    """It repeats its debit, and goes back for technical reasons only: also when nothing is allocated."""
    first = declare(line("R1"))
    back = declare(line("R2", -10_000, previous="R1"), name="A2", number="D2", dated="2025-02-18")
    gone = allocate(product(end="2025-01-01", reason="13", stamp="2025-02-10T00:00:00"), name="T2")
    assert rules_of(A, first, answer(first), back, gone) == [("TR384", "R1")]


def test_an_aspecific_allocation_asks_no_code_and_no_unit() -> None:
    """Only its category, its dates and its budget."""
    budget = allocate(product(code=None, omvang=None, budget=100_000))
    assert not rules_of(budget, declare(line("R1", code="45A05", unit="82")))
    assert rules_of(budget, declare(line("R1", category="44"))) == [("TR339", "R1")]


def test_days_that_do_not_exist_are_a_signal_and_no_error() -> None:
    """On Kafka only their form is checked."""
    declaration = declare(care("R1", "2025-01-01", "2025-01-31"))
    book = book_of([A, declaration])
    (each,) = book.declarations
    for begin, rules in (("2025-02-30", {"TR387"}), ("0000-01-30", {"TR307"})):
        each.lines["begin"][0] = begin
        each.lines["tariff"][0] = 9_000
        assert {found.rule for found in signals(book, REFERENCE)} == rules


LATER = [*DAYS, date(2026, 6, 1)]
OF_CARE = st.lists(allocations() | about_care, min_size=2, max_size=10)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), world=worlds() | OF_CARE, as_of=st.sampled_from(LATER))
def test_the_order_and_repeats_of_messages_change_no_signal(
    data: st.DataObject, world: list[AnyEvent], as_of: date
) -> None:
    """Of any world, as of any date."""
    repeats = data.draw(st.lists(st.sampled_from(world), max_size=3))
    orders = (world, data.draw(st.permutations(world + repeats)))
    one, other = (_signals(order, as_of) for order in orders)
    assert one == other
    assert one == sorted(set(one))


@settings(max_examples=100, deadline=None)
@given(world=OF_CARE, as_of=st.sampled_from(LATER))
def test_no_signal_names_a_client(world: list[AnyEvent], as_of: date) -> None:
    """Whatever it is about."""
    assert not any(
        field.startswith("k1.") for each in _signals(world, as_of) for field in map(str, each)
    )


@settings(max_examples=100, deadline=None)
@given(world=OF_CARE)
def test_a_missed_deadline_stays_missed(world: list[AnyEvent]) -> None:
    """On any later day; only whether it was met all the same may change with what came since."""
    dated = max(event["dated"] for event in world)
    early, late = (_late(world, date.fromisoformat(day)) for day in (dated, "2026-06-01"))
    assert early <= late


def _late(world: list[AnyEvent], as_of: date) -> set[tuple[str, str, str, str]]:
    kept = {"OP271", "OP272", "OP274", "OP274-8W", "OP346", "OP346-8W", "OP359"}
    return {
        (each.rule, each.provider, each.subject, each.day)
        for each in _signals(world, as_of)
        if each.rule in kept
    }


def _signals(events: list[AnyEvent], as_of: date) -> list[Signal]:
    book = Book(MUNICIPALITY)
    book.advance(as_of)
    for event in events:
        book.fold(event)
    return signals(book, Reference(document(), as_of))
