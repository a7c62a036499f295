"""A folder in which others put message files, and from which what was read is moved away.

Promises: a file is offered only when its size and time of change have stood still for a while, and
never under a temporary or hidden name; nothing is overwritten or lost by moving, not even when
somebody puts another file in the place of one that was read. A writer that works under another name
(`.tmp`) and renames when it is done, is never seen half-way at all.

Read files go to `verwerkt/YYYY-MM-DD/`, refused ones to `geweigerd/` with a text beside them, both
with the subfolder they stood in. Two programs may follow one folder: one holds its lock, the other
waits; and should the lock not work there, then what is read twice counts once, and what is moved is
checked to be what was read.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from schemas.errors import TooLarge
from schemas.ijw.read import LARGEST
from streams.workers.moving import move, reserve

READ: Final = "verwerkt"
REFUSED: Final = "geweigerd"
LOCK: Final = ".budgetwacht.lock"

Mark = tuple[int, int]
"""Size in bytes and time of change in nanoseconds: what differs when a file was written to."""


@dataclass(frozen=True)
class Found:
    """A file in the folder, how it stands and for how many seconds it has stood so."""

    path: Path
    mark: Mark
    still: float


class Inbox:
    """One folder; `complain` gets a line for each part of it that can't be looked into."""

    def __init__(self, root: Path, complain: Callable[[str], None]) -> None:
        """Nothing is opened or locked yet."""
        self.root = root
        self._complain = complain
        self._seen: dict[Path, tuple[Mark, float]] = {}
        self._lock: IO[bytes] | None = None

    def lock(self) -> bool:
        """Take the folder's lock, if nobody else has it. Raises OSError when there can't be one."""
        if self._lock is None:
            opened = (self.root / LOCK).open("ab")
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                opened.close()
                return False
            self._lock = opened
        return True

    def unlock(self) -> None:
        """Let others have the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def look(self, now: float) -> list[Found]:
        """The message files that are there, in order of path; `now` in seconds of a steady clock."""
        seen: dict[Path, tuple[Mark, float]] = {}
        for path in sorted(self._files()):
            with suppress(OSError):  # it was taken away since
                mark = mark_of(path)
                before = self._seen.get(path, (mark, now))
                seen[path] = before if before[0] == mark else (mark, now)
        self._seen = seen
        return [Found(path, mark, now - since) for path, (mark, since) in seen.items()]

    def accept(self, file: Path, same: Callable[[Path], bool], today: date) -> None:
        """Move a file that was read; nothing when another stands in its place. Raises OSError."""
        move(file, reserve(self._under(f"{READ}/{today}", file), file.name), same)

    def refuse(self, file: Path, same: Callable[[Path], bool], why: str) -> None:
        """Move a file that can't be read, with a text beside it. Raises OSError."""
        place = reserve(self._under(REFUSED, file), file.name, ".txt")
        text = place.path.with_name(f"{place.path.name}.txt")
        text.write_text(why, encoding="utf-8")
        if not move(file, place, same):
            text.unlink()

    def _under(self, name: str, file: Path) -> Path:
        return self.root / name / file.parent.relative_to(self.root)

    def _files(self) -> Iterator[Path]:
        for folder, inner, names in os.walk(self.root, onerror=self._closed):
            whole = Path(folder) == self.root
            if LOCK in names and not whole:  # a folder that is followed by itself
                inner.clear()
                continue
            ours = {READ, REFUSED} if whole else set()
            inner[:] = [name for name in inner if not (name in ours or name.startswith("."))]
            yield from (Path(folder, name) for name in names if is_message(name))

    def _closed(self, error: OSError) -> None:
        self._complain(f"{error.filename}: {error.strerror}")


def is_message(name: str) -> bool:
    """Whether a file name is that of a finished message: `.xml`, and not hidden or temporary."""
    return name.lower().endswith(".xml") and not name.startswith((".", "~"))


def mark_of(path: Path) -> Mark:
    """How a file stands now; a link is not followed. Raises OSError, also for what is no file."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{path} is geen gewoon bestand")
    return status.st_size, status.st_mtime_ns


def read(found: Found) -> bytes | None:
    """The content of a file; None when it was written to since. Raises OSError, and `TooLarge`."""
    if found.mark[0] > LARGEST:
        raise TooLarge(f"is groter dan {LARGEST // 1_000_000} MB")
    with found.path.open("rb") as file:
        content = file.read(LARGEST + 1)
    return content if mark_of(found.path) == found.mark and len(content) == found.mark[0] else None
