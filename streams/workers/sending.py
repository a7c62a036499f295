"""Sending records with kafka-python: all acks, idempotent, zstd, and nothing taken for granted.

Promises: a record counts as sent when the broker has confirmed it, and not before; what the broker
refuses or does not confirm is an error, never a warning.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaProducer
from kafka.errors import MessageSizeTooLargeError

from streams.settings import Settings
from streams.workers.broker import connecting
from streams.workers.topics import RECORD_BYTES

Headers = Sequence[tuple[str, bytes]]


class TooLargeToSend(Exception):
    """A record is larger than the topics allow."""


class Sender:
    """Sends records to topics named without prefix; `confirm` says when they are there."""

    def __init__(self, producer: KafkaProducer, settings: Settings) -> None:
        """Use `sending` to make one."""
        self._producer, self._settings = producer, settings
        self._flying: list[Any] = []

    def send(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: Headers = (),
        partition: int | None = None,
    ) -> None:
        """Put a record on its way; None takes a key away. Raises `TooLargeToSend` before anything is sent."""
        name = f"{self._settings.topic_prefix}{topic}"
        try:
            future = self._producer.send(
                name, value, key=key, headers=list(headers), partition=partition
            )
        except MessageSizeTooLargeError:
            raise TooLargeToSend from None
        self._flying.append(future)

    def confirm(self) -> None:
        """Wait until the broker has everything sent so far. Raises KafkaError when it has not."""
        flying, self._flying = self._flying, []
        self._producer.flush()
        for future in flying:
            future.get(timeout=0)


@contextmanager
def sending(settings: Settings) -> Iterator[Sender]:
    """A sender on the settings' broker. Raises `NoBroker` when it fails, also on the way."""
    options = {
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "zstd",
        "linger_ms": 20,
        "batch_size": 256 * 1024,
        "max_request_size": RECORD_BYTES,
        "max_block_ms": 15_000,
        "delivery_timeout_ms": 30_000,
        "request_timeout_ms": 15_000,
    }
    with connecting(KafkaProducer, settings, **options) as producer:
        yield Sender(producer, settings)
