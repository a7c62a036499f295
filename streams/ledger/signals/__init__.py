"""Signals: the rules over several messages that a book breaks.

They are derived from the book each time they are asked for, so they come and go as messages arrive,
are the same whatever the order of the messages, and never change an amount. A signal is about a
line, a declaration, an allocation, a request, or a start or stop of care, and never names a client.
`Rule.rejects` tells which of them an answer to a declaration rejects a line for.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from schemas.reference.lookup import Reference
from streams.ledger.book import Book
from streams.ledger.signals.asking import misasked
from streams.ledger.signals.changing import miswished
from streams.ledger.signals.course import misordered
from streams.ledger.signals.deadlines import missed
from streams.ledger.signals.fit import misfits
from streams.ledger.signals.known import Known, Terms
from streams.ledger.signals.lifecycle import mischanged
from streams.ledger.signals.lines import Broken, Line
from streams.ledger.signals.others import ambiguous, misanswered, stacking, taken_names
from streams.ledger.signals.pairs import TakenBack, doubles, pair
from streams.ledger.signals.periods import unfollowed
from streams.ledger.signals.room import overruns
from streams.ledger.signals.rules import RULES
from streams.ledger.signals.signal import Signal, signal
from streams.ledger.signals.use import misused, outside_care

__all__ = ["RULES", "TERMS", "Signal", "Terms", "signals"]

TERMS: Final = Terms()
"""The terms where nobody says otherwise."""


def signals(book: Book, reference: Reference, terms: Terms = TERMS) -> list[Signal]:
    """Every rule over several messages that the book breaks on the reference's as-of date.

    In one order, whatever that of the messages.
    """
    known = Known(book, reference, terms)
    unpaired, taken = pair(known.lines)
    debits = [line for line in known.lines if line.side == "D" and line.counts]
    found = set(
        _on_lines([*unpaired, *_judged(known, debits, taken), *outside_care(known, debits)])
    )
    found.update(_on_allocations(known))
    found.update(mischanged(known, debits, taken))
    found.update(misused(known, debits, taken))
    found.update(unfollowed(known, debits))
    for judge in (misanswered, misordered, misasked, miswished, missed):
        found.update(judge(known))
    return sorted(found)


def _on_allocations(known: Known) -> Iterator[Signal]:
    stacked = ((rule, each.content["number"]) for rule, each in stacking(known.held.values()))
    for rule, number in (*ambiguous(known.book.allocations), *stacked):
        yield signal(rule, known.held[number].provider, str(number))


def _on_lines(broken: Iterable[Broken]) -> Iterator[Signal]:
    for rule, line in broken:
        declaration = line.declaration
        yield Signal(
            *(rule, RULES[rule].code, line.provider, line.reference),
            *(declaration.number, declaration.body, line.row),
        )


def _judged(known: Known, debits: list[Line], taken: TakenBack) -> Iterator[Broken]:
    """Room comes last: an open line that breaks another rule takes none, a double asks for none."""
    held, reference = known.held, known.reference
    repeats = list(doubles(debits, taken))
    repeated = {line.place for _, line in repeats if not line.granted}
    asking = [line for line in debits if line.place not in repeated]
    alone = [*taken_names(known.lines), *misfits(debits, held, reference), *repeats]
    faulty = {line.place for _, line in alone}
    yield from alone
    yield from overruns(asking, taken, faulty, held, reference)
