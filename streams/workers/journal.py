"""What ingest has had confirmed by the broker: the digests of files, in a file of its own.

Promises: a digest is in it only after the broker confirmed the record; writing is crash-safe
(SQLite, one transaction a group), so a killed ingest sends again only what was in flight. Several
programs may write to it at once.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Self

from schemas.errors import Misconfigured
from streams.settings import Settings

PATIENCE: Final = 60.0  # seconds for another program that writes; a group takes milliseconds


class Journal:
    """A set of digests that survives, for the broker and topic prefix of `settings`.

    Everything raises `Misconfigured` when its file can't be used: a full disk, no rights, damage.
    """

    def __init__(self, settings: Settings) -> None:
        """Open or make the journal in the data folder."""
        self._installation = f"{settings.kafka_bootstrap}/{settings.topic_prefix}"
        with _told():
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(settings.data_dir / "ingest.sqlite", timeout=PATIENCE)
            with self._base:
                self._base.execute(
                    "CREATE TABLE IF NOT EXISTS sent"
                    " (installation TEXT, digest BLOB, PRIMARY KEY (installation, digest))"
                    " WITHOUT ROWID"
                )

    def __contains__(self, digest: bytes) -> bool:
        """Whether the content with this digest was confirmed before."""
        asked = "SELECT 1 FROM sent WHERE installation = ? AND digest = ?"
        with _told():
            found = self._base.execute(asked, (self._installation, digest))
            return found.fetchone() is not None

    def add(self, digests: Iterable[bytes]) -> None:
        """Note what the broker has confirmed."""
        with _told(), self._base:
            self._base.executemany(
                "INSERT OR IGNORE INTO sent VALUES (?, ?)",
                ((self._installation, digest) for digest in digests),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()


@contextmanager
def _told() -> Iterator[None]:
    """What a user can mend, in one line."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise Misconfigured(
            f"het journaal van ingest is niet te gebruiken (DATA_DIR): {error}"
        ) from None
