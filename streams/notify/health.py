"""What others may see of the notifier: counters for Prometheus, and whether it can do its work.

`/metrics` and `/health` answer on `notifier_port`; health is red (503) when Kafka, Redis or the mail
server has been failing for a minute: shorter than that is a restart of a neighbour. The regions are seen through
the same window, on `region_port`.
"""

import logging
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Literal, Protocol, Self, get_args

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    generate_latest,
)

log = logging.getLogger(__name__)
PATIENCE = 60.0
Neighbour = Literal["kafka", "redis", "smtp"]


class Meters:
    """The notifier's metrics, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._notifications = Counter(
            "budgetwacht_notifications",
            "What became of notifications, by channel, role of the receiver and result",
            ("channel", "role", "result"),
            registry=self.registry,
        )
        self._waiting = Gauge(
            "budgetwacht_notifications_waiting",
            "Mails that are planned and not sent, in the partitions of this notifier",
            registry=self.registry,
        )
        self._partitions = Gauge(
            "budgetwacht_notifier_partitions",
            "Partitions of the alerts topic that this notifier serves",
            registry=self.registry,
        )
        for role in ("controller", "contractmanager", "aanbieder"):
            for result in ("planned", "sent", "postponed", "refused"):
                self._notifications.labels("mail", role, result)

    def count(self, role: str, result: str) -> None:
        """Something became of a notification to someone in this role."""
        self._notifications.labels("mail", role, result).inc()

    def serving(self, partitions: int, waiting: int) -> None:
        """This notifier serves so many partitions, in which so many mails wait."""
        self._partitions.set(partitions)
        self._waiting.set(waiting)


class Measured(Protocol):
    """What has metrics."""

    registry: CollectorRegistry


class Health:
    """Since when each of these neighbours fails; `clock` counts seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        neighbours: Sequence[Neighbour] = get_args(Neighbour),
    ) -> None:
        self._clock = clock
        self._neighbours = neighbours
        self._failing: dict[Neighbour, float] = {}

    def failed(self, neighbour: Neighbour, error: Exception) -> None:
        """A neighbour did not do its work; only the first failure is worth a line in the log."""
        if neighbour not in self._failing:
            log.warning("%s fails: %s", neighbour, type(error).__name__)
        self._failing.setdefault(neighbour, self._clock())

    def worked(self, *neighbours: Neighbour) -> None:
        """These neighbours did their work."""
        for neighbour in neighbours:
            if self._failing.pop(neighbour, None) is not None:
                log.warning("%s works again", neighbour)

    def report(self) -> tuple[bool, str]:
        """Whether all is well, and a line for each neighbour."""
        now, failing = self._clock(), dict(self._failing)
        lines = (
            f"{name}: failing for {now - failing[name]:.0f} s" if name in failing else f"{name}: ok"
            for name in self._neighbours
        )
        well = all(now - since <= PATIENCE for since in failing.values())
        return well, "\n".join(lines) + "\n"


class Window(ThreadingHTTPServer):
    """The HTTP server of `/health` and `/metrics`, in threads of its own; `with` starts and ends it."""

    daemon_threads = True

    def __init__(self, host: str, port: int, health: Health, meters: Measured) -> None:
        self.health = health
        self.meters = meters
        super().__init__((host, port), _Visit)

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Visit(BaseHTTPRequestHandler):
    server: Window

    def do_GET(self) -> None:
        """Answer one question."""
        if self.path == "/metrics":
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest(self.server.meters.registry))
        elif self.path == "/health":
            well, lines = self.server.health.report()
            self._answer(200 if well else 503, "text/plain; charset=utf-8", lines.encode())
        else:
            self._answer(404, "text/plain; charset=utf-8", b"/health and /metrics are here\n")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent: whoever asks every few seconds is no news."""
