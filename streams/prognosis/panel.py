"""What a municipality knew when: money by provider, category, care month and month of knowing.

A panel is the raw material of a prognosis, as arrays. An item is a (provider, category, product); a
group is all items of one provider and category, the finest place in which declared and committed money
meet: an allocation may name a category alone, or nothing. Months are columns, counted from `first` (a
month is year * 12 + month - 1); amounts are cents, whole numbers in floats (exact up to 9e15).

A panel holds what was known at the end of one month and nothing later, in one order, so that equal sets
of messages give equal floats, whenever they came.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import prod
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.figures.cells import Key
from streams.figures.rollup import Figures
from streams.figures.spans import month_number
from streams.figures.yearly import Line
from streams.prognosis.prices import price_levels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BACK: Final = 84
"""Months of history that are looked at: seven years; a mistyped year must not make a valuation walk
through the centuries."""

AHEAD: Final = 24
"""Months ahead that are kept: to the end of the year after any month."""


def added(places: Ints, amounts: Floats, size: int) -> Floats:
    """Amounts added up by place, of which there are `size`."""
    return np.asarray(np.bincount(places, weights=amounts, minlength=size), dtype=np.float64)


def summed(values: Floats, of_row: Ints, rows: int) -> Floats:
    """The rows of `values` added up by place."""
    rest = values.shape[1:]
    size = prod(rest)
    places = of_row[:, None] * size + np.arange(size)
    return added(places.ravel(), values.ravel(), rows * size).reshape(rows, *rest)


def aged(closed: int, ages: range, since: int = 0) -> slice:
    """The columns of the care months of some ages at the end of month `closed`, from `since` on."""
    return slice(max(since, closed - ages[-1]), max(since, closed - ages[0] + 1))


class Item(NamedTuple):
    """What is bought of whom; None for an allocation that does not say."""

    provider: str
    category: str | None
    product: str | None


@dataclass(frozen=True)
class Known:
    """Amounts by item, care month and month of knowing (columns); one row each."""

    item: Ints
    care: Ints
    known: Ints
    cents: Floats

    def cube(self, of_item: Ints, rows: int, months: int) -> Floats:
        """What was known of each place and care month at the end of each month.

        `of_item` maps items to `rows` places; shape (rows, months, months).
        """
        places = (of_item[self.item] * months + self.care) * months + np.maximum(0, self.known)
        cells = added(places, self.cents, rows * months * months)
        cube = cells.reshape(rows, months, months)
        return cube.cumsum(axis=2, out=cube)

    def by_item(self, items: int, months: int) -> Floats:
        """What is known of each item and care month; shape (items, months)."""
        return added(self.item * months + self.care, self.cents, items * months).reshape(
            items, months
        )


@dataclass(frozen=True)
class Panel:
    """The money of one municipality as known at the end of month `closed` (a column)."""

    items: tuple[Item, ...]
    lines: tuple[Line, ...]
    line_of_item: Ints
    first: int
    months: int
    closed: int
    declared: Known
    committed: Known
    levels: Floats
    """tariffs by item and month, see `prices`; shape (items, months)"""

    @cached_property
    def providers(self) -> tuple[str, ...]:
        """The providers, in the order of the items."""
        return tuple(dict.fromkeys(item.provider for item in self.items))

    @cached_property
    def groups(self) -> tuple[tuple[str, str | None], ...]:
        """Provider and category of each group, in the order of the items."""
        return tuple(dict.fromkeys(item[:2] for item in self.items))

    @cached_property
    def group_of_item(self) -> Ints:
        """The group of each item."""
        return _places((item[:2] for item in self.items), self.groups)

    @cached_property
    def provider_of_group(self) -> Ints:
        """The provider of each group."""
        return _places((provider for provider, _ in self.groups), self.providers)

    @cached_property
    def line_of_group(self) -> Ints:
        """The budget line that most of a group's money belongs to."""
        weight = np.zeros((len(self.groups), len(self.lines)))
        np.add.at(weight, (self.group_of_item, self.line_of_item), 1e-9)  # without any money
        for each, share in ((self.declared, 1.0), (self.committed, 1e-3)):
            place = self.group_of_item[each.item], self.line_of_item[each.item]
            np.add.at(weight, place, share * np.abs(each.cents))
        return np.asarray(weight.argmax(axis=1), dtype=np.int64)

    @cached_property
    def days(self) -> Floats:
        """The days of each month."""
        months = range(self.first, self.first + self.months)
        return np.array([monthrange(month // 12, month % 12 + 1)[1] for month in months], float)

    @cached_property
    def prices(self) -> Floats:
        """The price level of each group, 1 in month `closed`; shape (groups, months).

        That of its items, by what is committed of them and a little by what is declared.
        """
        committed, declared = (
            np.abs(added(each.item, each.cents, len(self.items)))
            for each in (self.committed, self.declared)
        )
        weight = committed + 1e-3 * declared
        relative = self.levels / self.levels[:, [self.closed]]
        total = added(self.group_of_item, weight, len(self.groups))[:, None]
        level = summed(weight[:, None] * relative, self.group_of_item, len(self.groups))
        return np.asarray(np.where(total > 0, level / np.where(total > 0, total, 1.0), 1.0))


def _places(values: Iterable[object], order: Sequence[object]) -> Ints:
    places = {value: place for place, value in enumerate(order)}
    return np.array([places[value] for value in values], dtype=np.int64)


_Name = tuple[str, str | None, str | None]
"""Of an item, as a plain tuple: quicker made, and equal."""


def panel(parts: Sequence[Figures], until: int) -> Panel:
    """The panel of a municipality's parts at the end of the absolute month `until`.

    Its columns run from a year before the oldest care month, at most `BACK` months ago, because of when
    allocations became known, to `AHEAD` months after.
    """
    names: dict[_Name, int] = {}
    said = _rows(_declared(parts), names, until)
    meant = _rows(_committed(parts), names, until)
    oldest = min(said[1].tolist(), default=until)
    first = min(until, max(oldest - 12, until - BACK + 1))
    months = until - first + 1 + AHEAD
    found, used = list(names), np.union1d(said[0], meant[0]).tolist()
    items = sorted((Item(*found[name]) for name in used), key=in_order)
    places = np.zeros(len(names), dtype=np.int64)
    places[[names[item] for item in items]] = np.arange(len(items))
    by_item = lines_of(parts, items)
    lines = tuple(sorted({*by_item, None}, key=lambda line: (line is not None, line or "")))
    return Panel(
        items=tuple(items),
        lines=lines,
        line_of_item=_places(by_item, lines),
        first=first,
        months=months,
        closed=until - first,
        declared=_known(places[said[0]], said, first, months),
        committed=_known(places[meant[0]], meant, first, months),
        levels=price_levels(parts, items, first, months),
    )


_Money = tuple[_Name, str, Mapping[str, int]]
"""Of one cell: its item, its care month, and cents by the month in which they became known."""


def _declared(parts: Iterable[Figures]) -> Iterator[_Money]:
    """What was refused was declared until its answer, of a later month."""
    for part in parts:
        for (month, category, product, provider), cell in part.cells.items():
            name = provider, category, product
            yield name, month, cell.arrived
            for (arrived, answered), cents in cell.refused.items():
                yield name, month, {arrived: cents, answered: -cents}


def _committed(parts: Iterable[Figures]) -> Iterator[_Money]:
    for part in parts:
        for (category, product, provider), months in part.commitments.known.items():
            name = provider, category, product
            for month, known in months.items():
                yield name, month, known


def _rows(found: Iterable[_Money], names: dict[_Name, int], until: int) -> Ints:
    """Item (its number in `names`), care month, month of knowing (until `until`) and cents; shape (4, rows)."""
    places, cares, counts, stamps, cents = [], [], [], list[str](), list[int]()
    for name, month, money in found:
        places.append(names.setdefault(name, len(names)))
        cares.append(_number(month))
        counts.append(len(money))
        stamps += money
        cents += money.values()
    place, care, count, amount = (
        np.array(each, dtype=np.int64) for each in (places, cares, counts, cents)
    )
    known = np.fromiter(map(_number, stamps), dtype=np.int64, count=len(stamps))
    rows = np.stack([place.repeat(count), care.repeat(count), known, amount])
    return np.asarray(rows[:, known <= until])


_number = cache(month_number)


def item_of(key: Key) -> Item:
    """The item of a cell."""
    return Item(key.provider, key.category, key.product)


def in_order(item: Item) -> tuple[str, str, str]:
    """Items sort by provider, category and product; none goes first."""
    return item.provider, item.category or "", item.product or ""


def _known(item: Ints, rows: Ints, first: int, months: int) -> Known:
    """The rows of care months inside a panel, in order."""
    care, known, cents = rows[1] - first, rows[2] - first, rows[3]
    inside = (care >= 0) & (care < months)
    item, care, known, cents = (each[inside] for each in (item, care, known, cents))
    order = np.lexsort((cents, known, item * months + care))
    return Known(item[order], care[order], known[order], cents[order].astype(np.float64))


def lines_of(parts: Sequence[Figures], items: Iterable[Item]) -> list[Line]:
    """The budget line of each item; an item without product has that of its category's products."""
    of_product: dict[str, Line] = {}
    of_category: dict[str, Line] = {}
    for part in parts:
        rows = sorted(part.reference.document.products, key=lambda row: (row.valid_from, row.code))
        for row in rows:
            of_product.setdefault(row.code, row.budget_line)
            of_category.setdefault(row.category, row.budget_line)
    return [
        of_product.get(item.product) if item.product else of_category.get(item.category or "")
        for item in items
    ]
