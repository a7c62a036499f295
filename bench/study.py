"""`python -m bench.study`: how good prognosis and bounds are in the worlds made to judge them by.

Each seed of each study world (`streams/simulate/worlds/study.py`) is another municipality; its fourth year is
forecast at every month end, with only what was known then, and held against what was declared in the end.
Printed by world and months of the year that are over: the mean error and bias in percent, how often the
bounds held, half the width of the 80 percent bounds, and the errors of the cross-checks and of the same
method told in advance what was to change. Told of later billing it knows which providers and from when;
told of new contracts it knows by how much more of each product will be allocated, and that allocations
known far ahead say nothing.

A forecast here is that of `expecting.forecast_then`: the product's own, without what open money will still
be refused, at a month's end. A world takes half a minute; `--jobs 2` makes two at a time.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from statistics import fmean
from typing import Final

import numpy as np

from bench.town import town
from streams.prognosis.cross import allocated_by_now, as_if_undeclared, chain_ladder
from streams.prognosis.errors import record, spread_now, stated
from streams.prognosis.expecting import closing, coming, forecast_then
from streams.prognosis.interval import bounds
from streams.prognosis.leads import USUAL, recent
from streams.prognosis.learning import Learnt, School
from streams.prognosis.monitor import Monitor
from streams.prognosis.panel import Ints, Panel, panel, summed
from streams.simulate.chance import Chance
from streams.simulate.plan import STEADY, growths
from streams.simulate.providers import build_providers
from streams.simulate.scenario import Scenario
from streams.simulate.worlds import STUDY, scenario

ELAPSED: Final = range(1, 16)
CLIENTS: Final = 3_500
"""Clients of equal cost that the stated spread is of: about as many as there are."""


@dataclass(frozen=True)
class Scored:
    """One forecast: relative errors, whether the bounds held, and half the width of the 80 percent ones."""

    world: str
    elapsed: int
    error: float
    within80: bool
    within95: bool
    half: float
    ladder: float | None
    commitments: float | None
    told: float


def main() -> int:
    """Simulate, score and print."""
    parser = argparse.ArgumentParser(prog="bench.study")
    parser.add_argument("--seeds", default="1-30", help="first and last seed")
    parser.add_argument("--worlds", default=",".join(STUDY))
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    first, last = map(int, args.seeds.split("-"))
    asked = list(product(args.worlds.split(","), range(first, last + 1)))
    found: list[Scored] = []
    with ProcessPoolExecutor(args.jobs) as pool:
        for done, rows in enumerate(pool.map(score_world, *zip(*asked, strict=True)), 1):
            found += rows
            print(f"{done} of {len(asked)}", file=sys.stderr)
    for line in table(found):
        print(line)
    return 0


def score_world(name: str, seed: int) -> list[Scored]:
    """Make a world and score it."""
    world = scenario(name, seed)
    return list(score(world, seed, known_in_the_end(world, seed)))


def known_in_the_end(world: Scenario, seed: int) -> Panel:
    """All that a world says, by when it was known."""
    events, document = town(world, seed)
    monitor = Monitor(document.code)
    monitor.refer(document)
    monitor.tick(world.told_until)
    for event in events:
        monitor.fold(event)
    return panel(monitor.parts(), world.told_until.year * 12 + world.told_until.month - 1)


def score(world: Scenario, seed: int, known: Panel) -> Iterator[Scored]:
    """The forecasts of the last year."""
    school, year = School(known), world.months[-12] - known.first
    care = np.arange(year, year + 12)
    actual = float(school.said[:, care, known.closed].sum())
    tell = told(world, seed, school)
    for elapsed in ELAPSED:
        learnt = school.learn(year + elapsed - 1)
        cost = float(forecast_then(school, learnt, care).sum())
        low80, high80, low95, high95 = _bounds(school, learnt, elapsed, care, cost)
        ladder = _ladder(school, learnt.closed, care)
        meant = _commitments(school, learnt, care)
        yield Scored(
            world=world.name,
            elapsed=elapsed,
            error=cost / actual - 1,
            within80=low80 <= actual <= high80,
            within95=low95 <= actual <= high95,
            half=(high80 - low80) / 2 / actual,
            ladder=None if ladder is None else ladder / actual - 1,
            commitments=None if meant is None else meant / actual - 1,
            told=tell(learnt, care) / actual - 1,
        )


def _bounds(
    school: School, learnt: Learnt, elapsed: int, care: Ints, cost: float
) -> tuple[float, ...]:
    found = record(school, learnt, elapsed, care)
    left = 1 - float(school.said[:, care, learnt.closed].sum()) / cost
    sigma, windows = spread_now(found.whole(), stated(left, [1] * CLIENTS))
    return *bounds(cost, sigma, windows, 0.80), *bounds(cost, sigma, windows, 0.95)


def _ladder(school: School, closed: int, care: Ints) -> float | None:
    said = school.said.sum(axis=0)
    months = np.arange(school.panel.months)
    then = np.where(months[None, :] <= closed, said, said[:, [closed]])
    return chain_ladder(then, replace(school.panel, closed=closed), care)[0]


def _commitments(school: School, learnt: Learnt, care: Ints) -> float | None:
    closed, before = learnt.closed, care - len(care)
    found = coming(school.panel, as_if_undeclared(learnt), care, closing(school.panel))
    months = closed - len(care), closed
    share = allocated_by_now([float(school.meant[:, before, month].sum()) for month in months])
    if share is None:
        return None
    return float((school.meant[:, care, closed] / share * found.of_known + found.loose).sum())


Told = Callable[[Learnt, Ints], float]
"""What a year is told to cost by who knows what will change."""


def told(world: Scenario, seed: int, school: School) -> Told:
    """The same method told the planted change of a world."""
    if world.later:
        return _told_of_billing(world, seed, school)
    if world.harmonisation:
        return _told_of_contracts(world, school)
    return lambda learnt, care: float(forecast_then(school, learnt, care).sum())


def _told_of_billing(world: Scenario, seed: int, school: School) -> Told:
    providers = build_providers(world, Chance(world.name, seed, 1.0))
    later = {provider.agb: provider for provider in providers if provider.later}
    changed = np.array([name in later for name in school.panel.providers])
    since = max(provider.later_since for provider in later.values()) - school.panel.first
    lag = max(provider.later for provider in later.values())

    def tell(learnt: Learnt, care: Ints) -> float:
        billing = learnt.billing
        if learnt.closed >= since:
            # Its curve too is that of before, so that nothing is counted twice.
            before = school.learn(since - 1).delays
            billing = replace(
                billing,
                lag=np.where(changed, lag, billing.lag),
                since=np.where(changed, since, billing.since),
            )
            delays = np.where(changed[:, None], before, learnt.delays)
            learnt = replace(learnt, billing=billing, delays=delays)
        return float(forecast_then(school, learnt, care).sum())

    return tell


def _told_of_contracts(world: Scenario, school: School) -> Told:
    known, grown = school.panel, growths(world)
    begin = (world.harmonised_month or 0) - known.first
    items = np.array(
        [(grown.get(each.product or "", STEADY)).use for each in known.items], dtype=np.float64
    )
    weight = np.abs(known.committed.by_item(len(known.items), known.months))[:, begin : begin + 12]
    groups = len(known.groups)
    meant = summed(weight, known.group_of_item, groups).sum(axis=1)
    use = summed(weight * items[:, None], known.group_of_item, groups).sum(axis=1)
    factor = np.where(meant > 0, use / np.where(meant > 0, meant, 1.0), 1.0)

    def tell(learnt: Learnt, care: Ints) -> float:
        level = (school.level(learnt.closed) / learnt.yearly).sum(axis=0)
        lately = recent(learnt.closed, learnt.leads, level, known.days)
        before = float((lately < begin).mean())
        usual = learnt.usual * (1 + before * (factor - 1))
        after = care > learnt.closed + 1
        trend = learnt.trend if before == 1 else 0.0
        told = replace(learnt, usual=usual, trend=trend, drawn=0.0)
        plain = forecast_then(school, told, care).sum(axis=0)
        blind = replace(told, leads=np.zeros_like(told.leads))
        ahead = forecast_then(school, blind, care).sum(axis=0)
        return float(np.where(after & (learnt.closed < begin + USUAL), ahead, plain).sum())

    return tell


HEADER: Final = (
    *("world", "over", "error", "bias", "in 80", "in 95", "half 80"),
    *("ladder", "commitments", "told"),
)


def table(found: Sequence[Scored]) -> Iterator[str]:
    """The rows to print."""
    groups: Mapping[tuple[str, int], list[Scored]] = defaultdict(list)
    for each in found:
        groups[each.world, each.elapsed].append(each)
    yield " ".join(f"{name:>11}" for name in HEADER)
    for (world, elapsed), rows in groups.items():
        cells = (
            _percent(fmean(abs(each.error) for each in rows)),
            _percent(fmean(each.error for each in rows)),
            f"{fmean(each.within80 for each in rows):.0%}",
            f"{fmean(each.within95 for each in rows):.0%}",
            _percent(fmean(each.half for each in rows)),
            _other(each.ladder for each in rows),
            _other(each.commitments for each in rows),
            _percent(fmean(abs(each.told) for each in rows)),
        )
        yield " ".join(f"{cell:>11}" for cell in (world[:11], elapsed, *cells))


def _other(errors: Iterable[float | None]) -> str:
    """The mean error of a cross-check, of the forecasts for which it has one."""
    told = [abs(each) for each in errors if each is not None]
    return _percent(fmean(told)) if told else ""


def _percent(share: float) -> str:
    return f"{100 * share:.2f}"


if __name__ == "__main__":
    sys.exit(main())
