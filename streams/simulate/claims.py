"""The lines that a provider claims: what they look like, and what can be wrong with them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Final

from streams.simulate.allocations import Allocation
from streams.simulate.catalogue import EURO, PER_MONTH, PER_WEEK, PIECE
from streams.simulate.chance import Strata
from streams.simulate.delivery import Delivery
from streams.simulate.scenario import Rates
from streams.simulate.tariffs import Tariffs, price

WRONG_TARIFF: Final = "0611"
OVER_VOLUME: Final = "9321"
NO_ALLOCATION: Final = "9338"
DOUBLE: Final = "9389"
_WRONG_TARIFF_FACTOR: Final = 1.04
_NUMBERS_NOT_IN_USE: Final = 900_000_000
_KEPT_FOR_DOUBLES: Final = 40
_MOST_WEEKS: Final = 6


@dataclass(frozen=True, slots=True)
class Claim:
    """One line: as in a 323. Amounts in cents, `tariff` none for euro lines (CD087).

    `refused_with` is the code its answer will carry; empty when it will be granted.
    """

    allocation: Allocation
    begin: date
    end: date
    units: int
    unit: str
    tariff: int | None
    amount: int
    allocation_number: int
    side: str = "D"
    reference: str = ""
    previous: str = ""
    refused_with: str = ""

    @property
    def signed(self) -> int:
        """The amount with its sign: credits are negative."""
        return self.amount if self.side == "D" else -self.amount


def claim_of(delivery: Delivery, tariffs: Tariffs) -> Claim:
    """The right line for a delivery, at the tariff valid in its month."""
    allocation = delivery.allocation
    tariff: int | None = None
    amount = delivery.units
    if delivery.unit != EURO:
        tariff, amount = price(
            tariff_of(tariffs, allocation, delivery.begin), delivery.units, delivery.unit
        )
    period = (delivery.begin, delivery.end)
    return Claim(
        allocation, *period, delivery.units, delivery.unit, tariff, amount, allocation.number
    )


def tariff_of(tariffs: Tariffs, allocation: Allocation, day: date) -> int:
    """Cents of one unit (an hour for minutes) for an allocation on a day."""
    return tariffs[allocation.provider.agb, allocation.product.code, day.year]


@dataclass(slots=True)
class Claims:
    """Turns right lines into what is claimed: numbered, and now and then wrong.

    One for each municipality and provider; references are unique within the provider (TR314).
    """

    prefix: str
    tariffs: Tariffs
    rates: Rates
    stream: Random
    faults: Strata
    corrections: Strata
    _used: int = 0
    _granted: deque[Claim] = field(default_factory=lambda: deque(maxlen=_KEPT_FOR_DOUBLES))

    def numbered(self, claim: Claim) -> Claim:
        """The line with a reference of its own."""
        self._used += 1
        return replace(claim, reference=f"{self.prefix}-{self._used:07d}")

    def submitted(self, claim: Claim) -> Iterator[Claim]:
        """A right line as it is really submitted: mostly itself, sometimes wrong or with a double."""
        if not self.faults.hit():
            yield self.numbered(claim)
            return
        code = self.stream.choice((WRONG_TARIFF, OVER_VOLUME, OVER_VOLUME, NO_ALLOCATION, DOUBLE))
        if code == DOUBLE and self._granted:
            yield self.numbered(claim)
            yield self.numbered(replace(self._granted.pop(), refused_with=DOUBLE))
        else:
            yield self.numbered(self._wrong(claim, code))

    def _wrong(self, claim: Claim, code: str) -> Claim:
        if code == WRONG_TARIFF and claim.tariff:
            agreed = tariff_of(self.tariffs, claim.allocation, claim.begin)
            return self._priced(claim, claim.units, round(agreed * _WRONG_TARIFF_FACTOR) + 1, code)
        if code == OVER_VOLUME and (more := _over(claim)):
            return self._priced(claim, claim.units + more, None, code)
        wrong_number = _NUMBERS_NOT_IN_USE + claim.allocation.number
        return replace(claim, allocation_number=wrong_number, refused_with=NO_ALLOCATION)

    def _priced(self, claim: Claim, units: int, tariff: int | None, code: str = "") -> Claim:
        """The line with other units or another tariff, and the amount that goes with it."""
        if claim.unit == EURO:
            return replace(claim, units=units, amount=units, refused_with=code)
        agreed = tariff or tariff_of(self.tariffs, claim.allocation, claim.begin)
        shown, amount = price(agreed, units, claim.unit)
        return replace(claim, units=units, tariff=shown, amount=amount, refused_with=code)

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
        return [credit, self._priced(replace(claim, reference=""), less, None)]


def _over(claim: Claim) -> int:
    """Units that bring any use of a period over what it allows (TR321); 0 where that isn't simple."""
    product, volume = claim.allocation.product, claim.allocation.volume
    if claim.unit != product.unit or not volume:
        return 0
    periods = {PER_WEEK: _MOST_WEEKS, PER_MONTH: 1}
    return volume * periods.get(product.frequency, 0)
