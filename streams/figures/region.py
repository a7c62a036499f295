"""The second stage: regions, rolled up from the latest valuations of their municipalities.

A function of the set of valuations and reference documents: no order, no repetition and no restart
changes a byte. Every sum is a sum of what the municipalities show, to the cent. (Committed money is
therefore a sum of rounded cents: `replay --by region` rounds once, and may differ by half a cent for
each municipality.) Two valuations of one municipality: the later as-of date counts.

The interval of a region is the sum of its municipalities' bounds. That is exact when they are wrong
together, and wider than the truth when they are not. Municipalities of a region share providers,
tariffs and a purchasing office, so what makes one prognosis wrong mostly makes the others wrong the
same way; taking them for independent (the root of the sum of squares) would promise too much.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from schemas.outputs import (
    BudgetLine,
    ContractPart,
    ContractUse,
    ProductUse,
    RegionalContract,
    RegionalLine,
    RegionalPart,
    RegionalValuation,
    SegmentShare,
    Settlement,
    Valuation,
)
from schemas.reference.document import ReferenceDocument
from schemas.reference.lookup import Reference
from schemas.reference.mergers import counted, family
from streams.figures.rounding import parted

Documents = Mapping[str, ReferenceDocument]

ADDED: Final = tuple(
    name
    for name in RegionalLine.model_fields
    if name not in {"budget_line", "budget_cents", "budgeted"}
)
"""What adds up over municipalities as it is."""


def regions(valuations: Iterable[Valuation], documents: Documents) -> dict[str, RegionalValuation]:
    """Every region with a valuation, by name. `documents` say who belongs to it, and the weights."""
    latest: dict[str, Valuation] = {}
    for each in valuations:
        held = latest.get(each.municipality)
        if held is None or (each.as_of, each.year) > (held.as_of, held.year):
            latest[each.municipality] = each
    found: dict[str, list[Valuation]] = defaultdict(list)
    for code in sorted(latest):
        if latest[code].region:
            found[latest[code].region or ""].append(latest[code])
    return {name: _region(name, found[name], documents) for name in sorted(found)}


def _region(name: str, valuations: Sequence[Valuation], documents: Documents) -> RegionalValuation:
    """One region; a valuation of an earlier year than the newest one can't be added to it."""
    newest, year = max((each.as_of, each.year) for each in valuations)
    parts = [each for each in valuations if each.year == year]
    total = _added("", [each.total for each in parts])
    return RegionalValuation(
        region=name,
        year=year,
        as_of=min(each.as_of for each in parts),
        newest=newest,
        behind=tuple(each.municipality for each in parts if each.as_of < newest),
        missing=tuple(sorted(_members(name, newest, documents) - {p.municipality for p in parts})),
        total=total,
        budget_lines=tuple(_lines(parts)),
        municipalities=tuple(_part(each, total) for each in parts),
        contracts=tuple(_contracts(name, parts)),
        products=tuple(_products(parts)),
        segments=tuple(_segments(parts)),
        settlements=tuple(_settlements(parts, documents)),
    )


def _members(region: str, as_of: date, documents: Documents) -> set[str]:
    """The municipalities of a region, without those that another has followed up by then."""
    return {
        code
        for code, document in documents.items()
        if document.region == region and Reference(document, as_of).succession is None
    }


def _lines(parts: Iterable[Valuation]) -> Iterator[RegionalLine]:
    found: dict[str, list[BudgetLine]] = defaultdict(list)
    for each in parts:
        for line in each.budget_lines:
            found[line.budget_line].append(line)
    for name in sorted(found, key=lambda name: (not name, name)):
        yield _added(name, found[name])


def _added(name: str, lines: Sequence[BudgetLine]) -> RegionalLine:
    budgets = [line.budget_cents for line in lines if line.budget_cents is not None]
    return RegionalLine(
        budget_line=name,
        budget_cents=sum(budgets) if budgets else None,
        budgeted=len(budgets),
        **{field: sum(getattr(line, field) for line in lines) for field in ADDED},
    )


def _part(valuation: Valuation, region: RegionalLine) -> RegionalPart:
    own = valuation.total
    return RegionalPart(
        municipality=valuation.municipality,
        name=valuation.name,
        as_of=valuation.as_of,
        clients=own.clients,
        declared_cents=own.declared_cents,
        committed_cents=own.committed_cents,
        fixed_cents=own.fixed_cents,
        prognosis_cents=own.prognosis_cents,
        budget_cents=own.budget_cents,
        declared_share=_share(own.declared_cents, region.declared_cents),
        prognosis_share=_share(own.prognosis_cents, region.prognosis_cents),
    )


