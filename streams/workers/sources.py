"""What the input topics say that must be in the table, and where the table says something else.

Promises: every record that the workers have committed is accounted for: it is in the table under its
key, or it has a dead letter; and the table has nothing else. A record that waits to be committed may be
in the table already, or not yet. Pure: records in, differences out.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from schemas.errors import Unreadable
from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument
from streams.workers.difference import Difference
from streams.workers.partition import key_of, municipality_of
from streams.workers.records import Document, Message, Reader, Record, Tick

Place = tuple[str, int, int]
"""Topic without prefix, partition, offset."""


@dataclass(frozen=True)
class Entry:
    """What the table remembers under a key: the last record of it in the changelog."""

    value: bytes
    offset: int
    timestamp: int


Table = Mapping[int, Mapping[str, Entry]]
"""By partition and key."""


@dataclass
class _Said:
    """A key as the topics have it: where first, whether all of it waits, whether the table agrees."""

    place: Place
    under: str | None
    content: Any
    waits: bool
    agrees: bool


@dataclass
class Sources:
    """The inputs, read record by record.

    `committed` gives next offsets by (topic, partition), `letters` the records that have a dead letter.
    `events` are the messages that the table should hold now, `documents` likewise the reference data,
    `as_of` the as-of date by partition.
    """

    reader: Reader
    table: Table
    committed: Mapping[tuple[str, int], int]
    letters: frozenset[Place]
    events: list[AnyEvent] = field(default_factory=list)
    documents: dict[str, ReferenceDocument] = field(default_factory=dict)
    as_of: dict[int, date] = field(default_factory=dict)
    waiting: dict[str | None, int] = field(default_factory=dict)
    _said: dict[tuple[int, str], _Said] = field(default_factory=dict)
    _found: list[tuple[Place, Difference]] = field(default_factory=list)

    def read(self, record: Record) -> None:
        """Take in a record; those of one partition in their order."""
        place = self.reader.name(record), record.partition, record.offset
        waits = record.offset >= self.committed.get(place[:2], 0)
        try:
            match self.reader.read(record):
                case Message() as message:
                    self._tell(message, place, waits=waits)
                case Document() as document:
                    self._refer(document, place, waits=waits)
                case Tick() as tick:
                    self._tick(tick, place, waits=waits)
        except Unreadable:
            if not waits and place not in self.letters:
                self._note(place, Difference("letters", "unlettered", _code(record), named(place)))

    def differences(self, published: Mapping[str, frozenset[str]]) -> list[Difference]:
        """All differences, in the order of municipality and place; after the last record.

        `published` are the ids on `alerts` by municipality: an alert is remembered after it is there.
        """
        found = [*self._found]
        for (partition, key), said in self._said.items():
            entry = self.table.get(partition, {}).get(key)
            if entry is None and not said.waits:
                place = f"{named(said.place)} ({key})"
                found.append((said.place, Difference("table", "missing", said.under, place)))
            elif entry is not None and not said.agrees:
                place = f"{self._named(partition, entry, key)}, {named(said.place)},"
                found.append((said.place, Difference("table", "altered", said.under, place)))
        found += self._unsaid(published)
        found.sort(key=lambda each: (each[1].municipality or "", each[0]))
        return [difference for _, difference in found]

    def _tell(self, message: Message, place: Place, *, waits: bool) -> None:
        key = key_of(message)
        new = _Said(
            place, message.under, message.event, waits, self._has(place, key, message.value)
        )
        said = self._join(key, new)
        if said is not new:
            if not _alike(said.content, message.event):
                where = f"{named(said.place)} ({key}), ook {named(place)},"
                self._note(place, Difference("table", "doubled", message.under, where))
        elif waits and key not in self.table.get(place[1], {}):
            self._wait(message.under)
        elif message.under == message.event["municipality"]:
            self.events.append(message.event)

    def _refer(self, document: Document, place: Place, *, waits: bool) -> None:
        """The last committed document counts, or one after it that the table has already."""
        code = document.document.code
        key = f"ref:{code}"
        new = _Said(place, code, None, waits, self._has(place, key, document.value))
        self._join(key, new, last=True)
        if new.agrees or not waits:
            self.documents[code] = document.document
        else:
            self._wait(code)

    def _tick(self, tick: Tick, place: Place, *, waits: bool) -> None:
        """The latest committed date counts, or a later one that the table has already."""
        partition = place[1]
        if tick.as_of < self.as_of.get(partition, date.min):
            return
        key = f"tick:{partition}"
        agrees = self._has(place, key, tick.as_of.isoformat().encode())
        self._join(key, _Said(place, None, None, waits, agrees), last=True)
        if agrees or not waits:
            self.as_of[partition] = tick.as_of
        else:
            self._wait(None)

    def _wait(self, under: str | None) -> None:
        """Count a record that no worker has taken in yet."""
        self.waiting[under] = self.waiting.get(under, 0) + 1

    def _has(self, place: Place, key: str, value: bytes) -> bool:
        entry = self.table.get(place[1], {}).get(key)
        return entry is not None and entry.value == value

    def _join(self, key: str, new: _Said, *, last: bool = False) -> _Said:
        """What the topics say under a key so far; with `last` a committed record replaces those before."""
        partition = new.place[1]
        said = self._said.get((partition, key))
        if said is None or (last and not new.waits):
            self._said[partition, key] = new
            return new
        said.agrees |= new.agrees
        said.waits &= new.waits
        return said

    def _unsaid(
        self, published: Mapping[str, frozenset[str]]
    ) -> Iterator[tuple[Place, Difference]]:
        """Entries of the table that no record accounts for."""
        for partition, part in self.table.items():
            for key, entry in part.items():
                if (partition, key) in self._said:
                    continue
                code, place = _municipality(key), ("", partition, entry.offset)
                where = self._named(partition, entry, key)
                if not key.startswith("alerts:"):
                    yield place, Difference("table", "extra", code, where)
                elif not _ids(entry.value) <= published.get(key.partition(":")[2], frozenset()):
                    yield place, Difference("table", "unpublished", code, where)

    def _note(self, place: Place, difference: Difference) -> None:
        self._found.append((place, difference))

    def _named(self, partition: int, entry: Entry, key: str) -> str:
        return f"{named(('book-changelog', partition, entry.offset))} ({key})"


def named(place: Place) -> str:
    """A place as the dead letters name it: `topic:partition:offset`."""
    return ":".join(map(str, place))


def _alike(one: Any, other: Any) -> bool:
    """Whether two messages of one key say the same; which rules were checked then is no content."""
    return {**one, "findings": None} == {**other, "findings": None}


def _code(record: Record) -> str | None:
    key = (record.key or b"").decode("ascii", "replace")
    return key if len(key) == 4 and key.isdigit() else None


def _municipality(key: str) -> str | None:
    with suppress(ValueError):
        code = municipality_of(key)
        return code if len(code) == 4 and code.isdigit() else None
    return None


def _ids(value: bytes) -> frozenset[str]:
    """The ids in a table's entry; one that is no list of ids is never published."""
    try:
        return frozenset(json.loads(value))
    except (ValueError, TypeError):
        return frozenset({""})
