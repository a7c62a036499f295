"""Questions to the reference data: the indexed answers are those of a plain search."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import Loaded, parse_files
from schemas.reference.lookup import Reference
from schemas.reference.rows import Budget, Contract, FixedCost, Product, Row, Tariff
from tests.reference.files import GOOD, bytes_of, with_row
from tests.reference.worlds import BEGIN, WORLDS

PROVIDER, CODE, HOUR, MINUTE = "90000001", "45A04", "04", "01"
DAYS = st.integers(0, 90).map(lambda days: BEGIN + timedelta(days))
ALWAYS = date.min
YEAR = 2026
ABOUT = {"provider": PROVIDER, "code": CODE}
R = TypeVar("R", bound=Row)


def survivors(rows: Iterable[R], as_of: date) -> list[R]:
    """The rows that no row of the same key, known later but in time, replaces."""
    seen = [row for row in rows if (row.known_since or ALWAYS) <= as_of]
    latest = {
        row.key: max(r.known_since or ALWAYS for r in seen if r.key == row.key) for row in seen
    }
    return [row for row in seen if (row.known_since or ALWAYS) == latest[row.key]]


def searched_tariff(
    document: ReferenceDocument, as_of: date, unit: str, on: date
) -> Fraction | None:
    """The design's words on the price of a commitment, one filter a sentence."""
    rows = [
        row
        for row in survivors(document.tariffs, as_of)
        if (row.provider, row.code) == (PROVIDER, CODE)
    ]
    rows = [row for row in rows if row.valid_from <= on <= (row.valid_to or date.max)]
    if any(row.area == document.code for row in rows):
        rows = [row for row in rows if row.area == document.code]
    if any(row.unit == unit for row in rows):
        rows = [row for row in rows if row.unit == unit]
    factors = {
        (unit, unit): Fraction(1),
        (HOUR, MINUTE): Fraction(60),
        (MINUTE, HOUR): Fraction(1, 60),
    }
    rows = [row for row in rows if (unit, row.unit) in factors]
    rows.sort(key=lambda row: row.valid_from)
    return rows[-1].tariff * factors[unit, rows[-1].unit] if rows else None


@settings(max_examples=50, deadline=None)
@given(WORLDS, DAYS, DAYS, st.sampled_from([HOUR, MINUTE, "14"]))
def test_a_tariff_is_what_a_plain_search_finds(
    loaded: Loaded, as_of: date, on: date, unit: str
) -> None:
    for document in resolve(loaded).values():
        reference = Reference(document, as_of)
        expected = searched_tariff(document, as_of, unit, on)
        assert reference.tariff(PROVIDER, CODE, unit, on) == expected
        assert reference.tariff(PROVIDER, CODE, unit, on) == expected


def searched_lapsed_tariff(
    document: ReferenceDocument, as_of: date, unit: str, on: date
) -> Fraction | None:
    """Day by day back to one with a tariff; a product that ended, while another holds, has none."""
    products = survivors(document.products, as_of)
    known = {row.code for row in products}
    valid = {row.code for row in products if row.valid_on(on)}
    if CODE in known and valid and CODE not in valid:
        return None
    for days in range((on - BEGIN).days + 1):
        found = searched_tariff(document, as_of, unit, on - timedelta(days))
        if found is not None:
            return found
    return None


@settings(max_examples=100, deadline=None)
@given(WORLDS, DAYS, DAYS, st.sampled_from([HOUR, MINUTE, "14"]))
def test_a_lapsed_tariff_is_the_last_that_a_plain_search_finds(
    loaded: Loaded, as_of: date, on: date, unit: str
) -> None:
    for document in resolve(loaded).values():
        reference = Reference(document, as_of)
        if reference.tariff(PROVIDER, CODE, unit, on) is None:
            expected = searched_lapsed_tariff(document, as_of, unit, on)
            assert reference.lapsed_tariff(PROVIDER, CODE, unit, on) == expected


@settings(max_examples=50, deadline=None)
@given(WORLDS, DAYS, DAYS)
def test_a_product_is_the_own_row_or_else_the_region_s_that_began_last(
    loaded: Loaded, as_of: date, on: date
) -> None:
    for document in resolve(loaded).values():
        rows = [row for row in survivors(document.products, as_of) if row.code == CODE]
        rows = [row for row in rows if row.valid_from <= on <= (row.valid_to or date.max)]
        own = [row for row in rows if row.area == document.code]
        expected = sorted(own or rows, key=lambda row: row.valid_from)[-1:]
        found = Reference(document, as_of).product(CODE, on)
        assert expected == ([found] if found else [])


@settings(max_examples=50, deadline=None)
@given(WORLDS, DAYS)
def test_the_budget_is_the_version_that_was_adopted_last(loaded: Loaded, as_of: date) -> None:
    for document in resolve(loaded).values():
        rows = [row for row in survivors(document.budgets, as_of) if row.year == YEAR]
        adopted = [row for row in rows if row.adopted_on <= as_of]
        reference = Reference(document, as_of)
        for line in ("Ambulant", "Verblijf"):
            expected = {row for row in adopted if row.budget_line == line}
            assert set(reference.budget_versions(YEAR, line)) == expected
            last = max((row.adopted_on for row in expected), default=None)
            found = reference.budget(YEAR).get(line)
            assert (found and found.adopted_on) == last


