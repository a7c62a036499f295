"""The reference documents as they are now, read from the compacted topic `reference`.

Only what is needed to find people is kept: the rest of a document can be large.
"""

from typing import TYPE_CHECKING

from schemas.reference.document import ReferenceDocument, empty_document
from streams.workers.latest import Latest

if TYPE_CHECKING:
    from kafka import KafkaConsumer

DROPPED = dict.fromkeys(
    ("products", "tariffs", "budgets", "fixed_costs", "conversions", "predecessors"), ()
)


class People:
    """The documents by municipality; `consumer` belongs to no group and to nobody else."""

    def __init__(self, consumer: "KafkaConsumer", topic: str) -> None:
        self._documents = Latest(consumer, topic, _kept)

    def document(self, municipality: str) -> ReferenceDocument:
        """What is known of a municipality; an empty document when nothing is."""
        return self._documents.values.get(municipality) or empty_document(municipality)

    def catch_up(self) -> None:
        """Read all that stands on the topic now. Raises KafkaError when that fails."""
        self._documents.catch_up()


def _kept(value: bytes) -> ReferenceDocument:
    return ReferenceDocument.decode(value).model_copy(update=DROPPED)
