"""An allocation, with every version of it that was sent."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final

from streams.simulate.catalogue import Product
from streams.simulate.people import Client, Episode
from streams.simulate.providers import Provider

ASKED_FOR: Final = "VOT"
"""How the reference of a request for a new allocation begins; one for a change begins otherwise."""
CONTRACT_CHANGED: Final = "03"
EXTENDED: Final = "04"
SHORTENED: Final = "05"
MOVED_AWAY: Final = "07"
DELETED: Final = "13"


@dataclass(frozen=True, slots=True)
class Version:
    """One state of an allocation as sent: its stamp (Toewijzingsdatum, -tijd), end and reason."""

    sent: date
    at: time
    end: date | None
    reason: str | None = None


@dataclass(slots=True, eq=False)
class Allocation:
    """An allocation. `care_end` is the last day of care under it; `volume` and `budget` as sent."""

    number: int
    episode: Episode
    product: Product
    begin: date
    volume: int | None
    budget: int | None
    reference: str | None
    versions: list[Version]
    care_end: date = date.min
    mistaken: bool = False

    @property
    def client(self) -> Client:
        """Whose it is."""
        return self.episode.client

    @property
    def provider(self) -> Provider:
        """Who it was sent to."""
        return self.episode.provider

    @property
    def end(self) -> date | None:
        """The end that holds in the end."""
        return self.versions[-1].end
