"""Following a folder: nothing half-written is read, nothing is moved before it is confirmed."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from schemas.ijw.read import read_message
from schemas.ijw.write import write_message
from schemas.intake import Pseudonymiser
from streams.settings import Settings
from streams.workers.broker import NoBroker
from streams.workers.inbox import Inbox, is_message
from streams.workers.ingest import Ingest, Report
from streams.workers.journal import Journal
from streams.workers.watching import DOUBT, Watch
from tests.core.letters import declare, line

SETTLE = 5.0
FIRST = write_message(declare(line("R1"), name="A1", number="D1"))
SECOND = write_message(declare(line("R2"), name="A2", number="D2"))
DONE = f"verwerkt/{date.today()}"  # noqa: DTZ011 - as the user's calendar says
KEY = Pseudonymiser(b"unit tests have no secrets, but 32 bytes")


class Sender:
    """Keeps what is sent; it counts only when it is confirmed, which may fail."""

    def __init__(self) -> None:
        self.flying: list[str] = []
        self.confirmed: list[str] = []
        self.down = False

    def send(self, topic: str, value: bytes, **_: Any) -> None:  # noqa: ARG002 - as the real one
        """Put on its way."""
        self.flying.append(topic)

    def confirm(self) -> None:
        """All there, or none; what was on its way is lost with the connection."""
        if self.down and self.flying:
            self.flying.clear()
            raise NoBroker("the broker is away")
        self.confirmed += self.flying
        self.flying.clear()


class Follower:
    """A watch on a folder, a broker in memory and a clock that we move."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root, self.now = root, 0.0
        self.told: list[str] = []
        self.sender = Sender()
        self.report = Report(self.told.append)
        self.inbox = Inbox(root, self.told.append)
        self.watch = Watch([self.inbox], SETTLE, self.report)
        self.journal = Journal(settings)
        self.stopping = Event()

    def round(self, seconds: float = 0.0) -> None:
        """Let time pass, then look once, with a new connection."""
        self.now += seconds
        ingest = Ingest(self.sender, self.journal, KEY, self.watch.done)  # type: ignore[arg-type]
        self.watch.round(ingest, self.now, self.stopping)

    def settled(self, seconds: float = SETTLE) -> None:
        """Look, and look again when what is there has stood still."""
        self.round()
        self.round(seconds)

    def files(self) -> dict[str, bytes]:
        """What stands in the folder, our lock aside."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and path.name != ".budgetwacht.lock"
        }

    def close(self) -> None:
        """End, as at a stop."""
        self.inbox.unlock()
        self.journal.__exit__()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def follower(root: Path, settings: Settings) -> Iterator[Follower]:
    made = Follower(root, settings)
    yield made
    made.close()


def test_a_file_is_read_when_it_stood_still_and_then_moved(follower: Follower) -> None:
    (follower.root / "a.xml").write_bytes(FIRST)
    follower.round()
    follower.round(SETTLE - 1)
    assert follower.sender.confirmed == []
    follower.round(1)
    assert follower.sender.confirmed == ["declarations"]
    assert follower.files() == {f"{DONE}/a.xml": FIRST}


def test_a_file_that_grows_is_left_until_it_stops(follower: Follower) -> None:
    file = follower.root / "a.xml"
    for size in (10, 100, 1_000):
        file.write_bytes(FIRST[:size])
        follower.round(SETTLE - 1)
    file.write_bytes(FIRST)
    follower.round(SETTLE - 1)
    follower.round(SETTLE - 1)
    assert follower.sender.confirmed == []
    follower.round(1)
    assert follower.sender.confirmed == ["declarations"]
    assert follower.told == []


def test_half_a_file_whose_writer_is_stuck_is_not_refused_yet(follower: Follower) -> None:
    file = follower.root / "a.xml"
    file.write_bytes(FIRST[:-20])
    follower.settled(SETTLE * (DOUBT - 1))
    assert follower.files() == {"a.xml": FIRST[:-20]}
    file.write_bytes(FIRST)
    follower.settled()
    assert follower.files() == {f"{DONE}/a.xml": FIRST}
    assert follower.sender.confirmed == ["declarations"]


def test_a_refused_file_has_a_text_beside_it_without_its_content(follower: Follower) -> None:
    (follower.root / "b.xml").write_bytes(b"<half>Geheimnaam")
    follower.settled(SETTLE * DOUBT)
    assert follower.sender.confirmed == ["dead-letters"]
    files = follower.files()
    text = files.pop("geweigerd/b.xml.txt").decode()
    assert files == {"geweigerd/b.xml": b"<half>Geheimnaam"}
    assert text.startswith("Dit bestand is niet ingelezen.\nHet bestand is geen leesbaar")
    assert "Geheimnaam" not in text
    assert follower.report.counts["refused"] == 1


def test_a_defect_of_ours_refuses_one_file_and_stops_no_other(
    follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    (follower.root / "a.xml").write_bytes(FIRST)
    (follower.root / "b.xml").write_bytes(SECOND)

    def fails(content: bytes) -> Any:
        if content == FIRST:
            raise RecursionError
        return read_message(content)

    monkeypatch.setattr("streams.workers.ingest.read_message", fails)
    follower.settled(SETTLE * DOUBT)
    assert sorted(follower.sender.confirmed) == ["dead-letters", "declarations"]
    assert follower.told == [f"{follower.root}/a.xml: defect: RecursionError"]


def test_refused_files_of_one_name_stand_beside_each_other(follower: Follower) -> None:
    for content in (b"<one", b"<two"):
        (follower.root / "b.xml").write_bytes(content)
        follower.settled(SETTLE * DOUBT)
    assert sorted(follower.files()) == [
        "geweigerd/b-2.xml",
        "geweigerd/b-2.xml.txt",
        "geweigerd/b.xml",
        "geweigerd/b.xml.txt",
    ]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("a.xml", True),
        ("A.XML", True),
        ("a.xml.tmp", False),
        ("a.xml.part", False),
        ("a.xml~", False),
        ("~$a.xml", False),
        (".a.xml", False),
        ("a.txt", False),
    ],
)
def test_temporary_and_hidden_names_are_no_messages(name: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_message(name) is is_one


def test_subfolders_are_followed_and_kept(follower: Follower) -> None:
    (follower.root / "stad/mei").mkdir(parents=True)
    (follower.root / ".cache").mkdir()
    (follower.root / "stad/mei/a.xml").write_bytes(FIRST)
    (follower.root / ".cache/b.xml").write_bytes(SECOND)
    follower.settled()
    assert follower.files() == {f"{DONE}/stad/mei/a.xml": FIRST, ".cache/b.xml": SECOND}


def test_a_folder_inside_that_is_followed_by_itself_is_left_to_that(
    follower: Follower, settings: Settings
) -> None:
    (follower.root / "sub").mkdir()
    inside = Follower(follower.root / "sub", settings)
    (follower.root / "sub/a.xml").write_bytes(FIRST)
    inside.settled()
    follower.settled()
    assert [name for name in follower.files() if name.endswith(".xml")] == [f"sub/{DONE}/a.xml"]
    assert follower.report.counts.total() == 0
    inside.close()


def test_a_link_is_not_followed(follower: Follower, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.xml").write_bytes(FIRST)
    (follower.root / "a.xml").symlink_to(tmp_path / "elsewhere.xml")
    follower.settled()
    assert follower.sender.confirmed == []


def test_nothing_is_moved_while_the_broker_is_away(follower: Follower) -> None:
    (follower.root / "a.xml").write_bytes(FIRST)
    follower.sender.down = True
    with pytest.raises(NoBroker):
        follower.settled()
    assert follower.files() == {"a.xml": FIRST}
    follower.sender.down = False
    follower.round()
    assert follower.files() == {f"{DONE}/a.xml": FIRST}


def test_a_kill_before_the_move_leaves_a_file_that_is_known(
    follower: Follower, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (follower.root / "a.xml").write_bytes(FIRST)

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "accept", killed)
        with pytest.raises(SystemExit):
            follower.settled()
    follower.close()
    assert follower.files() == {"a.xml": FIRST}
    second = Follower(follower.root, settings)
    second.settled()
    assert second.sender.confirmed == []
    assert second.report.counts == {"known": 1}
    assert second.files() == {f"{DONE}/a.xml": FIRST}
    second.close()


def test_the_same_name_with_other_content_is_numbered(follower: Follower) -> None:
    for content in (FIRST, SECOND, FIRST):
        (follower.root / "a.xml").write_bytes(content)
        follower.settled()
    assert follower.files() == {f"{DONE}/a.xml": FIRST, f"{DONE}/a-2.xml": SECOND}
    assert follower.report.counts == {"sent": 2, "known": 1}


def test_a_new_file_under_a_name_in_flight_is_not_taken_for_the_old_one(
    follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It arrives after the old one was read, and before that is confirmed."""
    file = follower.root / "a.xml"
    file.write_bytes(FIRST)
    confirm = Sender.confirm

    def replaced(self: Sender) -> None:
        file.write_bytes(SECOND)
        confirm(self)

    follower.round()
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "confirm", replaced)
        follower.round(SETTLE)
    assert follower.files() == {"a.xml": SECOND}
    follower.settled()
    assert follower.files() == {f"{DONE}/a.xml": SECOND}
    assert follower.sender.confirmed == ["declarations"] * 2


