"""The figures of the books a worker owns, as Prometheus gauges in euros.

Promises: a figure is in the scrape as long as its book is owned, and no longer. The level a figure
stands on (municipality, budget line, product, segment, care month, contract) is in the name of its
metric, so that a sum over one metric counts no money twice; a municipality's total has names of its
own because clients, bounds and completeness don't add up. An amount is the float nearest to its
cents: rounded to two decimals it is exact. Nothing in it points to a client, but small numbers of
clients are shown as they are: the metrics are for authorised users.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from schemas.outputs import BudgetLine, CareMonth, ContractUse, ProductUse, SegmentShare, Valuation

Level = BudgetLine | CareMonth | ContractUse | ProductUse | SegmentShare
Sample = tuple[str, Mapping[str, str], float | None]

UNIT_EUROS = "83"  # its volume is in cents (rule IV042)
# A reader of a board needs a word: to Prometheus an empty label is no label.
NO_BUDGET_LINE, NO_SEGMENT, NO_PRODUCT = "(geen post)", "(geen segment)", "(geen productcode)"

# By level: the fields that are exported, each with the metric's suffix and what it says. A field
# in cents is exported in euros.
_POST = {
    "budget_cents": ("budget_euros", "Adopted budget."),
    "declared_cents": ("declared_euros", "Declared: granted and open lines, debit minus credit."),
    "granted_cents": ("granted_euros", "Declared lines that the municipality granted."),
    "open_cents": ("open_euros", "Declared lines without an answer yet."),
    "rejected_cents": ("rejected_euros", "Lines that the municipality rejected; not declared."),
    "void_cents": ("void_euros", "Lines that count as never sent; not declared."),
    "committed_cents": ("committed_euros", "Cost of what is allocated, if used in full."),
    "fixed_cents": ("fixed_euros", "Costs outside the declarations: lump sums, budgets in cash."),
    "prognosis_cents": ("prognosis_euros", "Expected cost of the whole year, fixed included."),
    "lower80_cents": ("prognosis_lower80_euros", "Lower bound of the prognosis, 80 percent."),
    "upper80_cents": ("prognosis_upper80_euros", "Upper bound of the prognosis, 80 percent."),
    "lower95_cents": ("prognosis_lower95_euros", "Lower bound of the prognosis, 95 percent."),
    "upper95_cents": ("prognosis_upper95_euros", "Upper bound of the prognosis, 95 percent."),
    "overrun_probability": ("overrun_ratio", "Probability that the year costs more than budget."),
    "completeness": ("completeness_ratio", "Expected share of the year to date declared by now."),
    "realisation": ("realisation_ratio", "Share of what is allocated that is used."),
    "unpriced": ("unpriced_allocation_months", "Months of allocations without a price."),
    "lines": ("lines", "Submitted declaration lines."),
    "clients": ("clients", "Clients with declared money; distinct, so they don't add up."),
}
_PRODUCT = {
    "declared_cents": ("declared_euros", "Declared in the year."),
    "committed_cents": ("committed_euros", "Cost of what is allocated, if used in full."),
    "units": ("units", "Declared volume in the unit of the label, an iJw code; 83 is euros."),
    "clients": ("clients", "Clients with declared money; distinct, so they don't add up."),
    "client_months": ("client_months", "Clients of each care month, added over the months."),
}
_MONTH = {
    "declared_cents": ("declared_euros", "Declared for care given in the month."),
    "committed_cents": ("committed_euros", "Cost of what is allocated in the month."),
    "completeness": ("completeness_ratio", "Expected share of the month declared by now."),
    "clients": ("clients", "Clients with declared money in the month."),
}
_CONTRACT = {
    "declared_cents": ("declared_euros", "Declared under the contract by this municipality."),
    "ceiling_cents": ("ceiling_euros", "Ceiling of the contract."),
}
_FIELDS = {
    "municipality": _POST,
    "budget_line": _POST,
    "product": _PRODUCT,
    "segment": {"declared_cents": ("declared_euros", "Declared in the year.")},
    "care_month": _MONTH,
    "contract": _CONTRACT,
}
_HELP = {
    f"budgetwacht_{level}_{name}": help_
    for level, fields in _FIELDS.items()
    for name, help_ in fields.values()
} | {
    "budgetwacht_municipality_info": "A municipality by name and region; always 1.",
    "budgetwacht_as_of_timestamp_seconds": "As-of date of the figures: its midnight, UTC.",
}


class ValuationCollector(Collector):
    """Asks `current` for the valuations at each scrape: one a municipality and year."""

    def __init__(self, current: Callable[[], Iterable[Valuation]]) -> None:
        """Keep the question; nothing is asked before a scrape."""
        self._current = current

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family a metric, each label set once: of two valuations the later speaks."""
        valuations = sorted(self._current(), key=lambda one: (one.year, one.as_of))
        yield from families(
            (each for valuation in valuations for each in _samples(valuation)), _HELP
        )


