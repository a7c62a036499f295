"""The commit protocol of a worker: from records read to records acknowledged.

1. read with `noack`; 2. decode (what can't be read: dead letter, awaited, then 6); 3. fold into the
book: duplicate or delta; 4. write what the fold must remember into the table under its natural key;
5. barrier: every output and changelog send of this batch is confirmed by the broker; 6. ack the
batch in order; Faust commits.

A crash between any two steps loses nothing and counts nothing twice: what was not acknowledged is
read again, and meets its own key if it was remembered. Outputs are confirmed before anything is
written to the table, so an alert's state is never durable before the alert: a crash in between
repeats the alert under its own id. What is in the table is always durable, because the table takes
an entry only when its changelog record is confirmed. A day's prognoses are likewise durable before its
as-of date: they may be published twice, and the first count.

A defect of our own while folding is a dead letter too: the record stays on its topic, to be retried
once the defect is mended, and the book it may have spoiled is rebuilt from the table.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from schemas.errors import Unreadable
from schemas.events import KINDS, decode, headers
from schemas.outputs import DeadLetter, Output
from streams.metrics.operation import Operation
from streams.workers.partition import Partition, Passed, Result
from streams.workers.records import SUCCESSOR, Foreign, Reader, Record, Tick, dead_letter
from streams.workers.topics import ALERTS, DEAD_LETTERS, FIGURES, PROGNOSES

logger = logging.getLogger(__name__)
PORTION = 500  # copies between which the health page can answer

Step = Callable[[str, float, Result], None]
"""Values one municipality of a partition: its code, the time, where what follows goes."""


@dataclass(frozen=True)
class Sending:
    """A record for a topic, named without prefix: an output on the partition it came from, or a copy.

    A value of None takes the key away.
    """

    topic: str
    partition: int
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Superseded(Exception):
    """The partitions were handed out anew while a batch waited: it will be read again, by its owner."""


class Ports(Protocol):
    """What the protocol needs of the world; every await ends when the broker has confirmed.

    `send` and `remember` raise whatever keeps the broker from confirming: then the worker must end,
    because what it holds is no longer what is durable.
    """

    async def send(self, sendings: Sequence[Sending]) -> None:
        """Publish outputs."""

    async def remember(self, entries: Mapping[int, Mapping[str, bytes]]) -> None:
        """Write to the changelog by partition, then to the table; raises `Superseded`."""

    def acknowledge(self, batch: Sequence[Record]) -> None:
        """Let Faust commit these records and all before them."""


class Worker:
    """Runs batches of records through the protocol; the books are in `partitions`."""

    def __init__(self, reader: Reader, ports: Ports, operation: Operation, interval: float) -> None:
        """`interval` is the least number of seconds between valuations after messages."""
        self.partitions: dict[int, Partition] = {}
        self._reader, self._ports, self._operation = reader, ports, operation
        self._interval = interval

    async def process(self, batch: Sequence[Record], now: float) -> None:
        """Steps 2 to 6 for records read in this order; an empty batch only values what is due.

        `now` is in seconds of any clock that never goes back.
        """
        results: dict[int, Result] = defaultdict(Result)
        letters: list[tuple[int, DeadLetter]] = []
        spoiled: set[tuple[Partition, str]] = set()
        for record in batch:
            letter = self._take(record, results, spoiled, now)
            if letter:
                letters.append((record.partition, letter))
        self._value_due(results, now)
        self._keep_due(results, spoiled, now)
        with self._operation.barrier():  # 5
            await self._pass_on([each for result in results.values() for each in result.passed])
            await self._ports.send([*_letters(letters), *_outputs(results)])
            durable = {number: result.durable() for number, result in results.items()}
            await self._ports.remember({number: part for number, part in durable.items() if part})
        for partition, code in spoiled:
            partition.rebuild(code)
        self._ports.acknowledge(batch)  # 6

    def patience(self, now: float) -> float | None:
        """Seconds after which an empty batch must be processed; None for never."""
        waits = [each.waiting(now, self._interval) for each in self.partitions.values()]
        return min((wait for wait in waits if wait is not None), default=None)

    def _take(
        self,
        record: Record,
        results: dict[int, Result],
        spoiled: set[tuple[Partition, str]],
        now: float,
    ) -> DeadLetter | None:
        """Steps 2 to 4 for one record; gives its dead letter if it must have one."""
        topic = self._reader.name(record)
        partition, result = self.partitions[record.partition], results[record.partition]
        try:
            read = self._reader.read(record)  # 2
            fresh = partition.take(read, result)  # 3 and 4
            if fresh and isinstance(read, Tick):
                self._value(partition.value, sorted(partition.monitors), result, now)
        except Unreadable as error:
            self._operation.refused(
                topic, "foreign" if isinstance(error, Foreign) else "unreadable"
            )
            return dead_letter(record, error.place, error.reason, _now())
        except Exception as error:  # noqa: BLE001 - no record may be lost over a defect of ours
            logger.error("defect %s on %s", type(error).__name__, topic)  # noqa: TRY400 - values are personal
            self._operation.refused(topic, "defect")
            spoiled.add((partition, (record.key or b"").decode("ascii", "replace")))
            return dead_letter(record, "", f"defect: {type(error).__name__}", _now())
        self._operation.processed(topic, "folded" if fresh else "unchanged")
        return None

    async def _pass_on(self, passed: Sequence[Passed]) -> None:
        """Send copies; in portions, because a merger brings all messages of a municipality at once."""
        for start in range(0, len(passed), PORTION):
            await self._ports.send([self._copy(each) for each in passed[start : start + PORTION]])

    def _copy(self, passed: Passed) -> Sending:
        """A copy of a message on the partition of who follows its municipality up."""
        key, kind = passed.successor.encode(), passed.kind
        known = headers(kind, decode(kind, passed.value), datetime.now(UTC))
        where = self._reader.place(key)
        marked = (*known, (SUCCESSOR, key))
        return Sending(KINDS[kind].topic, where, key, passed.value, marked)

    def _value_due(self, results: dict[int, Result], now: float) -> None:
        for number, partition in self.partitions.items():
            due = partition.due(now, self._interval)
            if due:
                self._value(partition.value, due, results[number], now)

    def _keep_due(
        self, results: dict[int, Result], spoiled: set[tuple[Partition, str]], now: float
    ) -> None:
        """Keep the day's prognoses; of ticks that waited together only the last day, as of figures.

        A spoiled book waits until it is rebuilt: what is kept can't be taken back.
        """
        for number, partition in self.partitions.items():
            unkept = [code for code in partition.unkept() if (partition, code) not in spoiled]
            if unkept:
                self._value(partition.keep, unkept, results[number], now)

    def _value(self, step: Step, codes: Sequence[str], result: Result, now: float) -> None:
        """Value each; one that fails keeps its former valuation and does not hold up the others."""
        for code in codes:
            try:
                step(code, now, result)
            except Exception as error:  # noqa: BLE001 - the record that led here is fine
                logger.error("defect %s in a valuation", type(error).__name__)  # noqa: TRY400
                self._operation.valuation_failed()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _letters(letters: Sequence[tuple[int, DeadLetter]]) -> list[Sending]:
    return [
        _sending(DEAD_LETTERS, number, f"{letter.topic}:{letter.partition}:{letter.offset}", letter)
        for number, letter in letters
    ]


def _outputs(results: Mapping[int, Result]) -> list[Sending]:
    """Figures, the last of each municipality; every alert and every kept day in the order they came."""
    sendings = []
    for number, result in results.items():
        sendings += [_sending(FIGURES, number, *each) for each in result.valuations.items()]
        sendings += [_sending(ALERTS, number, each.municipality, each) for each in result.alerts]
        sendings += [_sending(PROGNOSES, number, each.municipality, each) for each in result.kept]
    return sendings


def _sending(topic: str, partition: int, key: str, value: Output | None) -> Sending:
    content = None if value is None else value.model_dump_json().encode()
    return Sending(topic, partition, key.encode(), content)
