"""Debits and the credits that take them back, and debits that repeat each other.

Of lines that share a reference a credit means the first that was not rejected. A debit is taken back
by its first credit that is granted, or open and breaking no rule.
"""

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter

from streams.ledger.signals.lines import Broken, Line, Place
from streams.ledger.states import State

TakenBack = dict[Place, Line]
"""By debit, the credit that takes it back."""

_same = attrgetter(
    *("client", "allocation", "category", "code", "begin", "end"),
    *("volume", "unit", "tariff", "amount"),
)


def pair(lines: Iterable[Line]) -> tuple[list[Broken], TakenBack]:
    """The rules that credits break, and which debits they take back; `lines` earliest first."""
    lines = list(lines)
    debits = _debits(lines)
    broken: list[Broken] = []
    taken: TakenBack = {}
    for credit in (line for line in lines if line.counts and line.side == "C"):
        debit = debits.get((credit.provider, credit.previous or ""))
        faults = ["TR323"] if debit is None else _mismatch(credit, debit)
        if debit is not None:
            first = taken.get(debit.place)
            if first is None and (credit.granted or not faults):
                taken[debit.place] = credit
            elif first is not None and first.declaration is not credit.declaration:
                faults.append("TR390")
        broken += [(rule, credit) for rule in faults]
    return broken, taken


def _debits(lines: Iterable[Line]) -> dict[tuple[str, str], Line]:
    """The debit that a reference of a provider means."""
    found: dict[tuple[str, str], Line] = {}
    for line in lines:
        if line.side == "D" and line.state != State.VOID:
            known = found.setdefault((line.provider, line.reference), line)
            if not known.counts and line.counts:
                found[line.provider, line.reference] = line
    return found


def _mismatch(credit: Line, debit: Line) -> list[str]:
    return [
        rule
        for rule, broken in (
            ("IV085", not _was_granted(debit, credit)),
            ("IV091", _same(debit) != _same(credit)),
        )
        if broken
    ]


def _was_granted(debit: Line, credit: Line) -> bool:
    """Whether the answer that grants a debit is dated no later than its credit.

    In one message TR316 forbids the pair already.
    """
    if debit.declaration is credit.declaration:
        return True
    answer = debit.declaration.answer
    return debit.granted and answer is not None and answer["dated"] <= credit.declaration.arrived


def doubles(debits: Iterable[Line], taken: Mapping[Place, Line]) -> Iterator[Broken]:
    """TR389: debits that an earlier one, in another message, was for; taken back ones don't count."""
    first: dict[tuple[object, ...], Line] = {}
    for line in debits:
        if line.place not in taken:
            key = line.provider, line.allocation, line.category, line.code, line.begin, line.end
            known = first.setdefault(key, line)
            if known.declaration is not line.declaration:
                yield "TR389", line
