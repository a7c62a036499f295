"""Signals: the rules over several messages that a book breaks.

They are derived from the book each time they are asked for, so they come and go as messages arrive,
are the same whatever the order of the messages, and never change an amount. A signal is about a
line, a declaration or an allocation, and never names a client.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas.reference.lookup import Reference
from streams.ledger.allocations import Held
from streams.ledger.book import Book
from streams.ledger.declarations import Declaration
from streams.ledger.signals.fit import misfits
from streams.ledger.signals.lines import Broken, Place, lines_of, standing
from streams.ledger.signals.others import ambiguous, misanswered, stacking, taken_names
from streams.ledger.signals.pairs import doubles, pair
from streams.ledger.signals.room import overruns
from streams.ledger.signals.rules import RULES

__all__ = ["RULES", "Place", "Signal", "line_codes", "signals"]


class Signal(NamedTuple):
    """A broken rule and its return code.

    `subject` is the ReferentieNummer of a line, the ToewijzingNummer of an allocation or the
    DeclaratieNummer of a declaration. `declaration` is the DeclaratieNummer and `body` the digest of
    the content where it is about a declaration or a line of one, `row` the place of the line in it,
    counted from 0 (-1: not about a line that is there).
    """

    rule: str
    code: str
    provider: str
    subject: str
    declaration: str = ""
    body: str = ""
    row: int = -1


def signals(book: Book, reference: Reference) -> list[Signal]:
    """Every rule over several messages that the book breaks, in one order whatever theirs."""
    held, declarations = _allocations(book), standing(book.declarations)
    found = set(_on_lines(declarations, held, reference))
    found.update(
        Signal(rule, RULES[rule].code, each.provider, subject, each.number, each.body)
        for rule, each, subject in misanswered(declarations)
    )
    stacked = ((rule, each.content["number"]) for rule, each in stacking(held.values()))
    found.update(
        Signal(rule, RULES[rule].code, held[number].provider, str(number))
        for rule, number in (*ambiguous(book.allocations), *stacked)
    )
    return sorted(found)


def line_codes(book: Book, reference: Reference) -> Mapping[Place, tuple[str, ...]]:
    """The rules' return codes by line, sorted: what an answer to an open line would carry."""
    codes: dict[Place, set[str]] = defaultdict(set)
    for signal in _on_lines(standing(book.declarations), _allocations(book), reference):
        codes[signal.provider, signal.body, signal.row].add(signal.code)
    return {place: tuple(sorted(found)) for place, found in codes.items()}


def _allocations(book: Book) -> dict[int, Held]:
    """The winners by ToewijzingNummer."""
    winners = (chain[-1] for chain in book.allocations)
    return {held.content["number"]: held for held in winners}


def _on_lines(
    declarations: Iterable[Declaration], held: Mapping[int, Held], reference: Reference
) -> Iterator[Signal]:
    for rule, line in _judged(list(declarations), held, reference):
        declaration = line.declaration
        yield Signal(
            *(rule, RULES[rule].code, line.provider, line.reference),
            *(declaration.number, declaration.body, line.row),
        )


def _judged(
    declarations: list[Declaration], held: Mapping[int, Held], reference: Reference
) -> Iterator[Broken]:
    """Room comes last: an open line that breaks another rule takes none, a double asks for none."""
    lines = [line for declaration in declarations for line in lines_of(declaration)]
    debits = [line for line in lines if line.side == "D" and line.counts]
    unpaired, taken = pair(lines)
    repeats = list(doubles(debits, taken))
    repeated = {line.place for _, line in repeats if not line.granted}
    asking = [line for line in debits if line.place not in repeated]
    alone = [*misfits(debits, held, reference), *repeats]
    faulty = {line.place for _, line in alone}
    yield from taken_names(declarations)
    yield from unpaired
    yield from alone
    yield from overruns(asking, taken, faulty, held, reference)
