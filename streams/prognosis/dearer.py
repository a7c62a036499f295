"""Which products a client costs more of, or less, and whether intensity, tariff or both are why.

An effect of at least one percent of what a product costs is noticeable. A product with both effects
noticeable and in one direction is told with those that have both; with effects in two directions it is
told twice, once for each.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from streams.figures.rollup import Value, sortable
from streams.prognosis.explaining import Change

WHY: Final = ("intensity", "tariff")

NOTICEABLE: Final = 0.01
"""Of the mean of both periods. Where one price for all replaces several, the tariff of a product without
any rise seldom moves by more than half a percent (measured on simulated harmonisations)."""


@dataclass(frozen=True)
class Moved:
    """Products with the same noticeable effects (`cents` by effect) in one direction: `sign` 1 is dearer.

    The product with the largest effects comes first.
    """

    sign: int
    cents: Mapping[str, int]
    products: tuple[Value, ...]

    @property
    def total(self) -> int:
        """The effects together, in cents."""
        return sum(self.cents.values())


def dearer(products: Mapping[Value, Change]) -> list[Moved]:
    """The products that have moved, in groups, the group with the largest effects first."""
    found: dict[tuple[int, tuple[str, ...]], list[Value]] = defaultdict(list)
    for product, change in products.items():
        for sign in (1, -1):
            if why := tuple(each for each in WHY if _noticeable(change, each, sign)):
                found[sign, why].append(product)
    moved = [_moved(sign, why, products, names) for (sign, why), names in found.items()]
    return sorted(moved, key=lambda each: (-abs(each.total), -each.sign, len(each.cents)))


def _noticeable(change: Change, effect: str, sign: int) -> bool:
    cents = sign * change.effects[effect]
    return cents > 0 and cents >= NOTICEABLE * sum(change.costs) / 2


def _moved(
    sign: int, why: tuple[str, ...], products: Mapping[Value, Change], names: list[Value]
) -> Moved:
    def effects(name: Value) -> int:
        return sum(products[name].effects[each] for each in why)

    return Moved(
        sign,
        {each: sum(products[name].effects[each] for name in names) for each in why},
        tuple(sorted(names, key=lambda name: (-abs(effects(name)), sortable((name,))))),
    )
