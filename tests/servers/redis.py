"""A Redis server; with `durable` every write is on disk before it is confirmed."""

from pathlib import Path

import redis

from tests.servers.process import Server, free_port


class Redis(Server):
    """A server on `url`; `kill` then `start` loses all unless it is durable."""

    name = "redis"

    def __init__(self, directory: Path, port: int | None = None, *, durable: bool = False) -> None:
        """Prepare a server whose files stand under `directory`."""
        super().__init__(directory)
        self._port = port or free_port()
        self._durable = durable
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def command(self) -> list[str]:
        """The server's command line."""
        keep = ["--appendonly", "yes", "--appendfsync", "always"] if self._durable else []
        place = ["--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(self.directory)]
        return ["redis-server", *place, "--save", "", *keep]

    def ready(self) -> bool:
        """Whether it answers PING."""
        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False
