"""A compacted topic as a dictionary: the latest value of each key, read on when asked.

Promises: after `catch_up` everything is in it that stood on the topic when it was called, and nothing
that was taken away. A value that can't be read is passed over and told by its place, never by its
content; what stood under its key before stays.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from kafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError
from kafka.structs import TopicPartition
from pydantic import ValidationError

if TYPE_CHECKING:
    from kafka import KafkaConsumer

ANSWER_MS = 5_000  # for one answer of the broker
PATIENCE = 30.0  # seconds for reading on to the end; national reference data takes a few
log = logging.getLogger(__name__)
V = TypeVar("V")


class Latest(Generic[V]):
    """The values by key; `consumer` belongs to no group and to nobody else.

    `read` makes a value of the record's bytes, and raises pydantic's ValidationError when it can't.
    """

    def __init__(self, consumer: "KafkaConsumer", topic: str, read: Callable[[bytes], V]) -> None:
        self._consumer, self._topic, self._value = consumer, topic, read
        self.values: dict[str, V] = {}
        self.read = (
            0  # records so far: who keeps something made of the values sees by it that they changed
        )

    def catch_up(self) -> None:
        """Read all that stands on the topic now. Raises KafkaError, and may then be called again."""
        if not self._consumer.assignment():
            self._consumer.assign(self._partitions())
            self._consumer.seek_to_beginning()
        ends = self._consumer.end_offsets(list(self._consumer.assignment()), timeout_ms=ANSWER_MS)
        deadline = time.monotonic() + PATIENCE
        while any(self._consumer.position(tp) < end for tp, end in ends.items()):
            if time.monotonic() > deadline:
                raise KafkaTimeoutError(f"reading {self._topic} takes too long")
            for records in self._consumer.poll(timeout_ms=500).values():
                self._learn(records)

    def _partitions(self) -> list[TopicPartition]:
        numbers = self._consumer.partitions_for_topic(self._topic)
        if not numbers:
            raise UnknownTopicOrPartitionError(f"{self._topic} does not exist (yet)")
        return [TopicPartition(self._topic, number) for number in sorted(numbers)]

    def _learn(self, records: Iterable[Any]) -> None:
        for record in records:
            self.read += 1
            key = (record.key or b"").decode("utf-8", "replace")
            if record.value is None:
                self.values.pop(key, None)
                continue
            try:
                self.values[key] = self._value(record.value)
            except ValidationError:
                where = self._topic, record.partition, record.offset
                log.error("can't be read: %s %d@%d", *where)  # noqa: TRY400 - the trace would quote it
