"""Regions to roll up: valuations of a few municipalities that differ in everything a sum can miss."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from schemas.outputs import BudgetLine, ContractUse, ProductUse, SegmentShare, Valuation
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from tests.alerts.valuations import budget_line, contract_use, valuation

CODES = ("9901", "9902", "9903", "9904")
DAYS = (date(2025, 12, 30), date(2026, 3, 1), date(2026, 3, 2))
CENTS = st.integers(-1_000, 999_999)
AMOUNTS = tuple(
    name for name in BudgetLine.model_fields if name.endswith("_cents") and name != "budget_cents"
)


def documents(towns: str, shares: str = "") -> dict[str, ReferenceDocument]:
    """Documents from the rows of gemeenten.csv (with opvolger and per) and of verevening.csv."""
    files = {
        "gemeenten.csv": f"gemeentecode;naam;regio;opvolger;per\n{towns}",
        "verevening.csv": f"gemeentecode;jaar;sleutel\n{shares}",
    }
    loaded = parse_files({name: text.encode() for name, text in files.items()})
    assert not loaded.problems
    return resolve(loaded)


TOWNS = "9901;A;Noord;;\n9902;B;Noord;;\n9903;C;Zuid;;\n9904;D;;;\n9905;E;Noord;;\n"
SHARES = "9901;2026;3\n9902;2026;4,5\n9901;2025;1\n9903;2026;7\n"
KNOWN = documents(TOWNS, SHARES)


@st.composite
def lines(draw: st.DrawFn) -> tuple[BudgetLine, ...]:
    """Budget lines, the last of them without a name; some have no budget."""
    names = draw(st.lists(st.sampled_from(["Ambulant", "Verblijf", ""]), unique=True))
    return tuple(
        budget_line(
            name,
            **{amount: draw(CENTS) for amount in AMOUNTS},
            budget_cents=draw(st.none() | st.integers(0, 999_999)),
            lines=draw(st.integers(0, 9)),
            clients=draw(st.integers(0, 9)),
        )
        for name in names
    )


def total(found: tuple[BudgetLine, ...]) -> BudgetLine:
    """The sum of budget lines, as a valuation has it."""
    budgets = [line.budget_cents for line in found if line.budget_cents is not None]
    names = (*AMOUNTS, "lines", "clients")
    sums = {name: sum(getattr(line, name) for line in found) for name in names}
    return budget_line("", **sums, budget_cents=sum(budgets) if budgets else None)


def product(code: str, segment: str, cents: int) -> ProductUse:
    """A product with an amount; the rest follows from it."""
    nothing: dict[str, Any] = dict.fromkeys(ProductUse.model_fields, 0)
    words = {"product": code, "category": code[:2], "segment": segment, "unit": "04"}
    counts = {"declared_cents": cents, "units": cents, "client_months": 3, "clients": 2}
    texts = {"description": "", "budget_line": None}
    return ProductUse.model_validate(nothing | texts | words | counts)


@st.composite
def valued(draw: st.DrawFn) -> Valuation:
    """Any valuation of one of the municipalities."""
    code, as_of = draw(st.sampled_from(CODES)), draw(st.sampled_from(DAYS))
    found = draw(lines())
    return valuation(
        found,
        draw(contracts()),
        municipality=code,
        region=KNOWN[code].region,
        as_of=as_of,
        year=as_of.year,
        total=total(found),
        products=tuple(
            product(name, segment, draw(CENTS))
            for name, segment in draw(
                st.lists(
                    st.sampled_from([("45A04", "B"), ("45A04", "C"), ("44A01", "C")]), unique=True
                )
            )
        ),
        segments=tuple(
            SegmentShare(segment=name, declared_cents=draw(CENTS), share=0.5) for name in "BC"
        ),
    )


@st.composite
def contracts(draw: st.DrawFn) -> tuple[ContractUse, ...]:
    """Contracts of the municipality itself, of its region and of another region."""
    names = st.tuples(st.sampled_from(["C1", "C2"]), st.sampled_from([None, "Noord", "Zuid"]))
    return tuple(
        contract_use(name, area=area, declared_cents=draw(CENTS))
        for name, area in draw(st.lists(names, unique=True))
    )
