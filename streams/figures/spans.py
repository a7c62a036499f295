"""Spans of care months: what is compared with what.

A care month counts as soon as it is over on the as-of date (its last day is over). Each span is
compared with the same months a year before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


def month_number(month: str) -> int:
    """A month "YYYY-MM" as a count of months."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_text(number: int) -> str:
    """The other way round."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def moved(month: str, by: int) -> str:
    """The month ("YYYY-MM") that is `by` months later."""
    return month_text(month_number(month) + by)


@dataclass(frozen=True)
class Span:
    """Care months from `first` to `last` ("YYYY-MM"), both included; none when `last` comes first."""

    first: str
    last: str

    def holds(self, month: str) -> bool:
        """Whether a month is in it."""
        return self.first <= month <= self.last

    @property
    def before(self) -> "Span":
        """The same months a year before."""
        return Span(moved(self.first, -12), moved(self.last, -12))


def over(as_of: date) -> str:
    """The last care month that is over on a day."""
    return moved((as_of + timedelta(days=1)).isoformat()[:7], -1)


def to_date(as_of: date, year: int) -> Span:
    """The months of a year that are over: all twelve of a past year."""
    return Span(f"{year:04}-01", min(f"{year:04}-12", over(as_of)))


def latest(count: int, as_of: date, year: int) -> Span:
    """The last `count` months that are over, no later than December of a year."""
    last = min(f"{year:04}-12", over(as_of))
    return Span(moved(last, 1 - count), last)


def years_of(spans: Iterable[Span]) -> frozenset[str]:
    """The calendar years that spans and the same months a year before lie in."""
    ends = (
        end for span in spans for each in (span, span.before) for end in (each.first, each.last)
    )
    return frozenset(end[:4] for end in ends)
