"""What ingest has had confirmed by the broker: the digests of files, in a file of its own.

Promises: a digest is in it only after the broker confirmed the record; writing is crash-safe
(SQLite, one transaction a group), so a killed ingest sends again only what was in flight.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Self


class Journal:
    """A set of digests that survives, for one broker and topic prefix (`installation`)."""

    def __init__(self, directory: Path, installation: str) -> None:
        """Open or make the journal under `directory`."""
        directory.mkdir(parents=True, exist_ok=True)
        self._installation = installation
        self._base = sqlite3.connect(directory / "ingest.sqlite")
        with self._base:
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS sent"
                " (installation TEXT, digest BLOB, PRIMARY KEY (installation, digest)) WITHOUT ROWID"
            )

    def __contains__(self, digest: bytes) -> bool:
        """Whether the content with this digest was confirmed before."""
        found = self._base.execute(
            "SELECT 1 FROM sent WHERE installation = ? AND digest = ?", (self._installation, digest)
        )
        return found.fetchone() is not None

    def add(self, digests: Iterable[bytes]) -> None:
        """Note what the broker has confirmed."""
        with self._base:
            self._base.executemany(
                "INSERT OR IGNORE INTO sent VALUES (?, ?)",
                ((self._installation, digest) for digest in digests),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()
