"""The books of one partition: every municipality whose records stand on it, complete.

Promises: the state is a function of what is remembered, so `restore` gives the books that were
lost; nothing here waits, sends or reads a clock. What must survive is handed out as entries for the
table, and counts as remembered only when the shell has seen it confirmed (`remembered`).

Keys in the table: a message under its natural key (`streams.ledger.keys`), `ref:{municipality}` its
reference document, `tick:{partition}` the as-of date, `alerts:{municipality}` the ids raised.

A municipal merger brings the old municipality's messages to the partition of the new one: whoever
holds them passes a copy of each on as soon as its reference document names a successor, old messages
with the document and later ones as they come. A copy goes out before the message, or the document, is
remembered, so a crash repeats copies and loses none; a copy is remembered under a key of its own, so a
repeated one is a duplicate, also where both municipalities stand on one partition.

A new as-of date also asks for the prognoses of that day, to be kept. It is remembered after they are out,
so a crash makes them again and loses none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from schemas.events import KINDS, decode
from schemas.kept import KeptDay
from schemas.outputs import Alert, Valuation
from schemas.reference.document import ReferenceDocument
from schemas.reference.mergers import successors
from streams.alerts.rules import judge
from streams.ledger.keys import natural_key
from streams.prognosis.monitor import Monitor
from streams.workers.records import Document, Message, Tick


@dataclass(frozen=True)
class Passed:
    """A copy of a message for the books of `successor`."""

    kind: str
    value: bytes
    successor: str


@dataclass
class Result:
    """What follows from a batch: what to publish, and then what to remember.

    `valuations` are the last of each municipality, None for one that has ended.
    """

    passed: list[Passed] = field(default_factory=list)
    valuations: dict[str, Valuation | None] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    kept: list[KeptDay] = field(default_factory=list)
    entries: dict[str, bytes] = field(default_factory=dict)
    raised: dict[str, bytes] = field(default_factory=dict)
    ticks: dict[str, bytes] = field(default_factory=dict)

    def durable(self) -> dict[str, bytes]:
        """What to remember, in this order: an as-of date is durable after all that came of it."""
        return {**self.entries, **self.raised, **self.ticks}


class Partition:
    """The books of partition `number`; `remembered` is the table's part of it, kept by the shell."""

    def __init__(self, number: int, remembered: Mapping[str, bytes]) -> None:
        """Rebuild the books from what is remembered; those with an as-of date are all due."""
        self.number = number
        self.as_of: date | None = None
        self.monitors: dict[str, Monitor] = {}
        self.valuations: dict[str, Valuation] = {}
        self._raised: dict[str, frozenset[str]] = {}
        self._changed: set[str] = set()
        self._unkept: set[str] = set()
        self._valued: dict[str, float] = {}
        self._remembered = remembered
        for key, value in remembered.items():
            self._recall(key, value)

    def take(self, read: Message | Document | Tick, result: Result) -> bool:
        """Fold one record; gives False for a duplicate. What follows from it goes into `result`."""
        match read:
            case Message():
                return self._fold(read, result)
            case Document():
                return self._refer(read, result)
            case Tick():
                return self._tick(read, result)

    def due(self, now: float, interval: float) -> list[str]:
        """The municipalities whose book changed and that were not valued within `interval` seconds."""
        ripe = [
            code for code in self._changed if now - self._valued.get(code, -interval) >= interval
        ]
        return sorted(ripe) if self.as_of else []

    def waiting(self, now: float, interval: float) -> float | None:
        """Seconds until a valuation is due; None when none will be without new records."""
        if not self._changed or self.as_of is None:
            return None
        return max(0.0, min(self._valued.get(code, 0.0) for code in self._changed) + interval - now)

    def value(self, code: str, now: float, result: Result) -> None:
        """Value one municipality, and raise the alerts that follow from it."""
        self._changed.discard(code)
        self._valued[code] = now
        valuation = self.monitors[code].valuation()
        if valuation is None:
            self._end(code, result)
            return
        self.valuations[code] = valuation
        result.valuations[code] = valuation
        alerts = judge(valuation, self._raised.get(code, frozenset()))
        if alerts:
            result.alerts += alerts
            self._raised[code] = self._raised.get(code, frozenset()) | {each.id for each in alerts}
            result.raised[f"alerts:{code}"] = json.dumps(sorted(self._raised[code])).encode()

    def unkept(self) -> list[str]:
        """The municipalities whose prognoses of this day are still to be kept."""
        return sorted(self._unkept)

    def keep(self, code: str, now: float, result: Result) -> None:
        """Value one municipality, and keep its prognoses that say the same; none without care."""
        self._unkept.discard(code)
        self.value(code, now, result)
        valuation = result.valuations.get(code)
        if valuation and (made := tuple(self.monitors[code].prognoses())):
            day = KeptDay(municipality=code, as_of=valuation.as_of, prognoses=made)
            result.kept.append(day)

    def _end(self, code: str, result: Result) -> None:
        """Take a municipality off the figures when another has followed it up."""
        if self.monitors[code].ended:
            self.valuations.pop(code, None)
            result.valuations[code] = None

    def rebuild(self, code: str) -> None:
        """Make one municipality's book anew from what is remembered, after a defect spoiled it."""
        self.monitors.pop(code, None)
        for key, value in self._remembered.items():
            if municipality_of(key) == code:
                self._recall(key, value)
        if code in self.monitors:
            self._changed.add(code)
        else:
            self._unkept.discard(code)

    def _fold(self, read: Message, result: Result) -> bool:
        key = key_of(read)
        if key in self._remembered or key in result.entries:
            return False
        monitor = self._monitor(read.under)
        if monitor.fold(read.event):
            self._changed.add(read.under)
        result.entries[key] = read.value
        result.passed += (
            Passed(read.kind, read.value, each) for each in successors(monitor.document)
        )
        return True

    def _refer(self, read: Document, result: Result) -> bool:
        code = read.document.code
        key = f"ref:{code}"
        if result.entries.get(key, self._remembered.get(key)) == read.value:
            return False
        monitor = self._monitor(code)
        named = {*successors(read.document)} - {*successors(monitor.document)}
        result.passed += (each for one in sorted(named) for each in self._copies(code, one, result))
        monitor.refer(read.document)
        self._changed.add(code)
        result.entries[key] = read.value
        return True

    def _copies(self, code: str, successor: str, result: Result) -> Iterator[Passed]:
        """All messages in the books of a municipality, for its successor."""
        for key, value in (*self._remembered.items(), *result.entries.items()):
            kind = kind_in(key)
            if kind in KINDS and municipality_of(key) == code:
                yield Passed(kind, value, successor)

    def _tick(self, read: Tick, result: Result) -> bool:
        """Move the as-of date forward in every book, and have them all valued."""
        if self.as_of is not None and read.as_of < self.as_of:
            return False
        if read.as_of != self.as_of:
            self._unkept.update(self.monitors)
        self._advance(read.as_of)
        result.ticks[f"tick:{self.number}"] = read.as_of.isoformat().encode()
        return True

    def _advance(self, as_of: date) -> None:
        self.as_of = as_of
        for code, monitor in self.monitors.items():
            monitor.tick(as_of)
            self._changed.add(code)

    def _monitor(self, code: str) -> Monitor:
        monitor = self.monitors.get(code)
        if monitor is None:
            monitor = self.monitors[code] = Monitor(code)
            if self.as_of is not None:
                monitor.tick(self.as_of)
        return monitor

    def _recall(self, key: str, value: bytes) -> None:
        kind, _, name = key.partition(":")
        match kind:
            case "tick":
                self._advance(date.fromisoformat(value.decode()))
            case "alerts":
                self._raised[name] = frozenset(json.loads(value))
            case "ref":
                self._monitor(name).refer(ReferenceDocument.decode(value))
                self._changed.add(name)
            case _:
                code = municipality_of(key)
                self._monitor(code).fold(decode(kind_in(key), value))
                self._changed.add(code)


def key_of(read: Message) -> str:
    """The key a message is remembered under: its natural key, with who follows it up for a copy.

    `{kind}:{municipality}:...`, and `{kind}>{successor}:{municipality}:...`.
    """
    key = natural_key(read.kind, read.event)
    if read.under == read.event["municipality"]:
        return key
    return key.replace(":", f">{read.under}:", 1)


def kind_in(key: str) -> str:
    """The kind of message, or of something else, that stands under a key of the table."""
    return key.partition(":")[0].partition(">")[0]


def municipality_of(key: str) -> str:
    """In whose books a key of the table stands; for a tick its partition, which is no code."""
    kind, code = key.split(":", 2)[:2]
    return kind.partition(">")[2] or code


def owned(partitions: Iterable[Partition]) -> Iterator[Valuation]:
    """The current valuations of all books in these partitions."""
    for partition in partitions:
        yield from partition.valuations.values()
