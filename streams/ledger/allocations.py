"""Allocations (toewijzingen): one winner per ToewijzingNummer.

The highest (Toewijzingsdatum, Toewijzingstijd) wins whatever the message's Dagtekening (IV013); on
equal stamps with other content the larger canonical bytes win, and that is a signal. Absence from a
later 301 ends nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _Versions:
    """All that was ever said of one number: the winner, its rivals of the same stamp, the periods."""

    winner: Held
    rivals: set[bytes]
    periods: set[tuple[str, str, str | None]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A change of the winner of one number. `known` holds (stamp, begin, end) of every version seen."""

    old: Held | None
    old_known: tuple[tuple[str, str, str | None], ...]
    new: Held
    known: tuple[tuple[str, str, str | None], ...]


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


class Allocations:
    """The allocations of one municipality."""

    def __init__(self) -> None:
        self._versions: dict[int, _Versions] = {}

    def __iter__(self) -> Iterator[tuple[Held, tuple[tuple[str, str, str | None], ...]]]:
        """Every winner, deleted ones too, with the (stamp, begin, end) of all versions seen."""
        for versions in self._versions.values():
            yield versions.winner, tuple(versions.periods)

    def get(self, number: int) -> Held | None:
        """The winner of a ToewijzingNummer."""
        versions = self._versions.get(number)
        return versions.winner if versions else None

    def contested(self) -> Iterator[int]:
        """Numbers whose winning stamp came with more than one content."""
        return (number for number, each in self._versions.items() if len(each.rivals) > 1)

    def fold(self, event: AllocationEvent) -> list[Replaced]:
        """Take in the allocations of a 301; gives the changes they make."""
        held = (Held(each, event["provider"], event["client"]) for each in event["allocations"])
        return [change for each in held if (change := self._offer(each)) is not None]

    def _offer(self, offered: Held) -> Replaced | None:
        content = offered.content
        number, stamp = content["number"], content["stamp"]
        period = (stamp, content["begin"], content.get("end"))
        versions = self._versions.get(number)
        if versions is None:
            self._versions[number] = _Versions(offered, {offered.rank[1]}, {period})
            return Replaced(None, (), offered, (period,))
        before, old = tuple(versions.periods), versions.winner
        versions.periods.add(period)
        if stamp == old.content["stamp"]:
            versions.rivals.add(offered.rank[1])
            if offered.rank > old.rank:
                versions.winner = offered
        elif stamp > old.content["stamp"]:
            versions.winner, versions.rivals = offered, {offered.rank[1]}
        if versions.winner is old and len(before) == len(versions.periods):
            return None
        return Replaced(old, before, versions.winner, tuple(versions.periods))
