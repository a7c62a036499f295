"""A valuation: all figures of one municipality for the year of its as-of date.

Deterministic: the same books, reference data and as-of date give the same bytes. Sums are exact: the
total is the sum of its lines, to the cent.

A municipality that followed others up (herindeling) is valued from all their parts. Each part's own
reference data says what of it still counts: budgets and contracts of a year belong to whoever was the
municipality when the year began.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.outputs import BudgetLine, CareMonth, ProductUse, SegmentShare, Valuation
from schemas.reference.rows import Budget
from streams.figures.rollup import Figures, Tally
from streams.figures.spans import month_number
from streams.figures.yearly import Line, Yearly
from streams.prognosis.forecast import Habits, forecast
from streams.prognosis.interval import bounds, crossing, overrun_probability
from streams.prognosis.outlook import Guess, Outlooks, years
from streams.prognosis.uses import contract_uses

_NOTHING: Final = Tally()


def value(
    parts: Sequence[Figures],
    year: int | None = None,
    habits: Habits | None = None,
    yearly: Yearly | None = None,
) -> Valuation:
    """The valuation for a year, by default that of the as-of date.

    `parts` are the municipality's own figures, and then those of the municipalities it followed up.
    `habits` and `yearly` (of that year) save learning and adding up again what has not changed; the
    valuation is the same without.
    """
    own = parts[0]
    as_of = own.reference.as_of
    view = _View(parts, yearly or Yearly(year or as_of.year), habits)
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
        contracts=tuple(contract_uses(parts, view.yearly)),
        products=tuple(view.products()),
        segments=tuple(view.segments()),
        months=tuple(view.months()),
    )


class _View:
    """The sums one valuation is made of, each computed once."""

    def __init__(self, parts: Sequence[Figures], yearly: Yearly, habits: Habits | None) -> None:
        self.parts = parts
        self.year = yearly.year
        self.as_of = parts[0].reference.as_of
        self.outlook = Outlooks(forecast(parts, years(self.year - 1, self.year), habits), self.year)
        self.limits = _limits(parts, self.year)
        self.yearly = yearly
        yearly.follow(parts)

    def budget_lines(self) -> tuple[BudgetLine, ...]:
        """Every line with a budget, fixed costs, a line, a commitment or something to expect."""
        budgeted = (line or None for line in self.limits)
        shown = {*budgeted, *self.yearly.lines, *self.outlook.lines}
        return tuple(self._line(line) for line in sorted(shown, key=lambda x: (x is None, x or "")))

    def _line(self, line: Line) -> BudgetLine:
        tally = self.yearly.lines.get(line, Tally())
        limit = self.limits.get(line or "", _Limit(None, None, {}))
        guess = self.outlook.guess(line, self._declared([line]))
        sigma = self.outlook.sigma(guess, self._clients([line]))
        return _budget_line(line or "", tally, guess, limit, sigma)

    def total(self, lines: tuple[BudgetLine, ...]) -> BudgetLine:
        """The municipality: sums of its lines; clients counted once, the interval its own."""
        tally = Tally()
        for part in self.yearly.lines.values():
            tally.merge(part)
        budgets = [line.budget_cents for line in lines if line.budget_cents is not None]
        fixed: dict[str, int] = defaultdict(int)
        for each in self.limits.values():
            for month, cents in each.fixed.items():
                fixed[month] += cents
        limit = _Limit(sum(budgets) if budgets else None, None, fixed)
        every = {line for _, line in self.yearly.months}
        guess = self.outlook.whole(self._declared(every))
        sigma = self.outlook.sigma(guess, self._clients(every))
        return _budget_line("", tally, guess, limit, sigma)

    def _declared(self, lines: Collection[Line]) -> dict[int, int]:
        """Declared cents by (absolute) care month, of some lines."""
        sums: dict[int, int] = defaultdict(int)
        for (month, line), tally in self.yearly.months.items():
            if line in lines:
                sums[month_number(month)] += tally.declared
        return sums

    def _clients(self, lines: Collection[Line]) -> Iterable[int]:
        """Declared cents of each client in this year and the year before, of some lines."""
        tally = Tally()
        for line in lines:
            tally.merge(self.yearly.both.get(line, _NOTHING))
        return (cents for clients in tally.clients.values() for cents in clients.values())

    def products(self) -> Iterable[ProductUse]:
        """The products of the year, the unit of each the one with most declared volume."""
        categories: dict[str, str] = {}
        client_months: dict[str, int] = defaultdict(int)
        for (product, category, _), tally in self.yearly.used.items():
            categories[product] = max(categories.get(product, ""), category)
            client_months[product] += tally.counted_clients
        for product, tally in sorted(self.yearly.products.items()):
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
        found = self.yearly.segments
        whole = sum(tally.declared for tally in found.values())
        for name, tally in sorted(found.items()):
            share = tally.declared / whole if whole else 0.0
            yield SegmentShare(segment=name, declared_cents=tally.declared, share=share)

    def months(self) -> Iterable[CareMonth]:
        """The care months of the year and the year before, per budget line."""
        found = self.yearly.months.items()
        for (month, line), tally in sorted(found, key=lambda each: (each[0][0], each[0][1] or "")):
            yield CareMonth(
                care_month=month,
                budget_line=line,
                declared_cents=tally.declared,
                committed_cents=tally.committed.cents(),
                clients=tally.counted_clients,
                completeness=self.outlook.completeness(line, month_number(month), tally.declared),
            )


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
    name: str, tally: Tally, guess: Guess, limit: _Limit, error: tuple[float, int]
) -> BudgetLine:
    budget, fixed = limit.budget, sum(limit.fixed.values())
    measures = tally.measures()
    variable = measures["declared_cents"] + guess.expected
    lower80, upper80 = bounds(variable, *error, 0.80)
    lower95, upper95 = bounds(variable, *error, 0.95)
    over, crossed = None, None
    if budget is not None:
        over = overrun_probability(variable, *error, budget - fixed)
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
        expected_cents=guess.expected,
        **{f"{name}_cents": cents for name, cents in guess.terms.items()},
        windows=error[1],
        completeness=guess.completeness,
        realisation=round(guess.realisation, 6),
        overrun_probability=over,
        crossing_date=crossed,
        **{name: measures[name] for name in _AMOUNTS},
    )


def _with_fixed(by_month: Mapping[int, int], fixed: Mapping[str, int]) -> dict[int, float]:
    costs: dict[int, float] = defaultdict(float, by_month)
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
