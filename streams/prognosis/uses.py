"""What a municipality declared under each contract of a year: its own, and its part of its region's.

A contract covers care of its year by its provider, of the products it names (none named: of all).
After a merger (herindeling) it covers the part whose reference data has it, and the parts that this one
had followed up when the year began. Contracts of one name and area with one provider are one contract.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from schemas.outputs import ContractUse
from schemas.reference.rows import Contract
from streams.figures.rollup import Figures
from streams.figures.yearly import Yearly

Held = tuple[Figures, Contract]
"""A contract and the part of the municipality whose reference data has it."""


def contract_uses(parts: Sequence[Figures], yearly: Yearly) -> Iterator[ContractUse]:
    """The contracts of a municipality's parts in a year, in order of name, provider and area."""
    found: dict[tuple[str, str, str], list[Held]] = defaultdict(list)
    for part in parts:
        for contract in part.reference.contracts(yearly.year):
            area = "" if contract.own else contract.area
            found[contract.contract, contract.provider, area].append((part, contract))
    for key in sorted(found):
        yield _use(found[key], parts, yearly)


def _use(rows: Sequence[Held], parts: Sequence[Figures], yearly: Yearly) -> ContractUse:
    """Ceilings of predecessors' own contracts add up; a region has one ceiling, whoever names it."""
    ceilings = [row.ceiling_cents for _, row in rows if row.ceiling_cents is not None]
    part, contract = rows[0]
    provider = part.reference.provider(contract.provider)
    ceiling = sum(ceilings) if contract.own else max(ceilings, default=0)
    return ContractUse(
        contract=contract.contract,
        provider=contract.provider,
        provider_name=(provider and provider.name) or contract.provider,
        area=None if contract.own else contract.area,
        ceiling_cents=ceiling if ceilings else None,
        declared_cents=sum(_under(row, holder, parts, yearly) for holder, row in rows),
        contract_manager=contract.manager or "",
    )


def _under(contract: Contract, holder: Figures, parts: Sequence[Figures], yearly: Yearly) -> int:
    begun = date(contract.year, 1, 1)
    held = {place for place, part in enumerate(parts) if _holder(part, parts, begun) is holder}
    return sum(
        cents
        for (place, provider, product), cents in yearly.bought.items()
        if place in held
        and provider == contract.provider
        and (not contract.codes or product in contract.codes)
    )


def _holder(part: Figures, parts: Sequence[Figures], on: date) -> Figures:
    """The part that a part belonged to on a day."""
    row = part.reference.succession
    if row is None or part.reference.holds(on):
        return part
    codes = {each.reference.document.code: each for each in parts}
    return _holder(codes[row.successor or ""], parts, on)
