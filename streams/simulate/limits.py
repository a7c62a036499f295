"""What an allocation allows, in its own unit: by the period, and in all (TR321, TR322, IV077)."""

from datetime import date

from streams.simulate.allocation import Allocation
from streams.simulate.catalogue import IN_TOTAL, PER_DAY, PER_WEEK
from streams.simulate.months import month_of, weeks_touched


def most(allocation: Allocation, begin: date, end: date) -> int | None:
    """The most that may be used from one day to another, both included; None where nothing limits it.

    Every day, week or month that is touched counts whole.
    """
    if allocation.volume is None:
        return None
    return allocation.volume * _periods(allocation.product.frequency, begin, end)


def _periods(frequency: str, begin: date, end: date) -> int:
    if frequency == IN_TOTAL:
        return 1
    if frequency == PER_DAY:
        return (end - begin).days + 1
    if frequency == PER_WEEK:
        return weeks_touched(begin, end)
    return month_of(end) - month_of(begin) + 1
