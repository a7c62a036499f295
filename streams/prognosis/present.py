"""What is known of a municipality now, on the rows and columns of a panel, kept as its books change.

A change touches few cells, and each is looked at anew: what is kept equals what is made from nothing.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from streams.figures.cells import Key
from streams.figures.rollup import Figures
from streams.figures.spans import month_text
from streams.ledger.states import State
from streams.prognosis.expecting import Position
from streams.prognosis.panel import Item, Panel, in_order, item_of


class Present:
    """Cents declared, open and committed by item and care month; items that the panel lacks apart."""

    def __init__(self, known: Panel, parts: Sequence[Figures]) -> None:
        """Nothing yet, but all that stands in the books of `parts` is new."""
        self._marks = [marks for part in parts for marks in part.marks()]
        self._places = {tuple(item): place for place, item in enumerate(known.items)}
        self._columns = {month_text(known.first + place): place for place in range(known.months)}
        self._amounts = np.zeros((3, len(known.items), known.months))
        self._fresh: set[Key] = set()

    def earliest(self) -> str:
        """The first month that knew otherwise by its end than when this was asked before."""
        return min(marks.take_earliest() for marks in self._marks)

    def position(
        self, parts: Sequence[Figures], months: Iterable[int]
    ) -> tuple[list[Item], Position]:
        """The items that the panel lacks, and what is known now, of these behind the panel's own.

        They are those of which there is anything in the (absolute) `months`.
        """
        self._follow(parts)
        wanted = set(map(month_text, months))
        fresh = [key for key in self._fresh if key.care_month in wanted]
        items = sorted(set(map(item_of, fresh)), key=in_order)
        places = {item: place for place, item in enumerate(items)}
        more = np.zeros((3, len(items), len(self._columns)))
        for key in fresh:
            more[:, places[item_of(key)], self._columns[key.care_month]] = _cents(parts, key)
        declared, opened, committed = np.concatenate([self._amounts, more], axis=1)
        return items, Position(declared, committed, opened, _refused(parts))

    def _follow(self, parts: Sequence[Figures]) -> None:
        rows, columns, cents = [], [], list[int]()
        places, months = self._places, self._columns
        for key in {key: None for marks in self._marks for key in marks.take_keys()}:
            month, category, product, provider = key
            column = months.get(month)
            if column is None:
                continue
            row = places.get((provider, category, product))
            if row is not None:
                rows.append(row)
                columns.append(column)
                cents += _cents(parts, key)
            elif any(key in part.cells or part.commitments.known_of(key) for part in parts):
                self._fresh.add(key)
            else:
                self._fresh.discard(key)
        self._amounts[:, rows, columns] = np.array(cents, dtype=np.int64).reshape(-1, 3).T


def _cents(parts: Iterable[Figures], key: Key) -> tuple[int, int, int]:
    """What is declared, open and committed of one cell."""
    declared = opened = committed = 0
    for part in parts:
        cell = part.cells.get(key)
        if cell is not None:
            declared += cell.cents[_GRANTED] + cell.cents[_OPEN]
            opened += cell.cents[_OPEN]
        committed += sum(part.commitments.known_of(key).values())
    return declared, opened, committed


def _refused(parts: Iterable[Figures]) -> float:
    """The share of answered money that was rejected, 0 to 1."""
    cents = [part.cells.cents for part in parts]
    rejected = sum(each[_REJECTED] for each in cents)
    answered = rejected + sum(each[_GRANTED] for each in cents)
    return min(1.0, max(0.0, rejected / answered)) if answered > 0 else 0.0


_OPEN, _GRANTED, _REJECTED = int(State.OPEN), int(State.GRANTED), int(State.REJECTED)
