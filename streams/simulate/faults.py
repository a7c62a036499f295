"""What can be wrong with a line by itself: from the right line to the one that is refused for it.

Each fault is made so that it breaks just one rule, whatever else is known. One that a line can't
have (a wrong tariff where there is no tariff) gives None.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from streams.simulate.allocation import Allocation
from streams.simulate.catalogue import DAY, EURO, HOUR, IN_TOTAL, MINUTE, PIECE
from streams.simulate.claim import Claim
from streams.simulate.limits import most
from streams.simulate.months import first, last, month_of
from streams.simulate.tariffs import Tariffs, tariff_of

WRONG_TARIFF: Final = "0611"
ORPHAN_CREDIT: Final = "8017"
USED_REFERENCE: Final = "8021"
TOO_EARLY: Final = "9307"
OVER_VOLUME: Final = "9321"
NO_ALLOCATION: Final = "9338"
OTHER_CATEGORY: Final = "9339"
OTHER_PRODUCT: Final = "9340"
OTHER_UNIT: Final = "9341"
WRONG_AMOUNT: Final = "9346"
DELETED_ALLOCATION: Final = "9384"
DOUBLE: Final = "9389"

_WRONG_TARIFF_FACTOR: Final = 1.04
_NUMBERS_NOT_IN_USE: Final = 900_000_000
_KNOWN_BY: Final = 3
"""Months from its declaration month after which a line has been sent for the last time."""

Fault = Callable[[Claim, int, Tariffs], Claim | None]
"""From a right line, the month it is declared in and the tariffs to the wrong line."""


def no_allocation(claim: Claim) -> Claim:
    """The line under a number that nobody gave; every line can have this fault."""
    wrong = _NUMBERS_NOT_IN_USE + claim.allocation.number
    return replace(claim, allocation_number=wrong, refused_with=NO_ALLOCATION)


def _wrong_tariff(claim: Claim, _: int, tariffs: Tariffs) -> Claim | None:
    if not claim.tariff:
        return None
    agreed = tariff_of(tariffs, claim.allocation, claim.begin)
    return claim.priced(claim.units, round(agreed * _WRONG_TARIFF_FACTOR) + 1)


def _over_volume(claim: Claim, month: int, tariffs: Tariffs) -> Claim | None:
    """More than a month has, and still not more than is left of the whole (TR321 without TR322)."""
    allocation, product = claim.allocation, claim.allocation.product
    whole_month = first(month_of(claim.begin)), last(month_of(claim.begin))
    in_month = most(allocation, *whole_month)
    if claim.unit != product.unit or product.frequency == IN_TOTAL or not in_month:
        return None
    units = in_month + (allocation.volume or 0)
    used = most(allocation, allocation.begin, last(month)) or 0
    end = _earliest_end(allocation, month)
    if end and used + units > (most(allocation, allocation.begin, end) or 0):
        return None
    tariff = 0 if claim.unit == EURO else tariff_of(tariffs, allocation, claim.begin)
    return claim.priced(units, tariff)


def _earliest_end(allocation: Allocation, month: int) -> date | None:
    """The earliest end that may be known when a line of a declaration month is judged."""
    by_then = [v for v in allocation.versions if v.sent < first(month + _KNOWN_BY)]
    before = [v for v in by_then if v.sent <= last(month)]
    return min((v.end for v in by_then[max(0, len(before) - 1) :] if v.end), default=None)


def _too_early(claim: Claim, _: int, __: Tariffs) -> Claim | None:
    """Care of the month before the allocation, in the same year: tariffs change with the year."""
    begin = claim.allocation.begin
    before = month_of(begin) - 1
    if before // 12 != claim.begin.year:
        return None
    return replace(claim, begin=first(before), end=last(before))


def _other_category(claim: Claim, _: int, __: Tariffs) -> Claim | None:
    return replace(claim, category="49")


def _other_product(claim: Claim, _: int, __: Tariffs) -> Claim | None:
    """Under a code that no contract has a price for."""
    if claim.allocation.product.form != "specific":
        return None
    return replace(claim, code=f"{claim.allocation.product.category}Z99")


def _other_unit(claim: Claim, _: int, __: Tariffs) -> Claim | None:
    """In a unit that no contract has a price for; a category alone or a budget has no unit."""
    if claim.allocation.volume is None or claim.unit in {EURO, MINUTE}:
        return None
    return replace(claim, unit=HOUR if claim.unit in {PIECE, DAY} else PIECE)


def _wrong_amount(claim: Claim, _: int, __: Tariffs) -> Claim | None:
    """Not on a budget, where it could be more than is left (TR369)."""
    if not claim.tariff or claim.allocation.budget is not None:
        return None
    return replace(claim, amount=claim.amount + 1_000)


def _orphan_credit(claim: Claim, _: int, __: Tariffs) -> Claim | None:
    return replace(claim, side="C", previous=f"ONBEKEND-{claim.allocation.number:07d}")


FAULTS: Final[Mapping[str, Fault]] = {
    WRONG_TARIFF: _wrong_tariff,
    ORPHAN_CREDIT: _orphan_credit,
    TOO_EARLY: _too_early,
    OVER_VOLUME: _over_volume,
    OTHER_CATEGORY: _other_category,
    OTHER_PRODUCT: _other_product,
    OTHER_UNIT: _other_unit,
    WRONG_AMOUNT: _wrong_amount,
}
"""By return code; those that need other lines or allocations are made in `claims`."""
