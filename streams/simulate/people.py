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
    """A child that doesn't exist. `number`: its own in the world; `until`: the last day of its care so far."""

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
    over at the start of the world; `heir`: the code it continues under at a harmonisation, if any;
    `moved`: it ends because the client goes to live in another municipality.
    """

    client: Client
    product: Product
    provider: Provider
    begin: date
    end: date
    strength: float
    initial: bool
    heir: str | None = None
    moved: bool = False


def bsns(chance: Chance) -> Iterator[tuple[int, str]]:
    """A number of our own, from 0, and one of the test range that passes the 11-proef, each once.

    Raises `TooManyClients`.
    """
    numbers = [str(n) for n in TEST_RANGE if passes_eleven_test(str(n))]
    chance.stream("bsn").shuffle(numbers)
    yield from enumerate(numbers)
    raise TooManyClients(
        f"deze schaal vraagt meer dan {len(numbers)} jeugdigen; zoveel testnummers (BSN) zijn er. "
        "Kies een kleinere --scale"
    )
