"""`make stack` starts every part, has all of them scraped, and leaves nothing behind on Ctrl-C."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import need
from tests.servers.monitoring import fetch

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A starting stack; its output is piped. Interrupted at the end if it still runs."""
    for program in ("java", "mvn", "redis-server", "prometheus"):
        need(program)
    need("prometheus-alertmanager", "alertmanager")
    command = [sys.executable, "-m", "tests.servers.stack", "--data", str(tmp_path), "--workers=2"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=90)


def up(prometheus: str) -> dict[str, str]:
    """Of each scraped process (job, address), whether the last scrape went well."""
    body = fetch(f"{prometheus}/api/v1/query", {"query": "up"}).decode()
    return dict(re.findall(r'"instance":"([^"]+)".*?"value":\[[\d.]+,"(\d)"\]', body))


def processes_under(folder: Path) -> list[str]:
    """The command lines of running processes that name `folder`."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if str(folder) in line]


@pytest.mark.integration
def test_the_stack_runs_whole_and_ends_whole(stack: subprocess.Popen[str], tmp_path: Path) -> None:
    output = ""
    assert stack.stdout
    for line in stack.stdout:
        output += line
        if line.startswith("Ctrl-C"):
            break
    addresses = dict(re.findall(r"(?m)^(\S+) +(http\S+)$", output))
    assert {"Prometheus", "Alertmanager", "worker-1", "worker-2", "notifier", "region"} <= set(
        addresses
    ), output

    deadline = time.monotonic() + 30
    while set((scraped := up(addresses["Prometheus"])).values()) != {"1"} or len(scraped) < 3:
        assert time.monotonic() < deadline, scraped
        time.sleep(1)
    assert fetch(addresses["worker-1"])

    stack.send_signal(signal.SIGINT)
    stack.communicate(timeout=90)
    assert stack.returncode == 0
    assert processes_under(tmp_path) == []
