"""Tariffs of a year that are loaded late: the prognosis of it stands on those of the year before."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

import pytest

from schemas.events import AnyEvent
from schemas.intake import Pseudonymiser, to_event
from schemas.outputs import BudgetLine
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from streams.prognosis.monitor import Monitor, monitors
from streams.prognosis.valuation import value
from streams.simulate.reference import reference_files
from streams.simulate.simulation import simulate
from streams.simulate.worlds import scenario

YEAR: Final = 2025
DAYS: Final = (date(2024, 12, 31), date(2025, 1, 31), date(2025, 3, 31), date(2025, 9, 30))
TOWN: Final = "9901"

Documents = Mapping[str, ReferenceDocument]


@cache
def world() -> tuple[list[AnyEvent], Documents]:
    """A simulated region: its messages and its reference data."""
    made = simulate(scenario("regio-klein", 3), 3)
    pseudonym = Pseudonymiser(b"a key for what is not kept anywhere")
    files = {name: text.encode() for name, text in reference_files(made).items()}
    return [to_event(each, pseudonym) for _, each in made.messages()], resolve(parse_files(files))


def late(documents: Documents) -> Documents:
    """The same reference data before the tariffs of the year are in; those before it have an end."""
    found = {
        code: each.model_copy(
            update={"tariffs": tuple(row for row in each.tariffs if row.valid_from.year < YEAR)}
        )
        for code, each in documents.items()
    }
    assert all(
        row.valid_to == date(2024, 12, 31) for each in found.values() for row in each.tariffs
    )
    return found


@cache
def town(as_of: date) -> Monitor:
    """A municipality of it on a day, with all of its tariffs."""
    events, documents = world()
    known = [
        each
        for each in events
        if each["municipality"] == TOWN and each["dated"] <= as_of.isoformat()
    ]
    return next(each for each in monitors(known, documents, as_of) if each.municipality == TOWN)


def told(monitor: Monitor, document: ReferenceDocument) -> BudgetLine:
    """The year, by these reference data."""
    monitor.refer(document)
    return value(monitor.parts(), YEAR).total


@pytest.mark.parametrize("as_of", DAYS)
def test_the_prognosis_is_off_by_no_more_than_the_tariffs_rose(as_of: date) -> None:
    """They rose by 3 percent; without a price for the year 13 to 36 percent of it would be gone."""
    monitor, documents = town(as_of), world()[1]
    before = told(monitor, late(documents)[TOWN])
    after = told(monitor, documents[TOWN])
    assert before.prognosis_cents < after.prognosis_cents
    assert before.prognosis_cents == pytest.approx(after.prognosis_cents, rel=0.035)


def test_nothing_of_it_is_left_when_they_are_loaded() -> None:
    """What is known then is what it would have been, to the byte; nothing is at a lapsed tariff."""
    monitor, documents = town(DAYS[2]), world()[1]
    at_once = told(monitor, documents[TOWN])
    known = monitor.parts()[0].commitments.known
    lacking = told(monitor, late(documents)[TOWN])
    assert lacking.committed_cents < at_once.committed_cents
    assert monitor.parts()[0].commitments.lapsed(YEAR)[0] > 0
    assert told(monitor, documents[TOWN]) == at_once
    assert monitor.parts()[0].commitments.known == known
    assert monitor.parts()[0].commitments.lapsed(YEAR) == (0, 0)
