"""One line of a declaration, as its provider claims it."""

from dataclasses import dataclass, replace
from datetime import date

from streams.simulate.allocation import Allocation
from streams.simulate.catalogue import EURO
from streams.simulate.delivery import Delivery
from streams.simulate.tariffs import Tariffs, price, tariff_of


@dataclass(frozen=True, slots=True)
class Claim:
    """One line: as in a 323. Amounts in cents, `tariff` none for euro lines (CD087).

    `refused_with` is the code its answer will carry; empty when it will be granted. `category` and
    `code` are those of the allocation unless they say something else.
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
    category: str = ""
    code: str = ""

    @property
    def signed(self) -> int:
        """The amount with its sign: credits are negative."""
        return self.amount if self.side == "D" else -self.amount

    def priced(self, units: int, tariff: int) -> "Claim":
        """The line with other units, or at another tariff, and the amount that goes with it."""
        if self.unit == EURO:
            return replace(self, units=units, amount=units)
        shown, amount = price(tariff, units, self.unit)
        return replace(self, units=units, tariff=shown, amount=amount)


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
