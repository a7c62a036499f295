"""Municipal mergers (herindeling): under which code a municipality's figures stand.

A municipality is itself until the day (`per`) on which its successor follows it up, and until that
is known (`bekend_sinds`); a successor may be followed up in its turn.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference

Documents = Mapping[str, ReferenceDocument]


def continued(code: str, documents: Documents, as_of: dt.date) -> str:
    """The code under which a municipality's figures stand on an as-of date: its own, or its successor's."""
    passed = [code]
    while (row := _reference(passed[-1], documents, as_of).succession) is not None:
        if row.successor is None or row.successor in passed:
            break
        passed.append(row.successor)
    return passed[-1]


def heirs(code: str, documents: Documents) -> tuple[str, ...]:
    """Every code under which a municipality's figures ever stand, whatever the date; its own first."""
    found = [code]
    for each in found:
        document = documents.get(each, empty_document(each))
        found += [next_ for next_ in successors(document) if next_ not in found]
    return tuple(found)


def successors(document: ReferenceDocument) -> tuple[str, ...]:
    """The municipalities that are ever named to follow this one up, in order of code."""
    return tuple(sorted({row.successor for row in document.municipalities if row.successor}))


def family(document: ReferenceDocument) -> Iterator[ReferenceDocument]:
    """A municipality's document and those of all that it ever follows up."""
    yield document
    for each in document.predecessors:
        yield from family(each)


def counted(document: ReferenceDocument, as_of: dt.date) -> Iterator[str]:
    """The codes whose messages are shown under this municipality on an as-of date; its own first."""
    yield document.code
    for each in document.predecessors:
        row = Reference(each, as_of).succession
        if row is not None and row.successor == document.code:
            yield from counted(each, as_of)


def _reference(code: str, documents: Documents, as_of: dt.date) -> Reference:
    return Reference(documents.get(code, empty_document(code)), as_of)
