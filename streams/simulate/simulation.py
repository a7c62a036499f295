"""A world played out: pure, the same for the same (scenario, seed, scale), and nothing written yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streams.simulate.allocations import Allocator
from streams.simulate.care import Diary
from streams.simulate.chance import Chance
from streams.simulate.declarations import Declaration, Office
from streams.simulate.delivery import deliveries
from streams.simulate.desk import declare_all
from streams.simulate.moves import Served, hand_over, move
from streams.simulate.people import bsns
from streams.simulate.population import Population
from streams.simulate.post import Life, Named, post
from streams.simulate.providers import Offer, Provider, build_offers, build_providers
from streams.simulate.requests import Counter
from streams.simulate.scenario import Scenario
from streams.simulate.tariffs import Tariffs, build_tariffs, within_budgets
from streams.simulate.truth import Deviation


@dataclass(frozen=True, slots=True)
class Simulation:
    """A whole world; `messages` are made as they are asked for.

    What goes otherwise than it should is known: lines and declarations say what they are refused
    with, and `deviations` tells what came too late or should not have come.
    """

    scenario: Scenario
    scale: float
    chance: Chance
    providers: list[Provider]
    offers: Mapping[str, list[Offer]]
    tariffs: Tariffs
    lives: list[Life]
    deviations: list[Deviation]

    @property
    def declarations(self) -> list[Declaration]:
        """Every declaration, municipality by municipality."""
        return [declaration for life in self.lives for declaration in life.declarations]

    def messages(self) -> Iterator[Named]:
        """Every message, a doubly delivered one twice, with the path it is to be written under."""
        for life in self.lives:
            yield from post(self.scenario, self.chance, life)


def simulate(scenario: Scenario, seed: int, scale: float = 1.0) -> Simulation:
    """Play a scenario. `scale` multiplies clients and money; 1 is the scenario as it is told.

    Raises `TooManyClients` when there are not enough test numbers for the clients.
    """
    chance = Chance(scenario.name, seed, scale)
    providers = build_providers(scenario, chance)
    offers = build_offers(scenario, providers, chance)
    served = hand_over(list(_serve(scenario, chance, offers, scale)))
    tariffs = build_tariffs(scenario, offers, [d for each in served for d in each.delivered])
    deviations: list[Deviation] = []
    lives = [_live(scenario, chance, each, tariffs, deviations) for each in served]
    return Simulation(
        scenario, scale, chance, providers, offers, tariffs, lives, sorted(deviations)
    )


def _serve(
    scenario: Scenario, chance: Chance, offers: Mapping[str, list[Offer]], scale: float
) -> Iterator[Served]:
    numbers = bsns(chance)
    populations = [
        Population(scenario, municipality, offers, numbers, chance=chance, scale=scale)
        for municipality in scenario.municipalities
    ]
    for population in populations:
        population.live()
    move(scenario, populations, chance)
    for population in populations:
        municipality = population.municipality
        allocator = Allocator.of(scenario, municipality, chance)
        for episode in population.episodes:
            allocator.allocate(episode)
        delivered = list(deliveries(allocator, chance.stream("delivery", municipality.code)))
        yield Served(municipality, allocator.made, delivered, allocator.deviations)


def _live(
    scenario: Scenario,
    chance: Chance,
    served: Served,
    tariffs: Tariffs,
    deviations: list[Deviation],
) -> Life:
    """What is said of what was allocated and delivered; `deviations` gets what is said too late."""
    code, allocations = served.municipality.code, served.allocations
    delivered = list(within_budgets(served.delivered, tariffs))
    counter, diary = Counter.of(scenario, code, chance), Diary.of(scenario, code, chance)
    requests = counter.requests(allocations)
    told = [moment for a in allocations if not a.mistaken for moment in diary.tell(a)]
    deviations += [*served.deviations, *counter.deviations, *diary.deviations]
    office = Office(scenario, code, tariffs, chance, [a for a in allocations if a.mistaken])
    declarations = declare_all(office, delivered)
    return Life(served.municipality, allocations, delivered, told, requests, declarations)
