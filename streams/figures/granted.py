"""Allocations as the figures count them: once in a municipality, and not when they were deleted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from streams.figures.cells import Key
from streams.figures.presence import Values
from streams.figures.rollup import KEYS, Figures
from streams.ledger.allocations import Chain, Held


class Granted(NamedTuple):
    """An allocation: the book its winner stands in, and its versions, oldest first."""

    figures: Figures
    chain: Chain

    @property
    def held(self) -> Held:
        """What it says now."""
        return self.chain[-1]

    @property
    def decided(self) -> str:
        """Toewijzingsdatum of its first known version, ISO."""
        return self.chain[0].content["stamp"][:10]

    def values(self, by: Sequence[str]) -> Values:
        """Its keys; product attributes are those of the month it begins in."""
        content = self.held.content
        month, category, product = (
            content["begin"][:7],
            content.get("category"),
            content.get("code"),
        )
        key = Key(month, category, product, self.held.provider)
        return tuple([KEYS[name](self.figures, key) for name in by])


def granted(figures: Iterable[Figures]) -> Iterator[Granted]:
    """The allocations that are not deleted.

    One that two parts of a municipality hold (number, client and provider) is one allocation with the
    versions of both.
    """
    found: dict[tuple[object, ...], list[Granted]] = defaultdict(list)
    for each in figures:
        for chain in each.book.allocations:
            held = chain[-1]
            name = each.municipality, held.content["number"], held.client, held.provider
            found[name].append(Granted(each, chain))
    for same in found.values():
        one = same[0] if len(same) == 1 else _joined(same)
        if not one.held.deleted:
            yield one


def _joined(same: list[Granted]) -> Granted:
    winner = max(same, key=lambda one: one.held.rank)
    versions = sorted((held for one in same for held in one.chain), key=lambda held: held.rank)
    standing = {held.content["stamp"]: held for held in versions}
    return Granted(winner.figures, tuple(standing[stamp] for stamp in sorted(standing)))
