"""Allocations (toewijzingen): one winner per ToewijzingNummer.

The highest (Toewijzingsdatum, Toewijzingstijd) wins whatever the message's Dagtekening (IV013); on
equal stamps with other content the larger canonical bytes win, and that is a signal. Absence from a
later 301 ends nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from schemas.events import Allocation, AllocationEvent

_CLEARED: Final = frozenset({"13", "01"})


@dataclass(frozen=True, slots=True)
class Held:
    """An allocation as the book holds it: its content, whose it is and where it may be spent."""

    content: Allocation
    provider: str
    client: str

    @property
    def deleted(self) -> bool:
        """RedenWijziging 13 or 01 with Einddatum = Ingangsdatum: as if never sent (CS335, TR384)."""
        content = self.content
        return content.get("reason") in _CLEARED and content.get("end") == content["begin"]

    @property
    def rank(self) -> tuple[str, bytes, str, str]:
        """What the winner has most of; provider and client only part what is otherwise equal."""
        return self.content["stamp"], canonical(self.content), self.provider, self.client


Chain = tuple[Held, ...]
"""The versions of one allocation that were said, one a stamp, oldest first: the last is the winner."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A change of what is known of one number; `old` is empty for a new one."""

    old: Chain
    new: Chain


def canonical(content: Allocation) -> bytes:
    """An allocation's own fields as JSON: sorted keys, the standard's names, no free text."""
    day, time = content["stamp"].split("T")
    fields: dict[str, Any] = {
        "ToewijzingNummer": content["number"],
        "ReferentieAanbieder": content.get("reference"),
        "Product": _present({"Categorie": content.get("category"), "Code": content.get("code")}),
        "Toewijzingsdatum": day,
        "Toewijzingstijd": time,
        "Ingangsdatum": content["begin"],
        "Einddatum": content.get("end"),
        "RedenWijziging": content.get("reason"),
        "Omvang": _present(
            {
                "Volume": content.get("volume"),
                "Eenheid": content.get("unit"),
                "Frequentie": content.get("frequency"),
            }
        ),
        "Budget": content.get("budget"),
    }
    text = json.dumps(_present(fields), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _present(fields: dict[str, Any]) -> dict[str, Any] | None:
    return {name: value for name, value in fields.items() if value is not None} or None


class _Versions:
    """All that was ever said of one number; of equal stamps the highest rank stands for it."""

    __slots__ = ("by_stamp", "rivals", "shared")

    def __init__(self) -> None:
        self.by_stamp: dict[str, Held] = {}
        self.rivals: set[str] = set()
        self.shared = False

    def offer(self, held: Held) -> bool:
        """Take in a version; gives whether it changes what stands."""
        stamp = held.content["stamp"]
        standing = self.by_stamp.get(stamp)
        if standing == held:
            return False
        owner = held.provider, held.client
        if any((each.provider, each.client) != owner for each in self.by_stamp.values()):
            self.shared = True
        if standing is not None:
            self.rivals.add(stamp)
            if held.rank < standing.rank:
                return False
        self.by_stamp[stamp] = held
        return True

    def chain(self) -> Chain:
        """The standing versions, oldest first."""
        return tuple(self.by_stamp[stamp] for stamp in sorted(self.by_stamp))


class Allocations:
    """The allocations of one municipality."""

    def __init__(self) -> None:
        self._versions: dict[int, _Versions] = {}

    def __iter__(self) -> Iterator[Chain]:
        """Every allocation, deleted ones too."""
        return (versions.chain() for versions in self._versions.values())

    def chain(self, number: int) -> Chain:
        """The versions of a ToewijzingNummer, none when it is not known."""
        versions = self._versions.get(number)
        return versions.chain() if versions else ()

    def get(self, number: int) -> Held | None:
        """The winner of a ToewijzingNummer."""
        chain = self.chain(number)
        return chain[-1] if chain else None

    def contested(self) -> Iterator[int]:
        """Numbers whose winning stamp came with more than one content."""
        for number, versions in self._versions.items():
            if max(versions.by_stamp) in versions.rivals:
                yield number

    def shared(self) -> Iterator[int]:
        """Numbers that were said of more than one client or provider."""
        return (number for number, versions in self._versions.items() if versions.shared)

    def fold(self, event: AllocationEvent) -> list[Replaced]:
        """Take in the allocations of a 301; gives the changes they make."""
        held = (Held(each, event["provider"], event["client"]) for each in event["allocations"])
        return [change for each in held if (change := self._offer(each)) is not None]

    def _offer(self, held: Held) -> Replaced | None:
        versions = self._versions.setdefault(held.content["number"], _Versions())
        old = versions.chain()
        return Replaced(old, versions.chain()) if versions.offer(held) else None
