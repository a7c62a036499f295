"""Reading from the broker what `reconcile` judges, in an order that a running worker can't disturb.

First what is committed, then figures, the table and last the inputs: so what is committed is in the
table that is read, what is in the table has its record among those read, and figures are never newer
than the table.
"""

import time
from collections import defaultdict
from contextlib import suppress

from pydantic import ValidationError

from schemas.outputs import Alert, Valuation
from streams.settings import Settings
from streams.workers.group import group
from streams.workers.letters import dead_letters, outputs
from streams.workers.reading import records
from streams.workers.reconcile import Evidence
from streams.workers.records import Reader
from streams.workers.sources import Entry, Sources
from streams.workers.topics import ALERTS, CHANGELOG, FIGURES, INPUTS


def gather(settings: Settings) -> Evidence:
    """All of it, up to now. Raises `NoBroker`, and `Misconfigured` when a topic is absent."""
    workers = group(settings, "worker")
    figures = _figures(settings)
    table = _table(settings)
    now = int(time.time() * 1000)
    sources = Sources(
        Reader(settings.topic_prefix, settings.partitions),
        table,
        workers.committed,
        _letters(settings),
    )
    for record in records(settings, *INPUTS):
        sources.read(record)
    published: dict[str, frozenset[str]] = defaultdict(frozenset)
    for alert in outputs(settings, ALERTS, Alert):
        published[alert.municipality] |= {alert.id}
    # A letter is written before its record is committed, so those of what was committed are there.
    running = workers.members > 0
    return Evidence(sources, figures, published, running, now, settings.valuation_interval)


def _figures(settings: Settings) -> dict[str, tuple[Valuation | None, int]]:
    """The last of each key; one that can't be read is as good as none."""
    found: dict[str, tuple[Valuation | None, int]] = {}
    for record in records(settings, FIGURES):
        code = (record.key or b"").decode("utf-8", "replace")
        found[code] = None, record.timestamp
        if record.value is not None:
            with suppress(ValidationError):
                found[code] = Valuation.model_validate_json(record.value), record.timestamp
    return found


def _table(settings: Settings) -> dict[int, dict[str, Entry]]:
    table: dict[int, dict[str, Entry]] = defaultdict(dict)
    for record in records(settings, CHANGELOG):
        key = (record.key or b"").decode("utf-8", "replace")
        if record.value is None:
            table[record.partition].pop(key, None)
        else:
            table[record.partition][key] = Entry(record.value, record.offset, record.timestamp)
    return table


def _letters(settings: Settings) -> frozenset[tuple[str, int, int]]:
    return frozenset(
        (letter.topic.removeprefix(settings.topic_prefix), letter.partition, letter.offset)
        for letter in dead_letters(settings)
        if letter.partition is not None and letter.offset is not None
    )
