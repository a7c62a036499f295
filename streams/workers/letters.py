"""The dead letters as they stand on their topic, each once.

A letter is closed by a second record on the same topic: the letter itself, with `retried` filled in. It
closes the letters of that name and content that were seen no later, so the order in which records are
read decides nothing, and what is refused again afterwards is open again.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

from pydantic import ValidationError

from schemas.outputs import DeadLetter, Output
from streams.settings import Settings
from streams.workers.reading import records
from streams.workers.topics import DEAD_LETTERS

Kind = TypeVar("Kind", bound=Output)


def name(letter: DeadLetter) -> str:
    """What a letter is about: `topic:partition:offset`, or a file's base name."""
    if letter.partition is None:
        return letter.topic
    return f"{letter.topic}:{letter.partition}:{letter.offset}"


def dead_letters(settings: Settings) -> list[DeadLetter]:
    """All dead letters, oldest first; `retried` says which are closed. Raises `NoBroker`."""
    return summary(outputs(settings, DEAD_LETTERS, DeadLetter))


def summary(letters: Iterable[DeadLetter]) -> list[DeadLetter]:
    """Each letter once, oldest first, whatever the order and number of its records.

    A worker that crashed may have written one twice; the same record gives one letter, the last seen.
    """
    found: dict[tuple[str, str], list[DeadLetter]] = {}
    for letter in letters:
        found.setdefault((name(letter), letter.digest), []).append(letter)
    return sorted(map(_standing, found.values()), key=lambda letter: (letter.seen, name(letter)))


def _standing(same: list[DeadLetter]) -> DeadLetter:
    closed = max((each.seen for each in same if each.retried), default="")
    still_open = [each for each in same if each.seen > closed]
    return max(
        still_open or same,
        key=lambda each: (each.retried or "", each.seen, each.model_dump_json()),
    )


def values(settings: Settings, topic: str) -> Iterator[bytes]:
    """The values on a topic, named without prefix, up to its end now. Raises `NoBroker`."""
    for record in records(settings, topic):
        if record.value is not None:
            yield record.value


def outputs(settings: Settings, topic: str, kind: type[Kind]) -> Iterator[Kind]:
    """The outputs on a topic; what is none is passed over, it isn't ours. Raises `NoBroker`."""
    for value in values(settings, topic):
        with suppress(ValidationError):
            yield kind.model_validate_json(value)
