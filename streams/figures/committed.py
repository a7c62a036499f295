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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise, takewhile
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from schemas.reference.lookup import Reference
from streams.figures.cells import HOURS, MINUTES, Cells, Key
from streams.figures.exact import Exact
from streams.figures.marks import NEVER, Marked
from streams.figures.pricing import WIDE, Ints, Item, Price, Priced, Whole, begins, distinct, priced
from streams.figures.spans import month_number, month_text
from streams.ledger.allocations import Allocations, Chain, Replaced

K = TypeVar("K")


class Commitment:
    """A cell's committed money, its unpriced months, and its volumes that wait for a mean tariff."""

    __slots__ = ("money", "parts", "unpriced", "volumes")

    def __init__(self) -> None:
        self.money = Exact()
        self.unpriced = 0
        self.parts = 0
        self.volumes: dict[str, tuple[Exact, int]] = {}


class Commitments(Marked[Key, Commitment]):
    """The commitments of one municipality; a cell exists while an allocation month is in it.

    `known` holds priced money, lapsed prices too, by item, by care month and by the month in which it became
    known: a version adds its money in the month of its stamp, and the next version takes it away again. It is
    for learning from, so each allocation month is in whole cents, and the money of a trajectory is in the
    months in which it will be declared (`pricing.as_paid`), not by calendar day.
    """

    def __init__(self, reference: Reference, year: int) -> None:
        super().__init__()
        self._reference, self._year = reference, year
        self.known: dict[Item, dict[str, dict[str, int]]] = {}
        self._lapsed: dict[str, tuple[Exact, int]] = {}

    @classmethod
    def of(cls, allocations: Allocations, reference: Reference, year: int) -> "Commitments":
        """All commitments of a book, from nothing."""
        commitments = cls(reference, year)
        chains = [*allocations]
        commitments._count(chains, [1] * len(chains))
        return commitments

    def apply(self, changes: Iterable[Replaced]) -> None:
        """Take the ledger's changes in: what an allocation committed goes, what it commits comes."""
        changes = [*changes]
        if changes:
            chains = [chain for change in changes for chain in (change.old, change.new)]
            found = self._count(chains, [-1, 1] * len(changes))
            touched = distinct(found.item[found.version] * WIDE + found.month)
            self._mark(_keys(found, touched), min(map(_changed, changes)))

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

    def known_of(self, key: Key) -> Mapping[str, int]:
        """What `known` has of one cell: cents by the month in which they became known."""
        month, category, product, provider = key
        months = self.known.get((category, product, provider))
        return months.get(month, {}) if months else {}

    def lapsed(self, year: int) -> tuple[int, int]:
        """Of the allocation months of a year with a lapsed price: their cents, and how many there are.

        `known` has these cents (of trajectories as they are paid); in `money` the months are unpriced.
        """
        money, months = Exact(), 0
        for month, (part, count) in self._lapsed.items():
            if month.startswith(f"{year:04}-"):
                money.merge(part)
                months += count
        return money.cents(), months

    def _count(self, chains: Sequence[Chain], signs: Sequence[int]) -> Priced:
        """Add (1) or take away (-1) allocations: their winners in the cells, their histories in `known`."""
        held = [version for chain in chains for version in chain]
        found = priced(held, self._reference, self._year)
        sizes = np.array([*map(len, chains)], dtype=np.int64)
        sign = np.repeat(np.array(signs, dtype=np.int64), sizes)
        wins = np.zeros(len(held), dtype=np.bool_)
        wins[sizes.cumsum()[sizes > 0] - 1] = True
        stamp = np.array([_number(each.content["stamp"][:7]) for each in held], dtype=np.int64)
        self._learn(found, stamp, sign, wins)
        self._commit(found, sign, wins)
        return found

    def _learn(self, found: Priced, stamp: Ints, sign: Ints, wins: NDArray[np.bool_]) -> None:
        """Each version comes with its stamp, and goes with that of the next one."""
        cell = found.item[found.version] * WIDE + found.month
        cents, goes = found.cents * sign[found.version], ~wins[found.version]
        comes, gone = (cell * WIDE + each[found.version] for each in (stamp, np.roll(stamp, -1)))
        place, total = _added(
            np.concatenate([comes, gone[goes]]), np.concatenate([cents, -cents[goes]])
        )
        place, total = place[total != 0], total[total != 0]
        cell, stamps = place // WIDE, [*map(_text, (place % WIDE).tolist())]
        first, amounts = begins(cell), total.tolist()
        ends = pairwise([*first.tolist(), len(amounts)])
        for key, (since, until) in zip(cell[first].tolist(), ends, strict=True):
            more = dict(zip(stamps[since:until], amounts[since:until], strict=True))
            self._know(found.items[key // WIDE], _text(key % WIDE), more)

    def _know(self, item: Item, month: str, more: dict[str, int]) -> None:
        """Add to what is known of a cell."""
        months = self.known.setdefault(item, {})
        known = months.setdefault(month, more)
        if known is more:
            return
        for stamp, cents in more.items():
            total = known.get(stamp, 0) + cents
            if total:
                known[stamp] = total
            else:
                del known[stamp]
        if not known:
            del months[month]
            if not months:
                del self.known[item]

    def _commit(self, found: Priced, sign: Ints, wins: NDArray[np.bool_]) -> None:
        """Only months until the end of the year are committed of what has no end."""
        inside = (found.month < (self._year + 1) * 12) | ~found.endless[found.version]
        rows = (wins[found.version] & inside).nonzero()[0]
        version = found.version[rows]
        place, sign = found.item[version] * WIDE + found.month[rows], sign[version]
        places, parts = _added(place, sign)
        keys = _keys(found, places)
        cells = [self.setdefault(key, Commitment()) for key in keys]
        place = np.searchsorted(places, place)
        over, under = found.over[rows] * sign, found.under[rows]
        valid = found.price[rows] == Price.VALID
        for number, numerator, denominator in _by_denominator(
            place[valid], over[valid], under[valid]
        ):
            cells[number].money.add(numerator, denominator)
        for row in (~valid).nonzero()[0].tolist():
            unit, lapsed = found.unit[version[row]], found.price[rows[row]] == Price.LAPSED
            share = int(over[row]), int(under[row]), int(sign[row])
            self._wait(keys[place[row]], unit, share, lapsed=lapsed)
        for key, cell, count in zip(keys, cells, parts.tolist(), strict=True):
            cell.parts += count
            if not cell.parts:
                del self[key]

    def _wait(
        self, key: Key, unit: str | None, share: tuple[int, int, int], *, lapsed: bool
    ) -> None:
        """Count an allocation month without a valid tariff (`share` as of `_add`)."""
        cell = self[key]
        if unit is not None and key.product is None and key.category is not None:
            _add(cell.volumes, unit, share)
            return
        cell.unpriced += share[-1]
        if lapsed:
            _add(self._lapsed, key.care_month, share)


_number, _text = cache(month_number), cache(month_text)


def _keys(found: Priced, places: Ints) -> list[Key]:
    """The cells of places: the number of an item, and that of a month."""
    return [Key(_text(place % WIDE), *found.items[place // WIDE]) for place in places.tolist()]


def _added(places: Ints, amounts: Whole) -> tuple[Ints, Whole]:
    """Each place once, in order, and its amounts added up."""
    order = np.argsort(places)
    places = places[order]
    first = begins(places)
    return places[first], np.add.reduceat(amounts[order], first)


def _by_denominator(place: Ints, over: Whole, under: Whole) -> Iterator[tuple[int, int, int]]:
    """Of each place and denominator the sum of the numerators."""
    bottoms = distinct(under)
    places, tops = _added(place * len(bottoms) + np.searchsorted(bottoms, under), over)
    every = bottoms.tolist()
    for each, top in zip(places.tolist(), tops.tolist(), strict=True):
        yield each // len(every), top, every[each % len(every)]


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


def mean_tariff(cells: Cells, key: Key, unit: str) -> Fraction | None:
    """Net declared cents over net declared volume of a cell's provider and category in a unit."""
    counted = MINUTES if unit == HOURS else unit
    cents, volume = cells.rates.get((key.provider, key.category or "", counted), (0, 0))
    return Fraction(cents * (60 if unit == HOURS else 1), volume) if volume else None


def _add(sums: dict[K, tuple[Exact, int]], name: K, share: tuple[int, int, int]) -> None:
    """Add to a sum and its count; one with a count of nothing is left out.

    A share is numerator, denominator, and 1 of what is added or -1 of what is taken away, its numerator too.
    """
    numerator, denominator, sign = share
    total, count = sums.get(name, (Exact(), 0))
    total.add(numerator, denominator)
    sums[name] = total, count + sign
    if not count + sign:
        del sums[name]
