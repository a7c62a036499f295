"""Calendar arithmetic of the simulator: a month is one whole number, January 2022 is 2022 x 12."""

from datetime import date, timedelta
from typing import Final

ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_DECEMBER: Final = 11


def month_of(day: date) -> int:
    """The month a day lies in."""
    return day.year * 12 + day.month - 1


def first(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def last(month: int) -> date:
    """The last day of a month."""
    return first(month + 1) - ONE_DAY


def length(month: int) -> int:
    """The days of a month."""
    return (first(month + 1) - first(month)).days


def label(month: int) -> str:
    """The month as people and files write it: 2025-03."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def same_day(month: int, day: int) -> date:
    """A day of a month; days after the 28th are not in every month, so they become the 28th."""
    return date(month // 12, month % 12 + 1, min(day, 28))


def working_day(day: date) -> date:
    """The day itself, or the Friday before a weekend: nothing is sent on Saturday and Sunday."""
    return day - max(0, day.weekday() - _SATURDAY + 1) * ONE_DAY


def weeks_touched(begin: date, end: date) -> int:
    """The ISO weeks that a period, both ends included, has a day in (IV077, TR321)."""
    monday = begin - begin.weekday() * ONE_DAY
    return (end - monday).days // 7 + 1


def next_working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    weekend = day.weekday() >= _SATURDAY
    return day + (7 - day.weekday()) * ONE_DAY if weekend else day
