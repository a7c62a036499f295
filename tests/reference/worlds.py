"""Small generated worlds of reference rows, in which everything meets everything."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st

from schemas.reference.load import Loaded
from schemas.reference.rows import Budget, Contract, Municipality, Product, Recipient, Row, Tariff

R = TypeVar("R", bound=Row)
BEGIN = date(2026, 1, 1)
AREAS = st.sampled_from(["0637", "0518", "0999", "Haaglanden", "Midden"])
PROVIDERS = st.sampled_from(["90000001", "90000002"])
CODES = st.sampled_from(["45A04", "44A01"])
UNITS = st.sampled_from(["01", "04", "14"])
DAYS = st.integers(0, 40).map(lambda days: BEGIN + timedelta(days))
KNOWN = st.none() | DAYS
MUNICIPALITIES = (
    Municipality(code="0637", name="Zoetermeer", region="Haaglanden"),
    Municipality(code="0518", name="Den Haag", region="Haaglanden"),
    Municipality(code="0344", name="Utrecht", region="Midden"),
)


def rows(row_type: type[R], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[R, ...]]:
    """Rows that don't contradict each other: one per key and day of becoming known."""
    drawn = st.fixed_dictionaries({**fields, "known_since": KNOWN}).map(row_type.model_validate)
    many = st.lists(drawn, max_size=8, unique_by=lambda row: (row.key, row.known_since))
    return many.map(tuple)


def periods() -> dict[str, st.SearchStrategy[Any]]:
    """A begin in the world's days, and an end after all begins or none."""
    return {"valid_from": DAYS, "valid_to": st.none() | DAYS.map(lambda day: day + timedelta(40))}


TARIFFS = rows(
    Tariff,
    area=AREAS,
    provider=PROVIDERS,
    code=CODES,
    unit=UNITS,
    tariff=st.fractions(0, 20_000, max_denominator=10_000).map(Fraction),
    **periods(),
)
PRODUCTS = rows(
    Product,
    area=AREAS,
    code=CODES,
    category=st.just("45"),
    segment=st.none() | st.sampled_from(["A", "B"]),
    **periods(),
)
BUDGETS = rows(
    Budget,
    municipality=st.sampled_from(["0637", "0518"]),
    year=st.sampled_from([2025, 2026]),
    budget_line=st.sampled_from(["Ambulant", "Verblijf"]),
    version=st.sampled_from(["1", "2", "10", "concept"]),
    adopted_on=DAYS,
    amount_cents=st.integers(0, 10**9),
)
CONTRACTS = rows(
    Contract,
    contract=st.sampled_from(["C1", "C2"]),
    provider=PROVIDERS,
    area=AREAS,
    year=st.just(2026),
    codes=st.just(("45A04",)) | st.just(()),
    ceiling_cents=st.none() | st.integers(0, 10**9),
    lower_percent=st.none() | st.fractions(0, 100),
)
RECIPIENTS = rows(
    Recipient,
    role=st.just("aanbieder"),
    name=st.just("De Brug"),
    email=st.just("info@brug.example"),
    area=st.none() | AREAS,
    contract=st.none() | st.sampled_from(["C1", "C2"]),
    provider=PROVIDERS,
    frequency=st.sampled_from(["direct", "week"]),
)
WORLDS = st.builds(
    Loaded,
    municipalities=st.permutations(MUNICIPALITIES).map(tuple),
    products=PRODUCTS,
    tariffs=TARIFFS,
    budgets=BUDGETS,
    contracts=CONTRACTS,
    recipients=RECIPIENTS,
)
