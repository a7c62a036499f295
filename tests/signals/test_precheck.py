"""`check --against`: which lines of a declaration would be rejected, before anyone answers it."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.ijw import Message
from schemas.ijw.write import write_message
from streams.cli.main import main
from tests.core.letters import ANNA, BAS, World, allocate, answer, declare, line, product
from tests.signals.worlds import PRICES, priced

A = allocate(product())
GOOD = declare(priced("R1", 10_000, code="44A08", category="44", allocation=2))
TWO = allocate(product(), product(2, code="44A08", category="44"))
LINE = "Bericht/Declaratie/Clienten/Client[{}]/Prestaties/Prestatie[{}]"


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """The exit code, and (code, path) of each finding, of a declaration against other messages."""

    def call(
        declared: Message, *messages: Message, name: str = "world"
    ) -> tuple[int, list[tuple[str, str]]]:
        world, file = World(tmp_path / name, *messages, tarieven=PRICES), tmp_path / "declared.xml"
        file.write_bytes(write_message(declared))
        code = main(["check", str(file), "--against", str(world.home)])
        printed = capsys.readouterr().out
        assert ANNA not in printed
        found = [json.loads(each) for each in printed.splitlines()]
        assert all(each["file"] == str(file) and each["message"] for each in found)
        return code, [(each["code"], each["path"]) for each in found]

    return call


def test_a_declaration_that_fits_prints_nothing(check: Any) -> None:
    assert check(GOOD, TWO) == (0, [])


def test_each_line_says_what_it_would_be_rejected_for(check: Any) -> None:
    """In the order of the message, under the path of the line."""
    declared = declare(
        priced("R1", 10_000, code="44A08", category="44", allocation=2),
        priced("R2", 10_000, code="44A08", category="44", allocation=3),
        priced("R3", 10_000, bsn=BAS, code="44A08", category="44", allocation=9),
        priced("R4", 10_000, bsn=BAS, code="44A08", category="44", allocation=2, month="2024-12"),
    )
    _, found = check(declared, TWO)
    second = LINE.format(2, 2)
    assert found == [
        ("9338", LINE.format(1, 2)),
        ("9338", LINE.format(2, 1)),
        ("8187", second),
        ("9307", second),
    ]


def test_what_the_message_says_of_itself_is_not_said_twice(check: Any) -> None:
    declared = declare(*(priced("R1", 10_000, month=f"2025-0{month}") for month in (1, 2)))
    _, found = check(declared, allocate(product()))
    repeated = f"{LINE.format(1, 2)}/ProductReferentie/ReferentieNummer"
    assert [path for code, path in found if code == "8021"] == [repeated]


@pytest.mark.parametrize("first", [True, False])
def test_a_line_is_not_refused_for_who_else_is_named_with_its_allocation(
    check: Any,
    first: bool,  # noqa: FBT001
) -> None:
    """Of two clients on one allocation (TR304) the one it is for is right, wherever that one stands."""
    right = priced("R1", 9_000, cents=9_000)
    wrong = priced("R2", 9_000, cents=9_000, month="2025-02", bsn=BAS)
    lines = (right, wrong) if first else (wrong, right)
    _, found = check(declare(*lines, period="2025-02"), A)
    assert found == [("8187", LINE.format(2 if first else 1, 1))]


def test_later_messages_and_answers_to_it_do_not_count(check: Any) -> None:
    """It is held against what was known when it was dated."""
    declared = declare(priced("R1", 10_000, allocation=1))
    rejected = answer(declared, {"R1": ["0611"]}, dated="2025-02-05")
    late = allocate(product(), dated="2025-02-06")
    assert check(declared, A, rejected)[1] == [("0611", LINE.format(1, 1))]
    assert check(declared, late, name="later") == (1, [("9338", LINE.format(1, 1))])


def test_other_messages_have_nothing_to_be_held_against(check: Any) -> None:
    assert check(A, A) == (0, [])


def test_a_folder_without_messages_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "declared.xml"
    file.write_bytes(write_message(declare(line())))
    assert main(["check", str(file), "--against", str(tmp_path)]) == 1


def test_a_number_that_was_used_is_said_once_of_the_whole_declaration(check: Any) -> None:
    """Not of each line: the answer refuses all of it at once (9333)."""
    fits = [priced(f"R{place}", 9_000, month=f"2025-0{place}") for place in (1, 2)]
    first = declare(priced("R0", 9_000, month="2025-03"), name="A0", dated="2025-02-04")
    _, found = check(declare(*fits, period="2025-02"), A, first)
    assert [each for each in found if each[0] == "9333"] == [
        ("9333", "Bericht/Declaratie/DeclaratieNummer")
    ]


def test_a_message_under_a_used_name_is_refused_whole(check: Any) -> None:
    """Once, at its header: the answer is nothing but a header with 9056 then."""
    fits = [priced(f"R{place}", 9_000, month=f"2025-0{place}") for place in (1, 2)]
    first = declare(priced("R0", 9_000, month="2025-03"), number="D0", dated="2025-02-04")
    _, found = check(declare(*fits, period="2025-02"), A, first)
    assert [each for each in found if each[0] == "9056"] == [
        ("9056", "Bericht/Header/BerichtIdentificatie")
    ]


def test_a_declaration_sent_again_is_judged_as_the_first_time(check: Any) -> None:
    """The answers to its first message don't count either."""
    first = declare(priced("R1", 10_000))
    again = declare(priced("R1", 10_000), name="A2", dated="2025-02-20")
    rejected = answer(first, {"R1": ["0611"]}, dated="2025-02-10")
    assert check(again, A, first, rejected)[1] == [("0611", LINE.format(1, 1))]
