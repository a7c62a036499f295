"""`ingest --watch`: takes in what is put in folders, until it is told to stop.

Promises: a file is moved only after the broker has confirmed what came of it; a kill in between
leaves a file that the journal knows, and that is moved the next time. What can't be opened or moved
is told once and tried again, slower and slower; so is a broker that doesn't answer. A file that can't
be understood gets a minute more than others: it may be half of one whose sender is stuck.
"""

import hashlib
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event
from time import monotonic
from types import FrameType
from typing import Final

from schemas.errors import Misconfigured, OtherVersion, TooLarge, Unreadable
from schemas.intake import Pseudonymiser
from streams.settings import Settings
from streams.workers.broker import NoBroker
from streams.workers.inbox import Found, Inbox, Mark, mark_of, read
from streams.workers.ingest import Ingest, Report, Taken
from streams.workers.journal import Journal
from streams.workers.sending import sending

POLL: Final = 1.0  # seconds between looks
FIRST_PAUSE: Final = 2.0  # seconds after a first failure; each next pause is twice as long
LONGEST_PAUSE: Final = 60.0
DOUBT: Final = 12  # times the settling time before a file is refused: a minute by default


@dataclass
class _Trouble:
    """A file or folder that can't be handled: not tried before `until`."""

    told: str
    pause: float
    until: float


class Watch:
    """The files of some inboxes on their way; the clock, `now`, is in seconds and steady."""

    def __init__(self, inboxes: Sequence[Inbox], settle: float, report: Report) -> None:
        """`settle` is the least number of seconds for which a file must have stood unchanged."""
        self._inboxes, self._settle, self._report = inboxes, settle, report
        self._sent: dict[Path, tuple[Inbox, Mark]] = {}
        self._confirmed: dict[Path, tuple[Mark, Taken]] = {}
        self._troubles: dict[Path, _Trouble] = {}
        self._now = 0.0

    def round(self, ingest: Ingest, now: float, stopping: Event) -> bool:
        """Look once, and handle what is ready; gives whether that was anything.

        Raises `NoBroker`; then the files stay.
        """
        self._now, before = now, self._report.counts.total()
        self._sent.clear()
        for inbox in self._inboxes:
            for found in self._ready(inbox):
                if stopping.is_set():
                    break
                self._handle(inbox, found, ingest)
        ingest.confirm()
        return self._report.counts.total() > before

    def done(self, taken: Taken) -> None:
        """The broker has confirmed what came of a file: move it."""
        self._report.note(taken)
        inbox, mark = self._sent[taken.file]
        self._confirmed[taken.file] = mark, taken
        self._move(inbox, taken.file)

    def _ready(self, inbox: Inbox) -> list[Found]:
        """The files that stand still long enough and are not set aside for a while."""
        if self._waits(inbox.root):
            return []
        try:
            if not inbox.lock():
                raise OSError("een ander programma volgt deze map al; we wachten")  # noqa: TRY301
            found = inbox.look(self._now)
        except OSError as error:
            self._trouble(inbox.root, error)
            return []
        self._troubles.pop(inbox.root, None)
        self._forget(inbox, {each.path for each in found})
        return [each for each in found if each.still >= self._settle and not self._waits(each.path)]

    def _handle(self, inbox: Inbox, found: Found, ingest: Ingest) -> None:
        path, content = found.path, b""
        if self._confirmed.get(path, (None,))[0] == found.mark:
            self._move(inbox, path)
            return
        self._sent[path] = inbox, found.mark
        try:
            whole = read(found)
            if whole is not None:
                content = whole
                ingest.offer(path, content)
        except Unreadable as error:
            if found.still >= self._settle * DOUBT:
                ingest.refuse(path, content, error)
            else:
                later = self._now + self._settle * DOUBT - found.still
                self._troubles[path] = _Trouble("", FIRST_PAUSE, later)
        except OSError as error:
            self._trouble(path, error)

    def _move(self, inbox: Inbox, path: Path) -> None:
        """Move a file of which all is confirmed; when that fails it is tried again later."""
        mark, taken = self._confirmed[path]
        same = _same(mark, taken.digest)
        try:
            if taken.error:
                inbox.refuse(path, same, explanation(taken.error))
            else:
                inbox.accept(path, same, date.today())  # noqa: DTZ011 - the user's own calendar day
        except OSError as error:
            self._trouble(path, error)
            return
        self._confirmed.pop(path)
        self._troubles.pop(path, None)

    def _waits(self, path: Path) -> bool:
        trouble = self._troubles.get(path)
        return trouble is not None and self._now < trouble.until

    def _trouble(self, path: Path, error: OSError) -> None:
        """Tell of it, once for the same reason, and try again after a longer pause."""
        told = error.strerror or str(error)
        before = self._troubles.get(path, _Trouble("", FIRST_PAUSE / 2, 0.0))
        if told != before.told:
            self._report.complain(f"{path}: {told}")
        pause = min(before.pause * 2, LONGEST_PAUSE)
        self._troubles[path] = _Trouble(told, pause, self._now + pause)

    def _forget(self, inbox: Inbox, present: set[Path]) -> None:
        """What is no longer in the folder needs no memory."""
        for kept in (self._confirmed, self._troubles):
            for path in [each for each in kept if each != inbox.root and each not in present]:
                if path.is_relative_to(inbox.root):
                    del kept[path]


