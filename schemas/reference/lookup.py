"""Questions about a municipality's reference data, as it was known on an as-of date.

Rows that become known later don't exist here, and of two rows with one key the one that became
known last replaces the other. A row of the municipality itself beats its region's; of rows that
are equal in that, the one that began last wins.

From the day on which another municipality follows this one up (herindeling), what is planned and
counted by the year is the successor's: for a year that began on or after that day there is no
budget, contract, share, measure or number of inhabitants here. Sums over a municipality and those it
follows up thus count each year once. Prices and products keep their answers.
"""

import datetime as dt
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cache, cached_property
from typing import TypeVar

from schemas.reference.document import ReferenceDocument
from schemas.reference.rows import (
    Budget,
    Contract,
    Conversion,
    FixedCost,
    Inhabitants,
    Measure,
    Municipality,
    Product,
    Provider,
    Recipient,
    Row,
    Share,
    Tariff,
)

R = TypeVar("R", bound=Row)
Y = TypeVar("Y", Contract, Inhabitants, Measure, Share)
K = TypeVar("K")
MINUTE, HOUR = "01", "04"
# By unit: the one other unit whose price can stand in for its own, and what to multiply that by.
STAND_INS = {HOUR: (MINUTE, Fraction(60)), MINUTE: (HOUR, Fraction(1, 60))}


class Prices(dict[dt.date, Fraction | None]):
    """Exact cents for one unit of a provider's product by day, found when it is asked for first.

    It is one price from a day on which a row begins or has ended to the next such day.
    """

    def __init__(self, rows: Sequence[Tariff], unit: str) -> None:
        """`rows` are all that are known of the product."""
        super().__init__()
        self._rows, self._unit = rows, unit
        begun = {row.valid_from.toordinal() for row in rows}
        ended = {row.valid_to.toordinal() + 1 for row in rows if row.valid_to is not None}
        self._changes = sorted(begun | ended)
        self._between: dict[int, Fraction | None] = {}

    def __missing__(self, on: dt.date) -> Fraction | None:
        period = bisect(self._changes, on.toordinal())
        if period not in self._between:
            self._between[period] = self._find(on)
        price = self[on] = self._between[period]
        return price

    def last(self, before: dt.date) -> tuple[dt.date, Fraction] | None:
        """The last day with a price before a day without one, and that price; None without such a day."""
        for place in reversed(range(bisect(self._changes, before.toordinal()))):
            day = dt.date.fromordinal(self._changes[place] - 1)
            if (price := self[day]) is not None:
                return day, price
        return None

    def _find(self, on: dt.date) -> Fraction | None:
        valid = [row for row in self._rows if row.valid_on(on)]
        ranked = [row for row in valid if row.own] or valid
        price = _latest_price(ranked, self._unit)
        if price is None and self._unit in STAND_INS:
            other, factor = STAND_INS[self._unit]
            converted = _latest_price(ranked, other)
            return None if converted is None else converted * factor
        return price


