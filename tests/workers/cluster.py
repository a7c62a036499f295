"""A broker, a table and a Faust in memory, which can stop the world between any two effects.

Everything that reaches the broker counts as one effect: one output record, one changelog record,
one commit. A `Crash` at the n-th effect ends the process; `start` begins a new one from what is on
the broker, as Faust does: the table from the changelog, the inputs from what is committed.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from schemas.kept import KeptDay
from schemas.outputs import Alert, DeadLetter, Valuation
from streams.metrics.operation import Operation
from streams.workers.partition import Partition
from streams.workers.protocol import Sending, Worker
from streams.workers.records import Reader, Record
from streams.workers.topics import ALERTS, DEAD_LETTERS, FIGURES, INPUTS, PROGNOSES

PREFIX = "t-"
Place = tuple[str, int]


@dataclass(frozen=True)
class Told:
    """A record as a client gives it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Crash(Exception):
    """The process is gone."""


@dataclass
class Broker:
    """What survives a crash."""

    partitions: int = 2
    inputs: dict[Place, list[Told]] = field(default_factory=dict)
    changelog: dict[int, list[tuple[str, bytes]]] = field(default_factory=dict)
    outputs: list[Sending] = field(default_factory=list)
    committed: dict[Place, int] = field(default_factory=dict)
    effects: int = 0
    crash_at: frozenset[int] = frozenset()

    def produce(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Append to an input topic."""
        log = self.inputs.setdefault((f"{PREFIX}{topic}", partition), [])
        log.append(
            Told(f"{PREFIX}{topic}", partition, len(log), key, value, tuple(headers)),
        )

    def effect(self) -> None:
        """One thing is about to happen on the broker; perhaps the process ends first."""
        self.effects += 1
        if self.effects in self.crash_at:
            raise Crash

    def figures(self) -> dict[str, Valuation]:
        """The latest valuation of each municipality, as a reader of the compacted topic sees it."""
        latest = {each.key.decode(): each.value for each in self.outputs if each.topic == FIGURES}
        return {
            code: Valuation.model_validate_json(value) for code, value in latest.items() if value
        }

    def alerts(self) -> list[Alert]:
        """Every alert record, in order."""
        sent = [each for each in self.outputs if each.topic == ALERTS]
        return [Alert.model_validate_json(each.value or b"") for each in sent]

    def kept(self) -> list[KeptDay]:
        """Every record of kept prognoses, in order."""
        sent = [each for each in self.outputs if each.topic == PROGNOSES]
        return [KeptDay.model_validate_json(each.value or b"") for each in sent]

    def letters(self) -> list[DeadLetter]:
        """Every dead letter record, in order."""
        sent = [each for each in self.outputs if each.topic == DEAD_LETTERS]
        return [DeadLetter.model_validate_json(each.value or b"") for each in sent]


class Process:
    """One life of a worker on the broker: the ports of the protocol."""

    def __init__(self, broker: Broker, batch: int) -> None:
        """Recover, and own every partition; `batch` is the most records at a time."""
        self._broker, self._batch = broker, batch
        self._position = dict(broker.committed)
        self._table = {
            number: dict(broker.changelog.get(number, [])) for number in range(broker.partitions)
        }
        operation = Operation(INPUTS, CollectorRegistry())
        self.worker = Worker(Reader(PREFIX, broker.partitions), self, operation, interval=1.0)
        self.worker.partitions = {
            number: Partition(number, part) for number, part in self._table.items()
        }

    def run(self, now: float) -> float:
        """Process all there is, a batch a second, and value what is due; gives the time after."""
        while True:
            batch = self._read()
            asyncio.run(self.worker.process(batch, now))
            now += 1.0
            if not batch and self.worker.patience(now) is None:
                return now

    async def send(self, sendings: Sequence[Sending]) -> None:
        """Publish one by one."""
        for sending in sendings:
            self._broker.effect()
            if sending.topic in INPUTS:
                place = sending.topic, sending.partition
                self._broker.produce(*place, sending.key, sending.value, sending.headers)
            else:
                self._broker.outputs.append(sending)

    async def remember(self, entries: Mapping[int, Mapping[str, bytes]]) -> None:
        """Write one by one to the changelog, then all to the table."""
        for partition, part in entries.items():
            for entry in part.items():
                self._broker.effect()
                self._broker.changelog.setdefault(partition, []).append(entry)
        for partition, part in entries.items():
            self._table[partition].update(part)

    def acknowledge(self, batch: Sequence[Record]) -> None:
        """Commit what was acknowledged, partition by partition."""
        for record in batch:
            self._broker.effect()
            self._broker.committed[record.topic, record.partition] = record.offset + 1

    def _read(self) -> list[Told]:
        """The next records, in turn from each partition as a consumer gives them."""
        found: list[Told] = []
        for place, log in sorted(self._broker.inputs.items()):
            position = self._position.get(place, 0)
            taken = log[position : position + max(1, self._batch // 3)]
            self._position[place] = position + len(taken)
            found += taken
        return found


def run(broker: Broker, batch: int) -> None:
    """Run to the end, with a new process after each crash."""
    now = 0.0
    while True:
        try:
            Process(broker, batch).run(now)
        except Crash:
            now += 10.0
        else:
            return
