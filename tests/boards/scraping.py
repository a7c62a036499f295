"""Workers' metrics over real HTTP, scraped by a real Prometheus."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server

from schemas.outputs import Valuation
from streams.metrics.collector import ValuationCollector
from streams.metrics.operation import Operation
from tests.servers import Prometheus

CONFIG = """
global: {scrape_interval: 500ms}
scrape_configs:
  - job_name: worker
    static_configs: [{targets: [%s]}]
"""
WAITING = 2  # records that each worker says are in its queue


@contextmanager
def scraped(directory: Path, *workers: Sequence[Valuation]) -> Iterator[Prometheus]:
    """A Prometheus that has scraped each worker, which shows these valuations, at least twice."""
    with ExitStack() as stack:
        targets = [stack.enter_context(_served(valuations)) for valuations in workers]
        config = CONFIG % ", ".join(f"'{target}'" for target in targets)
        server = stack.enter_context(Prometheus(directory, config))
        twice = "count_over_time(budgetwacht_worker_behind[1m]) >= 2"
        deadline = time.monotonic() + 60
        while len(server.query(twice)) < len(workers):
            assert time.monotonic() < deadline, "the workers were not scraped"
            time.sleep(0.2)
        yield server


@contextmanager
def _served(valuations: Sequence[Valuation]) -> Iterator[str]:
    registry = CollectorRegistry()
    registry.register(ValuationCollector(lambda: valuations))
    Operation(["declarations"], registry).lag("declarations", 0, WAITING)
    server, thread = start_http_server(0, "127.0.0.1", registry)
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
