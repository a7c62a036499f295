"""Whether the debits on an allocation stay within its volume (TR321, TR322) and budget (TR369).

They are taken in the order of design.md's "before". Each takes what its credit leaves of it. A debit
that is over breaks the rule; it takes room from later ones only when it was granted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from schemas.events import Allocation
from schemas.reference.lookup import HOUR, MINUTE, Reference
from streams.ledger.allocations import Held
from streams.ledger.signals.fit import comparable
from streams.ledger.signals.lines import Broken, Line, Place
from streams.ledger.signals.volume import hours, most_in_all, most_in_month


class _Room:
    """What was taken of one allocation, and what there is of it."""

    def __init__(self, allocation: Allocation, reference: Reference) -> None:
        self._allocation = allocation
        self._reference = reference
        self._unit = allocation.get("unit")
        self._in_all = most_in_all(allocation, reference)
        self._in_month: dict[str, int | None] = {}
        self._units: dict[str, int] = defaultdict(int)
        self._minutes: dict[str, int] = defaultdict(int)
        self._total = 0
        self._cents = 0

    def overrun(self, month: str, unit: str, volume: int, cents: int) -> list[str]:
        """The rules that taking this too would break."""
        if month not in self._in_month:
            self._in_month[month] = most_in_month(self._allocation, month, self._reference)
        here = self._with(month, unit, volume)
        total = self._total - self._with(month) + here
        more = volume > 0 and self._measures(unit)
        limits = (
            ("TR321", more, here, self._in_month[month]),
            ("TR322", more, total, self._in_all),
            ("TR369", cents > 0, self._cents + cents, self._allocation.get("budget")),
        )
        return [
            rule for rule, adds, sum_, most in limits if adds and most is not None and sum_ > most
        ]

    def take(self, month: str, unit: str, volume: int, cents: int) -> None:
        """Use this up."""
        self._cents += cents
        self._total += self._with(month, unit, volume) - self._with(month)
        if self._measures(unit):
            (self._minutes if self._converts(unit) else self._units)[month] += volume

    def _measures(self, unit: str) -> bool:
        return self._unit is None or comparable(unit, self._unit)

    def _converts(self, unit: str) -> bool:
        return self._unit == HOUR and unit == MINUTE

    def _with(self, month: str, unit: str = "", volume: int = 0) -> int:
        """What a month takes with so much more, in the unit of the allocation."""
        minutes = volume if self._converts(unit) else 0
        units = volume if unit and self._measures(unit) and not minutes else 0
        return self._units[month] + units + hours(self._minutes[month] + minutes)


def overruns(
    debits: Iterable[Line],
    taken: Mapping[Place, Line],
    faulty: AbstractSet[Place],
    held: Mapping[int, Held],
    reference: Reference,
) -> Iterator[Broken]:
    """The rules of volume and budget that debits break; open ones in `faulty` take no room."""
    rooms: dict[int, _Room] = {}
    for line in debits:
        own = held.get(line.allocation)
        if own is None or own.provider != line.provider or own.deleted:
            continue
        if line.allocation not in rooms:
            rooms[line.allocation] = _Room(own.content, reference)
        room, credit = rooms[line.allocation], taken.get(line.place)
        volume = line.volume - (credit.volume if credit else 0)
        cents = line.amount - (credit.amount if credit else 0)
        asked = line.begin[:7], line.unit, volume, cents
        broken = room.overrun(*asked)
        yield from ((rule, line) for rule in broken)
        if line.granted or not (broken or line.place in faulty):
            room.take(*asked)
