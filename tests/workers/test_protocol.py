"""The commit protocol under crashes between any two of its effects.

The promises: nothing is lost, nothing counts twice, an alert repeats under its own id at most, and
what stands in the table is enough to go on.
"""

import asyncio
import random
from collections import Counter
from datetime import date
from typing import Any

import pytest

from tests.workers.cluster import Broker, Process, run
from tests.workers.world import (
    CODES,
    declaration,
    poison,
    refer,
    tell,
    tell_with_a_defect,
    tick,
    world,
)

BATCHES = (3, 1_000)


def finished(batch: int, crash_at: frozenset[int] = frozenset()) -> Broker:
    """A world that was processed to its end."""
    broker = Broker(crash_at=crash_at)
    world(broker)
    run(broker, batch)
    return broker


@pytest.fixture(scope="module", params=BATCHES)
def calm(request: pytest.FixtureRequest) -> tuple[int, Broker]:
    """The size of the batches, and the end without a crash."""
    return request.param, finished(request.param)


def essence(broker: Broker) -> dict[str, Any]:
    """What must come out the same, whatever happened on the way."""
    return {
        "figures": broker.figures(),
        "alerts": {alert.id for alert in broker.alerts()},
        "letters": {(each.topic, each.partition, each.offset) for each in broker.letters()},
        "changelog": {
            key for part in broker.changelog.values() for key, _ in part if key[:2] == "JW"
        },
        "committed": broker.committed,
    }


def test_the_calm_run_is_what_the_messages_say() -> None:
    broker = finished(6)
    figures = broker.figures()
    assert {code: figures[code].total.declared_cents for code in CODES} == {
        "9901": 4 * 29_000 + 0 + 3 + 6 + 9,
        "9902": 4 * 29_000 + 1 + 4 + 7 + 10 - 20_000,
        "9903": 4 * 29_000 + 2 + 5 + 8 + 11,
    }
    assert all(each.as_of == date(2026, 12, 31) for each in figures.values())
    assert len(broker.letters()) == poison(Broker())
    assert not [alert for alert, n in Counter(a.id for a in broker.alerts()).items() if n > 1]
    assert {alert.level for alert in broker.alerts() if alert.kind == "declared"} == {
        80,
        90,
        100,
        110,
    }


def test_a_crash_at_any_effect_changes_nothing_in_the_end(calm: tuple[int, Broker]) -> None:
    batch, expected = calm
    for effect in range(1, expected.effects + 1):
        broker = finished(batch, frozenset([effect]))
        assert essence(broker) == essence(expected), effect
        # What an alert says is of what was read when it was first told: where a batch ends.
        calmly = {alert.id: alert for alert in expected.alerts() if batch == max(BATCHES)}
        told = {**{alert.id: alert for alert in reversed(broker.alerts())}, **calmly}
        assert all(alert == told[alert.id] for alert in broker.alerts()), "repeats differ"


def test_many_crashes_change_nothing_in_the_end() -> None:
    chance = random.Random(7)
    expected = essence(finished(6))
    for _ in range(15):
        crashes = frozenset(chance.sample(range(1, 250), 12))
        assert essence(finished(chance.choice(BATCHES), crashes)) == expected, crashes


def test_the_size_of_a_batch_changes_no_figure() -> None:
    assert [essence(finished(batch)) for batch in (2, 17)] == [essence(finished(1_000))] * 2


def test_a_defect_of_ours_loses_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record becomes a dead letter, its neighbours count, and the spoiled book is rebuilt."""
    broker = Broker()
    tell_with_a_defect(broker, monkeypatch)
    tick(broker, date(2026, 3, 1))
    run(broker, 6)
    assert [each.reason for each in broker.letters()] == ["defect: ZeroDivisionError"]
    assert broker.figures()["9901"].total.declared_cents == 500


def test_valuations_after_messages_keep_their_distance() -> None:
    broker = Broker()
    refer(broker)
    tick(broker, date(2026, 3, 1))
    process = Process(broker, 1_000)
    now = process.run(100.0)
    before = len(broker.outputs)
    for number in range(5):
        tell(broker, "JW323", declaration("9901", number, "2026-01-20", [100]))
        asyncio.run(process.worker.process(process._read(), now + number / 10))
    assert len(broker.outputs) - before == 1
    assert process.worker.patience(now + 0.4) == pytest.approx(0.6)
    process.run(now + 1.0)
    assert len(broker.outputs) - before == 2
    assert broker.figures()["9901"].total.declared_cents == 500
