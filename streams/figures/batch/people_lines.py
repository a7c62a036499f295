"""What the oracles of the figures about people start from: towns, declared lines, clients, products."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from streams.figures.batch.measures import (
    Line,
    labels_of,
    lines_of,
    referrers_of,
    shown_under,
)

Row = dict[str, Any]
Documents = Mapping[str, ReferenceDocument]
Place = tuple[str, str | None, str | None, str, str | None]
"""Care month, category, product, provider, referrer."""


@dataclass(frozen=True)
class Town:
    """What one municipality code was sent by the as-of date, and the code it is shown under."""

    shown: str
    region: str | None
    reference: Reference
    events: list[AnyEvent]

    def labels(self, place: Place, by: Sequence[str]) -> tuple[Any, ...]:
        """The values of keys."""
        return labels_of((self.shown, self.region), self.reference, place, by)


class Money(NamedTuple):
    """A declared line (open or granted): where, whose ((municipality, client)), and signed cents."""

    town: Town
    place: Place
    client: tuple[str, str]
    cents: int
    line: Line

    @property
    def month(self) -> str:
        """The care month."""
        return self.place[0]


def towns(events: Iterable[AnyEvent], documents: Documents, as_of: date) -> list[Town]:
    """Every code with a message, a budget or fixed costs, or that one of those has followed up."""
    events = list(events)
    live = {event["municipality"] for event in events}
    live |= {code for code, each in documents.items() if each.budgets or each.fixed_costs}
    shown = {shown_under(code, documents, as_of) for code in live}
    found = []
    for code in sorted(live | set(documents)):
        heir = shown_under(code, documents, as_of)
        if heir in shown:
            reference = Reference(documents.get(code, empty_document(code)), as_of)
            region = documents.get(heir, empty_document(heir)).region
            own = [each for each in events if each["municipality"] == code]
            known = [each for each in own if each["dated"] <= as_of.isoformat()]
            found.append(Town(heir, region, reference, known))
    return found


def declared(some: Iterable[Town]) -> Iterator[Money]:
    """All declared lines."""
    for town in some:
        sent = referrers_of(town.events)
        for line in lines_of(town.events):
            if line.state in ("open", "granted"):
                category, code = line["category"], line["code"]
                referrer = sent.get(line["allocation"])
                place = (line["begin"][:7], category, code, line.event["provider"], referrer)
                client = town.shown, line.event["clients"][line["client"]]
                cents = line["amount"] if line["side"] == "D" else -line["amount"]
                yield Money(town, place, client, cents, line)


def net(lines: Iterable[Money]) -> dict[tuple[str, str], int]:
    """Cents by client, of who has any left."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for each in lines:
        sums[each.client] += each.cents
    return {client: cents for client, cents in sums.items() if cents}


def grouped(lines: Iterable[Money], by: Sequence[str]) -> dict[tuple[Any, ...], list[Money]]:
    """Lines by the values of keys."""
    found: dict[tuple[Any, ...], list[Money]] = defaultdict(list)
    for each in lines:
        found[each.town.labels(each.place, by)].append(each)
    return found


Same = Callable[[str, str | None], frozenset[str | None]]
"""A product code in a municipality, with all that conversions there join to it."""


def same_products(some: list[Town]) -> Same:
    """Which product codes are one product."""
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for town in some:
        rows = town.reference.conversions
        own = {row.old for row in rows if row.own}
        pairs[town.shown] += [(row.old, row.new) for row in rows if row.own or row.old not in own]

    @cache
    def joined(shown: str, code: str | None) -> frozenset[str | None]:
        found: set[str | None] = {code}
        for _ in pairs[shown]:
            found |= {each for pair in pairs[shown] if found & set(pair) for each in pair}
        return frozenset(found)

    return joined


def table(names: Sequence[str], rows: Iterable[tuple[tuple[Any, ...], Row]]) -> list[Row]:
    """Rows with their keys first, sorted: no value before any, numbers as text."""
    ordered = sorted(rows, key=lambda row: [(each is not None, str(each)) for each in row[0]])
    return [dict(zip(names, key, strict=True)) | measures for key, measures in ordered]


def rounded(part: int, whole: int) -> float | None:
    """A share in six decimals."""
    return round(part / whole, 6) if whole else None


def whole(exact: Fraction) -> int:
    """The nearest whole number, halves up."""
    return int((exact + Fraction(1, 2)) // 1)
