"""The topics of design.md: their names, and the settings each must have on the broker.

Promises: creating is idempotent and never changes a topic that exists; a topic that exists with
fewer partitions or other settings is reported, because a worker would go wrong on it in silence
(a changelog that deletes loses books, unequal partitions split a municipality).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource

from streams.settings import Settings
from streams.workers.broker import connecting

RECORD_BYTES: Final = 16 * 1024 * 1024
"""Largest record of any topic: a message of 25 MB of XML stays under it as an event."""

EVENT_TOPICS: Final = (
    "allocations",
    "care-events",
    "requests",
    "declarations",
    "declaration-answers",
)
INPUTS: Final = (*EVENT_TOPICS, "reference", "ticks")
CHANGELOG: Final = "book-changelog"
FIGURES: Final = "figures"
REGIONS: Final = "regions"
ALERTS: Final = "alerts"
PROGNOSES: Final = "prognoses"
DEAD_LETTERS: Final = "dead-letters"

_KEPT: Final = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_COMPACTED: Final = {"cleanup.policy": "compact"}  # never with delete: Faust issue 176
_POLICY: Final[Mapping[str, Mapping[str, str]]] = {
    **dict.fromkeys((*EVENT_TOPICS, "ticks", ALERTS, PROGNOSES, DEAD_LETTERS), _KEPT),
    **dict.fromkeys(("reference", FIGURES, REGIONS, CHANGELOG), _COMPACTED),
}
_EVERY: Final = {
    "max.message.bytes": str(RECORD_BYTES),
    "compression.type": "zstd",
    "message.timestamp.type": "CreateTime",
}


@dataclass(frozen=True)
class Mismatch:
    """A topic that is not as it must be; `is_` is what the broker says, or "absent"."""

    topic: str
    setting: str
    is_: str
    must_be: str

    def __str__(self) -> str:
        if self.setting == "topic":
            return f"{self.topic}: is er niet. Doe: budgetwacht topics create"
        return f"{self.topic}: {self.setting} is {self.is_}, moet {self.must_be} zijn"


class Topics:
    """The topics of one installation: named with its prefix, on its broker."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is asked of the broker yet."""
        self._settings = settings

    def name(self, topic: str) -> str:
        """The name on the broker of a topic of design.md."""
        return f"{self._settings.topic_prefix}{topic}"

    def create(self) -> list[str]:
        """Make the topics that are absent; returns their names. Raises `NoBroker`."""
        with self._admin() as admin:
            absent = [topic for topic in _POLICY if self.name(topic) not in admin.list_topics()]
            if absent:
                admin.create_topics(self._wanted(absent), wait_for_metadata=True)
        return [self.name(topic) for topic in absent]

    def mismatches(self) -> list[Mismatch]:
        """What differs between the broker's topics and ours. Raises `NoBroker`."""
        with self._admin() as admin:
            present = set(admin.list_topics()) & {self.name(topic) for topic in _POLICY}
            partitions = self._partitions(admin, present)
            configs = self._configs(admin, present)
        return [
            mismatch
            for topic in _POLICY
            for mismatch in self._differences(topic, partitions, configs)
        ]

    def _admin(self) -> Any:
        return connecting(KafkaAdminClient, self._settings)

    def _wanted(self, topics: list[str]) -> dict[str, dict[str, object]]:
        return {
            self.name(topic): {
                "num_partitions": self._settings.partitions,
                "configs": {**_EVERY, **_POLICY[topic]},
            }
            for topic in topics
        }

    def _partitions(self, admin: KafkaAdminClient, names: set[str]) -> dict[str, int]:
        found = admin.describe_topics(sorted(names)) if names else []
        return {topic["name"]: len(topic["partitions"]) for topic in found}

    def _configs(self, admin: KafkaAdminClient, names: set[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        asked = [ConfigResource("topic", name) for name in sorted(names)]
        found = admin.describe_configs(asked, config_filter="all")["topic"]
        return {
            name: {key: str(each["value"]) for key, each in values.items()}
            for name, values in found.items()
        }

    def _differences(
        self, topic: str, partitions: dict[str, int], configs: dict[str, dict[str, str]]
    ) -> Iterator[Mismatch]:
        name, wanted = self.name(topic), self._settings.partitions
        if name not in partitions:
            yield Mismatch(name, "topic", "absent", "there")
            return
        if partitions[name] != wanted:
            yield Mismatch(name, "partitions", str(partitions[name]), str(wanted))
        for key, value in {**_EVERY, **_POLICY[topic]}.items():
            if configs[name].get(key) != value:
                yield Mismatch(name, key, configs[name].get(key, "absent"), value)
