"""A single-node Apache Kafka broker (KRaft) from its published jars; needs Java 17.

State lives under its directory, so `kill` and `start` give back every confirmed record.
"""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.servers.process import NotReady, Server, free_port

ROOT = Path(__file__).parents[2]
POM = Path(__file__).with_name("pom.xml")
CLUSTER = "YnVkZ2V0d2FjaHQtbG9jYWw"  # any 16 bytes in base64; one cluster a directory

SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={directory}/data
# One node holds the only copy of everything.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# A misspelt topic must be an error.
auto.create.topics.enable=false
# A record of 16 MiB and the batch around it.
message.max.bytes=17825792
# Tests kill workers: groups form at once, and short session time-outs are allowed.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
# A killed broker may not return before its old registration has lapsed (default 9 s).
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# Index files are reserved in full for each of many small partitions.
log.index.size.max.bytes=1048576
"""


def jars() -> Path:
    """The folder of the broker's jars, fetched by Maven when this pom's are not there yet."""
    version = hashlib.sha256(POM.read_bytes()).hexdigest()[:8]
    target = ROOT / ".make" / f"kafka-{version}"
    if not target.is_dir():
        target.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as fetched:
            _maven(Path(fetched) / "lib")
            (Path(fetched) / "lib").rename(target)
    return target


def _maven(target: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise NotReady("Maven (mvn) is needed to fetch the Kafka broker")
    goal = "dependency:copy-dependencies"
    subprocess.run([maven, "-q", "-B", "-f", POM, goal, f"-DoutputDirectory={target}"], check=True)


class Kafka(Server):
    """A broker on `bootstrap`; topics are made by whoever needs them."""

    name = "kafka"

    def __init__(self, directory: Path, port: int | None = None, heap: str = "512m") -> None:
        """Prepare a broker under `directory`; `heap` is Java's maximum, e.g. "1g"."""
        super().__init__(directory)
        self.bootstrap = f"127.0.0.1:{port or free_port()}"
        self._java = ["java", f"-Xmx{heap}", "-XX:+UseSerialGC", "-cp", f"{jars()}/*"]
        self._started = 0
        self._format()

    def command(self) -> list[str]:
        """The broker's command line."""
        self._started = self.log.stat().st_size if self.log.exists() else 0
        logging = Path(__file__).with_name("log4j2.properties")
        return [*self._java, f"-Dlog4j2.configurationFile={logging}", "kafka.Kafka", self._settings]

    def ready(self) -> bool:
        """Whether the broker has logged, since this start, that it serves clients."""
        with self.log.open("rb") as log:
            log.seek(self._started)
            return b"Kafka Server started" in log.read()

    @property
    def _settings(self) -> str:
        return str(self.directory / "server.properties")

    def _format(self) -> None:
        port = self.bootstrap.rpartition(":")[2]
        text = SETTINGS.format(port=port, controller=free_port(), directory=self.directory)
        Path(self._settings).write_text(text)
        tool = [*self._java, "kafka.tools.StorageTool", "format", "--ignore-formatted"]
        done = subprocess.run(
            [*tool, "-t", CLUSTER, "-c", self._settings], capture_output=True, check=False
        )
        if done.returncode:
            raise NotReady(done.stderr.decode(errors="replace")[-3000:])
