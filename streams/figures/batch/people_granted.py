"""Figures about allocations straight from their definitions (docs/figures-people.md)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from schemas.events import AnyEvent, is_change
from streams.figures.batch.measures import (
    Version,
    committed_of,
    lines_of,
    referrers_of,
    versions_of,
)
from streams.figures.batch.people_lines import (
    Documents,
    Money,
    Row,
    Same,
    Town,
    declared,
    net,
    rounded,
    same_products,
    table,
    towns,
    whole,
)
from streams.figures.question import Question
from streams.ledger.allocations import canonical


@dataclass(frozen=True)
class Allocated:
    """An allocation that is not deleted, with its versions, one a stamp, oldest first."""

    town: Town
    versions: list[Version]

    @property
    def content(self) -> Any:
        """What it says now."""
        return self.versions[-1][1]

    @property
    def owner(self) -> tuple[str, str, str]:
        """Municipality, client and provider."""
        event = self.versions[-1][0]
        return self.town.shown, event["client"], event["provider"]

    @property
    def year(self) -> int:
        """The year of the first version's Toewijzingsdatum."""
        return int(self.versions[0][1]["stamp"][:4])

    def labels(self, question: Question) -> tuple[Any, ...]:
        """The keys of its row."""
        content = self.content
        place = (
            *(content["begin"][:7], content.get("category"), content.get("code")),
            *(self.owner[2], None),
        )
        return self.town.labels(place, question.by)


def _deleted(content: Any) -> bool:
    return content.get("reason") in ("13", "01") and content.get("end") == content["begin"]


def allocated(some: list[Town]) -> list[Allocated]:
    """All of them, also those that two parts of a municipality hold once."""
    found: dict[Any, list[tuple[Town, list[Version]]]] = defaultdict(list)
    for town in some:
        for versions in versions_of(town.events):
            event, content = versions[-1]
            name = town.shown, content["number"], event["client"], event["provider"]
            found[name].append((town, versions))
    ones = []
    for parts in found.values():
        town = max(parts, key=lambda part: _rank(part[1][-1]))[0]
        said = sorted((version for _, versions in parts for version in versions), key=_rank)
        last_of_stamp = {version[1]["stamp"]: version for version in said}
        if not _deleted(said[-1][1]):
            ones.append(Allocated(town, list(last_of_stamp.values())))
    return ones


def _rank(version: Version) -> tuple[str, bytes, str, str]:
    event, content = version
    return content["stamp"], canonical(content), event["provider"], event["client"]


def _end(content: Any) -> str:
    end: str = content.get("end", "9999-99-99")
    return end


def _alike(one: Allocated, same: Same) -> tuple[Any, ...]:
    """What allocations of one client, provider and product have in common."""
    code = one.content.get("code")
    if code is None:
        return (*one.owner, one.content.get("category"))
    return (*one.owner, same(one.owner[0], code))


def _decisions(some: list[Town], gap_days: int) -> Iterator[tuple[Allocated, int, str, Any]]:
    """(allocation, year, day, None when new else the set of the new request's reference)."""
    ones, same = allocated(some), same_products(some)
    alike: dict[tuple[Any, ...], list[Allocated]] = defaultdict(list)
    for one in ones:
        alike[_alike(one, same)].append(one)
    for one in ones:
        beside = alike[_alike(one, same)]
        former = [other for other in beside if other.content["begin"] < one.content["begin"]]
        renews = any(_within(one.content["begin"], _end(each.content), gap_days) for each in former)
        carried = {content.get("reference") for each in former for _, content in each.versions}
        first = one.versions[0][1]
        request = {first.get("reference")} - carried - {None} if renews else None
        yield one, int(first["stamp"][:4]), first["stamp"][:10], request
        kept = [content for _, content in one.versions if not _deleted(content)]
        for place in range(1, len(kept)):
            if _end(kept[place]) > _end(kept[place - 1]):
                carried = {each.get("reference") for each in kept[:place]} | {None}
                day = kept[place]["stamp"][:10]
                yield one, int(day[:4]), day, {kept[place].get("reference")} - carried


