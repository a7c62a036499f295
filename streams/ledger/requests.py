"""Requests for allocation (315) and for change (317), and the answers to them (319).

One winner per provider and ReferentieAanbieder, for a 319 also per VerzoekAntwoord: the later
Dagtekening. Allocations that carry the reference of a request were asked for along that way.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from schemas.events import Asked, ChangeEvent, ReplyEvent, RequestEvent

C = TypeVar("C")
_Rank = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Said(Generic[C]):
    """Something of one provider, as the winning message said it; `client` is "" in a 319."""

    provider: str
    client: str
    dated: str
    content: C


class _Winners(Generic[C]):
    """The latest of each key."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, ...], tuple[_Rank, Said[C]]] = {}

    def offer(self, key: tuple[str, ...], event: Any, content: C) -> None:
        rank = event["dated"], event["identification"], json.dumps(content, sort_keys=True)
        if key not in self._by_key or rank > self._by_key[key][0]:
            said = Said(event["provider"], event.get("client", ""), event["dated"], content)
            self._by_key[key] = rank, said

    def get(self, *key: str) -> Said[C] | None:
        found = self._by_key.get(key)
        return found[1] if found else None

    def __iter__(self) -> Iterator[Said[C]]:
        return (said for _, said in self._by_key.values())


class Requests:
    """The requests of one municipality, and its answers to them."""

    def __init__(self) -> None:
        self.asked: _Winners[Asked] = _Winners()
        self.changes: _Winners[ChangeEvent] = _Winners()
        self.replies: _Winners[ReplyEvent] = _Winners()

    def ask(self, event: RequestEvent) -> None:
        """Take in a 315; each product of it is a request."""
        for asked in event["asked"]:
            self.asked.offer((event["provider"], asked["reference"]), event, asked)

    def change(self, event: ChangeEvent) -> None:
        """Take in a 317."""
        self.changes.offer((event["provider"], event["reference"]), event, event)

    def reply(self, event: ReplyEvent) -> None:
        """Take in a 319."""
        key = event["provider"], event["reference"], event["reply"]
        self.replies.offer(key, event, event)

    def referrer(self, provider: str, reference: str | None) -> str | None:
        """The type of referrer (COD327) of a request; None when it is not known."""
        found = self.asked.get(provider, reference) if reference is not None else None
        return found.content["referrer"] if found else None
