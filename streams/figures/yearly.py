"""The roll-ups that a valuation shows of a year and the year before, kept as the books change.

A change touches few cells: the tally of each place that they stand in (a product in a care month) is
made anew, taken out of the roll-ups it was in and put back. So a change costs what it touches, and
what is kept equals the same roll-ups made from nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

from streams.figures.cells import Key
from streams.figures.rollup import Figures, Tally, first_of

Line = str | None
"""A budget line; None for money that no product row gives to one."""


class Place(NamedTuple):
    """Where a tally stands; "" where there is no value."""

    month: str
    line: Line
    segment: str
    product: str
    category: str


_Spot = tuple[int, str, str | None, str | None]
"""A part of the municipality, a care month, a category and a product."""


L = TypeVar("L", bound=Hashable)


class Rolled(dict[L, Tally], Generic[L]):
    """Tallies by a label; one exists while a place is in it."""

    def __init__(self) -> None:
        super().__init__()
        self._places: Counter[L] = Counter()

    def add(self, label: L, tally: Tally, sign: int) -> None:
        """Put a place's tally in (1), or take it out (-1)."""
        self._places[label] += sign
        if self._places[label]:
            self.setdefault(label, Tally()).merge(tally, sign)
        else:
            del self._places[label], self[label]


def stand(parts: Sequence[Figures], commitments: Sequence[object]) -> bool:
    """Whether parts still have these very commitments: they are made anew with the reference data."""
    return len(parts) == len(commitments) and all(
        part.commitments is known for part, known in zip(parts, commitments, strict=True)
    )


class Yearly:
    """The roll-ups of one municipality's parts for `year`."""

    def __init__(self, year: int) -> None:
        """Empty until `follow`."""
        self.year = year
        self._begin([])

    def _begin(self, parts: Sequence[Figures]) -> None:
        self.lines: Rolled[Line] = Rolled()
        self.products: Rolled[str] = Rolled()
        self.segments: Rolled[str] = Rolled()
        self.both: Rolled[Line] = Rolled()
        self.months: Rolled[tuple[str, Line]] = Rolled()
        """these two are of both years, by line and by care month and line; all others of the year"""
        self.used: Rolled[tuple[str, str, str]] = Rolled()
        """by product, category and care month"""
        self.bought: Counter[tuple[int, str, str | None]] = Counter()
        """declared cents of the year by part, provider and product"""
        self._sources = tuple(part.commitments for part in parts)
        self._marks = [part.marks() for part in parts]
        self._providers: dict[_Spot, set[str]] = defaultdict(set)
        self._tallies: dict[_Spot, tuple[Place, Tally]] = {}
        self._waiting: set[_Spot] = set()
        self._declared: dict[tuple[int, Key], int] = {}

    def follow(self, parts: Sequence[Figures]) -> None:
        """Take in what changed in the parts' books since the last time, or all of it at first."""
        if not stand(parts, self._sources):
            self._begin(parts)
        year, before = f"{self.year:04}", f"{self.year - 1:04}"
        spots = dict.fromkeys(self._waiting)
        for number, (part, marks) in enumerate(zip(parts, self._marks, strict=True)):
            for key in (key for each in marks for key in each.take_keys()):
                month, category, product, provider = key
                if month[:4] not in {year, before}:
                    continue
                spot = number, month, category, product
                self._providers[spot].add(provider)
                spots[spot] = None
                if month[:4] == year:
                    self._buy(number, part, key)
        for spot in spots:
            self._place(spot, parts[spot[0]])

    def _buy(self, number: int, part: Figures, key: Key) -> None:
        """Count what is declared now of a cell of the year."""
        cell = part.cells.get(key)
        declared = cell.declared if cell else 0
        change = declared - self._declared.get((number, key), 0)
        if change:
            self._declared[number, key] = declared
            self.bought[number, key.provider, key.product] += change

    def _place(self, spot: _Spot, part: Figures) -> None:
        """Make the tally of a place anew."""
        before = self._tallies.pop(spot, None)
        if before is not None:
            self._roll(*before, -1)
        tally, found = self._tally(spot, part)
        if found:
            _, month, category, product = spot
            row = part.reference.product(product, first_of(month)) if product else None
            line = row.budget_line if row else None
            segment = (row and row.segment) or ""
            place = Place(month, line, segment, product or "", category or "")
            self._tallies[spot] = place, tally
            self._roll(place, tally, 1)

    def _tally(self, spot: _Spot, part: Figures) -> tuple[Tally, bool]:
        """The sum over providers, and whether there is any cell or commitment in it."""
        _, month, category, product = spot
        tally, found, waits = Tally(), False, False
        for provider in sorted(self._providers[spot]):
            key = Key(month, category, product, provider)
            cell, commitment = part.cells.get(key), part.commitments.get(key)
            if cell is not None:
                tally.add_lines(part.municipality, cell)
            if commitment is not None:
                tally.add_committed(*part.commitments.money(key, part.cells))
                waits = waits or bool(commitment.volumes)
            found = found or cell is not None or commitment is not None
        (self._waiting.add if waits else self._waiting.discard)(spot)
        return tally, found

    def _roll(self, place: Place, tally: Tally, sign: int) -> None:
        self.months.add((place.month, place.line), tally, sign)
        self.both.add(place.line, tally, sign)
        if place.month[:4] == f"{self.year:04}":
            self.lines.add(place.line, tally, sign)
            self.products.add(place.product, tally, sign)
            self.segments.add(place.segment, tally, sign)
            self.used.add((place.product, place.category, place.month), tally, sign)
