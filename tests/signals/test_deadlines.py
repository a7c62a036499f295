"""Deadlines and terms: from when to when they run, and what a signal about one says."""

import pytest

from schemas.ijw import Message
from schemas.reference.lookup import Reference
from streams.ledger.signals import Signal, Terms, signals
from tests.core.care_letters import reply, start, stop
from tests.core.letters import CARE, OTHER_CARE, allocate, answer, ask, day, declare, line, product
from tests.signals.worlds import AS_OF, book_of, document, rules_of, signals_of

A = allocate(product())
D = declare(line("R1"), dated="2025-01-06")


def found(rule: str, *messages: Message) -> list[tuple[str, str, str]]:
    """Message, last day and the day it was met of each signal of a rule."""
    return [
        (each.message, each.day, each.met) for each in signals_of(*messages) if each.rule == rule
    ]


def test_a_late_answer_leaves_the_signal_and_says_when_it_came() -> None:
    """Ten working days after Monday 6 January is Monday the 20th."""
    assert found("OP090x4", A, D) == [("A1", "2025-01-20", "")]
    assert found("OP090x4", A, D, answer(D, dated="2025-01-21")) == [
        ("A1", "2025-01-20", "2025-01-21")
    ]


def test_the_first_answer_counts_whatever_replaced_it() -> None:
    """In either order."""
    answers = [
        answer(D, name=name, dated=dated)
        for name, dated in (("B1", "2025-01-20"), ("B2", "2025-02-03"))
    ]
    assert not found("OP090x4", A, D, *answers)
    assert not found("OP090x4", A, D, *reversed(answers))


def test_each_message_of_a_declaration_is_answered() -> None:
    """The same body under another name is another message."""
    again = declare(line("R1"), name="A2", dated="2025-01-07")
    assert found("OP090x4", A, D, again, answer(D, dated="2025-01-20")) == [
        ("A2", "2025-01-21", "")
    ]


def test_a_request_that_is_made_again_is_due_again() -> None:
    """It counts from the last time it was made; the answer from the first."""
    asked = [
        ask("V1", "02", dated=dated, name=dated[-2:]) for dated in ("2025-01-06", "2025-02-12")
    ]
    assert found("OP274", asked[0]) == [("06", "2025-01-13", "")]
    assert not found("OP274", *asked)
    early, late = (
        reply("V1", name=name, dated=dated)
        for name, dated in (("Y1", "2025-01-13"), ("Y2", "2025-01-14"))
    )
    assert not found("OP274", asked[0], early, late)
    assert found("OP274", asked[0], late) == [("06", "2025-01-13", "2025-01-14")]


def test_a_corrected_begin_is_as_early_as_what_it_corrects() -> None:
    """A start that was told in time, taken back, and told anew with another begin."""
    first = start(begin="2025-01-06", dated="2025-01-08")
    back = start(begin="2025-01-06", dated="2025-02-10", status="3", name="S2")
    right = start(begin="2025-01-07", dated="2025-02-10", name="S3")
    assert not rules_of(A, first, back, right)
    assert found("OP271", A, back, right) == [("S3", "2025-01-14", "2025-02-10")]


def test_care_that_is_over_before_it_was_allocated_is_told_after_that() -> None:
    """Five working days after the Toewijzingsdatum."""
    late = allocate(product(end="2025-02-03", stamp="2025-02-10T10:00:00"))
    assert not rules_of(late, start(dated="2025-02-17"), stop(dated="2025-02-17"))
    assert rules_of(late, start(dated="2025-02-18"), stop(dated="2025-02-18")) == [
        ("OP271", "1"),
        ("OP272", "1"),
    ]


def test_a_provider_that_sends_no_starts_is_not_asked_for_them() -> None:
    """Another one's starts say nothing of it."""
    long_ago = allocate(product(begin="2024-06-01"))
    other = allocate(product(2), provider=OTHER_CARE, name="T2")
    assert not rules_of(long_ago, other, start(2, provider=OTHER_CARE))
    assert rules_of(long_ago, start(None)) == [("BW01", "1")]


def test_output_is_not_expected_every_month() -> None:
    """It is declared at the moments that parties agree on."""
    begun = start(begin="2024-06-03", dated="2025-01-08")
    pieces = allocate(product(begin="2024-06-01", omvang=(2, "82", "6"), code="45A09"))
    assert not rules_of(pieces, begun)
    assert rules_of(allocate(product(begin="2024-06-01")), begun) == [("BW02", "1")]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (Terms(), []),
        (Terms(start_days=48), [("BW01", "2025-02-18")]),
        (Terms(start_days=49), []),
        (Terms(silent_months=1), [("BW02", "2025-01-01")]),
        (Terms(silent_months=2), []),
        (Terms(silent_months=2, use_percent=81), [("BW05", "2024-11-30")]),
    ],
)
def test_the_terms_are_settings(terms: Terms, expected: list[tuple[str, str]]) -> None:
    """Each moves its own rule alone."""
    products = [
        product(1, code="45A04"),  # not started
        product(2, code="45A05"),  # started, nothing declared
        product(3, code="45A06", begin="2024-11-01", end="2024-11-30"),  # eight of ten declared
    ]
    used = declare(line(code="45A06", allocation=3, month="2024-11", volume=8))
    started = [
        start(2, begin="2025-01-06"),
        start(3, begin="2024-11-01", name="S3"),
        stop(3, begin="2024-11-01", end="2024-11-30", dated="2025-01-08"),
    ]
    book = book_of([allocate(*products), used, *started])
    signalled = signals(book, Reference(document(), AS_OF), terms)
    assert [(each.rule, each.day) for each in signalled] == expected


def test_a_signal_about_care_says_which_message_and_which_day() -> None:
    """And whose it is: the provider's."""
    assert signals_of(start(9)) == [
        Signal("TR019", "9019", CARE, "9", message="S1", day=day("2025-01-06").isoformat())
    ]
