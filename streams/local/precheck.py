"""What a declaration's lines break against the messages in a folder, before anyone answers it.

The folder is seen as of the declaration's own Dagtekening: what is dated later did not exist, and
what the folder holds of answers to it is left out.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from schemas.events import AnyEvent, DeclarationEvent, Finding, is_answer
from schemas.ijw import Message
from schemas.ijw.accounts import LINES
from schemas.ijw.conditions import parts
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import empty_document
from schemas.reference.lookup import Reference
from streams.ledger.book import Book
from streams.ledger.signals import Signal, signals
from streams.local.folder import EMBEDDED_KEY, Folder, Report

DECLARED: Final = "JW323"


class Precheck:
    """A folder that declarations are held against; what can't be read goes to `report`."""

    def __init__(self, path: Path, report: Report) -> None:
        folder = Folder(path, report)
        self._events = list(folder.events())
        self._documents = folder.documents()

    def findings(self, message: Message) -> Iterator[Finding]:
        """The rules over several messages that each line of a declaration breaks, in its order.

        A message of another kind breaks none.
        """
        if message.kind != DECLARED:
            return
        event: DeclarationEvent = to_event(message, Pseudonymiser(EMBEDDED_KEY))  # type: ignore[assignment]
        found = sorted(self._signals(event), key=lambda each: (each.row, each.rule))
        paths = [path for path, _ in parts(message.tree, LINES)] if found else []
        for each in found:
            yield {"rule": each.rule, "code": each.code, "path": paths[each.row]}

    def _signals(self, event: DeclarationEvent) -> Iterator[Signal]:
        municipality, as_of = event["municipality"], date.fromisoformat(event["dated"])
        book = Book(municipality)
        book.advance(as_of)
        for each in (*_unanswered(self._events, event), event):
            if each["municipality"] == municipality:
                book.fold(each)
        document = self._documents.get(municipality, empty_document(municipality))
        own = event["provider"], event["body"]
        for signal in signals(book, Reference(document, as_of)):
            if (signal.provider, signal.body) == own and signal.row >= 0:
                yield signal


def _unanswered(events: Iterable[AnyEvent], declared: DeclarationEvent) -> Iterator[AnyEvent]:
    name = {"identification": declared["identification"], "dated": declared["dated"]}
    for event in events:
        answers = event["answers"] if is_answer(event) else None
        if answers != name or event["provider"] != declared["provider"]:
            yield event
