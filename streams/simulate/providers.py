"""The providers of a world: what they offer, what they charge, and how they bill.

Large and small ones after a power law; each product is offered by a few of them. Before a
harmonisation a provider has tariffs of its own, after it there is one tariff for each product.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from streams.simulate.catalogue import AMBULANT, PROBATION, PROTECTION, STAY, Product
from streams.simulate.chance import Chance
from streams.simulate.months import month_of
from streams.simulate.plan import products_of
from streams.simulate.scenario import Later, Scenario

_FIRST_AGB: Final = 90_000_001
_DELAYS: Final = {
    "prompt": (80, 12, 4, 2, 1, 1),
    "slow": (48, 30, 12, 5, 3, 2),
    "late": (12, 42, 26, 10, 6, 4),
}
"""Months between the month of care and the declaration it is in, as weights from 0 on."""
_HABITS: Final = ("prompt", "slow", "prompt", "prompt", "late", "prompt", "slow")
"""The habits of providers, in turn: most bill in the month after."""
_TARIFF_SPREAD: Final = 0.04
_MINUTES_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: its AGB code, size, and how it bills.

    `billing_day` is the day of the next month on which it declares, `outages` the months for which
    it sent no declaration in time; `by_minute`: it declares hours as minutes (TR341). Care from the
    month `later_since` on is declared `later` months later than it used to be.
    """

    agb: str
    name: str
    size: float
    lines: tuple[str, ...]
    delays: tuple[int, ...]
    billing_day: int
    outages: frozenset[int]
    by_minute: bool
    later: int = 0
    later_since: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A provider of a product, its share of the new episodes, and its tariff relative to the mean."""

    provider: Provider
    share: float
    tariff: float


def build_providers(scenario: Scenario, chance: Chance) -> list[Provider]:
    """The providers of a world, largest first."""
    stream = chance.stream("providers")
    providers = [_provider(number, scenario, stream) for number in range(scenario.providers)]
    return _delayed(providers, scenario.later, chance.stream("later"))


def _delayed(providers: list[Provider], change: Later | None, stream: Random) -> list[Provider]:
    """The same, with those that bill later from some day on, as many as make its share of the care."""
    if change is None:
        return providers
    wanted = change.share * sum(provider.size for provider in providers)
    changed = set()
    for provider in sorted(providers, key=lambda _: stream.random()):
        if provider.size <= wanted:
            wanted -= provider.size
            changed.add(provider.agb)
    since = month_of(change.since)
    return [
        replace(provider, later=change.months, later_since=since)
        if provider.agb in changed
        else provider
        for provider in providers
    ]


def _provider(number: int, scenario: Scenario, stream: Random) -> Provider:
    months = scenario.months
    down = stream.randrange(months.start + 6, months.stop - 6)
    outages = {down, down + 1} if stream.random() < scenario.outages else set()
    return Provider(
        agb=str(_FIRST_AGB + number),
        name=f"Aanbieder {number + 1:02d}",
        size=(number + 1.5) ** -0.8,
        lines=_lines(number),
        delays=_DELAYS[_HABITS[number % len(_HABITS)]],
        billing_day=stream.randint(3, 22),
        outages=frozenset(outages),
        by_minute=stream.random() < _MINUTES_SHARE,
    )


def _lines(number: int) -> tuple[str, ...]:
    """The lines a provider works in: two certified institutions, a few for stay, most ambulant."""
    if number % 7 == 4:
        return (PROTECTION, PROBATION) if number < 20 else (AMBULANT,)
    if number % 3 == 1:
        return (STAY, AMBULANT)
    return (AMBULANT,)


def build_offers(
    scenario: Scenario, providers: list[Provider], chance: Chance
) -> Mapping[str, list[Offer]]:
    """Who offers each product, by product code. A successor is offered by whom offered the old."""
    offers: dict[str, list[Offer]] = {}
    products = products_of(scenario)
    for product in sorted(products, key=lambda p: not p.heirs):
        stream = chance.stream("offers", product.code)
        old = [
            offer.provider for p in products if product.code in p.heirs for offer in offers[p.code]
        ]
        chosen = list(dict.fromkeys([*old, *_choose(product, providers, stream)]))
        total = sum(provider.size for provider in chosen)
        offers[product.code] = [
            Offer(provider, provider.size / total, 1 + stream.gauss(0, _TARIFF_SPREAD))
            for provider in chosen
        ]
    return offers


def _choose(product: Product, providers: list[Provider], stream: Random) -> list[Provider]:
    """A few providers of the product's line; the more is spent on it, the more of them."""
    able = [provider for provider in providers if product.line in provider.lines]
    wanted = min(len(able), 2 + round(product.weight / 4))
    ranked = sorted(able, key=lambda p: stream.random() ** (1 / p.size), reverse=True)
    return ranked[:wanted]
