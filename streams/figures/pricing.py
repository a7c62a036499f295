"""What allocations are worth by calendar month, many of them at once; by what formulas `committed` says.

All numbers are whole and exact: of amounts so large that sums of them may not fit in 64 bits the arrays are of
Python's own integers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from schemas.events import Allocation
from schemas.reference.lookup import Reference
from streams.figures.rounding import parted
from streams.ledger.allocations import Held

M = TypeVar("M")

Days = NDArray[np.datetime64]
Ints = NDArray[np.int64]
Whole = NDArray[Any]
"""Whole numbers of any size: 64 bits, or Python's own."""

EUROS: Final = "83"

IN_ALL: Final = "6"

LONGEST: Final = 600
"""Months of an allocation that are committed: fifty years, twice the longest youth care there is. An end in the
year 9999 would be a hundred thousand cells."""

WIDE: Final = 12 * 10_000
"""More than the number of any month, year * 12 + month - 1."""

LARGE: Final = 2.0**60
"""Sums from here on may not fit in 64 bits."""

Item = tuple[str | None, str | None, str]
"""What is bought of whom: category, product code and provider; None for what an allocation does not say."""


class Price(IntEnum):
    """What a month of an allocation is priced at."""

    NONE = 0
    LAPSED = 1
    """the last tariff that ended, while none is valid"""
    VALID = 2


def begins(ordered: Whole) -> Ints:
    """The places at which another number begins."""
    other = np.ones(len(ordered), dtype=np.bool_)
    other[1:] = ordered[1:] != ordered[:-1]
    return other.nonzero()[0]


def distinct(numbers: Whole) -> Whole:
    """The numbers in order, each once."""
    ordered = np.sort(numbers)
    return ordered[begins(ordered)]


@dataclass(frozen=True)
class Priced:
    """Versions of allocations, and a row for each of their months, one version after the other.

    By version: the number of its `item` in `items`, the `unit` of its amount, and whether it has no end. By row:
    the number of the version; that of the month (year * 12 + month - 1); numerator and denominator of exact
    cents, or of the volume where there is no price; what it is priced at; and whole cents to learn from, those
    of trajectories in the months in which they will be declared, 0 without a price.
    """

    items: Sequence[Item]
    item: Ints
    unit: Sequence[str | None]
    endless: NDArray[np.bool_]
    version: Ints
    month: Ints
    over: Whole
    under: Whole
    price: NDArray[np.int8]
    cents: Whole


Bought = tuple[str | None, str, str | None]
"""A product code, its provider and a unit."""


class _Term(NamedTuple):
    """The months of versions, a row each: those of a version are from `start` of it to that of the next."""

    start: Ints
    version: Ints
    month: Ints
    days: Ints
    """days of the month that are in the term"""
    length: Ints
    """days of the month"""
    in_all: Ints
    """days of the term, by version"""


