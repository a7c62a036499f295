"""The worlds that can be simulated, each a value with the source of its numbers."""

from typing import Final

from schemas.errors import BudgetwachtError
from streams.simulate.scenario import Scenario
from streams.simulate.worlds.small import REGIO_KLEIN
from streams.simulate.worlds.ten import REGIO_TIEN
from streams.simulate.worlds.zoetermeer import ZOETERMEER_2018

__all__ = [
    "REGIO_KLEIN",
    "REGIO_TIEN",
    "SCENARIOS",
    "ZOETERMEER_2018",
    "UnknownScenario",
    "scenario",
]


class UnknownScenario(BudgetwachtError):
    """There is no scenario of that name."""


SCENARIOS: Final = {world.name: world for world in (ZOETERMEER_2018, REGIO_KLEIN, REGIO_TIEN)}


def scenario(name: str) -> Scenario:
    """The scenario of a name. Raises `UnknownScenario`, naming those there are."""
    if name not in SCENARIOS:
        raise UnknownScenario(f"geen scenario {name!r}; er zijn: {', '.join(sorted(SCENARIOS))}")
    return SCENARIOS[name]
