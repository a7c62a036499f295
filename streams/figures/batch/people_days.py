"""Figures about days in care, counted day by day (docs/figures-people.md)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from schemas.events import AnyEvent, CareEvent, CareMove, is_care
from streams.figures.batch.measures import winners_of
from streams.figures.batch.people_lines import (
    Documents,
    Money,
    Place,
    Row,
    Town,
    declared,
    net,
    same_products,
    table,
    towns,
    whole,
)
from streams.figures.question import Question

Client = tuple[str, str]
FIFTY_YEARS = timedelta(days=18_262)


@dataclass
class Days:
    """The days in care of one client in one row: the products on each, and the awaited ones."""

    products: dict[date, set[frozenset[str | None]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    awaited: set[date] = field(default_factory=set)

    def runs(self, gap_days: int) -> list[tuple[date, date]]:
        """First and last day of each time in care."""
        found: list[tuple[date, date]] = []
        for day in sorted(self.products):
            if found and (day - found[-1][1]).days - 1 <= gap_days:
                found[-1] = (found[-1][0], day)
            else:
                found.append((day, day))
        return found


@dataclass(frozen=True)
class _Care:
    """Some days of one client in one place."""

    town: Town
    place: Place
    client: Client
    days: list[date]
    awaited: bool = False


def days_in_care(some: list[Town], question: Question) -> dict[tuple[Any, ...], dict[Client, Days]]:
    """By row and client."""
    started, same = list(_started(some, question.as_of)), same_products(some)
    found: dict[tuple[Any, ...], dict[Client, Days]] = defaultdict(lambda: defaultdict(Days))
    for care in (*started, *_declared(some, started, question.as_of)):
        days = found[care.town.labels(care.place, question.by)][care.client]
        product = same(care.client[0], care.place[2])
        for day in care.days:
            days.products[day].add(product)
        if care.awaited:
            days.awaited.update(care.days)
    return found


def _span(first: str, last: str, as_of: date) -> list[date]:
    begin, end = date.fromisoformat(first), min(date.fromisoformat(last), as_of)
    return [begin + timedelta(days=count) for count in range((end - begin).days + 1)]


def _month_end(month: str) -> str:
    later = date.fromisoformat(f"{month}-01") + timedelta(days=31)
    return (later.replace(day=1) - timedelta(days=1)).isoformat()


def _declared(some: list[Town], started: list[_Care], as_of: date) -> Iterator[_Care]:
    lines = list(declared(some))
    cells: dict[Any, list[Money]] = defaultdict(list)
    for each in lines:
        cells[id(each.town), each.place[:4], each.client].append(each)
    alive = [(cell[0], cell) for cell in cells.values() if net(cell)]
    begun = {(care.client, care.place[3]) for care in started}
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for first, _ in alive:
        if first.month <= as_of.isoformat()[:7]:
            told[first.town.shown, first.place[3]].append(first.month)
    last_months = {place: max(each) for place, each in told.items()}
    for first, cell in alive:
        month, provider, shown = first.month, first.place[3], first.town.shown
        silent = last_months.get((shown, provider)) == month
        awaited = silent and (first.client, provider) not in begun
        for begin, end in {(each.line["begin"], each.line["end"]) for each in cell}:
            same = [each for each in cell if (each.line["begin"], each.line["end"]) == (begin, end)]
            if net(same):
                since = min(begin, _month_end(month))
                to = max(min(end, _month_end(month)), since)
                days = _span(since, to, as_of)
                if days:
                    yield _Care(first.town, first.place, first.client, days, awaited)


def _standing(events: Iterable[AnyEvent]) -> list[tuple[CareEvent, CareMove]]:
    """The starts and stops that hold."""
    found: dict[str, tuple[Any, CareEvent, CareMove]] = {}
    for event in filter(is_care, events):
        for move in event["moves"]:
            begun = {name: move.get(name) for name in ("category", "code")}
            key = json.dumps(
                [
                    *(event["moment"], event["provider"], event["client"], move["begin"]),
                    *(move.get("reason", ""), move.get("end", "")),
                    move.get("allocation", begun),
                ]
            )
            rank = (
                *(event["dated"], move["status"] != "3", event["identification"]),
                json.dumps(move, sort_keys=True),
            )
            if key not in found or rank > found[key][0]:
                found[key] = rank, event, move
    return [(event, move) for _, event, move in found.values() if move["status"] != "3"]


def _begun(said: tuple[CareEvent, CareMove]) -> tuple[Any, ...]:
    """What a start and a stop about the same care have in common."""
    event, move = said
    parties = event["provider"], event["client"]
    if "allocation" in move:
        return (*parties, move["allocation"])
    return (*parties, move.get("category"), move.get("code"))


def _started(some: list[Town], as_of: date) -> Iterator[_Care]:
    for town in some:
        allocated = {content["number"]: content for _, content in winners_of(town.events)}
        said = _standing(town.events)
        ends: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for stop in said:
            if stop[0]["moment"] == "stop":
                ends[_begun(stop)].append(stop[1].get("end", ""))
        for start in said:
            event, move = start
            if event["moment"] != "start":
                continue
            content: Any = allocated.get(move.get("allocation", -1), move)
            gone = content.get("reason") in ("13", "01")
            if content is not move and gone and content.get("end") == content["begin"]:
                continue
            end = as_of.isoformat() if content is move else content.get("end", as_of.isoformat())
            stops = [each for each in ends[_begun(start)] if each >= move["begin"]]
            since = max(move["begin"], (as_of - FIFTY_YEARS).isoformat())
            days = _span(since, min(stops, default=end), as_of)
            product = content.get("category"), content.get("code")
            since = max(move["begin"], (as_of - FIFTY_YEARS).isoformat())
            days = _span(since, min(stops, default=end), as_of)
            by_month: dict[str, list[date]] = defaultdict(list)
            for day in days:
                by_month[day.isoformat()[:7]].append(day)
            for month, inside in by_month.items():
                place = (month, *product, event["provider"], None)
                yield _Care(town, place, (town.shown, event["client"]), inside)


def _window(question: Question) -> tuple[date, date] | None:
    """The day before the year, and its last day so far."""
    last = min(date(question.year, 12, 31), question.as_of)
    before = date(question.year, 1, 1) - timedelta(days=1)
    return (before, last) if last > before else None


def _final(days: Days, run: tuple[date, date], question: Question) -> bool:
    silent = any(run[0] <= day <= run[1] for day in days.awaited)
    return not silent and (question.as_of - run[1]).days > question.gap_days


def flows(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """In, through and out."""
    window = _window(question)
    if window is None:
        return []
    before, last = window
    some = towns(events, documents, question.as_of)
    price = _prices(some, question.year)
    rows = []
    for key, people in days_in_care(some, question).items():
        row = dict.fromkeys(_FLOWS, 0)
        for client, days in people.items():
            for place, run in enumerate(days.runs(question.gap_days)):
                at_start, at_end = run[0] <= before <= run[1], run[0] <= last <= run[1]
                row["start"] += at_start
                row["end"] += at_end
                if before < run[0] <= last:
                    row["inflow"] += 1
                    row["inflow_returning" if place else "inflow_new"] += 1
                if before < run[1] + timedelta(days=1) <= last:
                    row["outflow"] += 1
                    over = _final(days, run, question)
                    row["outflow_definitive" if over else "outflow_provisional"] += 1
                if at_start and at_end:
                    row["through"] += 1
                    old, new = _had(days, before), _had(days, last)
                    row["through_moved"] += old != new
                    was, becomes = price(client[0], old), price(client[0], new)
                    if old != new and was is not None and becomes is not None:
                        row["through_up"] += becomes > was
                        row["through_down"] += becomes < was
        if any(row.values()):
            rows.append(((*key, question.year), row))
    return table((*question.by, "year"), rows)


_FLOWS = (
    *("start", "inflow", "inflow_new", "inflow_returning"),
    *("through", "through_moved", "through_up", "through_down"),
    *("outflow", "outflow_definitive", "outflow_provisional", "end"),
)


def _had(days: Days, day: date) -> set[frozenset[str | None]]:
    return days.products[max(each for each in days.products if each <= day)]


def _prices(some: list[Town], year: int) -> Any:
    """What products cost a client a month in a municipality; None when the year doesn't tell."""
    same = same_products(some)
    lines: dict[Any, list[Money]] = defaultdict(list)
    for each in declared(some):
        if each.month[:4] == f"{year:04}":
            lines[each.client[0], same(each.client[0], each.place[2])].append(each)

    @cache
    def mean(shown: str, product: frozenset[str | None]) -> Fraction | None:
        own = lines[shown, product]
        months = [
            cents
            for month in {each.month for each in own}
            for cents in net(each for each in own if each.month == month).values()
        ]
        return Fraction(sum(months), len(months)) if months else None

    def price(shown: str, products: set[frozenset[str | None]]) -> Fraction | None:
        found = [mean(shown, product) for product in products]
        return None if None in found else sum(filter(None, found), Fraction())

    return price


def stay_length(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """How long."""
    window = _window(question)
    if window is None:
        return []
    before, last = window
    some = towns(events, documents, question.as_of)
    rows = []
    for key, people in days_in_care(some, question).items():
        ended, running = [], []
        for days in people.values():
            for run in days.runs(question.gap_days):
                if run[0] <= last <= run[1]:
                    running.append((last - run[0]).days + 1)
                elif before <= run[1] < last and _final(days, run, question):
                    ended.append((run[1] - run[0]).days + 1)
        if ended or running:
            measures = _spread("ended", ended) | _spread("running", running)
            rows.append(((*key, question.year), measures))
    return table((*question.by, "year"), rows)


def _spread(name: str, lengths: list[int]) -> Row:
    row: Row = {name: len(lengths)}
    row[f"{name}_mean_days"] = whole(Fraction(sum(lengths), len(lengths))) if lengths else None
    for percent in (25, 50, 75):
        # nearest rank: the least length that at least so many percent do not exceed
        enough = [
            each
            for each in sorted(lengths)
            if 100 * sum(1 for other in lengths if other <= each) >= percent * len(lengths)
        ]
        row[f"{name}_p{percent}_days"] = enough[0] if enough else None
    return row