def priced(held: Sequence[Held], reference: Reference, year: int) -> Priced:
    """Versions of allocations at the prices of their months; a deleted one has no months.

    An open end runs to the end of `year`, that of an amount by day, week or month to the end of the year after.
    """
    contents = [each.content for each in held]
    numbers: dict[Item, int] = {}
    item = [
        numbers.setdefault(
            (content.get("category"), content.get("code"), each.provider), len(numbers)
        )
        for each, content in zip(held, contents, strict=True)
    ]
    unit = [
        each["unit"] if "volume" in each else EUROS if "budget" in each else None
        for each in contents
    ]
    frequency = [each["frequency"] if "volume" in each else IN_ALL for each in contents]
    base = np.array([_BASES.get(each, _ALL) for each in frequency], dtype=np.int64)
    endless = np.array(["end" not in each for each in contents], dtype=np.bool_)
    term = _term(held, endless, np.where(base == _ALL, year, year + 1))
    items = [*numbers]
    bought = [(*items[place][1:], name) for place, name in zip(item, unit, strict=True)]
    tariffs, price, place = _tariffs(bought, term, reference)
    price = price[place]
    base = np.where(base == _ALL, term.in_all, base)[term.version]
    over, under = _worth(
        [each.get("volume", each.get("budget", 0)) for each in contents],
        tariffs,
        place,
        np.where(base == _MONTH, term.length, base),
        term,
    )
    cents = np.where(price == Price.NONE, 0, (2 * over + under) // (2 * under))
    _pay(cents, contents, term.start.tolist(), reference)
    return Priced(
        items=items,
        item=np.array(item, dtype=np.int64),
        unit=unit,
        endless=endless,
        version=term.version,
        month=term.month,
        over=over,
        under=under,
        price=price,
        cents=cents,
    )


def _term(held: Sequence[Held], endless: NDArray[np.bool_], year: Ints) -> _Term:
    """Open ends are at the end of `year`; an end before its begin has no months."""
    begin = np.array([each.content["begin"] for each in held], dtype="M8[D]")
    end = np.array([each.content.get("end", "NaT") for each in held], dtype="M8[D]")
    end = np.where(endless, (year - 1969).astype("M8[Y]").astype("M8[D]") - _DAY, end)
    none = (end < begin) | np.array([each.deleted for each in held], dtype=np.bool_)
    (first, last), (opens, closes) = map(_month_of, (begin, end)), map(_number, (begin, end))
    start = np.zeros(len(held) + 1, dtype=np.int64)
    start[1:] = np.where(none, 0, np.minimum(last - first + 1, LONGEST)).cumsum()
    version = np.repeat(np.arange(len(held)), np.diff(start))
    month = (first - start[:-1])[version] + np.arange(len(version))
    begun, after = _first_day(month), _first_day(month + 1)
    days = np.minimum(after, closes[version] + 1) - np.maximum(begun, opens[version])
    return _Term(start, version, month, days, after - begun, closes - opens + 1)


def _tariffs(
    bought: Sequence[Bought], term: _Term, reference: Reference
) -> tuple[list[Fraction], NDArray[np.int8], Ints]:
    """What a unit costs in cents, each once, what these are, and which of them holds in each row; 1 for none."""
    numbers: dict[Bought, int] = {}
    series = np.array([numbers.setdefault(each, len(numbers)) for each in bought], dtype=np.int64)
    every = series[term.version] * WIDE + term.month
    asked, names = distinct(every), [*numbers]
    ends = np.searchsorted(asked, np.arange(len(names) + 1) * WIDE).tolist()
    days = [*map(_first, (asked % WIDE).tolist())]
    found: list[Fraction | None] = []
    for each, (first, after) in zip(names, pairwise(ends), strict=True):
        found += _valid(each, days[first:after], reference)
    price = np.full(len(found), Price.VALID, dtype=np.int8)
    for place in [place for place, tariff in enumerate(found) if tariff is None]:
        found[place] = _lapsed(names[asked[place] // WIDE], days[place], reference)
        price[place] = Price.NONE if found[place] is None else Price.LAPSED
    return (
        [_ONE if tariff is None else tariff for tariff in found],
        price,
        np.searchsorted(asked, every),
    )


def _valid(bought: Bought, days: Sequence[date], reference: Reference) -> Iterable[Fraction | None]:
    code, provider, unit = bought
    if unit == EUROS:
        return [_ONE] * len(days)
    if unit is None or code is None:
        return [None] * len(days)
    return map(reference.prices(provider, code, unit).__getitem__, days)


def _lapsed(bought: Bought, day: date, reference: Reference) -> Fraction | None:
    code, provider, unit = bought
    if unit is None or code is None:
        return None
    return reference.lapsed_tariff(provider, code, unit, day)


def _worth(
    amounts: Sequence[int], tariffs: Sequence[Fraction], place: Ints, base: Ints, term: _Term
) -> tuple[Whole, Whole]:
    """Numerator and denominator by row; `base` is the days that an amount is for."""
    tops, bottoms = [each.numerator for each in tariffs], [each.denominator for each in tariffs]
    kind: Any = object
    if max([*amounts, *tops, *bottoms], default=0) < LARGE:
        amount, top, bottom = (np.array(each, float) for each in (amounts, tops, bottoms))
        most = (amount[term.version] * term.days * top[place]).sum()
        kind = np.int64 if most + (base * bottom[place]).max(initial=0.0) < LARGE else object
    amount, top, bottom = (np.array(each, kind) for each in (amounts, tops, bottoms))
    return amount[term.version] * top[place] * term.days, bottom[place] * base


def _pay(
    cents: Whole, contents: Sequence[Allocation], start: Sequence[int], reference: Reference
) -> None:
    """Put the cents of trajectories in the months in which they will be declared."""
    codes = {each["code"] for each in contents if "code" in each}
    paying = {code for code in codes if reference.pays(code)}
    if not paying:
        return
    for content, (first, after) in zip(contents, pairwise(start), strict=True):
        if content.get("code") in paying and first < after:
            share = reference.payment(content["code"], date.fromisoformat(content["begin"]))
            if share is not None:
                months = dict(enumerate(cents[first:after].tolist()))
                paid = as_paid(months, share, 0, after - first - 1 if "end" in content else None)
                cents[first:after] = [paid.get(month, 0) for month in months]


def as_paid(money: Mapping[M, int], start: Fraction, first: M, last: M | None) -> dict[M, int]:
    """The cents of a trajectory, given by calendar day, as they will be declared: as many in all.

    The share `start` (0 to 1) of all of it is declared in the month `first`, the rest in the month `last`;
    without a last month nothing tells when it ends, and the rest stays where it is.
    """
    at_start = parted(start * cents for cents in money.values())
    left = {
        month: cents - part for (month, cents), part in zip(money.items(), at_start, strict=True)
    }
    rest = left if last is None else {last: sum(left.values())}
    return {**rest, first: rest.get(first, 0) + sum(at_start)}


_ONE: Final = Fraction(1)
_ALL, _MONTH = -1, 0
_BASES: Final = {"1": 1, "2": 7, "4": _MONTH}
"""Days that an amount is for, by frequency; all days when it is not here."""

_DAY: Final = np.timedelta64(1, "D")


@cache
def _first(month: int) -> date:
    """The first day of a month, by its number."""
    return date(month // 12, month % 12 + 1, 1)


def _month_of(days: Days) -> Ints:
    """The numbers of the months of days."""
    return days.astype("M8[M]").astype(np.int64) + 1970 * 12


def _first_day(months: Ints) -> Ints:
    """The numbers of the first days of months."""
    return _number((months - 1970 * 12).astype("M8[M]").astype("M8[D]"))


def _number(days: Days) -> Ints:
    return days.astype(np.int64)