def test_what_can_not_be_moved_is_told_once_and_sent_once(
    follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    (follower.root / "b.xml").write_bytes(b"<half")

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "refuse", denied)
        follower.settled(SETTLE * DOUBT)
        for _ in range(20):
            follower.round(10)
    assert follower.sender.confirmed == ["dead-letters"]
    assert [told for told in follower.told if "Permission denied" in told] == [
        f"{follower.root}/b.xml: Permission denied"
    ]
    follower.round(60)
    assert sorted(follower.files()) == ["geweigerd/b.xml", "geweigerd/b.xml.txt"]
    assert follower.sender.confirmed == ["dead-letters"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told_and_tried_again(follower: Follower) -> None:
    _unreadable_then_readable(follower, lambda file, mode: file.chmod(mode))


def test_a_file_that_can_not_be_read_now_is_told_and_tried_again(
    follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = [False]
    opened = Path.open

    def deny(self: Path, *args: Any, **options: Any) -> Any:
        if closed[0] and self.name == "a.xml":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **options)

    monkeypatch.setattr(Path, "open", deny)

    def mode(_file: Path, bits: int) -> None:
        closed[0] = not bits

    _unreadable_then_readable(follower, mode)


def _unreadable_then_readable(follower: Follower, chmod: Any) -> None:
    file = follower.root / "a.xml"
    file.write_bytes(FIRST)
    (follower.root / "b.xml").write_bytes(SECOND)
    chmod(file, 0)
    follower.settled()
    assert follower.told == [f"{file}: Permission denied"]
    assert follower.sender.confirmed == ["declarations"], "the neighbour goes on"
    follower.round(2)
    assert len(follower.told) == 1
    chmod(file, 0o600)
    follower.round(60)
    assert f"{DONE}/a.xml" in follower.files()
    assert follower.report.counts == {"sent": 2}


def test_of_two_on_one_folder_one_waits_until_the_other_stops(
    follower: Follower, settings: Settings
) -> None:
    (follower.root / "a.xml").write_bytes(FIRST)
    follower.round()
    second = Follower(follower.root, settings)
    second.settled()
    assert second.sender.confirmed == []
    assert second.told == [f"{follower.root}: een ander programma volgt deze map al; we wachten"]
    follower.close()
    second.settled(60)
    second.round(SETTLE)
    assert second.files() == {f"{DONE}/a.xml": FIRST}
    second.close()


def test_two_without_a_lock_lose_and_double_nothing(
    follower: Follower, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Inbox, "lock", lambda _self: True)
    second = Follower(follower.root, settings)
    for name, content in (("a.xml", FIRST), ("b.xml", SECOND)):
        (follower.root / name).write_bytes(content)
    confirm = Sender.confirm

    def meanwhile(self: Sender) -> None:
        """The second does its whole round while the first waits for the broker."""
        monkeypatch.setattr(Sender, "confirm", confirm)
        second.round(SETTLE)
        confirm(self)

    follower.round()
    second.round()
    monkeypatch.setattr(Sender, "confirm", meanwhile)
    follower.round(SETTLE)
    assert follower.files() == {f"{DONE}/a.xml": FIRST, f"{DONE}/b.xml": SECOND}
    assert follower.told == second.told == []
    follower.round(60)
    second.close()


def test_a_stop_ends_the_round_after_the_file_in_hand(follower: Follower) -> None:
    for number in range(3):
        (follower.root / f"{number}.xml").write_bytes(
            write_message(declare(line(f"S{number}"), name=f"S{number}", number=f"S{number}"))
        )
    follower.round()
    send = follower.sender.send

    def stop(topic: str, value: bytes, **options: Any) -> None:
        follower.stopping.set()
        send(topic, value, **options)

    follower.sender.send = stop  # type: ignore[method-assign]
    follower.round(SETTLE)
    assert follower.sender.confirmed == ["declarations"]
    assert sorted(follower.files()) == ["1.xml", "2.xml", f"{DONE}/0.xml"]


def test_a_folder_that_is_gone_for_a_while_is_told_once(follower: Follower) -> None:
    away = follower.root.with_name("away")
    follower.round()
    follower.inbox.unlock()
    follower.root.rename(away)
    for _ in range(3):
        follower.round(1)
    assert len(follower.told) == 1
    away.rename(follower.root)
    (follower.root / "a.xml").write_bytes(FIRST)
    follower.settled(60)
    follower.round(60)
    assert follower.files() == {f"{DONE}/a.xml": FIRST}
