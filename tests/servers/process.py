"""A server as a child process: started until it answers, stopped or killed with all its children.

Each runs in a process group of its own, so that a signal reaches its children and a Ctrl-C on the
terminal reaches only us: we decide in which order things end.
"""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

START_SECONDS = 60.0  # a broker takes 3 to 6 s alone; the rest is for a machine that is busy
STOP_SECONDS = 15.0  # a broker closes its logs within a few seconds

# Below the ports that Linux and macOS hand to outgoing connections, so none of those can take
# a port between our choosing it and the server's binding it.
PORTS = range(20_000, 32_000)


class NotReady(RuntimeError):
    """A server ended, or did not answer within its time; carries the end of its log."""


def free_port(preferred: int | None = None) -> int:
    """A TCP port of 127.0.0.1 on which nothing listens: `preferred` where that is free."""
    candidates = random.sample(PORTS, 50)
    for port in [preferred, *candidates] if preferred else candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NotReady("no free port on 127.0.0.1")


class Server:
    """One child process with a log file; a subclass says how to start it and when it is ready."""

    name: str

    def __init__(self, directory: Path) -> None:
        """Keep all files of the server under `directory`, which is made."""
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.log = directory / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str | Path]:
        """The command line that runs the server in the foreground."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Whether the running server answers; may raise OSError, which means no."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """The running process; raises `NotReady` when it is stopped."""
        if self._process is None:
            raise NotReady(f"{self.name} is not running")
        return self._process.pid

    def check(self) -> None:
        """Raise `NotReady`, with the end of its log, when it should run and doesn't."""
        if self._process is not None and (code := self._process.poll()) is not None:
            raise NotReady(f"{self.name} ended with {code}\n{self._log_end()}")

    def start(self, environment: dict[str, str] | None = None) -> Self:
        """Start and wait until it answers; `environment` is added to our own."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """Ask it to end (SIGTERM) and wait; kill it when it does not. Nothing if it is stopped."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once (SIGKILL), as a power cut would; what it wrote to disk stays."""
        self._end(signal.SIGKILL)

    def restart(self) -> Self:
        """Stop and start again on the same port with the same files."""
        self.stop()
        return self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            self.check()
            if time.monotonic() > deadline:
                raise NotReady(f"{self.name} gives no answer\n{self._log_end()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return self.ready()
        except OSError:
            return False

    def _log_end(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process, how)
        try:
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
        finally:
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, how)


class Command(Server):
    """Any program as a server: ready when `answers` says so."""

    def __init__(
        self, name: str, directory: Path, command: Sequence[str | Path], answers: Callable[[], bool]
    ) -> None:
        """Run `command` in the foreground; its log is `directory/name.log`."""
        self.name = name
        super().__init__(directory)
        self._command, self._ready = command, answers

    def command(self) -> Sequence[str | Path]:
        """The command line given."""
        return self._command

    def ready(self) -> bool:
        """What the given probe says."""
        return self._ready()
