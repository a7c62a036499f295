"""The servers that other tests trust do what they say, and end when they should."""

import itertools
import os
import smtplib
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
import redis
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from tests.conftest import PrometheusFactory, need
from tests.servers import Alertmanager, Kafka, NotReady, Redis, Smtp, free_port
from tests.servers.process import Command

LARGE = 16 * 1024 * 1024


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def make_topic(broker: Kafka, name: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    configs = {"compression.type": "zstd", "max.message.bytes": str(17 * 1024 * 1024)}
    admin.create_topics([NewTopic(name, 1, 1, topic_configs=configs)])
    admin.close()


def produce(broker: Kafka, topic: str, *values: bytes) -> None:
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap,
        acks="all",
        compression_type="zstd",
        max_request_size=LARGE + 1024,
    )
    for value in values:
        producer.send(topic, value).get(30)
    producer.close()


def consume(broker: Kafka, topic: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=broker.bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        group_id=None,
        consumer_timeout_ms=20_000,
        max_partition_fetch_bytes=LARGE + 1024 * 1024,
    )
    values = [record.value for record in itertools.islice(consumer, count)]
    consumer.close()
    return values


@pytest.mark.integration
def test_a_broker_returns_what_was_sent_also_after_a_kill(kafka: Kafka) -> None:
    make_topic(kafka, "servers-kill")
    produce(kafka, "servers-kill", b"before")
    kafka.kill()
    kafka.start()
    produce(kafka, "servers-kill", b"after")
    assert consume(kafka, "servers-kill", 2) == [b"before", b"after"]


@pytest.mark.integration
def test_a_record_of_16_mib_that_does_not_compress_passes(kafka: Kafka) -> None:
    record = os.urandom(LARGE - 1024)
    make_topic(kafka, "servers-large")
    produce(kafka, "servers-large", record)
    assert consume(kafka, "servers-large", 1) == [record]


@pytest.mark.integration
def test_a_durable_redis_keeps_a_confirmed_write_over_a_kill(redis_server: Redis) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("servers:key", "value")
        redis_server.kill()
        redis_server.start()
        assert client.get("servers:key") == b"value"
        client.delete("servers:key")


@pytest.mark.integration
def test_a_redis_that_is_not_durable_forgets_on_a_kill(tmp_path: Path) -> None:
    need("redis-server")
    with Redis(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        client.set("key", "value")
        server.kill()
        server.start()
        assert client.get("key") is None


@pytest.mark.integration
def test_a_prometheus_answers_queries_and_scrapes(prometheus_factory: PrometheusFactory) -> None:
    port = free_port()
    config = f"""
global: {{scrape_interval: 1s}}
scrape_configs:
  - {{job_name: nobody, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}
"""
    server = prometheus_factory(config)
    assert [sample["value"][1] for sample in server.query("vector(6) * 7")] == ["42"]
    deadline = time.monotonic() + 20
    while not (up := server.query("up")) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [(sample["metric"]["job"], sample["value"][1]) for sample in up] == [("nobody", "0")]


@pytest.mark.integration
def test_a_refused_query_says_why(prometheus_factory: PrometheusFactory) -> None:
    with pytest.raises(ValueError, match="parse error"):
        prometheus_factory("{}").query("sum(")


@pytest.mark.integration
def test_an_alertmanager_starts_empty(tmp_path: Path) -> None:
    need("prometheus-alertmanager", "alertmanager")
    config = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
    with Alertmanager(tmp_path, config) as server:
        assert server.alerts() == []


@pytest.mark.integration
def test_a_mail_arrives_whole_and_a_refusal_reaches_the_sender(smtp: Smtp) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Budget overschreden: € 1"
    mail.set_content("Eén regel\n")
    with smtplib.SMTP(smtp.host, smtp.port) as client:
        client.send_message(mail, "van@example.nl", ["aan@example.nl", "ook@example.nl"])
        smtp.refusal = "451 later"
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            client.send_message(mail, "van@example.nl", ["aan@example.nl"])
    [received] = smtp.mails
    assert received.sender == "van@example.nl"
    assert received.recipients == ("aan@example.nl", "ook@example.nl")
    assert received.message["Subject"] == "Budget overschreden: € 1"
    assert received.message.get_content() == "Eén regel\r\n"


def test_a_server_that_ends_at_once_is_reported_with_its_log(tmp_path: Path) -> None:
    broken = Command("broken", tmp_path, ["sh", "-c", "echo no disk >&2; exit 3"], lambda: False)
    with pytest.raises(NotReady, match=r"(?s)broken ended with 3.*no disk"):
        broken.start()


def test_a_server_ends_with_its_children_when_its_block_fails(tmp_path: Path) -> None:
    children = tmp_path / "children"
    command = ["sh", "-c", f"sleep 60 & echo $! > {children}; wait"]
    server = Command("parent", tmp_path, command, children.exists)
    with pytest.raises(KeyboardInterrupt), server:  # noqa: PT012 - the block is what fails
        pids = [server.pid, int(children.read_text())]
        raise KeyboardInterrupt
    deadline = time.monotonic() + 5
    while any(map(running, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(running, pids))


def test_a_server_that_ignores_being_asked_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.servers.process.STOP_SECONDS", 0.2)
    ready = tmp_path / "ready"
    program = (
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    )
    server = Command("deaf", tmp_path, [sys.executable, "-c", program], ready.exists)
    with server:
        pid = server.pid
    assert not running(pid)


def test_a_taken_port_is_not_handed_out() -> None:
    with Smtp() as server:
        assert free_port(server.port) != server.port
