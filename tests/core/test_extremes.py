"""What nobody sends on purpose: it must be counted, quickly, and never end in a crash."""

from datetime import date
from pathlib import Path
from time import process_time

from schemas.ijw import Message
from schemas.intake import Pseudonymiser, to_event
from streams.prognosis.monitor import Monitor
from tests.core.letters import (
    TOWN,
    World,
    allocate,
    answer,
    declare,
    line,
    measures,
    product,
)

MANY = 20_000
BUDGET_SECONDS = 5.0
"""A fold that is not quadratic takes a tenth of this; one that is takes minutes."""


def folded(*messages: Message) -> tuple[Monitor, float]:
    """A monitor that took in the messages, and the seconds of processor time it took for it."""
    pseudonym = Pseudonymiser(b"test")
    events = [to_event(message, pseudonym) for message in messages]
    monitor = Monitor(TOWN)
    monitor.tick(date(2025, 12, 31))
    start = process_time()
    for event in events:
        monitor.fold(event)
    return monitor, process_time() - start


def declared(monitor: Monitor) -> int:
    return sum(cell.declared for cell in monitor.cells.values())


def test_a_message_of_one_reference_repeated_is_folded_in_one_pass() -> None:
    """Twenty thousand lines of one reference: one counts, and the time is not quadratic."""
    monitor, seconds = folded(declare(*[line("R1", 100) for _ in range(MANY)]))
    assert declared(monitor) == 100
    assert seconds < BUDGET_SECONDS


def test_a_large_message_sent_again_under_another_number_is_folded_in_one_pass() -> None:
    """Every reference twice in the message and again in a second one, then answered."""
    lines = [line(f"R{place % (MANY // 2)}", 100) for place in range(MANY)]
    first = declare(*lines)
    second = declare(*lines, name="A2", number="D2", dated="2025-02-06")
    monitor, seconds = folded(second, first, answer(first, header_only=True))
    assert declared(monitor) == 100 * MANY // 2
    assert seconds < BUDGET_SECONDS


def test_nothing_at_all(tmp_path: Path) -> None:
    """An empty folder has no cells."""
    assert World(tmp_path).replay() == []


def test_volume_nil_and_amount_nil(tmp_path: Path) -> None:
    """Lines of nothing are lines; a credit of nothing (breaks CS325) is one too."""
    credit = line("R2", 0, volume=0)
    credit["IngediendBedrag"]["DebetCredit"] = "C"
    world = World(
        tmp_path,
        declare(line("R1", 0, volume=0), credit),
        allocate(product(omvang=(0, "04", "1"))),
        allocate(product(2, omvang=None, code=None, budget=0), name="T2"),
    )
    cell = world.total()
    assert (cell["lines"], cell["clients"], cell["committed_cents"]) == (2, 0, 0)
    assert measures(cell, "declared", "submitted") == (0, 0)


def test_the_largest_amounts_add_up_exactly(tmp_path: Path) -> None:
    """The standard's largest amount, volume and tariff stay whole numbers of cents."""
    most = 99_999_999
    lines = [line(f"R{place}", most, volume=most) for place in range(3)]
    cell = World(
        tmp_path, declare(*lines), allocate(product(omvang=(most, "04", "1"), end="2025-01-01"))
    ).total()
    assert cell["declared_cents"] == 3 * most
    assert cell["units_01"] == 3 * 60 * most
    assert cell["committed_cents"] == most * 9_000


def test_an_allocation_to_the_end_of_the_calendar(tmp_path: Path) -> None:
    """Some write 9999-12-31 for an open end: its months are counted, to the last."""
    world = World(
        tmp_path, allocate(product(begin="9999-11-30", end="9999-12-31", omvang=(1, "04", "1")))
    )
    assert world.months() == {"9999-11": 9_000, "9999-12": 279_000}


def test_everything_twice_is_everything_once(tmp_path: Path) -> None:
    """The same messages again, in other files, change no byte."""
    asked = declare(line("R1"), line("R2", month="2025-02"))
    messages = asked, answer(asked, {"R2": ["0611"]}), allocate(product())
    once = World(tmp_path / "once", *messages)
    twice = World(tmp_path / "twice", *messages, *reversed(messages), *messages)
    argv = ("replay", "--as-of", "2025-12-31", "--by", "care_month,product,provider")
    assert once.text(*argv) == twice.text(*argv)
