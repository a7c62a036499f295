"""What a provider claims: its right lines, numbered, and now and then wrong."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from streams.simulate.allocation import Allocation
from streams.simulate.catalogue import EURO, PIECE
from streams.simulate.chance import Strata
from streams.simulate.claim import Claim, claim_of
from streams.simulate.delivery import Delivery
from streams.simulate.faults import (
    DELETED_ALLOCATION,
    DOUBLE,
    FAULTS,
    USED_REFERENCE,
    no_allocation,
)
from streams.simulate.months import first, last, month_of
from streams.simulate.scenario import Rates
from streams.simulate.tariffs import Tariffs, tariff_of

_KEPT_FOR_DOUBLES: Final = 40


@dataclass(slots=True)
class Claims:
    """Turns right lines into what is claimed: numbered, and now and then wrong.

    One for each municipality and provider; references are unique within the provider (TR314).
    `mistakes` are the allocations of this provider that were deleted.
    """

    prefix: str
    tariffs: Tariffs
    rates: Rates
    stream: Random
    faults: Strata
    corrections: Strata
    mistakes: list[Allocation] = field(default_factory=list)
    _used: int = 0
    _granted: deque[Claim] = field(default_factory=lambda: deque(maxlen=_KEPT_FOR_DOUBLES))

    def numbered(self, claim: Claim) -> Claim:
        """The line with a reference of its own."""
        self._used += 1
        return replace(claim, reference=f"{self.prefix}-{self._used:07d}")

    def submitted(self, claim: Claim, month: int) -> Iterator[Claim]:
        """A right line as it is submitted in a month: mostly itself, sometimes wrong or with another."""
        if not self.faults.hit():
            yield self.numbered(claim)
            return
        code = self.stream.choice(self.rates.faults)
        beside = self._beside(claim, code, month)
        if beside:
            yield self.numbered(claim)
            yield self.numbered(replace(beside, refused_with=code))
        elif code == USED_REFERENCE and self._granted:
            yield replace(claim, reference=self._granted.popleft().reference, refused_with=code)
        else:
            yield self.numbered(self._wrong(claim, code, month))

    def _beside(self, claim: Claim, code: str, month: int) -> Claim | None:
        """A line too many: a double, or care on an allocation that was deleted."""
        if code == DOUBLE and self._granted:
            return self._granted.pop()
        if code == DELETED_ALLOCATION:
            known = (a for a in self.mistakes if a.begin <= claim.begin and _gone(a, month))
            deleted = next(known, None)
            return self._on_deleted(deleted) if deleted else None
        return None

    def _on_deleted(self, allocation: Allocation) -> Claim:
        """Care in the first month of an allocation that was deleted; each is used once."""
        self.mistakes.remove(allocation)
        begun, unit = month_of(allocation.begin), allocation.product.unit
        units = 100 if unit == EURO else 1
        period = begun, allocation.begin, last(begun)
        return claim_of(Delivery(allocation, *period, units, unit), self.tariffs)

    def _wrong(self, claim: Claim, code: str, month: int) -> Claim:
        wrong = FAULTS[code](claim, month, self.tariffs) if code in FAULTS else None
        return replace(wrong, refused_with=code) if wrong else no_allocation(claim)

    def correction(self, claim: Claim) -> list[Claim] | None:
        """For some granted debits: the credit and the new debit that will follow (IV085, IV091)."""
        if claim.side != "D" or claim.allocation.product.unit == PIECE:
            return None
        if not self.corrections.hit():
            self._granted.append(claim)
            return None
        credit = replace(claim, side="C", previous=claim.reference, reference="")
        less = int(claim.units * self.stream.uniform(0.5, 0.95))
        if not less or self.stream.random() < self.rates.credited_only:
            return [credit]
        tariff = 0 if claim.unit == EURO else tariff_of(self.tariffs, claim.allocation, claim.begin)
        return [credit, replace(claim, reference="").priced(less, tariff)]


def _gone(allocation: Allocation, month: int) -> bool:
    """Whether the deletion of an allocation is known to all when a month is declared."""
    return allocation.versions[-1].sent <= first(month)
