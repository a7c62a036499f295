"""The process of the regions: whatever is killed or comes again, the topic holds what is true."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.structs import TopicPartition
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from schemas.outputs import RegionalValuation, Valuation
from streams.figures.region import regions
from streams.workers.latest import Latest
from streams.workers.region import Regions, weighing
from streams.workers.topics import FIGURES, REGIONS
from tests.region.test_rollup import town
from tests.region.worlds import KNOWN, valued

if TYPE_CHECKING:
    from streams.workers.sending import Sender

MARCH = date(2026, 3, 1)


@dataclass
class _Broker:
    """Three topics of one partition; a send fails when its number is in `fails`."""

    logs: dict[str, list[tuple[bytes, bytes | None]]] = field(
        default_factory=lambda: {FIGURES: [], "reference": [], REGIONS: []}
    )
    fails: frozenset[int] = frozenset()
    sent: int = 0

    def put(self, topic: str, key: str, value: bytes | None) -> None:
        self.logs[topic].append((key.encode(), value))

    def value(self, valuation: Valuation) -> None:
        self.put(FIGURES, valuation.municipality, valuation.model_dump_json().encode())

    def refer(self) -> None:
        for code, document in KNOWN.items():
            self.put("reference", code, document.encode())

    def there(self) -> dict[str, RegionalValuation]:
        """What a reader of the compacted topic sees."""
        latest = {key.decode(): value for key, value in self.logs[REGIONS]}
        return {
            name: RegionalValuation.model_validate_json(value)
            for name, value in latest.items()
            if value
        }

    def send(self, topic: str, value: bytes | None, *, key: bytes) -> None:
        """Stand in for the sender."""
        self.sent += 1
        if self.sent in self.fails:
            raise KafkaTimeoutError
        self.put(topic, key.decode(), value)

    def confirm(self) -> None:
        """Everything is there."""


class _Consumer:
    """Reads a topic of the broker two records at a time; `away` makes it fail."""

    def __init__(self, broker: _Broker, topic: str) -> None:
        self._log, self._place = broker.logs[topic], TopicPartition(topic, 0)
        self._assigned: list[TopicPartition] = []
        self._at = 0
        self.away = False

    def partitions_for_topic(self, _topic: str) -> set[int]:
        return {0}

    def assignment(self) -> list[TopicPartition]:
        return self._assigned

    def assign(self, places: list[TopicPartition]) -> None:
        self._assigned = places

    def seek_to_beginning(self) -> None:
        self._at = 0

    def position(self, _place: TopicPartition) -> int:
        return self._at

    def end_offsets(self, places: list[TopicPartition], timeout_ms: int) -> dict[Any, int]:
        assert timeout_ms
        if self.away:
            raise KafkaTimeoutError
        return dict.fromkeys(places, len(self._log))

    def poll(self, timeout_ms: int) -> dict[Any, list[Any]]:
        assert timeout_ms
        taken = self._log[self._at : self._at + 2]
        records = [
            SimpleNamespace(key=key, value=value, partition=0, offset=self._at + number)
            for number, (key, value) in enumerate(taken)
        ]
        self._at += len(taken)
        return {self._place: records}


def process(broker: _Broker) -> tuple[Regions, list[_Consumer]]:
    """A process that starts anew, and what it reads with."""
    consumers = [_Consumer(broker, topic) for topic in (FIGURES, "reference", REGIONS)]
    figures, reference, published = (cast("Any", each) for each in consumers)
    made = Regions(
        Latest(figures, FIGURES, Valuation.model_validate_json),
        Latest(reference, "reference", weighing),
        Latest(published, REGIONS, bytes),
        cast("Sender", broker),
    )
    return made, consumers


def steps(broker: _Broker) -> Iterator[Regions]:
    """A process that is started anew whenever a step of it fails."""
    while True:
        made, _ = process(broker)
        try:
            while True:
                made.step()
                yield made
        except KafkaError:
            continue


@settings(max_examples=40)
@given(data=st.data(), world=st.lists(valued() | st.sampled_from(["9901", "9902"]), max_size=6))
def test_the_topic_holds_the_regions_of_the_latest_valuations(
    data: st.DataObject, world: list[Valuation | str]
) -> None:
    """A code alone is a municipality that is taken away."""
    broker = _Broker(fails=frozenset(data.draw(st.sets(st.integers(1, 8), max_size=4))))
    running = steps(broker)
    latest: dict[str, Valuation] = {}
    broker.refer()
    for each in world:
        if isinstance(each, str):
            broker.put(FIGURES, each, None)
            latest.pop(each, None)
        else:
            broker.value(each)
            latest[each.municipality] = each
        if data.draw(st.booleans()):
            next(running)
        if data.draw(st.booleans()):
            running = steps(broker)
    next(running)
    assert broker.there() == regions(latest.values(), KNOWN)


def test_a_process_that_starts_anew_publishes_nothing_again() -> None:
    broker = _Broker()
    broker.refer()
    broker.value(town("9901", MARCH))
    next(steps(broker))
    sent = broker.sent
    assert sent == 1
    for _ in range(2):
        next(steps(broker))
    assert broker.sent == sent


def test_a_process_that_runs_on_follows_what_comes() -> None:
    broker = _Broker()
    running = steps(broker)
    for cents in (100, 250):
        broker.value(town("9901", MARCH, cents))
        next(running)
        assert broker.there()["Noord"].total.declared_cents == cents


def test_a_region_without_municipalities_is_taken_away() -> None:
    broker = _Broker()
    broker.value(town("9901", MARCH))
    next(steps(broker))
    broker.put(FIGURES, "9901", None)
    next(steps(broker))
    assert broker.logs[REGIONS][-1] == (b"Noord", None)


def test_what_was_read_before_a_failure_is_not_forgotten() -> None:
    """The figures are read, then the broker goes away, then it comes back with nothing new."""
    broker = _Broker()
    made, (_, reference, _) = process(broker)
    broker.value(town("9901", MARCH))
    reference.away = True
    with pytest.raises(KafkaTimeoutError):
        made.step()
    reference.away = False
    made.step()
    assert broker.there()["Noord"].total.declared_cents == 100


def test_a_record_that_can_not_be_read_hurts_no_neighbour(caplog: pytest.LogCaptureFixture) -> None:
    broker = _Broker()
    broker.value(town("9901", MARCH))
    broker.put(FIGURES, "9901", b'{"municipality": "geheim"}')
    broker.value(town("9902", MARCH))
    next(steps(broker))
    assert broker.there()["Noord"].total.declared_cents == 200
    assert "figures 0@1" in caplog.text
    assert "geheim" not in caplog.text


def test_the_metrics_are_the_regions_to_the_cent() -> None:
    broker = _Broker()
    broker.refer()
    broker.value(town("9901", MARCH, 900))
    broker.value(town("9902", date(2026, 3, 2), 101))
    made = next(steps(broker))
    found = {
        (sample.name.removeprefix("budgetwacht_region_"), sample.labels.get("municipality")): sample
        for family in text_string_to_metric_families(generate_latest(made.registry).decode())
        for sample in family.samples
    }
    assert round(found["declared_euros", None].value * 100) == 1_001
    assert found["declared_euros", None].labels == {"region": "Noord", "year": "2026"}
    settled = [
        found["municipality_declared_settled_euros", code].value for code in ("9901", "9902")
    ]
    assert [round(value * 100) for value in settled] == [400 - 900, 601 - 101]
    counts = ("municipalities", "municipalities_behind", "municipalities_missing")
    assert [found[name, None].value for name in counts] == [2, 1, 1]
