"""Fixtures that every test folder shares: the real servers, each started once a session on first use.

With CI=true a missing server program is a failure; elsewhere the tests that need it are skipped
with the command that installs it.
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import settings

from tests.servers import Kafka, Prometheus, Redis, Smtp

PrometheusFactory = Callable[[str], Prometheus]


def pytest_configure() -> None:
    """Let a SIGTERM (a CI that gives up) end the servers too, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, _interrupt)
    # A busy machine is no defect: an example's wall-clock time decides nothing.
    settings.register_profile("budgetwacht", deadline=None)
    settings.load_profile("budgetwacht")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def need(*programs: str) -> None:
    """Go on only if one of `programs` is installed; else skip, or fail with CI=true."""
    if any(shutil.which(program) for program in programs):
        return
    reason = f"{programs[0]} is not installed: run `python -m tests.servers.install` as root"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A running broker; tests share it, so each uses topics of its own (a prefix)."""
    need("java")
    need("mvn")
    with Kafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A running Redis that keeps its data over a kill; tests share it, with keys of their own."""
    need("redis-server")
    with Redis(tmp_path_factory.mktemp("redis"), durable=True) as server:
        yield server


@pytest.fixture
def prometheus_factory(tmp_path: Path) -> Iterator[PrometheusFactory]:
    """Starts a Prometheus with the configuration text given; all end with the test."""
    need("prometheus")
    started: list[Prometheus] = []

    def start(config: str) -> Prometheus:
        server = Prometheus(tmp_path / f"prometheus-{len(started)}", config)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def smtp() -> Iterator[Smtp]:
    """A mail server of this test alone; `smtp.mails` holds what it accepted."""
    with Smtp() as server:
        yield server
