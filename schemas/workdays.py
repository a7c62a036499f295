"""Working days in the Netherlands: what a deadline in working days (werkdagen) counts.

A working day is no Saturday, no Sunday and no general holiday of the Algemene termijnenwet, article 3:
New Year's Day, Good Friday (equated with one), the second days of Easter and Pentecost, Ascension Day,
both days of Christmas, the day on which the King's birthday is celebrated and 5 May. The law counts
5 May in every year, whoever has the day off, so this does too; days that are equated by decree for one
year (a Friday after Ascension) are not in it.
"""

from datetime import date, timedelta
from functools import cache
from typing import Final

_DAY: Final = timedelta(days=1)
_SUNDAY: Final = 6
_WEEKEND: Final = frozenset({5, _SUNDAY})
_AROUND_EASTER: Final = (-2, 1, 39, 50)
"""Days from Easter Sunday to Good Friday, Easter Monday, Ascension Day and the Monday of Pentecost."""


@cache
def easter(year: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar (Gauss, as completed by Meeus)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    weekday = (32 + 2 * rest + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """The general holidays of a year, since 2014, when the King's birthday became 27 April."""
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == _SUNDAY:
        kings_day -= _DAY
    fixed = (date(year, month, day) for month, day in ((1, 1), (5, 5), (12, 25), (12, 26)))
    moving = (easter(year) + timedelta(days=days) for days in _AROUND_EASTER)
    return frozenset({kings_day, *fixed, *moving})


def is_working_day(day: date) -> bool:
    """Whether a deadline in working days counts the day."""
    return day.weekday() not in _WEEKEND and day not in holidays(day.year)


@cache
def nth_working_day(day: date, count: int) -> date:
    """The working day that is `count` (one or more) after a day; the last day there is if it's later."""
    while count and day < date.max:
        day += _DAY
        count -= is_working_day(day)
    return day
