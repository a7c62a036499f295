"""The notifier as users run it: a process beside a real broker, Redis and mail server.

What must hold whatever is killed or lost: every mail arrives, and a mail that arrives twice has the
same Message-ID twice.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self, cast
from urllib.request import urlopen
from uuid import uuid4

import pytest
import redis
from aiosmtpd.smtp import SMTP, Envelope, Session
from kafka import KafkaProducer
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from schemas.outputs import Alert
from schemas.reference.document import ReferenceDocument
from streams.settings import Settings
from streams.workers.topics import Topics
from tests.notify.worlds import CAS, CONNY, contract_alert, document, line_alerts, person
from tests.servers import Kafka, Redis, Smtp, free_port
from tests.servers.process import Server

pytestmark = pytest.mark.integration
PATIENCE = 60.0
WAITING = "budgetwacht_notifications_waiting"
SERVED = "budgetwacht_notifier_partitions"
RUN = "import sys; from streams.cli.main import main; sys.exit(main())"


class Notifier(Server):
    """The notifier's process; ready when it answers about its health."""

    name = "notifier"

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        super().__init__(directory)
        self._port = free_port()
        self._environment = environment | {"BUDGETWACHT_NOTIFIER_PORT": str(self._port)}

    def start(self, environment: dict[str, str] | None = None) -> Self:
        """Start with the settings of its installation."""
        return super().start({**self._environment, **(environment or {})})

    def command(self) -> Sequence[str]:
        """The command line."""
        return [sys.executable, "-c", RUN, "notifier"]

    def ready(self) -> bool:
        """Whether it answers."""
        return bool(self.ask("/health"))

    def ask(self, path: str) -> str:
        """What it says."""
        with urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    def count(self, result: str, role: str | None = None) -> float:
        """How many notifications (to a role) had this result."""
        return sum(
            sample.value
            for sample in self._samples("budgetwacht_notifications_total")
            if sample.labels["result"] == result and role in {None, sample.labels["role"]}
        )

    def gauge(self, name: str) -> float:
        """The value of a metric without labels."""
        (sample,) = self._samples(name)
        return float(sample.value)

    def _samples(self, name: str) -> list[Sample]:
        families = text_string_to_metric_families(self.ask("/metrics"))
        return [one for family in families for one in family.samples if one.name == name]


class World:
    """One installation: a prefix of topics and keys, its servers, and what is put in."""

    def __init__(self, kafka: Kafka, redis_server: Redis, smtp: Smtp, directory: Path) -> None:
        self.smtp = smtp
        self.prefix = f"{uuid4().hex[:8]}-"
        self.redis = redis.Redis.from_url(redis_server.url, decode_responses=True)
        self._redis_url = redis_server.url
        self.directory = directory
        self.environment = {
            "BUDGETWACHT_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "BUDGETWACHT_TOPIC_PREFIX": self.prefix,
            "BUDGETWACHT_REDIS_URL": redis_server.url,
            "BUDGETWACHT_SMTP_HOST": smtp.host,
            "BUDGETWACHT_SMTP_PORT": str(smtp.port),
            "BUDGETWACHT_DASHBOARD_URL": "https://borden.example.nl",
        }
        self._topics = Topics(
            Settings(kafka_bootstrap=kafka.bootstrap, topic_prefix=self.prefix, partitions=4)
        )
        self._topics.create()
        self._producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)

    def notifier(self, name: str = "notifier") -> Notifier:
        """A notifier that isn't started yet."""
        return Notifier(self.directory / name, self.environment)

    def publish(self, *documents: ReferenceDocument) -> None:
        """Put reference documents on their topic."""
        for one in documents:
            self._send("reference", one.code, one.encode())
        self._producer.flush()

    def raise_alerts(self, alerts: Iterable[Alert]) -> None:
        """Put alerts on their topic, as a worker does."""
        for alert in alerts:
            self._send("alerts", alert.municipality, alert.model_dump_json().encode())
        self._producer.flush()

    def lose_redis(self) -> None:
        """Delete all that Redis holds for this installation."""
        for key in list(self.redis.scan_iter(f"{self.prefix}*")):
            self.redis.delete(key)

    def saved(self) -> dict[str, bytes]:
        """All that Redis holds for this installation."""
        with redis.Redis.from_url(self._redis_url) as raw:
            keys = [key.decode() for key in raw.scan_iter(f"{self.prefix}*")]
            return {key: raw.dump(key) for key in keys}

    def set_back(self, saved: dict[str, bytes]) -> None:
        """Make Redis hold what it held then."""
        with redis.Redis.from_url(self._redis_url) as raw, raw.pipeline() as pipe:
            for key in raw.scan_iter(f"{self.prefix}*"):
                pipe.delete(key)
            for key, value in saved.items():
                pipe.restore(key, 0, value)
            pipe.execute()

    def hash(self, name: str) -> dict[str, str]:
        """One of the outbox's hashes."""
        return cast("dict[str, str]", self.redis.hgetall(f"{self.prefix}notify:{name}"))

    def arrived(self) -> Counter[str]:
        """How often each mail arrived, by Message-ID."""
        return Counter(str(mail.message["Message-ID"]) for mail in self.smtp.mails)

    def close(self) -> None:
        """Let go of the servers."""
        self._producer.close()
        self.redis.close()

    def _send(self, topic: str, key: str, value: bytes) -> None:
        self._producer.send(self._topics.name(topic), key=key.encode(), value=value)


