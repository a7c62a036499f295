"""Who lives elsewhere from some day on: clients who move, and municipalities that are followed up.

Both hand over what was made for one municipality to another: a client who moves takes the rest of its
episodes along; a municipality that ends on a day (herindeling) leaves what is allocated from that
day on to its successor, while what it allocated before keeps its own code.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from streams.simulate.allocation import ASKED_FOR, Allocation
from streams.simulate.chance import Chance, Strata
from streams.simulate.delivery import Delivery
from streams.simulate.months import ONE_DAY, same_day
from streams.simulate.people import Client, Episode
from streams.simulate.population import Population
from streams.simulate.scenario import Municipality, Scenario
from streams.simulate.truth import RENEWED, STACKED, Deviation

_LONG: Final = timedelta(days=240)
_HANDED_OVER: Final = 500_000
"""Added to the numbers of allocations that come from another municipality."""


@dataclass(frozen=True, slots=True)
class Served:
    """What was allocated and delivered in one municipality."""

    municipality: Municipality
    allocations: list[Allocation]
    delivered: list[Delivery]
    deviations: list[Deviation]


def move(scenario: Scenario, populations: Sequence[Population], chance: Chance) -> None:
    """Let some clients with long care move to the next municipality, in the middle of it."""
    if len(populations) == 1:
        return
    stream = chance.stream("moves")
    moves = Strata(scenario.rates.moved, chance.stream("who-moves"))
    for place, population in enumerate(populations):
        target = populations[(place + 1) % len(populations)]
        together: dict[int, list[Episode]] = defaultdict(list)
        for episode in population.episodes:
            together[episode.client.number].append(episode)
        for own in together.values():
            if own[0].end - own[0].begin >= _LONG and moves.hit():
                _take_along(population, target, own[0].client, own, stream.randint(90, 200))


def _take_along(
    population: Population, target: Population, client: Client, own: list[Episode], days: int
) -> None:
    """From a day within its first episode on, give a client's care to another population."""
    middle = own[0].begin + timedelta(days=days)
    day = same_day(middle.year * 12 + middle.month - 1, 1)
    for episode in own:
        if episode.end < day:
            continue
        if episode.begin >= day:
            population.episodes.remove(episode)
            target.episodes.append(episode)
            continue
        rest = replace(episode, begin=day, initial=False)
        client.episodes.append(rest)
        target.episodes.append(rest)
        episode.end, episode.moved = day - ONE_DAY, True


def hand_over(served: Sequence[Served]) -> list[Served]:
    """Give what a municipality allocated after its end to the one that follows it up."""
    result = {each.municipality.code: each for each in served}
    for old in served:
        if old.municipality.successor:
            kept, taken = _parted(old, old.municipality.successor)
            result[kept.municipality.code] = kept
            new = result[old.municipality.successor]
            result[new.municipality.code] = Served(
                new.municipality,
                new.allocations + taken.allocations,
                new.delivered + taken.delivered,
                new.deviations + taken.deviations,
            )
    return list(result.values())


def _parted(old: Served, code: str) -> tuple[Served, Served]:
    """What stays under a municipality's own code, and what comes under that of its successor."""
    until = old.municipality.until or date.max
    later = {str(a.number): a for a in old.allocations if a.versions[0].sent > until}
    for allocation in later.values():
        allocation.number += _HANDED_OVER
        if allocation.reference:
            allocation.reference = f"{ASKED_FOR}{code}{allocation.number:06d}"
    taken = [
        replace(each, municipality=code, subject=str(later[each.subject].number))
        for each in old.deviations
        if each.subject in later and _still_holds(each, later[each.subject], later.values())
    ]
    moved = {id(allocation) for allocation in later.values()}
    kept = Served(
        old.municipality,
        [a for a in old.allocations if id(a) not in moved],
        [d for d in old.delivered if id(d.allocation) not in moved],
        [each for each in old.deviations if each.subject not in later],
    )
    gone = Served(
        old.municipality,
        list(later.values()),
        [d for d in old.delivered if id(d.allocation) in moved],
        taken,
    )
    return kept, gone


def _still_holds(each: Deviation, moved: Allocation, later: Iterable[Allocation]) -> bool:
    """An allocation beside or after another is no deviation when that one stays behind."""
    if each.rule not in {RENEWED, STACKED}:
        return True
    begin = moved.begin
    return any(
        a.begin < begin and (each.rule == STACKED or a.end == begin - ONE_DAY)
        for a in later
        if (a.client, a.provider) == (moved.client, moved.provider)
        and a.product.category == moved.product.category
    )
