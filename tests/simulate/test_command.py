"""`budgetwacht simulate` as a user meets it."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from schemas.errors import BudgetwachtError, Misconfigured
from schemas.ijw import Message
from schemas.ijw.read import read_message
from schemas.ijw.write import write_message
from streams.cli import simulate as command
from streams.cli.main import main
from streams.simulate.folder import write
from streams.simulate.scenario import Scenario
from streams.simulate.simulation import simulate
from streams.simulate.worlds import REGIO_KLEIN, REGIO_TIEN
from tests.language.official import accepts, needs_schemas


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_args(words))


def _simulate(folder: Path, *more: str) -> int:
    words = ("--scenario", "zoetermeer-2018", "--seed", "7", "--scale", "0.01")
    return _run(*words, "--out", str(folder), *more)


def _bytes(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_it_writes_the_same_bytes_every_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _simulate(tmp_path / "one") == 0
    assert _simulate(tmp_path / "two") == 0
    one = _bytes(tmp_path / "one")
    assert one == _bytes(tmp_path / "two")
    assert len([name for name in one if name.startswith("referentie/")]) == 12
    said = capsys.readouterr().out
    assert "zeven jaar later" in said
    assert f"{len(one) - 12} berichten" in said
    assert "zorgjaar 2025: €" in said


def test_a_folder_that_holds_something_is_left_alone_without_force(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BudgetwachtError, match="--force"):
        _simulate(tmp_path)
    assert _bytes(tmp_path) == {"notes.txt": b"mine"}


def test_with_force_older_messages_go_and_other_files_stay(tmp_path: Path) -> None:
    old = tmp_path / "berichten" / "2021-12"
    old.mkdir(parents=True)
    (old / "JW301_OLD.xml").write_text("<old/>")
    (tmp_path / "notes.txt").write_text("mine")
    assert _simulate(tmp_path, "--force") == 0
    assert not (old / "JW301_OLD.xml").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("scale", ["0", "-1"])
def test_a_scale_must_be_positive(tmp_path: Path, scale: str) -> None:
    words = ("--scenario", "regio-klein", "--out", str(tmp_path), "--scale", scale)
    with pytest.raises(Misconfigured, match="groter zijn dan nul"):
        _run(*words)


def test_an_unknown_scenario_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BudgetwachtError, match="regio-klein"):
        _run("--scenario", "atlantis", "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("world", "scale"), [(REGIO_KLEIN, 1.0), (REGIO_TIEN, 0.4)])
def test_a_replay_finds_to_the_cent_what_the_simulator_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], world: Scenario, scale: float
) -> None:
    """The ledger and the simulator reckon apart: what is granted or open must come out the same."""
    written = write(simulate(world, 5, scale), tmp_path)
    words = ["replay", str(tmp_path), "--as-of", "2026-06-30", "--by", "year", "--format", "json"]
    assert main(words) == 0
    found = {row["year"]: row["declared_cents"] for row in json.loads(capsys.readouterr().out)}
    assert {year: found[year] for year in written.cents} == written.cents


@needs_schemas
def test_a_month_of_declarations_is_answered_as_the_simulated_municipality_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command, with valid answers; only their own names and dates differ."""
    home, out = tmp_path / "world", tmp_path / "answers"
    write(simulate(REGIO_TIEN, 3, 0.3), home)
    files = [str(path) for path in sorted(home.glob("berichten/2024-06/*_JW323_*[0-9].xml"))]
    words = ["check", *files, "--against", str(home), "--answer", str(out)]
    assert main([*words, "--answered-on", "2024-07-15"]) == 1
    assert "9999" not in capsys.readouterr().out
    given = _answers(home.rglob("*_JW325_*"))
    made = _answers(out.iterdir())
    assert len(made) == len(files)
    for key, answer in made.items():
        assert accepts("JW325", write_message(answer))
        assert answer.tree.get("DeclaratieAntwoord") == given[key].tree.get("DeclaratieAntwoord")
        assert answer.tree["Header"]["RetourCodes"] == given[key].tree["Header"]["RetourCodes"]


def _answers(paths: Iterable[Path]) -> dict[tuple[str, str], Message]:
    """The last answer to each declaration, by provider and the name of the declaration."""
    read = [read_message(path.read_bytes()) for path in paths]
    dated = [message.tree["Header"]["BerichtIdentificatie"]["Dagtekening"] for message in read]
    found: dict[tuple[str, str], Message] = {}
    for _, message in sorted(zip(dated, read, strict=True), key=lambda each: each[0]):
        header = message.tree["Header"]
        name = header["DeclaratieIdentificatie"]["Identificatie"]
        found[header["Ontvanger"], name] = message
    return found