def until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until something holds; fail when it doesn't in time."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "it does not come true"
        time.sleep(0.01)


@pytest.fixture
def world(kafka: Kafka, redis_server: Redis, smtp: Smtp, tmp_path: Path) -> Iterator[World]:
    """An installation of this test alone, with two people in Zoetermeer."""
    made = World(kafka, redis_server, smtp, tmp_path)
    made.publish(document(CONNY, CAS))
    yield made
    made.close()


def test_each_alert_is_mailed_once_to_each_who_may_act(world: World) -> None:
    alerts = [*line_alerts(10), contract_alert()]
    lower = contract_alert().model_copy(update={"id": "LOWER", "highest": False})
    with world.notifier() as notifier:
        world.raise_alerts([*alerts, lower, *alerts])
        until(lambda: len(world.smtp.mails) >= 23)
        world.raise_alerts(alerts)
        until(lambda: notifier.count("already-sent", "aanbieder") == 1)
        until(lambda: notifier.gauge(WAITING) == 0)
        assert notifier.count("sent", "controller") == 11
        assert notifier.count("not-highest", "aanbieder") == 1
        assert notifier.ask("/health") == "kafka: ok\nredis: ok\nsmtp: ok\n"
    assert sorted(world.arrived().values()) == [1] * 23
    expected = {"conny@example.nl": 11, "cas@example.nl": 11, "post@zorgvuldig.example.nl": 1}
    assert Counter(mail.recipients for mail in world.smtp.mails) == {
        (address,): number for address, number in expected.items()
    }


def test_the_log_names_no_address(world: World) -> None:
    with world.notifier() as notifier:
        world.raise_alerts([contract_alert()])
        until(lambda: len(world.smtp.mails) == 3)
    log = notifier.log.read_text()
    assert contract_alert().id in log
    assert "@" not in log


def test_it_ends_in_order_when_told_to(world: World) -> None:
    notifier = world.notifier().start()
    pid = notifier.pid
    os.kill(pid, signal.SIGTERM)
    process = notifier._process
    assert process is not None
    assert process.wait(15) == 0
    notifier.stop()


class Deadly(Smtp):
    """A mail server that kills whoever hands over a certain mail: before it takes it, or after."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: Notifier | None = None
        self.before, self.after = 5, 20
        self.seen = self.kills = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail, unless its sender dies of it."""
        self.seen += 1
        if self.seen == self.before:
            self._kill()
            return "451 nobody is there to hear this"
        answer = await super().handle_DATA(server, session, envelope)
        if self.seen == self.after:
            self._kill()
        return answer

    def _kill(self) -> None:
        if self.victim:
            os.kill(self.victim.pid, signal.SIGKILL)
            self.kills += 1


def test_killed_while_it_hands_over_a_mail_it_loses_none(
    kafka: Kafka, redis_server: Redis, tmp_path: Path
) -> None:
    with Deadly() as smtp:
        world = World(kafka, redis_server, smtp, tmp_path)
        world.publish(document(CONNY, CAS))
        smtp.victim = notifier = world.notifier().start()
        world.raise_alerts(line_alerts(20))
        for kill in (1, 2):
            until(lambda kill=kill: smtp.kills == kill)  # type: ignore[misc]
            notifier.restart()
        until(lambda: len(world.arrived()) == 40)
        until(lambda: notifier.gauge(WAITING) == 0)
        notifier.stop()
        world.close()
    assert sorted(world.arrived().values()) == [1] * 39 + [2], "only the mail it died of goes twice"


