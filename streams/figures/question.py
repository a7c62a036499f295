"""What is asked of a figure, the same for every figure.

A figure is a function of the figures of one or more municipalities and a question; it gives sorted
flat rows, the keys first. What a municipality's parts have in common (a client, an allocation) is
counted once: parts of one municipality carry one `Figures.municipality`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from streams.figures.rollup import Figures

Row = dict[str, Any]

GAP_DAYS = 31
"""Days without care after which a client has left for good (KPI catalogue, field/ijw.md section 6)."""


@dataclass(frozen=True)
class Question:
    """`by` are keys of `rollup.KEYS` that rows are split by; `year` is the calendar year asked for."""

    as_of: date
    year: int
    by: tuple[str, ...] = ("municipality",)
    gap_days: int = GAP_DAYS


Figure = Callable[[Sequence[Figures], Question], list[Row]]


@dataclass(frozen=True)
class Kept:
    """A figure as it is offered: what computes it, which keys it can be split by, what it is.

    `told` is one sentence in Dutch for who reads the command line's help.
    """

    compute: Figure
    keys: frozenset[str]
    told: str


def check_keys(kept: Kept, by: Iterable[str]) -> list[str]:
    """The keys that a figure can't be split by."""
    return [name for name in by if name not in kept.keys]
