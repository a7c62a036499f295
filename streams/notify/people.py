"""The reference documents as they are now, read from the compacted topic `reference`.

Only what is needed to find people is kept: the rest of a document can be large.
"""

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError
from kafka.structs import TopicPartition
from pydantic import ValidationError

from schemas.reference.document import ReferenceDocument, empty_document

if TYPE_CHECKING:
    from kafka import KafkaConsumer

ANSWER_MS = 5_000  # for one answer of the broker
PATIENCE = 30.0  # seconds for reading on to the end; national reference data takes a few
DROPPED = dict.fromkeys(
    ("products", "tariffs", "budgets", "fixed_costs", "conversions", "predecessors"), ()
)
log = logging.getLogger(__name__)


class People:
    """The documents by municipality; `consumer` belongs to no group and to nobody else."""

    def __init__(self, consumer: "KafkaConsumer", topic: str) -> None:
        self._consumer = consumer
        self._topic = topic
        self._documents: dict[str, ReferenceDocument] = {}

    def document(self, municipality: str) -> ReferenceDocument:
        """What is known of a municipality; an empty document when nothing is."""
        return self._documents.get(municipality) or empty_document(municipality)

    def catch_up(self) -> None:
        """Read all that stands on the topic now. Raises KafkaError when that fails."""
        if not self._consumer.assignment():
            self._consumer.assign(self._partitions())
            self._consumer.seek_to_beginning()
        ends = self._consumer.end_offsets(list(self._consumer.assignment()), timeout_ms=ANSWER_MS)
        deadline = time.monotonic() + PATIENCE
        while any(self._consumer.position(tp) < end for tp, end in ends.items()):
            if time.monotonic() > deadline:
                raise KafkaTimeoutError("reading the topic of reference data takes too long")
            for records in self._consumer.poll(timeout_ms=500).values():
                self._learn(records)

    def _partitions(self) -> list[TopicPartition]:
        numbers = self._consumer.partitions_for_topic(self._topic)
        if not numbers:
            raise UnknownTopicOrPartitionError(f"{self._topic} does not exist (yet)")
        return [TopicPartition(self._topic, number) for number in sorted(numbers)]

    def _learn(self, records: Iterable[Any]) -> None:
        for record in records:
            if record.value is None:
                self._documents.pop(record.key.decode(), None)
                continue
            try:
                document = ReferenceDocument.decode(record.value)
            except ValidationError:
                log.error("no reference data: partition %d@%d", record.partition, record.offset)  # noqa: TRY400 - the trace would quote it
                continue
            self._documents[document.code] = document.model_copy(update=DROPPED)
