"""The Faust app of a worker: one agent over all inputs, one table, the books of its partitions.

The protocol is in `protocol`; this module gives it its ports and tells it which partitions it owns.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

import faust
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]
from faust.types import TP
from prometheus_client import CollectorRegistry

from streams.metrics.collector import ValuationCollector
from streams.metrics.operation import Operation
from streams.settings import Settings
from streams.workers.levers import Table, Transport, drained, send_packed, wake
from streams.workers.partition import Partition, owned
from streams.workers.protocol import Sending, Superseded, Worker
from streams.workers.records import Reader, Record
from streams.workers.topics import CHANGELOG, INPUTS, RECORD_BYTES

logger = logging.getLogger(__name__)


def faust_app(settings: Settings) -> faust.App:
    """An app with the settings of design.md; no agent, table or service yet."""
    app = faust.App(
        f"{settings.topic_prefix}worker",
        broker=f"kafka://{settings.kafka_bootstrap}",
        store="memory://",
        datadir=str(settings.data_dir / "faust"),  # it makes the folder and leaves it empty
        version=1,
        processing_guarantee="at_least_once",
        autodiscover=False,
        topic_partitions=settings.partitions,
        topic_allow_declare=False,  # `budgetwacht topics create` makes them as they must be
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=4 * 1024 * 1024,
        broker_commit_interval=1.0,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=2.0,
        broker_max_poll_records=2_000,
        stream_wait_empty=False,  # what is not acknowledged is read again
        stream_recovery_delay=0.0,
        producer_threaded=False,
        producer_linger=0.0,
        producer_compression_type="zstd",
        producer_max_batch_size=1024 * 1024,
        producer_max_request_size=RECORD_BYTES + 64 * 1024,
        cython_optimizations=False,
        web_enabled=False,
        web_tables_enabled=False,
        web_router_enabled=False,
        web_stats_enabled=False,
    )
    app.transport = Transport(app.conf.broker_consumer, app)
    app.producer_transport = Transport(app.conf.broker_producer, app)
    return app


class Shell:
    """The ports of a worker in a Faust app; also who gives it its partitions."""

    def __init__(self, settings: Settings, registry: CollectorRegistry) -> None:
        """Make app, table and agent, and register the metrics of the books."""
        self.settings = settings
        self.app: Any = faust_app(settings)  # its types promise less than it has
        self.operation = Operation(INPUTS, registry)
        reader = Reader(settings.topic_prefix, settings.partitions)
        self.worker = Worker(reader, self, self.operation, settings.valuation_interval)
        self.processed: dict[TP, int] = {}
        self._generation = 0
        self._changelog = f"{settings.topic_prefix}{CHANGELOG}"
        self._table = self._declare_table()
        self._declare_agent()
        registry.register(ValuationCollector(lambda: owned(self.worker.partitions.values())))

    async def send(self, sendings: Sequence[Sending]) -> None:
        """Publish outputs, and wait until the broker has them all."""
        if not sendings:
            return
        producer = await self.app.maybe_start_producer()
        futures = [
            await producer.send(
                f"{self.settings.topic_prefix}{each.topic}",
                each.key,
                each.value,
                each.partition,
                None,
                list(each.headers) or None,
            )
            for each in sendings
        ]
        await asyncio.gather(*futures)

    async def remember(self, entries: Mapping[int, Mapping[str, bytes]]) -> None:
        """Changelog first; what is confirmed goes into the table, unless it has become another's."""
        generation = self._generation
        await asyncio.gather(
            *(
                send_packed(
                    self.app,
                    self._changelog,
                    partition,
                    ((key.encode(), value) for key, value in part.items()),
                )
                for partition, part in entries.items()
            )
        )
        if generation != self.app.consumer_generation_id:
            raise Superseded
        for partition, part in entries.items():
            self._table.part(partition).update(part)

    def acknowledge(self, batch: Sequence[Record]) -> None:
        """Acknowledge the last record of each partition, and with it all before it."""
        last: dict[TP, Any] = {message.tp: message for message in cast("Any", batch)}
        for tp, message in last.items():
            message.ack(self.app.consumer)
            self.processed[tp] = message.offset + 1

    async def run(self) -> None:
        """Process batches for ever; ends the worker when the broker does not confirm."""
        async for batch in drained(self.app, lambda: self.worker.patience(time.monotonic())):
            self._generation = self.app.consumer_generation_id
            mine = [each for each in batch if each.partition in self.worker.partitions]
            try:
                await self.worker.process(cast("Any", mine), time.monotonic())
            except Superseded:
                logger.info("a batch was superseded by a rebalance")
            except KafkaError as error:
                logger.critical("the broker does not confirm: %s", type(error).__name__)
                await self.app.crash(error)
                return

    async def rebuild(self) -> None:
        """Make the books of the partitions owned now, from the table."""
        rebuilt = {}
        for number in sorted({tp.partition for tp in self.inputs()}):
            await asyncio.sleep(0)  # a large book takes seconds: let the health page answer
            rebuilt[number] = Partition(number, self._table.part(number))
        self.worker.partitions = rebuilt
        wake(self.app)  # what was due at the end of the last worker is due now

    async def revoked(self, _app: Any, revoked: set[TP], **_: Any) -> None:
        """Drop books and metrics; the next recovery makes those that come back."""
        self.worker.partitions = {}
        for tp in revoked:
            if tp.topic != self._changelog:
                self.processed.pop(tp, None)
                self.operation.revoked(self.plain(tp.topic), tp.partition)

    async def committed(self) -> dict[TP, int]:
        """What the broker says is committed, by owned input partition; 0 for nothing yet."""
        thread = self.app.consumer._thread  # noqa: SLF001 - Faust's own figure also moves on failure
        found = {}
        for tp in self.inputs():
            found[tp] = await thread.call_thread(thread._consumer.committed, tp) or 0  # noqa: SLF001
        return found

    def plain(self, topic: str) -> str:
        """A topic's name without the prefix."""
        return topic.removeprefix(self.settings.topic_prefix)

    def inputs(self) -> list[TP]:
        """The input partitions owned now."""
        return [tp for tp in self.app.consumer.assignment() if tp.topic != self._changelog]

    def _declare_table(self) -> Table:
        topic = self.app.topic(self._changelog, key_type=bytes, value_type=bytes)
        table = Table(
            self.app,
            name="book",
            key_type=bytes,
            value_type=bytes,
            partitions=self.settings.partitions,
            changelog_topic=topic,
            on_recover=self.rebuild,
        )
        self.app.tables.add(table)
        self.app.on_partitions_revoked.connect(self.revoked)
        return table

    def _declare_agent(self) -> None:
        names = [f"{self.settings.topic_prefix}{topic}" for topic in INPUTS]
        inputs = self.app.topic(*names, key_type=bytes, value_type=bytes)

        @self.app.agent(inputs, name="books", concurrency=1)  # type: ignore[untyped-decorator]
        async def books(stream: Any) -> None:
            stream.noack()  # 1
            await self.run()
