"""The life of an allocation: what may change under its number, and when it may be deleted.

OP033, OP380 and TR385. Under one number may change: deletion, the end, the budget, and the volume
when it is one for the whole allocation (frequency 6).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from streams.ledger.allocations import Held
from streams.ledger.signals.known import ENDLESS, Known, told_on
from streams.ledger.signals.lines import Line, granted_before
from streams.ledger.signals.pairs import TakenBack
from streams.ledger.signals.signal import Signal, signal

_IN_ALL: Final = "6"
_FIXED: Final = ("begin", "category", "code", "unit", "frequency")


def mischanged(known: Known, debits: list[Line], taken: TakenBack) -> Iterator[Signal]:
    """The rules that changes of allocations break; `debits` are those that count."""
    for number, chain in known.chains.items():
        if any(_changes(old, new) for old, new in pairwise(chain)):
            yield signal("OP033", chain[-1].provider, str(number))
    for held in _begun_anew(known):
        yield signal("OP380", held.provider, str(held.content["number"]))
    for number in sorted(_paid_and_deleted(known, debits, taken)):
        yield signal("TR385", known.held[number].provider, str(number))


def _changes(old: Held, new: Held) -> bool:
    """Whether a version changes what needs a new number; of another client, TR332 says so."""
    if (old.provider, old.client) != (new.provider, new.client) or new.deleted:
        return False
    before, after = old.content, new.content
    fixed = (*_FIXED, "volume") if before.get("frequency") != _IN_ALL else _FIXED
    return any(before.get(name) != after.get(name) for name in fixed)


def _begun_anew(known: Known) -> Iterator[Held]:
    """OP380: the same, from the day after another ends, made before that end had passed."""
    ending: dict[tuple[object, ...], list[Held]] = defaultdict(list)
    for held in known.held.values():
        if not held.deleted and "volume" in held.content:
            ending[(*_same(held), held.content.get("end", ENDLESS))].append(held)
    for held in known.held.values():
        before = _day_before(held.content["begin"])
        extendable = ending.get((*_same(held), before), [])
        if (
            not held.deleted
            and held.content.get("frequency") != _IN_ALL
            and any(each.content["begin"] <= before for each in extendable)
            and told_on(known.chains[held.content["number"]][0]) <= before
        ):
            yield held


def _same(held: Held) -> tuple[object, ...]:
    content = held.content
    names = ("category", "code", "volume", "unit", "frequency")
    return (held.provider, held.client, *(content.get(name) for name in names))


def _day_before(day: str) -> str:
    """The day before; the first day of all has none and stands for itself."""
    return (
        max(date.fromisoformat(day), date.min + timedelta(days=1)) - timedelta(days=1)
    ).isoformat()


def _paid_and_deleted(known: Known, debits: list[Line], taken: TakenBack) -> set[int]:
    """TR385: deleted after a debit on it was granted that is not taken back."""
    deleted = {number: held for number, held in known.held.items() if held.deleted}
    return {
        line.allocation
        for line in debits
        if line.allocation in deleted
        and line.place not in taken
        and (held := deleted[line.allocation]).provider == line.provider
        and granted_before(line, held)
    }
