"""Every override of Faust and aiokafka, each with the defect it avoids or the cost it saves.

What stays Faust's own: the group and its rebalances, co-partitioning of inputs and changelog, when
recovery starts and ends, the cadence of commits, starting and stopping. What is replaced:

- `Consumer._drain_messages`: records go to the agent as lists, not one by one through
  `wait_first` (three tasks a record), the conductor's lock and a queue: 0.107 ms a record becomes
  0.01. Faust's queue could also wait for ever: `FlowControlQueue.clear` wakes no blocked `put`.
- `Consumer._new_offset`: acks come in order here, so the highest says all. Faust's gap arithmetic
  commits past records in flight (issue 606, pull request 707, and on compacted topics).
- `Consumer._recover`: changelog records go to the store as lists too. Faust's end-of-recovery signal
  may still stand from a recovery before, and a fetch may be under way while recovery seeks: both
  would end a recovery early, with part of the books (seen when workers came and went at once).
- `_Thread._fetch_records`: says of which generation the records are where that is known for sure.
  Records of a former generation are dropped; their partitions start from what is committed.
- `Store`: keeps partitions apart and forgets those that are lost; Faust's memory store keeps
  foreign keys, and applies a stray changelog record to whatever came before (pull request 760).
- `Table._new_store`, `Transport`, `Producer`: put these in place; an idempotent producer.
- `send_packed`: one send, one future and one compression for all records of a batch.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any, cast

import faust
from faust.stores.memory import Store as MemoryStore
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

BATCH_BYTES = 2 * 1024 * 1024  # of values in one batch: some 20,000 lines, a tenth of a second
BATCH_RECORDS = 500  # a barrier costs some milliseconds, whatever the number of records
CHUNKS = 4  # fetched ahead of the batch in work

Chunk = list[ConsumerMessage]


class Store(MemoryStore[bytes, bytes]):
    """What is remembered, by partition; only confirmed entries are in it (see `protocol`)."""

    def __post_init__(self) -> None:
        """Replace Faust's one dictionary."""
        super().__post_init__()
        self.parts: dict[int, dict[str, bytes]] = {}

    def part(self, partition: int) -> dict[str, bytes]:
        """The entries of a partition."""
        return self.parts.setdefault(partition, {})

    def recover(self, partition: int, records: Iterable[Any]) -> None:
        """Take in records of the changelog, in their order."""
        part = self.part(partition)
        for record in records:
            if record.value is None:
                part.pop(record.key.decode(), None)
            else:
                part[record.key.decode()] = record.value

    async def on_rebalance(
        self, _assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], _generation: int = 0
    ) -> None:
        """Forget what is lost or comes from another worker, and read all of its changelog anew."""
        table: Any = self.table
        tables: Any = self.app.tables
        for tp in revoked | newly_assigned:
            if tp.topic == table.changelog_topic_name:
                self.parts.pop(tp.partition, None)
                tables.recovery.active_offsets.pop(tp, None)


class Table(faust.Table[bytes, bytes]):
    """A table of which only the recovery and the changelog are Faust's."""

    def _new_store(self) -> Store:
        return Store(
            "memory://", self.app, self, table_name=self.name, key_type=bytes, value_type=bytes
        )

    def part(self, partition: int) -> dict[str, bytes]:
        """The entries of a partition."""
        store: Any = self.data
        part: dict[str, bytes] = store.part(partition)
        return part


class _Thread(driver.AIOKafkaConsumerThread):
    async def _fetch_records(self, *args: Any, **options: Any) -> Any:
        """The records with the generation in which their positions moved: same thread, same moment."""
        records = await super()._fetch_records(*args, **options)
        return self.app.consumer_generation_id, records


