"""`regio-klein`: three invented municipalities in two years, with every kind of event at least once."""

from datetime import date
from typing import Final

from streams.simulate.catalogue import AMBULANT, STAY
from streams.simulate.scenario import (
    Contracts,
    FixedCost,
    Harmonisation,
    Municipality,
    Rates,
    Scenario,
)
from streams.simulate.worlds.budgets import FIRST_CHANGE, PRIMITIVE, by_line, version

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
        version(2024, PRIMITIVE, date(2023, 11, 6), *(round(1.03 * e) for e in euros)),
        version(2025, PRIMITIVE, date(2024, 11, 4), *_tightened(second, tight)),
        version(2025, FIRST_CHANGE, date(2025, 9, 29), *_tightened(second, tight + 0.02)),
    ]
    return Municipality(
        code=code,
        name=name,
        young=(clients * 9, clients * 9),
        clients=(clients, clients),
        known=(0.0, 0.7),
        care=by_line(*zip(euros, second, strict=True)),
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
