"""The book of one municipality: every message it sent or received, folded.

`fold` may be called in any order and any number of times with the same messages: the state is the
same. Messages dated after the book's as-of date (peildatum) wait inside it; the date only moves
forward. Nothing here reads a clock, a file or a network.
"""

from dataclasses import dataclass, field
from datetime import date

from schemas.events import (
    AnyEvent,
    is_allocation,
    is_answer,
    is_care,
    is_change,
    is_declaration,
    is_reply,
    is_request,
)
from streams.ledger.ages import Ages
from streams.ledger.allocations import Allocations, Replaced
from streams.ledger.care import Care
from streams.ledger.declarations import Declarations, Move
from streams.ledger.requests import Requests


@dataclass(slots=True)
class Delta:
    """What a fold changed: lines from state to state, and allocations replaced."""

    moves: list[Move] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.moves or self.replaced)


class Book:
    """All messages of one municipality dated on or before `as_of`."""

    def __init__(self, municipality: str) -> None:
        self.municipality = municipality
        self.as_of: date | None = None
        self.allocations = Allocations()
        self.declarations = Declarations()
        self.care = Care()
        self.requests = Requests()
        self.ages = Ages()
        self._waiting: dict[str, list[AnyEvent]] = {}

    def fold(self, event: AnyEvent) -> Delta:
        """Take in one message."""
        if self.as_of is None or event["dated"] > self.as_of.isoformat():
            self._waiting.setdefault(event["dated"], []).append(event)
            return Delta()
        return self._apply(event)

    def advance(self, as_of: date) -> Delta:
        """Move the as-of date forward and take in what waited for it; an earlier date does nothing."""
        delta = Delta()
        if self.as_of is not None and as_of <= self.as_of:
            return delta
        self.as_of = as_of
        for dated in sorted(each for each in self._waiting if each <= as_of.isoformat()):
            for event in self._waiting.pop(dated):
                part = self._apply(event)
                delta.moves += part.moves
                delta.replaced += part.replaced
        return delta

    def _apply(self, event: AnyEvent) -> Delta:
        if is_declaration(event):
            return Delta(moves=self.declarations.declare(event))
        if is_answer(event):
            return Delta(moves=self.declarations.answer(event))
        if is_allocation(event):
            self.ages.note(event["client"], event["age_band"], event["dated"])
            return Delta(replaced=self.allocations.fold(event))
        self._note(event)
        return Delta()

    def _note(self, event: AnyEvent) -> None:
        """Take in a message that says nothing about money."""
        if is_care(event):
            self.care.fold(event)
            self.ages.note(event["client"], event["age_band"], event["dated"])
        elif is_request(event):
            self.requests.ask(event)
            self.ages.note(event["client"], event["age_band"], event["dated"])
        elif is_change(event):
            self.requests.change(event)
        elif is_reply(event):
            self.requests.reply(event)
