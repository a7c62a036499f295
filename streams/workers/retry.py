"""Putting back what was refused, after a defect was mended or the reference data was repaired.

A record goes to its topic once more, with its own key and headers, onto the partition of its key; a
file is found by its digest and taken in. Only then the letter is closed (`letters`). A retry that is
killed in between is run again: the worker meets the record's natural key, the intake its journal.

What would be refused again now is not sent. A reference document that was loaded anew since is not
sent either: there the last record counts, and putting an older one behind it would undo that.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from schemas.errors import Unreadable
from schemas.outputs import DeadLetter
from streams.local.folder import read_bounded
from streams.settings import Settings
from streams.workers.ingest import Ingest, file_key
from streams.workers.letters import name
from streams.workers.reading import Stored, originals, records
from streams.workers.records import Reader, Record
from streams.workers.sending import Sender
from streams.workers.topics import DEAD_LETTERS

GROUP: Final = 100  # records between confirmations: what a killed retry sends once more


@dataclass(frozen=True)
class Outcome:
    """What came of a letter: `closed` or not, and why in Dutch."""

    letter: DeadLetter
    closed: bool
    told: str


@dataclass(frozen=True)
class _Moved:
    """A record as it would stand when it is sent again."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass
class _Reference:
    """What stands on `reference` now: the last time of each key, the last offset of each partition."""

    said: dict[bytes | None, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)

    def replaced(self, letter: DeadLetter, record: Stored | None) -> bool:
        """Whether a document was loaded after the one of the letter; compaction takes those away."""
        if record is None:
            return self.ends.get(letter.partition or 0, 0) > (letter.offset or 0)
        return self.said.get(record.key, 0) > record.timestamp


class Retry:
    """Retries letters on the broker of `settings`, through `sender`."""

    def __init__(self, settings: Settings, sender: Sender) -> None:
        """Nothing is asked of the broker yet."""
        self._settings, self._sender = settings, sender
        self._reader = Reader(settings.topic_prefix, settings.partitions)

    def records(self, letters: Sequence[DeadLetter]) -> Iterator[Outcome]:
        """Retry the letters of records. Raises `NoBroker`."""
        reference = self._reference(letters)
        places = [
            (each.topic, each.partition, each.offset)
            for each in letters
            if each.partition is not None and each.offset is not None
        ]
        found = zip(letters, originals(self._settings, places), strict=True)
        while group := list(islice(found, GROUP)):
            yield from self._close([self._put_back(*each, reference) for each in group])

    def files(
        self, letters: Sequence[DeadLetter], folder: Path, ingest: Ingest
    ) -> Iterator[Outcome]:
        """Retry the letters of files with what stands under `folder`, however deep."""
        found = find(letters, folder)
        outcomes = []
        for letter in letters:
            file = found.get((letter.topic, letter.digest))
            outcomes.append(_take_in(letter, file, ingest))
        ingest.confirm()
        yield from self._close(outcomes)

    def _reference(self, letters: Iterable[DeadLetter]) -> _Reference:
        """Read only when a letter is about reference data."""
        found = _Reference()
        if any(self._plain(letter) == "reference" for letter in letters):
            for record in records(self._settings, "reference"):
                found.said[record.key] = max(found.said.get(record.key, 0), record.timestamp)
                found.ends[record.partition] = record.offset
        return found

    def _plain(self, letter: DeadLetter) -> str:
        return letter.topic.removeprefix(self._settings.topic_prefix)

    def _put_back(
        self, letter: DeadLetter, record: Stored | None, reference: _Reference
    ) -> Outcome:
        topic = self._plain(letter)
        if topic == "reference" and reference.replaced(letter, record):
            return Outcome(letter, closed=True, told="is later opnieuw geladen; niets te doen")
        if record is None or hashlib.sha256(record.value or b"").hexdigest() != letter.digest:
            return Outcome(letter, closed=False, told="staat niet meer op zijn topic")
        moved = self._moved(topic, record)
        try:
            self._reader.read(moved)
        except Unreadable as error:
            return Outcome(letter, closed=False, told=f"wordt nog steeds geweigerd: {error}")
        self._sender.send(
            topic,
            record.value or b"",
            key=moved.key,
            headers=moved.headers,
            partition=moved.partition,
        )
        return Outcome(letter, closed=True, told="teruggezet")

    def _moved(self, topic: str, record: Record) -> _Moved:
        """A tick has no municipality: it stays where it stood."""
        own = record.partition if topic == "ticks" else self._reader.place(record.key or b"")
        place = record.topic, own, record.offset
        return _Moved(*place, record.key, record.value, list(record.headers or ()))

    def _close(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Confirm what was sent, and only then close its letters."""
        self._sender.confirm()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for letter in (each.letter for each in outcomes if each.closed):
            closing = letter.model_copy(update={"retried": now})
            key = file_key(letter) if letter.partition is None else name(letter).encode()
            self._sender.send(DEAD_LETTERS, closing.model_dump_json().encode(), key=key)
        self._sender.confirm()
        return outcomes


def find(letters: Iterable[DeadLetter], folder: Path) -> dict[tuple[str, str], Path]:
    """The file of each letter, by its name and digest, for those that are there.

    A file that could not even be read has no digest that says anything; it is found by its name.
    """
    known = list(letters)
    sizes = {letter.size for letter in known if letter.size}
    digests: dict[str, Path] = {}
    names: dict[str, Path] = {}
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        names.setdefault(file.name, file)
        if file.stat().st_size in sizes:
            with suppress(Unreadable):
                digests.setdefault(hashlib.sha256(read_bounded(file)).hexdigest(), file)
    places = {(each.topic, each.digest): _place(each, digests, names) for each in known}
    return {key: file for key, file in places.items() if file}


def _place(
    letter: DeadLetter, digests: Mapping[str, Path], names: Mapping[str, Path]
) -> Path | None:
    return digests.get(letter.digest) if letter.size else names.get(letter.topic)


def _take_in(letter: DeadLetter, file: Path | None, ingest: Ingest) -> Outcome:
    if file is None:
        return Outcome(letter, closed=False, told="niet gevonden in deze map")
    try:
        ingest.offer(file, read_bounded(file))
    except Unreadable as error:
        return Outcome(letter, closed=False, told=f"wordt nog steeds geweigerd: {error}")
    return Outcome(letter, closed=True, told="alsnog ingelezen")