def priced(*rows: tuple[str, str, str, str]) -> Reference:
    """A reference with tariffs of (area, unit, euros, valid from)."""
    tariffs = [
        {"area": area, "unit": unit, "tariff": price, "valid_from": begin, **ABOUT}
        for area, unit, price, begin in rows
    ]
    document = ReferenceDocument(code="0637", tariffs=tuple(map(Tariff.model_validate, tariffs)))
    return Reference(document, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("rows", "unit", "cents"),
    [
        ([("0637", "04", "90,00", "2026-01-01")], "04", Fraction(9000)),
        ([("0637", "04", "100,00", "2026-01-01")], "01", Fraction(10000, 60)),
        ([("0637", "01", "1,6667", "2026-01-01")], "04", Fraction(166_670_000 * 60, 1_000_000)),
        ([("0637", "14", "90,00", "2026-01-01")], "04", None),
        ([("Regio", "04", "80", "2026-01-01"), ("0637", "04", "90", "2025-01-01")], "04", 9000),
        ([("Regio", "04", "80", "2026-01-01"), ("0637", "14", "90", "2025-01-01")], "04", None),
        ([("0637", "01", "2", "2026-02-01"), ("0637", "04", "90", "2025-01-01")], "04", 9000),
        ([("0637", "04", "80", "2026-02-01"), ("0637", "04", "90", "2026-01-01")], "04", 8000),
        ([("0637", "04", "80", "2026-03-02")], "04", None),
        ([("0637", "04", "0", "2026-01-01"), ("0637", "01", "2", "2026-01-01")], "04", 0),
    ],
)
def test_the_price_of_a_unit_on_the_first_of_march(
    rows: list[tuple[str, str, str, str]], unit: str, cents: Fraction | None
) -> None:
    assert priced(*rows).tariff(PROVIDER, CODE, unit, date(2026, 3, 1)) == cents


ANOTHER = "90000002"
IN_2025 = ("C1", PROVIDER, "0637", 2025, ())
GOES_ON = Fraction(9000)


@pytest.mark.parametrize(
    ("product_until", "contracts", "cents"),
    [
        (None, [], GOES_ON),
        ("2025-12-31", [], None),
        ("2026-02-28", [], None),
        ("2026-03-01", [], GOES_ON),
        (None, [IN_2025], GOES_ON),
        (None, [("C1", ANOTHER, "0637", 2026, ())], GOES_ON),
        (None, [IN_2025, ("C1", ANOTHER, "0637", 2026, ())], None),
        (None, [IN_2025, ("C1", ANOTHER, "Haaglanden", 2026, ())], GOES_ON),
        (None, [IN_2025, ("C2", PROVIDER, "Haaglanden", 2026, (CODE,))], GOES_ON),
        (None, [IN_2025, ("C1", PROVIDER, "0637", 2026, (CODE, "45A05"))], GOES_ON),
        (None, [IN_2025, ("C1", PROVIDER, "0637", 2026, ("45A05",))], None),
    ],
)
def test_a_lapsed_tariff_ends_with_its_product_and_its_contract(
    product_until: str | None, contracts: list[tuple[object, ...]], cents: Fraction | None
) -> None:
    """A price of 2025 on 1 March 2026: none when the product, or this provider's part of it, has ended."""
    tariff = {"area": "0637", "unit": HOUR, "tariff": "90", "valid_from": "2025-01-01", **ABOUT}
    product = {"area": "0637", "code": CODE, "category": "45", "valid_from": "2025-01-01"}
    other = {**product, "code": "45A05"}
    names = ("contract", "provider", "area", "year", "codes")
    document = ReferenceDocument(
        code="0637",
        tariffs=(Tariff.model_validate(tariff | {"valid_to": "2025-12-31"}),),
        products=(
            Product.model_validate(product | {"valid_to": product_until}),
            Product.model_validate(other),
        ),
        contracts=tuple(
            Contract.model_validate(dict(zip(names, row, strict=True))) for row in contracts
        ),
    )
    reference = Reference(document, date(2026, 6, 1))
    assert reference.lapsed_tariff(PROVIDER, CODE, HOUR, date(2026, 3, 1)) == cents


def test_a_list_of_products_that_comes_late_has_ended_none() -> None:
    """Tariffs and products alike are known until 31 December 2025."""
    until = {"area": "0637", "valid_from": "2025-01-01", "valid_to": "2025-12-31"}
    document = ReferenceDocument(
        code="0637",
        tariffs=(Tariff.model_validate({"unit": HOUR, "tariff": "90", **ABOUT, **until}),),
        products=(Product.model_validate({"code": CODE, "category": "45", **until}),),
    )
    reference = Reference(document, date(2026, 6, 1))
    assert reference.lapsed_tariff(PROVIDER, CODE, HOUR, date(2026, 3, 1)) == GOES_ON


