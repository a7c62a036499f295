"""Requests for allocation (315): one winner per provider and ReferentieAanbieder.

The later Dagtekening wins. What the figures need of a request is who referred: allocations that name
its reference were asked for along that way.
"""

import json

from schemas.events import Asked, RequestEvent

Rank = tuple[str, str, str]


class Requests:
    """The requests of one municipality."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], tuple[Rank, Asked]] = {}

    def fold(self, event: RequestEvent) -> None:
        """Take in a request; each product of it is one."""
        for asked in event["asked"]:
            key = event["provider"], asked["reference"]
            rank = event["dated"], event["identification"], json.dumps(asked, sort_keys=True)
            if key not in self._asked or rank > self._asked[key][0]:
                self._asked[key] = rank, asked

    def referrer(self, provider: str, reference: str | None) -> str | None:
        """The type of referrer (COD327) of a request; None when it is not known."""
        found = self._asked.get((provider, reference)) if reference is not None else None
        return found[1]["referrer"] if found else None
