"""The notifier as a process: connected by the settings, seen over HTTP, ended by a signal."""

import logging
import signal
from collections.abc import Mapping
from typing import Any, Final

import redis
from kafka import KafkaConsumer

from streams.notify.health import Window
from streams.notify.notifier import Notifier
from streams.notify.outbox import Outbox
from streams.notify.people import People
from streams.settings import Settings
from streams.workers.broker import connecting
from streams.workers.topics import RECORD_BYTES, Topics

SESSION_MS: Final = 10_000  # a killed notifier's partitions go to another after this
READING: Final[Mapping[str, Any]] = {
    "enable_auto_commit": False,  # the position stands in Redis, with what follows from it
    "auto_offset_reset": "earliest",
    "max_partition_fetch_bytes": RECORD_BYTES
    + 1024 * 1024,  # a batch is a little more than a record
}


def serve(settings: Settings, level: str) -> int:
    """Run until SIGTERM or SIGINT; the exit code. Raises `NoBroker`, `Misconfigured`."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    group = {"group_id": f"{settings.topic_prefix}notifier", "session_timeout_ms": SESSION_MS}
    with (
        connecting(KafkaConsumer, settings, **READING, **group) as alerts,
        connecting(KafkaConsumer, settings, **READING) as reference,
    ):
        notifier = _notifier(settings, alerts, reference)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: notifier.stop())
        place = settings.health_host, settings.notifier_port
        with Window(*place, notifier.health, notifier.meters):
            notifier.run()
    return 0


def _notifier(settings: Settings, alerts: KafkaConsumer, reference: KafkaConsumer) -> Notifier:
    client = redis.Redis.from_url(settings.redis_url, decode_responses=True, socket_timeout=5)
    people = People(reference, Topics(settings).name("reference"))
    return Notifier(alerts, people, Outbox(client, settings.topic_prefix), settings)
