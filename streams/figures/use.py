"""The use of care over some months: money, clients, client-months and units.

A client-month is one client in one care month of a rolled-up cell, counted when the client's net
declared amount in it is not zero. Client-months add up over months, clients do not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from streams.figures.committed import Commitments
from streams.figures.pricing import EUROS
from streams.figures.rollup import Figures, Tally, Value, tallies
from streams.figures.spans import Span

Months = Mapping[str, Tally]
"""The tallies of one rolled-up cell by care month."""


@dataclass(frozen=True)
class Use:
    """Net declared cents, distinct clients, client-months, and net declared volume by unit code."""

    cents: int = 0
    clients: int = 0
    client_months: int = 0
    units: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.cents or self.client_months or any(self.units.values()))

    @property
    def unit(self) -> str | None:
        """The unit code with most volume; None without any.

        Euros (83) only where there is no other: their volume is money, no measure of care.
        """
        ranked = (
            (unit != EUROS, abs(volume), unit) for unit, volume in self.units.items() if volume
        )
        return max(ranked, default=(False, 0, None))[2]


def by_month(
    books: Iterable[Figures], by: Sequence[str], years: Collection[str]
) -> dict[tuple[Value, ...], dict[str, Tally]]:
    """The tallies by the named keys and care month, of the care years given; commitments left out."""
    declared = [
        replace(each, commitments=Commitments(each.reference, each.reference.as_of.year))
        for each in books
    ]
    found: dict[tuple[Value, ...], dict[str, Tally]] = defaultdict(dict)
    for (*values, month), tally in tallies(declared, (*by, "care_month"), years).items():
        found[tuple(values)][str(month)] = tally
    return dict(found)


def use_over(months: Months, span: Span) -> Use:
    """What was used in the months of a span."""
    whole, client_months = Tally(), 0
    for month, tally in months.items():
        if span.holds(month):
            whole.merge(tally)
            client_months += tally.counted_clients
    return Use(whole.declared, whole.counted_clients, client_months, whole.units)
