"""Contracts: what was declared under each against its ceiling and bandwidth, and what is settled.

Under a contract counts care of its year by its provider, of the products it names (none named: of
all). A municipality's own contract goes before its region's of the same name and provider. A contract
of a region is one ceiling over all of its municipalities: their parts stand under it in rows of their
own, and add up to it.

The bandwidth is percents of the ceiling; without an upper percent the ceiling is the upper bound,
without a lower one nothing is below. `state` says where what was declared so far lies: early in the
year below is normal.

Under a lump sum the ceiling is paid in twelve parts, up to and including the month of the as-of date.
Within the bandwidth it is final; outside, the difference between production and the nearest bound is
settled: paid extra above it (from the moment it is passed), returned below it (from 31 December of
the contract's year on, for until then production may still come). Under price times quantity what is
declared is paid, and nothing is settled.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from schemas.reference.rows import Contract
from streams.figures.exact import Exact
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures
from streams.figures.rounding import half_up, parted, ratio

LUMP_SUM: Final = "lumpsum"


class Bounds(NamedTuple):
    """A bandwidth in exact cents; None where there is no bound."""

    lower: Fraction | None
    upper: Fraction | None


def bounds(contract: Contract) -> Bounds:
    """The bandwidth around a contract's ceiling."""
    ceiling, lower, upper = contract.ceiling_cents, contract.lower_percent, contract.upper_percent
    if ceiling is None:
        return Bounds(None, None)
    below = None if lower is None else ceiling * lower / 100
    return Bounds(below, ceiling * (Fraction(100) if upper is None else upper) / 100)


def state(declared: int, bandwidth: Bounds) -> str | None:
    """below, within (bounds included) or above a bandwidth; None without a ceiling."""
    if bandwidth.upper is None:
        return None
    if bandwidth.lower is not None and declared < bandwidth.lower:
        return "below"
    return "above" if declared > bandwidth.upper else "within"


def paid(contract: Contract, declared: int, as_of: date) -> int | None:
    """Cents that are due to the provider by a day, settlement apart; None of a lump without a sum."""
    if contract.financing != LUMP_SUM:
        return declared
    if contract.ceiling_cents is None:
        return None
    months = (as_of.year - contract.year) * 12 + as_of.month
    return contract.ceiling_cents * min(12, max(0, months)) // 12


def settlement(contract: Contract, declared: int, as_of: date) -> int:
    """Cents to be paid extra (positive) or returned (negative) outside a lump sum's bandwidth."""
    if contract.financing != LUMP_SUM:
        return 0
    bandwidth = bounds(contract)
    match state(declared, bandwidth), bandwidth:
        case "above", Bounds(_, Fraction() as upper):
            return half_up(declared - upper)
        case "below", Bounds(Fraction() as lower, _) if as_of >= date(contract.year, 12, 31):
            return half_up(declared - lower)
        case _:
            return 0


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """A row per contract and provider (`level` contract), then one per municipality of a region's."""
    found: dict[tuple[str, str, str], tuple[Contract, list[Figures]]] = {}
    for each in figures:
        for contract in each.reference.contracts(question.year):
            key = contract.contract, contract.provider, contract.area
            found.setdefault(key, (contract, []))[1].append(each)
    rows = []
    for key in sorted(found):
        contract, holders = found[key]
        rows += _rows(contract, _uses(contract, _covered(contract, holders, figures)), question)
    return rows


def _covered(
    contract: Contract, holders: list[Figures], figures: Iterable[Figures]
) -> list[Figures]:
    """The figures whose care counts under a contract.

    A municipality that follows others up is a part beside them: a contract that is its own, or its
    region's, also covers what still comes in under their codes.
    """
    shared = {
        each.municipality
        for each in holders
        if contract.area == each.municipality or not contract.own
    }
    return [each for each in figures if each.municipality in shared] or holders


class _Use(NamedTuple):
    """What one municipality used of a contract, in cents; committed exactly."""

    municipality: str
    declared: int
    committed: Fraction


def _uses(contract: Contract, parts: Iterable[Figures]) -> list[_Use]:
    declared: dict[str, int] = defaultdict(int)
    committed: dict[str, Exact] = defaultdict(Exact)
    for part in parts:
        declared[part.municipality] += sum(
            cell.declared
            for key, cell in part.cells.items()
            if _covers(contract, key.care_month, key.product, key.provider)
        )
        for key in part.commitments:
            if _covers(contract, key.care_month, key.product, key.provider):
                committed[part.municipality].merge(part.commitments.money(key, part.cells)[0])
    return [_Use(code, declared[code], committed[code].value()) for code in sorted(declared)]


def _covers(contract: Contract, month: str, product: str | None, provider: str) -> bool:
    return (
        provider == contract.provider
        and month.startswith(f"{contract.year:04}-")
        and (not contract.codes or product in contract.codes)
    )


def _rows(contract: Contract, uses: Sequence[_Use], question: Question) -> list[Row]:
    declared = sum(use.declared for use in uses)
    committed = parted(use.committed for use in uses)
    name = {
        "contract": contract.contract,
        "provider": contract.provider,
        "area": contract.area,
        "year": contract.year,
    }
    whole = {
        **name,
        "level": "contract",
        "municipality": uses[0].municipality if contract.own else None,
        **_terms(contract),
        "declared_cents": declared,
        "committed_cents": sum(committed),
        "ceiling_share": ratio(declared, contract.ceiling_cents or 0),
        "contract_share": ratio(declared, declared),
        "state": state(declared, bounds(contract)),
        "paid_cents": paid(contract, declared, question.as_of),
        "settlement_cents": settlement(contract, declared, question.as_of),
    }
    parts = [
        {
            **dict.fromkeys(whole),
            **name,
            "level": "municipality",
            "municipality": use.municipality,
            "declared_cents": use.declared,
            "committed_cents": cents,
            "ceiling_share": ratio(use.declared, contract.ceiling_cents or 0),
            "contract_share": ratio(use.declared, declared),
        }
        for use, cents in zip(uses, committed, strict=True)
    ]
    return [whole] if contract.own else [whole, *parts]


def _terms(contract: Contract) -> Row:
    bandwidth = bounds(contract)
    return {
        "financing": contract.financing,
        "ceiling_cents": contract.ceiling_cents,
        "lower_cents": None if bandwidth.lower is None else half_up(bandwidth.lower),
        "upper_cents": None if bandwidth.upper is None else half_up(bandwidth.upper),
    }


CONTRACTS: Final = Kept(
    compute, frozenset({"municipality"}), "contracten tegen plafond en bandbreedte, met verrekening"
)
