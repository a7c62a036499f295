"""Prometheus and Alertmanager, each with the configuration text it is given."""

import json
import shutil
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from tests.servers.process import Server, free_port


def fetch(url: str, data: dict[str, str] | None = None) -> bytes:
    """The body of a GET, or of a form POST when `data` is given; OSError on any failure."""
    form = urllib.parse.urlencode(data).encode() if data else None
    with urllib.request.urlopen(url, form, timeout=10) as answer:  # noqa: S310 - our own servers
        body: bytes = answer.read()
    return body


class _Web(Server):
    """What the two have in common: a configuration file, a port, a readiness page."""

    def __init__(self, directory: Path, config: str, port: int | None = None) -> None:
        """Prepare a server that reads `config`; its files stand under `directory`."""
        super().__init__(directory)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._config = directory / f"{self.name}.yml"
        self._config.write_text(config)

    def ready(self) -> bool:
        """Whether its readiness page says so."""
        return bool(fetch(f"{self.url}/-/ready"))


class Prometheus(_Web):
    """A Prometheus server; `query` asks it what it holds now."""

    name = "prometheus"

    def command(self) -> list[str]:
        """The server's command line."""
        return [
            "prometheus",
            f"--config.file={self._config}",
            f"--storage.tsdb.path={self.directory / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]

    def query(self, expression: str, at: float | None = None) -> list[dict[str, Any]]:
        """The result of an instant query (at a Unix time, else now): a list of
        `{"metric": labels, "value": [time, text]}`; ValueError says why a query is refused.
        """  # noqa: D205 - the shape belongs to the sentence
        data = {"query": expression} | ({"time": str(at)} if at is not None else {})
        try:
            answer = json.loads(fetch(f"{self.url}/api/v1/query", data))
        except urllib.error.HTTPError as refused:
            raise ValueError(refused.read().decode()) from refused
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result


class Alertmanager(_Web):
    """An Alertmanager without peers; `alerts` lists what it holds."""

    name = "alertmanager"

    def command(self) -> list[str]:
        """The server's command line; Debian names the program after its package."""
        program = shutil.which("prometheus-alertmanager") or "alertmanager"
        return [
            program,
            f"--config.file={self._config}",
            f"--storage.path={self.directory / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
        ]

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts it holds, as its API v2 gives them."""
        alerts: list[dict[str, Any]] = json.loads(fetch(f"{self.url}/api/v2/alerts"))
        return alerts
