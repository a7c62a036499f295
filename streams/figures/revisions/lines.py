"""Declared money revised: what became of each line between two dates.

    new        the line was not known
    corrected  it was not known, and is a credit, or a debit in the place of one that was credited
    rejected   it counted, and is rejected or void now
    restored   it was rejected or void, and counts now
    reference  it counts in another cell: the product catalogue is another, or municipalities merged
    referrer   it counts in another cell: who referred became known, or is another

A debit stands in the place of a credited one when a credit that counts has its provider,
allocation, product and period, and no credit names the debit itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from streams.figures.cells import Key
from streams.figures.revisions.places import Labels, Pair, Places, moved
from streams.ledger.declarations import Declaration, Declarations
from streams.ledger.states import DECLARED, State

LINE_CAUSES: Final = ("new", "corrected", "rejected", "restored", "reference", "referrer")


class Revised(NamedTuple):
    """A line whose declared money moved; a cell is None where it does not count."""

    municipality: str
    declaration: Declaration
    place: int
    was: State
    now: State
    cause: str
    old: Labels | None
    new: Labels | None

    @property
    def cents(self) -> int:
        """Its amount, below zero for a credit."""
        lines = self.declaration.lines
        cents = lines["amount"][self.place]
        return -cents if lines["side"][self.place] == "C" else cents

    @property
    def care_month(self) -> str:
        """The month in which its ProductPeriode begins."""
        return self.declaration.lines["begin"][self.place][:7]

    @property
    def name(self) -> tuple[str, str, str, str, str, int]:
        """What it is sorted by; no other line has it."""
        one = self.declaration
        reference = one.lines["reference"][self.place]
        return self.municipality, one.provider, one.number, reference, one.body, self.place


def revised(pairs: Iterable[Pair], by: Sequence[str], year: int | None = None) -> Iterator[Revised]:
    """The lines whose declared money moved, of the care months of a year or of all."""
    for before, after in pairs:
        known = {(each.provider, each.body): each.states for each in before.book.declarations}
        town = _Town((before, after), by)
        for declaration in after.book.declarations:
            states = known.get((declaration.provider, declaration.body), ())
            for place, was, now in _counting(declaration, states):
                key = _key(declaration, place)
                if year is None or key.care_month.startswith(f"{year}-"):
                    yield from town.revise(declaration, place, key, (was, now))


class _Town:
    """One municipality on both dates."""

    def __init__(self, pair: Pair, by: Sequence[str]) -> None:
        self._code = pair[1].book.municipality
        self._places = Places(pair[0], by), Places(pair[1], by)
        self._credited = _Credited(pair[1].book.declarations)
        self._by = by

    def revise(
        self, declaration: Declaration, place: int, key: Key, states: tuple[State, State]
    ) -> Iterator[Revised]:
        """The line as it moved, if it did."""
        number = declaration.lines["allocation"][place]
        left, entered = (
            places.of(key, number) if state in DECLARED else None
            for places, state in zip(self._places, states, strict=True)
        )
        if left != entered:
            if left is None:
                cause = self._arrival(declaration, place, states[0])
            else:
                cause = "rejected" if entered is None else moved(left, entered, self._by)
            yield Revised(self._code, declaration, place, *states, cause, left, entered)

    def _arrival(self, declaration: Declaration, place: int, was: State) -> str:
        """Why a line counts that did not."""
        if was != State.ABSENT:
            return "restored"
        return "corrected" if self._credited.corrects(declaration, place) else "new"


def _counting(
    declaration: Declaration, before: Sequence[int]
) -> Iterator[tuple[int, State, State]]:
    """The places that are declared before, after or both, with both states."""
    earlier = before or bytes(len(declaration.states))
    for place, (was, now) in enumerate(zip(earlier, declaration.states, strict=True)):
        if was in DECLARED or now in DECLARED:
            yield place, State(was), State(now)


def _key(declaration: Declaration, place: int) -> Key:
    lines = declaration.lines
    month, category = lines["begin"][place][:7], lines["category"][place]
    return Key(month, category, lines["code"][place], declaration.provider)


class _Credited:
    """What credits that count take back: the debits they name, and what those were for."""

    def __init__(self, declarations: Declarations) -> None:
        self._named: set[tuple[str, str | None]] = set()
        self._meant: set[tuple[object, ...]] = set()
        for declaration in declarations:
            lines = declaration.lines
            for place, (side, state) in enumerate(
                zip(lines["side"], declaration.states, strict=True)
            ):
                if side == "C" and state in DECLARED:
                    self._named.add((declaration.provider, lines["previous"][place]))
                    self._meant.add(_meant(declaration, place))

    def corrects(self, declaration: Declaration, place: int) -> bool:
        """Whether a line is a credit, or stands in the place of a credited debit."""
        lines = declaration.lines
        if lines["side"][place] == "C":
            return True
        named = (declaration.provider, lines["reference"][place]) in self._named
        return not named and _meant(declaration, place) in self._meant


def _meant(declaration: Declaration, place: int) -> tuple[object, ...]:
    lines = declaration.lines
    product = lines["category"][place], lines["code"][place]
    period = lines["begin"][place], lines["end"][place]
    return declaration.provider, lines["allocation"][place], *product, *period
