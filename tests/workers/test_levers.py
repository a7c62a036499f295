"""What replaces parts of Faust: recovery without gaps, commits in order, batches of all that waits."""

import asyncio
from collections import defaultdict
from types import SimpleNamespace as Stub
from typing import Any

import pytest
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.types import TP

from streams.workers import levers
from streams.workers.levers import BATCH_BYTES, BATCH_RECORDS, Consumer, Store, drained

LOG = TP("book-changelog", 1)


class Recovery:
    """What the consumer sees of Faust's recovery, waiting for `highwater` in partition 1."""

    def __init__(self, store: Any, highwater: int) -> None:
        self.in_recovery = True
        self._generation_id = 5
        self.active_tps = {LOG}
        self.tp_to_table = {LOG: Stub(data=store)}
        self.active_offsets = {LOG: -1}
        self.signal_recovery_end = asyncio.Event()
        self._highwater = highwater

    def need_recovery(self) -> bool:
        """Whether changelog records are still to come."""
        return self._highwater > self.active_offsets[LOG]


def store() -> Store:
    """A store outside any app."""
    made: Store = object.__new__(Store)
    made.parts = {}
    return made


def record(offset: int, value: bytes | None = b"v") -> Any:
    """A changelog record under a key of its own."""
    return Stub(offset=offset, key=f"k{offset}".encode(), value=value)


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A consumer that recovers, without a broker; it notes where it seeks in `sought_at`."""
    made: Any = object.__new__(Consumer)
    made.sought_at = []

    async def seek_wait(self: Any, partitions: dict[TP, int]) -> None:
        self.sought_at.append(dict(partitions))

    monkeypatch.setattr(FaustConsumer, "seek_wait", seek_wait)
    made._seeks = made._fetching = 0
    made._sought = -1
    recovery = Recovery(store(), highwater=9)
    made.app = Stub(tables=Stub(recovery=recovery), consumer_generation_id=5)
    return made


def remembered(consumer: Any) -> int:
    """How many entries the store has."""
    return len(consumer.app.tables.recovery.tp_to_table[LOG].data.part(1))


def test_recovery_ends_when_all_it_asked_for_is_there(consumer: Any) -> None:
    recovery = consumer.app.tables.recovery

    async def recover() -> None:
        await consumer.seek_wait({LOG: 0})
        consumer._fetching = consumer._seeks
        await consumer._recover(LOG, [record(n) for n in range(6)])
        assert not recovery.signal_recovery_end.is_set()
        await consumer._recover(LOG, [record(n) for n in range(6, 10)])

    asyncio.run(recover())
    assert recovery.signal_recovery_end.is_set()
    assert remembered(consumer) == 10


def test_a_signal_of_a_former_recovery_does_not_end_the_next(consumer: Any) -> None:
    recovery = consumer.app.tables.recovery
    recovery.signal_recovery_end.set()
    asyncio.run(consumer.seek_wait({LOG: 0}))
    assert not recovery.signal_recovery_end.is_set()


def test_what_was_fetched_before_recovery_asked_leaves_no_trace(consumer: Any) -> None:
    recovery = consumer.app.tables.recovery
    asyncio.run(consumer._recover(LOG, [record(n) for n in range(5, 10)]))
    assert remembered(consumer) == 0
    assert recovery.active_offsets == {LOG: -1}
    assert not recovery.signal_recovery_end.is_set()


def test_a_fetch_under_way_while_recovery_seeks_is_fetched_again(consumer: Any) -> None:
    recovery = consumer.app.tables.recovery

    async def recover() -> None:
        await consumer.seek_wait({LOG: 0})
        await consumer._recover(LOG, [record(n) for n in range(5, 10)])  # of before the seek

    asyncio.run(recover())
    assert consumer.sought_at == [{LOG: 0}, {LOG: 0}]
    assert remembered(consumer) == 0
    assert not recovery.signal_recovery_end.is_set()


def test_a_stray_partition_touches_nothing(consumer: Any) -> None:
    async def recover() -> None:
        await consumer.seek_wait({LOG: 0})
        consumer._fetching = consumer._seeks
        await consumer._recover(TP("book-changelog", 3), [record(0)])

    asyncio.run(recover())
    assert set(consumer.app.tables.recovery.active_offsets) == {LOG}


def test_the_store_forgets_what_is_lost_and_what_comes_from_elsewhere() -> None:
    made: Any = store()
    made.table = Stub(changelog_topic_name=LOG.topic)
    offsets = {TP(LOG.topic, n): 7 for n in range(3)}
    made.app = Stub(tables=Stub(recovery=Stub(active_offsets=offsets)))
    for partition in range(3):
        made.recover(partition, [record(0), record(1)])
    lost, new = {TP(LOG.topic, 0), TP("ticks", 2)}, {TP(LOG.topic, 1)}
    asyncio.run(made.on_rebalance(set(), lost, new))
    assert set(made.parts) == {2}
    assert offsets == {TP(LOG.topic, 2): 7}


def test_a_tombstone_in_the_changelog_removes_an_entry() -> None:
    made = store()
    made.recover(0, [record(0), record(1), record(0, None)])
    assert list(made.part(0)) == ["k1"]


def test_what_is_acknowledged_last_is_what_is_committed() -> None:
    made: Any = object.__new__(Consumer)
    made._acked, made._acked_index = defaultdict(list), defaultdict(set)
    made._acked[LOG] = [4, 9]
    assert made._new_offset(LOG) == 10
    assert made._new_offset(LOG) is None


def message(generation: int = 5, size: int = 10) -> Any:
    """A message as the agent gets it."""
    return Stub(generation_id=generation, value=b"x" * size)


def batches(chunks: list[list[Any]], patience: float | None, count: int) -> list[list[Any]]:
    """The first `count` batches of these chunks."""

    async def collect() -> list[list[Any]]:
        intake: asyncio.Queue[Any] = asyncio.Queue()
        for chunk in chunks:
            intake.put_nowait(chunk)
        app = Stub(consumer=Stub(intake=intake), consumer_generation_id=5)
        found = []
        async for batch in drained(app, lambda: patience):
            found.append(batch)
            if len(found) == count:
                return found
        raise AssertionError

    return asyncio.run(collect())


def test_a_batch_is_all_that_waits() -> None:
    assert [len(batch) for batch in batches([[message()] * 3, [message()] * 2], None, 1)] == [5]


def test_a_batch_ends_at_its_limits() -> None:
    many = [[message()] * BATCH_RECORDS, [message()]]
    large = [[message(size=BATCH_BYTES)], [message()]]
    assert [len(batch) for batch in batches(many, None, 2)] == [BATCH_RECORDS, 1]
    assert [len(batch) for batch in batches(large, None, 2)] == [1, 1]


def test_patience_gives_an_empty_batch() -> None:
    assert batches([], 0.01, 1) == [[]]


def test_messages_of_a_former_generation_are_left_out() -> None:
    assert [len(batch) for batch in batches([[message(4), message(5)]], None, 1)] == [1]


def test_chunks_keep_the_order_and_the_limits() -> None:
    messages = [message(size=BATCH_BYTES // 3) for _ in range(7)]
    chunks = list(levers._chunks(messages))
    assert [each for chunk in chunks for each in chunk] == messages
    assert [len(chunk) for chunk in chunks] == [4, 3]
