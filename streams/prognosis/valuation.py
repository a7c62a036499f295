"""A valuation: all figures of one municipality for the year of its as-of date.

Deterministic: the same books, reference data and as-of date give the same bytes. Sums are exact: the
total is the sum of its lines, to the cent.

A municipality that followed others up (herindeling) is valued from all their parts. Each part's own
reference data says what of it still counts: budgets and contracts of a year belong to whoever was the
municipality when the year began.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final, NamedTuple, TypeVar

from schemas.outputs import BudgetLine, CareMonth, ProductUse, SegmentShare, Valuation
from schemas.reference.lookup import Reference
from schemas.reference.rows import Budget
from streams.figures.cells import Key
from streams.figures.rollup import Figures, Tally, first_of, tallies
from streams.ledger.states import State
from streams.prognosis.curves import at, month_number
from streams.prognosis.outlook import (
    Estimate,
    History,
    Learnt,
    Now,
    Series,
    bounds,
    crossing,
    estimate,
    learn,
    overrun_probability,
    spread,
)
from streams.prognosis.uses import contract_uses

WIDEST: Final = 0.60
"""The largest spread shown for a line: beyond it the bounds say nothing."""

K = TypeVar("K")

Line = str | None
"""A budget line; None for money that no product row gives to one."""


def value(parts: Sequence[Figures], year: int | None = None) -> Valuation:
    """The valuation for a year, by default that of the as-of date.

    `parts` are the municipality's own figures, and then those of the municipalities it followed up.
    """
    own = parts[0]
    as_of = own.reference.as_of
    view = _View(parts, year or as_of.year)
    document = own.reference.document
    lines = view.budget_lines()
    return Valuation(
        municipality=own.municipality,
        name=document.name or own.municipality,
        region=document.region,
        as_of=as_of,
        year=view.year,
        total=view.total(lines),
        budget_lines=lines,
        contracts=tuple(contract_uses(parts, view.year)),
        products=tuple(view.products()),
        segments=tuple(view.segments()),
        months=tuple(view.months()),
    )


def now_of(as_of: date) -> Now:
    """The moment of a prognosis made with all messages up to and including a day."""
    passed = as_of.day / monthrange(as_of.year, as_of.month)[1]
    return Now(month_number(as_of.isoformat()), passed)


class _View:
    """The sums one valuation is made of, each computed once."""

    def __init__(self, parts: Sequence[Figures], year: int) -> None:
        self.parts = parts
        self.year = year
        self.as_of = parts[0].reference.as_of
        self.now = now_of(self.as_of)
        oldest = min(year, self.as_of.year) - 2
        self.series = _series(parts, f"{oldest}-01", f"{year}-12")
        self.history = _history(parts)
        self.learnt: Learnt = learn(self.history, self.now)
        self.estimates = {
            line: estimate(series, self.learnt, self.now, range(year * 12, year * 12 + 12))
            for line, series in sorted(self.series.items(), key=lambda each: str(each[0] or ""))
        }
        expected = sum(each.expected for each in self.estimates.values())
        self.sum_total = sum(each.total for each in self.estimates.values())
        elapsed = min(12, max(0, self.now.closed - year * 12 + 1))
        undeclared = expected / self.sum_total if self.sum_total > 0 else 1.0
        self.sigma, self.windows = spread(self.history, self.now, elapsed, undeclared)
        self.limits = _limits(parts, year)
        self.finest = _finest(parts, year)
        self.tallies = self._rolled(lambda place: place.line)

    def _rolled(self, key: Callable[["_Place"], K]) -> dict[K, Tally]:
        """The finest tallies of the year, rolled up."""
        found: dict[K, Tally] = defaultdict(Tally)
        for place, tally in self.finest.items():
            if place.month.startswith(str(self.year)):
                found[key(place)].merge(tally)
        return dict(found)

    def budget_lines(self) -> tuple[BudgetLine, ...]:
        """Every line with a budget, fixed costs, a line, a commitment or something to expect."""
        expected = {line for line, each in self.estimates.items() if round(each.expected)}
        shown = {*self.limits, *self.tallies, *expected}
        return tuple(
            self._line(line, self.limits.get(line or "", _Limit(None, None, {})))
            for line in sorted(shown, key=lambda line: (line is None, line))
        )

    def _line(self, line: Line, limit: "_Limit") -> BudgetLine:
        tally = self.tallies.get(line, Tally())
        guess = self.estimates.get(line, Estimate(0.0, 0.0, 1.0, self.learnt.realisation, {}))
        return _budget_line(line or "", tally, guess, limit, (self._sigma(guess), self.windows))

    def _sigma(self, guess: Estimate) -> float:
        """A line's spread: the municipality's, larger as the line is a smaller part of it."""
        if guess.total <= 0 or self.sum_total <= 0:
            return self.sigma
        return min(WIDEST, self.sigma * sqrt(self.sum_total / guess.total))

    def total(self, lines: tuple[BudgetLine, ...]) -> BudgetLine:
        """The municipality: sums of its lines; clients counted once, the interval its own."""
        tally = Tally()
        for part in self.tallies.values():
            tally.merge(part)
        budgets = [line.budget_cents for line in lines if line.budget_cents is not None]
        fixed: dict[str, int] = defaultdict(int)
        for each in self.limits.values():
            for month, cents in each.fixed.items():
                fixed[month] += cents
        limit = _Limit(sum(budgets) if budgets else None, None, fixed)
        expected = sum(line.expected_cents for line in lines)
        guess = self._whole(expected)
        return _budget_line("", tally, guess, limit, (self.sigma, self.windows))

    def _whole(self, expected: int) -> Estimate:
        """The estimate of all lines together; `expected` is the sum of what the lines show."""
        parts = self.estimates.values()
        weight = sum(each.total for each in parts)
        done = sum(each.total * each.completeness for each in parts)
        by_month: dict[int, float] = defaultdict(float)
        for each in parts:
            for care, cost in each.by_month.items():
                by_month[care] += cost
        completeness = min(1.0, max(0.0, done / weight)) if weight > 0 else 1.0
        declared = sum(each.declared for each in parts)
        return Estimate(declared, expected, completeness, self.learnt.realisation, by_month)

    def products(self) -> Iterable[ProductUse]:
        """The products of the year, the unit of each the one with most declared volume."""
        categories: dict[str, str] = {}
        client_months: dict[str, int] = defaultdict(int)
        for (product, category, _), tally in self._rolled(
            lambda place: (place.product, place.category, place.month)
        ).items():
            categories[product] = max(categories.get(product, ""), category)
            client_months[product] += tally.counted_clients
        for product, tally in sorted(self._rolled(lambda place: place.product).items()):
            if product:
                yield self._product(product, categories[product], tally, client_months[product])

    def _product(self, product: str, category: str, tally: Tally, client_months: int) -> ProductUse:
        on = min(self.as_of, date(self.year, 12, 31))
        found = (part.reference.product(product, on) for part in self.parts)
        row = next((each for each in found if each), None)
        unit, units = max(
            tally.units.items(), key=lambda each: (abs(each[1]), each[0]), default=("", 0)
        )
        return ProductUse(
            product=product,
            category=category,
            description=(row and row.description) or "",
            segment=(row and row.segment) or "",
            budget_line=row.budget_line if row else None,
            unit=unit,
            units=units,
            declared_cents=tally.declared,
            committed_cents=tally.committed.cents(),
            clients=tally.counted_clients,
            client_months=client_months,
            units_per_client_month=units / client_months if client_months else 0.0,
            cents_per_client_month=tally.declared / client_months if client_months else 0.0,
        )

    def segments(self) -> Iterable[SegmentShare]:
        """Each segment's share of the year's declared money; "" for products without one."""
        found = self._rolled(lambda place: place.segment)
        whole = sum(tally.declared for tally in found.values())
        for name, tally in sorted(found.items()):
            share = tally.declared / whole if whole else 0.0
            yield SegmentShare(segment=name, declared_cents=tally.declared, share=share)

    def months(self) -> Iterable[CareMonth]:
        """The care months of the year and the year before, per budget line."""
        found: dict[tuple[str, str], Tally] = defaultdict(Tally)
        for place, tally in self.finest.items():
            found[place.month, place.line or ""].merge(tally)
        for (month, line), tally in sorted(found.items()):
            yield CareMonth(
                care_month=month,
                budget_line=line or None,
                declared_cents=tally.declared,
                committed_cents=tally.committed.cents(),
                clients=tally.counted_clients,
                completeness=self._completeness(month_number(month)),
            )

    def _completeness(self, care: int) -> float:
        return (
            round(at(self.learnt.delays, self.now.age(care)), 6) if care <= self.now.month else 0.0
        )


def _text(value: object) -> Line:
    return None if value is None else str(value)


class _Place(NamedTuple):
    """Where the finest tally of a valuation stands; "" where there is no value."""

    month: str
    line: Line
    segment: str
    product: str
    category: str


def _finest(parts: Sequence[Figures], year: int) -> dict[_Place, Tally]:
    """The tallies of a year and the year before: every roll-up of a valuation is a sum of these."""
    by = ("care_month", "budget_line", "segment", "product", "category")
    found = tallies(parts, by, years=(str(year), str(year - 1)))
    return {
        _Place(str(month), _text(line), *(str(each or "") for each in rest)): tally
        for (month, line, *rest), tally in found.items()
    }


def _series(parts: Iterable[Figures], first: str, last: str) -> dict[Line, Series]:
    """Declared and committed by budget line, of the care months from `first` to `last`."""
    found: dict[Line, Series] = defaultdict(Series)
    for figures in parts:
        for key, cell in figures.cells.items():
            if first <= key.care_month <= last:
                series, care = found[_line_of(figures.reference, key)], month_number(key.care_month)
                series.declared[care] += cell.declared
                series.open[care] += cell.cents[State.OPEN]
        for key in figures.commitments:
            if first <= key.care_month <= last:
                money, _ = figures.commitments.money(key, figures.cells)
                series = found[_line_of(figures.reference, key)]
                series.committed[month_number(key.care_month)] += round(float(money))
    return dict(found)


def _line_of(reference: Reference, key: Key) -> Line:
    row = reference.product(key.product, first_of(key.care_month)) if key.product else None
    return row.budget_line if row else None


def _history(parts: Iterable[Figures]) -> History:
    """The municipality's triangles, in one order whatever the messages': sums of floats depend on it."""
    declared: dict[tuple[int, int], float] = defaultdict(float)
    committed: dict[tuple[int, int], float] = defaultdict(float)
    granted = rejected = 0
    for figures in parts:
        for key, cell in figures.cells.items():
            granted += cell.cents[State.GRANTED]
            rejected += cell.cents[State.REJECTED]
            for arrived, cents in cell.arrived.items():
                declared[month_number(key.care_month), month_number(arrived)] += cents
        for key, known in figures.commitments.known.items():
            for stamped, cents in known.items():
                committed[month_number(key.care_month), month_number(stamped)] += cents
    answered = granted + rejected
    refused = min(1.0, max(0.0, rejected / answered)) if answered > 0 else 0.0
    return History(declared, committed, refused)


@dataclass(frozen=True)
class _Limit:
    """What a line may cost and what it costs anyway: cents; `fixed` by care month."""

    budget: int | None
    version: str | None
    fixed: Mapping[str, int]


def _limits(parts: Iterable[Figures], year: int) -> dict[str, _Limit]:
    """By budget line: the budgets of a year added, their versions named, and the fixed costs."""
    budgets: dict[str, list[Budget]] = defaultdict(list)
    fixed: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for figures in parts:
        for line, budget in figures.reference.budget(year).items():
            budgets[line].append(budget)
        for line, months in figures.reference.fixed_costs(year).items():
            for month, cents in months.items():
                fixed[line][month] += cents
    return {
        line: _limit(budgets.get(line, ()), fixed.get(line, {}))
        for line in sorted({*budgets, *fixed})
    }


def _limit(budgets: Sequence[Budget], fixed: Mapping[str, int]) -> _Limit:
    if not budgets:
        return _Limit(None, None, fixed)
    versions = sorted({budget.version for budget in budgets})
    return _Limit(sum(budget.amount_cents for budget in budgets), " + ".join(versions), fixed)


def _budget_line(
    name: str, tally: Tally, guess: Estimate, limit: _Limit, error: tuple[float, int]
) -> BudgetLine:
    budget, fixed = limit.budget, sum(limit.fixed.values())
    measures = tally.measures()
    expected = round(guess.expected)
    variable = measures["declared_cents"] + expected
    lower80, upper80 = bounds(variable, *error, 0.80)
    lower95, upper95 = bounds(variable, *error, 0.95)
    over, crossed = None, None
    if budget is not None:
        over = round(overrun_probability(variable, *error, budget - fixed), 6)
        crossed = crossing(_with_fixed(guess.by_month, limit.fixed), budget)
    return BudgetLine(
        budget_line=name,
        budget_cents=budget,
        budget_version=limit.version,
        fixed_cents=fixed,
        prognosis_cents=variable + fixed,
        lower80_cents=round(lower80) + fixed,
        upper80_cents=round(upper80) + fixed,
        lower95_cents=round(lower95) + fixed,
        upper95_cents=round(upper95) + fixed,
        expected_cents=expected,
        completeness=round(guess.completeness, 6),
        realisation=round(guess.realisation, 6),
        overrun_probability=over,
        crossing_date=crossed,
        **{name: measures[name] for name in _AMOUNTS},
    )


def _with_fixed(by_month: Mapping[int, float], fixed: Mapping[str, int]) -> dict[int, float]:
    costs = defaultdict(float, by_month)
    for month, cents in fixed.items():
        costs[month_number(month)] += cents
    return costs


_AMOUNTS: Final = (
    "rejected_cents",
    "granted_cents",
    "open_cents",
    "submitted_cents",
    "void_cents",
    "declared_cents",
    "lines",
    "clients",
    "committed_cents",
    "unpriced",
)
