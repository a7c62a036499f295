"""`python -m bench.odd`: how good the prognosis is of municipalities in which something odd happens.

Each seed of the steady study world (`gestaag`) is a municipality of which nothing was to be seen. Its panel is then
changed, as if from March of its last year on more of the allocations were used, all providers billed later, a month's
messages failed, and so on: what it became is changed alike. Printed by oddity and months of the year that are over: the
mean error of the year in percent, "nothing" being the same municipalities as they were. What is told of these in
docs/prognosis.md is from here. A municipality takes a quarter of a minute to simulate and a second for each oddity.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from bench.study import ELAPSED, known_in_the_end
from streams.prognosis.expecting import forecast_then
from streams.prognosis.learning import School
from streams.prognosis.panel import Floats, Ints, Known, Panel, added
from streams.simulate.worlds import scenario

WORLD: Final = "gestaag"

Odd = Callable[[Panel, int], Panel]
"""A changed panel, of one whose last year begins in a column."""

Shape = Callable[[Ints], Floats]
"""What is used or committed of care months, as a factor, by months since January of the last year."""


def _known(known: Known, when: Ints | None = None, cents: Floats | None = None) -> Known:
    """The same, known in other months or of another size, in whole cents."""
    when, cents = known.known if when is None else when, known.cents if cents is None else cents
    order = np.lexsort((when, known.care, known.item))
    return Known(known.item[order], known.care[order], when[order], np.rint(cents[order]))


def _times(known: Known, factor: Floats) -> Known:
    return _known(known, cents=known.cents * factor[known.care])


def used(shape: Shape, panel: Panel, year: int) -> Panel:
    """Otherwise used than before."""
    factor = shape(np.arange(panel.months) - year)
    return replace(panel, declared=_times(panel.declared, factor))


def committed(shape: Shape, panel: Panel, year: int) -> Panel:
    """Otherwise committed than before, and used alike."""
    factor = shape(np.arange(panel.months) - year)
    return replace(
        panel,
        declared=_times(panel.declared, factor),
        committed=_times(panel.committed, factor),
    )


def granted(by: float, panel: Panel, year: int) -> Panel:
    """So many more allocations become known from March on, as a share; they are used alike."""
    old = panel.committed
    new = _known(old, cents=old.cents * (1 + by * (old.known >= year + 2)))
    before, after = (added(each.care, each.cents, panel.months) for each in (old, new))
    factor = np.where(before > 0, after / np.where(before > 0, before, 1.0), 1.0)
    return replace(panel, declared=_times(panel.declared, factor), committed=new)


def billed(months: int, panel: Panel, year: int) -> Panel:
    """All providers bill the care of March and later so many months later than before."""
    said = panel.declared
    when = np.where(said.care >= year + 2, np.maximum(said.care, said.known + months), said.known)
    return replace(panel, declared=_known(said, when))


def failed(share: float, months: int, panel: Panel, year: int) -> Panel:
    """Such a share of the declarations of April, and of months after it, come in when these are over."""
    said, first, after = panel.declared, year + 3, year + 3 + months
    some = np.random.default_rng(1).random(len(said.known)) < share
    when = np.where((said.known >= first) & (said.known < after) & some, after, said.known)
    return replace(panel, declared=_known(said, when))


def granted_late(panel: Panel, year: int) -> Panel:
    """The allocations of March come in in April."""
    meant = panel.committed
    return replace(
        panel, committed=_known(meant, np.where(meant.known == year + 2, year + 3, meant.known))
    )


def on_one_day(panel: Panel, year: int) -> Panel:
    """All allocations of a year become known in its January, or later: every year."""
    meant = panel.committed
    january = meant.care - (meant.care - year) % 12
    return replace(panel, committed=_known(meant, np.maximum(meant.known, january)))


def followed_up(panel: Panel, year: int) -> Panel:
    """The third provider goes on under another code from March on: allocated anew, and its own are never ended."""
    said, meant, items = panel.declared, panel.committed, panel.items
    provider = panel.provider_of_group[panel.group_of_item]
    cost = added(provider[said.item], said.cents, len(panel.providers))
    old = np.flatnonzero(provider == np.argsort(-cost, kind="stable")[2])
    new = np.arange(len(items))
    new[old] = len(items) + np.arange(len(old))
    moved = said.care >= year + 2
    again = np.isin(meant.item, old) & (meant.care >= year + 2)
    both = Known(
        np.concatenate([meant.item, new[meant.item[again]]]),
        np.concatenate([meant.care, meant.care[again]]),
        np.concatenate([meant.known, np.maximum(meant.known[again], year + 2)]),
        np.concatenate([meant.cents, meant.cents[again]]),
    )
    return replace(
        panel,
        items=(*items, *(items[place]._replace(provider="90999999") for place in old)),
        line_of_item=np.concatenate([panel.line_of_item, panel.line_of_item[old]]),
        levels=np.concatenate([panel.levels, panel.levels[old]]),
        declared=_known(replace(said, item=np.where(moved, new[said.item], said.item))),
        committed=_known(both),
    )


def _from_march(by: float) -> Shape:
    return lambda months: np.asarray(1 + by * (months >= 2), np.float64)


def _for_three_months(by: float) -> Shape:
    return lambda months: np.asarray(1 + by * ((months >= 2) & (months < 5)), np.float64)


def _creeping(by: float, since: int) -> Shape:
    return lambda months: np.asarray(1 + by * np.clip(months - since + 1, 0, None), np.float64)


def _growing(by: float, since: int, until: int) -> Shape:
    return lambda months: np.exp(by * np.clip(months - since, 0, until - since))


def _in_autumn(more: float, less: float) -> Shape:
    return lambda months: np.where(np.isin(months % 12, (8, 9, 10, 11, 0, 1)), 1 + more, 1 - less)


def by_month(panel: Panel, year: int) -> Panel:
    """As much is committed in each month of a year, whatever its days."""
    return committed(lambda months: panel.days.mean() / panel.days[months + year], panel, year)


ODD: Final[Mapping[str, Odd]] = {
    "nothing": lambda panel, _: panel,
    "use +10% from March": partial(used, _from_march(0.1)),
    "use -8% from March": partial(used, _from_march(-0.08)),
    "use +5% from March": partial(used, _from_march(0.05)),
    "use -30% March to May": partial(used, _for_three_months(-0.3)),
    "use creeps 0.5% for two years": partial(used, _creeping(0.005, -24)),
    "use creeps 1% from January": partial(used, _creeping(0.01, 0)),
    "commitments +8% Sep to Feb": partial(committed, _in_autumn(0.08, 0.06)),
    "commitments by month": by_month,
    "commitments grow 1% a month": partial(committed, _growing(0.01, -18, 99)),
    "that growth ends in January": partial(committed, _growing(0.01, -18, 0)),
    "new allocations +10%": partial(granted, 0.1),
    "new allocations -10%": partial(granted, -0.1),
    "March's allocations in April": granted_late,
    "allocations in January": on_one_day,
    "all bill a month later": partial(billed, 1),
    "all bill two months later": partial(billed, 2),
    "all bill a month earlier": partial(billed, -1),
    "half of April's bills fail": partial(failed, 0.5, 1),
    "April's bills fail": partial(failed, 1.0, 1),
    "those of two months fail": partial(failed, 1.0, 2),
    "a provider's code changes": followed_up,
}


def errors(seed: int) -> list[list[float]]:
    """The errors of a municipality's last year, by oddity and months that are over, as shares."""
    world = scenario(WORLD, seed)
    known = known_in_the_end(world, seed)
    year = world.months[-12] - known.first
    return [_errors(odd(known, year), year) for odd in ODD.values()]


def _errors(panel: Panel, year: int) -> list[float]:
    school, care = School(panel), np.arange(year, year + 12)
    became = float(school.said[:, care, panel.closed].sum())
    learnt = [school.learn(year + elapsed - 1) for elapsed in ELAPSED]
    return [float(forecast_then(school, each, care).sum()) / became - 1 for each in learnt]


def main() -> int:
    """Simulate, change, score and print."""
    parser = argparse.ArgumentParser(prog="bench.odd")
    parser.add_argument("--seeds", default="101-112", help="first and last seed")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    first, last = map(int, args.seeds.split("-"))
    with ProcessPoolExecutor(args.jobs) as pool:
        found = 100 * np.abs(list(pool.map(errors, range(first, last + 1)))).mean(axis=0)
    print(f"{'months over':30}" + "".join(f"{elapsed:6}" for elapsed in ELAPSED))
    for name, row in zip(ODD, found.tolist(), strict=True):
        print(f"{name:30}" + "".join(f"{each:6.2f}" for each in row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
