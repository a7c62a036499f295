"""The worlds that can be simulated, each a value with the source of its numbers.

`zoetermeer-2018` follows the public report of the Taskforce Jeugd Zoetermeer (November 2018): its
2015..2018 are played in 2022..2025, because rule CS100 forbids declarations of care before 2021.
What the report doesn't tell (prices, providers, delays, error rates) is the simulator's own.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from schemas.errors import BudgetwachtError
from streams.simulate.catalogue import AMBULANT, CATALOGUE, LINES, STAY
from streams.simulate.scenario import (
    BudgetVersion,
    Contracts,
    FixedCost,
    Harmonisation,
    Measure,
    Municipality,
    Rates,
    Scenario,
)


class UnknownScenario(BudgetwachtError):
    """There is no scenario of that name."""


def _by_line(*euros: tuple[int, ...]) -> Mapping[str, tuple[int, ...]]:
    return dict(zip(LINES, euros, strict=True))


def _version(year: int, version: str, adopted_on: date, *euros: int) -> BudgetVersion:
    return BudgetVersion(year, version, adopted_on, dict(zip(LINES, euros, strict=True)))


_PRIMITIVE: Final = "primitief"
_FIRST_CHANGE: Final = "1e wijziging"

_ZOETERMEER: Final = Municipality(
    code="0637",
    name="Zoetermeer",
    young=(27_900, 27_700, 27_500, 27_400),  # own estimate: the report gives percentages only
    # Table 1 (CBS): 3,670, 4,085 and 3,900. The fourth year: fewer; the report counts 4,103 and
    # 3,734 in nine months, of which part is late declaration.
    clients=(3_670, 4_085, 3_900, 3_640),
    # 75 percent of a year's clients were clients the year before, and through-flow grows (4.7, 4.8).
    known=(0.0, 0.72, 0.75, 0.78),
    # Table 4 made equal to the annual accounts of table 2 (27.4, 30.8, 34.2 million) less 0.3
    # million of transport. Its second year lacks declarations, of protection and probation most:
    # their share is estimated between the years around it. The fourth year: +2.9 million
    # (5.2) and 0.3 of lines that are refused, or declared after the world ends.
    care=_by_line(
        (15_560_000, 19_150_000, 21_400_000, 24_350_000),
        (8_610_000, 8_700_000, 9_860_000, 10_240_000),
        (2_270_000, 2_200_000, 2_254_000, 2_150_000),
        (660_000, 450_000, 386_000, 350_000),
    ),
    # The accounts of the third year hold 300,000 of transport beside the declarations (2.7).
    fixed=(FixedCost(AMBULANT, "overig", "Vervoersvoorzieningen", (25_000,) * 4),),
    budget=(
        _version(2022, _PRIMITIVE, date(2021, 11, 8), 15_300_000, 8_300_000, 2_300_000, 700_000),
        _version(2022, _FIRST_CHANGE, date(2022, 9, 26), 15_900_000, 8_500_000, 2_300_000, 700_000),
        _version(2023, _PRIMITIVE, date(2022, 11, 7), 15_860_000, 8_610_000, 2_270_000, 660_000),
        _version(2023, _FIRST_CHANGE, date(2023, 7, 3), 18_400_000, 8_610_000, 2_270_000, 560_000),
        _version(2024, _PRIMITIVE, date(2023, 11, 6), 19_450_000, 8_700_000, 2_200_000, 450_000),
        _version(2024, _FIRST_CHANGE, date(2024, 7, 1), 20_600_000, 9_400_000, 2_200_000, 450_000),
        _version(2025, _PRIMITIVE, date(2024, 11, 11), 21_700_000, 9_860_000, 2_254_000, 386_000),
    ),
    measures=(
        Measure(
            name="Actieplan: minder eenheden per traject",
            codes=("45A04", "45A05", "45A53"),
            starts_on=date(2025, 1, 1),
            year=2025,
            saving=600_000,
        ),
        Measure(
            name="Inhoudelijke toets bij verlenging",
            codes=("45A04", "45A48", "45A51", "45A52"),
            starts_on=date(2025, 8, 1),
            year=2025,
            saving=250_000,
        ),
    ),
)

ZOETERMEER_2018: Final = Scenario(
    name="zoetermeer-2018",
    told="Zoetermeer naar het rapport van de Taskforce Jeugd (november 2018), zeven jaar later "
    "gespeeld: 2015, 2016, 2017 en 2018 heten hier 2022, 2023, 2024 en 2025. Verzonnen jeugdigen "
    "en aanbieders.",
    region="Haaglanden",
    first_year=2022,
    municipalities=(_ZOETERMEER,),
    products=tuple(CATALOGUE),
    providers=70,
    index=(1.0, 1.04, 1.092, 1.092),  # own: the harmonisation takes the place of an indexation
    # 23 products: 2.1 million in nine months, 2.8 a year; 85 percent intensity (5.5). Protection
    # and probation were kept out of the tender (2.5).
    harmonisation=Harmonisation(date(2025, 1, 1), (AMBULANT, STAY), 2_800_000, 0.85),
    contracts=Contracts(largest=14, regional=1, headroom=1.04),
)

_SMALL: Final = (
    *("45A04", "45A05", "45A06", "45A49", "45A50", "45H01", "45A70", "45A02", "42A01"),
    *("41A03", "46A01", "50A01", "44A07", "43A38", "43A08", "44A04", "48A01", "47A08"),
)


def _small(
    code: str, name: str, clients: int, euros: tuple[int, ...], tight: float
) -> Municipality:
    """A small municipality with `euros` of care by line; `tight`: its ambulant budget, relative."""
    second = [
        round(amount * growth) for amount, growth in zip(euros, (1.14, 1.06, 1, 1), strict=True)
    ]
    budgets = [
        _version(2024, _PRIMITIVE, date(2023, 11, 6), *(round(1.03 * e) for e in euros)),
        _version(2025, _PRIMITIVE, date(2024, 11, 4), *_tightened(second, tight)),
        _version(2025, _FIRST_CHANGE, date(2025, 9, 29), *_tightened(second, tight + 0.02)),
    ]
    return Municipality(
        code=code,
        name=name,
        young=(clients * 9, clients * 9),
        clients=(clients, clients),
        known=(0.0, 0.7),
        care=_by_line(*zip(euros, second, strict=True)),
        fixed=(FixedCost(AMBULANT, "taakgericht", "Lokaal team", (0, clients * 5)),),
        budget=tuple(budgets),
    )


def _tightened(euros: list[int], tight: float) -> list[int]:
    ambulant, *others = euros
    return [round(ambulant * tight), *(round(other * 1.05) for other in others)]


REGIO_KLEIN: Final = Scenario(
    name="regio-klein",
    told="Drie verzonnen gemeenten in een regio, twee jaar (2024 en 2025), waarin elk soort "
    "gebeurtenis ten minste eenmaal voorkomt.",
    region="Kleine Regio",
    first_year=2024,
    municipalities=(
        _small("9901", "Waterwoude", 70, (300_000, 190_000, 36_000, 14_000), 1.04),
        _small("9902", "Zandhoven", 45, (190_000, 110_000, 24_000, 9_000), 0.85),
        _small("9903", "Lindehout", 30, (130_000, 80_000, 18_000, 7_000), 1.1),
    ),
    products=_SMALL,
    providers=8,
    index=(1.0, 1.03),
    harmonisation=Harmonisation(date(2025, 1, 1), (AMBULANT, STAY), 60_000, 0.85),
    told_until=date(2026, 3, 20),  # so that some declarations still wait for their answer
    contracts=Contracts(largest=3, regional=1, headroom=0.95),
    rates=Rates(
        rejected=0.04, corrected=0.04, void=0.04, sent_twice=0.03, repeated=0.05, deleted=0.04
    ),
)

SCENARIOS: Final = {world.name: world for world in (ZOETERMEER_2018, REGIO_KLEIN)}


def scenario(name: str) -> Scenario:
    """The scenario of a name. Raises `UnknownScenario`, naming those there are."""
    if name not in SCENARIOS:
        raise UnknownScenario(f"geen scenario {name!r}; er zijn: {', '.join(sorted(SCENARIOS))}")
    return SCENARIOS[name]
