"""What a world should come to: how much care of each product there is in each month.

Euros of a scenario become a number of episodes at the same time (the stock), by line and month, so
that a year's total follows from clients, use and tariffs, as it does in reality.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, expm1

from streams.simulate.catalogue import CATALOGUE, Product
from streams.simulate.scenario import Municipality, Scenario

_RAMP_MONTHS = 6
"""A new level is reached in half a year."""
_LOST = 0.01
"""What limits, corrections and refusals cost on the way from need to granted, measured."""
_SHAPES = (0.7, 1.0, 1.3)
"""Not every drifting product drifts as much; relative, in turn."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What the harmonisation does to a product: factors on its use and on its tariff."""

    use: float = 1.0
    tariff: float = 1.0


STEADY = Growth()


def products_of(scenario: Scenario) -> list[Product]:
    """The products of a scenario, in the order of the catalogue."""
    return [product for code, product in CATALOGUE.items() if code in scenario.products]


def cost_shares(scenario: Scenario, line: str) -> Mapping[str, float]:
    """The share of each product in what a line costs, before any harmonisation."""
    costs = {p.code: p.weight * p.monthly_cents for p in products_of(scenario) if p.line == line}
    return {code: cost / sum(costs.values()) for code, cost in costs.items()}


def growths(scenario: Scenario) -> Mapping[str, Growth]:
    """The factors of the drifting products: together they make the harmonisation's growth.

    The split holds for each product in logarithms, so that an additive decomposition by LMDI finds
    the same shares.
    """
    made = scenario.harmonisation
    if made is None:
        return {}
    before = made.on.year - scenario.first_year - 1
    drifting = [p for p in products_of(scenario) if p.drifts]
    shapes = {p.code: _SHAPES[i % len(_SHAPES)] for i, p in enumerate(drifting)}
    euros = {
        p.code: cost_shares(scenario, p.line)[p.code]
        * sum(m.care[p.line][before] for m in scenario.municipalities)
        for p in drifting
    }
    rate = _solve(euros, shapes, made.growth)
    return {
        code: Growth(
            exp(rate * shape * made.by_intensity), exp(rate * shape * (1 - made.by_intensity))
        )
        for code, shape in shapes.items()
    }


def _solve(euros: Mapping[str, float], shapes: Mapping[str, float], growth: float) -> float:
    """The rate at which the products together grow by `growth` euros (Newton's method)."""
    rate = growth / sum(euros.values())
    for _ in range(8):
        found = sum(amount * expm1(rate * shapes[code]) for code, amount in euros.items())
        slope = sum(
            amount * shapes[code] * exp(rate * shapes[code]) for code, amount in euros.items()
        )
        rate -= (found - growth) / slope
    return rate


def stock(
    scenario: Scenario, municipality: Municipality, scale: float
) -> Mapping[str, list[float]]:
    """Episodes at the same time that are wanted, by product code, one number for each month."""
    factors = growths(scenario)
    levels: dict[str, list[float]] = {}
    for line, euros in municipality.care.items():
        products = [p for p in products_of(scenario) if p.line == line]
        weight = sum(p.weight for p in products)
        totals = [
            scale
            * euros[year]
            * 100
            / 12
            / (index * _mean_cost(scenario, products, year, factors) * (1 - _LOST))
            for year, index in enumerate(scenario.index)
        ]
        monthly = _ramped(totals)
        for product in products:
            levels[product.code] = [product.weight / weight * total for total in monthly]
    _hand_over(scenario, levels)
    return levels


def _mean_cost(
    scenario: Scenario, products: list[Product], year: int, factors: Mapping[str, Growth]
) -> float:
    """Cents an episode of a line costs in a month, apart from the index of the year."""
    made = scenario.harmonisation
    after = made is not None and scenario.first_year + year >= made.on.year
    costs = 0.0
    for product in products:
        growth = factors.get(product.code, STEADY) if after else STEADY
        costs += product.weight * product.monthly_cents * growth.use * growth.tariff
    return costs / sum(product.weight for product in products)


def _ramped(totals: list[float]) -> list[float]:
    """Monthly levels whose mean over a year is its total: a ramp, then level."""
    rising = [min(1.0, (month + 1) / _RAMP_MONTHS) for month in range(12)]
    monthly: list[float] = []
    level = totals[0]
    for total in totals:
        reached = level + (total - level) * 12 / sum(rising)
        monthly.extend(level + (reached - level) * share for share in rising)
        level = reached
    return monthly


def _hand_over(scenario: Scenario, levels: dict[str, list[float]]) -> None:
    """From the harmonisation on, the stock of an old code belongs to its successor."""
    if scenario.harmonised_month is None:
        return
    at = scenario.harmonised_month - scenario.months.start
    for product in products_of(scenario):
        if product.heirs:
            for month in range(at, len(levels[product.code])):
                for code, heir in product.heirs.items():
                    levels[code][month] += heir.weight * levels[product.code][month]
                levels[product.code][month] = 0.0
