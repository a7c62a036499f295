"""What a unit of a product costs over the months, relative to itself: the price level of commitments.

What is usually committed in a month is measured at the prices of the months it was measured in; a month
to come has other tariffs, often from 1 January. A level is a tariff of the contract in a month; before
the first and after the last known one that one holds.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from schemas.reference.lookup import Reference
from streams.figures.rollup import Figures


class Bought(Protocol):
    """Something bought of a provider; `product` None when the allocation names none."""

    @property
    def provider(self) -> str:
        """The AGB code."""

    @property
    def product(self) -> str | None:
        """The product code."""


def price_levels(
    parts: Sequence[Figures], items: Sequence[Bought], first: int, months: int
) -> NDArray[np.float64]:
    """The tariff of each item in each month from `first` on, shape (items, months); 1 without tariff."""
    units = [_units(part.reference) for part in parts]
    levels = np.ones((len(items), months))
    for row, item in enumerate(items):
        for part, known in zip(parts, units, strict=True):
            if item.product and (unit := known.get((item.provider, item.product))):
                levels[row] = _level(part.reference, item, unit, first, months)
                break
    return levels


def _units(reference: Reference) -> dict[tuple[str, str], str]:
    """A unit that a provider's product is priced in; the first of them in the order of codes."""
    found: dict[tuple[str, str], str] = {}
    for row in reference.document.tariffs:
        key = row.provider, row.code
        found[key] = min(found.get(key, row.unit), row.unit)
    return found


def _level(
    reference: Reference, item: Bought, unit: str, first: int, months: int
) -> NDArray[np.float64]:
    """Tariffs are asked for where one begins or ends, and hold in between."""
    changes = sorted({0, *_changes(reference, item, first, months)})
    level = np.empty(months)
    for start, stop in zip(changes, [*changes[1:], months], strict=True):
        month = first + start
        price = reference.tariff(
            item.provider, item.product or "", unit, date(month // 12, month % 12 + 1, 1)
        )
        level[start:stop] = np.nan if not price else float(price)
    return _filled(level)


def _changes(reference: Reference, item: Bought, first: int, months: int) -> Iterable[int]:
    for row in reference.tariff_rows(item.provider, item.product or ""):
        for day, later in ((row.valid_from, row.valid_from.day > 1), (row.valid_to, True)):
            if day is not None:
                place = day.year * 12 + day.month - 1 + later - first
                if 0 < place < months:
                    yield place


def _filled(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaps have the level before them, or else the one after them."""
    known = np.flatnonzero(~np.isnan(level))
    if not known.size:
        return np.ones_like(level)
    before = np.searchsorted(known, np.arange(level.size), side="right") - 1
    return level[known[np.maximum(before, 0)]]
