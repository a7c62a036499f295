"""Everything the reference data says about one municipality, as one document.

Regions are resolved here: a row for a region stands in the document of each of its
municipalities, still under the region's name, so that ``own`` tells it from a row of the
municipality itself. Rows are sorted and free of doubles, so the same rows in any order make the
same document and the same bytes. All providers are named in every document, so that a
declaration of one without a tariff still has a name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from operator import methodcaller
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from schemas.reference.load import TABLES, Loaded
from schemas.reference.rows import (
    Areal,
    Budget,
    Contract,
    Conversion,
    FixedCost,
    Inhabitants,
    Measure,
    Municipal,
    Municipality,
    Product,
    Provider,
    Recipient,
    Row,
    Share,
    Tariff,
)

R = TypeVar("R", bound=Row)
Regions = Mapping[str, list[str]]  # municipality codes by region


class ReferenceDocument(BaseModel):
    """One municipality's reference data; without a name when gemeenten.csv lacks it.

    ``municipalities`` are its own rows of gemeenten.csv: who follows it up, and since when that is
    known. ``predecessors`` are the documents of those it ever follows up (herindeling), with theirs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str | None = None
    region: str | None = None
    municipalities: tuple[Municipality, ...] = ()
    predecessors: tuple["ReferenceDocument", ...] = ()
    inhabitants: tuple[Inhabitants, ...] = ()
    shares: tuple[Share, ...] = ()
    providers: tuple[Provider, ...] = ()
    products: tuple[Product, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    budgets: tuple[Budget, ...] = ()
    contracts: tuple[Contract, ...] = ()
    fixed_costs: tuple[FixedCost, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    measures: tuple[Measure, ...] = ()
    recipients: tuple[Recipient, ...] = ()

    def encode(self) -> bytes:
        """The document as JSON: the same bytes for equal documents, exact numbers as "n/d"."""
        return self.model_dump_json(exclude_none=True).encode()

    @classmethod
    def decode(cls, data: bytes) -> "ReferenceDocument":
        """The document that ``encode`` wrote; raises pydantic's ValidationError on other bytes."""
        return cls.model_validate_json(data)


def empty_document(code: str) -> ReferenceDocument:
    """The document of a municipality about which nothing is known."""
    return ReferenceDocument(code=code)


def resolve(loaded: Loaded) -> dict[str, ReferenceDocument]:
    """A document per municipality that any file names, by code, in order of code."""
    municipalities = {row.code: row for row in _latest_last(loaded.municipalities)}
    regions: dict[str, list[str]] = defaultdict(list)
    for row in municipalities.values():
        if row.region:
            regions[row.region].append(row.code)
    shares = _shares(loaded, regions)
    providers, recipients = _tidy(loaded.providers), _tidy(loaded.recipients)
    told = {row.area for row in recipients if row.area and row.area.isdigit()}
    former = _former(loaded.municipalities)
    documents = {
        code: _document(code, municipalities.get(code), shares[code], providers, recipients)
        for code in sorted(municipalities.keys() | shares.keys() | told | former.keys())
    }
    return {code: _continuing(code, documents, former, ()) for code in documents}


def _former(rows: Iterable[Municipality]) -> dict[str, set[str]]:
    """The municipalities that each ever follows up, by its code."""
    former: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.successor:
            former[row.successor].add(row.code)
    return dict(former)


def _continuing(
    code: str,
    documents: Mapping[str, ReferenceDocument],
    former: Mapping[str, set[str]],
    path: tuple[str, ...],
) -> ReferenceDocument:
    """A document with those it follows up; `path` keeps plans that were turned round from going round."""
    path = (*path, code)
    before = tuple(
        _continuing(each, documents, former, path)
        for each in sorted(former.get(code, ()))
        if each not in path
    )
    return (
        documents[code].model_copy(update={"predecessors": before}) if before else documents[code]
    )


def _tidy(rows: Iterable[R]) -> tuple[R, ...]:
    """The rows once each, in an order that follows from their content only."""
    return tuple(sorted(set(rows), key=methodcaller("model_dump_json")))


def _latest_last(rows: Iterable[Municipality]) -> list[Municipality]:
    return sorted(_tidy(rows), key=lambda row: str(row.known_since or ""))


def _shares(loaded: Loaded, regions: Regions) -> defaultdict[str, dict[str, list[Row]]]:
    """The rows of the tables by code and table name, for the codes they concern."""
    shares: defaultdict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for name in TABLES:
        for row in _tidy(getattr(loaded, name)):
            for code in _concerned(row, regions):
                shares[code][name].append(row)
    return shares


def _concerned(row: Row, regions: Regions) -> Iterable[str]:
    match row:
        case Municipality():
            return (row.code,)
        case Municipal():
            return (row.municipality,)
        case Areal() if row.own:
            return (row.area,)
        case Areal():
            return regions.get(row.area, ())
        case _:
            return ()


def _document(
    code: str,
    row: Municipality | None,
    share: Mapping[str, Any],
    providers: tuple[Provider, ...],
    recipients: tuple[Recipient, ...],
) -> ReferenceDocument:
    document = ReferenceDocument(
        code=code,
        name=row.name if row else None,
        region=row.region if row else None,
        providers=providers,
        **share,
    )
    told = tuple(person for person in recipients if _concerns(person, document))
    return document.model_copy(update={"recipients": told})


def _concerns(recipient: Recipient, document: ReferenceDocument) -> bool:
    """Whether a municipality's news may be for this recipient.

    An area decides if there is one; else the contract, else the provider, that it names must be
    the municipality's.
    """
    if recipient.area is not None:
        return recipient.area in {document.code, document.region}
    if recipient.contract is not None:
        return recipient.contract in {row.contract for row in document.contracts}
    priced = {row.provider for row in document.tariffs}
    return recipient.provider in priced | {row.provider for row in document.contracts}
