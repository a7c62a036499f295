"""Files to records: each content once, neighbours go on, nothing is taken for sent that wasn't."""

import json
import signal
from pathlib import Path

import pytest

from schemas.events import KINDS, event_id
from streams.workers.letters import values
from tests.integration.installation import Installation, eventually

pytestmark = pytest.mark.integration


def taken_in(installation: Installation) -> dict[str, int]:
    """Number of records by topic."""
    return {
        topic: sum(1 for _ in values(installation.settings, topic))
        for topic in {kind.topic for kind in KINDS.values()}
    }


def test_a_second_run_sends_nothing(installation: Installation, region: Path) -> None:
    files = len(list((region / "berichten").rglob("*.xml")))
    out, _ = installation.run("ingest", region / "berichten")
    assert f"ingelezen: {files}, al bekend: 0" in out
    assert sum(taken_in(installation).values()) == files
    again, _ = installation.run("ingest", region / "berichten")
    assert f"ingelezen: 0, al bekend: {files}" in again
    assert sum(taken_in(installation).values()) == files


def test_a_killed_run_goes_on_where_it_was(installation: Installation, region: Path) -> None:
    files = len(list((region / "berichten").rglob("*.xml")))
    process = installation.popen("ingest", region / "berichten")
    eventually(lambda: sum(taken_in(installation).values()) > 0, "a first record")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    halfway = sum(taken_in(installation).values())
    assert halfway < files, "it was not in the middle"
    installation.run("ingest", region / "berichten")
    contents = {
        value
        for topic in {kind.topic for kind in KINDS.values()}
        for value in values(installation.settings, topic)
    }
    digests = {path.read_bytes() for path in (region / "berichten").rglob("*.xml")}
    assert len(digests) - 60 <= len(contents) <= len(digests)  # some files repeat a message
    assert sum(taken_in(installation).values()) - files <= halfway


def test_bad_files_are_told_and_their_neighbours_taken_in(
    installation: Installation, region: Path, tmp_path: Path
) -> None:
    good = sorted((region / "berichten").rglob("*.xml"))[:3]
    folder = tmp_path / "mixed"
    folder.mkdir()
    for number, path in enumerate(good):
        (folder / f"b{number}.XML").write_bytes(path.read_bytes())
    (folder / "a.xml").write_bytes(b"<half")
    (folder / "c.xml").write_bytes(b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    (folder / "d.xml").write_bytes(b" " * 26_000_000)
    out, err = installation.run("ingest", folder, code=1)
    assert "ingelezen: 3, al bekend: 0, onleesbaar: 3" in out
    assert [line.split(":")[1].strip().rpartition("/")[2] for line in err.splitlines()] == [
        "a.xml",
        "c.xml",
        "d.xml",
    ]
    assert sorted(letter.topic for letter in installation.letters()) == ["a.xml", "c.xml", "d.xml"]
    listed, _ = installation.run("dead-letters", "list")
    assert "a.xml" in listed
    shown, _ = installation.run("dead-letters", "show", "c.xml")
    assert json.loads(shown)["partition"] is None


def test_no_client_number_leaves_the_intake(installation: Installation, region: Path) -> None:
    declarations = sorted((region / "berichten").rglob("*323*.xml"))[:20]
    installation.run("ingest", *declarations)
    numbers = {
        part.split(b"<")[0]
        for path in declarations
        for part in path.read_bytes().replace(b"ijw:", b"").split(b"Bsn>")[1::2]
    }
    assert numbers
    sent = b"".join(values(installation.settings, "declarations"))
    assert not [number for number in numbers if number in sent]
    assert event_id("JW323", json.loads(next(values(installation.settings, "declarations"))))


def test_without_a_broker_there_is_one_clear_line(installation: Installation, region: Path) -> None:
    installation.environment["BUDGETWACHT_KAFKA_BOOTSTRAP"] = "127.0.0.1:9"
    for command in (("ingest", region / "berichten"), ("worker",)):
        _, err = installation.run(*command, code=1)
        assert err.startswith("budgetwacht: de Kafka-broker op 127.0.0.1:9"), err
        assert len(err.splitlines()) == 1
    installation.environment["BUDGETWACHT_KAFKA_BOOTSTRAP"] = installation.kafka.bootstrap
    out, _ = installation.run("ingest", region / "berichten")
    assert "al bekend: 0" in out


def test_a_date_far_ahead_is_refused(installation: Installation) -> None:
    _, err = installation.run("tick", "--as-of", "2199-01-01", code=1)
    assert "2199-01-01 ligt na morgen" in err
    assert not list(values(installation.settings, "ticks"))
