"""`python -m bench.cells`: how often bounds of budget lines, products, providers and contracts hold.

Each seed of a study world is another municipality; its last year is told at the end of some months, from
the messages of then, and held against what was declared of it in the end. Printed by month and by what the
cell was expected to cost: how many cells there were, how many of 100 their 80 and 95 percent bounds held for,
and half the width of the 80 percent bounds in percent of the cost, of the median cell; of contracts, by what
chance of an overrun was told, how often it came to one. What is expected without a product is left out, as it
is declared with one. A world takes two minutes, with `--scale 0.15` half a minute.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median
from typing import Final

from bench.town import town
from streams.prognosis.cell import Cell
from streams.prognosis.forecast import forecast
from streams.prognosis.monitor import Monitor
from streams.prognosis.outlook import years
from streams.prognosis.split import Label, Split
from streams.simulate.worlds import scenario

KEYS: Final = "budget_line", "product", "provider", "contract"
MOMENTS: Final = {1: (1, 31), 3: (3, 31), 6: (6, 30), 9: (9, 30), 12: (12, 31)}
"""Months that are over, and the day on which they are; a month later, the thirteenth, is added."""

SIZES: Final = 0, 10_000, 30_000, 100_000, 1_000_000
"""Euro a year from which a cell is of the next size."""


@dataclass(frozen=True)
class Told:
    """What was told of a cell, months into the year, and what it became."""

    key: str
    elapsed: int
    cell: Cell
    became: int

    @property
    def size(self) -> int:
        """The euro from which it is of its size, by what it was expected to cost."""
        return max(euro for euro in SIZES if self.cell.care >= 100 * euro)

    @property
    def chance(self) -> float:
        """The chance of an overrun that was told, in tenths; -1 when none was."""
        told = self.cell.row()["overrun_probability"]
        return -1.0 if told is None else min(0.9, int(told * 10) / 10)


def main() -> int:
    """Simulate, tell and print."""
    parser = argparse.ArgumentParser(prog="bench.cells")
    parser.add_argument("--seeds", default="101-112", help="first and last seed")
    parser.add_argument("--world", default="gestaag")
    parser.add_argument("--scale", type=float, default=1.0)
    args = parser.parse_args()
    first, last = map(int, args.seeds.split("-"))
    found: list[Told] = []
    for seed in range(first, last + 1):
        found += told(args.world, seed, args.scale)
        print(seed, file=sys.stderr)
    for title, of in (("over", lambda each: each.elapsed), ("euro from", lambda each: each.size)):
        for line in table(found, title, of):
            print(line)
    for line in overruns([each for each in found if each.key == "contract"]):
        print(line)
    return 0


def told(name: str, seed: int, scale: float) -> Iterator[Told]:
    """What is told of the last year of a world, month by month."""
    world = scenario(name, seed)
    events, document = town(world, seed, scale)
    monitor, year = Monitor(document.code), world.months[-12] // 12
    monitor.refer(document)
    for event in events:
        monitor.fold(event)
    days = {over: date(year, *day) for over, day in MOMENTS.items()}
    days[13] = date(year + 1, 1, 31)
    then = {over: _cells(monitor, day, year) for over, day in days.items()}
    became = _cells(monitor, world.told_until, year)
    for over, cells in then.items():
        for (key, label), cell in cells.items():
            end = became.get((key, label))
            cents = end.declared if end else 0
            if cell.care > 0 and (cell.declared or cents) and label[0] is not None:
                yield Told(key, over, cell, cents)


def _cells(monitor: Monitor, day: date, year: int) -> dict[tuple[str, Label], Cell]:
    monitor.tick(day)
    parts = monitor.parts()
    split = Split(parts, year, forecast(parts, years(year - 1, year)))
    return {(key, label): cell for key in KEYS for label, cell in split.cells((key,)).items()}


def table(found: Sequence[Told], title: str, of: Callable[[Told], int]) -> Iterator[str]:
    """The rows to print, by key and something of a cell."""
    groups: dict[tuple[str, int], list[Told]] = defaultdict(list)
    for each in found:
        groups[each.key, of(each)].append(each)
    yield f"{'':>12}{title:>11}{'cells':>8}{'in 80':>8}{'in 95':>8}{'half 80':>9}"
    for (key, name), rows in sorted(groups.items()):
        ends = [(each.cell.ends, each.became) for each in rows]
        in80 = fmean(bound[0] <= cents <= bound[1] for bound, cents in ends)
        in95 = fmean(bound[2] <= cents <= bound[3] for bound, cents in ends)
        half = median((each.cell.ends[1] - each.cell.ends[0]) / each.cell.care / 2 for each in rows)
        yield f"{key:>12}{name:>11}{len(rows):>8}{in80:>8.0%}{in95:>8.0%}{half:>9.1%}"


def overruns(found: Sequence[Told]) -> Iterator[str]:
    """By chance of an overrun that was told, in tenths: how often it came to one."""
    groups: dict[float, list[Told]] = defaultdict(list)
    for each in found:
        if each.chance >= 0:
            groups[each.chance].append(each)
    yield f"{'chance from':>18}{'cells':>8}{'overran':>9}"
    for chance, rows in sorted(groups.items()):
        came = fmean(each.became > (each.cell.budget or 0) for each in rows)
        yield f"{chance:>18.0%}{len(rows):>8}{came:>9.0%}"


if __name__ == "__main__":
    sys.exit(main())
