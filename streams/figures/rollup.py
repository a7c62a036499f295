"""Roll-ups: the measures of design.md over any combination of keys.

A roll-up sums cells of one or more municipalities. `clients` does not add up: it counts the distinct
(municipality, client) whose net declared amount over the rolled-up cell is not zero, so the clients'
amounts are summed first.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import add, sub
from typing import Any, Final

from schemas.reference.lookup import Reference
from streams.figures.cells import UNITS, Cell, Cells, Key
from streams.figures.committed import Commitments
from streams.figures.exact import Exact
from streams.figures.marks import Marks
from streams.ledger.book import Book
from streams.ledger.states import State

Row = dict[str, Any]
Value = str | int | None


@dataclass(frozen=True)
class Figures:
    """What figures are made of: one municipality, or the part of it that one type of referrer sent.

    `municipality` is the code it is shown under. `book` is whole, also in a part by referrer.
    """

    municipality: str
    reference: Reference
    cells: Cells
    commitments: Commitments
    book: Book
    referrer: str | None = None

    def marks(self) -> tuple[Marks[Key], Marks[Key]]:
        """The marks of a new reader in the cells and in the commitments."""
        return self.cells.marks(), self.commitments.marks()


def first_of(care_month: str) -> date:
    """The first day of a care month ("YYYY-MM")."""
    return date.fromisoformat(f"{care_month}-01")


def _product(figures: Figures, key: Key, attribute: str) -> Any:
    row = figures.reference.product(key.product, first_of(key.care_month)) if key.product else None
    return getattr(row, attribute) if row else None


_YES_NO: Final[dict[bool | None, str]] = {True: "ja", False: "nee"}


KEYS: Final[dict[str, Callable[[Figures, Key], Value]]] = {
    "municipality": lambda figures, _: figures.municipality,
    "region": lambda figures, _: figures.reference.document.region,
    "year": lambda _, key: int(key.care_month[:4]),
    "care_month": lambda _, key: key.care_month,
    "product": lambda _, key: key.product,
    "category": lambda _, key: key.category,
    "segment": lambda figures, key: _product(figures, key, "segment"),
    "profile": lambda figures, key: _product(figures, key, "profile"),
    "intensity": lambda figures, key: _product(figures, key, "intensity"),
    "stay": lambda figures, key: _YES_NO.get(_product(figures, key, "stay")),
    "provider": lambda _, key: key.provider,
    "budget_line": lambda figures, key: _product(figures, key, "budget_line"),
    "referrer": lambda figures, _: figures.referrer,
}
"""What each key of `--by` is for a cell; product attributes are those valid on the first of the month."""


_NOTHING: Final = [0] * len(State)
"""By state."""


@dataclass
class Tally:
    """Measures of a rolled-up cell, before rounding; `clients` net declared cents by municipality."""

    cents: list[int] = field(default_factory=_NOTHING.copy)
    lines: list[int] = field(default_factory=_NOTHING.copy)
    units: dict[str, int] = field(default_factory=dict)
    clients: dict[str, dict[str, int]] = field(default_factory=dict)
    committed: Exact = field(default_factory=Exact)
    unpriced: int = 0

    def add_lines(self, municipality: str, cell: Cell) -> None:
        """Add a cell's lines."""
        self._add(cell.cents, cell.lines, cell.units)
        _sum_into(self.clients.setdefault(municipality, {}), cell.clients)

    def add_committed(self, money: Exact, unpriced: int) -> None:
        """Add a cell's commitments."""
        self.committed.merge(money)
        self.unpriced += unpriced

    def merge(self, other: "Tally", sign: int = 1) -> None:
        """Add another tally (1) or take it away (-1); a client in both is one client."""
        self._add(other.cents, other.lines, other.units, sign)
        for municipality, clients in other.clients.items():
            _sum_into(self.clients.setdefault(municipality, {}), clients, sign)
        self.committed.merge(other.committed, sign)
        self.unpriced += sign * other.unpriced

    def _add(
        self, cents: list[int], lines: list[int], units: dict[str, int], sign: int = 1
    ) -> None:
        with_sign = add if sign > 0 else sub
        self.cents = [*map(with_sign, self.cents, cents)]
        self.lines = [*map(with_sign, self.lines, lines)]
        _sum_into(self.units, units, sign)

    @property
    def declared(self) -> int:
        """Granted plus open, in cents."""
        return self.cents[State.GRANTED] + self.cents[State.OPEN]

    @property
    def counted_clients(self) -> int:
        """Distinct clients whose net declared amount is not zero."""
        return sum(map(len, self.clients.values()))

    @property
    def empty(self) -> bool:
        """Whether there is neither a line nor committed money."""
        return not (any(self.lines) or self.committed)

    def measures(self) -> Row:
        """The measures under the names of the command line; `units_NN` by unit code, minutes for hours."""
        rejected, granted = self.cents[State.REJECTED], self.cents[State.GRANTED]
        opened, void = self.cents[State.OPEN], self.cents[State.VOID]
        return {
            "rejected_cents": rejected,
            "granted_cents": granted,
            "open_cents": opened,
            "submitted_cents": rejected + granted + opened,
            "void_cents": void,
            "declared_cents": self.declared,
            "lines": sum(self.lines) - self.lines[State.VOID],
            "clients": self.counted_clients,
            **{f"units_{unit}": self.units.get(unit, 0) for unit in UNITS},
            "committed_cents": self.committed.cents(),
            "unpriced": self.unpriced,
        }


def _sum_into(sums: dict[str, int], more: dict[str, int], sign: int = 1) -> None:
    """Add to sums; those that come to nothing are not kept, so equal roll-ups are equal dictionaries."""
    if not sums and sign > 0:
        sums.update(more)
        return
    known = sums.get
    for key, amount in more.items():
        total = known(key, 0) + sign * amount
        if total:
            sums[key] = total
        else:
            sums.pop(key, None)


def tallies(
    books: Iterable[Figures], by: Sequence[str], years: Collection[str] = ()
) -> dict[tuple[Value, ...], Tally]:
    """The tallies of a roll-up by the named keys (see `KEYS`), of some care years or of all."""
    found: dict[tuple[Value, ...], Tally] = {}
    labels = [KEYS[name] for name in by]
    for figures in books:
        for key in _keys(figures):
            if years and key.care_month[:4] not in years:
                continue
            values = tuple([label(figures, key) for label in labels])
            tally = found.get(values)
            if tally is None:
                tally = found[values] = Tally()
            if (cell := figures.cells.get(key)) is not None:
                tally.add_lines(figures.municipality, cell)
            tally.add_committed(*figures.commitments.money(key, figures.cells))
    return found


def rows(books: Iterable[Figures], by: Sequence[str]) -> list[Row]:
    """Sorted flat rows: the keys, then the measures; only cells with a line or committed money."""
    found = tallies(books, by)
    return [
        {**dict(zip(by, values, strict=True)), **found[values].measures()}
        for values in sorted(found, key=sortable)
        if not found[values].empty
    ]


def _keys(figures: Figures) -> Iterator[Key]:
    yield from figures.cells
    yield from (key for key in figures.commitments if key not in figures.cells)


def sortable(values: tuple[Value, ...]) -> tuple[tuple[bool, str], ...]:
    """No value first, then as text: all values of one key are of one kind and width."""
    return tuple((value is not None, str(value or "")) for value in values)
