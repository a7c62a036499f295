"""A simulated municipality answers what the rules say: the pre-check finds what was planted, no more."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

import pytest

from schemas.ijw.answering import answer_to
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import resolve
from schemas.reference.load import parse_files
from schemas.reference.lookup import Reference
from streams.ledger.book import Book
from streams.ledger.signals import RULES, Signal, signals
from streams.local.folder import EMBEDDED_KEY
from streams.local.precheck import Precheck
from streams.simulate.declarations import Answer
from streams.simulate.letters import answer_message, declaration_message
from streams.simulate.months import last
from streams.simulate.reference import reference_files
from streams.simulate.simulation import Simulation, simulate
from streams.simulate.truth import LATE_CHANGE, LATE_GRANT, LATE_START, LATE_STOP
from streams.simulate.worlds import scenario


def _precheck(world: Simulation) -> Precheck:
    files = {name: text.encode() for name, text in reference_files(world).items()}
    pseudonym = Pseudonymiser(EMBEDDED_KEY)
    events = (to_event(message, pseudonym) for _, message in world.messages())
    return Precheck(events, resolve(parse_files(files)))


def _judged_otherwise(world: Simulation, every: int) -> Iterator[str]:
    """Of every so many declarations, those whose pre-check leads to another answer than was planted."""
    precheck = _precheck(world)
    for declaration in islice(world.declarations, 0, None, every):
        message = declaration_message(declaration)
        planted = answer_message(declaration, Answer("A1", declaration.dated))
        found = answer_to(message, precheck.findings(message), "A1", declaration.dated)
        if found != planted:
            yield f"{declaration.municipality}/{declaration.identification}"


@pytest.mark.parametrize(
    ("name", "seed", "scale", "every"),
    [
        ("regio-klein", 1, 1.0, 1),
        ("regio-klein", 2, 1.0, 5),
        ("regio-klein", 3, 1.0, 5),
        ("zoetermeer-2018", 1, 0.01, 4),
        ("zoetermeer-2018", 2, 0.01, 4),
        ("regio-tien", 1, 1.0, 17),
        ("regio-tien", 2, 0.3, 7),
    ],
)
def test_the_pre_check_finds_in_every_declaration_exactly_what_was_planted(
    name: str, seed: int, scale: float, every: int
) -> None:
    """The answer it writes has the same codes in the same places, and the same amounts."""
    assert not list(_judged_otherwise(simulate(scenario(name), seed, scale), every))


@pytest.mark.parametrize(
    ("name", "seed", "scale"),
    [("regio-klein", 1, 1.0), ("zoetermeer-2018", 1, 0.02), ("regio-tien", 1, 0.5)],
)
def test_every_other_rule_that_is_broken_was_broken_on_purpose(
    name: str, seed: int, scale: float
) -> None:
    """Late starts, stops and answers, and allocations that should not be: planted is found, found planted."""
    world = simulate(scenario(name), seed, scale)
    as_of = last(world.scenario.months.stop - 1)
    planted = {
        (each.rule, each.municipality, each.provider, each.subject)
        for each in world.deviations
        if each.day <= as_of
    }
    found = {
        (signal.rule, municipality, signal.provider, signal.subject)
        for municipality, signal in _signals(world, as_of)
        if RULES[signal.rule].about in {"allocation", "request", "care"}
        and signal.rule not in _ABOUT_USE
        and (signal.met or signal.rule not in _DEADLINES)
    }
    assert found == planted


_ABOUT_USE = {"BW02", "BW05", "OP288"}
"""How far an allocation is used follows from chance."""
_DEADLINES = {LATE_START, LATE_STOP, LATE_GRANT, LATE_CHANGE}
"""One that is not met yet is told of when it is."""


def _signals(world: Simulation, as_of: date) -> Iterator[tuple[str, Signal]]:
    files = {name: text.encode() for name, text in reference_files(world).items()}
    documents, pseudonym = resolve(parse_files(files)), Pseudonymiser(EMBEDDED_KEY)
    books = {life.municipality.code: Book(life.municipality.code) for life in world.lives}
    for _, message in world.messages():
        event = to_event(message, pseudonym)
        books[event["municipality"]].fold(event)
    for municipality, book in books.items():
        book.advance(as_of)
        reference = Reference(documents[municipality], as_of)
        yield from ((municipality, signal) for signal in signals(book, reference))
