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
from streams.figures.revisions.places import REFERRER, Labels, Pair, Places, moved
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
        town = _Town(pair, by)
        for chain in pair[1].book.allocations:
            held, sums = chain[-1], defaultdict[tuple[str, Labels], Fraction](Fraction)
            for cause, key, later, cents in town.revise(held):
                if year is None or key.care_month.startswith(f"{year}-"):
                    cell = town.places[later].of(key, held.content["number"])
                    sums[cause, cell] += cents
            for (cause, cell), cents in sums.items():
                if cents:
                    yield Recommitted(pair[1].book.municipality, held, cause, cell, cents)


class _Town:
    """One municipality on both dates."""

    def __init__(self, pair: Pair, by: Sequence[str]) -> None:
        self._before, self._after = pair
        self.places = Places(self._before, by), Places(self._after, by)
        self._by = by
        self._later_year = pair[1].reference.as_of.year > pair[0].reference.as_of.year
        self._stands = REFERRER not in by and _same_reference(*pair)

    def revise(self, held: Held) -> Iterator[_Step]:
        """What became of an allocation, month by month."""
        was = self._before.book.allocations.get(held.content["number"])
        if was == held:
            yield from self._drift(held)
            return
        if was is None or was.deleted:
            cause = "new"
        else:
            cause = "deleted" if held.deleted else "changed"
            for key, cents in _as_of(self._before, was).items():
                yield cause, key, False, -cents
        for key, cents in _as_of(self._after, held).items():
            yield cause, key, True, cents

    def _drift(self, held: Held) -> Iterator[_Step]:
        """What moves the money of an allocation that itself stayed the same."""
        runs_on = self._later_year and "end" not in held.content
        unpriced = "code" not in held.content
        if self._stands and not (runs_on or unpriced):  # as nearly every one does
            return
        first, last = _as_of(self._before, held), _as_of(self._after, held)
        longer = priced = first
        if runs_on or unpriced:
            year = self._after.reference.as_of.year
            longer = _money(held, Commitments(self._before.reference, year), self._before.cells)
            priced = _money(held, Commitments(self._before.reference, year), self._after.cells)
        for key in {**first, **longer, **last}:
            yield "prolonged", key, False, longer[key] - first[key]
            yield "mean_tariff", key, False, priced[key] - longer[key]
            left, entered = (each.of(key, held.content["number"]) for each in self.places)
            if left != entered:
                cause = moved(left, entered, self._by)
                yield cause, key, False, -priced[key]
                yield cause, key, True, priced[key]
            yield "reference", key, True, last[key] - priced[key]


def _same_reference(before: Figures, after: Figures) -> bool:
    """Whether reference data can move no money: the same rows known, under the same names."""
    document = after.reference.document
    dates = before.reference.as_of, after.reference.as_of
    return (before.municipality, before.reference.document) == (
        after.municipality,
        document,
    ) and not any(
        row.known_on(dates[0]) != row.known_on(dates[1])
        for row in (*document.tariffs, *document.products)
    )


def _as_of(figures: Figures, held: Held) -> defaultdict[Key, Fraction]:
    year = figures.reference.as_of.year
    return _money(held, Commitments(figures.reference, year), figures.cells)


def _money(held: Held, commitments: Commitments, cells: Cells) -> defaultdict[Key, Fraction]:
    """Exact cents by month of one allocation, alone in `commitments`."""
    commitments.apply([Replaced((), (held,))])
    found = defaultdict[Key, Fraction](Fraction)
    for key in commitments:
        found[key] = commitments.money(key, cells)[0].value()
    return found
