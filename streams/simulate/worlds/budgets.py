"""How worlds write down euros by budget line, and the versions of a budget."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from streams.simulate.catalogue import LINES
from streams.simulate.scenario import BudgetVersion

PRIMITIVE: Final = "primitief"
FIRST_CHANGE: Final = "1e wijziging"
SECOND_CHANGE: Final = "2e wijziging"


def by_line(*euros: tuple[int, ...]) -> Mapping[str, tuple[int, ...]]:
    """Euros of each year, for each line in the order of `LINES`."""
    return dict(zip(LINES, euros, strict=True))


def version(year: int, name: str, adopted_on: date, *euros: int) -> BudgetVersion:
    """A version of a year's budget, euros for each line in the order of `LINES`."""
    return BudgetVersion(year, name, adopted_on, dict(zip(LINES, euros, strict=True)))
