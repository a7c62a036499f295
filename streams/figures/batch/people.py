"""Figures about clients straight from their definitions (docs/figures-people.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from schemas.events import AnyEvent, is_allocation, is_care, is_request
from streams.figures.batch.people_lines import (
    Documents,
    Money,
    Row,
    Town,
    declared,
    grouped,
    net,
    rounded,
    table,
    towns,
    whole,
)
from streams.figures.question import Question


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
    lines, said = declared(some), _said(some)
    of_year = [each for each in lines if each.month[:4] == f"{question.year:04}"]
    rows = []
    for key, part in grouped(of_year, question.by).items():
        everyone = net(part)
        bands: dict[str | None, list[Money]] = defaultdict(list)
        for each in part:
            bands[_band(said[each.client], each.month)].append(each)
        for band, own in bands.items():
            if found := net(own):
                measures = _paid(found)
                measures["share_of_clients"] = rounded(len(found), len(everyone))
                money = sum(everyone.values())
                measures["share_of_money"] = rounded(measures["declared_cents"], money)
                rows.append(((*key, question.year, band), measures))
    return table((*question.by, "year", "age_band"), rows)


_Said = tuple[int, str, str]
"""The first age of a band, the band, and the Dagtekening of the message that said it."""


def _said(some: list[Town]) -> dict[tuple[str, str], list[_Said]]:
    found: dict[tuple[str, str], list[_Said]] = defaultdict(list)
    for town in some:
        for event in town.events:
            if is_allocation(event) or is_care(event) or is_request(event):
                band = event["age_band"]
                age = int(band.split("-")[0].strip("+"))
                found[town.shown, event["client"]].append((age, band, event["dated"]))
    return found


def _band(said: list[_Said], month: str) -> str | None:
    """The oldest band that a message said by the end of the month, else the youngest said later."""
    first = date.fromisoformat(f"{month}-01")
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    by_then = [each for each in said if each[2] <= end.isoformat()]
    if by_then:
        return max(by_then)[1]
    return min(said)[1] if said else None
