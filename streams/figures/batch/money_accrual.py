"""The oracle of accrual: its definition (docs/figures-money.md), day by day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from schemas.events import AnyEvent, is_care
from streams.figures.batch.measures import winners_of
from streams.figures.batch.money import (
    Documents,
    Fact,
    Row,
    Town,
    facts_of,
    in_order,
    rounded,
    towns,
    values_of,
)
from streams.figures.batch.money_budgets import fixed_of
from streams.figures.question import Question

Sums = dict[tuple[tuple[Any, ...], str], dict[str, int]]


def accrual(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `accrual`."""
    sums: Sums = defaultdict(
        lambda: dict.fromkeys(("declared", "periodised", "due", "fixed", "cash"), 0)
    )
    for town in towns(events, documents, question.as_of):
        _add_lines(sums, town, question)
        for (line, _, month), cents in fixed_of([town], question.year).items():
            known = {"municipality": town.shown, "region": town.region, "budget_line": line}
            place = tuple(known.get(name) for name in question.by)
            sums[place, month]["fixed"] += cents
    ordered = sorted(sums.items(), key=lambda each: (in_order(each[0][0]), each[0][1]))
    return [
        {
            **dict(zip(question.by, place, strict=True)),
            "care_month": month,
            **{f"{name}_cents": cents for name, cents in columns.items()},
        }
        for (place, month), columns in ordered
        if int(month[:4]) == question.year and any(columns.values())
    ]


def _add_lines(sums: Sums, town: Town, question: Question) -> None:
    periods = _periods(town)
    paid_apart: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in facts_of(town):
        place = _place(fact, question)
        sums[place, fact.month]["declared"] += fact.cents
        sums[place, fact.arrived]["cash"] += fact.cents
        days = periods.get((fact.provider, fact.client, fact.allocation), [])
        if _start_share(fact) is None or not days:
            sums[place, fact.month]["periodised"] += fact.cents
            continue
        for month, cents in _spread(Fraction(fact.cents), days):
            sums[place, month]["periodised"] += cents
        name = fact.provider, fact.client, fact.allocation, fact.category, fact.product
        paid_apart[name].append(fact)
    for name, facts in paid_apart.items():
        _add_due(sums, facts, periods[name[:3]], question)


def _place(fact: Fact, question: Question) -> tuple[Any, ...]:
    values = values_of(fact)
    return tuple(values[name] for name in question.by)


def _start_share(fact: Fact) -> Fraction | None:
    row = fact.town.reference.product(fact.product, date.fromisoformat(fact.month + "-01"))
    return row.payment if row else None


def _add_due(sums: Sums, facts: list[Fact], days: list[date], question: Question) -> None:
    by_month: dict[str, int] = defaultdict(int)
    for fact in facts:
        by_month[fact.month] += fact.cents
    paid = sorted(month for month, cents in by_month.items() if cents)
    if not paid:
        return
    start = next(fact for fact in facts if fact.month == paid[0])
    share = _start_share(start)
    if not share:
        return
    one_month = days[0].isoformat()[:7] == days[-1].isoformat()[:7]
    price = Fraction(by_month[paid[0]]) / (1 if one_month else share)
    for fact in facts:
        sums[_place(fact, question), fact.month]["due"] -= fact.cents
    for month, cents in _spread(price, days):
        if month <= question.as_of.isoformat()[:7]:
            sums[_place(start, question), month]["due"] += cents


def _spread(cents: Fraction, days: list[date]) -> Iterable[tuple[str, int]]:
    """Cents a month: what the days up to its last one make, rounded, less what came before."""
    last: dict[str, int] = {}
    for count, day in enumerate(days, 1):
        last[day.isoformat()[:7]] = count
    done = 0
    for month in sorted(last):
        until = rounded(abs(cents) * last[month] / len(days))
        yield month, (until - done) * (-1 if cents < 0 else 1)
        done = until


def _periods(town: Town) -> dict[tuple[str, str, int], list[date]]:
    """The days of each allocation's care, by provider, client and number."""
    found, ends = {}, _stops(town)
    for event, content in winners_of(town.events):
        begin = date.fromisoformat(content["begin"])
        if content.get("reason") in ("13", "01") and content.get("end") == content["begin"]:
            continue
        own = event["provider"], event["client"], content["number"]
        horizon = date(town.reference.as_of.year, 12, 31).isoformat()
        end = date.fromisoformat(ends.get(own, content.get("end", horizon)))
        last = date(min(begin.year + 50, 9999), begin.month, 1) - timedelta(days=1)
        days = (min(end, last) - begin).days + 1
        found[own] = [begin + timedelta(days=count) for count in range(days)]
    return found


def _stops(town: Town) -> dict[tuple[str, str, int], str]:
    """The day of the stop said last that stands and isn't temporary, by provider, client and number."""
    said: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for event in filter(is_care, town.events):
        for move in event["moves"]:
            if event["moment"] == "stop" and "allocation" in move:
                own = event["provider"], event["client"], move["allocation"]
                key = (*own, move["begin"], move.get("reason"), move.get("end"))
                said[key].append((event["dated"], move["status"] != "3", own, move))
    last: dict[tuple[str, str, int], tuple[str, str]] = {}
    for words in said.values():
        dated, stands, own, move = max(words, key=lambda each: each[:2])
        if stands and move.get("reason") != "20" and "end" in move:
            last[own] = max(last.get(own, ("", "")), (dated, move["end"]))
    return {own: end for own, (_, end) in last.items()}
