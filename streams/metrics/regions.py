"""The regions as Prometheus gauges in euros: what can't be added up from those of the workers.

Promises: a region is in the scrape as long as it has a valuation. Levels stand in the names of the
metrics (region, region_budget_line, region_municipality, region_contract), so that a sum over one
metric counts no money twice. An amount is the float nearest to its cents.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from schemas.outputs import Output, RegionalContract, RegionalValuation
from streams.metrics.collector import NO_BUDGET_LINE, Sample, families

# By level: the fields that are exported, each with the metric's suffix and what it says.
_LINE: Final = {
    "budget_cents": ("budget_euros", "Adopted budgets of the municipalities that have one."),
    "declared_cents": ("declared_euros", "Declared: granted and open lines, debit minus credit."),
    "committed_cents": ("committed_euros", "Cost of what is allocated, if used in full."),
    "fixed_cents": ("fixed_euros", "Costs outside the declarations: lump sums, budgets in cash."),
    "prognosis_cents": ("prognosis_euros", "Expected cost of the whole year, fixed included."),
    "lower80_cents": ("prognosis_lower80_euros", "Sum of the lower bounds, 80 percent."),
    "upper80_cents": ("prognosis_upper80_euros", "Sum of the upper bounds, 80 percent."),
    "lower95_cents": ("prognosis_lower95_euros", "Sum of the lower bounds, 95 percent."),
    "upper95_cents": ("prognosis_upper95_euros", "Sum of the upper bounds, 95 percent."),
    "lines": ("lines", "Submitted declaration lines."),
    "clients": ("clients", "Clients with declared money, once in each municipality."),
}
_PART: Final = {
    "declared_share": ("declared_share_ratio", "Part of what the region declared."),
    "prognosis_share": ("prognosis_share_ratio", "Part of what the region is expected to cost."),
}
_SETTLED: Final = {
    "weight_share": ("weight_ratio", "Part of the weights in what the region shares (verevening)."),
    "declared_settled_cents": ("declared_settled_euros", "To pay into what was declared; less than nothing: to receive."),
    "prognosis_settled_cents": ("prognosis_settled_euros", "To pay into what is expected; less than nothing: to receive."),
}  # fmt: skip
_CONTRACT: Final = {
    "declared_cents": ("declared_euros", "Declared under the contract by the whole region."),
    "ceiling_cents": ("ceiling_euros", "Ceiling of the contract."),
}
_FIELDS: Final = {
    "region": [_LINE],
    "region_budget_line": [_LINE],
    "region_municipality": [_PART, _SETTLED],
    "region_contract": [_CONTRACT],
}
_HELP: Final = {
    f"budgetwacht_{level}_{name}": told
    for level, groups in _FIELDS.items()
    for fields in groups
    for name, told in fields.values()
} | {
    "budgetwacht_region_as_of_timestamp_seconds": "Oldest as-of date in the region: its midnight, UTC.",
    "budgetwacht_region_municipalities": "Municipalities in the sums of the region.",
    "budgetwacht_region_municipalities_behind": "Those with an older as-of date than the newest.",
    "budgetwacht_region_municipalities_missing": "Municipalities without figures of this year.",
}


class RegionCollector(Collector):
    """Asks `current` for the regions at each scrape."""

    def __init__(self, current: Callable[[], Iterable[RegionalValuation]]) -> None:
        """Keep the question; nothing is asked before a scrape."""
        self._current = current

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family a metric."""
        yield from families((each for one in self._current() for each in _samples(one)), _HELP)


def _samples(region: RegionalValuation) -> Iterator[Sample]:
    year = {"region": region.region, "year": str(region.year)}
    midnight = datetime.combine(region.as_of, datetime.min.time(), UTC)
    yield "budgetwacht_region_as_of_timestamp_seconds", year, midnight.timestamp()
    yield "budgetwacht_region_municipalities", year, len(region.municipalities)
    yield "budgetwacht_region_municipalities_behind", year, len(region.behind)
    yield "budgetwacht_region_municipalities_missing", year, len(region.missing)
    yield from _fields("region", _LINE, year, region.total)
    for line in region.budget_lines:
        labels = year | {"budget_line": line.budget_line or NO_BUDGET_LINE}
        yield from _fields("region_budget_line", _LINE, labels, line)
    for part in region.municipalities:
        labels = year | {"municipality": part.municipality}
        yield from _fields("region_municipality", _PART, labels, part)
    for settled in region.settlements:
        labels = year | {"municipality": settled.municipality}
        yield from _fields("region_municipality", _SETTLED, labels, settled)
    for contract in region.contracts:
        yield from _fields("region_contract", _CONTRACT, year | _named(contract), contract)


def _named(contract: RegionalContract) -> dict[str, str]:
    names = ("contract", "provider", "provider_name")
    return {name: getattr(contract, name) for name in names}


def _fields(
    level: str, fields: Mapping[str, tuple[str, str]], labels: Mapping[str, str], cell: Output
) -> Iterator[Sample]:
    for field, (suffix, _) in fields.items():
        value = getattr(cell, field)
        if value is not None and field.endswith("_cents"):
            value /= 100
        yield f"budgetwacht_{level}_{suffix}", labels, value
