"""The real worker on the benchmark's load: ends when every declaration is acknowledged."""

import gc
import os
import signal
import sys
from collections.abc import Sequence

import faust
from mode.loop import use
from prometheus_client import CollectorRegistry

from bench.meter import Meter
from streams.settings import Settings
from streams.workers.records import Record

TOTAL, LINES = int(sys.argv[1]), int(sys.argv[2])


def main() -> None:
    """Run a worker that ends itself; the settings come from the environment."""
    use("uvloop")
    from streams.workers.app import Shell

    class Measured(Shell):
        """Counts what it acknowledges: by then it is durable."""

        meter = Meter()
        done = 0

        def acknowledge(self, batch: Sequence[Record]) -> None:
            super().acknowledge(batch)
            self.done += sum(self.plain(each.topic) == "declarations" for each in batch)
            if self.done >= TOTAL:
                self.done = -TOTAL
                self.meter.report(TOTAL * LINES, self._cents())
                os.kill(os.getpid(), signal.SIGTERM)

        async def run(self) -> None:
            process = self.worker.process

            async def measured(batch: Sequence[Record], now: float) -> None:
                if batch:
                    self.meter.start()
                await process(batch, now)

            self.worker.process = measured  # type: ignore[method-assign]
            await super().run()

        def _cents(self) -> int:
            books = [
                monitor
                for partition in self.worker.partitions.values()
                for monitor in partition.monitors.values()
            ]
            return sum(cell.declared for book in books for cell in book.cells.values())

    shell = Measured(Settings(), CollectorRegistry())
    gc.freeze()
    worker = faust.Worker(shell.app, loglevel="error", redirect_stdouts=False, quiet=True)
    worker.spinner = None
    worker.execute_from_commandline()


main()
