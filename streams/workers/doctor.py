"""What is wrong with an installation, and what to do about it: a line for each thing looked at.

Promises: nothing is changed, no secret is shown, and a broker or Redis that doesn't answer is a line
within ten seconds, never a traceback. The texts are for who keeps the installation running, in Dutch.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

import redis
from kafka import KafkaConsumer
from redis.backoff import NoBackoff
from redis.retry import Retry

from schemas.errors import BudgetwachtError, Misconfigured
from streams.settings import Settings
from streams.workers.broker import NoBroker, connecting
from streams.workers.standing import (
    Finding,
    Level,
    letters,
    notifiers,
    reference,
    ticks,
    topics,
    workers,
)

REDIS_SECONDS: Final = 3.0
TESTED: Final = (4, 0)  # the broker of design.md
ROOM: Final = 1024**3  # bytes; journals take a hundred bytes a file, logs the rest
LEAST: Final = 100 * 1024**2


def examine(settings: Settings, today: date) -> Iterator[Finding]:
    """Look at everything; what needs the broker is left out when there is none."""
    yield from key(settings)
    yield from folder(settings.data_dir)
    yield from outbox(settings.redis_url)
    try:
        yield broker(settings)
    except NoBroker:
        text = f"{settings.kafka_bootstrap} antwoordt niet. Start de broker of verbeter KAFKA_BOOTSTRAP"
        yield Finding("fout", "broker", text)
        yield Finding("let op", "topics", "niet bekeken, want de broker antwoordt niet")
        return
    yield from _guarded("topics", lambda: topics(settings))
    for subject, look in (
        ("worker", lambda: workers(settings)),
        ("notifier", lambda: notifiers(settings)),
        ("peildatum", lambda: ticks(settings, today)),
        ("referentie", lambda: reference(settings)),
        ("dead letters", lambda: letters(settings)),
    ):
        yield from _guarded(subject, look)


def _guarded(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except BudgetwachtError as error:
        yield Finding("fout", subject, f"kan niet bekeken worden: {error}")


def key(settings: Settings) -> Iterator[Finding]:
    """The pseudonym key: there, long enough, and for nobody else to read."""
    try:
        settings.key()
    except Misconfigured:
        text = "er is geen leesbare sleutel van 32 tekens of meer. Zet die in PSEUDONYM_KEY_FILE"
        yield Finding("fout", "sleutel", text)
        return
    file = settings.pseudonym_key_file
    if file and file.stat().st_mode & 0o077:
        text = f"anderen kunnen {file} lezen of schrijven. Doe: chmod 600 {file}"
        yield Finding("let op", "sleutel", text)
    else:
        yield Finding("goed", "sleutel", "aanwezig en lang genoeg")


def folder(place: Path) -> Iterator[Finding]:
    """The data folder: writable, with room on its disk."""
    home = next(each for each in (place, *place.absolute().parents) if each.exists())
    if not (home.is_dir() and os.access(home, os.W_OK | os.X_OK)):
        yield Finding("fout", "map", f"in {home} mag niet geschreven worden (DATA_DIR)")
        return
    free = shutil.disk_usage(home).free
    text = f"{free // 1024**2} MB vrij voor {place}"
    if free < ROOM:
        level: Level = "fout" if free < LEAST else "let op"
        yield Finding(level, "schijf", f"{text}. Maak ruimte vrij")
    else:
        yield Finding("goed", "schijf", text)


def outbox(url: str) -> Iterator[Finding]:
    """Redis: there, and set not to throw away what it holds."""
    try:
        client = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError:  # its text has the address, which may hold a password
        yield Finding("fout", "redis", "REDIS_URL is geen adres als redis://server:6379/0")
        return
    told = client.connection_pool.connection_kwargs
    where = f"{told.get('host', 'localhost')}:{told.get('port', 6379)}"
    try:
        client.ping()
    except redis.RedisError as error:
        text = (
            f"{where} antwoordt niet ({type(error).__name__}); er gaan geen mails uit. Start Redis"
        )
        yield Finding("fout", "redis", f"{text} of verbeter REDIS_URL")
        return
    finally:
        client.close()
    with suppress(redis.RedisError):  # some servers let nobody see their settings
        limits = client.config_get("maxmemory*")
        if limits.get("maxmemory") != "0" and limits.get("maxmemory-policy") != "noeviction":
            text = f"{where} mag gegevens weggooien. Zet maxmemory-policy op noeviction"
            yield Finding("let op", "redis", text)
            return
    yield Finding("goed", "redis", f"{where} antwoordt")


def broker(settings: Settings) -> Finding:
    """The broker and its version. Raises `NoBroker`."""
    with connecting(KafkaConsumer, settings) as consumer:
        version = tuple(consumer.config["api_version"])
    text = f"{settings.kafka_bootstrap} antwoordt, versie {'.'.join(map(str, version))}"
    if version < TESTED:
        return Finding("let op", "broker", f"{text}; getest is met {TESTED[0]} en nieuwer")
    return Finding("goed", "broker", text)
