"""Contracts with a ceiling: for the largest providers, set on what they cost the year before.

A ceiling of the first year is set on that year itself: there is nothing before it. A provider that
grows more than the headroom runs over its own ceiling.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from streams.simulate.catalogue import EURO
from streams.simulate.simulation import Simulation
from streams.simulate.tariffs import price

_ROUNDED_TO: Final = 100_000
_MANAGERS: Final = 3
_BY_PRODUCTION: Final = "pxq"
_LUMP_SUM: Final = "lumpsum"


@dataclass(frozen=True, slots=True)
class Contract:
    """One year of a contract; `area` is a municipality's code or the region, `ceiling` cents.

    `financing` is pxq or lumpsum (bekostiging).
    """

    name: str
    agb: str
    area: str
    year: int
    ceiling: int
    manager: str
    financing: str


def contracts_of(simulation: Simulation) -> list[Contract]:
    """All contracts of a world, for all its years: the region's own first."""
    setting = simulation.scenario.contracts
    region = simulation.scenario.region
    cost = _cost(simulation)
    everyone = _totals(cost, [m.code for m in simulation.scenario.municipalities])
    regional = _largest(everyone, simulation, setting.regional)
    contracts = list(_years(simulation, region, everyone, regional))
    for municipality in simulation.scenario.municipalities:
        own = _totals(cost, [municipality.code])
        chosen = _largest(own, simulation, setting.regional + setting.largest)
        chosen = [agb for agb in chosen if agb not in regional][: setting.largest]
        contracts.extend(_years(simulation, municipality.code, own, chosen))
    return contracts


def _cost(simulation: Simulation) -> Mapping[tuple[str, str, int], int]:
    """Cents of what was delivered, by municipality, provider and year."""
    cost: dict[tuple[str, str, int], int] = defaultdict(int)
    for life in simulation.lives:
        for delivery in life.delivered:
            product, agb = delivery.allocation.product, delivery.allocation.provider.agb
            amount, year = delivery.units, delivery.month // 12
            if product.unit != EURO:
                tariff = simulation.tariffs[agb, product.code, year]
                amount = price(tariff, delivery.units, delivery.unit)[1]
            cost[life.municipality.code, agb, year] += amount
    return cost


def _totals(
    cost: Mapping[tuple[str, str, int], int], municipalities: list[str]
) -> Mapping[tuple[str, int], int]:
    totals: dict[tuple[str, int], int] = defaultdict(int)
    for (code, agb, year), cents in cost.items():
        if code in municipalities:
            totals[agb, year] += cents
    return totals


def _largest(
    totals: Mapping[tuple[str, int], int], simulation: Simulation, number: int
) -> list[str]:
    """The providers that cost most in the first year."""
    first = simulation.scenario.first_year
    costly = sorted(
        (agb for agb, year in totals if year == first), key=lambda agb: (-totals[agb, first], agb)
    )
    return costly[:number]


def _years(
    simulation: Simulation, area: str, totals: Mapping[tuple[str, int], int], chosen: list[str]
) -> list[Contract]:
    setting, years = simulation.scenario.contracts, simulation.scenario.years
    short = area if area.isdigit() else "regio"
    first_lump_sum = len(chosen) - (0 if area.isdigit() else setting.lumpsum)
    return [
        Contract(
            *(f"JH-{short}-{agb[-4:]}", agb, area, year),
            round(totals[agb, max(year - 1, years.start)] * setting.headroom / _ROUNDED_TO)
            * _ROUNDED_TO,
            f"Contractmanager {place % _MANAGERS + 1}",
            _LUMP_SUM if place >= first_lump_sum else _BY_PRODUCTION,
        )
        for place, agb in enumerate(chosen)
        for year in years
    ]
