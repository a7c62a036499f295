"""What changed between two as-of dates: every difference has a cause, and the causes add up."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from streams.figures.batch import tabulate
from streams.figures.revisions import (
    ALLOCATION_CAUSES,
    LINE_CAUSES,
    Pair,
    changed_allocations,
    changed_budgets,
    changed_lines,
    revisions,
)
from streams.prognosis.revised import seen_twice
from tests.core.worlds import DAYS, REFERENCE, worlds

LATER = [*DAYS, date(2026, 3, 1)]
BY = (
    ("municipality",),
    ("budget_line", "care_month"),
    ("segment", "referrer"),
    ("product", "provider", "category"),
)


def documents() -> dict[str, ReferenceDocument]:
    """The world's reference data, with rows that become known, budgets and a merger on the way."""
    head, *rows = REFERENCE["producten.csv"].splitlines()
    known = [f"{row};{since}" for row, since in zip(rows, ("", "2025-03-01", ""), strict=True)]
    priced, *prices = REFERENCE["tarieven.csv"].splitlines()
    since = ("", "2025-02-20", "", "2025-03-10")
    files = {
        **REFERENCE,
        "gemeenten.csv": (
            "gemeentecode;naam;regio;opvolger;per\n"
            "9901;Proef;Regio;9902;2025-03-15\n"
            "9902;Samen;Regio;;\n"
        ),
        "producten.csv": "\n".join([f"{head};bekend_sinds", *known]),
        "tarieven.csv": "\n".join(
            [f"{priced};bekend_sinds", *map(";".join, zip(prices, since, strict=True))]
        ),
        "begroting.csv": (
            "gemeentecode;jaar;begrotingspost;versie;vastgesteld_op;bedrag\n"
            "9901;2025;ambulant;primitief;2024-11-01;1000\n"
            "9901;2025;ambulant;1e wijziging;2025-02-01;1200,50\n"
            "9901;2025;ambulant;2e wijziging;2025-03-01;900\n"
            "9901;2025;verblijf;primitief;2025-02-15;5\n"
        ),
    }
    loaded = parse_files({name: text.encode() for name, text in files.items()})
    assert not loaded.problems
    return resolve(loaded)


DOCUMENTS = documents()
two_days = st.tuples(st.sampled_from(LATER), st.sampled_from(LATER)).map(sorted)


def pairs_of(events: list[AnyEvent], days: list[date]) -> list[Pair]:
    """The figures as of both days."""
    return seen_twice(events, DOCUMENTS, *days)


def by_cell(rows: list[dict[str, Any]], by: tuple[str, ...]) -> dict[tuple[Any, ...], Any]:
    return {tuple(row[name] for name in by): row for row in rows}


@settings(max_examples=150, deadline=None)
@given(world=worlds(), days=two_days, by=st.sampled_from(BY))
def test_the_causes_of_each_cell_add_up_to_its_difference(
    world: list[AnyEvent], days: list[date], by: tuple[str, ...]
) -> None:
    """For every cell of the batch computation on either date, also those that are not shown."""
    before, after = (by_cell(tabulate(world, DOCUMENTS, day, by), by) for day in days)
    told = by_cell(revisions(pairs_of(world, days), by), by)
    for cell in {*before, *after, *told}:
        for measure, causes in (("declared", LINE_CAUSES), ("committed", ALLOCATION_CAUSES)):
            old, new = (each.get(cell, {}).get(f"{measure}_cents", 0) for each in (before, after))
            row = told.get(cell)
            if row is None:
                assert old == new
                continue
            assert (row[f"{measure}_from_cents"], row[f"{measure}_to_cents"]) == (old, new)
            assert sum(row[f"{measure}_{cause}_cents"] for cause in causes) == new - old


@settings(max_examples=80, deadline=None)
@given(world=worlds(), days=two_days, by=st.sampled_from(BY))
def test_lines_and_allocations_add_up_to_all_that_changed(
    world: list[AnyEvent], days: list[date], by: tuple[str, ...]
) -> None:
    """Line by line for declared, allocation by allocation for committed; cause by cause for lines."""
    pairs = pairs_of(world, days)
    (total,) = revisions(pairs, ()) or [{}]
    lines, allocations = changed_lines(pairs, by), changed_allocations(pairs, by)
    for cause in ("new", "corrected", "rejected", "restored"):
        found = sum(row["difference_cents"] for row in lines if row["cause"] == cause)
        assert found == total.get(f"declared_{cause}_cents", 0)
    assert all(
        row["difference_cents"] == 0 for row in lines if row["cause"] in {"reference", "referrer"}
    )
    committed = total.get("committed_to_cents", 0) - total.get("committed_from_cents", 0)
    assert sum(row["difference_cents"] for row in allocations) == committed


@settings(max_examples=60, deadline=None)
@given(data=st.data(), world=worlds(), days=two_days)
def test_the_order_and_number_of_messages_change_nothing(
    data: st.DataObject, world: list[AnyEvent], days: list[date]
) -> None:
    """Revisions are a function of the set of messages."""
    extra = data.draw(st.lists(st.sampled_from(world), max_size=3))
    one, other = pairs_of(world, days), pairs_of(data.draw(st.permutations(world + extra)), days)
    for told in (revisions, changed_lines, changed_allocations):
        assert told(one, BY[1]) == told(other, BY[1])


@settings(max_examples=40, deadline=None)
@given(world=worlds(), day=st.sampled_from(LATER))
def test_equal_dates_give_nothing(world: list[AnyEvent], day: date) -> None:
    """Nothing changed between a day and itself."""
    pairs = pairs_of(world, [day, day])
    assert revisions(pairs, BY[0]) == changed_lines(pairs, BY[0]) == []
    assert changed_allocations(pairs, BY[0]) == changed_budgets(pairs) == []


@settings(max_examples=60, deadline=None)
@given(world=worlds(), days=two_days)
def test_a_year_is_the_part_of_its_care_months(world: list[AnyEvent], days: list[date]) -> None:
    """`year` keeps exactly the cells of that year."""
    pairs, by = pairs_of(world, days), ("year", "product")
    whole = [row for row in revisions(pairs, by) if row["year"] == 2025]
    assert revisions(pairs, by, 2025) == whole


def test_versions_of_a_budget_adopted_in_between_are_told() -> None:
    """Two versions of one line, and a line that had none."""
    pairs = pairs_of([], [date(2025, 1, 10), date(2025, 3, 1)])
    assert [tuple(row.values())[2:-1] for row in changed_budgets(pairs)] == [
        ("ambulant", "primitief", "2e wijziging", "1e wijziging, 2e wijziging", 100_000, 90_000),
        ("verblijf", None, "primitief", "primitief", None, 500),
    ]
    assert changed_budgets(pairs, 2024) == []
