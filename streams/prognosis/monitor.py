"""One municipality, complete: its books, figures, reference data and valuation.

A monitor is driven by three calls, in any order: `fold` (a message), `refer` (reference data) and
`tick` (an as-of date, which only moves forward). `valuation` and `prognoses` are deterministic: books +
reference + as-of. This is what a worker holds a municipality in, and what `replay` drives from a folder.

After a municipal merger (herindeling) the successor's monitor also takes the messages of those it
follows up, each in a book of its own, because numbers of two municipalities may collide. They count
from the day of the merger on; before it the old municipality has its own monitor, after it that one
has no valuation any more.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from schemas.events import AnyEvent
from schemas.kept import Kept
from schemas.outputs import Valuation
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.mergers import continued, counted, family
from streams.figures.account import Account
from streams.figures.referrers import by_referrer
from streams.figures.rollup import Figures
from streams.figures.yearly import Yearly
from streams.prognosis.forecast import Habits
from streams.prognosis.keeping import prognoses
from streams.prognosis.valuation import value


class Monitor:
    """The figures of one municipality, kept as messages arrive."""

    def __init__(self, municipality: str) -> None:
        self.municipality = municipality
        self.document = empty_document(municipality)
        self._own = Account(municipality)
        self._accounts = {municipality: self._own}
        self._counted: tuple[str, ...] = (municipality,)
        self._habits = Habits()
        self._yearly: Yearly | None = None
        self.cells = self._own.cells  # of the municipality's own messages

    @property
    def as_of(self) -> date | None:
        """The as-of date; None before the first tick."""
        return self._own.book.as_of

    @property
    def ended(self) -> bool:
        """Whether another municipality has followed this one up by the as-of date."""
        reference = self._own.reference()
        return reference is not None and reference.succession is not None

    def fold(self, event: AnyEvent) -> bool:
        """Take in a message of the municipality or of one it ever follows up.

        Gives whether any figure may have changed.
        """
        origin = event["municipality"]
        return self._account(origin).fold(event) and origin in self._counted

    def refer(self, document: ReferenceDocument) -> None:
        """Take in the municipality's reference document, which replaces the former one.

        Those it follows up keep their own prices and budgets, but are in its region.
        """
        self.document = document
        for each in family(document):
            self._account(each.code).refer(each.model_copy(update={"region": document.region}))
        self._count()

    def tick(self, as_of: date) -> None:
        """Move the as-of date forward; an earlier date than the present one does nothing."""
        for account in self._accounts.values():
            account.tick(as_of)
        self._count()

    def parts(self) -> list[Figures]:
        """The figures of the municipality: its own, then a part for each that it has followed up.

        Nothing before the first tick.
        """
        found = (self._account(code).figures(self.municipality) for code in self._counted)
        return [figures for figures in found if figures is not None]

    def by_referrer(self) -> list[Figures]:
        """The parts, each split by type of referrer."""
        return [part for figures in self.parts() for part in by_referrer(figures, figures.book)]

    def valuation(self) -> Valuation | None:
        """All figures of the as-of date's year; None before the first tick and when it has ended."""
        if self.as_of is None or self.ended:
            return None
        if self._yearly is None or self._yearly.year != self.as_of.year:
            self._yearly = Yearly(self.as_of.year)
        return value(self.parts(), None, self._habits, self._yearly)

    def prognoses(self) -> list[Kept]:
        """What is kept of the as-of date; nothing before the first tick and when it has ended."""
        if self.as_of is None or self.ended:
            return []
        return list(prognoses(self.parts(), self._habits))

    def _account(self, code: str) -> Account:
        account = self._accounts.get(code)
        if account is None:
            account = self._accounts[code] = Account(code)
            if self.as_of is not None:
                account.tick(self.as_of)
        return account

    def _count(self) -> None:
        if self.as_of is not None:
            self._counted = tuple(counted(self.document, self.as_of))


def monitors(
    events: Iterable[AnyEvent], documents: Mapping[str, ReferenceDocument], as_of: date
) -> list[Monitor]:
    """The monitors of all municipalities with a message, a budget or fixed costs, by code.

    One that another has followed up by then is in the monitor of its successor.
    """
    found: dict[str, Monitor] = {}

    @cache
    def monitor(origin: str) -> Monitor:
        code = continued(origin, documents, as_of)
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
