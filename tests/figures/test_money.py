"""Figures of money: what is kept equals the definition, in any order and with any duplicates."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from streams.figures.batch import ORACLES
from streams.figures.question import Question
from streams.figures.rollup import Figures, sortable, tallies
from streams.prognosis.monitor import monitors
from streams.prognosis.register import FIGURES
from tests.figures.money_worlds import as_ofs, documents, worlds

DOCUMENTS: Final = documents()
AREA: Final[list[tuple[str, ...]]] = [("municipality",), ("region",)]
CARE: Final[list[tuple[str, ...]]] = [
    ("municipality",),
    ("region", "segment"),
    ("municipality", "product", "provider"),
    ("budget_line",),
]
BY: Final[dict[str, list[tuple[str, ...]]]] = {
    "intensity": CARE,
    "mix": [*CARE[:2], ("provider",)],
    "burn": AREA,
    "contracts": AREA[:1],
    "accrual": CARE,
    "fixed": AREA,
    "measures": AREA,
    "completeness": AREA,
    "comparable": AREA,
    "categories": CARE,
}


def kept(events: Sequence[AnyEvent], as_of: date) -> list[Figures]:
    """The figures of all municipalities, those of a merged one as parts of its successor."""
    return [part for each in monitors(events, DOCUMENTS, as_of) for part in each.parts()]


@pytest.mark.parametrize("name", BY)
@settings(max_examples=25, deadline=None)
@given(data=st.data(), world=worlds(), as_of=as_ofs, year=st.sampled_from([2024, 2025, 2026]))
def test_a_figure_equals_its_definition_in_any_order_with_any_duplicates(
    name: str, data: st.DataObject, world: list[AnyEvent], as_of: date, year: int
) -> None:
    extra = data.draw(st.lists(st.sampled_from(world), max_size=3))
    found = kept(data.draw(st.permutations(world + extra)), as_of)
    for by in BY[name]:
        question = Question(as_of, year, by)
        assert FIGURES[name].compute(found, question) == ORACLES[name](world, DOCUMENTS, question)


@pytest.mark.parametrize("name", BY)
@settings(max_examples=10, deadline=None)
@given(world=worlds(), as_of=as_ofs)
def test_rows_have_the_same_columns_and_stand_in_order_whatever_the_order_of_municipalities(
    name: str, world: list[AnyEvent], as_of: date
) -> None:
    found = kept(world, as_of)
    question = Question(as_of, 2025, BY[name][0])
    rows = FIGURES[name].compute(found, question)
    assert rows == FIGURES[name].compute(found[::-1], question)
    assert len({tuple(row) for row in rows}) <= 1
    areas = [tuple(row[key] for key in question.by) for row in rows if name != "contracts"]
    assert areas == sorted(areas, key=sortable)
    for row in rows:
        for column, value in row.items():
            kind = int if column.endswith("_cents") else int | float | str
            assert value is None or isinstance(value, kind), column


def total(found: Sequence[Figures], years: Sequence[str] = ()) -> int:
    """Declared cents of all, as the roll-ups count them."""
    return sum(tally.declared for tally in tallies(found, (), years).values())


def cents(rows: Sequence[dict[str, Any]], column: str, **names: object) -> int:
    """The sum of a column over the rows with these values."""
    chosen = (row for row in rows if all(row[key] == value for key, value in names.items()))
    return sum(row[column] for row in chosen)


@settings(max_examples=60, deadline=None)
@given(world=worlds(), as_of=as_ofs)
def test_periodised_and_cash_money_add_up_to_what_was_declared(
    world: list[AnyEvent], as_of: date
) -> None:
    found = kept(world, as_of)
    rows = [
        row
        for year in range(2024, 2077)
        for row in FIGURES["accrual"].compute(found, Question(as_of, year, ("provider",)))
    ]
    for column in ("declared_cents", "periodised_cents", "cash_cents"):
        assert cents(rows, column) == total(found), column


@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_parts_add_up_to_their_totals_to_the_cent(world: list[AnyEvent]) -> None:
    as_of = date(2025, 12, 31)
    found, question = kept(world, as_of), Question(as_of, 2025, ())
    declared = total(found, ["2025"])
    burn = FIGURES["burn"].compute(found, question)
    lines = {row["budget_line"]: row for row in burn if row["level"] == "line"}.values()
    whole = [row for row in burn if row["level"] == "total"][-1]
    for column in ("declared_cents", "committed_cents", "spent_cents", "fixed_cents"):
        assert sum(row[column] for row in lines) == whole[column]
    assert whole["declared_cents"] == declared
    comparable = FIGURES["comparable"].compute(found, question)
    for level in ("group", "code"):
        assert cents(comparable, "declared_cents", level=level, year=2025) == declared
    categories = FIGURES["categories"].compute(found, question)
    for level in ("category", "total"):
        assert cents(categories, "declared_cents", level=level, year=2025) == declared
    for dimension in ("segment", "profile", "intensity"):
        rows = FIGURES["mix"].compute(found, question)
        assert cents(rows, "declared_cents", dimension=dimension) == declared
    months = FIGURES["intensity"].compute(found, question)
    for window in ("months_12", "year_to_date"):
        assert cents(months, "declared_cents", window=window) == declared


@settings(max_examples=60, deadline=None)
@given(world=worlds(), as_of=as_ofs)
def test_each_municipality_s_part_of_a_regional_contract_adds_up_to_it(
    world: list[AnyEvent], as_of: date
) -> None:
    rows = FIGURES["contracts"].compute(kept(world, as_of), Question(as_of, 2025))
    for contract in ("lump", "pxq"):
        whole = [r for r in rows if (r["contract"], r["area"]) == (contract, "Regio")]
        for column in ("declared_cents", "committed_cents"):
            parts = cents(whole, column, level="municipality")
            assert parts == cents(whole, column, level="contract")
