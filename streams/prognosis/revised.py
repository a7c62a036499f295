"""One set of messages seen on two dates, municipality by municipality: what revisions are told from."""

from collections.abc import Mapping, Sequence
from datetime import date

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from streams.figures.cells import Cells
from streams.figures.committed import Commitments
from streams.figures.revisions import Pair
from streams.figures.rollup import Figures
from streams.ledger.book import Book
from streams.prognosis.monitor import monitors


def seen_twice(
    events: Sequence[AnyEvent],
    documents: Mapping[str, ReferenceDocument],
    first: date,
    second: date,
) -> list[Pair]:
    """The figures of each municipality code on both dates, in order of code.

    A code that followed another up in between, or was followed up, is there on both dates.
    """
    before, after = (_by_code(events, documents, day) for day in (first, second))
    return [
        (
            before.get(code) or _nothing(code, documents, first),
            after.get(code) or _nothing(code, documents, second),
        )
        for code in sorted({*before, *after})
    ]


def _by_code(
    events: Sequence[AnyEvent], documents: Mapping[str, ReferenceDocument], day: date
) -> dict[str, Figures]:
    found = (part for one in monitors(events, documents, day) for part in one.parts())
    return {part.book.municipality: part for part in found}


def _nothing(code: str, documents: Mapping[str, ReferenceDocument], day: date) -> Figures:
    reference, book = Reference(documents.get(code, empty_document(code)), day), Book(code)
    book.advance(day)
    return Figures(code, reference, Cells(), Commitments(reference, day.year), book)
