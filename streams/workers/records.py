"""What a record on an input topic says, or why it says nothing we can use.

Everything about a record is doubted here, once: what leaves this module as a `Message`, `Document`
or `Tick` is ours, of the right type, on the right topic and on the partition of its municipality.
An error names a place and a reason, never a value: a value can be personal.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Protocol

from kafka.partitioner.default import murmur2
from pydantic import ValidationError

from schemas.errors import Unreadable
from schemas.events import KINDS, AnyEvent, decode, kind_of
from schemas.outputs import DeadLetter
from schemas.reference.document import ReferenceDocument
from streams.workers.topics import EVENT_TOPICS

SUCCESSOR: Final = "ce_successor"
"""Header of a copy of a message for the municipality that follows its own up, whose key it has."""


class Foreign(Unreadable):
    """A record that may be fine, but isn't one of ours or isn't where ours would be."""


class Record(Protocol):
    """What a client gives of a record; `topic` with the prefix."""

    @property
    def topic(self) -> str:
        """Its topic, with the prefix."""

    @property
    def partition(self) -> int:
        """Its partition."""

    @property
    def offset(self) -> int:
        """Its offset."""

    @property
    def key(self) -> bytes | None:
        """Its key; ours have the municipality code."""

    @property
    def value(self) -> bytes | None:
        """Its value; None is a tombstone."""

    @property
    def headers(self) -> Iterable[tuple[str, bytes]] | None:
        """Its headers, in the record's order."""


@dataclass(frozen=True, slots=True)
class Message:
    """An iJw message for the books of `under`: the event's own municipality, or one that follows it up.

    `value` is the event as it came, which is what is remembered.
    """

    kind: str
    event: AnyEvent
    value: bytes
    under: str


@dataclass(frozen=True, slots=True)
class Document:
    """A municipality's reference document; `value` as it came."""

    document: ReferenceDocument
    value: bytes


@dataclass(frozen=True, slots=True)
class Tick:
    """The as-of date (peildatum) of a whole partition."""

    as_of: date


class Reader:
    """Reads the records of input topics with this prefix and number of partitions."""

    def __init__(self, prefix: str, partitions: int) -> None:
        """Raise nothing: all doubt is about records. `place` gives the partition of a key."""
        self._prefix = prefix
        self.place = lru_cache(maxsize=4096)(lambda key: (murmur2(key) & 0x7FFFFFFF) % partitions)

    def name(self, record: Record) -> str:
        """The topic of a record as design.md names it."""
        return record.topic.removeprefix(self._prefix)

    def read(self, record: Record) -> Message | Document | Tick:
        """What a record says. Raises `Unreadable`, or `Foreign` for one that isn't ours."""
        topic = self.name(record)
        if record.value is None:
            raise Unreadable("is absent", "value")
        if topic == "ticks":
            return _tick(record.value)
        if record.key is None:
            raise Unreadable("is absent", "key")
        if topic in EVENT_TOPICS:
            return self._message(topic, record, record.key, record.value)
        return self._document(record, record.key, record.value)

    def _message(self, topic: str, record: Record, key: bytes, value: bytes) -> Message:
        kind = _kind(record)
        if KINDS[kind].topic != topic:
            raise Foreign("is the type of another topic", "ce_type")
        event = decode(kind, value)
        under = dict(record.headers or ()).get(SUCCESSOR, event["municipality"].encode())
        self._own(record, key, under)
        return Message(kind, event, value, key.decode())

    def _document(self, record: Record, key: bytes, value: bytes) -> Document:
        try:
            document = ReferenceDocument.decode(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            raise Unreadable(first["type"], ".".join(map(str, first["loc"])) or "value") from None
        self._own(record, key, document.code.encode())
        return Document(document, value)

    def _own(self, record: Record, key: bytes, municipality: bytes) -> None:
        """Refuse a record that would open a book beside the municipality's own."""
        if key != municipality:
            raise Unreadable("is not the municipality of the value", "key")
        if len(key) != 4 or not key.isdigit():
            raise Unreadable("is no municipality code", "key")
        if self.place(key) != record.partition:
            raise Foreign("is not that of the key", "partition")


def _kind(record: Record) -> str:
    headers = dict(record.headers or ())
    try:
        return kind_of(headers)
    except Unreadable as error:
        raise Foreign(error.reason, error.place) from None


def _tick(value: bytes) -> Tick:
    try:
        return Tick(date.fromisoformat(json.loads(value)["as_of"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unreadable('must be {"as_of": "YYYY-MM-DD"}', "value") from None


def dead_letter(record: Record, place: str, reason: str, seen: str) -> DeadLetter:
    """The dead letter of a record: where it stands and why it was refused, nothing of its content."""
    value = record.value or b""
    return DeadLetter(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        place=place,
        reason=reason,
        digest=hashlib.sha256(value).hexdigest(),
        size=len(value),
        seen=seen,
    )
