"""Figures together by area: what belongs to one municipality, or to one region."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from streams.figures.cells import Key
from streams.figures.question import Row
from streams.figures.rollup import KEYS, Figures, Value, sortable

AREAS: Final = frozenset({"municipality", "region"})
"""Keys that depend on whose figures they are, not on the care."""

_ANYWHERE: Final = Key("", None, None, "")


def by_area(figures: Iterable[Figures], by: Sequence[str]) -> list[tuple[Row, list[Figures]]]:
    """The keys of each area and its figures, sorted; keys that aren't an area's are passed over."""
    names = [name for name in by if name in AREAS]
    found: dict[tuple[Value, ...], list[Figures]] = defaultdict(list)
    for each in figures:
        found[tuple([KEYS[name](each, _ANYWHERE) for name in names])].append(each)
    return [
        (dict(zip(names, values, strict=True)), found[values])
        for values in sorted(found, key=sortable)
    ]