def _within(begin: str, end: str, gap_days: int) -> bool:
    if end == "9999-99-99":
        return True
    return (date.fromisoformat(begin) - date.fromisoformat(end)).days - 1 <= gap_days


def renewals(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """New and renewed."""
    some = towns(events, documents, question.as_of)
    changes = {
        (town.shown, event["provider"], event["reference"])
        for town in some
        for event in filter(is_change, town.events)
    }
    rows: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    days: dict[tuple[Any, ...], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one, year, day, request in _decisions(some, question.gap_days):
        key = one.labels(question)
        days[key][repr(one.owner[:2])].append(day)
        if year == question.year:
            row = rows[key]
            row["new"] += request is None
            row["renewals"] += request is not None
            row["renewals_with_request"] += bool(request)
            row["renewals_without_request"] += request == set()
            asked = {(one.owner[0], one.owner[2], each) for each in request or ()}
            row["renewals_by_change"] += bool(asked & changes)
    found = []
    for key, row in rows.items():
        first = [min(own) for own in days[key].values()]
        without = row["renewals_without_request"]
        measures = {
            "new": row["new"],
            "new_clients": sum(1 for day in first if int(day[:4]) == question.year),
            "renewals": row["renewals"],
            "renewals_with_request": row["renewals_with_request"],
            "renewals_by_change": row["renewals_by_change"],
            "renewals_without_request": without,
            "share_without_request": rounded(without, row["renewals"]),
        }
        found.append(((*key, question.year), measures))
    return table((*question.by, "year"), found)


def referrers(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """Who referred."""
    some = towns(events, documents, question.as_of)
    sent = {id(town): _sent(town) for town in some}
    counts: Counter[tuple[Any, ...]] = Counter()
    for one in allocated(some):
        if one.year == question.year:
            number = one.content["number"]
            counts[*one.labels(question), *sent[id(one.town)][number]] += 1
    money: dict[tuple[Any, ...], list[Money]] = defaultdict(list)
    committed: dict[tuple[Any, ...], Fraction] = defaultdict(Fraction)
    for each in declared(some):
        if each.month[:4] == f"{question.year:04}":
            key = each.town.labels(each.place, question.by)
            who = sent[id(each.town)].get(each.line["allocation"], (None, "onbekend"))
            money[*key, *who].append(each)
    horizon = date(question.as_of.year, 12, 31)
    for town in some:
        lines = list(lines_of(town.events))
        for place, cents in committed_of(town.events, lines, town.reference, horizon):
            if place[0][:4] == f"{question.year:04}":
                key = town.labels((*place[:4], None), question.by)
                committed[*key, *sent[id(town)][place[4]]] += cents or 0
    rows = []
    for key in {*counts, *money, *committed}:
        beside = [other for other in {*counts, *money} if other[:-2] == key[:-2]]
        paid = sum(each.cents for each in money[key])
        measures = {
            "allocations": counts[key],
            "share_of_allocations": rounded(counts[key], sum(counts[each] for each in beside)),
            "clients": len(net(money[key])),
            "declared_cents": paid,
            "share_of_money": rounded(
                paid, sum(line.cents for each in beside for line in money[each])
            ),
            "committed_cents": whole(committed[key]),
        }
        if any(measures.values()):
            rows.append(((*key[:-2], question.year, *key[-2:]), measures))
    return table((*question.by, "year", "referrer", "request"), rows)


def _sent(town: Town) -> dict[int, tuple[str | None, str]]:
    """Referrer and kind of request of each allocation number, deleted ones too."""
    changes = {(event["provider"], event["reference"]) for event in filter(is_change, town.events)}
    referrer = referrers_of(town.events)
    found: dict[int, tuple[str | None, str]] = {}
    for versions in versions_of(town.events):
        number = versions[-1][1]["number"]
        asked = {
            (event["provider"], content["reference"])
            for event, content in versions
            if "reference" in content
        }
        if number in referrer:
            found[number] = referrer[number], "toewijzing"
        elif not asked:
            found[number] = None, "geen"
        else:
            found[number] = None, "wijziging" if asked & changes else "onbekend"
    return found
