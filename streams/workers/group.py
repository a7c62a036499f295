"""What the broker knows of a group of processes: who is there, and how far they have committed."""

import time
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError

from streams.settings import Settings
from streams.workers.broker import connecting

PATIENCE: Final = 5.0  # seconds: a broker that just started makes its coordinator on first use
_LATER: Final = (CoordinatorNotAvailableError, CoordinatorLoadInProgressError)


@dataclass(frozen=True)
class Group:
    """`members` are running processes; `committed` next offsets by (topic without prefix, partition)."""

    members: int
    committed: dict[tuple[str, int], int]


def group(settings: Settings, name: str) -> Group:
    """The group named, without prefix, "worker" or "notifier"; empty when it never was there.

    Raises `NoBroker`.
    """
    with connecting(KafkaAdminClient, settings) as admin:
        members, offsets = _ask(admin, f"{settings.topic_prefix}{name}")
    committed = {
        (place.topic.removeprefix(settings.topic_prefix), place.partition): told.offset
        for place, told in offsets.items()
        if told.offset >= 0
    }
    return Group(members, committed)


def _ask(admin: KafkaAdminClient, name: str) -> tuple[int, dict[Any, Any]]:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            members = admin.describe_groups([name])[name].get("members") or ()
            return len(members), admin.list_group_offsets({name: None})[name]
        except _LATER:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