class Reference:
    """A document seen on an as-of date; answers are kept, so asking again costs a look-up."""

    def __init__(self, document: ReferenceDocument, as_of: dt.date) -> None:
        self.document = document
        self.as_of = as_of
        self._products: dict[tuple[str, dt.date], Product | None] = {}
        self._prices: dict[tuple[str, str, str], Prices] = {}
        self._contracts: dict[int, tuple[Contract, ...]] = {}
        self._left_out = cache(self._find_left_out)
        self._lapsed = cache(self._find_lapsed)

    @cached_property
    def succession(self) -> Municipality | None:
        """The row by which another follows this municipality up by now; None while it is itself."""
        row = next(iter(self._known(self.document.municipalities)), None)
        ended = row is not None and row.succeeded_on is not None and row.succeeded_on <= self.as_of
        return row if ended else None

    def holds(self, day: dt.date) -> bool:
        """Whether a day is this municipality's own, or already its successor's."""
        ended = self.succession.succeeded_on if self.succession else None
        return ended is None or day < ended

    def product(self, code: str, on: dt.date) -> Product | None:
        """The row of a product that holds on a day."""
        question = (code, on)
        if question not in self._products:
            rows = (row for row in self._products_by_code.get(code, ()) if row.valid_on(on))
            best = max(rows, key=lambda row: (row.own, row.valid_from), default=None)
            self._products[question] = best
        return self._products[question]

    def payment(self, code: str, on: dt.date) -> Fraction | None:
        """The part of a trajectory's price that is paid at its start, 0 to 1; None of other care."""
        row = self.product(code, on)
        return row.payment if row else None

    def pays(self, code: str) -> bool:
        """Whether a product is a trajectory on any day."""
        return any(row.payment is not None for row in self._products_by_code.get(code, ()))

    def tariff(self, provider: str, code: str, unit: str, on: dt.date) -> Fraction | None:
        """Exact cents for one unit of a provider's product on a day; None when there is no price.

        A price in the unit itself goes before one that is converted; only minutes (01) and hours
        (04) convert, by sixty. Where the municipality has any valid row of its own for provider
        and product, the region's rows don't count, whatever their unit.
        """
        return self.prices(provider, code, unit)[on]

    def prices(self, provider: str, code: str, unit: str) -> Prices:
        """The answers of `tariff` by day."""
        question = (provider, code, unit)
        if question not in self._prices:
            self._prices[question] = Prices(self.tariff_rows(provider, code), unit)
        return self._prices[question]

    def lapsed_tariff(self, provider: str, code: str, unit: str, on: dt.date) -> Fraction | None:
        """Exact cents for one unit by the last tariff that ended before a day on which there is none.

        For the time in which a next tariff is agreed on but not known here. None when no tariff was
        before it, and when none is to follow: every row of the product has ended, or contracts covered
        the product of this provider in the year of that tariff and leave it out in the year of the day.
        A day on which no product at all is valid has ended none, and a year without any contract of the
        same area leaves nothing out: these may come late too.
        """
        return self._lapsed(provider, code, unit, on)

    def _find_lapsed(self, provider: str, code: str, unit: str, on: dt.date) -> Fraction | None:
        found = self.prices(provider, code, unit).last(on)
        if found is None:
            return None
        day, price = found
        return (
            None
            if self._ended(code, on) or self._left_out(provider, code, day.year, on.year)
            else price
        )

    def _ended(self, code: str, on: dt.date) -> bool:
        """Whether a product has rows and none holds on a day, but another product's does."""
        ended = code in self._products_by_code and self.product(code, on) is None
        listed = (row for rows in self._products_by_code.values() for row in rows)
        return ended and any(row.valid_on(on) for row in listed)

    def _find_left_out(self, provider: str, code: str, before: int, year: int) -> bool:
        """Whether contracts covered a provider's product in a year before, and leave it out in a year."""
        now = self.contracts(year)
        had, has = (
            {row.area for row in rows if row.covers(provider, code)}
            for rows in (self.contracts(before), now)
        )
        return bool(had) and not has and had <= {row.area for row in now}

    def tariff_rows(self, provider: str, code: str) -> tuple[Tariff, ...]:
        """Every known row of a provider's product, of the municipality and of its region."""
        return self._tariffs_by_product.get((provider, code), ())

    def budget(self, year: int) -> dict[str, Budget]:
        """Per budget line of a year the version that was adopted last, by the as-of date."""
        lines = {line for other, line in self._budgets if other == year and self._plans(year)}
        return {line: self._budgets[year, line][-1] for line in sorted(lines)}

    def budget_versions(self, year: int, budget_line: str) -> tuple[Budget, ...]:
        """The versions of a line adopted by the as-of date, the latest last."""
        return self._budgets.get((year, budget_line), ()) if self._plans(year) else ()

    @cached_property
    def fixed_rows(self) -> tuple[FixedCost, ...]:
        """What budget lines pay without any declaration."""
        return self._known(self.document.fixed_costs)

    def fixed_costs(self, year: int) -> dict[str, dict[str, int]]:
        """Cents per budget line and care month (YYYY-MM) of a year."""
        costs: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in self.fixed_rows:
            for month, cents in row.by_month.items():
                if month.startswith(f"{year}-") and self.holds(
                    dt.date.fromisoformat(f"{month}-01")
                ):
                    costs[row.budget_line][month] += cents
        return {line: dict(months) for line, months in costs.items()}

    def contracts(self, year: int) -> tuple[Contract, ...]:
        """The contracts that cover this municipality in a year; an own one beats its region's."""
        if year not in self._contracts:
            rows = self._of_year(self.document.contracts, year)
            own = {(row.contract, row.provider) for row in rows if row.own}
            self._contracts[year] = tuple(
                row for row in rows if row.own or (row.contract, row.provider) not in own
            )
        return self._contracts[year]

    def measures(self, year: int) -> tuple[Measure, ...]:
        """The measures with a saving meant for a year."""
        return self._of_year(self.document.measures, year)

    @cached_property
    def conversions(self) -> tuple[Conversion, ...]:
        """The product codes that continue under others."""
        return self._known(self.document.conversions)

    def recipients(
        self, role: str, *, contract: str | None = None, provider: str | None = None
    ) -> tuple[Recipient, ...]:
        """Who in a role may be told about a contract and a provider (None: about neither).

        A recipient whose row names a contract or a provider is told about that one only.
        """
        return tuple(
            row
            for row in self._known(self.document.recipients)
            if row.role == role
            and row.contract in {None, contract}
            and row.provider in {None, provider}
        )

    def share(self, year: int) -> Fraction | None:
        """The municipality's weight in what its region shares in a year; None when it has none."""
        return next((row.weight for row in self._of_year(self.document.shares, year)), None)

    def young(self, year: int) -> int | None:
        """The number of young inhabitants in a year."""
        return next((row.young for row in self._of_year(self.document.inhabitants, year)), None)

    def provider(self, code: str) -> Provider | None:
        """The provider with an AGB code."""
        return self._providers.get(code)

    def _known(self, rows: Iterable[R]) -> tuple[R, ...]:
        """The rows known on the as-of date, the last known of each key."""
        latest: dict[tuple[object, ...], R] = {}
        for row in sorted(rows, key=lambda row: row.known_since or dt.date.min):
            if row.known_on(self.as_of):
                latest[row.key] = row
        return tuple(latest.values())

    def _of_year(self, rows: Iterable[Y], year: int) -> tuple[Y, ...]:
        return tuple(row for row in self._known(rows) if row.year == year and self._plans(year))

    def _plans(self, year: int) -> bool:
        return self.holds(dt.date(year, 1, 1))

    @cached_property
    def _products_by_code(self) -> dict[str, tuple[Product, ...]]:
        return _grouped(self._known(self.document.products), lambda row: row.code)

    @cached_property
    def _tariffs_by_product(self) -> dict[tuple[str, str], tuple[Tariff, ...]]:
        return _grouped(self._known(self.document.tariffs), lambda row: (row.provider, row.code))

    @cached_property
    def _budgets(self) -> dict[tuple[int, str], tuple[Budget, ...]]:
        known = self._known(self.document.budgets)
        adopted = sorted((row for row in known if row.adopted_on <= self.as_of), key=adoption)
        return _grouped(adopted, lambda row: (row.year, row.budget_line))

    @cached_property
    def _providers(self) -> dict[str, Provider]:
        return {row.provider: row for row in self._known(self.document.providers)}


def _latest_price(rows: Iterable[Tariff], unit: str) -> Fraction | None:
    fitting = (row for row in rows if row.unit == unit)
    best = max(fitting, key=lambda row: row.valid_from, default=None)
    return best.tariff if best else None


def adoption(row: Budget) -> tuple[dt.date, bool, int, str]:
    """Order of adoption; versions of one day as numbers where they are, after other words."""
    numeric = row.version.isdecimal()
    return row.adopted_on, numeric, int(row.version) if numeric else 0, row.version


def _grouped(rows: Iterable[R], key: Callable[[R], K]) -> dict[K, tuple[R, ...]]:
    groups: dict[K, list[R]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {name: tuple(group) for name, group in groups.items()}
