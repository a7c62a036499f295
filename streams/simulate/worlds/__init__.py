"""The worlds that can be simulated, each a value with the source of its numbers.

Those of a study are one for each seed: what chance may change in them is more than who needs what care.
"""

from typing import Final

from schemas.errors import BudgetwachtError
from streams.simulate.scenario import Scenario
from streams.simulate.worlds.small import REGIO_KLEIN
from streams.simulate.worlds.study import STUDY
from streams.simulate.worlds.ten import REGIO_TIEN
from streams.simulate.worlds.zoetermeer import ZOETERMEER_2018

__all__ = [
    "REGIO_KLEIN",
    "REGIO_TIEN",
    "SCENARIOS",
    "STUDY",
    "ZOETERMEER_2018",
    "UnknownScenario",
    "scenario",
]


class UnknownScenario(BudgetwachtError):
    """There is no scenario of that name."""


_FIXED: Final = {world.name: world for world in (ZOETERMEER_2018, REGIO_KLEIN, REGIO_TIEN)}

SCENARIOS: Final = (*_FIXED, *STUDY)
"""The names there are."""


def scenario(name: str, seed: int = 1) -> Scenario:
    """The scenario of a name, for a seed. Raises `UnknownScenario`, naming those there are."""
    if name in STUDY:
        return STUDY[name](seed)
    if name not in _FIXED:
        raise UnknownScenario(f"geen scenario {name!r}; er zijn: {', '.join(sorted(SCENARIOS))}")
    return _FIXED[name]
