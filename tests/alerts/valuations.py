"""Valuations for the tests of alerts: round sums, of which a test changes what it is about."""

from datetime import date
from typing import Any

from schemas.outputs import BudgetLine, ContractUse, Valuation


def budget_line(name: str = "Ambulant", **changes: Any) -> BudgetLine:
    """A budget line with a budget of a thousand euros on which nothing has happened yet."""
    nothing = dict.fromkeys(BudgetLine.model_fields, 0)
    plan = {"budget_line": name, "budget_cents": 100_000, "budget_version": "1"}
    return BudgetLine.model_validate({**nothing, "completeness": 1.0, **plan, **changes})


def contract_use(name: str = "C1", **changes: Any) -> ContractUse:
    """A contract with a ceiling of a thousand euros on which nothing has been declared yet."""
    fields = {
        "contract": name,
        "provider": "90000001",
        "provider_name": "Zorgvuldig BV",
        "ceiling_cents": 100_000,
        "declared_cents": 0,
        "contract_manager": "Cas Contract",
    }
    return ContractUse.model_validate(fields | changes)


def valuation(
    lines: tuple[BudgetLine, ...] = (),
    contracts: tuple[ContractUse, ...] = (),
    **changes: Any,
) -> Valuation:
    """Zoetermeer in 2026, as of 23 November, with these lines and contracts."""
    fields = {
        "municipality": "0637",
        "name": "Zoetermeer",
        "region": "Haaglanden",
        "as_of": date(2026, 11, 23),
        "year": 2026,
        "total": budget_line("totaal"),
        "products": (),
        "segments": (),
        "months": (),
    }
    return Valuation.model_validate(
        {**fields, "budget_lines": lines, "contracts": contracts} | changes
    )
