"""`ingest --watch` as a process: what is put in the folder is taken in once and moved, whatever happens."""

import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from schemas.events import KINDS, decode, kind_of
from schemas.ijw.read import read_message
from schemas.ijw.rules import check_message
from schemas.intake import Pseudonymiser, to_event
from streams.ledger.keys import natural_key
from streams.workers.reading import records
from tests.integration.installation import Installation, eventually
from tests.servers import Kafka

pytestmark = pytest.mark.integration


@pytest.fixture
def folder(installation: Installation, tmp_path: Path) -> Path:
    """An empty folder to follow; files settle in a second."""
    installation.environment["BUDGETWACHT_INTAKE_SETTLE"] = "1"
    (tmp_path / "post").mkdir()
    return tmp_path / "post"


def waiting(folder: Path) -> list[Path]:
    """The message files that were not moved."""
    ours = (folder / "verwerkt", folder / "geweigerd")
    return [path for path in folder.rglob("*.xml") if not any(map(path.is_relative_to, ours))]


def taken_in(installation: Installation) -> list[str]:
    """The natural key of every event on the topics."""
    topics = {kind.topic for kind in KINDS.values()}
    return [
        natural_key(kind, decode(kind, record.value or b""))
        for record in records(installation.settings, *topics)
        for kind in [kind_of(dict(record.headers or ()))]
    ]


def keys(installation: Installation, files: list[Path]) -> set[str]:
    """The natural keys of the messages in files."""
    pseudonym = Pseudonymiser(installation.environment["BUDGETWACHT_PSEUDONYM_KEY"].encode())
    messages = [read_message(path.read_bytes()) for path in files]
    return {
        natural_key(each.kind, to_event(each, pseudonym, check_message(each)))
        for each in messages
        if each.kind in KINDS
    }


def end(process: Any, how: signal.Signals = signal.SIGTERM) -> tuple[str, str]:
    """Ask it to stop; it must do so cleanly and soon."""
    process.send_signal(how)
    out, err = process.communicate(timeout=15)
    assert process.returncode == 0, (out, err)
    assert "Traceback" not in err
    return out, err


def test_files_that_come_one_by_one_are_taken_in_and_moved(
    installation: Installation, region: Path, folder: Path
) -> None:
    files = sorted((region / "berichten").rglob("*.xml"))[:3]
    process = installation.popen("ingest", folder, "--watch")
    try:
        slow = folder / "slow.xml"
        content = files[0].read_bytes()
        for part in range(5):
            slow.write_bytes(content[: len(content) * part // 5])
            time.sleep(0.5)
        slow.write_bytes(content)
        (folder / "b.xml.tmp").write_bytes(files[1].read_bytes())
        (folder / "b.xml.tmp").rename(folder / "b.xml")
        (folder / "sub").mkdir()
        shutil.copy(files[2], folder / "sub" / "c.xml")
        (folder / "bad.xml").write_bytes(b"<half")
        eventually(lambda: not waiting(folder), "all moved")
        out, err = end(process)
    finally:
        process.kill()
    assert set(taken_in(installation)) == keys(installation, files)
    assert "ingelezen: 3, al bekend: 0, onleesbaar: 1" in out
    (moved,) = (folder / "verwerkt").iterdir()
    assert sorted(str(path.relative_to(moved)) for path in moved.rglob("*.xml")) == [
        "b.xml",
        "slow.xml",
        "sub/c.xml",
    ]
    assert "bad.xml" in err
    assert (folder / "geweigerd/bad.xml.txt").read_text().startswith("Dit bestand is niet")
    assert [letter.topic for letter in installation.letters()] == ["bad.xml"]


def test_two_watchers_and_kills_lose_and_double_nothing(
    installation: Installation, region: Path, folder: Path
) -> None:
    files = sorted((region / "berichten").rglob("*.xml"))[:2000]  # so that kills come in the middle
    for number, path in enumerate(files):
        shutil.copy(path, folder / f"{number:04}.xml")
    watchers = [installation.popen("ingest", folder, "--watch") for _ in range(2)]
    try:
        eventually((folder / "verwerkt").is_dir, "a first file moved")
        for watcher in watchers:
            watcher.kill()
            watcher.communicate()
        assert waiting(folder), "nothing was left to do"
        watchers = [installation.popen("ingest", folder, "--watch") for _ in range(2)]
        eventually(lambda: not waiting(folder), "all moved")
        for watcher in watchers:
            end(watcher, signal.SIGINT)
    finally:
        for watcher in watchers:
            watcher.kill()
    moved = [path.read_bytes() for path in (folder / "verwerkt").rglob("*.xml")]
    kept = sorted(filter(None, moved))  # a kill may leave a name that was reserved, and is empty
    assert kept == sorted(path.read_bytes() for path in files)
    assert set(taken_in(installation)) == keys(installation, files)
    out, _ = installation.run("ingest", *files)
    assert f"ingelezen: 0, al bekend: {len(files)}" in out


def test_while_the_broker_is_away_files_wait(
    installation: Installation, region: Path, folder: Path, tmp_path: Path
) -> None:
    own = Kafka(tmp_path / "own")
    installation.environment["BUDGETWACHT_KAFKA_BOOTSTRAP"] = own.bootstrap
    file = next((region / "berichten").rglob("*.xml"))
    with own:
        installation.run("topics", "create")
    process = installation.popen("ingest", folder, "--watch")
    try:
        shutil.copy(file, folder / "a.xml")
        time.sleep(8)
        assert waiting(folder)
        with own:
            eventually(lambda: not waiting(folder), "taken in when the broker is back")
        _, err = end(process)
    finally:
        process.kill()
    assert "bestanden blijven staan" in err


def test_a_path_that_is_no_folder_is_refused(installation: Installation, tmp_path: Path) -> None:
    _, err = installation.run("ingest", tmp_path / "nothing", "--watch", code=1)
    assert "is geen map" in err
