"""The load of the benchmark: declarations of a fixed number of lines, the same every time."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from kafka import KafkaProducer

from schemas.events import DeclarationEvent, encode, headers

MUNICIPALITIES = [f"{code:04d}" for code in range(9900, 9932)]
PROVIDERS = [f"{code:08d}" for code in range(90_000_000, 90_000_040)]
PRODUCTS = [("45", "45A04"), ("45", "45A05"), ("54", "54001"), ("44", "44A08")]
CLIENTS = 400  # a municipality


def declarations(messages: int, lines: int) -> Iterator[DeclarationEvent]:
    """`messages` declarations of `lines` lines each, over a year, every one another message."""
    chance = random.Random(lines)
    first = date(2025, 1, 1)
    for number in range(messages):
        begin = (first + timedelta(days=30 * (number % 12))).replace(day=1)
        people = sorted({chance.randrange(CLIENTS) for _ in range(max(1, lines // 4))})
        category, code = zip(*(chance.choice(PRODUCTS) for _ in range(lines)), strict=True)
        volumes = [chance.randrange(30, 900) for _ in range(lines)]
        yield {
            "municipality": MUNICIPALITIES[number % len(MUNICIPALITIES)],
            "provider": chance.choice(PROVIDERS),
            "identification": f"T{number}",
            "dated": (begin + timedelta(days=40)).isoformat(),
            "findings": [],
            "number": f"D{number}",
            "body": f"{chance.getrandbits(128):032x}",
            "period_begin": begin.isoformat(),
            "period_end": (begin + timedelta(days=27)).isoformat(),
            "declared_on": (begin + timedelta(days=40)).isoformat(),
            "total": sum(volumes) * 95,
            "clients": [f"k1.{person:032d}" for person in people],
            "lines": {
                "client": [chance.randrange(len(people)) for _ in range(lines)],
                "reference": [f"R{number}-{line}" for line in range(lines)],
                "previous": [None] * lines,
                "allocation": [chance.randrange(100_000, 999_999) for _ in range(lines)],
                "category": list(category),
                "code": list(code),
                "begin": [begin.isoformat()] * lines,
                "end": [(begin + timedelta(days=27)).isoformat()] * lines,
                "volume": volumes,
                "unit": ["01"] * lines,
                "tariff": [95] * lines,
                "amount": [volume * 95 for volume in volumes],
                "side": ["D"] * lines,
            },
        }


def fill(bootstrap: str, prefix: str, partitions: int, messages: int, lines: int) -> None:
    """Put a tick, so that every declaration counts at once, and the declarations on their topics."""
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        compression_type="zstd",
        linger_ms=50,
        batch_size=512 * 1024,
        max_request_size=16 * 1024 * 1024,
    )
    for partition in range(partitions):
        value = json.dumps({"as_of": "2026-12-31"}).encode()
        producer.send(f"{prefix}ticks", value, partition=partition)
    producer.flush()
    logged = datetime(2026, 1, 1, tzinfo=UTC)
    for number, event in enumerate(declarations(messages, lines)):
        producer.send(
            f"{prefix}declarations",
            encode("JW323", event),
            key=event["municipality"].encode(),
            headers=headers("JW323", event, logged),
        )
        if number % 2_000 == 0:
            producer.flush()  # kafka-python sets no bound to what waits in memory
    producer.close()
