"""Care made comparable: of each product at each provider, what a period held, over a change of codes.

Codes that a conversion joins are one product, called after the codes it goes on under; a client who
changes code stays one client of it. Its units are told in the codes of today: of each code in the unit
with most volume in both periods together, times the unit factors on its way. Hours count as minutes, so
a factor between time and another unit is taken as one of hours. Where the codes of today are counted in
unlike units, or a period has money and no units, a client-month is the unit.
"""

from collections import Counter, defaultdict
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
PROVIDER: Final = NAMES.index("provider")

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
    in the codes of today; `places` are cents by where they belong; `expected` are cents still to be
    declared, by that and care month.
    """

    cents: int = 0
    clients: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    declared: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    told: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    places: dict[Place, int] = field(default_factory=lambda: defaultdict(int))
    expected: dict[tuple[Place, str], int] = field(default_factory=lambda: defaultdict(int))

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

    @property
    def awaited(self) -> dict[Place, int]:
        """Cents still to be declared, by where they belong."""
        sums = Counter[Place]()
        for (place, _), cents in self.expected.items():
            sums[place] += cents
        return dict(sums)

    @property
    def worth(self) -> int:
        """What it costs in the end: declared and still expected, in cents."""
        return self.cents + sum(self.expected.values())


Cares = Mapping[Concern, Care]


def cares(town: Town, span: Span) -> dict[Concern, Care]:
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

    clients: float
    months: float
    product_months: float


class Worth(NamedTuple):
    """A product at a provider in a period: what it cost, client-months, units, and all care then."""

    cents: int
    months: float
    units: Fraction
    whole: Whole

    @property
    def counts(self) -> bool:
        """Whether there is money, and something to count it by."""
        return self.cents > 0 and self.months > 0

    def factors(self, *, by_month: bool = False) -> list[float]:
        """Clients, duration, products per client, mix, intensity and tariff; their product is `cents`.

        A client-month is the unit where `by_month`.
        """
        clients, months, product_months = self.whole
        own = Fraction(self.months)
        units = own if by_month else self.units
        return [
            clients,
            months / clients,
            product_months / months,
            self.months / product_months,
            float(units / own),
            float(self.cents / units),
        ]


@dataclass(frozen=True)
class Measure:
    """The one unit that a product is measured in; None where its codes of today have more than one.

    `units` are those of its codes, in which they have most volume.
    """

    units: Mapping[str, str]
    unit: str | None

    def __call__(self, care: Care) -> Fraction:
        """Units declared; nothing without a unit."""
        if self.unit is None:
            return Fraction()
        return sum(
            (care.told[each] * hourly(each[1], self.unit) for each in self.units.items()),
            Fraction(),
        )


def measure(every: Iterable[Care], old: frozenset[str]) -> Measure:
    """The measure of all care of a product; `old` are codes that were converted."""
    volumes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for care in every:
        for (code, unit), volume in care.declared.items():
            volumes[code][unit] += volume
    found = {code: Use(units=units).unit for code, units in volumes.items()}
    units = {code: unit for code, unit in found.items() if unit is not None}
    goals = {unit for code, unit in units.items() if code not in old} or set(units.values())
    return Measure(units, goals.pop() if len(goals) == 1 else None)