def _contracts(region: str, parts: Iterable[Valuation]) -> Iterator[RegionalContract]:
    """The region's own contracts; ceiling and names are those of the newest valuation."""
    found: dict[tuple[str, str], list[tuple[Valuation, ContractUse]]] = defaultdict(list)
    for each in parts:
        for contract in each.contracts:
            if contract.area == region:
                found[contract.contract, contract.provider].append((each, contract))
    for _, uses in sorted(found.items()):
        _, told = max(uses, key=lambda use: (use[0].as_of, use[0].municipality))
        yield RegionalContract(
            contract=told.contract,
            provider=told.provider,
            provider_name=told.provider_name,
            contract_manager=told.contract_manager,
            ceiling_cents=told.ceiling_cents,
            declared_cents=sum(use.declared_cents for _, use in uses),
            parts=tuple(
                ContractPart(municipality=each.municipality, declared_cents=use.declared_cents)
                for each, use in uses
            ),
        )


class _Labels(NamedTuple):
    """What products must have in common to be added; municipalities may label one code differently."""

    product: str
    category: str
    segment: str
    budget_line: str
    unit: str


def _products(parts: Iterable[Valuation]) -> Iterator[ProductUse]:
    found: dict[_Labels, list[ProductUse]] = defaultdict(list)
    for each in parts:
        for use in each.products:
            labels = (use.product, use.category, use.segment, use.budget_line or "", use.unit)
            found[_Labels(*labels)].append(use)
    for labels in sorted(found):
        yield _product(found[labels])


def _product(uses: Sequence[ProductUse]) -> ProductUse:
    units, declared = sum(use.units for use in uses), sum(use.declared_cents for use in uses)
    months = sum(use.client_months for use in uses)
    return uses[0].model_copy(
        update={
            "description": max(use.description for use in uses),
            "units": units,
            "declared_cents": declared,
            "committed_cents": sum(use.committed_cents for use in uses),
            "clients": sum(use.clients for use in uses),
            "client_months": months,
            "units_per_client_month": units / months if months else 0.0,
            "cents_per_client_month": declared / months if months else 0.0,
        }
    )


def _segments(parts: Iterable[Valuation]) -> Iterator[SegmentShare]:
    found: dict[str, int] = defaultdict(int)
    for each in parts:
        for segment in each.segments:
            found[segment.segment] += segment.declared_cents
    whole = sum(found.values())
    for name, cents in sorted(found.items()):
        yield SegmentShare(segment=name, declared_cents=cents, share=_share(cents, whole))


def _settlements(parts: Iterable[Valuation], documents: Documents) -> Iterator[Settlement]:
    """Verevening between the municipalities that have a weight in the year; none without weights."""
    weighed = [
        (each, weight)
        for each in parts
        if (weight := _weight(documents.get(each.municipality), each.as_of, each.year)) is not None
    ]
    whole = sum((weight for _, weight in weighed), Fraction())
    if not whole:
        return
    shares = [weight / whole for _, weight in weighed]
    declared = [each.total.declared_cents for each, _ in weighed]
    prognosis = [each.total.prognosis_cents for each, _ in weighed]
    declared_due = parted(share * sum(declared) for share in shares)
    prognosis_due = parted(share * sum(prognosis) for share in shares)
    for number, (each, _) in enumerate(weighed):
        yield Settlement(
            municipality=each.municipality,
            weight_share=round(float(shares[number]), 6),
            declared_cents=declared[number],
            declared_due_cents=declared_due[number],
            declared_settled_cents=declared_due[number] - declared[number],
            prognosis_cents=prognosis[number],
            prognosis_due_cents=prognosis_due[number],
            prognosis_settled_cents=prognosis_due[number] - prognosis[number],
        )


def _weight(document: ReferenceDocument | None, as_of: date, year: int) -> Fraction | None:
    """A municipality's weight in a year, with those of the municipalities it has followed up since."""
    if document is None:
        return None
    codes = set(counted(document, as_of))
    found = [Reference(each, as_of).share(year) for each in family(document) if each.code in codes]
    weights = [weight for weight in found if weight is not None]
    return sum(weights, Fraction()) if weights else None


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0
