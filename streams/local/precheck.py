"""What a declaration breaks against the messages in a folder, before anyone answers it.

The folder is seen as of the declaration's own Dagtekening: what is dated later did not exist. What the
folder holds of answers to this declaration, under whichever name it was sent, is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from schemas.events import (
    AllocationEvent,
    AnswerEvent,
    AnyEvent,
    DeclarationEvent,
    Finding,
    is_allocation,
    is_answer,
    is_declaration,
)
from schemas.ijw import Message
from schemas.ijw.accounts import LINES
from schemas.ijw.conditions import parts
from schemas.ijw.rules import check_message
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from streams.ledger.book import Book
from streams.ledger.signals import RULES, Signal, signals
from streams.local.folder import EMBEDDED_KEY, Folder, Report

DECLARED: Final = "JW323"
_OF_THE_WHOLE: Final = {
    "TR056": "Bericht/Header/BerichtIdentificatie",
    "TR333": "Bericht/Declaratie/DeclaratieNummer",
}
"""Rules that every line of a declaration breaks at once: they are about this place."""

_WHOSE: Final = "TR304"
"""By itself a declaration tells that an allocation has two clients; the others tell whose it is."""

Money = DeclarationEvent | AnswerEvent


class Precheck:
    """Messages and reference documents that declarations are held against."""

    def __init__(self, events: Iterable[AnyEvent], documents: dict[str, ReferenceDocument]) -> None:
        self._allocations: dict[str, list[AllocationEvent]] = defaultdict(list)
        self._money: dict[tuple[str, str], list[Money]] = defaultdict(list)
        self._documents = documents
        for event in events:
            if is_allocation(event):
                self._allocations[event["municipality"]].append(event)
            elif is_declaration(event) or is_answer(event):
                self._money[event["municipality"], event["provider"]].append(event)

    @classmethod
    def of(cls, path: Path, report: Report) -> "Precheck":
        """Those in a folder; what can't be read goes to `report`."""
        folder = Folder(path, report)
        return cls(folder.events(), folder.documents())

    def findings(self, message: Message) -> list[Finding]:
        """Every rule that a message breaks: by itself first, then against the others, line by line.

        A message that is no declaration breaks none of the second kind.
        """
        own = check_message(message)
        if message.kind == DECLARED:
            own = [each for each in own if each["rule"] != _WHOSE]
        return [*own, *(each for each in self._against(message) if not _said(each, own))]

    def _against(self, message: Message) -> Iterator[Finding]:
        if message.kind != DECLARED:
            return
        event: DeclarationEvent = to_event(message, Pseudonymiser(EMBEDDED_KEY))  # type: ignore[assignment]
        found = sorted(self._signals(event), key=lambda each: (each.row, each.rule))
        paths = [path for path, _ in parts(message.tree, LINES)] if found else []
        placed = ((each, _OF_THE_WHOLE.get(each.rule, paths[each.row])) for each in found)
        told = dict.fromkeys((each.rule, each.code, path) for each, path in placed)
        for rule, code, path in told:
            yield {"rule": rule, "code": code, "path": path}

    def _signals(self, event: DeclarationEvent) -> Iterator[Signal]:
        municipality, as_of = event["municipality"], date.fromisoformat(event["dated"])
        book = Book(municipality)
        book.advance(as_of)
        money = [*_unanswered(self._money.get((municipality, event["provider"]), []), event), event]
        for each in (*self._allocated(event, money), *money):
            book.fold(each)
        document = self._documents.get(municipality, empty_document(municipality))
        own = event["provider"], event["body"]
        for signal in signals(book, Reference(document, as_of)):
            if (signal.provider, signal.body) == own and RULES[signal.rule].rejects:
                yield signal

    def _allocated(self, event: DeclarationEvent, money: list[Money]) -> Iterator[AllocationEvent]:
        """The allocations of its provider, and what others say of numbers that it declares on."""
        used = {
            number
            for each in money
            if is_declaration(each)
            for number in each["lines"]["allocation"]
        }
        for each in self._allocations.get(event["municipality"], ()):
            if each["provider"] == event["provider"] or any(
                allocation["number"] in used for allocation in each["allocations"]
            ):
                yield each


def _unanswered(events: Iterable[Money], declared: DeclarationEvent) -> Iterator[Money]:
    """What a provider declared and was answered, without the answers to one declaration."""
    events = list(events)
    names = [
        {"identification": event["identification"], "dated": event["dated"]}
        for event in (*filter(is_declaration, events), declared)
        if event["body"] == declared["body"]
    ]
    return (event for event in events if not (is_answer(event) and event["answers"] in names))


def _said(found: Finding, own: Iterable[Finding]) -> bool:
    """Whether the message itself says the same of the same line already."""
    return any(
        each["rule"] == found["rule"] and each["path"].startswith(f"{found['path']}/")
        for each in own
    )