def _same(mark: Mark, digest: bytes) -> Callable[[Path], bool]:
    """Whether a file is the one that was read; of one too large to read only its mark is known."""
    if digest == hashlib.sha256(b"").digest():
        return lambda path: mark_of(path) == mark
    return lambda path: hashlib.sha256(path.read_bytes()).digest() == digest


def explanation(error: Unreadable) -> str:
    """What stands beside a refused file, in Dutch, without anything of its content."""
    match error:
        case OtherVersion():
            why = "Het bericht is van een andere standaard of versie dan iJw 3.2."
        case TooLarge():
            why = "Het bestand is groter dan een bericht mag zijn."
        case _:
            why = "Het bestand is geen leesbaar iJw-bericht."
    place = f"Plaats: {error.place}\n" if error.place else ""
    return (
        f"Dit bestand is niet ingelezen.\n{why}\n{place}Melding: {error.reason}\n\n"
        "Vraag de afzender om een goed bestand, en zet dat in de map.\n"
        "Denkt u dat dit bestand goed is? Zet het dan terug in de map.\n"
    )


def watch(
    settings: Settings,
    pseudonym: Pseudonymiser,
    folders: Sequence[Path],
    report: Report,
    told: Callable[[], None],
) -> None:
    """Follow folders until SIGTERM or Ctrl-C; `told` is called when the report has changed.

    Raises `Misconfigured` for what is no folder.
    """
    for folder in folders:
        if not folder.is_dir():
            raise Misconfigured(f"{folder}: is geen map; --watch volgt mappen")
    inboxes = [Inbox(folder, report.complain) for folder in folders]
    followed = Watch(inboxes, settings.intake_settle, report)
    stopping = _stopping()
    pause = FIRST_PAUSE
    with Journal(settings) as journal:
        while not stopping.is_set():
            before = report.counts.total()
            try:
                with sending(settings) as sender:
                    ingest = Ingest(sender, journal, pseudonym, followed.done)
                    _follow(followed, ingest, stopping, told)
            except (NoBroker, Misconfigured) as error:
                pause = FIRST_PAUSE if report.counts.total() > before else pause
                report.complain(f"bestanden blijven staan, we proberen het opnieuw ({error})")
                stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
    for inbox in inboxes:
        inbox.unlock()


def _follow(followed: Watch, ingest: Ingest, stopping: Event, told: Callable[[], None]) -> None:
    while not stopping.is_set():
        if followed.round(ingest, monotonic(), stopping):
            told()
        stopping.wait(POLL)


def _stopping() -> Event:
    """An event that SIGTERM and Ctrl-C set; a second Ctrl-C ends at once."""
    told = Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        told.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    return told
