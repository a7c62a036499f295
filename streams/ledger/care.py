"""Starts (305) and stops (307) of care: one winner per client, provider, what was begun, and when.

What was begun is the allocation, or the product where there is no allocation number; a stop also has
its reason and its end (IV008, IJw 3.2). The later Dagtekening wins; StatusAanlevering 3 takes back, and
on one day a message that says something beats one that takes it back.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schemas.events import CareEvent, CareMove

TAKEN_BACK: Final = "3"

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A start or a stop as the book holds it; `dated` is the Dagtekening of the message that said it."""

    moment: str
    provider: str
    client: str
    dated: str
    content: CareMove

    @property
    def allocation(self) -> int | None:
        """The ToewijzingNummer it names, if any."""
        return self.content.get("allocation")

    @property
    def key(self) -> Key:
        """What tells it from every other start or stop (IV008)."""
        content = self.content
        begun = (
            (str(content["allocation"]),)
            if "allocation" in content
            else (content.get("category", ""), content.get("code", ""))
        )
        until = (content.get("reason", ""), content.get("end", ""))
        return (self.moment, self.provider, self.client, *begun, content["begin"], *until)


_Rank = tuple[str, bool, str, str]


class Care:
    """The starts and stops of one municipality."""

    def __init__(self) -> None:
        self._said: dict[Key, tuple[_Rank, Moment]] = {}

    def fold(self, event: CareEvent) -> bool:
        """Take in a 305 or 307; gives whether anything stands otherwise than before."""
        changed = [self._offer(event, content) for content in event["moves"]]
        return any(changed)

    def __iter__(self) -> Iterator[Moment]:
        """Every start and stop that stands."""
        return (moment for _, moment in self._said.values() if _stands(moment))

    def taken_back(self) -> Iterator[Moment]:
        """What was taken back last; `dated` says when."""
        return (moment for _, moment in self._said.values() if not _stands(moment))

    def _offer(self, event: CareEvent, content: CareMove) -> bool:
        moment = Moment(
            event["moment"], event["provider"], event["client"], event["dated"], content
        )
        said = content["status"] != TAKEN_BACK
        canonical = json.dumps(content, sort_keys=True)
        rank = event["dated"], said, event["identification"], canonical
        known = self._said.get(moment.key)
        if known is not None and known[0] >= rank:
            return False
        self._said[moment.key] = rank, moment
        return True


def _stands(moment: Moment) -> bool:
    return moment.content["status"] != TAKEN_BACK
