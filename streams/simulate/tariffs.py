"""What a unit costs: by provider, product and year, in cents; minutes are priced by the hour.

Until a harmonisation each provider has its own tariffs, indexed every 1 January. After it every
product has one tariff: what was paid on average the year before, times the product's growth.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from streams.simulate.allocation import Allocation
from streams.simulate.catalogue import CATALOGUE, EURO, MINUTE, Product
from streams.simulate.delivery import Delivery
from streams.simulate.plan import STEADY, growths, products_of
from streams.simulate.providers import Offer
from streams.simulate.scenario import Scenario

Tariffs = Mapping[tuple[str, str, int], int]
"""By AGB code, product code and year."""


def build_tariffs(
    scenario: Scenario, offers: Mapping[str, list[Offer]], delivered: Iterable[Delivery]
) -> Tariffs:
    """All tariffs of a world; `delivered` is what the harmonised ones are averaged over."""
    tariffs = {
        (offer.provider.agb, product.code, year): round(product.price * index * offer.tariff)
        for product in products_of(scenario)
        if product.unit != EURO
        for offer in offers[product.code]
        for year, index in zip(scenario.years, scenario.index, strict=True)
    }
    made = scenario.harmonisation
    if made:
        one = _harmonised(scenario, tariffs, delivered)
        for agb, code, year in tariffs:
            if year >= made.on.year and code in one:
                tariffs[agb, code, year] = round(
                    one[code] * scenario.index[year - scenario.first_year]
                )
        tariffs = {key: cents for key, cents in tariffs.items() if not _stopped(scenario, key)}
    return tariffs


def _harmonised(
    scenario: Scenario, tariffs: Tariffs, delivered: Iterable[Delivery]
) -> Mapping[str, float]:
    """The one tariff of each product in the tender, at the prices of the first year."""
    made = scenario.harmonisation
    if made is None:
        return {}
    paid, units = _paid(tariffs, delivered, made.on.year - 1)
    factors = growths(scenario)
    index = scenario.index[made.on.year - 1 - scenario.first_year]
    return {
        product.code: factors.get(product.code, STEADY).tariff
        * (
            paid[product.code] / units[product.code] / index
            if units[product.code]
            else product.price
        )
        for product in products_of(scenario)
        if product.line in made.lines and product.unit != EURO
    }


def _paid(
    tariffs: Tariffs, delivered: Iterable[Delivery], year: int
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Cents and units of a year by product; an old code counts for its heir."""
    paid: dict[str, float] = defaultdict(float)
    units: dict[str, float] = defaultdict(float)
    for delivery in delivered:
        product = delivery.allocation.product
        if delivery.month // 12 != year or product.unit == EURO:
            continue
        amount = delivery.units / 60 if delivery.unit == MINUTE else delivery.units
        code = delivery.allocation.episode.heir or product.code
        factor = product.heirs[code].unit_factor if product.heirs else 1.0
        paid[code] += amount * tariffs[delivery.allocation.provider.agb, product.code, year]
        units[code] += amount * factor
    return paid, units


def _stopped(scenario: Scenario, key: tuple[str, str, int]) -> bool:
    """Whether a tariff is of an old code after the harmonisation."""
    made = scenario.harmonisation
    return bool(made and CATALOGUE[key[1]].heirs and key[2] >= made.on.year)


def tariff_unit(product: Product) -> str:
    """The unit in which a tariff is agreed: the hour for minutes (IV081)."""
    return "04" if product.unit == MINUTE else product.unit


def price(tariff: int, units: int, unit: str) -> tuple[int, int]:
    """The tariff a line shows and its amount, in cents, halves rounded up (TR346, IV081)."""
    if unit != MINUTE:
        return tariff, tariff * units
    return (tariff + 30) // 60, (tariff * units + 30) // 60


def tariff_of(tariffs: Tariffs, allocation: Allocation, day: date) -> int:
    """Cents of one unit (an hour for minutes) for an allocation on a day."""
    return tariffs[allocation.provider.agb, allocation.product.code, day.year]


def within_budgets(delivered: Iterable[Delivery], tariffs: Tariffs) -> Iterator[Delivery]:
    """Deliveries without what an allocation's budget does not pay (TR369)."""
    left: dict[int, int] = {}
    for delivery in delivered:
        allocation = delivery.allocation
        if allocation.budget is None:
            yield delivery
            continue
        tariff = tariff_of(tariffs, allocation, delivery.begin)
        room = left.get(allocation.number, allocation.budget)
        per_tariff = 60 if delivery.unit == MINUTE else 1
        units = min(delivery.units, room * per_tariff // tariff)
        left[allocation.number] = room - price(tariff, units, delivery.unit)[1]
        if units:
            yield replace(delivery, units=units)
