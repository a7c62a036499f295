"""A simulated municipality answers what the rules say: the pre-check finds what was planted, no more."""

from collections.abc import Iterator
from itertools import islice

import pytest

from schemas.ijw.answering import answer_to
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import resolve
from schemas.reference.load import parse_files
from streams.local.folder import EMBEDDED_KEY
from streams.local.precheck import Precheck
from streams.simulate.declarations import Answer
from streams.simulate.letters import answer_message, declaration_message
from streams.simulate.reference import reference_files
from streams.simulate.simulation import Simulation, simulate
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
    ],
)
def test_the_pre_check_finds_in_every_declaration_exactly_what_was_planted(
    name: str, seed: int, scale: float, every: int
) -> None:
    """The answer it writes has the same codes in the same places, and the same amounts."""
    assert not list(_judged_otherwise(simulate(scenario(name), seed, scale), every))
