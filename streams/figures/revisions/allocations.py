"""Committed money revised: what became of each allocation between two dates.

    new          the allocation was not known, or was deleted
    changed      a later version of it says otherwise
    deleted      a later version deletes it
    prolonged    its end is open, and the later date lies in a later year, to whose end it runs
    mean_tariff  it has no price of its own, and the mean tariff of what was declared is another
    reference    its tariff is another, or it counts in another cell (catalogue, merger)
    referrer     it counts in another cell: who referred became known, or is another

What an allocation commits in a month is an exact fraction. Of one that itself stayed the same the
steps from `prolonged` on are taken in this order.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from streams.figures.cells import Cells, Key
from streams.figures.committed import Commitments
from streams.figures.revisions.places import Labels, Pair, Places, moved
from streams.figures.rollup import Figures
from streams.ledger.allocations import Held, Replaced

ALLOCATION_CAUSES: Final = (
    *("new", "changed", "deleted", "prolonged", "mean_tariff"),
    *("reference", "referrer"),
)

_Step = tuple[str, Key, bool, Fraction]
"""A cause, a month of an allocation, whether its cell is that of the later date, and cents."""


class Recommitted(NamedTuple):
    """Exact cents of an allocation that a cause adds to a cell; below zero it takes them away."""

    municipality: str
    held: Held
    cause: str
    cell: Labels
    cents: Fraction


def recommitted(
    pairs: Iterable[Pair], by: Sequence[str], year: int | None = None
) -> Iterator[Recommitted]:
    """What moved committed money, of the care months of a year or of all."""
    for pair in pairs:
        places = Places(pair[0], by), Places(pair[1], by)
        town = pair[1].book.municipality
        for chain in pair[1].book.allocations:
            held, sums = chain[-1], defaultdict[tuple[str, Labels], Fraction](Fraction)
            for cause, key, later, cents in _revise(held, pair, places, by):
                if year is None or key.care_month.startswith(f"{year}-"):
                    cell = places[later].of(key, held.content["number"])
                    sums[cause, cell] += cents
            for (cause, cell), cents in sums.items():
                if cents:
                    yield Recommitted(town, held, cause, cell, cents)


def _revise(
    held: Held, pair: Pair, places: tuple[Places, Places], by: Sequence[str]
) -> Iterator[_Step]:
    was = pair[0].book.allocations.get(held.content["number"])
    if was == held:
        yield from _drift(held, pair, places, by)
        return
    if was is None or was.deleted:
        cause = "new"
    else:
        cause = "deleted" if held.deleted else "changed"
        yield from ((cause, key, False, -cents) for key, cents in _as_of(pair[0], was).items())
    yield from ((cause, key, True, cents) for key, cents in _as_of(pair[1], held).items())


def _drift(
    held: Held, pair: Pair, places: tuple[Places, Places], by: Sequence[str]
) -> Iterator[_Step]:
    """What moves the money of an allocation that itself stayed the same."""
    before, after = pair
    first, last = _as_of(before, held), _as_of(after, held)
    longer = priced = first
    if "end" not in held.content and after.reference.as_of.year > before.reference.as_of.year:
        longer = priced = _money(held, _empty(before, after.reference.as_of.year), before.cells)
    if "code" not in held.content:
        priced = _money(held, _empty(before, after.reference.as_of.year), after.cells)
    for key in {**first, **longer, **last}:
        yield "prolonged", key, False, longer[key] - first[key]
        yield "mean_tariff", key, False, priced[key] - longer[key]
        left, entered = (each.of(key, held.content["number"]) for each in places)
        if left != entered:
            cause = moved(left, entered, by)
            yield cause, key, False, -priced[key]
            yield cause, key, True, priced[key]
        yield "reference", key, True, last[key] - priced[key]


def _as_of(figures: Figures, held: Held) -> defaultdict[Key, Fraction]:
    return _money(held, _empty(figures, figures.reference.as_of.year), figures.cells)


def _empty(figures: Figures, year: int) -> Commitments:
    return Commitments(figures.reference, year)


def _money(held: Held, commitments: Commitments, cells: Cells) -> defaultdict[Key, Fraction]:
    """Exact cents by month of one allocation, alone in `commitments`."""
    commitments.apply([Replaced((), (held,))])
    found = defaultdict[Key, Fraction](Fraction)
    for key in commitments:
        found[key] = commitments.money(key, cells)[0].value()
    return found
