"""The periods that a provider declares, one after the other: TR318.

A period may be declared again, but none before the last one that was declared; the next one follows
on it unless no care was delivered in between. A message tells nothing of care that was not delivered,
so a month that is passed over is a signal only when care had been started and allocated all through
it and no line about that month came later either.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from streams.ledger.signals.known import Known
from streams.ledger.signals.lines import Line, month_end
from streams.ledger.signals.signal import Signal, of, signal
from streams.ledger.signals.volume import within


def unfollowed(known: Known, debits: Iterable[Line]) -> Iterator[Signal]:
    """TR318, about the declaration that comes too late, or after the gap."""
    declared = {(line.provider, line.begin[:7]) for line in debits}
    care: dict[str, list[int]] = defaultdict(list)
    for number in known.spans:
        care[known.held[number].provider].append(number)
    last: dict[str, str] = {}
    for each in known.declarations:
        if not each.stands:
            continue
        provider, month = each.provider, each.period_end[:7]
        before = last.setdefault(provider, month)
        if month < before or any(
            (provider, between) not in declared and _any_runs(known, care[provider], between)
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


def _any_runs(known: Known, numbers: Iterable[int], month: str) -> bool:
    """Whether care ran all through a month on one of the allocations."""
    first, last = f"{month}-01", month_end(month)
    for number in numbers:
        held = known.held[number]
        whole = within(held.content, month)
        if whole is None or held.deleted or [each.isoformat() for each in whole] != [first, last]:
            continue
        if any(begin <= first and last <= end for begin, end in known.spans[number]):
            return True
    return False