def test_an_own_product_beats_the_region_s_while_it_holds() -> None:
    reference = Reference(resolve(parse_files(bytes_of(GOOD)))["0637"], date(2026, 6, 1))
    later = Product.model_validate(
        {"area": "Haaglanden", "code": CODE, "category": "45", "valid_from": "2026-02-01"}
    )
    products = (*reference.document.products, later)
    document = reference.document.model_copy(update={"products": products})
    found = {
        day: Reference(document, date(2026, 6, 1)).product(CODE, date.fromisoformat(day))
        for day in ("2024-12-31", "2025-12-31", "2026-03-01", "2027-01-01")
    }
    areas = {day: row and (row.area, row.valid_from) for day, row in found.items()}
    assert areas == {
        "2024-12-31": None,
        "2025-12-31": ("Haaglanden", date(2025, 1, 1)),
        "2026-03-01": ("0637", date(2026, 1, 1)),
        "2027-01-01": ("Haaglanden", date(2026, 2, 1)),
    }


def budget(version: str, adopted: str, amount: int) -> Budget:
    """A version of one line's budget for 2026."""
    return Budget(
        municipality="0637",
        year=2026,
        budget_line="Ambulant",
        version=version,
        adopted_on=date.fromisoformat(adopted),
        amount_cents=amount,
    )


def test_a_budget_counts_from_its_adoption_and_ten_comes_after_nine() -> None:
    rows = (
        budget("10", "2025-11-10", 3),
        budget("9", "2025-11-10", 2),
        budget("1", "2025-10-01", 1),
        budget("11", "2026-07-01", 4),
    )
    document = ReferenceDocument(code="0637", budgets=rows)
    at = {
        day: [
            row.amount_cents
            for row in Reference(document, date.fromisoformat(day)).budget_versions(
                2026, "Ambulant"
            )
        ]
        for day in ("2025-09-30", "2025-10-01", "2026-06-30", "2026-07-01")
    }
    assert at == {
        "2025-09-30": [],
        "2025-10-01": [1],
        "2026-06-30": [1, 2, 3],
        "2026-07-01": [1, 2, 3, 4],
    }


def test_fixed_costs_add_up_per_line_and_month() -> None:
    reference = Reference(resolve(parse_files(bytes_of(GOOD)))["0637"], date(2026, 1, 1))
    assert reference.fixed_costs(2026) == {"Ambulant": {"2026-01": 94950}}
    assert reference.fixed_costs(2025) == {}


def test_a_cost_that_becomes_known_later_revises_the_earlier() -> None:
    def cost(amount: int, known: date | None) -> FixedCost:
        fields = {
            "municipality": "0637",
            "budget_line": "A",
            "kind": "pgb",
            "care_month": "2026-01",
        }
        return FixedCost.model_validate({**fields, "amount_cents": amount, "known_since": known})

    rows = (cost(5, date(2026, 2, 1)), cost(3, None))
    document = ReferenceDocument(code="0637", fixed_costs=rows)
    seen = [Reference(document, date(2026, month, 1)).fixed_costs(2026) for month in (1, 2)]
    assert seen == [{"A": {"2026-01": 3}}, {"A": {"2026-01": 5}}]


def test_a_recipient_hears_only_of_its_own_contract_or_provider() -> None:
    reference = Reference(resolve(parse_files(bytes_of(GOOD)))["0637"], date(2026, 1, 1))

    def names(role: str, **about: str) -> list[str]:
        return [row.name for row in reference.recipients(role, **about)]

    assert names("controller") == ["Pieters"]
    assert names("contractmanager") == []
    assert names("contractmanager", contract="C1", provider=PROVIDER) == ["Jansen"]
    assert names("aanbieder") == []
    assert names("aanbieder", provider="90000002") == []
    assert names("aanbieder", contract="C1", provider=PROVIDER) == ["De Brug"]


def test_the_other_questions() -> None:
    reference = Reference(resolve(parse_files(bytes_of(GOOD)))["0637"], date(2026, 1, 1))
    assert (reference.young(2026), reference.young(2025)) == (27000, None)
    assert {row.contract for row in reference.contracts(2026)} == {"C1", "C2"}
    assert reference.contracts(2025) == ()
    assert [row.saving_cents for row in reference.measures(2026)] == [2_500_000]
    assert [row.unit_factor for row in reference.conversions] == [60]
    brug, nobody = reference.provider(PROVIDER), reference.provider("90000009")
    assert (brug and brug.name, nobody) == ("De Brug", None)


def test_an_own_contract_replaces_the_regions_of_the_same_name_and_provider() -> None:
    rows = "C1;90000001;0637;2026;;1,00;;;;\nC1;90000002;0637;2026;;1,00;;;;"
    documents = resolve(parse_files(with_row("contracten.csv", rows)))
    found = {
        code: {
            (row.contract, row.provider, row.own)
            for row in Reference(document, date(2026, 1, 1)).contracts(2026)
        }
        for code, document in documents.items()
    }
    assert ("C1", "90000001", True) in found["0637"]
    assert ("C1", "90000001", False) not in found["0637"]
    assert ("C1", "90000001", False) in found["0518"]
