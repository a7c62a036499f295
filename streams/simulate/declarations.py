"""Declarations and their answers, and what decides over all providers of a municipality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from streams.simulate.allocation import Allocation
from streams.simulate.chance import Chance, Strata
from streams.simulate.claim import Claim
from streams.simulate.providers import Provider
from streams.simulate.scenario import Scenario
from streams.simulate.tariffs import Tariffs

UNREADABLE: Final = "0001"
NUMBER_USED: Final = "9333"
_MISCOUNTED: Final = 100
"""Cents by which the total of a declaration that can't be read as it is differs from its lines."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A 325: its identification and date, and the references it refuses by mistake."""

    identification: str
    dated: date
    mistaken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Declaration:
    """A 323 and its answer, if it came. `dated` is the day of the message, `made_on` of the body.

    `void_with` is the code of a fault that voids the whole. `again`: the same body was sent before
    under another identification. `revoked` is an earlier answer, that the last one replaces.
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
    void_with: str = ""
    again: bool = False
    revoked: Answer | None = None

    @property
    def void(self) -> bool:
        """Whether it counts for nothing: refused as a whole, or under a number that was used."""
        return self.void_with == NUMBER_USED or bool(self.void_with and self.answer)

    @property
    def refused(self) -> tuple[Claim, ...]:
        """The lines that a fault of their own keeps from being paid."""
        return tuple(claim for claim in self.claims if claim.refused_with)

    @property
    def submitted(self) -> int:
        """The sum of its lines, in signed cents."""
        return sum(claim.signed for claim in self.claims)

    @property
    def stated(self) -> int:
        """The total it gives, in signed cents: one that doesn't add up makes it unreadable (TR358)."""
        return self.submitted + (_MISCOUNTED if self.void_with == UNREADABLE else 0)


@dataclass(slots=True)
class Office:
    """A municipality that gets declarations: what goes wrong, in so many cases over all providers."""

    scenario: Scenario
    municipality: str
    tariffs: Tariffs
    chance: Chance
    mistakes: Sequence[Allocation] = ()
    """allocations that were deleted"""
    strata: Mapping[str, Strata] = field(init=False)
    _voided: int = 0

    def __post_init__(self) -> None:
        rates = self.scenario.rates
        each = {
            "faults": rates.rejected,
            "corrections": rates.corrected,
            "voids": rates.void,
            "repeats": rates.sent_twice,
            "answered-twice": rates.answered_twice,
        }
        self.strata = {
            concern: Strata(rate, self.chance.stream(concern, self.municipality))
            for concern, rate in each.items()
        }

    def void_code(self) -> str:
        """The reasons of refusals as a whole, in turn."""
        self._voided += 1
        return NUMBER_USED if self._voided % 2 else UNREADABLE
