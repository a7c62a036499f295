"""A difference that `reconcile` found, by the place where it was found first; and how rows are compared.

Nothing here is personal: a place is a topic with its offset, a natural key (parties, names and a digest)
or a row of figures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isclose
from typing import Any, Final, Literal

Row = Mapping[str, Any]
Problem = Literal["missing", "extra", "altered", "doubled", "unlettered", "unpublished", "differs"]

_TEXTS: Final[Mapping[Problem, str]] = {
    "missing": "ontbreekt",
    "extra": "hoort er niet te zijn",
    "altered": "is niet wat het bericht zegt",
    "doubled": "staat er twee keer met verschillende inhoud",
    "unlettered": "kan niet gelezen worden en heeft geen dead letter",
    "unpublished": "is onthouden maar nooit gepubliceerd",
    "differs": "verschilt",
}
_LABELS: Final = ("budget_line", "contract", "product", "segment", "care_month")
ABSENT: Final = "ontbreekt"


@dataclass(frozen=True)
class Difference:
    """What differs in one check, for a municipality where it can be told.

    `check` is table, letters, measures, valuation or the name of a figure. `found` is what the table,
    the incremental computation or the topic has; `expected` what follows from the messages.
    """

    check: str
    problem: Problem
    municipality: str | None
    place: str
    found: Any = None
    expected: Any = None

    def __str__(self) -> str:
        text = f"{self.check}: {self.place} {_TEXTS[self.problem]}"
        if self.problem == "differs":
            return f"{text}: is {self.found}, moet zijn {self.expected}"
        return text

    def row(self) -> dict[str, Any]:
        """As a flat object."""
        return asdict(self)


def first_row(
    found: Sequence[Row], expected: Sequence[Row], by: Sequence[str]
) -> tuple[Problem, str, Any, Any] | None:
    """The first place where sorted rows differ: problem, place, found, expected; None when they agree."""
    for place in range(max(len(found), len(expected))):
        ours = found[place] if place < len(found) else None
        theirs = expected[place] if place < len(expected) else None
        if ours == theirs:
            continue
        if theirs is not None and _absent(theirs, found[place:], by):
            return "missing", _named(theirs, by), None, None
        if ours is not None and _absent(ours, expected[place:], by):
            return "extra", _named(ours, by), None, None
        for path, one, other in differing(ours, theirs):
            return "differs", f"{_named(theirs or ours or {}, by)}: {path}", one, other
    return None


def differing(found: Any, expected: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every place where nested values differ, the first first: its path, found, expected.

    Floats are the same to nine digits: sums of them depend on their order.
    """
    if isinstance(found, Mapping) and isinstance(expected, Mapping):
        for key in {**expected, **found}:
            below = f"{path}.{key}" if path else str(key)
            yield from differing(found.get(key, ABSENT), expected.get(key, ABSENT), below)
    elif isinstance(found, list | tuple) and isinstance(expected, list | tuple):
        yield from _differing_lists(found, expected, path)
    elif isinstance(found, float) and isinstance(expected, float):
        if not isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12):
            yield path, found, expected
    elif found != expected:
        yield path, found, expected


def _differing_lists(
    found: Sequence[Any], expected: Sequence[Any], path: str
) -> Iterator[tuple[str, Any, Any]]:
    for place in range(max(len(found), len(expected))):
        ours = found[place] if place < len(found) else ABSENT
        theirs = expected[place] if place < len(expected) else ABSENT
        label = _label(ours if theirs == ABSENT else theirs) or str(place)
        yield from differing(ours, theirs, f"{path}[{label}]")


def _label(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return None
    return next((str(value[name]) for name in _LABELS if value.get(name) is not None), None)


def _absent(row: Row, rest: Sequence[Row], by: Sequence[str]) -> bool:
    return all(_keys(each, by) != _keys(row, by) for each in rest)


def _keys(row: Row, by: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in by)


def _named(row: Row, by: Sequence[str]) -> str:
    return ", ".join(f"{name}={row.get(name)}" for name in by) or "de enige rij"
