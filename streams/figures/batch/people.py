"""Figures about clients straight from their definitions (docs/figures-people.md)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from schemas.events import AnyEvent, is_allocation, is_care, is_request
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from streams.figures.batch.measures import (
    Line,
    labels_of,
    lines_of,
    referrers_of,
    shown_under,
)
from streams.figures.question import Question

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


def same_products(some: list[Town], shown: str, code: str | None) -> frozenset[str | None]:
    """A product code with all that conversions in the municipality join to it."""
    pairs = []
    for town in some:
        if town.shown == shown:
            rows = town.reference.conversions
            own = {row.old for row in rows if row.own}
            pairs += [(row.old, row.new) for row in rows if row.own or row.old not in own]
    found: set[str | None] = {code}
    for _ in pairs:
        found |= {each for pair in pairs if found & set(pair) for each in pair}
    return frozenset(found)


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


def _paid(clients: dict[tuple[str, str], int]) -> Row:
    cents = sum(clients.values())
    return {
        "clients": len(clients),
        "declared_cents": cents,
        "cents_per_client": whole(Fraction(cents, len(clients))),
    }


def clients(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """Clients of three years."""
    some = towns(events, documents, question.as_of)
    lines = list(declared(some))
    rows = []
    for year in range(question.year - 2, question.year + 1):
        of_year = [each for each in lines if each.month[:4] == f"{year:04}"]
        for key, part in grouped(of_year, question.by).items():
            if found := net(part):
                stays = [each for each in part if each.town.labels(each.place, ["stay"]) == ("ja",)]
                young = _young(some, question.by, key, year)
                per = rounded(100 * len(found), young) if young else None
                measures = _paid(found) | {
                    "young": young,
                    "clients_per_100_young": per,
                    "clients_with_stay": len(net(stays)),
                    "share_with_stay": rounded(len(net(stays)), len(found)),
                }
                rows.append(((*key, year), measures))
    return table((*question.by, "year"), rows)


def _young(some: list[Town], by: Sequence[str], key: tuple[Any, ...], year: int) -> int | None:
    here = dict(zip(by, key, strict=True))
    total = 0
    living = [
        town
        for town in some
        if here.get("municipality", town.shown) == town.shown
        and here.get("region", town.region) == town.region
    ]
    for shown in {town.shown for town in living}:
        told = [town.reference.young(year) for town in living if town.shown == shown]
        if all(young is None for young in told):
            return None
        total += sum(young for young in told if young is not None)
    return total


def client_months(
    events: Iterable[AnyEvent], documents: Documents, question: Question
) -> list[Row]:
    """Clients by care month."""
    lines = declared(towns(events, documents, question.as_of))
    of_year = (each for each in lines if each.month[:4] == f"{question.year:04}")
    by = (*question.by, "care_month")
    found = ((key, net(part)) for key, part in grouped(of_year, by).items())
    return table(by, [(key, _paid(some)) for key, some in found if some])


def known_clients(
    events: Iterable[AnyEvent], documents: Documents, question: Question
) -> list[Row]:
    """Clients of the year that were clients before."""
    lines = list(declared(towns(events, documents, question.as_of)))
    rows = []
    for key, part in grouped(lines, question.by).items():

        def present(year: int, part: list[Money] = part) -> set[tuple[str, str]]:
            return set(net(each for each in part if each.month[:4] == f"{year:04}"))

        now = present(question.year)
        first = min(int(each.month[:4]) for each in part)
        for year in range(first, question.year):
            if now and present(year):
                since = [present(each) for each in range(year, question.year)]
                known, throughout = now & present(year), now.intersection(*since)
                measures = {
                    "clients": len(now),
                    "known": len(known),
                    "share_known": rounded(len(known), len(now)),
                    "known_throughout": len(throughout),
                    "share_throughout": rounded(len(throughout), len(now)),
                }
                rows.append(((*key, question.year, year), measures))
    return table((*question.by, "year", "earlier_year"), rows)


def stacking(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """Clients by the most products and providers in one month."""
    lines = declared(towns(events, documents, question.as_of))
    of_year = [each for each in lines if each.month[:4] == f"{question.year:04}"]
    rows = []
    for key, part in grouped(of_year, question.by).items():
        if found := net(part):
            measures: Row = {"clients": len(found), "declared_cents": sum(found.values())}
            for what, name in (("products", "product"), ("providers", "provider")):
                most = {client: _most(part, client, name) for client in found}
                several = sum(cents for client, cents in found.items() if most[client] >= 2)
                measures[f"{what}_1"] = sum(1 for number in most.values() if number == 1)
                measures[f"{what}_2"] = sum(1 for number in most.values() if number == 2)
                measures[f"{what}_3_plus"] = sum(1 for number in most.values() if number >= 3)
                measures[f"{what}_2_plus_cents"] = several
                measures[f"{what}_2_plus_share_of_money"] = rounded(several, sum(found.values()))
            rows.append(((*key, question.year), measures))
    return table((*question.by, "year"), rows)


def _most(lines: list[Money], client: tuple[str, str], key: str) -> int:
    """The most values of a key that a client has money on in one month."""
    own = [each for each in lines if each.client == client]
    counts: dict[str, int] = defaultdict(int)
    for (month, _), part in grouped(own, ["care_month", key]).items():
        counts[month] += sum(each.cents for each in part) != 0
    return max(counts.values())


def age_bands(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """Clients of the year by age band."""
    some = towns(events, documents, question.as_of)
    lines = declared(some)
    of_year = [each for each in lines if each.month[:4] == f"{question.year:04}"]
    rows = []
    for key, part in grouped(of_year, question.by).items():
        everyone = net(part)
        bands: dict[str | None, list[Money]] = defaultdict(list)
        for each in part:
            bands[_band(some, each)].append(each)
        for band, own in bands.items():
            if found := net(own):
                measures = _paid(found)
                measures["share_of_clients"] = rounded(len(found), len(everyone))
                money = sum(everyone.values())
                measures["share_of_money"] = rounded(measures["declared_cents"], money)
                rows.append(((*key, question.year, band), measures))
    return table((*question.by, "year", "age_band"), rows)


def _band(some: list[Town], money: Money) -> str | None:
    """The oldest band that a message said by the end of the month, else the youngest said later."""
    said = [
        (int(event["age_band"].split("-")[0].strip("+")), event["age_band"], event["dated"])
        for town in some
        if town.shown == money.client[0]
        for event in town.events
        if (is_allocation(event) or is_care(event) or is_request(event))
        and event["client"] == money.client[1]
    ]
    first = date.fromisoformat(f"{money.month}-01")
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    by_then = [each for each in said if each[2] <= end.isoformat()]
    if by_then:
        return max(by_then)[1]
    return min(said)[1] if said else None
