"""Which alerts a valuation raises. Everything that decides about an alert lives in this file.

An alert is about a limit: the budget of a budget line, or the ceiling of a contract. Limits have
rungs (a measure and a percentage); an alert is raised when its rung is reached for the first time.

- Identity is what the fact is about: municipality, year, subject, limit and rung, never a value or
  a date. So an alert is raised once per rung, and what was raised is all the memory there is. A new
  version of a budget, or another ceiling, is another limit: its rungs start anew.
- Declared money reaches a rung at exactly its percentage; a prognosis only above it.
- Declared money is what providers declared. Fixed costs are in a prognosis, not in this: they are
  known for the whole year beforehand and say nothing about what is being used.
- Under a limit of nothing, any money reaches every rung. Without a limit there is no alert.

All comparing is in whole cents.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import ge, gt
from typing import Any, Literal

from schemas.outputs import Alert, AlertKind, AlertState, BudgetLine, ContractUse, Valuation

Severity = Literal["info", "warning", "critical"]
State = AlertState | Literal["absent"]
Event = Literal["reached"]


@dataclass(frozen=True)
class Rung:
    """A percentage of a limit that a measure, named as in `Alert`, can reach."""

    kind: AlertKind
    level: int
    severity: Severity
    measure: str
    reaches: Callable[[int, int], bool] = ge

    def reached(self, cents: int, limit_cents: int) -> bool:
        """Whether an amount stands at this rung of a limit, or beyond it."""
        return cents > 0 and self.reaches(cents * 100, self.level * limit_cents)


# From the least urgent up: of the rungs of one ladder that are reached at one moment, the last
# tells the story. A prognosis over the budget still leaves time, declared money over it does not.
BUDGET_LADDER = (
    Rung("declared", 80, "info", "declared_cents"),
    Rung("declared", 90, "warning", "declared_cents"),
    Rung("prognosis", 100, "warning", "prognosis_cents", gt),
    Rung("declared", 100, "critical", "declared_cents"),
    Rung("declared", 110, "critical", "declared_cents"),
)
CONTRACT_LADDER = (
    Rung("contract", 80, "info", "declared_cents"),
    Rung("contract", 90, "warning", "declared_cents"),
    Rung("contract", 100, "critical", "declared_cents"),
    Rung("contract", 110, "critical", "declared_cents"),
)
SEVERITIES: Mapping[tuple[AlertKind, int], Severity] = {
    (rung.kind, rung.level): rung.severity for rung in (*BUDGET_LADDER, *CONTRACT_LADDER)
}

# The whole life of an alert: what is not in this table changes nothing.
LIFE: Mapping[tuple[State, Event], AlertState] = {("absent", "reached"): "raised"}


@dataclass(frozen=True)
class Watched:
    """What has a limit: its ladder, and all that its alerts say beside the rung."""

    ladder: tuple[Rung, ...]
    facts: dict[str, Any]

    @property
    def limit(self) -> str | int:
        """What tells this limit from its successors: a budget's version, a ceiling's amount."""
        version, cents = self.facts["limit_version"], self.facts["limit_cents"]
        limit: str | int = cents if version is None else version
        return limit


def judge(valuation: Valuation, raised: frozenset[str]) -> list[Alert]:
    """The alerts that this valuation raises, beside those with the ids in `raised`.

    Of the alerts about one subject only the most urgent is `highest`.
    """
    return [alert for watched in _watched(valuation) for alert in _climbed(watched, raised)]


def alert_id(facts: Mapping[str, Any], limit: str | int, rung: Rung) -> str:
    """Twelve letters and digits (60 bits) that are the same for the same fact, whoever finds it."""
    names = ("municipality", "year", "subject", "provider")
    fact = [rung.kind, rung.level, limit, *(facts[name] for name in names)]
    digest = hashlib.sha256(json.dumps(fact).encode()).digest()
    return base64.b32encode(digest).decode()[:12]


def _climbed(watched: Watched, raised: frozenset[str]) -> Iterator[Alert]:
    """An alert for every rung that changes state, from the least urgent up."""
    changes = list(_changes(watched, raised))
    for number, (rung, name, state) in enumerate(changes, 1):
        yield Alert(
            id=name,
            kind=rung.kind,
            state=state,
            level=rung.level,
            highest=number == len(changes),
            value_cents=watched.facts[rung.measure],
            **watched.facts,
        )


def _changes(watched: Watched, raised: frozenset[str]) -> Iterator[tuple[Rung, str, AlertState]]:
    for rung in watched.ladder:
        name = alert_id(watched.facts, watched.limit, rung)
        now: State = "raised" if name in raised else "absent"
        after = LIFE.get((now, "reached"))
        if after and rung.reached(watched.facts[rung.measure], watched.facts["limit_cents"]):
            yield rung, name, after


def _watched(valuation: Valuation) -> Iterator[Watched]:
    where = {
        "municipality": valuation.municipality,
        "municipality_name": valuation.name,
        "year": valuation.year,
        "as_of": valuation.as_of,
    }
    for line in valuation.budget_lines:
        if line.budget_cents is not None:
            yield Watched(BUDGET_LADDER, where | _line_facts(line))
    for contract in valuation.contracts:
        if contract.area is None and contract.ceiling_cents is not None:
            yield Watched(CONTRACT_LADDER, where | _contract_facts(contract))


def _line_facts(line: BudgetLine) -> dict[str, Any]:
    return {
        "subject": line.budget_line,
        "provider": None,
        "provider_name": None,
        "contract_manager": None,
        "limit_cents": line.budget_cents,
        "limit_version": line.budget_version,
        "declared_cents": line.declared_cents,
        "committed_cents": line.committed_cents,
        "prognosis_cents": line.prognosis_cents,
        "lower80_cents": line.lower80_cents,
        "upper80_cents": line.upper80_cents,
        "completeness": line.completeness,
    }


def _contract_facts(contract: ContractUse) -> dict[str, Any]:
    return {
        "subject": contract.contract,
        "provider": contract.provider,
        "provider_name": contract.provider_name,
        "contract_manager": contract.contract_manager or None,
        "limit_cents": contract.ceiling_cents,
        "limit_version": None,
        "declared_cents": contract.declared_cents,
        "committed_cents": None,
        "prognosis_cents": None,
        "lower80_cents": None,
        "upper80_cents": None,
        "completeness": None,
    }
