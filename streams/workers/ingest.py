"""Intake of message files: XML in, pseudonymised events on Kafka, each file's content once.

Promises: no file stops its neighbours; a file is in the journal only when the broker confirmed its
record, so running again sends nothing, and after a kill at most what was in flight (which the
workers recognise). What can't be read becomes a dead letter with its base name and digest, nothing
of its content.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from schemas.errors import TooLarge, Unreadable
from schemas.events import KINDS, encode, headers
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


@dataclass
class Report:
    """What happened to the files, as counts; `left_out` by message code."""

    sent: int = 0
    known: int = 0
    unreadable: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass
class Ingest:
    """One run over files; `complain` gets a line for each file that can't be read."""

    sender: Sender
    journal: Journal
    pseudonym: Pseudonymiser
    complain: Callable[[str], None]
    report: Report = field(default_factory=Report)
    _pending: list[bytes] = field(default_factory=list)
    _size: int = 0

    def run(self, files: Iterable[Path]) -> Report:
        """Take in every file that was not taken in before."""
        for file in files:
            self._file(file)
            if len(self._pending) >= GROUP or self._size >= GROUP_BYTES:
                self._confirm()
        self._confirm()
        return self.report

    def _file(self, file: Path) -> None:
        content = b""
        try:
            content = read_bounded(file)
            digest = hashlib.sha256(content).digest()
            if digest in self.journal:
                self.report.known += 1
                return
            self._take(content, digest)
        except Unreadable as error:
            self._refuse(file, content, error)
        except TooLargeToSend:
            limit = f"is larger than {RECORD_BYTES // 2**20} MiB as an event"
            self._refuse(file, content, TooLarge(limit))

    def _take(self, content: bytes, digest: bytes) -> None:
        message = read_message(content)
        if message.kind not in KINDS:
            self.report.left_out[message.kind] += 1
            return
        event = to_event(message, self.pseudonym, check_message(message))
        self.sender.send(
            KINDS[message.kind].topic,
            encode(message.kind, event),
            key=event["municipality"].encode(),
            headers=headers(message.kind, event, datetime.now(UTC)),
        )
        self.report.sent += 1
        self._pending.append(digest)
        self._size += len(content)

    def _refuse(self, file: Path, content: bytes, error: Unreadable) -> None:
        self.complain(f"{file}: {error}")
        self.report.unreadable += 1
        digest = hashlib.sha256(content)
        letter = DeadLetter(
            topic=file.name,
            partition=None,
            offset=None,
            place=error.place,
            reason=error.reason,
            digest=digest.hexdigest(),
            size=len(content),
            seen=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        key = f"{file.name}:{letter.digest}".encode()
        self.sender.send(DEAD_LETTERS, letter.model_dump_json().encode(), key=key)

    def _confirm(self) -> None:
        self.sender.confirm()
        self.journal.add(self._pending)
        self._pending.clear()
        self._size = 0


def xml_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the XML files in the folders named, however deep, in order of path."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                each for each in path.rglob("*") if each.suffix.lower() == ".xml" and each.is_file()
            )
        else:
            yield path
