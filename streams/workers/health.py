"""How a worker is, for who watches it: /health for a supervisor, /metrics for Prometheus.

Faust's consumers are known to stall in silence, so health is judged by what has moved, not by what
Faust says. Red means: restart me. A restart loses nothing.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any

import faust
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from streams.workers.app import Shell

PATIENCE = 60.0  # seconds without movement while there is work
WATCH = 2.0  # seconds between looks


class Movement:
    """Whether something that should move does: `stuck` when it stood still for `PATIENCE`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds and never goes back."""
        self._clock = clock
        self._seen: Hashable = None
        self._since = clock()

    def look(self, state: Hashable, *, idle: bool) -> None:
        """Note the state now; when there is nothing to do, standing still is fine."""
        if idle or state != self._seen:
            self._seen, self._since = state, self._clock()

    @property
    def stuck(self) -> bool:
        """Whether it stood still too long."""
        return self._clock() - self._since > PATIENCE


class Health(faust.Service):
    """The pages of a worker, and the watch behind them."""

    def __init__(self, shell: Shell, registry: CollectorRegistry, **options: Any) -> None:
        """Nothing is opened before the service starts."""
        super().__init__(**options)
        self._shell, self._registry = shell, registry
        self._processing, self._committing = Movement(), Movement()
        self._runner: web.AppRunner | None = None

    def reasons(self) -> list[str]:
        """Why this worker should be restarted; nothing when it is well."""
        found = []
        if self._processing.stuck:
            found.append("records wait and none is processed")
        if self._committing.stuck:
            found.append("records are processed and none is committed")
        return found

    async def on_start(self) -> None:
        """Open the port, unless the setting is 0."""
        settings = self._shell.settings
        if settings.health_port:
            pages = web.Application()
            pages.router.add_get("/health", self._health)
            pages.router.add_get("/metrics", self._metrics)
            self._runner = web.AppRunner(pages, access_log=None)
            await self._runner.setup()
            await web.TCPSite(self._runner, settings.health_host, settings.health_port).start()

    async def on_stop(self) -> None:
        """Close the port."""
        if self._runner:
            await self._runner.cleanup()

    @faust.Service.task
    async def _watch(self) -> None:
        while not self.should_stop:
            await self.sleep(WATCH)
            if not self._shell.app.rebalancing and self._shell.worker.partitions:
                await self._look()
            else:
                offsets = self._shell.app.tables.recovery.active_offsets
                self._processing.look(("recovering", *offsets.values()), idle=False)

    async def _look(self) -> None:
        shell = self._shell
        committed = await shell.committed()
        waiting = pending = 0
        for tp, offset in committed.items():
            done = shell.processed.get(tp, offset)
            lag = max(0, (shell.app.consumer.highwater(tp) or 0) - done)
            waiting, pending = waiting + lag, pending + done - offset
            topic = shell.plain(tp.topic)
            shell.operation.lag(topic, tp.partition, lag)
            shell.operation.committed(topic, tp.partition, offset)
        self._processing.look(tuple(shell.processed.values()), idle=waiting == 0)
        self._committing.look(tuple(committed.values()), idle=pending == 0)

    async def _health(self, _request: web.Request) -> web.Response:
        reasons = self.reasons()
        return web.json_response(
            {"healthy": not reasons, "reasons": reasons}, status=503 if reasons else 200
        )

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
