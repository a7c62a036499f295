"""Declarations and their answers, and what decides over all providers of a municipality."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from streams.simulate.chance import Chance, Strata
from streams.simulate.claims import Claim
from streams.simulate.providers import Provider
from streams.simulate.scenario import Scenario
from streams.simulate.tariffs import Tariffs

UNREADABLE: Final = "0001"
NUMBER_USED: Final = "9333"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 325: its identification, date, and the code with which it refuses the whole, if any."""

    identification: str
    dated: date
    void_with: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A 323 and its answer, if it came. `dated` is the day of the message, `made_on` of the body.

    `again`: the same body was sent before under another identification.
    """

    municipality: str
    provider: Provider
    identification: str
    dated: date
    made_on: date
    number: str
    month: int
    claims: tuple[Claim, ...]
    answer: Answer | None
    again: bool = False


@dataclass(slots=True)
class Office:
    """A municipality that gets declarations: what goes wrong, in so many cases over all providers."""

    scenario: Scenario
    municipality: str
    tariffs: Tariffs
    chance: Chance
    strata: Mapping[str, Strata] = field(init=False)
    _voided: int = 0

    def __post_init__(self) -> None:
        rates = self.scenario.rates
        each = {
            "faults": rates.rejected,
            "corrections": rates.corrected,
            "voids": rates.void,
            "repeats": rates.sent_twice,
        }
        self.strata = {
            concern: Strata(rate, self.chance.stream(concern, self.municipality))
            for concern, rate in each.items()
        }

    def void_code(self) -> str:
        """The reasons of refusals as a whole, in turn."""
        self._voided += 1
        return NUMBER_USED if self._voided % 2 else UNREADABLE
