"""What others see of the notifier over HTTP."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from streams.notify.health import Health, Meters, Window
from tests.servers import free_port


class Clock:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def ask(port: int, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_health_turns_red_after_a_minute_and_green_at_the_first_success() -> None:
    clock = Clock()
    health = Health(clock)
    assert health.report() == (True, "kafka: ok\nredis: ok\nsmtp: ok\n")
    health.failed("smtp", OSError())
    clock.now = 60
    health.failed("smtp", OSError())
    assert health.report()[0]
    clock.now = 61
    assert health.report() == (False, "kafka: ok\nredis: ok\nsmtp: failing for 61 s\n")
    health.worked("smtp")
    assert health.report()[0]


def test_a_neighbour_that_fails_says_so_once_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    health = Health(Clock())
    for _ in range(3):
        health.failed("redis", OSError("conny@example.nl refused"))
    health.worked("redis", "kafka")
    assert caplog.messages == ["redis fails: OSError", "redis works again"]


def test_health_and_metrics_answer_over_http() -> None:
    clock, meters = Clock(), Meters()
    health = Health(clock)
    meters.count("controller", "sent")
    meters.serving(partitions=2, waiting=3)
    with Window("127.0.0.1", free_port(), health, meters) as window:
        port = window.server_address[1]
        assert ask(port, "/health")[0] == 200
        health.failed("kafka", OSError())
        clock.now = 100
        assert ask(port, "/health")[0] == 503
        status, text = ask(port, "/metrics")
        assert ask(port, "/anything")[0] == 404
    assert status == 200
    for line in (
        'budgetwacht_notifications_total{channel="mail",result="sent",role="controller"} 1.0',
        'budgetwacht_notifications_total{channel="mail",result="refused",role="aanbieder"} 0.0',
        "budgetwacht_notifications_waiting 3.0",
        "budgetwacht_notifier_partitions 2.0",
    ):
        assert line in text.splitlines()
