"""`dead-letters retry`: what can be read now is taken in once, and its letter is closed; the rest stays."""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.ijw.write import write_message
from schemas.outputs import DeadLetter
from streams.workers.letters import name, values
from streams.workers.reading import Stored, records
from streams.workers.retry import Retry
from streams.workers.sending import Sender, sending
from streams.workers.topics import DEAD_LETTERS
from tests.core.letters import declare, line
from tests.integration.installation import Installation, eventually
from tests.workers.world import declaration, poison, refer, tell, tick

pytestmark = pytest.mark.integration


def letter_of(record: Stored, reason: str = "defect: ZeroDivisionError") -> DeadLetter:
    """A letter as a worker with a defect would have written it."""
    return DeadLetter(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        place="",
        reason=reason,
        digest=hashlib.sha256(record.value or b"").hexdigest(),
        size=len(record.value or b""),
        seen=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def write(installation: Installation, letter: DeadLetter) -> None:
    """Put a letter on its topic."""
    value = letter.model_dump_json(exclude={"retried"}).encode()  # as older workers wrote it
    installation.produce(DEAD_LETTERS, (letter.partition or 0) % 4, name(letter).encode(), value)


def still_open(installation: Installation) -> list[str]:
    return [name(letter) for letter in installation.letters() if not letter.retried]


def test_poison_stays_and_what_stood_on_a_wrong_partition_goes_to_its_own(
    installation: Installation,
) -> None:
    worker = installation.worker("worker")
    worker.begin()
    try:
        refer(installation)
        refused = poison(installation)
        tick(installation, date(2026, 6, 30))
        eventually(lambda: installation.lag() == 0, "all committed")
        assert len(still_open(installation)) == refused
        out, _ = installation.run("dead-letters", "retry", "--all", code=1)
        assert f"opnieuw geprobeerd: {refused}, gelukt: 1, nog open: {refused - 1}" in out
        eventually(lambda: installation.lag() == 0, "what was put back is committed")
        eventually(
            lambda: installation.figures()["9901"].total.declared_cents == 1, "it is counted"
        )
    finally:
        worker.stop()
    listed, _ = installation.run("dead-letters", "list", "--format", "json")
    assert len(listed.splitlines()) == refused - 1
    every, _ = installation.run("dead-letters", "list", "--all", "--format", "json")
    assert len(every.splitlines()) == refused
    assert len(still_open(installation)) == refused - 1, "what is refused is not sent again"
    installation.run("dead-letters", "retry", still_open(installation)[0], code=1)


def test_a_record_refused_over_a_defect_counts_once_however_often_it_is_retried(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    refer(installation)
    tell(installation, "JW323", declaration("9901", 1, "2026-01-20", [500]))
    (record,) = records(installation.settings, "declarations")
    write(installation, letter_of(record))
    confirm, confirmed = Sender.confirm, []

    def killed(self: Sender) -> None:
        """After the record is confirmed, and before its letter is closed."""
        confirm(self)
        confirmed.append(1)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, sending(installation.settings) as sender:
        patch.setattr(Sender, "confirm", killed)
        with pytest.raises(KeyboardInterrupt):
            list(Retry(installation.settings, sender).records(installation.letters()))
    assert still_open(installation) == [name(letter_of(record))]
    out, _ = installation.run("dead-letters", "retry", name(letter_of(record)))
    assert "teruggezet" in out
    assert still_open(installation) == []
    copies = list(records(installation.settings, "declarations"))
    assert len(copies) == 3
    assert {(each.key, each.value, tuple(each.headers or ())) for each in copies} == {
        (record.key, record.value, tuple(record.headers or ()))
    }
    worker = installation.worker("worker")
    worker.begin()
    try:
        tick(installation, date(2026, 6, 30))
        eventually(lambda: installation.lag() == 0, "all committed")
        assert installation.figures()["9901"].total.declared_cents == 500
        installation.run("reconcile")
    finally:
        worker.stop()


def test_older_reference_data_does_not_come_back_over_newer(installation: Installation) -> None:
    refer(installation)
    first = next(iter(records(installation.settings, "reference")))
    write(installation, letter_of(first))
    refer(installation)
    before = len(list(values(installation.settings, "reference")))
    out, _ = installation.run("dead-letters", "retry", "--all")
    assert "is later opnieuw geladen; niets te doen" in out
    assert len(list(values(installation.settings, "reference"))) == before
    assert still_open(installation) == []


def test_a_record_that_is_not_there_any_more_is_said(installation: Installation) -> None:
    tell(installation, "JW323", declaration("9901", 1, "2026-01-20", [500]))
    (record,) = records(installation.settings, "declarations")
    gone: list[dict[str, Any]] = [{"offset": 7}, {"partition": 99}, {"digest": "0" * 64}]
    for number, changes in enumerate(gone, 1):
        write(installation, letter_of(record).model_copy(update=changes))
        out, _ = installation.run("dead-letters", "retry", "--all", code=1)
        assert out.count("staat niet meer op zijn topic") == number
    assert len(list(values(installation.settings, "declarations"))) == 1


def test_files_are_found_by_their_content_and_taken_in(
    installation: Installation, tmp_path: Path
) -> None:
    """The good one was refused by an older version; its letter says so."""
    folder = tmp_path / "post"
    folder.mkdir()
    content = write_message(declare(line()))
    (folder / "renamed.xml").write_bytes(content)
    (folder / "bad.xml").write_bytes(b"<half")
    installation.run("ingest", folder / "bad.xml", code=1)
    write(
        installation,
        DeadLetter(
            topic="good.xml",
            partition=None,
            offset=None,
            place="eerste element",
            reason="is geen iJw-bericht",
            digest=hashlib.sha256(content).hexdigest(),
            size=len(content),
            seen="2026-01-01T00:00:00+00:00",
        ),
    )
    out, _ = installation.run("dead-letters", "retry", "--all", code=1)
    assert out.count("geef met --from de map") == 2
    out, _ = installation.run("dead-letters", "retry", "--all", "--from", folder, code=1)
    assert "good.xml: alsnog ingelezen" in out
    assert "bad.xml: wordt nog steeds geweigerd" in out
    assert still_open(installation) == ["bad.xml"]
    (taken,) = values(installation.settings, "declarations")
    assert json.loads(taken)["identification"] == "A1"
    again, _ = installation.run("ingest", folder / "renamed.xml")
    assert "al bekend: 1" in again


def test_a_name_that_is_not_open_is_refused(installation: Installation) -> None:
    _, err = installation.run("dead-letters", "retry", "declarations:0:0", code=1)
    assert "er is geen open dead letter met die naam" in err
    installation.run("dead-letters", "retry", code=1)
    installation.run("dead-letters", "retry", "--all")
