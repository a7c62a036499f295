"""Intake of message files: XML in, pseudonymised events on Kafka, each file's content once.

Promises: no file stops its neighbours; a file is in the journal, and counts as done, only when the
broker confirmed its record, so running again sends nothing, and after a kill at most what was in flight
(which the workers recognise). What can't be read becomes a dead letter with its base name and digest,
nothing of its content.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from schemas.errors import TooLarge, Unreadable
from schemas.events import KINDS, AnyEvent, encode, headers
from schemas.ijw.read import read_message
from schemas.ijw.rules import check_message
from schemas.intake import Pseudonymiser, to_event
from schemas.outputs import DeadLetter
from streams.local.folder import read_bounded
from streams.workers.journal import Journal
from streams.workers.sending import Sender, TooLargeToSend
from streams.workers.topics import DEAD_LETTERS, RECORD_BYTES

GROUP = 500  # files between confirmations: what a kill may send again
GROUP_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Taken:
    """What came of a file; `left_out`: a readable message of a kind that becomes no event."""

    file: Path
    digest: bytes
    outcome: Literal["sent", "known", "left_out", "refused"]
    kind: str = ""
    error: Unreadable | None = None


@dataclass
class Report:
    """What happened to the files, as counts; `complain` gets a line for each that can't be read."""

    complain: Callable[[str], None]
    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def note(self, taken: Taken) -> None:
        """Count a file."""
        self.counts[taken.outcome] += 1
        if taken.outcome == "left_out":
            self.left_out[taken.kind] += 1
        if taken.error:
            self.complain(f"{taken.file}: {taken.error}")


@dataclass
class Ingest:
    """Takes files in; `done` is told of each when the broker has confirmed what came of it."""

    sender: Sender
    journal: Journal
    pseudonym: Pseudonymiser
    done: Callable[[Taken], None]
    _pending: list[Taken] = field(default_factory=list)
    _size: int = 0

    def run(self, files: Iterable[Path]) -> None:
        """Take in every file that was not taken in before."""
        for file in files:
            content = b""
            try:
                content = read_bounded(file)
                self.offer(file, content)
            except Unreadable as error:
                self.refuse(file, content, error)
        self.confirm()

    def offer(self, file: Path, content: bytes) -> None:
        """Send what a file says, unless it was sent before. Raises `Unreadable`, and nothing is sent."""
        digest = hashlib.sha256(content).digest()
        if digest in self.journal:
            self._add(Taken(file, digest, "known"), 0)
            return
        kind, event = self._understand(content)
        if event is None:
            self._add(Taken(file, digest, "left_out", kind), 0)
            return
        try:
            self.sender.send(
                KINDS[kind].topic,
                encode(kind, event),
                key=event["municipality"].encode(),
                headers=headers(kind, event, datetime.now(UTC)),
            )
        except TooLargeToSend:
            limit = f"is groter dan {RECORD_BYTES // 2**20} MiB als gebeurtenis"
            raise TooLarge(limit) from None
        self._add(Taken(file, digest, "sent", kind), len(content))

    def _understand(self, content: bytes) -> tuple[str, AnyEvent | None]:
        """The kind of message and its event, None for a kind that has none. Raises `Unreadable`."""
        try:
            message = read_message(content)
            if message.kind not in KINDS:
                return message.kind, None
            return message.kind, to_event(message, self.pseudonym, check_message(message))
        except Unreadable:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours may not stop the neighbours
            raise Unreadable(f"defect: {type(error).__name__}") from None

    def refuse(self, file: Path, content: bytes, error: Unreadable) -> None:
        """Send the dead letter of a file that can't be taken in."""
        letter = file_letter(file, content, error)
        self.sender.send(DEAD_LETTERS, letter.model_dump_json().encode(), key=file_key(letter))
        self._add(Taken(file, bytes.fromhex(letter.digest), "refused", error=error), 0)

    def confirm(self) -> None:
        """Wait until the broker has everything, note it in the journal, and tell."""
        self.sender.confirm()
        pending, self._pending, self._size = self._pending, [], 0
        self.journal.add(each.digest for each in pending if each.outcome == "sent")
        for taken in pending:
            self.done(taken)

    def _add(self, taken: Taken, size: int) -> None:
        self._pending.append(taken)
        self._size += size
        if len(self._pending) >= GROUP or self._size >= GROUP_BYTES:
            self.confirm()


def file_letter(file: Path, content: bytes, error: Unreadable) -> DeadLetter:
    """The dead letter of a file; a name that is no text is made one."""
    return DeadLetter(
        topic=file.name.encode(errors="backslashreplace").decode(),
        partition=None,
        offset=None,
        place=error.place,
        reason=error.reason,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        seen=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def file_key(letter: DeadLetter) -> bytes:
    """The key of a file's dead letter, also of the one that closes it."""
    return f"{letter.topic}:{letter.digest}".encode()


def xml_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the XML files in the folders named, however deep, in order of path."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                each for each in path.rglob("*") if each.suffix.lower() == ".xml" and each.is_file()
            )
        else:
            yield path
