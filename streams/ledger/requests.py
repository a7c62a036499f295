"""Requests for allocation (315) and for change (317), and the answers to them (319).

One winner per provider and ReferentieAanbieder, for a 319 also per VerzoekAntwoord: the later
Dagtekening. Allocations that carry the reference of a request were asked for along that way.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from schemas.events import Asked, ChangeEvent, Event, ReplyEvent, RequestEvent

C = TypeVar("C")
Key = tuple[str, ...]
_Rank = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Said(Generic[C]):
    """Something of one provider, as the winning message said it; `client` is "" in a 319.

    `dated` and `identification` are of that message, `first` is the Dagtekening of the first one with
    its key; `rivals` tells whether messages said different things under it.
    """

    provider: str
    client: str
    dated: str
    content: C
    identification: str
    first: str
    rivals: bool = False


class _Winners(Generic[C]):
    """The latest of each key."""

    def __init__(self) -> None:
        self._by_key: dict[Key, tuple[_Rank, Said[C]]] = {}

    def offer(self, key: Key, event: Any, content: C) -> None:
        rank = event["dated"], event["identification"], json.dumps(content, sort_keys=True)
        said = Said(
            *(event["provider"], event.get("client", ""), event["dated"], content),
            *(event["identification"], event["dated"]),
        )
        known = self._by_key.get(key, (rank, said))
        best, winner = max(known, (rank, said), key=lambda each: each[0])
        rivals = known[1].rivals or _substance(known[1]) != _substance(said)
        first = min(known[1].first, said.first)
        self._by_key[key] = best, replace(winner, first=first, rivals=rivals)

    def get(self, *key: str) -> Said[C] | None:
        found = self._by_key.get(key)
        return found[1] if found else None

    def __iter__(self) -> Iterator[Said[C]]:
        return (said for _, said in self._by_key.values())


_HEAD: Final = frozenset(Event.__annotations__)


def _substance(said: Said[Any]) -> tuple[str, dict[str, Any]]:
    """What was said of whom, whatever the message that said it."""
    content = {name: value for name, value in said.content.items() if name not in _HEAD}
    return said.client, content


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
