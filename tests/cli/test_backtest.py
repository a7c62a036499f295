"""`budgetwacht backtest`: its rows, the file that is only added to, and what goes wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streams.cli.main import main
from streams.prognosis.backtest import COLUMNS
from tests.cli.test_prognosis import history
from tests.core.letters import BUDGETS_HEAD, World, declare, line


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A steady child in 2024 and 2025, whose last declaration comes in January; a letter of March."""
    late = declare(line("L1", 100, month="2026-01"), name="L1", number="L1", dated="2026-03-05")
    budget = (
        BUDGETS_HEAD
        + "9901;2025;Ambulant;1;2024-11-07;9000\n9901;2025;Ambulant;2;2025-06-15;8640\n"
    )
    return World(tmp_path / "w", *history(), late, begroting=budget)


Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def run(world: World) -> Run:
    """The rows of a backtest of the world."""

    def rows(*argv: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(world.text("backtest", *argv))
        return found

    return rows


def test_a_row_tells_how_good_the_prognosis_was_after_so_many_months(run: Run) -> None:
    """All together first, then each municipality; the budget in force on the day is scored beside it."""
    rows = run("--from", "2025-01", "--to", "2026-03")
    assert [list(row) for row in rows] == [["municipality", *COLUMNS]] * len(rows)
    assert [(row["municipality"], row["elapsed"]) for row in rows] == [
        (town, elapsed) for town in (None, "9901") for elapsed in range(1, 16)
    ]
    for row in rows[11:15]:
        assert row["error_percent"] < 1
        assert row["coverage80"] == 1
    budgets = {row["elapsed"]: row["budget_error_percent"] for row in rows}
    assert budgets[5] == pytest.approx(100 * (9_000 / 8_640 - 1), abs=0.001)
    assert budgets[6] == 0


def test_a_month_that_may_not_be_over_is_not_played(run: Run, tmp_path: Path) -> None:
    """The last message is of 5 March 2026: the end of February is the last that was certainly known."""
    file = tmp_path / "kept.jsonl"
    run("--from", "2026-01", "--to", "2026-04", "--keep", str(file))
    days = {json.loads(each)["as_of"] for each in file.read_text().splitlines()}
    assert days == {"2026-01-31", "2026-02-28"}


def test_lines_are_scored_when_asked_for(run: Run) -> None:
    """By budget line, alone or in a municipality."""
    rows = run("--from", "2025-11", "--to", "2025-12", "--by", "budget_line")
    assert {row["budget_line"] for row in rows} == {None, "Ambulant"}
    assert "municipality" not in rows[0]


def test_kept_prognoses_are_only_added_to(run: Run, tmp_path: Path) -> None:
    """A longer run begins with the bytes of a shorter one; the same run again adds nothing."""
    file = tmp_path / "kept.jsonl"
    run("--from", "2025-01", "--to", "2025-06", "--keep", str(file))
    short = file.read_bytes()
    rows = run("--from", "2025-01", "--to", "2025-12", "--keep", str(file))
    long = file.read_bytes()
    assert long.startswith(short)
    assert len(long) > len(short) > 0
    assert run("--from", "2025-01", "--to", "2025-12", "--keep", str(file)) == rows
    assert file.read_bytes() == long


def test_what_was_kept_counts_not_what_would_be_said_now(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A kept prognosis that was ten times too high stays so, is scored, and is told of."""
    file = tmp_path / "kept.jsonl"
    run("--from", "2025-06", "--to", "2025-06", "--keep", str(file))
    lines = [json.loads(each) for each in file.read_text().splitlines()]
    for each in lines:
        each["prognosis_cents"] *= 10
    file.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    before = file.read_bytes()
    capsys.readouterr()
    rows = run("--from", "2025-06", "--to", "2025-06", "--keep", str(file))
    assert rows[0]["error_percent"] > 800
    assert file.read_bytes() == before
    assert "de bewaarde tellen" in capsys.readouterr().err


@pytest.mark.parametrize("line_", ["{", "{}", "", '{"municipality": 1}'])
def test_a_line_that_is_none_is_named(
    world: World, tmp_path: Path, line_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """File and line, and nothing is written."""
    file = tmp_path / "kept.jsonl"
    file.write_text(f"{line_}\n")
    assert main(["backtest", str(world.home), "--keep", str(file)]) == 2
    assert f"{file}, regel 1: " in capsys.readouterr().err
    assert file.read_text() == f"{line_}\n"


def test_a_picture_is_drawn_when_asked_for(run: Run, tmp_path: Path) -> None:
    """An SVG with the year in it."""
    file = tmp_path / "funnels.svg"
    run("--from", "2025-01", "--to", "2025-12", "--picture", str(file))
    assert "zorgjaar 2025" in file.read_text(encoding="utf-8")


def test_an_empty_folder_has_no_past(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One clear line."""
    assert main(["backtest", str(World(tmp_path / "w").home)]) == 1
    assert "geen leesbaar bericht" in capsys.readouterr().err


@pytest.mark.parametrize("month", ["2025", "2025-13", "x"])
def test_a_month_that_is_none_is_refused(
    world: World, month: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the form it should have."""
    with pytest.raises(SystemExit):
        main(["backtest", str(world.home), "--from", month])
    assert "geen maand (JJJJ-MM)" in capsys.readouterr().err


def test_a_municipality_that_merged_is_scored_under_the_name_it_had(tmp_path: Path) -> None:
    """Until the merger its own prognoses, after it those of its successor."""
    towns = (
        "gemeentecode;naam;regio;opvolger;per\n"
        "9901;Proefstad;Proefregio;9902;2025-06-01\n9902;Buurstad;Proefregio;;\n"
    )
    late = declare(line("L1", 100, month="2026-01"), name="L1", number="L1", dated="2026-03-05")
    world = World(tmp_path / "w", *history(), late, gemeenten=towns)
    rows = json.loads(world.text("backtest", "--from", "2025-05", "--to", "2025-06"))
    scored = {(row["municipality"], row["elapsed"]) for row in rows if row["municipality"]}
    assert scored == {("9901", 5), ("9902", 6)}


def test_what_was_kept_is_scored_without_a_replay(run: Run, tmp_path: Path) -> None:
    """The same rows as the replay that kept it; nothing else is scored, and nothing is written."""
    file = tmp_path / "kept.jsonl"
    rows = run("--from", "2025-03", "--to", "2025-08", "--keep", str(file))
    before = file.read_bytes()
    assert run("--kept", str(file)) == rows
    assert {
        row["elapsed"] for row in run("--kept", str(file), "--from", "2025-05", "--to", "2025-06")
    } == {5, 6}
    assert file.read_bytes() == before


def test_a_prognosis_of_every_day_counts_once_a_month(run: Run, tmp_path: Path) -> None:
    """Later days of the month may say anything: the first since the last month closed is scored."""
    file = tmp_path / "kept.jsonl"
    rows = run("--from", "2025-03", "--to", "2025-05", "--keep", str(file))
    told = [json.loads(each) for each in file.read_text().splitlines()]
    later = [
        {
            **each,
            "as_of": f"{each['as_of'][:5]}{int(each['as_of'][5:7]) + 1:02}-{day:02}",
            "prognosis_cents": 1,
        }
        for each in told
        for day in (1, 17)
    ]
    file.write_text("".join(f"{json.dumps(each)}\n" for each in [*later, *told]))
    assert run("--kept", str(file)) == rows


def test_a_file_that_is_not_there_can_not_be_scored(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says how to get one."""
    file = tmp_path / "none.jsonl"
    assert main(["backtest", str(world.home), "--kept", str(file)]) == 1
    assert f"{file}: is er niet. Doe: budgetwacht kept" in capsys.readouterr().err
    assert not file.exists()
