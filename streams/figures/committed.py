"""Committed money: what allocations may cost, by calendar day.

An allocation of volume V commits in a month, with d of its days in that month, D days in all and T
the tariff valid on the first of the month (design.md, Committed):

    per day (1)     V * d * T               per month (4)   V * d / days(month) * T
    per week (2)    V * d / 7 * T           in all (6)      V * d / D * T

Unit 83 is cents already; a budget without volume commits Budget * d / D. What has neither, or no
price, is counted as unpriced, in allocation months. A volume on a category without product code is
priced at the mean tariff of its provider, category and unit. An open end runs to 31 December of the
as-of year; stops, declarations and the as-of date change nothing. Sums are exact fractions of cents.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import takewhile
from typing import Final, NamedTuple

from schemas.events import Allocation
from schemas.reference.lookup import Reference
from streams.figures.cells import HOURS, MINUTES, NEVER, Cells, Key
from streams.figures.exact import Exact
from streams.ledger.allocations import Allocations, Chain, Held, Replaced

EUROS: Final = "83"

LONGEST: Final = 600
"""Months of an allocation that are committed: fifty years, twice the longest youth care there is."""


class Month(NamedTuple):
    """A calendar month: its text ("YYYY-MM"), its first day, that day's ordinal, its length in days."""

    text: str
    first: date
    start: int
    length: int


class Part(NamedTuple):
    """An allocation in one month: days of it in the month, days in all."""

    month: Month
    days: int
    in_all: int


class Commitment:
    """A cell's committed money, its unpriced months, and its volumes that wait for a mean tariff."""

    __slots__ = ("money", "parts", "unpriced", "volumes")

    def __init__(self) -> None:
        self.money = Exact()
        self.unpriced = 0
        self.parts = 0
        self.volumes: dict[str, tuple[Exact, int]] = {}


@cache
def _month(number: int) -> Month:
    """The month that is `number` months after the year 0 began."""
    year, month = number // 12, number % 12 + 1
    first = date(year, month, 1)
    return Month(first.isoformat()[:7], first, first.toordinal(), monthrange(year, month)[1])


def parts(content: Allocation, horizon: date) -> Iterator[Part]:
    """The months of an allocation; an open end runs to `horizon`, an end before its begin has none.

    Not beyond `LONGEST`: an end in the year 9999 would be a hundred thousand cells.
    """
    begin = date.fromisoformat(content["begin"])
    end = date.fromisoformat(content["end"]) if "end" in content else horizon
    start, stop = begin.toordinal(), end.toordinal() + 1
    first, after = begin.year * 12 + begin.month - 1, end.year * 12 + end.month
    for number in range(first, min(after, first + LONGEST)):
        month = _month(number)
        days = min(month.start + month.length, stop) - max(month.start, start)
        if days > 0:
            yield Part(month, days, stop - start)


def volume_of(content: Allocation, part: Part) -> tuple[int, int]:
    """The volume in a month as (numerator, denominator), in the allocation's own unit."""
    volume = content["volume"] * part.days
    match content["frequency"]:
        case "1":
            return volume, 1
        case "2":
            return volume, 7
        case "4":
            return volume, part.month.length
        case _:
            return volume, part.in_all


