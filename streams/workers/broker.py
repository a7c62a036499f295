"""Reaching the broker with kafka-python: the commands' clients, with clear errors.

Promises: a broker that can't be reached is one line for the user, never a traceback.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol, TypeVar

from kafka.errors import KafkaError

from schemas.errors import BudgetwachtError
from streams.settings import Settings

CONNECT = 5_000  # milliseconds; a broker that is there answers in a few of them


class NoBroker(BudgetwachtError):
    """The broker can't be reached, or refuses what is asked."""


class _Closing(Protocol):
    def close(self) -> object: ...


Client = TypeVar("Client", bound=_Closing)


@contextmanager
def connecting(
    client: Callable[..., Client], settings: Settings, **options: Any
) -> Iterator[Client]:
    """A kafka-python client of the settings' broker, closed at the end.

    Raises `NoBroker` when it can't connect or the broker fails on the way.
    """
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # it logs what we raise, at length
    try:
        made = client(
            bootstrap_servers=settings.kafka_bootstrap, bootstrap_timeout_ms=CONNECT, **options
        )
    except (KafkaError, OSError) as error:
        raise _unreachable(settings, error) from None
    try:
        with closing(made):
            yield made
    except (KafkaError, OSError) as error:
        raise _unreachable(settings, error) from None


def _unreachable(settings: Settings, error: Exception) -> NoBroker:
    reason = str(error) or type(error).__name__
    return NoBroker(f"de Kafka-broker op {settings.kafka_bootstrap} doet het niet: {reason}")
