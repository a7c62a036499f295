"""The figures about people are a function of the messages, and equal their definitions."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from streams.figures.batch import ORACLES
from streams.figures.question import Question, Row
from streams.prognosis.monitor import monitors
from streams.prognosis.register import FIGURES
from tests.figures.peopled import AS_OF, documents, worlds

PEOPLE = (
    *("age_bands", "client_months", "clients", "flows", "known_clients"),
    *("referrers", "renewals", "stacking", "stay_length"),
)
BY = (
    ("municipality",),
    ("region", "product"),
    ("segment", "provider"),
    ("stay", "municipality"),
    (),
    ("referrer",),
    ("care_month",),
)
DOCUMENTS = {merged: documents(merged=merged) for merged in (False, True)}


def computed(name: str, world: list[AnyEvent], question: Question, *, merged: bool) -> list[Row]:
    """A figure of a world, as the command line makes it."""
    found = monitors(world, DOCUMENTS[merged], question.as_of)
    return FIGURES[name].compute([part for each in found for part in each.parts()], question)


QUESTIONS = st.builds(
    Question,
    as_of=st.sampled_from(AS_OF),
    year=st.sampled_from([2023, 2024, 2025]),
    gap_days=st.sampled_from([31, 31, 60, 0]),
)


@pytest.mark.parametrize("name", PEOPLE)
@settings(max_examples=40, deadline=None)
@given(data=st.data(), world=worlds(), asked=QUESTIONS, merged=st.booleans())
def test_a_figure_equals_its_definition_in_any_order_with_any_duplicates(
    name: str, data: st.DataObject, world: list[AnyEvent], asked: Question, *, merged: bool
) -> None:
    extra = data.draw(st.lists(st.sampled_from(world), max_size=3))
    order = data.draw(st.permutations(world + extra))
    by = data.draw(st.sampled_from([by for by in BY if FIGURES[name].keys.issuperset(by)]))
    question = replace(asked, by=by)
    defined = ORACLES[name](world, DOCUMENTS[merged], question)
    assert computed(name, order, question, merged=merged) == defined


@settings(max_examples=150, deadline=None)
@given(
    world=worlds(),
    as_of=st.sampled_from(AS_OF),
    year=st.sampled_from([2024, 2025]),
    by=st.sampled_from([("municipality",), ("product",), ("provider", "segment")]),
)
def test_who_was_there_and_came_and_did_not_leave_is_there_at_the_end(
    world: list[AnyEvent], as_of: date, year: int, by: tuple[str, ...]
) -> None:
    for row in computed("flows", world, Question(as_of, year, by), merged=False):
        assert row["start"] + row["inflow"] - row["outflow"] == row["end"]
        assert row["inflow_new"] + row["inflow_returning"] == row["inflow"]
        assert row["outflow_definitive"] + row["outflow_provisional"] == row["outflow"]
        assert row["through"] <= min(row["start"], row["end"])
        assert row["through_up"] + row["through_down"] <= row["through_moved"] <= row["through"]


@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_the_end_of_a_year_is_the_start_of_the_next(world: list[AnyEvent]) -> None:
    """As known on one day: nobody is lost between two years."""
    ends, starts = (
        {row["municipality"]: row[name] for row in rows if row[name]}
        for name, rows in (
            ("end", computed("flows", world, Question(AS_OF[-1], 2024), merged=False)),
            ("start", computed("flows", world, Question(AS_OF[-1], 2025), merged=False)),
        )
    )
    assert ends == starts


@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_every_client_is_in_one_class_of_stacking(world: list[AnyEvent]) -> None:
    for row in computed("stacking", world, Question(AS_OF[-1], 2024), merged=True):
        for what in ("products", "providers"):
            assert row["clients"] == sum(row[f"{what}_{n}"] for n in ("1", "2", "3_plus"))


@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_referrers_share_everything_that_is_declared_and_decided(world: list[AnyEvent]) -> None:
    question = Question(AS_OF[-1], 2024, ())
    rows = computed("referrers", world, question, merged=True)
    paid = {row["year"]: row for row in computed("clients", world, question, merged=True)}
    if 2024 in paid:
        assert sum(row["declared_cents"] for row in rows) == paid[2024]["declared_cents"]
    for name in ("share_of_allocations", "share_of_money"):
        shares = [row[name] for row in rows if row[name] is not None]
        assert not shares or sum(shares) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", PEOPLE)
@settings(max_examples=15, deadline=None)
@given(world=worlds())
def test_no_row_names_a_client(name: str, world: list[AnyEvent]) -> None:
    assert "k1." not in str(computed(name, world, Question(AS_OF[-1], 2024), merged=False))
