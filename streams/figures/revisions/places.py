"""Where money belongs: the cell of a roll-up that a line or a month of an allocation is counted in."""

from collections.abc import Sequence
from dataclasses import replace

from streams.figures.cells import Key
from streams.figures.referrers import referrer_of
from streams.figures.rollup import KEYS, Figures, Value

Labels = tuple[Value, ...]
"""A cell of a roll-up: the values of the keys asked for."""

Pair = tuple[Figures, Figures]
"""One municipality's figures as of the earlier and as of the later date."""

REFERRER = "referrer"


class Places:
    """The cells of one municipality's money, each looked up once."""

    def __init__(self, figures: Figures, by: Sequence[str]) -> None:
        self._figures = figures
        self._labels = [KEYS[name] for name in by]
        self._splits = REFERRER in by
        self._known: dict[tuple[Key, str | None], Labels] = {}

    def of(self, key: Key, allocation: int) -> Labels:
        """The cell of money of an allocation; its number matters for who referred."""
        referrer = self._referrer(allocation) if self._splits else None
        found = self._known.get((key, referrer))
        if found is None:
            part = replace(self._figures, referrer=referrer) if self._splits else self._figures
            found = tuple([label(part, key) for label in self._labels])
            self._known[key, referrer] = found
        return found

    def _referrer(self, allocation: int) -> str | None:
        book = self._figures.book
        return referrer_of(book, book.allocations.chain(allocation))


def moved(old: Labels, new: Labels, by: Sequence[str]) -> str:
    """Why money is in another cell: its referrer alone is another, or the reference data are."""
    other = [name for name, one, two in zip(by, old, new, strict=True) if one != two]
    return REFERRER if other == [REFERRER] else "reference"
