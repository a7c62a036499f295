"""A world played out: pure, the same for the same (scenario, seed, scale), and nothing written yet."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from schemas.ijw import Message
from streams.simulate.allocations import Allocation, Allocator, Version
from streams.simulate.chance import Chance, Strata
from streams.simulate.declarations import Declaration, Office
from streams.simulate.delivery import Delivery, deliveries
from streams.simulate.desk import declare_all
from streams.simulate.letters import (
    allocation_message,
    answer_message,
    declaration_message,
    states_on,
)
from streams.simulate.months import ONE_DAY, label, last, month_of, working_day
from streams.simulate.people import bsns
from streams.simulate.population import Population
from streams.simulate.providers import Offer, Provider, build_offers, build_providers
from streams.simulate.scenario import Municipality, Scenario
from streams.simulate.tariffs import Tariffs, build_tariffs, within_budgets

Named = tuple[str, Message]
"""A message and the path of its file, relative to the folder of messages."""


@dataclass(frozen=True, slots=True)
class Life:
    """What happened in one municipality."""

    municipality: Municipality
    allocations: list[Allocation]
    delivered: list[Delivery]


@dataclass(frozen=True, slots=True)
class Simulation:
    """A whole world; `messages` are made as they are asked for."""

    scenario: Scenario
    scale: float
    chance: Chance
    providers: list[Provider]
    offers: Mapping[str, list[Offer]]
    tariffs: Tariffs
    lives: list[Life]
    declarations: list[Declaration]

    def messages(self) -> Iterator[Named]:
        """Every message, a doubly delivered one twice, with the path it is to be written under."""
        for life in self.lives:
            named = [*self._allocation_messages(life), *self._declaration_messages(life)]
            twice = Strata(
                self.scenario.rates.sent_twice, self._stream("sent-twice", life.municipality)
            )
            for path, message in named:
                yield f"{path}.xml", message
                if twice.hit():
                    yield f"{path}-nogmaals.xml", message

    def _stream(self, concern: str, municipality: Municipality) -> Random:
        return self.chance.stream(concern, municipality.code)

    def _allocation_messages(self, life: Life) -> Iterator[Named]:
        code = life.municipality.code
        for number, (dated, _, _, states) in enumerate(self._snapshots(life), start=1):
            identification = f"T{number:09d}"
            path = f"{label(month_of(dated))}/{code}_JW301_{identification}"
            yield path, allocation_message(code, identification, dated, states)

    def _snapshots(
        self, life: Life
    ) -> list[tuple[date, int, str, list[tuple[Allocation, Version]]]]:
        """What was sent on which day to whom, in the order of the days."""
        repeats = Strata(self.scenario.rates.repeated, self._stream("repeated", life.municipality))
        stream = self._stream("repeated-on", life.municipality)
        together: dict[tuple[int, str], list[Allocation]] = defaultdict(list)
        for allocation in life.allocations:
            together[allocation.client.number, allocation.provider.agb].append(allocation)
        until = last(self.scenario.months.stop - 1)
        snapshots = []
        for (client, agb), allocations in together.items():
            days = {version.sent for a in allocations for version in a.versions}
            again = {
                working_day(day + stream.randint(10, 60) * ONE_DAY)
                for day in sorted(days)
                if repeats.hit()
            }
            for day in sorted(days | again):
                states = list(states_on(allocations, day))
                if states and day <= until:
                    snapshots.append((day, client, agb, states))
        return sorted(snapshots, key=lambda snapshot: snapshot[:3])

    def _declaration_messages(self, life: Life) -> Iterator[Named]:
        for declaration in self.declarations:
            if declaration.municipality != life.municipality.code:
                continue
            base = f"{declaration.municipality}_%s_{declaration.provider.agb}_"
            path = f"{label(month_of(declaration.dated))}/{base % 'JW323'}"
            yield path + declaration.identification, declaration_message(declaration)
            for answer in filter(None, (declaration.revoked, declaration.answer)):
                path = f"{label(month_of(answer.dated))}/{base % 'JW325'}"
                yield path + answer.identification, answer_message(declaration, answer)


def simulate(scenario: Scenario, seed: int, scale: float = 1.0) -> Simulation:
    """Play a scenario. `scale` multiplies clients and money; 1 is the scenario as it is told.

    Raises `TooManyClients` when there are not enough test numbers for the clients.
    """
    chance = Chance(scenario.name, seed, scale)
    providers = build_providers(scenario, chance)
    offers = build_offers(scenario, providers, chance)
    numbers = bsns(chance)
    lives = []
    for municipality in scenario.municipalities:
        population = Population(scenario, municipality, offers, numbers, chance=chance, scale=scale)
        population.live()
        allocator = Allocator.of(scenario, municipality, chance)
        for episode in population.episodes:
            allocator.allocate(episode)
        delivered = list(deliveries(allocator, chance.stream("delivery", municipality.code)))
        lives.append(Life(municipality, allocator.made, delivered))
    tariffs = build_tariffs(scenario, offers, [d for life in lives for d in life.delivered])
    lives = [
        replace(life, delivered=list(within_budgets(life.delivered, tariffs))) for life in lives
    ]
    declarations = [
        declaration
        for life in lives
        for declaration in declare_all(
            Office(
                *(scenario, life.municipality.code, tariffs, chance),
                [a for a in life.allocations if a.mistaken],
            ),
            life.delivered,
        )
    ]
    return Simulation(scenario, scale, chance, providers, offers, tariffs, lives, declarations)
