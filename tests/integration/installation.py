"""An installation of its own on the shared broker: a prefix, a data folder, and its processes."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from schemas.outputs import Alert, DeadLetter, Valuation
from streams.settings import Settings
from streams.workers.letters import dead_letters, values
from streams.workers.topics import ALERTS, CHANGELOG, FIGURES, INPUTS
from tests.servers import Kafka, free_port
from tests.servers.process import Command

PARTITIONS = 4
PROGRAM = [sys.executable, "-c", "import sys; from streams.cli.main import main; sys.exit(main())"]
PATIENCE = 60.0  # seconds for anything that must come


def eventually(true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is so, or fail saying what never was."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.05)


class Installation:
    """Commands, workers and topics of one installation."""

    partitions = PARTITIONS

    def __init__(self, kafka: Kafka, directory: Path, prefix: str) -> None:
        """Nothing is made yet."""
        self.kafka, self.directory = kafka, directory
        self.settings = Settings(
            kafka_bootstrap=kafka.bootstrap, topic_prefix=prefix, partitions=PARTITIONS
        )
        self.environment = {
            "BUDGETWACHT_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "BUDGETWACHT_TOPIC_PREFIX": prefix,
            "BUDGETWACHT_PARTITIONS": str(PARTITIONS),
            "BUDGETWACHT_PSEUDONYM_KEY": "integration tests have no secrets",
            "BUDGETWACHT_SESSION_TIMEOUT": "6",
            "BUDGETWACHT_DATA_DIR": str(directory / "data"),
        }

    def popen(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [*PROGRAM, *map(str, arguments)],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str | Path, code: int = 0) -> tuple[str, str]:
        """Run a command to its end; gives what it printed, and what on standard error."""
        process = self.popen(*arguments)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, (arguments, process.returncode, out, err)
        assert "Traceback" not in err
        return out, err

    def worker(self, name: str) -> "Worker":
        """A worker, not yet started."""
        return Worker(self, name)

    def produce(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Put any record on an input topic."""
        if not hasattr(self, "_producer"):
            self._producer = KafkaProducer(bootstrap_servers=self.kafka.bootstrap, acks="all")
        name = f"{self.settings.topic_prefix}{topic}"
        future = self._producer.send(
            name, value, key=key, headers=list(headers), partition=partition
        )
        future.get(timeout=10)

    def lag(self) -> int:
        """Records on the inputs that the workers' group has not committed."""
        places = self._places(INPUTS)
        committed = {place: self._group.committed(place) or 0 for place in places}
        ends = self._group.end_offsets(places)
        return sum(ends[place] - committed[place] for place in places)

    def remembered(self) -> int:
        """How many records the changelog has had."""
        return int(sum(self._group.end_offsets(self._places([CHANGELOG])).values()))

    def figures(self) -> dict[str, Valuation]:
        """The latest valuation of each municipality."""
        found = map(Valuation.model_validate_json, values(self.settings, FIGURES))
        return {valuation.municipality: valuation for valuation in found}

    def alerts(self) -> list[Alert]:
        """Every alert record on the topic."""
        return [Alert.model_validate_json(value) for value in values(self.settings, ALERTS)]

    def letters(self) -> list[DeadLetter]:
        """The dead letters."""
        return dead_letters(self.settings)

    def replay(self, folder: Path, as_of: str, by: str) -> list[dict[str, Any]]:
        """What `budgetwacht replay` says of a folder."""
        out, _ = self.run("replay", folder, "--as-of", as_of, "--by", by)
        rows: list[dict[str, Any]] = json.loads(out)
        return rows

    @property
    def _group(self) -> KafkaConsumer:
        if not hasattr(self, "_consumer"):
            self._consumer = KafkaConsumer(
                bootstrap_servers=self.kafka.bootstrap,
                group_id=f"{self.settings.topic_prefix}worker",
                enable_auto_commit=False,
            )
        return self._consumer

    def _places(self, topics: Sequence[str]) -> list[TopicPartition]:
        prefix = self.settings.topic_prefix
        return [
            TopicPartition(f"{prefix}{topic}", each)
            for topic in topics
            for each in range(PARTITIONS)
        ]

    def close(self) -> None:
        """Close the clients."""
        for name in ("_producer", "_consumer"):
            if hasattr(self, name):
                getattr(self, name).close()


class Worker(Command):
    """A worker process with a health page."""

    def __init__(self, installation: Installation, name: str) -> None:
        """Choose its port."""
        self.port = free_port()
        self._environment = {
            **installation.environment,
            "BUDGETWACHT_HEALTH_PORT": str(self.port),
        }
        super().__init__(name, installation.directory, [*PROGRAM, "worker"], self.healthy)

    def begin(self) -> None:
        """Start, and wait until it owns something or would."""
        self.start(self._environment)

    def healthy(self) -> bool:
        """Whether its health page says so; OSError while there is none."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as page:
            return bool(json.load(page)["healthy"])

    def metrics(self) -> Iterator[str]:
        """The lines of its metrics page."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as page:
            yield from page.read().decode().splitlines()
