"""Completeness inside a month: it follows the days on which providers declare."""

from datetime import date
from itertools import pairwise
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from streams.figures.batch import ORACLES
from streams.figures.question import Question
from tests.figures.money_stories import column, documents, figure, paid

PLAIN = documents()
LARGE, SMALL = "90000001", "90000002"
MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]


def billed(provider: str, month: str, cents: int, dated: str, town: str = "9901") -> AnyEvent:
    """A declaration of one line, of a provider."""
    return cast("AnyEvent", {**paid(month, cents, dated=dated, town=town), "provider": provider})


def steady() -> list[AnyEvent]:
    """Of each month's care two thirds are declared on the 4th of the next month, one third on the 20th."""
    return [
        billed(provider, care, cents, f"{known}-{day}")
        for provider, cents, day in ((LARGE, 1_000, "04"), (SMALL, 500, "20"))
        for care, known in pairwise(MONTHS)
    ]


def test_what_a_month_is_expected_to_cost_is_the_same_on_every_day() -> None:
    """By a count of days it would seem five times as dear on the 4th as on the last of the month."""
    events = steady()
    for day in range(4, 32):
        rows = figure("completeness", events, PLAIN, as_of=f"2025-08-{day:02}")
        assert column(rows, "care_month", "expected_cents")["2025-07"] == 1_500
        assert column(rows, "care_month", "declared_share")["2025-07"] == (
            0.666667 if day < 20 else 1
        )


def test_who_is_late_this_month_is_still_to_come() -> None:
    """The large provider has not declared by the 25th, though it always has by the 4th."""
    late = [event for event in steady() if event["provider"] == SMALL or event["dated"] < "2025-08"]
    rows = figure("completeness", late, PLAIN, as_of="2025-08-25")
    assert column(rows, "care_month", "declared_share")["2025-07"] == 0.333333
    assert column(rows, "care_month", "expected_cents")["2025-07"] == 1_500


bills: st.SearchStrategy[list[tuple[Any, ...]]] = st.lists(
    st.tuples(
        st.sampled_from([LARGE, SMALL, "90000003"]),
        st.integers(8, 18),
        st.integers(0, 3),
        st.integers(1, 28),
        st.integers(-2_000, 9_000),
        st.sampled_from(["9901", "9902"]),
    ),
    min_size=15,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), rows=bills, as_of=st.dates(date(2025, 6, 1), date(2025, 12, 31)))
def test_it_equals_its_definition_on_any_day_in_any_order(
    data: st.DataObject, rows: list[tuple[Any, ...]], as_of: date
) -> None:
    """The three providers declare at any time, credits too, in two municipalities."""
    events = [
        billed(provider, MONTHS[care], cents, f"{MONTHS[care + age]}-{day:02}", town)
        for provider, care, age, day, cents, town in rows
    ]
    for by in (("municipality",), ("region",)):
        found = figure("completeness", data.draw(st.permutations(events)), PLAIN, str(as_of), by)
        question = Question(as_of, 2025, by)
        assert found == ORACLES["completeness"](events, PLAIN, question)
