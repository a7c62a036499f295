"""The periods that a provider declares, one after the other: TR318.

A period may be declared again, but none before the last one that was declared; the next one follows
on it unless no care was delivered in between. A message tells nothing of care that was not delivered,
so a month that is passed over is a signal only when care had been started and allocated all through
it and no line about that month came later either.
"""

from collections.abc import Iterable, Iterator
from functools import cache, partial

from streams.ledger.signals.known import ENDLESS, Known
from streams.ledger.signals.lines import Line, month_end
from streams.ledger.signals.signal import Signal, of, signal


def unfollowed(known: Known, debits: Iterable[Line]) -> Iterator[Signal]:
    """TR318, about the declaration that comes too late, or after the gap."""
    declared = {(line.provider, line.begin[:7]) for line in debits}
    care = cache(partial(_months_of_care, known))
    last: dict[str, str] = {}
    for each in known.declarations:
        if not each.stands:
            continue
        provider, month = each.provider, each.period_end[:7]
        before = last.setdefault(provider, month)
        if month < before or any(
            (provider, between) not in declared and between in care(provider)
            for between in months_between(before, month)
        ):
            yield signal("TR318", provider, each.number, **of(each))
        last[provider] = max(before, month)


def months_between(first: str, last: str) -> Iterator[str]:
    """The months (YYYY-MM) after one and before another."""
    for count in range(index(first) + 1, index(last)):
        yield month_of(count)


def index(month: str) -> int:
    """A month (YYYY-MM) as a number: the next month is one more."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_of(count: int) -> str:
    """The month that `index` gives a number for."""
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _months_of_care(known: Known, provider: str) -> set[str]:
    """The months all through which care of a provider had been started and allocated."""
    found: set[str] = set()
    for number, spans in known.spans.items():
        held = known.held[number]
        if held.provider == provider and not held.deleted:
            until = min(held.content.get("end", ENDLESS), known.as_of.isoformat())
            for begin, end in spans:
                found.update(_whole_months(max(begin, held.content["begin"]), min(end, until)))
    return found


def _whole_months(begin: str, end: str) -> Iterator[str]:
    first = index(begin) + (not begin.endswith("-01"))
    last = index(end) - (end != month_end(end[:7]))
    return map(month_of, range(first, last + 1))
