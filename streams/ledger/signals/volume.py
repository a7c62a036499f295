"""How much of an allocation may be declared, in a month and in all (IV076 to IV079).

Volumes are in the unit of the allocation. Weeks are ISO weeks: a week that is touched counts whole.
Where parties count otherwise, the product's row says so (`Product.volume_method`): "dagen" gives a
broken month its part by calendar days, "weken" counts a period's weeks as its days by seven, both
rounded up, so that what is left over by rounding is never held against a line.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Final

from schemas.events import Allocation
from schemas.reference.lookup import Reference
from streams.ledger.signals.lines import month_end

_IN_ALL: Final = "6"
_OUTPUT_UNITS: Final = frozenset({"82", "83"})


def weeks(begin: date, end: date) -> int:
    """The ISO weeks that a period touches, both days included."""
    return (end.toordinal() - 1) // 7 - (begin.toordinal() - 1) // 7 + 1


def sundays(begin: date, end: date) -> int:
    """The Sundays in a period, both days included."""
    return end.toordinal() // 7 - (begin.toordinal() - 1) // 7


def hours(minutes: int) -> int:
    """Minutes of one period as hours: rounded half up, one hour at the least (IV079)."""
    return max(1, (minutes + 30) // 60) if minutes > 0 else 0


def is_output(allocation: Allocation, reference: Reference, on: date) -> bool:
    """Whether volume counts by the method of output: as the product says, else as the unit does."""
    product = reference.product(allocation.get("code", ""), on)
    for said in (product.volume_method, product.variant) if product else ():
        if said in {"output", "inspanning"}:
            return said == "output"
    return allocation.get("unit") in _OUTPUT_UNITS


def _counts_by(method: str, allocation: Allocation, reference: Reference, on: date) -> bool:
    product = reference.product(allocation.get("code", ""), on)
    return product is not None and product.volume_method == method


def within(allocation: Allocation, month: str) -> tuple[date, date] | None:
    """The part of a month (YYYY-MM) that an allocation covers; None when it covers nothing of it."""
    begin, last = max(f"{month}-01", allocation["begin"]), month_end(month)
    end = min(last, allocation.get("end", last))
    return (date.fromisoformat(begin), date.fromisoformat(end)) if begin <= end else None


def most_in_month(allocation: Allocation, month: str, reference: Reference) -> int | None:
    """The volume that may be declared on a month; None when there is no such limit.

    There is none outside the allocation (TR307 and TR308 judge that) and for a volume over the whole
    allocation (frequency 6). A broken month has the volume of a whole one (IV078): for output parties
    may agree on less, which is not in the messages.
    """
    volume, period = allocation.get("volume"), within(allocation, month)
    if volume is None or period is None:
        return None
    begin, end = period
    match allocation.get("frequency"):
        case "1":
            times: int | Fraction = (end - begin).days + 1
        case "2" if _counts_by("weken", allocation, reference, begin):
            times = _sevens(begin, end)
        case "2" if is_output(allocation, reference, begin):
            times = _payable_weeks(allocation, begin, end)
        case "2":
            times = weeks(begin, end)
        case "4" if _counts_by("dagen", allocation, reference, begin):
            times = _part(begin, end)
        case "4":
            times = 1
        case _:
            return None
    return ceil(volume * times)


def _sevens(begin: date, end: date) -> int:
    """The days of a period by seven, rounded up."""
    return ceil(Fraction((end - begin).days + 1, 7))


def _part(begin: date, end: date) -> Fraction:
    """Which part of its month a period within one is, by calendar days."""
    whole = int(month_end(begin.isoformat()[:7])[8:])
    return Fraction((end - begin).days + 1, whole)


def _payable_weeks(allocation: Allocation, begin: date, end: date) -> int:
    """The Sundays of a period, and a broken last week where the last Sunday before it is (IV076).

    An allocation without any Sunday has that week in its last period.
    """
    found = sundays(begin, end)
    if "end" not in allocation:
        return found
    first, last = (date.fromisoformat(allocation[side]) for side in ("begin", "end"))
    sunday = date.fromordinal(last.toordinal() // 7 * 7)
    broken = sunday != last and begin <= (sunday if sunday >= first else last) <= end
    return found + broken


def most_in_all(allocation: Allocation, reference: Reference) -> int | None:
    """The volume that may be declared over a whole allocation; None when there is no such limit.

    By the week this is the same for effort and output: every ISO week has one Sunday, and a broken
    last week counts too.
    """
    volume, frequency = allocation.get("volume"), allocation.get("frequency")
    if volume is None or frequency == _IN_ALL or "end" not in allocation:
        return volume if frequency == _IN_ALL else None
    begin, end = (date.fromisoformat(allocation[side]) for side in ("begin", "end"))
    if end < begin:
        return 0
    match frequency:
        case "1":
            times: int | Fraction = (end - begin).days + 1
        case "2" if _counts_by("weken", allocation, reference, begin):
            times = _sevens(begin, end)
        case "2":
            times = weeks(begin, end)
        case "4" if _counts_by("dagen", allocation, reference, begin):
            times = sum(_parts(begin, end), Fraction())
        case "4":
            times = _months(begin, end)
        case _:
            return None
    return ceil(volume * times)


def _months(begin: date, end: date) -> int:
    """The months that a period touches."""
    return (end.year - begin.year) * 12 + end.month - begin.month + 1


def _parts(begin: date, end: date) -> Iterator[Fraction]:
    """The part that a period is of the month it begins in, of those between, of the one it ends in."""
    if (between := _months(begin, end) - 2) < 0:
        yield _part(begin, end)
        return
    yield _part(begin, date.fromisoformat(month_end(begin.isoformat()[:7])))
    yield Fraction(between)
    yield _part(end.replace(day=1), end)
