"""How allocations are used: started, stopped and declared on (OP288, BW01 to BW05).

Starts and stops are held against allocations only at a provider that sends them, and by the
allocation's own client. They never make a line be rejected (OP364).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from schemas.events import Allocation
from schemas.reference.lookup import HOUR, MINUTE
from streams.ledger.allocations import Held
from streams.ledger.signals.deadlines import FEW_DAYS, working_days_after
from streams.ledger.signals.known import ENDLESS, Known
from streams.ledger.signals.lines import Broken, Line
from streams.ledger.signals.periods import index, month_of
from streams.ledger.signals.signal import Signal, signal
from streams.ledger.signals.volume import is_output, most_in_all

_WHOLE: Final = 100  # percent


class _Use:
    """What was declared on one allocation, less what was taken back."""

    __slots__ = ("cents", "last", "volume")

    def __init__(self) -> None:
        self.cents = 0
        self.volume: dict[str, int] = {}
        self.last = ""

    def add(self, line: Line, credit: Line | None) -> None:
        """Count a debit, and the credit that takes it back."""
        cents, volume = line.amount, line.volume
        if credit is None:
            self.last = max(self.last, line.begin[:7])
        else:
            cents, volume = cents - credit.amount, volume - credit.volume
        self.cents += cents
        self.volume[line.unit] = self.volume.get(line.unit, 0) + volume

    def percent(self, allocation: Allocation, most: int | None) -> int | None:
        """Which part of the volume, else of the budget; None when there is neither, or none to use."""
        unit, budget = allocation.get("unit"), allocation.get("budget")
        if most and unit is not None:
            used = self.volume.get(unit, 0)
            if unit == HOUR:
                return _WHOLE * (used * 60 + self.volume.get(MINUTE, 0)) // (most * 60)
            return _WHOLE * used // most
        return _WHOLE * self.cents // budget if budget else None


def misused(
    known: Known, debits: Iterable[Line], taken: dict[tuple[str, str, int], Line]
) -> Iterator[Signal]:
    """The rules about the use of allocations; `debits` are the lines that count."""
    uses: dict[int, _Use] = defaultdict(_Use)
    for line in debits:
        held = known.held.get(line.allocation)
        if held is not None and held.provider == line.provider:
            uses[line.allocation].add(line, taken.get(line.place))
    tellers = {moment.provider for moment in known.book.care}
    for number, held in known.held.items():
        if held.deleted or held.content.get("end", ENDLESS) < held.content["begin"]:
            continue
        found = _broken(known, held, uses[number], tells=held.provider in tellers)
        yield from (signal(rule, held.provider, str(number), day=day) for rule, day in found)


def _broken(known: Known, held: Held, use: _Use, *, tells: bool) -> Iterator[tuple[str, str]]:
    """Each rule and the day from which, or the month (its first day) since which it is broken."""
    content, spans = held.content, known.spans.get(held.content["number"])
    as_of, end = known.as_of.isoformat(), held.content.get("end", ENDLESS)
    if spans is None:
        due = _days_after(content["begin"], known.terms.start_days)
        if tells and due < as_of:
            yield "BW01", due
    elif spans[-1][1] == ENDLESS:
        due = working_days_after(end, FEW_DAYS)
        if due < as_of:
            yield "OP288", due
        silent = _silent_since(known, held, spans[-1][0], use)
        if silent is not None:
            yield "BW02", silent
    if _is_settled(known, end):
        used = use.percent(content, most_in_all(content, known.reference))
        if used is not None and used < known.terms.use_percent:
            yield "BW05", end


def _days_after(day: str, count: int) -> str:
    term = timedelta(days=count)
    return (min(date.fromisoformat(day), date.max - term) + term).isoformat()


def _this_month(known: Known) -> int:
    return index(known.as_of.isoformat())


def _silent_since(known: Known, held: Held, begin: str, use: _Use) -> str | None:
    """The first day of the care months that nothing came for, when there are enough of them.

    Output is declared at the moments that parties agree on, so its months say nothing.
    """
    if is_output(held.content, known.reference, date.fromisoformat(held.content["begin"])):
        return None
    first = max(index(begin), index(held.content["begin"]), index(use.last or "0000-00") + 1)
    last = min(
        _this_month(known) - known.terms.silent_months, index(held.content.get("end", ENDLESS))
    )
    return f"{month_of(first)}-01" if first <= last else None


def _is_settled(known: Known, end: str) -> bool:
    """Whether the months after an end are over within which its last lines come."""
    return index(end) + known.terms.silent_months < _this_month(known)


def outside_care(known: Known, debits: Iterable[Line]) -> Iterator[Broken]:
    """BW03 and BW04: a period that no care lies in, before the first start or after a stop.

    A start and a stop don't change the period of a line (OP364), so a day in common is enough.
    """
    for line in debits:
        spans = known.spans.get(line.allocation)
        if not spans or any(begin <= line.end and line.begin <= end for begin, end in spans):
            continue
        if known.held[line.allocation].provider == line.provider:
            yield "BW03" if line.end < spans[0][0] else "BW04", line