def families(samples: Iterable[Sample], told: Mapping[str, str]) -> Iterator[GaugeMetricFamily]:
    """One family a metric with what is `told` of it, each label set once: the later of two speaks."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for name, labels, value in samples:
        if value is not None:
            found.setdefault(name, {})[tuple(labels.items())] = value
    for name, values in found.items():
        names = [label for label, _ in next(iter(values))]
        family = GaugeMetricFamily(name, told[name], labels=names)
        for labels_, value in values.items():
            family.add_metric([text for _, text in labels_], value)
        yield family


def _samples(valuation: Valuation) -> Iterator[Sample]:
    own = {"municipality": valuation.municipality}
    year = own | {"year": str(valuation.year)}
    yield (
        "budgetwacht_municipality_info",
        own | {"name": valuation.name, "region": valuation.region or ""},
        1,
    )
    midnight = datetime.combine(valuation.as_of, datetime.min.time(), UTC)
    yield "budgetwacht_as_of_timestamp_seconds", year, midnight.timestamp()
    yield from _fields("municipality", year, valuation.total)
    for post in valuation.budget_lines:
        yield from _fields(
            "budget_line", year | {"budget_line": post.budget_line or NO_BUDGET_LINE}, post
        )
    for segment in valuation.segments:
        yield from _fields("segment", year | {"segment": segment.segment or NO_SEGMENT}, segment)
    yield from _products(year, valuation)
    yield from _months(own, valuation)
    yield from _contracts(year, valuation)


def _products(year: dict[str, str], valuation: Valuation) -> Iterator[Sample]:
    for product in valuation.products:
        labels = year | {
            "product": product.product or NO_PRODUCT,
            "category": product.category,
            "description": product.description,
            "segment": product.segment or NO_SEGMENT,
            "budget_line": product.budget_line or NO_BUDGET_LINE,
            "unit": product.unit,
        }
        yield from _fields("product", labels, product)


def _months(own: dict[str, str], valuation: Valuation) -> Iterator[Sample]:
    """Care months carry no year label: the month tells it. Older ones than last year stay out."""
    shown = {str(valuation.year), str(valuation.year - 1)}
    for month in valuation.months:
        if month.care_month[:4] in shown:
            line = month.budget_line or NO_BUDGET_LINE
            labels = own | {"budget_line": line, "care_month": month.care_month}
            yield from _fields("care_month", labels, month)


def _contracts(year: dict[str, str], valuation: Valuation) -> Iterator[Sample]:
    """Contracts of the municipality alone: those of a region are shown by region."""
    for contract in valuation.contracts:
        if contract.area is not None:
            continue
        labels = year | {
            "contract": contract.contract,
            "provider": contract.provider,
            "provider_name": contract.provider_name,
        }
        yield from _fields("contract", labels, contract)


def _fields(level: str, labels: Mapping[str, str], cell: Level) -> Iterator[Sample]:
    for field, (suffix, _) in _FIELDS[level].items():
        value = getattr(cell, field)
        if value is not None and _is_cents(field, cell):
            value /= 100
        yield f"budgetwacht_{level}_{suffix}", labels, value


def _is_cents(field: str, cell: Level) -> bool:
    """An amount is, and so is the volume of a product that is counted in euros."""
    counted = isinstance(cell, ProductUse) and field == "units" and cell.unit == UNIT_EUROS
    return counted or field.endswith("_cents")
