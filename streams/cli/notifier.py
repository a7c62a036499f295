"""`budgetwacht notifier`: mail people about the alerts on `alerts`, until SIGTERM or Ctrl-C."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streams.settings import Settings

NAME = "notifier"
HELP = "mail wie iets kan doen aan een overschrijding, tot u stopt"
SESSION_MS = 10_000  # a killed notifier's partitions go to another after this
FETCH_BYTES = 17_825_792  # a record of 16 MiB and the batch around it


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: all of it is settings (BUDGETWACHT_KAFKA_BOOTSTRAP, _REDIS_URL, _SMTP_HOST ...)."""


def run(_args: argparse.Namespace) -> int:
    """Run until told to stop. Raises `BudgetwachtError` when Kafka can't be reached at the start."""
    import logging
    import signal
    from contextlib import closing

    from streams.notify.health import Window
    from streams.settings import Settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.ERROR)
    settings = Settings()
    with closing(_consumer(settings, "notifier")) as alerts, closing(_consumer(settings)) as people:
        notifier = _notifier(settings, alerts, people)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: notifier.stop())
        host, port = settings.health_host, settings.notifier_port
        with Window(host, port, notifier.health, notifier.meters):
            notifier.run()
    return 0


def _consumer(settings: "Settings", group: str | None = None) -> Any:
    from kafka import KafkaConsumer
    from kafka.errors import KafkaError

    from schemas.errors import BudgetwachtError

    in_group = {"group_id": f"{settings.topic_prefix}{group}", "session_timeout_ms": SESSION_MS}
    try:
        return KafkaConsumer(
            bootstrap_servers=settings.kafka_bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
            **(in_group if group else {"group_id": None}),
        )
    except KafkaError:
        raise BudgetwachtError(
            f"no Kafka broker answers at {settings.kafka_bootstrap} (BUDGETWACHT_KAFKA_BOOTSTRAP)"
        ) from None


def _notifier(settings: "Settings", alerts: Any, people: Any) -> Any:
    import redis

    from streams.notify.notifier import Notifier
    from streams.notify.outbox import Outbox
    from streams.notify.people import People

    client = redis.Redis.from_url(settings.redis_url, decode_responses=True, socket_timeout=5)
    outbox = Outbox(client, settings.topic_prefix)
    return Notifier(alerts, People(people, f"{settings.topic_prefix}reference"), outbox, settings)
