"""A folder of messages and reference data: `berichten/` with XML files, `referentie/` with CSV files.

A file that can't be read, or a row that can't, is reported and its neighbours go on.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas.errors import BudgetwachtError, TooLarge, Unreadable
from schemas.events import KINDS, AnyEvent
from schemas.ijw.read import LARGEST, read_message
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import load_directory

Report = Callable[[str], None]

EMBEDDED_KEY: Final = b"pseudonyms that never leave this process"
"""Nothing made with this key is written anywhere, so it protects nothing and needs no secrecy."""


@dataclass(frozen=True)
class Folder:
    """A folder as `replay`, `prognosis` and `demo` read it; `report` gets a line for each bad part."""

    path: Path
    report: Report

    def files(self) -> list[Path]:
        """The XML files under `berichten/`, in the order of their paths.

        Raises `BudgetwachtError` when there is no such folder.
        """
        messages = self.path / "berichten"
        if not messages.is_dir():
            raise BudgetwachtError(f"{self.path}: heeft geen map berichten/ met berichten")
        return sorted(
            each for each in messages.rglob("*") if each.suffix.lower() == ".xml" and each.is_file()
        )

    def events(self) -> Iterator[AnyEvent]:
        """The events of all readable messages; a kind that holds no figures is passed over."""
        pseudonym = Pseudonymiser(EMBEDDED_KEY)
        for path in self.files():
            try:
                message = read_message(read_bounded(path))
            except Unreadable as error:
                self.report(f"{path}: {error}")
                continue
            if message.kind in KINDS:
                yield to_event(message, pseudonym)

    def documents(self) -> dict[str, ReferenceDocument]:
        """The reference documents by municipality; a bad file is reported and left out."""
        reference = self.path / "referentie"
        if not reference.is_dir():
            self.report(
                f"{self.path}: heeft geen map referentie/; er zijn geen prijzen en geen begroting"
            )
            return {}
        loaded = load_directory(reference)
        for problem in loaded.problems:
            self.report(str(problem))
        return resolve(loaded)


def read_bounded(path: Path) -> bytes:
    """The bytes of a message file; one that is too large is not read further than to know that.

    Raises `TooLarge`, or `Unreadable` with the system's reason.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                raise TooLarge(f"is groter dan {LARGEST // 1_000_000} MB")
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(error.strerror or "kan niet geopend worden") from None
