"""The whole of budgetwacht on this machine without Docker: `python -m tests.servers.stack`.

Promises: everything listens on 127.0.0.1 only, on its usual port where that is free; the addresses
and the environment for other commands are printed; every mail is kept as a file, none leaves the
machine; Ctrl-C, SIGTERM or the end of any part ends all of it. Prometheus and Alertmanager run with
the files of deploy/, made to point here. Grafana is not part of it.
"""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import TypeVar

import yaml

from tests.servers import Alertmanager, Kafka, NotReady, Prometheus, Redis, Smtp, free_port
from tests.servers.monitoring import fetch
from tests.servers.process import Command, Server

DEPLOY = Path(__file__).parents[2] / "deploy"
Part = TypeVar("Part", bound=Server)
BUDGETWACHT = Path(sys.executable).with_name("budgetwacht")
COMMANDS = {"worker": ["worker"], "notifier": ["notifier"], "region": ["region", "run"]}


def prometheus_config(targets: dict[str, list[str]], alertmanager: str) -> str:
    """The deployed configuration, scraping these `targets` of each job more often."""
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "5s", "evaluation_interval": "5s"}
    config["rule_files"] = [str(DEPLOY / "prometheus/rules/*.yml")]
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [alertmanager]}]}]
    config["scrape_configs"] = [
        {"job_name": job, "static_configs": [{"targets": places}]}
        for job, places in targets.items()
    ]
    return yaml.safe_dump(config)


def alertmanager_config(smtp: Smtp) -> str:
    """The deployed configuration, mailing to `smtp`."""
    config = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text())
    config["global"] |= {
        "smtp_smarthost": f"{smtp.host}:{smtp.port}",
        "smtp_require_tls": False,
        "smtp_hello": "localhost",
    }
    return yaml.safe_dump(config)


def secret_file(directory: Path) -> Path:
    """The pseudonym key of this stack, made on first use."""
    path = directory / "pseudonym.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path


