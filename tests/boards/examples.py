"""Two small municipalities whose figures fit together: lines, products, segments add up to the total."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from schemas.outputs import (
    BudgetLine,
    CareMonth,
    ContractUse,
    ProductUse,
    SegmentShare,
    Valuation,
)

YEAR = 2025
AMBULANT, STAY, PROTECTION = (
    "Jeugdhulp zonder verblijf",
    "Jeugdhulp met verblijf",
    "Jeugdbescherming",
)
# Product, description, segment, budget line, unit, units, declared cents, clients, client months.
ROWS = [
    ("45A48", "Jeugdhulp ambulant regulier (individueel)", "B", AMBULANT, "04", 61_234, 44_088_480_33, 640, 4_810),
    ("45A53", "Jeugdhulp ambulant specialistisch", "C", AMBULANT, "04", 20_100, 19_698_000_07, 210, 1_520),
    ("45A55", "Jeugdhulp ambulant (op afstand)", "C", AMBULANT, "01", 91_000, 1_395_333_10, 88, 402),
    ("44A09", "Gezinshuis", "C", STAY, "14", 9_120, 18_240_000_00, 34, 301),
    ("50J01", "Ondertoezichtstelling", "J", PROTECTION, "82", 410, 3_998_877_01, 45, 410),
    ("", "", "", None, "04", 1_000, 5_000_001, 12, 60),
]  # fmt: skip


def valuations() -> list[Valuation]:
    """A municipality that is over its budget for stay, and one a tenth of its size."""
    return [
        _valuation("9901", "Voorbeeldstad", 1, {AMBULANT: 80_000_000_00, STAY: 17_000_000_00}),
        _valuation("9902", "Voorbeelddorp", 10, {AMBULANT: 9_000_000_00, STAY: 1_900_000_00}),
    ]


def _valuation(code: str, name: str, size: int, budgets: dict[str, int]) -> Valuation:
    products = tuple(_product(row, size) for row in ROWS)
    names = (AMBULANT, STAY, PROTECTION, "")
    posts = tuple(_post(line, products, budgets.get(line)) for line in names)
    return Valuation(
        municipality=code,
        name=name,
        region="Voorbeeldregio",
        as_of=dt.date(YEAR, 10, 31),
        year=YEAR,
        total=_total(posts, products, sum(budgets.values())),
        budget_lines=posts,
        contracts=(
            _contract("C-1", "90000001", "Aanbieder Noord", 50_000_000_00 // size, 44_088_480_33),
            _contract(
                "C-2", "90000002", "Aanbieder Zuid & Co", 18_000_000_00 // size, 18_240_000_00
            ),
            _contract("C-3", "90000003", "Aanbieder Oost", None, 3_998_877_01),
        ),
        products=products,
        segments=tuple(_segment(one, products) for one in ("", "B", "C", "J")),
        months=tuple(_months(posts)),
    )


def _product(row: Sequence[Any], size: int) -> ProductUse:
    product, description, segment, line, unit, units, cents, clients, months = row
    units, cents, clients, months = (-(-one // size) for one in (units, cents, clients, months))
    return ProductUse(
        product=product,
        category=product[:2] or "54",
        description=description,
        segment=segment,
        budget_line=line,
        unit=unit,
        units=units,
        declared_cents=cents,
        committed_cents=cents * 13 // 10,
        clients=clients,
        client_months=months,
        units_per_client_month=units / months,
        cents_per_client_month=cents / months,
    )


def _post(name: str, products: Iterable[ProductUse], budget: int | None) -> BudgetLine:
    mine = [product for product in products if product.budget_line == (name or None)]
    return _line(
        name, sum(p.declared_cents for p in mine), budget, 71, max(p.clients for p in mine)
    )


def _total(posts: Iterable[BudgetLine], products: Iterable[ProductUse], budget: int) -> BudgetLine:
    """Clients of several lines are one client, and bounds lie closer than their sum."""
    clients = max(post.clients for post in posts)
    return _line("totaal", sum(p.declared_cents for p in products), budget, 40, clients)


def _line(name: str, declared: int, budget: int | None, spread: int, clients: int) -> BudgetLine:
    prognosis = declared * 126 // 100
    width = prognosis * spread // 1000
    return BudgetLine(
        budget_line=name,
        budget_cents=budget,
        budget_version=None if budget is None else "1",
        fixed_cents=125_000_50,
        rejected_cents=declared // 90,
        granted_cents=declared - declared // 8,
        open_cents=declared // 8,
        submitted_cents=declared + declared // 90,
        void_cents=0,
        declared_cents=declared,
        lines=clients * 9,
        clients=clients,
        committed_cents=declared * 13 // 10,
        unpriced=3,
        prognosis_cents=prognosis,
        lower80_cents=prognosis - width,
        upper80_cents=prognosis + width,
        lower95_cents=prognosis - 2 * width,
        upper95_cents=prognosis + 2 * width,
        expected_cents=prognosis - declared - 125_000_50,
        completeness=0.913,
        realisation=0.87,
        overrun_probability=None,
    )


def _contract(
    contract: str, provider: str, name: str, ceiling: int | None, declared: int
) -> ContractUse:
    return ContractUse(
        contract=contract,
        provider=provider,
        provider_name=name,
        ceiling_cents=ceiling,
        declared_cents=declared,
        contract_manager="",
    )


def _segment(segment: str, products: Iterable[ProductUse]) -> SegmentShare:
    total = sum(product.declared_cents for product in products)
    mine = sum(product.declared_cents for product in products if product.segment == segment)
    return SegmentShare(segment=segment, declared_cents=mine, share=mine / total)


def _months(posts: Iterable[BudgetLine]) -> Iterable[CareMonth]:
    """The year to date and the year before, of which the last three are not complete."""
    for post in posts:
        for month in [
            *(f"2024-{one:02}" for one in range(1, 13)),
            *(f"2025-{one:02}" for one in range(1, 11)),
        ]:
            share = {"2025-10": 0.41, "2025-09": 0.78, "2025-08": 0.96}.get(month, 1.0)
            committed = post.committed_cents // 10
            yield CareMonth(
                care_month=month,
                budget_line=post.budget_line or None,
                declared_cents=int(committed * 0.83 * share),
                committed_cents=committed,
                clients=post.clients,
                completeness=share,
            )
