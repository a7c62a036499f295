"""Committed money: what allocations may cost, by calendar day.

An allocation of volume V commits in a month, with d of its days in that month, D days in all and T
the tariff valid on the first of the month (design.md, Committed):

    per day (1)     V * d * T               per month (4)   V * d / days(month) * T
    per week (2)    V * d / 7 * T           in all (6)      V * d / D * T

Unit 83 is cents already; a budget without volume commits Budget * d / D. What has neither, or no
price, is counted as unpriced, in allocation months. A volume on a category without product code is
priced at the mean tariff of its provider, category and unit. An open end runs to 31 December of the
as-of year; stops, declarations and the as-of date change nothing. Sums are exact fractions of cents.

The tariffs of a new year often come weeks after it began. What is learnt from (`known`) has the price
that lapsed then (`Reference.lapsed_tariff`), so that a prognosis does not lose a year's commitments;
`lapsed` tells how much that is. Committed money has no price then, and is unpriced, as above. New
reference data make everything anew. Of what goes on without an end `known` has the year after as well,
which is also foretold: else an allocation without an end would seem to be known only when its year begins.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum, auto
from fractions import Fraction
from functools import cache
from itertools import takewhile
from typing import Final, NamedTuple, TypeVar

from schemas.events import Allocation
from schemas.reference.lookup import Reference
from streams.figures.cells import HOURS, MINUTES, Cells, Key
from streams.figures.exact import Exact
from streams.figures.marks import NEVER, Marked
from streams.figures.rounding import parted
from streams.ledger.allocations import Allocations, Chain, Held, Replaced

K = TypeVar("K")

EUROS: Final = "83"

IN_ALL: Final = "6"

LONGEST: Final = 600
"""Months of an allocation that are committed: fifty years, twice the longest youth care there is."""


class Month(NamedTuple):
    """A calendar month: its text ("YYYY-MM"), its first day, that day's ordinal, its length in days."""

    text: str
    first: date
    start: int
    length: int


Plain = tuple[str, str | None, str | None, str]
"""A key as a plain tuple: equal, and quicker made."""


class Price(Enum):
    """What a month of an allocation is priced at."""

    NONE = auto()
    LAPSED = auto()
    """the last tariff that ended, while none is valid"""
    VALID = auto()


Share = tuple[Plain, int, int, Price]
"""An allocation in one month: numerator and denominator, of cents when it has a price (the last), else of
its volume."""


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


def spread(content: Allocation, horizon: date) -> tuple[Iterable[tuple[Month, int]], int]:
    """The months of an allocation with its days in each, and its days in all.

    An open end runs to `horizon`, an end before its begin has none. Not beyond `LONGEST`: an end in the
    year 9999 would be a hundred thousand cells.
    """
    begin = date.fromisoformat(content["begin"])
    end = date.fromisoformat(content["end"]) if "end" in content else horizon
    start, stop = begin.toordinal(), end.toordinal() + 1
    if stop <= start:
        return [], 0
    first, after = begin.year * 12 + begin.month - 1, end.year * 12 + end.month
    months = [_month(number) for number in range(first, min(after, first + LONGEST))]
    days = [month.length for month in months]
    days[0] -= start - months[0].start
    days[-1] -= max(0, months[-1].start + months[-1].length - stop)
    return zip(months, days, strict=True), stop - start


