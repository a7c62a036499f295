"""The batch computation: every figure straight from its definition, over a set of messages.

Nothing is kept from one message to the next and nothing of the incremental fold or of the figures'
own code is used: this is the oracle of the tests and of `reconcile`. It favours being obviously right
over being fast.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument
from streams.figures.batch.measures import tabulate
from streams.figures.batch.money_accrual import accrual
from streams.figures.batch.money_budgets import burn, contracts, fixed
from streams.figures.batch.money_changes import comparable, measures_taken
from streams.figures.batch.money_completeness import completeness
from streams.figures.batch.money_use import categories, intensity, mix
from streams.figures.batch.people import (
    age_bands,
    client_months,
    clients,
    known_clients,
    stacking,
)
from streams.figures.batch.people_days import flows, stay_length
from streams.figures.batch.people_granted import referrers, renewals
from streams.figures.question import Question

__all__ = ["ORACLES", "Oracle", "tabulate"]

Oracle = Callable[
    [Iterable[AnyEvent], Mapping[str, ReferenceDocument], Question], list[dict[str, Any]]
]

ORACLES: Final[dict[str, Oracle]] = {
    "accrual": accrual,
    "age_bands": age_bands,
    "burn": burn,
    "categories": categories,
    "client_months": client_months,
    "clients": clients,
    "comparable": comparable,
    "completeness": completeness,
    "contracts": contracts,
    "fixed": fixed,
    "flows": flows,
    "intensity": intensity,
    "known_clients": known_clients,
    "measures": measures_taken,
    "mix": mix,
    "referrers": referrers,
    "renewals": renewals,
    "stacking": stacking,
    "stay_length": stay_length,
}
"""By the names of `streams.prognosis.register`."""
