"""Reading topics from their beginning to their end as it is when reading starts.

Promises: every record that stood there comes, in the order of its partition; a broker that falls
silent before the end is an error, never a shorter answer. No group is joined and nothing is committed.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError

from schemas.errors import Misconfigured
from streams.settings import Settings
from streams.workers.broker import connecting
from streams.workers.records import Record
from streams.workers.topics import RECORD_BYTES

SILENCE: Final = 15.0  # seconds without a record before the end: then the broker is gone
_OPTIONS: Final[dict[str, Any]] = {
    "enable_auto_commit": False,
    "max_partition_fetch_bytes": RECORD_BYTES,
}


class Stored(Record, Protocol):
    """A record as it stands on the broker."""

    @property
    def timestamp(self) -> int:
        """When its sender made it, in milliseconds since 1970."""


def records(settings: Settings, *topics: str) -> Iterator[Stored]:
    """The records on topics, named without prefix. Raises `NoBroker`, and `Misconfigured` for no topic."""
    with connecting(KafkaConsumer, settings, **_OPTIONS) as consumer:
        places = [each for topic in topics for each in _places(consumer, settings, topic)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        heard = time.monotonic()
        while any(consumer.position(place) < ends[place] for place in places):
            for found in consumer.poll(timeout_ms=500).values():
                yield from found
                heard = time.monotonic()
            if time.monotonic() - heard > SILENCE:
                raise KafkaTimeoutError(f"no record in {SILENCE:.0f} seconds")


def originals(
    settings: Settings, places: Iterable[tuple[str, int, int]]
) -> Iterator[Stored | None]:
    """The record at each (topic with prefix, partition, offset); None for one that is gone.

    Raises `NoBroker`.
    """
    with connecting(KafkaConsumer, settings, **_OPTIONS) as consumer:
        for topic, partition, offset in places:
            place = TopicPartition(topic, partition)
            if not _within(consumer, place, offset):
                yield None
                continue
            consumer.assign([place])
            consumer.seek(place, offset)
            record = _next(consumer, place)
            yield record if record.offset == offset else None


def _places(consumer: KafkaConsumer, settings: Settings, topic: str) -> list[TopicPartition]:
    full = f"{settings.topic_prefix}{topic}"
    partitions = consumer.partitions_for_topic(full)
    if not partitions:
        raise Misconfigured(f"er is geen topic {full}. Doe: budgetwacht topics create")
    return [TopicPartition(full, each) for each in sorted(partitions)]


def _within(consumer: KafkaConsumer, place: TopicPartition, offset: int) -> bool:
    if place.partition not in (consumer.partitions_for_topic(place.topic) or ()):
        return False
    first: int = consumer.beginning_offsets([place])[place]
    end: int = consumer.end_offsets([place])[place]
    return first <= offset < end


def _next(consumer: KafkaConsumer, place: TopicPartition) -> Stored:
    heard = time.monotonic()
    while time.monotonic() - heard < SILENCE:
        for found in consumer.poll(timeout_ms=500, max_records=1).get(place, ()):
            first: Stored = found
            return first
    raise KafkaTimeoutError(f"no record in {SILENCE:.0f} seconds")
