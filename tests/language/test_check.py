"""`check` prints one JSON line a finding and nothing else, and ends as it promises."""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import pytest

from schemas.ijw import Message
from schemas.ijw.read import LARGEST
from schemas.ijw.rules import RULES
from schemas.ijw.write import write_message
from streams.cli import check
from tests.language.messages import ONE, allocation, declaration, line, total

GOOD = declaration((ONE, [line()]))
BAD = declaration((ONE, [line(), line()]), TotaalIngediendBedrag=total(1))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `check` on files; gives the exit code and the lines it printed."""

    def call(*files: Path) -> tuple[int, list[dict[str, str]]]:
        parser = argparse.ArgumentParser()
        check.arguments(parser)
        code = check.run(parser.parse_args([str(file) for file in files]))
        printed = capsys.readouterr()
        assert printed.err == ""
        assert ONE not in printed.out
        return code, [json.loads(each) for each in printed.out.splitlines()]

    return call


def saved(folder: Path, name: str, message: Message | bytes) -> Path:
    path = folder / name
    path.write_bytes(message if isinstance(message, bytes) else write_message(message))
    return path


def test_a_message_that_keeps_every_rule_prints_nothing(run: Any, tmp_path: Path) -> None:
    assert run(saved(tmp_path, "a.xml", GOOD), saved(tmp_path, "b.xml", allocation())) == (0, [])


def test_each_finding_is_one_line_in_the_order_of_the_document(run: Any, tmp_path: Path) -> None:
    file = saved(tmp_path, "a.xml", BAD)
    code, printed = run(file, saved(tmp_path, "b.xml", GOOD))
    assert code == 1
    second = "Bericht/Declaratie/Clienten/Client[1]/Prestaties/Prestatie[2]"
    assert printed == [
        {"file": str(file), "rule": rule, "code": ret, "path": path, "message": RULES[rule].reason}
        for rule, ret, path in [
            ("TR358", "0001", "Bericht/Declaratie/TotaalIngediendBedrag"),
            ("TR314", "8021", f"{second}/ProductReferentie/ReferentieNummer"),
            ("TR416", "0001", f"{second}/ProductPeriode"),
        ]
    ]


UNREADABLE = {
    "cut off": write_message(GOOD)[:-100],
    "empty": b"",
    "wrong encoding": write_message(GOOD).replace(b">R1<", b">\xff<"),
    "bomb": b'<!DOCTYPE b [<!ENTITY a "a">]>' + write_message(GOOD).partition(b"?>")[2],
    "iJw 3.1": write_message(GOOD).replace(b"3_2", b"3_1"),
    "iWmo": write_message(GOOD).replace(b"ijw/3_2/jw323", b"iwmo/3_2/wmo323"),
    "no date": write_message(GOOD).replace(b"2026-02-28", b"2026-02-30"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_one_line_and_the_others_are_still_checked(
    run: Any, tmp_path: Path, name: str
) -> None:
    file = saved(tmp_path, "a.xml", UNREADABLE[name])
    other = saved(tmp_path, "b.xml", BAD)
    code, printed = run(file, other)
    assert code == 2
    assert [(each["file"], each["rule"]) for each in printed] == [
        (str(file), "unreadable"),
        *((str(other), rule) for rule in ("TR358", "TR314", "TR416")),
    ]
    assert printed[0].keys() == {"file", "rule", "code", "path", "message"}
    assert printed[0]["message"]


def test_what_is_no_readable_file_is_one_line(run: Any, tmp_path: Path) -> None:
    link = tmp_path / "loop.xml"
    link.symlink_to(link)
    for path in (tmp_path / "absent.xml", tmp_path, link, tmp_path / ("x" * 300)):
        code, printed = run(path)
        assert (code, [each["rule"] for each in printed]) == (2, ["unreadable"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_one_line(run: Any, tmp_path: Path) -> None:
    file = saved(tmp_path, "a.xml", GOOD)
    file.chmod(0)
    code, printed = run(file)
    assert (code, printed[0]["rule"]) == (2, "unreadable")


def test_a_file_of_26_megabytes_is_not_read(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "big.xml"
    with file.open("wb") as opened:
        opened.truncate(26_000_000)
    monkeypatch.setattr(check, "read_message", None)  # would fail if the content came this far
    code, printed = run(file)
    assert code == 2
    assert printed[0]["message"] == "is groter dan 25 MB"
    assert LARGEST == 25_000_000


def test_a_name_that_is_no_text_does_not_stop_the_others(run: Any, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\xe9.xml")
    code, printed = run(saved(tmp_path, name, BAD), saved(tmp_path, "b.xml", GOOD))
    assert code == 1
    assert {Path(each["file"]).name for each in printed} == {name}
