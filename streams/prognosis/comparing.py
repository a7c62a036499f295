"""Care made comparable: of each product at each provider, what a period held, over a change of codes.

Codes that a conversion joins are one product, called after the codes it goes on under; a client who
changes code stays one client of it. Its units are told in the codes of today: of each code in the unit
with most volume in both periods together, times the unit factors on its way. Hours count as minutes, so
a factor between time and another unit is taken as one of hours. Where the codes of today are counted in
unlike units, or a period has money and no units, a client-month is the unit.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Final, NamedTuple

from schemas.reference.rows import Conversion
from streams.figures.cells import Cell, Key
from streams.figures.conversions import Conversions, groups, hourly, standing
from streams.figures.rollup import KEYS, Figures, Value, first_of
from streams.figures.spans import Span
from streams.figures.use import Use

NAMES: Final = tuple(name for name in KEYS if name not in {"year", "care_month", "referrer"})
"""The keys that a change can be told by."""

Place = tuple[Value, ...]
"""A value for each of `NAMES`."""

PRODUCT: Final = NAMES.index("product")

Concern = tuple[Value, str]
"""What is compared: a product at a provider."""


class Town:
    """A municipality: its parts, each with its conversions, and what its products are called."""

    def __init__(self, parts: Sequence[Figures]) -> None:
        rows = [standing(part.reference.conversions) for part in parts]
        self.parts = [(part, Conversions(own)) for part, own in zip(parts, rows, strict=True)]
        self.old = frozenset(row.old for own in rows for row in own)
        self._names = lasting(chain.from_iterable(rows))

    def place(self, part: Figures, key: Key) -> Place:
        """Where a cell's money belongs."""
        values = {name: KEYS[name](part, key) for name in NAMES}
        values["product"] = self._names.get(key.product or "", key.product)
        return tuple(values.values())


def lasting(conversions: Iterable[Conversion]) -> dict[str, str]:
    """By converted code what its product is called: the codes it goes on under, joined by a plus."""
    rows = list(conversions)
    names, old = groups(rows), {row.old for row in rows}
    last: dict[str, list[str]] = defaultdict(list)
    for code, group in names.items():
        if code not in old:
            last[group].append(code)
    return {code: "+".join(last.get(group, [group])) for code, group in names.items()}


@dataclass
class Care:
    """Care of one product at one provider in one period.

    `clients` are net cents by client and month; volumes stand by code and unit, as declared and as told
    in the codes of today; `places` are cents by where they belong.
    """

    cents: int = 0
    clients: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    declared: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    told: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    places: dict[Place, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, place: Place, key: Key, cell: Cell, factor: Fraction) -> None:
        """Add a cell, of which a unit is `factor` units under the codes of today."""
        self.cents += cell.declared
        self.places[place] += cell.declared
        for client, cents in cell.clients.items():
            self.clients[client, key.care_month] += cents
        for unit, volume in cell.units.items():
            self.declared[key.product or "", unit] += volume
            self.told[key.product or "", unit] += volume * factor

    @property
    def present(self) -> set[tuple[str, str]]:
        """The client-months: clients and months with money, of care that is no net credit."""
        return {who for who, cents in self.clients.items() if cents and self.cents > 0}


Cares = Mapping[Concern, Care]


def cares(town: Town, span: Span) -> Cares:
    """The care of a period."""
    found: dict[Concern, Care] = defaultdict(Care)
    for part, conversions in town.parts:
        for key, cell in part.cells.items():
            if span.holds(key.care_month):
                pieces = conversions.pieces(key.product or "", first_of(key.care_month))
                factor = sum((piece.units for piece in pieces.values()), Fraction())
                place = town.place(part, key)
                found[place[PRODUCT], key.provider].add(place, key, cell, factor)
    return dict(found)


class Whole(NamedTuple):
    """All care of a period: its clients, their client-months, and their client-product-months."""

    clients: int
    months: int
    product_months: int


def whole(found: Cares) -> Whole:
    """The measures of all care of a period together."""
    present = [care.present for care in found.values()]
    months = set().union(*present)
    return Whole(len({client for client, _ in months}), len(months), sum(map(len, present)))


class Worth(NamedTuple):
    """A product at a provider in a period: what it cost, client-months, units, and all care then."""

    cents: int
    months: int
    units: Fraction
    whole: Whole

    def factors(self) -> list[float]:
        """Clients, duration, products per client, mix, intensity and tariff; their product is `cents`."""
        clients, months, product_months = self.whole
        return [
            float(clients),
            months / clients,
            product_months / months,
            self.months / product_months,
            float(self.units / self.months),
            float(self.cents / self.units),
        ]


def worths(
    pair: tuple[Care, Care], wholes: tuple[Whole, Whole], old: frozenset[str]
) -> tuple[Worth, Worth]:
    """Care in two periods in numbers, with one unit for both; `old` are codes that were converted."""
    units = _units(pair, old)
    before, after = (
        Worth(care.cents, months, counted if min(units) > 0 else Fraction(months), all_care)
        for care, months, counted, all_care in zip(
            pair, [len(care.present) for care in pair], units, wholes, strict=True
        )
    )
    return before, after


def _units(pair: tuple[Care, Care], old: frozenset[str]) -> list[Fraction]:
    """The units of each period in one unit; none where the codes of today have more than one."""
    unit_of = _unit_of(pair)
    goals = {unit for code, unit in unit_of.items() if code not in old} or set(unit_of.values())
    if len(goals) != 1:
        return [Fraction(), Fraction()]
    (goal,) = goals
    return [
        sum(
            (care.told[each] * hourly(each[1], goal) for each in unit_of.items()),
            Fraction(),
        )
        for care in pair
    ]


def _unit_of(pair: tuple[Care, Care]) -> dict[str, str]:
    """The unit of each code: the one with most volume in both periods together."""
    volumes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for care in pair:
        for (code, unit), volume in care.declared.items():
            volumes[code][unit] += volume
    units = {code: Use(units=found).unit for code, found in volumes.items()}
    return {code: unit for code, unit in units.items() if unit is not None}
