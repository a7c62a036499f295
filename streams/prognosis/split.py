"""The prognosis of any cell of a year: by municipality, region, budget line, product, provider, contract.

Every cell is a sum of whole cents by item and month, so a roll-up is exactly the sum of its parts. What is
paid without a declaration (fixed costs) and what was budgeted belongs to budget lines: a cell that is less
than one has neither. A contract is held against its ceiling. Care belongs to one contract only: the one that
names its product, else the provider's general one, of several the first by name.

A municipality and a budget line have the spread of their valuation. Any other cell has that of how its items
fared in past windows, weighed against what its own clients give reason for: few of them, or a single
expensive one, may come, go and change. It is at least that of what it is a part of, because a break there is
one here, and at most `errors.WIDEST`. It is that of the cell's cost and what a client more or less may cost
together (see `errors`), so that bounds of what is hardly anything are a matter of money, not of percent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from streams.figures.cells import Key
from streams.figures.exact import Exact
from streams.figures.rollup import KEYS as ROLLUP
from streams.figures.rollup import Figures, Value
from streams.figures.spans import month_number, month_text
from streams.prognosis.cell import Cell, together
from streams.prognosis.cross import Checks, cross_checks
from streams.prognosis.errors import client_beside, spread_of_part
from streams.prognosis.expecting import TERMS
from streams.prognosis.forecast import Forecast, Place
from streams.prognosis.interval import bounds
from streams.prognosis.outlook import Guess, Outlooks, years
from streams.prognosis.panel import Floats, Item

if TYPE_CHECKING:
    from schemas.reference.rows import Contract

KEYS: Final = (
    "municipality",
    "region",
    "budget_line",
    "product",
    "category",
    "segment",
    "provider",
    "contract",
)
"""The keys that a prognosis can be split by."""

WHOLES: Final = frozenset({"municipality", "region"})
BUDGETED: Final = WHOLES | {"budget_line"}
CONTRACTED: Final = WHOLES | {"contract"}

Label = tuple[Value, ...]


@dataclass
class _Sums:
    """What is known of a cell: `declared` by month and `clients` of two years, the rest of the year."""

    committed: Exact = field(default_factory=Exact)
    declared: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    clients: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shown: bool = False

    def merge(self, other: "_Sums") -> None:
        """Add what is known of another cell; a client in both is one client."""
        self.committed.merge(other.committed)
        for month, cents in other.declared.items():
            self.declared[month] += cents
        for client, cents in other.clients.items():
            self.clients[client] += cents
        self.shown = self.shown or other.shown


class Split:
    """A forecast of one municipality, split for one year; the forecast begins with the year before it."""

    def __init__(self, parts: Sequence[Figures], year: int, found: Forecast) -> None:
        """Take the municipality's parts and the forecast that was made of them."""
        self._parts, self._year, self._found = parts, year, found
        self._months = years(year, year)
        self._outlook = Outlooks(found, year)
        self._contracts: dict[tuple[int, int], tuple[Contract, ...]] = {}
        self._of_lines: dict[Value, tuple[float, int]] = {}
        self._past_errors: dict[tuple[str, ...], Mapping[Label, Floats]] = {}

    def cells(self, by: Sequence[str]) -> dict[Label, Cell]:
        """The cells by some of `KEYS`: those with a line, a commitment, a limit or something to come."""
        sums = self._summed(by)
        terms: dict[Label, dict[int, dict[str, int]]] = defaultdict(dict)
        expected = self._found.expected(
            lambda place: (self.label(by, place), place[2]), self._months
        )
        for (label, month), found in expected.items():
            terms[label][month] = found
        limits, fixed = self._limits(by), self._fixed(by)
        shown = {label for label, each in sums.items() if each.shown} | {*terms, *limits, *fixed}
        if set(by) <= WHOLES:  # a municipality is shown, also when nothing is known of it
            shown.add(self._of(by, ""))
        return {
            label: self._cell(
                by, label, sums.get(label, _Sums()), terms[label], (limits[label], fixed[label])
            )
            for label in sorted(shown, key=_order)
        }

    def checks(self, by: Sequence[str]) -> dict[Label, Checks]:
        """The cross-checks of the cells that were known when the last month closed."""
        return cross_checks(self._found, self._year, lambda place: self.label(by, place))

    def label(self, by: Sequence[str], place: Place) -> Label:
        """The cell that something to come belongs to."""
        item, line, month = place
        if set(by) <= BUDGETED:
            return self._of(by, line)
        key = Key(month_text(month), item.category, item.product, item.provider)
        part = self._knowing(item, date(month // 12, month % 12 + 1, 1))
        return tuple(line if name == "budget_line" else self._value(name, part, key) for name in by)

    def _knowing(self, item: Item, day: date) -> Figures:
        """The first part that knows an item's product on a day, else the municipality itself."""
        for part in self._parts[1:] and self._parts:
            if item.product and part.reference.product(item.product, day):
                return part
        return self._parts[0]

    def _value(self, name: str, part: Figures, key: Key) -> Value:
        return self._contract(part, key) if name == "contract" else ROLLUP[name](part, key)

    def _contract(self, part: Figures, key: Key) -> str | None:
        """The contract that care belongs to, of its part or else of the others."""
        year = int(key.care_month[:4])
        for each in (part, *self._parts):
            place = id(each), year
            if place not in self._contracts:
                self._contracts[place] = each.reference.contracts(year)
            rows = [
                (not row.codes, row.contract)
                for row in self._contracts[place]
                if row.covers(key.provider, key.product)
            ]
            if rows:
                return min(rows)[1]
        return None

    @cached_property
    def _keys(self) -> list[tuple[Figures, Key]]:
        """The cells and commitments of the year and the year before."""
        wanted = {f"{self._year:04}", f"{self._year - 1:04}"}
        return [
            (part, Key(*key))
            for part in self._parts
            for key in {**part.cells, **dict.fromkeys(part.commitments)}
            if key[0][:4] in wanted
        ]

    def _summed(self, by: Sequence[str]) -> dict[Label, _Sums]:
        sums: dict[Label, _Sums] = defaultdict(_Sums)
        if set(by) <= BUDGETED:
            for line, each in self._by_line.items():
                sums[self._of(by, line)].merge(each)
        else:
            for part, key in self._keys:
                self._add(sums[tuple([self._value(name, part, key) for name in by])], part, key)
        return sums

    @cached_property
    def _by_line(self) -> dict[Value, _Sums]:
        sums: dict[Value, _Sums] = defaultdict(_Sums)
        for part, key in self._keys:
            self._add(sums[self._value("budget_line", part, key)], part, key)
        return sums

    def _add(self, into: _Sums, part: Figures, key: Key) -> None:
        if (cell := part.cells.get(key)) is not None:
            into.declared[month_number(key.care_month)] += cell.declared
            for client, cents in cell.clients.items():
                into.clients[client] += cents
        if key.care_month.startswith(str(self._year)):
            into.shown = True
            into.committed.merge(part.commitments.money(key, part.cells)[0])

    def _cell(
        self,
        by: Sequence[str],
        label: Label,
        sums: _Sums,
        coming: Mapping[int, Mapping[str, int]],
        paid: tuple[Mapping[tuple[str, ...], int], Mapping[int, int]],
    ) -> Cell:
        limits, fixed = paid
        terms = {name: sum(each[name] for each in coming.values()) for name in TERMS}
        declared = {month: sums.declared.get(month, 0) for month in self._months}
        care = {m: declared[m] + sum(coming.get(m, {}).values()) for m in self._months}
        over = [month for month in self._months if month <= self._found.now.closed]
        variable = sum(care.values())
        beside = 0 if set(by) <= BUDGETED or variable <= 0 else self._beside
        spread, windows = self._spread(by, label, variable, (sum(terms.values()), sums))
        return Cell(
            declared=sum(declared.values()),
            committed=sums.committed,
            terms=terms,
            fixed=sum(fixed.values()),
            by_month={month: cents + fixed.get(month, 0) for month, cents in care.items()},
            done=sum(declared[month] for month in over),
            due=sum(care[month] for month in over),
            limits=limits,
            spread=spread,
            windows=windows,
            ends=_ends(variable, beside, spread, windows),
            beside=beside,
        )

    def _spread(
        self, by: Sequence[str], label: Label, variable: int, known: tuple[int, _Sums]
    ) -> tuple[float, int]:
        in_line = "budget_line" in by
        whole = self._of_line(label[by.index("budget_line")]) if in_line else self._whole
        if set(by) <= BUDGETED:
            return whole
        expected, sums = known
        errors = self._errors(tuple(by)).get(label, np.empty(0))
        undeclared = expected / variable if variable > 0 else 1.0
        beside = self._beside / variable if variable > 0 else 0.0
        own = spread_of_part(errors, undeclared, sums.clients.values(), beside)
        return max(own, whole[0]), int((~np.isnan(errors)).sum())

    def _errors(self, by: tuple[str, ...]) -> Mapping[Label, Floats]:
        """The past errors of each cell, of the items that are in it when the year begins."""
        if by not in self._past_errors:
            found, first = self._found, self._months[0]
            items = found.past.panel.items
            lines = found.line[: len(items), found.care.index(first)].tolist()
            labels = [
                self.label(by, (item, found.lines[line], first))
                for item, line in zip(items, lines, strict=True)
            ]
            places = {label: place for place, label in enumerate(dict.fromkeys(labels))}
            of_item = np.array([places[label] for label in labels], dtype=np.int64)
            errors = found.past.fared(self._year).errors(of_item, len(places), self._beside)
            self._past_errors[by] = dict(zip(places, errors, strict=True))
        return self._past_errors[by]

    @cached_property
    def _all(self) -> tuple[Guess, Iterable[int]]:
        """All that is expected, and the cents of each client."""
        sums = self._summed(()).get((), _Sums())
        return self._outlook.whole(sums.declared), sums.clients.values()

    @cached_property
    def _whole(self) -> tuple[float, int]:
        return self._outlook.sigma(*self._all)

    @cached_property
    def _beside(self) -> int:
        guess, clients = self._all
        return client_beside(guess.undeclared, clients)

    def _of_line(self, line: Value) -> tuple[float, int]:
        if line not in self._of_lines:
            sums = self._by_line.get(line, _Sums())
            guess = self._outlook.guess(None if line is None else str(line), sums.declared)
            self._of_lines[line] = self._outlook.sigma(guess, sums.clients.values())
        return self._of_lines[line]

    def _limits(self, by: Sequence[str]) -> dict[Label, dict[tuple[str, ...], int]]:
        """What may be spent, where a cell has a limit: a budget, or the ceiling of a contract."""
        found: dict[Label, dict[tuple[str, ...], int]] = defaultdict(lambda: defaultdict(int))
        for part in self._parts:
            if set(by) <= BUDGETED:
                for line, row in part.reference.budget(self._year).items():
                    found[self._of(by, line)][part.municipality, line] += row.amount_cents
            elif "contract" in by and set(by) <= CONTRACTED:
                for contract in part.reference.contracts(self._year):
                    if contract.ceiling_cents is not None and (
                        contract.own or "municipality" not in by
                    ):
                        key = contract.area, contract.contract, contract.provider
                        found[self._of(by, contract.contract)][key] = contract.ceiling_cents
        return found

    def _fixed(self, by: Sequence[str]) -> dict[Label, dict[int, int]]:
        """Fixed costs by (absolute) month, where a cell is a budget line or more."""
        found: dict[Label, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        if set(by) <= BUDGETED:
            for part in self._parts:
                for line, months in part.reference.fixed_costs(self._year).items():
                    for month, cents in months.items():
                        found[self._of(by, line)][month_number(month)] += cents
        return found

    def _of(self, by: Sequence[str], name: Value) -> Label:
        """The label of a budget line or contract as a whole."""
        own = self._parts[0]
        wholes = {"municipality": own.municipality, "region": own.reference.document.region}
        return tuple(wholes.get(key, name) for key in by)


def _ends(cost: int, beside: int, spread: float, windows: int) -> tuple[int, int, int, int]:
    """The 80 and 95 percent bounds of a cost; none with something beside it is less than nothing."""
    found = (
        end - beside
        for level in (0.80, 0.95)
        for end in bounds(cost + beside, spread, windows, level)
    )
    low80, high80, low95, high95 = (round(max(0.0, end) if beside else end) for end in found)
    return low80, high80, low95, high95


def _order(label: Label) -> tuple[tuple[bool, str], ...]:
    """By text, and what has no value last."""
    return tuple((value is None, str(value or "")) for value in label)


def split_all(splits: Iterable[Split], by: Sequence[str]) -> dict[Label, Cell]:
    """The cells of several municipalities together, in order."""
    found: dict[Label, list[Cell]] = defaultdict(list)
    for each in splits:
        for label, cell in each.cells(by).items():
            found[label].append(cell)
    return {label: together(found[label]) for label in sorted(found, key=_order)}
