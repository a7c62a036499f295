"""One municipality, complete: its book, figures, reference data and valuation.

A monitor is driven by three calls, in any order: `fold` (a message), `refer` (reference data) and
`tick` (an as-of date, which only moves forward). `valuation` is deterministic: book + reference +
as-of. This is what a worker holds a municipality in, and what `replay` drives from a folder.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from schemas.events import AnyEvent
from schemas.outputs import Valuation
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from streams.figures.cells import Cells
from streams.figures.committed import Commitments
from streams.figures.referrers import by_referrer
from streams.figures.rollup import Figures
from streams.ledger.book import Book, Delta
from streams.prognosis.valuation import value


class Monitor:
    """The figures of one municipality, kept as messages arrive."""

    def __init__(self, municipality: str) -> None:
        self.municipality = municipality
        self.book = Book(municipality)
        self.cells = Cells()
        self._document = empty_document(municipality)
        self._commitments: Commitments | None = None
        self._reference: Reference | None = None

    @property
    def as_of(self) -> date | None:
        """The as-of date; None before the first tick."""
        return self.book.as_of

    def fold(self, event: AnyEvent) -> bool:
        """Take in a message; gives whether any figure may have changed."""
        return self._take(self.book.fold(event))

    def refer(self, document: ReferenceDocument) -> None:
        """Take in the municipality's reference document, which replaces the former one."""
        self._document = document
        self._reference = self._commitments = None

    def tick(self, as_of: date) -> None:
        """Move the as-of date forward; an earlier date than the present one does nothing."""
        before = self.book.as_of
        delta = self.book.advance(as_of)
        if before != self.book.as_of:
            self._reference = None
            if before is None or before.year != as_of.year or self._becomes_known(before, as_of):
                self._commitments = None
        self._take(delta)

    def figures(self) -> Figures | None:
        """The figures for roll-ups; None before the first tick."""
        if self.as_of is None:
            return None
        if self._reference is None:
            self._reference = Reference(self._document, self.as_of)
        if self._commitments is None:
            allocations = self.book.allocations
            self._commitments = Commitments.of(allocations, self._reference, self.as_of.year)
        return Figures(self.municipality, self._reference, self.cells, self._commitments, self.book)

    def parts(self) -> list[Figures]:
        """The figures split by type of referrer; nothing before the first tick."""
        figures = self.figures()
        return by_referrer(figures, self.book) if figures else []

    def valuation(self) -> Valuation | None:
        """All figures of the as-of date's year; None before the first tick."""
        figures = self.figures()
        return value(figures) if figures else None

    def _take(self, delta: Delta) -> bool:
        self.cells.apply(delta.moves)
        if self._commitments is not None:
            self._commitments.apply(delta.replaced)
        return bool(delta)

    def _becomes_known(self, before: date, after: date) -> bool:
        """Whether a price or product becomes known between two as-of dates."""
        rows = (*self._document.tariffs, *self._document.products)
        return any(row.known_since and before < row.known_since <= after for row in rows)


def monitors(
    events: Iterable[AnyEvent], documents: Mapping[str, ReferenceDocument], as_of: date
) -> list[Monitor]:
    """The monitors of all municipalities with a message, a budget or fixed costs, by code."""
    found: dict[str, Monitor] = {}

    def monitor(code: str) -> Monitor:
        if code not in found:
            found[code] = Monitor(code)
            found[code].tick(as_of)
            found[code].refer(documents.get(code, empty_document(code)))
        return found[code]

    for code, document in documents.items():
        if document.budgets or document.fixed_costs:
            monitor(code)
    for event in events:
        monitor(event["municipality"]).fold(event)
    return [found[code] for code in sorted(found)]
