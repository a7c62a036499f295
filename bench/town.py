"""What a simulated municipality's messages come to, without a folder in between."""

from collections.abc import Iterator

from schemas.events import AnyEvent
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from streams.simulate.reference import reference_files
from streams.simulate.scenario import Scenario
from streams.simulate.simulation import simulate


def town(
    world: Scenario, seed: int, scale: float = 1.0
) -> tuple[Iterator[AnyEvent], ReferenceDocument]:
    """All events of a world of one municipality, each made as it is asked for, and its reference data."""
    made = simulate(world, seed, scale)
    files = {name: text.encode() for name, text in reference_files(made).items()}
    pseudonym = Pseudonymiser(b"a key for what is not kept anywhere")
    events = (to_event(message, pseudonym) for _, message in made.messages())
    return events, next(iter(resolve(parse_files(files)).values()))