class Consumer(driver.Consumer):
    """Hands records over in chunks, and commits what was acknowledged in order."""

    def on_init(self) -> None:
        """Prepare the hand-over; a full queue is what holds the fetching back."""
        super().on_init()
        self.intake: asyncio.Queue[Chunk] = asyncio.Queue(CHUNKS)
        self._seeks = self._fetching = 0
        self._sought = -1

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def _drain_messages(self, fetcher: Any) -> None:
        stopping: tuple[type[BaseException], ...] = (
            asyncio.CancelledError,
            *cast("Any", self.consumer_stopped_errors),
        )
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):  # noqa: SLF001
                await asyncio.sleep(0)  # a fetch may return without ever waiting
                fetched, _ = await self._wait_next_records(1.0)
                if fetched:
                    await self._hand_over(*cast("Any", fetched))
        except stopping:
            if not self.transport.app.should_stop:
                raise

    async def _hand_over(self, generation: int, records: Mapping[TP, list[Any]]) -> None:
        for tp, found in records.items():
            if generation != self.app.consumer_generation_id:
                return
            if self._is_changelog_tp(tp):
                await self._recover(tp, found)
            else:
                for chunk in _chunks([self._to_message(tp, record) for record in found]):
                    for message in chunk:
                        message.generation_id = generation
                    await self.intake.put(chunk)

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Recovery begins to read here: what ended or was fetched before, is of a former one."""
        recovery = cast("Any", self.app.tables).recovery
        generation = recovery._generation_id  # noqa: SLF001
        await super().seek_wait(partitions)
        recovery.signal_recovery_end.clear()
        self._seeks += 1
        self._sought = generation

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:  # noqa: ASYNC109 - Faust's name
        self._fetching = self._seeks
        return await super()._getmany(active_partitions, timeout)

    async def _recover(self, tp: TP, records: list[Any]) -> None:
        """Apply changelog records if recovery asked for these; else nothing, and no gap either."""
        recovery = cast("Any", self.app.tables).recovery
        asked = self._sought == recovery._generation_id  # noqa: SLF001
        if not (asked and recovery.in_recovery and tp in recovery.active_tps):
            return  # the recovery to come seeks before it reads
        if self._fetching != self._seeks:
            await self.seek_wait({tp: max(0, recovery.active_offsets[tp])})
            return
        recovery.tp_to_table[tp].data.recover(tp.partition, records)
        recovery.active_offsets[tp] = records[-1].offset
        if recovery.in_recovery and not recovery.need_recovery():
            recovery.signal_recovery_end.set()

    def _new_offset(self, tp: TP) -> int | None:
        acked = self._acked[tp]
        if not acked:
            return None
        offset = max(acked) + 1
        acked.clear()
        self._acked_index[tp].clear()
        return offset


class Producer(driver.Producer):
    """A producer whose retries neither repeat nor reorder."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class Transport(driver.Transport):
    """Faust's aiokafka transport with the classes above."""

    Consumer = Consumer
    Producer = Producer


def _size(messages: Chunk) -> int:
    return sum(len(message.value or b"") for message in messages)


def _chunks(messages: Chunk) -> Iterable[Chunk]:
    chunk, size = [], 0
    for message in messages:
        chunk.append(message)
        size += len(message.value or b"")
        if size >= BATCH_BYTES or len(chunk) >= BATCH_RECORDS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


async def drained(app: Any, patience: Callable[[], float | None]) -> AsyncIterator[Chunk]:
    """Batches of all that waits, up to the limits; an empty one when `patience` seconds pass first."""
    intake = app.consumer.intake
    while True:
        try:
            async with asyncio.timeout(patience()):
                batch = list(await intake.get())
        except TimeoutError:
            yield []
            continue
        size = _size(batch)
        while not intake.empty() and len(batch) < BATCH_RECORDS and size < BATCH_BYTES:
            chunk = intake.get_nowait()
            size += _size(chunk)
            batch += chunk
        yield [each for each in batch if each.generation_id == app.consumer_generation_id]


def wake(app: Any) -> None:
    """Have `drained` give a batch now, so that its patience is asked anew."""
    if app.consumer.intake.empty():
        app.consumer.intake.put_nowait([])


async def send_packed(
    app: Any, topic: str, partition: int, records: Iterable[tuple[bytes, bytes]]
) -> None:
    """Send records to one partition in as few batches as they fit in, and wait for all of them."""
    producer = (await app.maybe_start_producer())._ensure_producer()  # noqa: SLF001
    futures = []
    batch = producer.create_batch()
    for key, value in records:
        if batch.append(key=key, value=value, timestamp=None) is None:
            futures.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(key=key, value=value, timestamp=None)
    futures.append(await producer.send_batch(batch, topic, partition=partition))
    await asyncio.gather(*futures)
