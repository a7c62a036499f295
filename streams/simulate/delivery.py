"""What was really delivered: a volume for each allocation and care month, within its limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from streams.simulate.allocation import Allocation
from streams.simulate.allocations import Allocator
from streams.simulate.catalogue import (
    AMBULANT,
    EURO,
    HOUR,
    IN_TOTAL,
    MINUTE,
    PER_DAY,
    PER_WEEK,
    PIECE,
)
from streams.simulate.chance import whole
from streams.simulate.limits import most
from streams.simulate.months import first, last, length, month_of

_SEASON: Final = (102, 100, 108, 103, 99, 104, 84, 72, 107, 111, 110, 100)
"""Ambulant care by calendar month, January first: school holidays are quiet."""
_MEAN_SEASON: Final = sum(_SEASON) / len(_SEASON)
_NOISE: Final = 0.25


@dataclass(slots=True)
class Delivery:
    """What one allocation was used for in one month; the period as TR387 and TR388 want it.

    `units` is counted in `unit`: minutes for a provider that declares hours as minutes.
    """

    allocation: Allocation
    month: int
    begin: date
    end: date
    units: int
    unit: str


def deliveries(allocator: Allocator, stream: Random) -> Iterator[Delivery]:
    """All that was delivered, allocation by allocation."""
    for allocation in allocator.made:
        if not allocation.mistaken:
            yield from _of_one(allocator, allocation, stream)


def _of_one(allocator: Allocator, allocation: Allocation, stream: Random) -> Iterator[Delivery]:
    product = allocation.product
    by_minute = product.unit == HOUR and allocation.provider.by_minute
    unit = MINUTE if by_minute else product.unit
    used = 0
    final = min(month_of(allocation.care_end), allocator.scenario.months.stop - 1)
    for month in range(max(month_of(allocation.begin), allocator.scenario.months.start), final + 1):
        begin = max(first(month), allocation.begin)
        end = min(last(month), allocation.end or date.max)
        served = min(last(month), allocation.care_end)
        expected = _expected(allocator, allocation, month, (served - begin).days + 1)
        if unit == EURO:
            expected *= 100
        units = whole(expected * (60 if by_minute else 1) * _noise(allocation, stream), stream)
        if (room := _room(allocation, begin, served, used)) is not None:
            units = min(units, room * (60 if by_minute else 1))
        used += (units + 30) // 60 if by_minute else units
        if units:
            yield Delivery(allocation, month, begin, end, units, unit)


def _room(allocation: Allocation, begin: date, served: date, used: int) -> int | None:
    """What may be used of a month after so much was; None where nothing limits it.

    Never more than there is up to the last day served: so it fits whichever end of the allocation
    is known when it is declared, and months don't sum to more than the whole (IV077).
    """
    in_month, in_all = most(allocation, begin, served), most(allocation, allocation.begin, served)
    if in_month is None or in_all is None:
        return None
    return max(0, min(in_month, in_all - used))


def _expected(allocator: Allocator, allocation: Allocation, month: int, days: int) -> float:
    """Units, in the product's own unit, that these days of the month ask for."""
    product, episode = allocation.product, allocation.episode
    if product.unit == PIECE and product.frequency == IN_TOTAL:
        return _pieces(allocation, month)
    need = allocator.need(episode, product, month)
    if product.line == AMBULANT and not product.output:
        need *= _SEASON[month % 12] / _MEAN_SEASON
    if product.frequency == PER_DAY:
        return need * days
    if product.frequency == PER_WEEK:
        return need * days / 7
    if product.frequency == IN_TOTAL:
        return need * days / ((episode.end - episode.begin).days + 1)
    return need * days / length(month)


def _pieces(allocation: Allocation, month: int) -> int:
    """A result is paid at the end, or a part of it at the start."""
    at_end = month == month_of(allocation.care_end)
    pieces = max(1, round(allocation.product.need))
    first_part = round(pieces * allocation.product.at_start)
    at_start = month == month_of(allocation.begin) and not allocation.episode.initial
    return at_end * (pieces - first_part) + at_start * first_part


def _noise(allocation: Allocation, stream: Random) -> float:
    """Months differ: not in full stays, pieces and amounts a month."""
    product = allocation.product
    if product.full_stay or product.output:
        return 1.0
    return stream.uniform(1 - _NOISE, 1 + _NOISE)