class Stack:
    """All parts, started in the order in which they need each other, ended in the reverse one."""

    def __init__(self, chosen: argparse.Namespace, directory: Path, exits: ExitStack) -> None:
        """Start everything that was `chosen` under `directory`; `exits` ends it."""
        self._directory, self._exits = directory, exits
        self.smtp = exits.enter_context(Smtp(free_port(1025)))
        self.kafka = self._part(Kafka(directory / "kafka", free_port(9092), heap="1g"))
        self.redis = self._part(Redis(directory / "redis", free_port(6379), durable=True))
        self.environment = self._environment()
        self._run("topics", "create")
        self._ports = {f"worker-{n + 1}": free_port(6066 + 10 * n) for n in range(chosen.workers)}
        self._ports["notifier"] = free_port(6067)
        self._ports["region"] = free_port(6068)
        self.processes = [self._process(name) for name in self._ports]
        self.alertmanager = self._part(
            Alertmanager(
                directory / "alertmanager", alertmanager_config(self.smtp), free_port(9093)
            )
        )
        self.prometheus = self._part(self._prometheus())
        self._run("tick", *(["--as-of", chosen.as_of] if chosen.as_of else []))

    @property
    def parts(self) -> list[Server]:
        """Every process that must go on running."""
        servers: list[Server] = [self.kafka, self.redis, self.alertmanager, self.prometheus]
        return [*servers, *self.processes]

    def addresses(self) -> dict[str, str]:
        """Where to look, by name."""
        workers = {name: f"http://127.0.0.1:{port}/metrics" for name, port in self._ports.items()}
        return {
            "Kafka": self.kafka.bootstrap,
            "Redis": self.redis.url,
            "Prometheus": self.prometheus.url,
            "Alertmanager": self.alertmanager.url,
            **workers,
            "mails": str(self._directory / "mails"),
            "logs": str(self._directory),
        }

    def keep_mails(self, kept: int) -> int:
        """Write the mails after the first `kept` to files; the number kept now."""
        folder = self._directory / "mails"
        folder.mkdir(exist_ok=True)
        mails = self.smtp.mails
        for number, mail in enumerate(mails[kept:], kept + 1):
            (folder / f"{number:05}.eml").write_bytes(mail.message.as_bytes())
            print(f"mail to {', '.join(mail.recipients)}: {mail.message['Subject']}", flush=True)
        return len(mails)

    def _part(self, server: Part, environment: dict[str, str] | None = None) -> Part:
        server.start(environment)
        self._exits.callback(server.stop)
        return server

    def _environment(self) -> dict[str, str]:
        return {
            "BUDGETWACHT_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "BUDGETWACHT_REDIS_URL": self.redis.url,
            "BUDGETWACHT_SMTP_HOST": self.smtp.host,
            "BUDGETWACHT_SMTP_PORT": str(self.smtp.port),
            "BUDGETWACHT_PSEUDONYM_KEY_FILE": str(secret_file(self._directory)),
            "BUDGETWACHT_DATA_DIR": str(self._directory / "journals"),
        }

    def _run(self, *command: str) -> None:
        environment = {**os.environ, **self.environment}
        subprocess.run([BUDGETWACHT, *command], env=environment, check=True)

    def _process(self, name: str) -> Server:
        port, command = self._ports[name], COMMANDS[name.partition("-")[0]]
        url = f"http://127.0.0.1:{port}/health"
        server = Command(
            name, self._directory / name, [BUDGETWACHT, *command], lambda: bool(fetch(url))
        )
        own = {
            "BUDGETWACHT_HEALTH_PORT": str(port),
            "BUDGETWACHT_NOTIFIER_PORT": str(port),
            "BUDGETWACHT_REGION_PORT": str(port),
            "BUDGETWACHT_DATA_DIR": str(self._directory / name),
        }
        return self._part(server, {**self.environment, **own})

    def _prometheus(self) -> Prometheus:
        targets: dict[str, list[str]] = {}
        for name, port in self._ports.items():
            targets.setdefault(name.partition("-")[0], []).append(f"127.0.0.1:{port}")
        alertmanager = f"127.0.0.1:{self.alertmanager.port}"
        config = prometheus_config(targets, alertmanager)
        return Prometheus(self._directory / "prometheus", config, free_port(9090))


def tell(stack: Stack) -> None:
    """Print where everything is and how another terminal joins in."""
    for name, place in stack.addresses().items():
        print(f"{name:14}{place}")
    print("\nIn another terminal:")
    for name, value in stack.environment.items():
        print(f"  export {name}={value}")
    print(f"  {BUDGETWACHT} reference load DIR/referentie")
    print(f"  {BUDGETWACHT} ingest DIR/berichten\n\nCtrl-C ends it all.", flush=True)


def watch(stack: Stack) -> None:
    """Keep mails until a part ends, which raises `NotReady`, or until interrupted."""
    kept = 0
    while True:
        time.sleep(1)
        kept = stack.keep_mails(kept)
        for part in stack.parts:
            part.check()


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def main() -> int:
    """Run until Ctrl-C (0) or until a part ends by itself (1)."""
    parser = argparse.ArgumentParser(prog="make stack", description="budgetwacht without Docker")
    parser.add_argument("--data", type=Path, help="keep everything in this folder for next time")
    parser.add_argument("--workers", type=int, default=1, help="number of workers (default 1)")
    parser.add_argument(
        "--as-of",
        help="the as-of date of the figures, for messages of another year (default today)",
    )
    chosen = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupt)  # a shell starts what it puts aside deaf to Ctrl-C
    with ExitStack() as exits:
        temporary = tempfile.TemporaryDirectory(prefix="budgetwacht-", ignore_cleanup_errors=True)
        directory = (chosen.data or Path(exits.enter_context(temporary))).resolve()
        directory.mkdir(parents=True, exist_ok=True)
        try:
            stack = Stack(chosen, directory, exits)
            tell(stack)
            watch(stack)
        except KeyboardInterrupt:
            print("\nstopping")
        except (NotReady, subprocess.CalledProcessError) as ended:
            print(ended, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
