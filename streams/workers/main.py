"""Running a worker as a process: checks first, then Faust's own worker on uvloop."""

import gc
import sys
from contextlib import suppress

import faust
from mode.loop import use
from prometheus_client import CollectorRegistry

from schemas.errors import Misconfigured
from streams.settings import Settings
from streams.workers.topics import Topics


def work(settings: Settings, log: str) -> int:
    """Run until told to stop; gives the exit code. Raises `NoBroker`, and `Misconfigured` for topics."""
    mismatches = Topics(settings).mismatches()
    if mismatches:
        raise Misconfigured(f"{mismatches[0]} (`budgetwacht topics check` toont alles)")
    with suppress(ImportError):  # not on every platform
        use("uvloop")
    from streams.workers.app import Shell  # after the loop is chosen
    from streams.workers.health import Health

    settings.data_dir.mkdir(parents=True, exist_ok=True)  # Faust makes its own folder in it
    registry = CollectorRegistry()
    shell = Shell(settings, registry)
    shell.app.service(Health(shell, registry))
    gc.freeze()
    worker = faust.Worker(shell.app, loglevel=log, redirect_stdouts=False, quiet=True)
    worker.spinner = None  # it writes to the terminal, quiet or not
    try:
        worker.execute_from_commandline()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except Exception as error:  # noqa: BLE001 - whatever stops Faust stops us, in one line
        print(f"budgetwacht: the worker stopped: {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return 1
