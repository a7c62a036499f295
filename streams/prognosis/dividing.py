"""The change of one product, divided over effects: for each provider whole cents without a rest.

By factors (LMDI, `decomposition.lmdi`) each provider's change is divided by itself, and turns its sign when
the periods change places. By volume, mix and price, as controllers do (`decomposition.pvm`), providers
are weighed against each other: mix is the shift between them, and the first period is the base.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from streams.prognosis.comparing import Worth
from streams.prognosis.decomposition import lmdi, pvm, shared

FACTORS: Final = ("clients", "duration", "products_per_client", "mix", "intensity", "tariff")
"""In the order of `Worth.factors`."""

VOLUME_MIX_PRICE: Final = ("volume", "mix", "price")
"""In the order of `decomposition.pvm`."""

Pairs = Sequence[tuple[Worth, Worth]]
"""A product before and after at each of its providers; in both periods it is worth something."""

Effects = Mapping[str, int]
"""Cents by effect."""


def by_factors(pairs: Pairs) -> list[Effects]:
    """The effects of the factors; what a provider has in one period only is mix."""
    return [_factors(*pair) for pair in pairs]


def _factors(before: Worth, after: Worth) -> Effects:
    """Reckoned one way only, so that the other way is its mirror image."""
    if after < before:
        return {name: -cents for name, cents in _factors(after, before).items()}
    change = after.cents - before.cents
    if not (before.counts and after.counts):
        return {"mix": change}
    by_month = not _counted([(before, after)])
    parts = lmdi(before.factors(by_month=by_month), after.factors(by_month=by_month))
    return dict(zip(FACTORS, shared(parts, change), strict=True))


def by_volume(pairs: Pairs) -> list[Effects]:
    """The effects of volume, mix and price, in the unit of the product; else in client-months."""
    counted = _counted(pairs)
    before, after = (
        [(worth.units if counted else Fraction(worth.months), worth.cents) for worth in period]
        for period in zip(*pairs, strict=True)
    )
    return [
        dict(
            zip(
                VOLUME_MIX_PRICE,
                shared([float(part) for part in parts], new.cents - old.cents),
                strict=True,
            )
        )
        for parts, (old, new) in zip(pvm(before, after), pairs, strict=True)
    ]


def _counted(pairs: Pairs) -> bool:
    """Whether all money has units."""
    return all(worth.units > 0 for pair in pairs for worth in pair if worth.cents)


Divide = Callable[[Pairs], list[Effects]]
"""A way to divide the change of a product: the effects at each of its providers."""

METHODS: Final[Mapping[str, Divide]] = {"lmdi": by_factors, "pvm": by_volume}

PARTS_OF: Final[Mapping[str, tuple[str, ...]]] = {"lmdi": FACTORS, "pvm": VOLUME_MIX_PRICE}
"""The effects that each method gives."""
