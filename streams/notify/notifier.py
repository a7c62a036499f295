"""The notifier's loop. One step: align, read, plan, send; the code carries the same numbers.

1. align: where the position in `alerts` that stands in Redis isn't ours, read on from there: at the
   start, after a change of partitions, and when Redis lost something;
2. read: a batch of alerts, and then all reference data that is there: what a worker knew when it
   raised an alert, we know before we choose its receivers;
3. plan: the batch's mails and the position behind it go to Redis in one transaction;
4. send: the mails that are due, each noted when the mail server has taken it.

A step that fails is left where it is. Nothing is kept in memory that counts, so the next step
starts at 1 and does what is left to do.
"""

import logging
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from threading import Event
from typing import TYPE_CHECKING, Any

from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import KafkaError
from kafka.structs import TopicPartition
from pydantic import ValidationError
from redis.exceptions import RedisError, WatchError

from schemas.outputs import Alert
from streams.notify.health import Health, Meters, Neighbour
from streams.notify.mail import Mail
from streams.notify.outbox import Outbox
from streams.notify.people import People
from streams.notify.reasons import decide
from streams.notify.recipients import addressees, contact
from streams.notify.sender import Sender
from streams.settings import Settings
from streams.workers.topics import ALERTS, Topics

if TYPE_CHECKING:
    from kafka import KafkaConsumer

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds after a failed step


class Notifier(ConsumerRebalanceListener):  # type: ignore[misc]
    """Reads alerts with `consumer` (its group shares the partitions out), mails by `settings`."""

    def __init__(
        self, consumer: "KafkaConsumer", people: People, outbox: Outbox, settings: Settings
    ) -> None:
        self._consumer = consumer
        self._people = people
        self._outbox = outbox
        self._at: dict[int, int] = {}  # our position in each partition that is aligned
        self._stopping = Event()
        self.health = Health()
        self.meters = Meters()
        self._sender = Sender(settings, outbox, self.health, self.meters)
        consumer.subscribe([Topics(settings).name(ALERTS)], listener=self)

    def run(self) -> None:
        """Take steps until `stop`."""
        while not self._stopping.is_set():
            try:
                self.step()
            except WatchError:
                self._at.clear()
            except RedisError as error:
                self._failed("redis", error)
            except KafkaError as error:
                self._failed("kafka", error)

    def stop(self) -> None:
        """Let `run` end after what it is doing now; may be called from anywhere."""
        self._stopping.set()

    def step(self) -> None:
        """The four numbered things. Raises RedisError or KafkaError, and may then be called again."""
        self._align()  # 1
        self.health.worked("redis")
        batches = self._consumer.poll(timeout_ms=500, max_records=500)
        self._people.catch_up()  # 2
        self.health.worked("kafka")
        for tp, records in batches.items():
            if tp.partition in self._at:
                self._plan(tp.partition, records)  # 3
        partitions = [tp.partition for tp in self._consumer.assignment()]
        self._sender.send(partitions, self._stopping)  # 4

    def on_partitions_revoked(self, revoked: Any) -> None:
        """Kafka takes partitions away."""

    def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002 - Kafka's name
        """Kafka has dealt the partitions anew: what this poll returns, comes from anywhere."""
        self._at.clear()

    def _failed(self, neighbour: Neighbour, error: Exception) -> None:
        self.health.failed(neighbour, error)
        self._at.clear()
        self._stopping.wait(PAUSE)

    def _align(self) -> None:
        stored = self._outbox.positions()
        for tp in self._consumer.assignment():
            known = stored.get(tp.partition)
            if known is None or self._at.get(tp.partition) != known:
                self._at[tp.partition] = self._seek(tp, known)

    def _seek(self, tp: TopicPartition, known: int | None) -> int:
        """Read on where Redis says, or from the first alert there is; the position in the end."""
        first: int = self._consumer.beginning_offsets([tp])[tp]
        end: int = self._consumer.end_offsets([tp])[tp]
        start = known if known is not None and first <= known <= end else first
        if start != known:
            self._outbox.plan(tp.partition, known, start, (), 0)
        self._consumer.seek(tp, start)
        return start

    def _plan(self, partition: int, records: list[Any]) -> None:
        once = {mail.key: mail for record in records for mail in self._mails(record)}
        mails = list(once.values())
        states = self._outbox.states(mails)
        reasons = [decide(mail.alert, state) for mail, state in zip(mails, states, strict=True)]
        judged = list(zip(mails, reasons, strict=True))
        planned = [mail for mail, reason in judged if reason == "planned"]
        behind = records[-1].offset + 1
        self._outbox.plan(partition, self._at[partition], behind, planned, time.time())
        self._at[partition] = behind
        for mail, reason in judged:
            self.meters.count(mail.role, reason)

    def _mails(self, record: Any) -> Iterator[Mail]:
        """A mail to everyone who may be told of the alert in a record."""
        try:
            alert = Alert.model_validate_json(record.value)
        except ValidationError:
            log.error("no alert: partition %d@%d", record.partition, record.offset)  # noqa: TRY400 - the trace would quote it
            self.meters.count("none", "unreadable")
            return
        document, today = self._people.document(alert.municipality), _today()
        people = addressees(alert, document, today)
        if not people:
            log.warning("alert %s has no receiver", alert.id)
            self.meters.count("none", "no-recipient")
        for person in people:
            told = contact(alert, document, today)
            yield Mail(alert=alert, contact=told, **person._asdict())


def _today() -> date:
    return datetime.now(UTC).date()
