"""One book with the figures that are kept from it as messages arrive.

An account is all that one municipality code was sent: allocation and declaration numbers mean
something under that code only, so a municipality that followed others up has an account for each.
"""

from datetime import date
from typing import TYPE_CHECKING

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from streams.figures.cells import Cells
from streams.figures.committed import Commitments
from streams.figures.rollup import Figures
from streams.ledger.book import Book, Delta

if TYPE_CHECKING:
    from streams.ledger.allocations import Replaced


class Account:
    """The book, cells and commitments of the messages of one municipality code."""

    def __init__(self, code: str) -> None:
        self.book = Book(code)
        self.cells = Cells()
        self._document = empty_document(code)
        self._commitments: Commitments | None = None
        # What the commitments have yet to take in: many changes at once are quicker.
        self._changes: list[Replaced] = []
        self._reference: Reference | None = None

    def fold(self, event: AnyEvent) -> bool:
        """Take in a message; gives whether any figure may have changed."""
        return self._take(self.book.fold(event))

    def refer(self, document: ReferenceDocument) -> None:
        """Take in the reference document, which replaces the former one."""
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

    def figures(self, municipality: str) -> Figures | None:
        """The figures for roll-ups, shown under this code; None before the first tick.

        To be asked for anew after a message: commitments take changes in here.
        """
        reference = self.reference()
        if reference is None:
            return None
        if self._commitments is None:
            year = reference.as_of.year
            self._commitments = Commitments.of(self.book.allocations, reference, year)
        else:
            self._commitments.apply(self._changes)
        self._changes = []
        return Figures(municipality, reference, self.cells, self._commitments, self.book)

    def reference(self) -> Reference | None:
        """The reference data as known on the as-of date; None before the first tick."""
        if self._reference is None and self.book.as_of is not None:
            self._reference = Reference(self._document, self.book.as_of)
        return self._reference

    def _take(self, delta: Delta) -> bool:
        self.cells.apply(delta.moves)
        if self._commitments is not None:
            self._changes += delta.replaced
        return bool(delta)

    def _becomes_known(self, before: date, after: date) -> bool:
        """Whether a price or product becomes known between two as-of dates."""
        rows = (*self._document.tariffs, *self._document.products)
        return any(row.known_since and before < row.known_since <= after for row in rows)
