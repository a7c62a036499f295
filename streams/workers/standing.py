"""How an installation stands on its broker: a line for each thing that `doctor` looks at there.

Every look raises `NoBroker`, and `Misconfigured` when a topic is absent. What the texts say to do is a
command, where there is one.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kafka import KafkaConsumer, TopicPartition

from streams.settings import Settings
from streams.workers.broker import connecting
from streams.workers.group import Group, group
from streams.workers.letters import dead_letters
from streams.workers.reading import records
from streams.workers.topics import FIGURES, INPUTS, Topics

Level = Literal["goed", "let op", "fout"]


@dataclass(frozen=True)
class Finding:
    """How one thing is; `text` says what to do when it isn't well."""

    level: Level
    subject: str
    text: str


def topics(settings: Settings) -> Iterator[Finding]:
    """The topics, each as it must be. Raises `NoBroker`."""
    found = Topics(settings).mismatches()
    for mismatch in found:
        absent = mismatch.setting == "topic"
        advice = "Doe: budgetwacht topics create" if absent else "Pas dit aan op de broker"
        what = "is er niet" if absent else f"{mismatch.setting} is {mismatch.is_}"
        must = "" if absent else f", moet {mismatch.must_be} zijn"
        yield Finding("fout", "topics", f"{mismatch.topic}: {what}{must}. {advice}")
    if not found:
        yield Finding("goed", "topics", "alle topics zijn er en staan goed")


def workers(settings: Settings) -> Iterator[Finding]:
    """The workers: one or more, not more than there are partitions, and not behind."""
    there = group(settings, "worker")
    waiting = _waiting(settings, there)
    if there.members == 0:
        level: Level = "fout" if waiting else "let op"
        text = f"er draait geen worker en er wachten {waiting} berichten. Doe: budgetwacht worker"
        yield Finding(level, "worker", text)
    elif there.members > settings.partitions:
        text = f"{there.members} workers voor {settings.partitions} partities: een deel doet niets"
        yield Finding("let op", "worker", text)
    else:
        yield Finding("goed", "worker", f"{there.members} actief")
    if there.members and waiting:
        text = f"{waiting} berichten wachten. Wacht, of kijk of /health van de worker groen is"
        yield Finding("let op", "achterstand", text)
    elif there.members:
        yield Finding("goed", "achterstand", "alles is verwerkt")


def notifiers(settings: Settings) -> Iterator[Finding]:
    """The notifier: there."""
    members = group(settings, "notifier").members
    if members:
        yield Finding("goed", "notifier", f"{members} actief")
    else:
        text = "er draait geen notifier; er gaan geen mails uit. Doe: budgetwacht notifier"
        yield Finding("let op", "notifier", text)


def ticks(settings: Settings, today: date) -> Iterator[Finding]:
    """The as-of date: everywhere the same, and of today or yesterday."""
    latest: dict[int, date] = {}
    for record in records(settings, "ticks"):
        with suppress(ValueError, TypeError, KeyError):
            told = date.fromisoformat(json.loads(record.value or b"")["as_of"])
            latest[record.partition] = max(told, latest.get(record.partition, told))
    if len(latest) < settings.partitions:
        what = (
            "niet op elke partitie gezet" if latest else "nog niet gezet; er wordt niets berekend"
        )
        yield Finding("let op", "peildatum", f"{what}. Doe: budgetwacht tick")
    elif len(set(latest.values())) > 1:
        text = "niet op elke partitie gelijk. Doe: budgetwacht tick"
        yield Finding("let op", "peildatum", text)
    else:
        yield dated(next(iter(latest.values())), today)


def dated(as_of: date, today: date) -> Finding:
    """An as-of date that is set everywhere, on a day."""
    if as_of < today - timedelta(days=1):
        days = (today - as_of).days
        text = f"{as_of} is {days} dagen oud. Doe elke dag: budgetwacht tick"
        return Finding("let op", "peildatum", text)
    if as_of > today + timedelta(days=1):
        text = f"{as_of} ligt in de toekomst: de cijfers zijn die van dan, en terug kan niet"
        return Finding("let op", "peildatum", text)
    return Finding("goed", "peildatum", f"{as_of}")


def reference(settings: Settings) -> Iterator[Finding]:
    """Reference data for every municipality that is valued."""
    known = {record.key for record in records(settings, "reference")}
    valued = {record.key for record in records(settings, FIGURES) if record.value is not None}
    lacking = sorted((each or b"").decode("utf-8", "replace") for each in valued - known)
    if not known:
        text = "nog niet geladen: geen begroting, geen prijzen. Doe: budgetwacht reference load MAP"
        yield Finding("let op", "referentie", text)
    elif lacking:
        text = f"ontbreekt voor {', '.join(lacking)}, waarvan wel berichten zijn. Vul gemeenten.csv aan"
        yield Finding("let op", "referentie", text)
    else:
        yield Finding("goed", "referentie", f"geladen voor {len(known)} gemeenten")


def letters(settings: Settings) -> Iterator[Finding]:
    """Dead letters that nobody has dealt with."""
    still_open = sum(1 for letter in dead_letters(settings) if not letter.retried)
    if still_open:
        text = (
            f"{still_open} berichten konden niet gelezen worden. Doe: budgetwacht dead-letters list"
        )
        yield Finding("let op", "dead letters", text)
    else:
        yield Finding("goed", "dead letters", "geen")


def _waiting(settings: Settings, there: Group) -> int:
    """Records on the inputs that the workers have not committed."""
    names = Topics(settings)
    with connecting(KafkaConsumer, settings) as consumer:
        places = {
            TopicPartition(names.name(topic), each): (topic, each)
            for topic in INPUTS
            for each in consumer.partitions_for_topic(names.name(topic)) or ()
        }
        ends = consumer.end_offsets(list(places)) if places else {}
    return sum(max(0, end - there.committed.get(places[place], 0)) for place, end in ends.items())