class Commitments(Marked[Key, Commitment]):
    """The commitments of one municipality; a cell exists while an allocation month is in it.

    `known` holds priced money, lapsed prices too, by cell and by the month in which it became known: a
    version adds its money in the month of its stamp, and the next version takes it away again. It is for
    learning from, so each allocation month is in whole cents, and the money of a trajectory is in the
    months in which it will be declared (`as_paid`), not by calendar day.
    """

    def __init__(self, reference: Reference, year: int) -> None:
        super().__init__()
        self._reference = reference
        self._horizon, self._reach = date(year, 12, 31), date(year + 1, 12, 31)
        self.known: dict[Plain, dict[str, int]] = {}
        self._lapsed: dict[Plain, tuple[Exact, int]] = {}

    @classmethod
    def of(cls, allocations: Allocations, reference: Reference, year: int) -> "Commitments":
        """All commitments of a book, from nothing."""
        commitments = cls(reference, year)
        for chain in sorted(allocations, key=_of_whom):  # one cell after the other is quicker
            commitments._count(chain, 1)
        return commitments

    def apply(self, changes: Iterable[Replaced]) -> None:
        """Take the ledger's changes in: what an allocation committed goes, what it commits comes."""
        for change in changes:
            versions = [*self._count(change.old, -1), *self._count(change.new, 1)]
            touched = {key for months in versions for key, *_ in months}
            self._mark([Key(*key) for key in touched], _changed(change))

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

    def lapsed(self, year: int) -> tuple[int, int]:
        """Of the allocation months of a year with a lapsed price: their cents, and how many there are.

        `known` has these cents (of trajectories as they are paid); in `money` the months are unpriced.
        """
        money, months = Exact(), 0
        for (month, *_), (part, count) in self._lapsed.items():
            if month.startswith(f"{year:04}-"):
                money.merge(part)
                months += count
        return money.cents(), months

    def _count(self, chain: Chain, sign: int) -> list[list[Share]]:
        """Add (1) or take away (-1) an allocation: its winner in the cells, its history in `known`.

        Gives the months of each version.
        """
        versions = [[] if version.deleted else self._months(version) for version in chain]
        before: dict[Plain, int] = {}
        none = Price.NONE  # looked up for every month of every version it takes a tenth longer
        for version, months in zip(chain, versions, strict=True):
            now = {  # whole cents, halves rounded up
                key: (2 * over + under) // (2 * under)
                for key, over, under, priced in months
                if priced is not none
            }
            content = version.content
            if now and (start := self._start_share(content)) is not None:
                last = months[-1][0] if "end" in content else None
                now = as_paid(now, start, months[0][0], last)
            self._learn(content["stamp"][:7], before, now, sign)
            before = now
        if chain:
            self._commit(chain[-1].content, self._inside(chain[-1].content, versions[-1]), sign)
        return versions

    def _start_share(self, content: Allocation) -> Fraction | None:
        """The share of a trajectory's price that is paid at its start; None of other care."""
        if "code" not in content:
            return None
        return self._reference.payment(content["code"], date.fromisoformat(content["begin"]))

    def _inside(self, content: Allocation, months: list[Share]) -> list[Share]:
        """The months of an allocation that are committed: an open end runs to the end of the year."""
        if "end" in content:
            return months
        last = self._horizon.isoformat()[:7]
        return [share for share in months if share[0][0] <= last]

    def _months(self, held: Held) -> list[Share]:
        content, provider, price_on = held.content, held.provider, self._price(held)
        category, code = content.get("category"), content.get("code")
        amount, frequency = content.get("budget", 0), IN_ALL
        if "volume" in content:
            amount, frequency = content["volume"], content["frequency"]
        months, in_all = spread(content, self._reach if frequency in _BASES else self._horizon)
        base = _BASES.get(frequency, in_all)
        found: list[Share] = []
        price, numerator, denominator = None, 1, 1
        valid = Price.VALID
        for (text, first, _, length), days in months:
            priced, now = valid, price_on(first)
            if now is None:
                now = self._lapsed_price(content, provider, first)
                priced = Price.NONE if now is None else Price.LAPSED
            if now is not price:
                price = now
                numerator, denominator = (1, 1) if now is None else now.as_integer_ratio()
            over, under = amount * days * numerator, (base or length) * denominator
            found.append(((text, category, code, provider), over, under, priced))
        return found

    def _price(self, held: Held) -> Callable[[date], Fraction | None]:
        """What a unit of an allocation costs on a day, in cents."""
        content = held.content
        if content["unit"] == EUROS if "volume" in content else "budget" in content:
            return lambda _: _CENT
        if "volume" not in content or "code" not in content:
            return lambda _: None
        return self._reference.prices(held.provider, content["code"], content["unit"]).__getitem__

    def _lapsed_price(self, content: Allocation, provider: str, on: date) -> Fraction | None:
        """What a unit cost by the last tariff before a day on which it has none."""
        if "volume" not in content or "code" not in content:
            return None
        return self._reference.lapsed_tariff(provider, content["code"], content["unit"], on)

    def _learn(
        self, stamped: str, before: Mapping[Plain, int], now: Mapping[Plain, int], sign: int
    ) -> None:
        """Note what a version changed, in the month of its stamp; `before` is the version before it."""
        changes = now
        if before:
            changes = {key: now.get(key, 0) - before.get(key, 0) for key in {**before, **now}}
        for key, cents in changes.items():
            if not cents:
                continue
            known = self.known.get(key)
            if known is None:
                self.known[key] = {stamped: sign * cents}
            else:
                total = known.get(stamped, 0) + sign * cents
                if total:
                    known[stamped] = total
                else:
                    del known[stamped]
                    if not known:
                        del self.known[key]

    def _commit(self, content: Allocation, months: Iterable[Share], sign: int) -> None:
        waits = "volume" in content and "code" not in content and "category" in content
        valid = Price.VALID
        for key, over, under, priced in months:
            cell = self.get(key)  # type: ignore[call-overload]
            if cell is None:
                cell = self[Key(*key)] = Commitment()
            if priced is valid:
                cell.money.add(sign * over, under)
            elif waits:
                _add(cell.volumes, content["unit"], (over, under), sign)
            else:
                cell.unpriced += sign
                if priced is Price.LAPSED:
                    _add(self._lapsed, key, (over, under), sign)
            cell.parts += sign
            if not cell.parts:
                del self[Key(*key)]


_CENT: Final = Fraction(1)
_BASES: Final = {"1": 1, "2": 7, "4": 0}
"""Days that an amount is for, by frequency: 0 for those of the month; all days when it is not here."""


def _of_whom(chain: Chain) -> tuple[str, str]:
    winner = chain[-1]
    return winner.provider, winner.content.get("code", "")


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


def as_paid(
    money: Mapping[Plain, int], start: Fraction, first: Plain, last: Plain | None
) -> dict[Plain, int]:
    """The cents of a trajectory, given by calendar day, as they will be declared: as many in all.

    The share `start` (0 to 1) of all of it is declared in the month `first`, the rest in the month `last`;
    without a last month nothing tells when it ends, and the rest stays where it is.
    """
    at_start = parted(start * cents for cents in money.values())
    left = {key: cents - part for (key, cents), part in zip(money.items(), at_start, strict=True)}
    rest = left if last is None else {last: sum(left.values())}
    return {**rest, first: rest.get(first, 0) + sum(at_start)}


def mean_tariff(cells: Cells, key: Key, unit: str) -> Fraction | None:
    """Net declared cents over net declared volume of a cell's provider and category in a unit."""
    counted = MINUTES if unit == HOURS else unit
    cents, volume = cells.rates.get((key.provider, key.category or "", counted), (0, 0))
    return Fraction(cents * (60 if unit == HOURS else 1), volume) if volume else None


def _add(sums: dict[K, tuple[Exact, int]], name: K, more: tuple[int, int], sign: int) -> None:
    """Add (1) or take away (-1) an allocation month in a sum and its count; what has none is left out."""
    total, count = sums.get(name, (Exact(), 0))
    numerator, denominator = more
    total.add(sign * numerator, denominator)
    sums[name] = total, count + sign
    if not count + sign:
        del sums[name]
