"""The dead letters as they stand on their topic, each once."""

from collections.abc import Iterator

from kafka import KafkaConsumer, TopicPartition

from schemas.outputs import DeadLetter
from streams.settings import Settings
from streams.workers.broker import connecting
from streams.workers.topics import DEAD_LETTERS, RECORD_BYTES

SILENCE = 15_000  # milliseconds without a record before the end: then the broker is gone


def name(letter: DeadLetter) -> str:
    """What a letter is about: `topic:partition:offset`, or a file's base name."""
    if letter.partition is None:
        return letter.topic
    return f"{letter.topic}:{letter.partition}:{letter.offset}"


def dead_letters(settings: Settings) -> list[DeadLetter]:
    """All dead letters, oldest first. Raises `NoBroker`.

    A worker that crashed may have written one twice; the same record gives one letter.
    """
    found: dict[tuple[str, str], DeadLetter] = {}
    for value in values(settings, DEAD_LETTERS):
        letter = DeadLetter.model_validate_json(value)
        found.setdefault((name(letter), letter.digest), letter)
    return sorted(found.values(), key=lambda letter: letter.seen)


def values(settings: Settings, topic: str) -> Iterator[bytes]:
    """The values on a topic, named without prefix, up to its end now. Raises `NoBroker`."""
    options = {
        "enable_auto_commit": False,
        "consumer_timeout_ms": SILENCE,
        "max_partition_fetch_bytes": RECORD_BYTES,
    }
    with connecting(KafkaConsumer, settings, **options) as consumer:
        full = f"{settings.topic_prefix}{topic}"
        places = [TopicPartition(full, each) for each in consumer.partitions_for_topic(full) or ()]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        while any(consumer.position(place) < ends[place] for place in places):
            for records in consumer.poll(timeout_ms=500).values():
                yield from (record.value for record in records if record.value is not None)
