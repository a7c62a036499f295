"""The people of a simulated world, none of whom exist: clients and their episodes of care."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from schemas.errors import BudgetwachtError
from schemas.ijw.bsn import TEST_RANGE, passes_eleven_test
from streams.simulate.catalogue import Product
from streams.simulate.chance import Chance
from streams.simulate.providers import Provider


class TooManyClients(BudgetwachtError):
    """The world needs more clients than there are numbers reserved for tests."""


@dataclass(slots=True, eq=False)
class Client:
    """A child that doesn't exist. `until`: the last day of the care it had so far."""

    number: int
    bsn: str
    born: date
    sex: str
    until: date = date.min
    episodes: list["Episode"] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Episode:
    """Care of one product for one client at one provider, from `begin` to `end`, both included.

    `strength` is what this client needs relative to the product's mean; `initial`: it was taken
    over at the start of the world.
    """

    client: Client
    product: Product
    provider: Provider
    begin: date
    end: date
    strength: float
    initial: bool


def bsns(chance: Chance) -> Iterator[str]:
    """Numbers of the test range that pass the 11-proef, each once. Raises `TooManyClients`."""
    numbers = [str(n) for n in TEST_RANGE if passes_eleven_test(str(n))]
    chance.stream("bsn").shuffle(numbers)
    yield from numbers
    raise TooManyClients(
        f"deze schaal vraagt meer dan {len(numbers)} jeugdigen; zoveel testnummers (BSN) zijn er. "
        "Kies een kleinere --scale"
    )
