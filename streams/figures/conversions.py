"""Product conversions: which codes can be compared, and what old use is under the new codes.

Codes that a conversion joins, however long the chain, are one group: the connected components of the
map from old to new codes. Groups are the finest that can be compared without any assumption. Below
that, a share of an old code's use continues under each of its new codes (its weights, made to add up
to one), with units times the unit factor; money is split, never changed.

A month that begins before a conversion is told in the new codes; a later month only where the old
code lingers on, that is, is not a new code itself by then. Conversions follow each other in order of
their dates, so a code that comes back later doesn't go round.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from schemas.reference.rows import Conversion
from streams.figures.cells import MINUTES


class Piece(NamedTuple):
    """What one unit of an old code is under a new one: its share of the money, and new units."""

    money: Fraction
    units: Fraction


def hourly(unit: str, goal: str | None) -> Fraction:
    """What makes a unit factor, which counts hours, one of minutes, in which hours are kept.

    `unit` is that of the old code, `goal` that of the new one; None: nothing is known of it.
    """
    if goal is None or (unit == MINUTES) == (goal == MINUTES):
        return Fraction(1)
    return Fraction(60) if goal == MINUTES else Fraction(1, 60)


def standing(rows: Iterable[Conversion]) -> list[Conversion]:
    """The conversions that count for a municipality: its own for an old code go before its region's."""
    known = list(rows)
    own = {row.old for row in known if row.own}
    return [row for row in known if row.own or row.old not in own]


def groups(rows: Iterable[Conversion]) -> dict[str, str]:
    """The group of each code that is converted or converted to: its first code in order."""
    parents: dict[str, str] = {}

    def root(code: str) -> str:
        while parents.setdefault(code, code) != code:
            parents[code] = code = parents[parents[code]]
        return code

    for row in rows:
        first, second = sorted((root(row.old), root(row.new)))
        parents[second] = first
    return {code: root(code) for code in sorted(parents)}


class Conversions:
    """The conversions of one municipality, as `standing` gives them."""

    def __init__(self, rows: Iterable[Conversion]) -> None:
        self._steps: dict[str, dict[date, list[Conversion]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._new: dict[str, date] = {}
        for row in sorted(rows, key=lambda row: (row.starts_on, row.new)):
            self._steps[row.old][row.starts_on].append(row)
            self._new.setdefault(row.new, row.starts_on)
        self.pieces = cache(self._pieces)

    def _pieces(self, code: str, month: date) -> Mapping[str, Piece]:
        """What a code's use in the month that begins on `month` is under the codes of today.

        Money adds up to one. A code that isn't converted is one piece of itself.
        """
        days = sorted(self._steps.get(code, ()))
        later = [day for day in days if day > month]
        if later:
            return self._after(code, later[0])
        if days and self._new.get(code, date.max) > month:
            return self._after(code, days[-1])
        return {code: Piece(Fraction(1), Fraction(1))}

    def _after(self, code: str, day: date) -> Mapping[str, Piece]:
        """A code's pieces from its conversion on a day on, through all later ones."""
        step = self._steps[code][day]
        whole = sum(row.weight for row in step)
        found: dict[str, Piece] = {}
        for row in step:
            share = row.weight / whole
            next_day = min(
                (each for each in self._steps.get(row.new, ()) if each > day), default=None
            )
            onward = (
                {row.new: Piece(Fraction(1), Fraction(1))}
                if next_day is None
                else self._after(row.new, next_day)
            )
            for new, piece in onward.items():
                money, units = found.get(new, (0, 0))
                found[new] = Piece(
                    money + share * piece.money, units + share * row.unit_factor * piece.units
                )
        return found