def test_redis_emptied_while_mails_wait_loses_none(world: World) -> None:
    world.smtp.stop()
    with world.notifier() as notifier:
        world.raise_alerts(line_alerts(10))
        until(lambda: notifier.gauge(WAITING) == 20)
        world.lose_redis()
        world.smtp.start()
        until(lambda: len(world.arrived()) == 20)
    assert set(world.arrived().values()) == {1}


def test_redis_set_back_to_an_earlier_moment_loses_none(world: World) -> None:
    """As after a crash of a Redis that writes to disk every second."""
    alerts = line_alerts(10)
    with world.notifier() as notifier:
        world.raise_alerts(alerts[:5])
        until(lambda: len(world.arrived()) == 10)
        until(lambda: notifier.gauge(WAITING) == 0)
        earlier = world.saved()
        world.smtp.stop()
        world.raise_alerts(alerts[5:])
        until(lambda: notifier.gauge(WAITING) == 10)
        world.set_back(earlier)
        world.smtp.start()
        until(lambda: len(world.arrived()) == 20)
    assert set(world.arrived().values()) == {1}


def test_redis_emptied_after_all_was_sent_repeats_under_the_same_ids(world: World) -> None:
    with world.notifier():
        world.raise_alerts(line_alerts(5))
        until(lambda: len(world.arrived()) == 10)
        world.lose_redis()
        until(lambda: sum(world.arrived().values()) == 20)
    assert set(world.arrived().values()) == {2}
    assert len(world.arrived()) == 10


def test_mails_wait_for_a_mail_server_that_is_down(world: World) -> None:
    world.smtp.stop()
    with world.notifier() as notifier:
        world.raise_alerts(line_alerts(3))
        until(lambda: "smtp: failing" in notifier.ask("/health"))
        assert not world.smtp.mails
        world.smtp.start()
        until(lambda: len(world.arrived()) == 6)
        until(lambda: "smtp: ok" in notifier.ask("/health"))
    assert set(world.arrived().values()) == {1}


def test_mails_that_are_refused_for_now_are_tried_again(world: World) -> None:
    world.smtp.refusal = "451 later"
    with world.notifier() as notifier:
        world.raise_alerts(line_alerts(2))
        until(lambda: notifier.count("postponed", "controller") == 2)
        world.smtp.refusal = None
        until(lambda: len(world.arrived()) == 4)
    assert set(world.arrived().values()) == {1}


class Choosy(Smtp):
    """A mail server that knows nobody called Weg."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and arguments
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Accept a receiver, or not."""
        if address.startswith("weg@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_a_mail_that_is_refused_for_good_is_kept_with_the_reason_and_others_go_on(
    kafka: Kafka, redis_server: Redis, tmp_path: Path
) -> None:
    with Choosy() as smtp:
        world = World(kafka, redis_server, smtp, tmp_path)
        world.publish(document(CONNY, person("controller", "Weg"), CAS))
        with world.notifier() as notifier:
            world.raise_alerts(line_alerts(3))
            until(lambda: notifier.count("refused", "controller") == 3)
            until(lambda: len(world.arrived()) == 6)
        reasons = world.hash("refused")
        kept = world.hash("mails")
        world.close()
    assert list(reasons.values()) == ["550 5.1.1 no such user"] * 3
    assert kept.keys() == reasons.keys()


def test_two_notifiers_share_the_work_and_mail_nothing_twice(world: World) -> None:
    codes = [f"{code:04}" for code in range(100, 130)]
    world.publish(*(document(CONNY, code=code) for code in codes))
    with world.notifier("first") as first, world.notifier("second") as second:
        until(lambda: first.gauge(SERVED) == second.gauge(SERVED) == 2)
        world.raise_alerts(alert for code in codes for alert in line_alerts(2, code))
        until(lambda: len(world.arrived()) == 60)
        until(lambda: first.count("sent") + second.count("sent") == 60)
        assert min(first.count("sent"), second.count("sent")) > 0
    assert set(world.arrived().values()) == {1}


def test_an_unreadable_record_or_an_alert_without_people_stops_nobody(world: World) -> None:
    with world.notifier() as notifier:
        world._send("alerts", "0637", b"{}")
        world._send("reference", "0637", b"{}")
        world.raise_alerts([*line_alerts(1, "0999"), *line_alerts(1)])
        until(lambda: len(world.arrived()) == 2)
        until(lambda: notifier.count("no-recipient", "none") == 1)
        assert notifier.count("unreadable", "none") == 1
