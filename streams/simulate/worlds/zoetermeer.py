"""`zoetermeer-2018`: after the public report of the Taskforce Jeugd Zoetermeer (November 2018).

Its 2015..2018 are played in 2022..2025, because rule CS100 forbids declarations of care before 2021.
What the report doesn't tell (prices, providers, delays, error rates) is the simulator's own.
"""

from datetime import date
from typing import Final

from streams.simulate.catalogue import AMBULANT, STAY, USUAL
from streams.simulate.scenario import (
    Contracts,
    FixedCost,
    Harmonisation,
    Measure,
    Municipality,
    Scenario,
)
from streams.simulate.worlds.budgets import FIRST_CHANGE, PRIMITIVE, by_line, version

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
    care=by_line(
        (15_560_000, 19_150_000, 21_400_000, 24_350_000),
        (8_610_000, 8_700_000, 9_860_000, 10_240_000),
        (2_270_000, 2_200_000, 2_254_000, 2_150_000),
        (660_000, 450_000, 386_000, 350_000),
    ),
    # The accounts of the third year hold 300,000 of transport beside the declarations (2.7).
    fixed=(FixedCost(AMBULANT, "overig", "Vervoersvoorzieningen", (25_000,) * 4),),
    budget=(
        version(2022, PRIMITIVE, date(2021, 11, 8), 15_300_000, 8_300_000, 2_300_000, 700_000),
        version(2022, FIRST_CHANGE, date(2022, 9, 26), 15_900_000, 8_500_000, 2_300_000, 700_000),
        version(2023, PRIMITIVE, date(2022, 11, 7), 15_860_000, 8_610_000, 2_270_000, 660_000),
        version(2023, FIRST_CHANGE, date(2023, 7, 3), 18_400_000, 8_610_000, 2_270_000, 560_000),
        version(2024, PRIMITIVE, date(2023, 11, 6), 19_450_000, 8_700_000, 2_200_000, 450_000),
        version(2024, FIRST_CHANGE, date(2024, 7, 1), 20_600_000, 9_400_000, 2_200_000, 450_000),
        version(2025, PRIMITIVE, date(2024, 11, 11), 21_700_000, 9_860_000, 2_254_000, 386_000),
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
    products=USUAL,
    providers=70,
    index=(1.0, 1.04, 1.092, 1.092),  # own: the harmonisation takes the place of an indexation
    # 23 products: 2.1 million in nine months, 2.8 a year; 85 percent intensity (5.5). Protection
    # and probation were kept out of the tender (2.5).
    harmonisation=Harmonisation(date(2025, 1, 1), (AMBULANT, STAY), 2_800_000, 0.85),
    contracts=Contracts(largest=14, regional=1, headroom=1.04),
)
