"""Starts (305) and stops (307) of care: one winner per client, provider, what was begun, and when.

What was begun is the allocation, or the product where there is no allocation number; a stop also has
its reason and its end (IV008, IJw 3.2). The later Dagtekening wins; StatusAanlevering 3 takes back, and
on one day a message that says something beats one that takes it back.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from schemas.events import CareEvent, CareMove

TAKEN_BACK: Final = "3"

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A start or a stop as the book holds it.

    `dated` and `identification` are of the message that said it last, `said` is the Dagtekening of the
    first message that said it and did not take it back ("" when none did).
    """

    moment: str
    provider: str
    client: str
    dated: str
    content: CareMove
    identification: str
    said: str

    @property
    def allocation(self) -> int | None:
        """The ToewijzingNummer it names, if any."""
        return self.content.get("allocation")

    @property
    def begun(self) -> Key:
        """Whose care by whom, and of what: the same for a start and its stops."""
        content = self.content
        what = (
            (str(content["allocation"]),)
            if "allocation" in content
            else (content.get("category", ""), content.get("code", ""))
        )
        return (self.provider, self.client, *what)

    @property
    def key(self) -> Key:
        """What tells it from every other start or stop (IV008)."""
        content = self.content
        until = (content.get("reason", ""), content.get("end", ""))
        return (self.moment, *self.begun, content["begin"], *until)


_Rank = tuple[str, bool, str, str]


class Care:
    """The starts and stops of one municipality."""

    def __init__(self) -> None:
        self._held: dict[Key, tuple[_Rank, Moment]] = {}

    def fold(self, event: CareEvent) -> bool:
        """Take in a 305 or 307; gives whether anything is known otherwise than before."""
        changed = [self._offer(event, content) for content in event["moves"]]
        return any(changed)

    def __iter__(self) -> Iterator[Moment]:
        """Every start and stop that stands."""
        return (moment for _, moment in self._held.values() if _stands(moment))

    def taken_back(self) -> Iterator[Moment]:
        """What was taken back last; `dated` says when."""
        return (moment for _, moment in self._held.values() if not _stands(moment))

    def _offer(self, event: CareEvent, content: CareMove) -> bool:
        stands = content["status"] != TAKEN_BACK
        moment = Moment(
            *(event["moment"], event["provider"], event["client"], event["dated"], content),
            identification=event["identification"],
            said=event["dated"] if stands else "",
        )
        canonical = json.dumps(content, sort_keys=True)
        found = (event["dated"], stands, event["identification"], canonical), moment
        known = self._held.get(moment.key, found)
        rank, winner = max(known, found, key=lambda each: each[0])
        said = min(filter(None, (known[1].said, moment.said)), default="")
        self._held[moment.key] = rank, replace(winner, said=said)
        return self._held[moment.key] != known or known is found


def _stands(moment: Moment) -> bool:
    return moment.content["status"] != TAKEN_BACK
