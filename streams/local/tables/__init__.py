"""The tables of the reports, by their Dutch names (docs/tables.md says which report has which)."""

from collections.abc import Callable
from typing import Final

from streams.local.tables import money, people, plans
from streams.local.tables.asked import Asked
from streams.local.tables.table import Table

__all__ = ["TABLES", "Asked", "Table"]

TABLES: Final[dict[str, Callable[[Asked], Table]]] = {
    "aanbieders": money.providers,
    "begroting": plans.budgets,
    "categorieen": money.categories,
    "contracten": plans.contracts,
    "jeugdigen": people.clients,
    "kosten-per-soort": money.kinds,
    "leeftijden": people.ages,
    "maatregelen": plans.measures,
    "segmenten": money.segments,
    "stapeling": people.stacking,
    "stromen": people.flows,
    "verwijzers": people.referrers,
    "volledigheid": plans.completeness,
}
