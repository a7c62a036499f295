"""How a worker is doing, as Prometheus metrics under names of our own.

Promises: every topic and reason has its series from the start, at zero, so that a rate never misses
the first event; the series of a partition live only while the worker owns it. Faust's own sensors
are not exported: their committed offset also moves when a commit fails.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

Result = Literal["folded", "unchanged", "refused"]
Reason = Literal["unreadable", "foreign", "defect"]

# A broker on the same machine confirms in a few milliseconds; over ten seconds something is wrong.
BARRIER_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Operation:
    """The operational metrics of one worker that reads `topics`, in `registry`.

    Topics are named without the prefix of the settings. `clock` gives Unix seconds.
    """

    def __init__(
        self,
        topics: Iterable[str],
        registry: CollectorRegistry,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Register the metrics, with every series that can be known beforehand."""
        self._clock = clock
        self._lags: dict[tuple[str, int], int] = defaultdict(int)
        self._records = Counter(
            "budgetwacht_worker_records",
            "Records processed: folded (changed the book), unchanged (a duplicate), refused.",
            ["topic", "result"],
            registry=registry,
        )
        self._dead_letters = Counter(
            "budgetwacht_worker_dead_letters",
            "Records refused: unreadable, foreign (readable, but not one of ours), or a defect of ours.",
            ["topic", "reason"],
            registry=registry,
        )
        self._failed = Counter(
            "budgetwacht_worker_valuation_defects",
            "Valuations that failed by a defect of ours; the former figures are still shown.",
            registry=registry,
        )
        self._lag = Gauge(
            "budgetwacht_worker_lag_records",
            "Records of an owned partition that wait to be processed.",
            ["topic", "partition"],
            registry=registry,
        )
        self._committed = Gauge(
            "budgetwacht_worker_committed_offset",
            "Offset of an owned partition that the broker has confirmed as committed.",
            ["topic", "partition"],
            registry=registry,
        )
        self._last = Gauge(
            "budgetwacht_worker_last_event_timestamp_seconds",
            "When the worker last finished a record, or started, in Unix time.",
            registry=registry,
        )
        self._behind = Gauge(
            "budgetwacht_worker_behind",
            "1 while records wait on any owned partition, else 0.",
            registry=registry,
        )
        self._barrier = Histogram(
            "budgetwacht_worker_barrier_seconds",
            "How long a batch waited until the broker had confirmed all it sent.",
            registry=registry,
            buckets=BARRIER_BUCKETS,
        )
        self._last.set(clock())
        for topic in topics:
            for result in get_args(Result):
                self._records.labels(topic, result)
            for reason in get_args(Reason):
                self._dead_letters.labels(topic, reason)

    def processed(self, topic: str, result: Result, count: int = 1) -> None:
        """`count` records of `topic` are done, with this result."""
        self._records.labels(topic, result).inc(count)
        self._last.set(self._clock())

    def refused(self, topic: str, reason: Reason) -> None:
        """A record of `topic` went to the dead letters."""
        self._dead_letters.labels(topic, reason).inc()
        self.processed(topic, "refused")

    def valuation_failed(self) -> None:
        """A book could not be valued, by a defect of ours."""
        self._failed.inc()

    @contextmanager
    def barrier(self) -> Iterator[None]:
        """Time the wait for the broker's confirmations; also when it fails."""
        with self._barrier.time():
            yield

    def lag(self, topic: str, partition: int, records: int) -> None:
        """How many records of an owned partition wait."""
        self._lags[topic, partition] = records
        self._lag.labels(topic, str(partition)).set(records)
        self._tell_behind()

    def committed(self, topic: str, partition: int, offset: int) -> None:
        """The offset of an owned partition that the broker has confirmed."""
        self._committed.labels(topic, str(partition)).set(offset)

    def revoked(self, topic: str, partition: int) -> None:
        """The worker no longer owns this partition: its series end."""
        self._lags.pop((topic, partition), None)
        for gauge in (self._lag, self._committed):
            gauge.remove_by_labels({"topic": topic, "partition": str(partition)})
        self._tell_behind()

    def _tell_behind(self) -> None:
        self._behind.set(any(self._lags.values()))
