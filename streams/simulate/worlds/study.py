"""Worlds for judging a prognosis: every seed is another municipality of 25 to 60 million euro a year.

They are unlike in what happens in their fourth year. In `gestaag` nothing does. In `later-gefactureerd`
providers of a third of the care begin to bill a month later, and half of all are silent for two months
some time. In `nieuwe-contracten` all allocations are renewed under new contracts on 1 January and clients
of some products get more, or dearer, care than before. What a municipality costs, and by how much that
grows, is drawn from the seed; the shape (lines, products, clients) is that of `zoetermeer-2018`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from streams.simulate.catalogue import AMBULANT, STAY
from streams.simulate.chance import Chance
from streams.simulate.scenario import BudgetVersion, Harmonisation, Later, Municipality, Scenario
from streams.simulate.worlds.budgets import PRIMITIVE
from streams.simulate.worlds.zoetermeer import ZOETERMEER_2018

_YEARS: Final = ZOETERMEER_2018.years
_LAST: Final = _YEARS[-1]
_SIZE: Final = (25e6, 50e6)
"""Euros of care in the first year."""
_COST: Final = (8_000, 14_000)
"""Euros a client costs in a year."""
_MOST_CLIENTS: Final = 4_600
"""A year: more would need more test numbers than there are."""
_SHARES: Final = (0.64, 0.27, 0.07, 0.02)
_GROWTH: Final = (-0.02, 0.06)
_INDEX: Final = (1.01, 1.06)


def _town(name: str, seed: int) -> Scenario:
    """A municipality in which nothing happens but growth and indexation."""
    stream = Chance(name, "study", seed).stream("town")
    size = _SIZE[0] * (_SIZE[1] / _SIZE[0]) ** stream.random()
    clients = min(_MOST_CLIENTS, round(size / stream.uniform(*_COST)))
    index, care = [1.0], {}
    for _ in _YEARS[1:]:
        index.append(index[-1] * stream.uniform(*_INDEX))
    for line, share in zip(ZOETERMEER_2018.municipalities[0].care, _SHARES, strict=True):
        volume = [size * share]
        for _ in _YEARS[1:]:
            volume.append(volume[-1] * (1 + stream.uniform(*_GROWTH)))
        care[line] = tuple(round(v * i) for v, i in zip(volume, index, strict=True))
    return replace(
        ZOETERMEER_2018,
        name=name,
        region="Studieregio",
        municipalities=(_municipality(clients, care, stream.uniform(0.95, 1.05)),),
        index=tuple(index),
        harmonisation=None,
        told_until=date(_LAST + 2, 6, 30),
    )


def _municipality(clients: int, care: Mapping[str, tuple[int, ...]], wide: float) -> Municipality:
    known = 0.0, *[0.74] * (len(_YEARS) - 1)
    budget = tuple(
        BudgetVersion(
            year,
            PRIMITIVE,
            date(year - 1, 11, 7),
            {line: round(euros[max(0, place - 1)] * 1.03 * wide) for line, euros in care.items()},
        )
        for place, year in enumerate(_YEARS)
    )
    return Municipality(
        code="9950",
        name="Studiestad",
        young=tuple(7 * clients for _ in _YEARS),
        clients=tuple(clients for _ in _YEARS),
        known=known,
        care=care,
        fixed=(),
        budget=budget,
    )


def steady(seed: int) -> Scenario:
    """`gestaag`: nothing happens."""
    return replace(
        _town("gestaag", seed),
        told="Een verzonnen gemeente van 25 tot 60 miljoen euro waarin vier jaar lang niets bijzonders "
        "gebeurt; elke --seed is een andere gemeente.",
    )


def billed_later(seed: int) -> Scenario:
    """`later-gefactureerd`: providers bill later from a month of the last year on."""
    town = _town("later-gefactureerd", seed)
    stream = Chance(town.name, "study", seed).stream("later")
    return replace(
        town,
        told="Een verzonnen gemeente van 25 tot 60 miljoen euro waarin aanbieders van een derde van de "
        "zorg in het vierde jaar een maand later gaan factureren en de helft van de aanbieders een "
        "keer twee maanden niets stuurt; elke --seed is een andere gemeente.",
        later=Later(date(_LAST, stream.randint(1, 9), 1), stream.uniform(0.25, 0.4)),
        outages=0.5,
    )


def new_contracts(seed: int) -> Scenario:
    """`nieuwe-contracten`: a harmonisation on 1 January of the last year, with dearer care."""
    town = _town("nieuwe-contracten", seed)
    stream = Chance(town.name, "study", seed).stream("contracts")
    before = sum(euros[-2] for euros in town.municipalities[0].care.values())
    growth = stream.uniform(0.03, 0.09)
    made = Harmonisation(
        date(_LAST, 1, 1), (AMBULANT, STAY), round(before * growth), stream.uniform(0.5, 1.0)
    )
    return replace(
        town,
        told="Een verzonnen gemeente van 25 tot 60 miljoen euro waarin het vierde jaar begint met "
        "nieuwe contracten: alle toewijzingen worden vernieuwd en jeugdigen krijgen meer of duurdere "
        "zorg; elke --seed is een andere gemeente.",
        municipalities=tuple(_dearer(each, growth) for each in town.municipalities),
        harmonisation=made,
    )


def _dearer(town: Municipality, growth: float) -> Municipality:
    """The same with the care of the last year, in the lines of the contracts, grown."""
    care = {
        line: (*euros[:-1], round(euros[-1] * (1 + growth))) if line in (AMBULANT, STAY) else euros
        for line, euros in town.care.items()
    }
    return replace(town, care=care)


STUDY: Final[Mapping[str, Callable[[int], Scenario]]] = {
    "gestaag": steady,
    "later-gefactureerd": billed_later,
    "nieuwe-contracten": new_contracts,
}
"""What makes the municipality of a seed, by name."""
