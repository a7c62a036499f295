"""The prognoses that the workers kept, as they stand on their topic: each day of a municipality once.

All records of a municipality are on one partition, so the first that is read is the first that was
published: what was said on that day, whatever a crash or a topic that was read anew has repeated.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from pydantic import ValidationError

from schemas.kept import KeptDay
from streams.settings import Settings
from streams.workers.reading import Stored, records
from streams.workers.topics import PROGNOSES

PROMPT: Final = dt.timedelta(days=1)
"""A tick of last night may still be of the day before; what is published later was said with hindsight."""


def kept_days(settings: Settings) -> Iterator[tuple[KeptDay, bool]]:
    """Each day, and whether it was published in time. Raises `NoBroker`, and `Misconfigured` for no topic."""
    return firsts(records(settings, PROGNOSES))


def firsts(published: Iterable[Stored]) -> Iterator[tuple[KeptDay, bool]]:
    """The first record of each municipality and day, and whether it was made in time.

    What is no kept day is passed over, it isn't ours.
    """
    seen: set[tuple[str, dt.date]] = set()
    for record in published:
        with suppress(ValidationError):
            day = KeptDay.model_validate_json(record.value or b"")
            if day.key not in seen:
                seen.add(day.key)
                made = dt.datetime.fromtimestamp(record.timestamp / 1000, dt.UTC).date()
                yield day, made <= day.as_of + PROMPT
