"""`budgetwacht signals`: one row a signal, the same bytes every time, no client."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from streams.cli.main import main
from streams.ledger.signals import RULES
from streams.ledger.signals.texts import TOLD
from tests.core.care_letters import start
from tests.core.letters import ANNA, CARE, World, allocate, answer, declare, line, product

ROOT = Path(__file__).parents[2]
D = declare(line("R0", month="2024-12"), line("R1", category="44"))
MESSAGES = (allocate(product(begin="2024-12-01")), D, start(9))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line of another category, a start without an allocation, and a declaration to be answered."""
    return World(tmp_path, *MESSAGES)


def rows(world: World, *argv: str, as_of: str = "2025-02-19") -> list[dict[str, Any]]:
    """What the command prints."""
    printed = world.text("signals", "--as-of", as_of, *argv)
    assert ANNA not in printed
    found: list[dict[str, Any]] = json.loads(printed)
    return found


def test_a_row_says_what_is_broken_about_what_and_why(world: World) -> None:
    """In the order of the columns; what it is not about is null, and a line counts from 1."""
    nothing = dict.fromkeys(("declaration", "row", "message", "day", "met"))
    town = {"municipality": "9901", "provider": CARE}
    start_ = {"rule": "TR019", "code": "9019", "rejects": False, "about": "care", "subject": "9"}
    line_ = {"rule": "TR339", "code": "9339", "rejects": True, "about": "line", "subject": "R1"}
    assert rows(world, "--rule", "TR019,TR339") == [
        {
            **town,
            **start_,
            **nothing,
            "message": "S1",
            "day": "2025-01-06",
            "reason": TOLD["TR019"],
        },
        {**town, **line_, **nothing, "declaration": "D1", "row": 2, "reason": TOLD["TR339"]},
    ]


def test_a_deadline_that_was_met_too_late_says_so(world: World) -> None:
    """In the reason too."""
    assert [row["met"] for row in rows(world, "--rule", "OP090x4", as_of="2025-02-20")] == [None]
    world.add(answer(D, dated="2025-02-20"))
    (row,) = rows(world, "--rule", "OP090x4", as_of="2025-02-20")
    assert (row["day"], row["met"]) == ("2025-02-19", "2025-02-20")
    assert row["reason"].endswith("Dat gebeurde alsnog op 20 februari 2025.")


def test_rules_and_terms_can_be_chosen(world: World) -> None:
    """The term after which a start is missed decides about the one without."""
    assert [row["rule"] for row in rows(world, "--rule", "TR339,BW01")] == ["BW01", "TR339"]
    chosen = rows(world, "--rule", "TR339,BW01", "--start-days", "80")
    assert [row["rule"] for row in chosen] == ["TR339"]


def test_csv_and_table_have_the_columns_when_there_is_no_row(tmp_path: Path) -> None:
    """Nothing is signalled of a world that keeps every rule."""
    world = World(tmp_path, allocate(product()))
    head = world.text("signals", "--as-of", "2025-02-19", "--format", "csv").split(";")
    assert head[:3] == ["municipality", "rule", "code"]
    assert rows(world) == []


def test_a_rule_that_is_not_there_is_an_error(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the rule."""
    assert main(["signals", str(world.home), "--as-of", "2025-02-19", "--rule", "TR999"]) == 1
    assert "TR999" in capsys.readouterr().err


def test_every_rule_has_a_sentence_and_a_row_in_the_documentation() -> None:
    """With its return code and what it is about."""
    page = (ROOT / "docs" / "signals.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (\S+) \| (\d{4}) \| (\w+) \|", page, re.MULTILINE)
    assert found == [(name, rule.code, rule.about) for name, rule in RULES.items()]
    assert list(TOLD) == list(RULES)
    assert all(text.endswith(".") for text in TOLD.values())
