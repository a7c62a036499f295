"""The second stage as a process: `figures` in, `regions` out.

One step; the code carries the numbers:

1. catch up with `figures` and `reference`, and with what stands on `regions`;
2. roll up: a function of the latest valuations alone (`streams.figures.region`);
3. publish every region whose record differs from what stands on the topic, and take away what is gone;
4. wait until the broker has them all.

The topics are all there is to remember: a process that is killed, or runs twice, publishes what is
missing and nothing else. While a municipality is valued its region may show it a moment later.
"""

import logging
import signal
from collections.abc import Mapping
from threading import Event
from typing import Any, Final

from kafka import KafkaConsumer
from kafka.errors import KafkaError
from prometheus_client import CollectorRegistry

from schemas.outputs import RegionalValuation, Valuation
from schemas.reference.document import ReferenceDocument
from streams.figures.region import regions
from streams.metrics.regions import RegionCollector
from streams.notify.health import Health, Window
from streams.settings import Settings
from streams.workers.broker import connecting
from streams.workers.latest import Latest
from streams.workers.sending import Sender, sending
from streams.workers.topics import FIGURES, RECORD_BYTES, REGIONS, Topics

PAUSE: Final = 0.5  # seconds between steps: a board is scraped every fifteen
READING: Final[Mapping[str, Any]] = {
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "max_partition_fetch_bytes": RECORD_BYTES
    + 1024 * 1024,  # a batch is a little more than a record
}


class Regions:
    """The regions of an installation, kept on their topic; also what has their metrics."""

    def __init__(
        self,
        figures: Latest[Valuation],
        reference: Latest[ReferenceDocument],
        published: Latest[bytes],
        sender: Sender,
    ) -> None:
        self._figures, self._reference, self._published = figures, reference, published
        self._sender = sender
        self._stopping = Event()
        self.current: dict[str, RegionalValuation] = {}
        self._rolled = (0, 0)  # how much was read when `current` was made
        self.health = Health(neighbours=("kafka",))
        self.registry = CollectorRegistry()
        self.registry.register(RegionCollector(lambda: list(self.current.values())))

    def run(self) -> None:
        """Take steps until `stop`."""
        while not self._stopping.is_set():
            try:
                self.step()
                self.health.worked("kafka")
            except KafkaError as error:
                self.health.failed("kafka", error)
            self._stopping.wait(PAUSE)

    def stop(self) -> None:
        """Let `run` end after what it is doing now; may be called from anywhere."""
        self._stopping.set()

    def step(self) -> None:
        """The four numbered things. Raises KafkaError, and may then be called again."""
        topics: list[Latest[Any]] = [self._figures, self._reference, self._published]
        for topic in topics:
            topic.catch_up()  # 1
        read = self._figures.read, self._reference.read
        if read != self._rolled:
            self.current = regions(self._figures.values.values(), self._reference.values)  # 2
            self._rolled = read
        there = self._published.values
        for name in sorted({*self.current, *there}):  # 3
            region = self.current.get(name)
            value = None if region is None else region.model_dump_json().encode()
            if there.get(name) != value:
                self._sender.send(REGIONS, value, key=name.encode())
        self._sender.confirm()  # 4


def serve(settings: Settings, level: str) -> int:
    """Run until SIGTERM or SIGINT; the exit code. Raises `NoBroker`."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    topics = Topics(settings)
    with (
        connecting(KafkaConsumer, settings, **READING) as figures,
        connecting(KafkaConsumer, settings, **READING) as reference,
        connecting(KafkaConsumer, settings, **READING) as published,
        sending(settings) as sender,
    ):
        kept = Regions(
            Latest(figures, topics.name(FIGURES), Valuation.model_validate_json),
            Latest(reference, topics.name("reference"), weighing),
            Latest(published, topics.name(REGIONS), bytes),
            sender,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: kept.stop())
        with Window(settings.health_host, settings.region_port, kept.health, kept):
            kept.run()
    return 0


def weighing(value: bytes) -> ReferenceDocument:
    """What a document says about regions, mergers and weights; the rest of it can be large."""
    return _weighing(ReferenceDocument.decode(value))


def _weighing(document: ReferenceDocument) -> ReferenceDocument:
    return ReferenceDocument(
        code=document.code,
        region=document.region,
        municipalities=document.municipalities,
        shares=document.shares,
        predecessors=tuple(_weighing(each) for each in document.predecessors),
    )