class Commitments(dict[Key, Commitment]):
    """The commitments of one municipality; a cell exists while an allocation month is in it.

    `known` holds priced money by cell and by the month in which it became known: a version adds its
    money in the month of its stamp, and the next version takes it away again. It is for learning from,
    so each allocation month is in whole cents. `earliest` and `touched` are as in `Cells`.
    """

    def __init__(self, reference: Reference, year: int) -> None:
        super().__init__()
        self._reference = reference
        self._horizon = date(year, 12, 31)
        self.known: dict[Key, dict[str, int]] = {}
        self.earliest = NEVER
        self.touched: set[tuple[str, str | None, str | None, str]] = set()

    @classmethod
    def of(cls, allocations: Allocations, reference: Reference, year: int) -> "Commitments":
        """All commitments of a book, from nothing."""
        commitments = cls(reference, year)
        for chain in allocations:
            commitments._count(chain, 1)
        return commitments

    def apply(self, changes: Iterable[Replaced]) -> None:
        """Take the ledger's changes in: what an allocation committed goes, what it commits comes."""
        for change in changes:
            self._count(change.old, -1)
            self._count(change.new, 1)
            self.earliest = min(self.earliest, _changed(change))

    def money(self, key: Key, cells: Cells) -> tuple[Exact, int]:
        """A cell's committed cents, exactly (not to be changed), and its unpriced allocation months."""
        commitment = self.get(key)
        if commitment is None:
            return Exact(), 0
        if not commitment.volumes:
            return commitment.money, commitment.unpriced
        money, unpriced = Exact(), commitment.unpriced
        money.merge(commitment.money)
        for unit, (volume, count) in commitment.volumes.items():
            tariff = mean_tariff(cells, key, unit)
            if tariff is None:
                unpriced += count
            else:
                priced = volume.value() * tariff
                money.add(priced.numerator, priced.denominator)
        return money, unpriced

    def _count(self, chain: Chain, sign: int) -> None:
        """Add (1) or take away (-1) an allocation: its winner in the cells, its history in `known`."""
        before: dict[Key, int] = {}
        months: list[tuple[Key, Part, tuple[int, int] | None]] = []
        for version in chain:
            months = [] if version.deleted else list(self._months(version))
            now = {key: _cents(money) for key, _, money in months if money is not None}
            self._learn(version, before, now, sign)
            before = now
        for key, part, money in months:
            self._commit(key, chain[-1], part, money, sign)

    def _months(self, held: Held) -> Iterator[tuple[Key, Part, tuple[int, int] | None]]:
        content = held.content
        names = content.get("category"), content.get("code"), held.provider
        for part in parts(content, self._horizon):
            yield Key(part.month.text, *names), part, self._money(held, part)

    def _learn(
        self, version: Held, before: Mapping[Key, int], now: Mapping[Key, int], sign: int
    ) -> None:
        """Note what a version changed, in the month of its stamp; `before` is the version before it."""
        stamped = version.content["stamp"][:7]
        for key in before.keys() | now.keys():
            change = sign * (now.get(key, 0) - before.get(key, 0))
            if not change:
                continue
            known = self.known.setdefault(key, {})
            total = known.get(stamped, 0) + change
            if total:
                known[stamped] = total
            else:
                del known[stamped]
                if not known:
                    del self.known[key]

    def _commit(
        self, key: Key, held: Held, part: Part, money: tuple[int, int] | None, sign: int
    ) -> None:
        content = held.content
        self.touched.add(key)
        cell = self.get(key)
        if cell is None:
            cell = self[key] = Commitment()
        if money is not None:
            cell.money.add(sign * money[0], money[1])
        elif "volume" in content and "code" not in content and "category" in content:
            _wait(cell, content, part, sign)
        else:
            cell.unpriced += sign
        cell.parts += sign
        if not cell.parts:
            del self[key]

    def _money(self, held: Held, part: Part) -> tuple[int, int] | None:
        """Cents as (numerator, denominator); None without a price of its own."""
        content = held.content
        if "volume" not in content:
            return (content["budget"] * part.days, part.in_all) if "budget" in content else None
        volume, base = volume_of(content, part)
        if content["unit"] == EUROS:
            return volume, base
        if "code" not in content:
            return None
        price = self._reference.tariff(
            held.provider, content["code"], content["unit"], part.month.first
        )
        return None if price is None else (volume * price.numerator, base * price.denominator)


def _changed(change: Replaced) -> str:
    """The month of the first version that is new, or that is another than it was."""
    same = sum(
        1
        for _ in takewhile(
            lambda pair: pair[0] == pair[1], zip(change.old, change.new, strict=False)
        )
    )
    others = (*change.old[same:], *change.new[same:])
    return min((each.content["stamp"][:7] for each in others), default=NEVER)


def _cents(money: tuple[int, int]) -> int:
    """A fraction of cents as whole cents, halves rounded up."""
    numerator, denominator = money
    return (2 * numerator + denominator) // (2 * denominator)


def mean_tariff(cells: Cells, key: Key, unit: str) -> Fraction | None:
    """Net declared cents over net declared volume of a cell's provider and category in a unit."""
    counted = MINUTES if unit == HOURS else unit
    cents, volume = cells.rates.get((key.provider, key.category or "", counted), (0, 0))
    return Fraction(cents * (60 if unit == HOURS else 1), volume) if volume else None


def _wait(cell: Commitment, content: Allocation, part: Part, sign: int) -> None:
    unit = content["unit"]
    volume, count = cell.volumes.get(unit, (Exact(), 0))
    numerator, denominator = volume_of(content, part)
    volume.add(sign * numerator, denominator)
    cell.volumes[unit] = volume, count + sign
    if not count + sign:
        del cell.volumes[unit]
