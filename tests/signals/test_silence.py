"""What is no signal: another rule, the message itself or the municipality has said it already."""

from schemas.ijw import Message, Tree
from tests.core.letters import OTHER_CARE, allocate, answer, declare, line, product
from tests.signals.worlds import rules_of

A = allocate(product())
TEN = allocate(product(omvang=(10, "04", "6")))


def second(*lines: Tree, number: str = "D2", dated: str = "2025-02-18") -> Message:
    """A later declaration."""
    return declare(*lines, name=f"A{number}", number=number, dated=dated, period="2025-02")


def test_an_open_line_that_breaks_another_rule_takes_no_room() -> None:
    first = declare(line("R1", volume=10, category="44"))
    later = second(line("R2", volume=10, month="2025-02"))
    assert rules_of(TEN, first, later) == [("TR339", "R1")]
    assert rules_of(TEN, first, later, answer(first)) == [("TR322", "R2"), ("TR339", "R1")]


def test_an_open_credit_that_breaks_a_rule_takes_nothing_back() -> None:
    first = declare(line("R1"))
    again = second(line("R2", -9_999, previous="R1"), line("R3"))
    assert rules_of(A, first, answer(first), again) == [("IV091", "R2"), ("TR389", "R3")]


def test_a_credit_means_the_line_that_was_not_rejected() -> None:
    """Of two with the reference it names."""
    first, reused = declare(line("R1")), second(line("R1"), dated="2025-02-06")
    replies = answer(first, {"R1": ["0611"]}), answer(reused, name="B2")
    back = second(line("R2", -10_000, previous="R1"), number="D3")
    assert rules_of(A, first, reused, *replies, back) == [("TR314", "R1")]


def test_what_lines_of_one_message_do_to_each_other_the_message_says() -> None:
    """TR315, TR316 and TR416 are rules of a single message."""
    first = declare(line("R1"))
    twice = second(*(line(name, -10_000, previous="R1") for name in ("R2", "R3")))
    assert not rules_of(A, first, answer(first), twice)
    assert not rules_of(A, declare(line("R1"), line("R2", -10_000, previous="R1")))
    assert not rules_of(A, declare(line("R1"), line("R2")))


def test_a_void_line_takes_no_reference() -> None:
    """Nor is a number that was taken a second signal on what comes after."""
    first, same_number = declare(line("R1")), second(line("R2"), number="D1", dated="2025-02-06")
    later = second(line("R2", month="2025-02"))
    assert rules_of(A, first, same_number, later) == [("TR333", "R2")]


def test_an_allocation_without_a_day_is_beside_no_other() -> None:
    """Deleted, or ended before it begins."""
    gone = product(2, begin="2025-02-01", end="2025-02-01", reason="13")
    void = product(3, begin="2025-03-01", end="2025-02-01")
    assert not rules_of(A, allocate(gone, void, name="T2"))


def test_another_providers_allocation_is_not_measured() -> None:
    first = declare(line("R1", volume=99))
    assert rules_of(allocate(product(), provider=OTHER_CARE), first) == [("TR338", "R1")]


def test_a_line_that_asks_nothing_is_not_over() -> None:
    """Whatever was taken before it."""
    budget = allocate(product(code=None, omvang=None, budget=20_000))
    first, free = declare(line("R1", 30_000)), second(line("R2", 0, month="2025-02"))
    assert rules_of(budget, first, answer(first), free) == [("TR369", "R1")]
