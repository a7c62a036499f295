"""Plain facts about money, straight from messages and documents: what the oracles are made of.

A fact is one declared line; nothing is added up here. Months are texts ("YYYY-MM").
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from streams.figures.batch.measures import Line, lines_of, shown_under

Documents = Mapping[str, ReferenceDocument]
Row = dict[str, Any]


@dataclass(frozen=True)
class Town:
    """What one code was sent by the as-of date; `shown` is the municipality it stands under by then."""

    code: str
    shown: str
    region: str | None
    reference: Reference
    events: list[AnyEvent]
    lines: list[Line]


@dataclass(frozen=True)
class Fact:
    """A declared line: signed cents and volume, hours as minutes; `arrived` a month."""

    town: Town
    month: str
    category: str
    product: str
    provider: str
    client: str
    unit: str
    volume: int
    cents: int
    arrived: str
    allocation: int


def towns(events: Iterable[AnyEvent], documents: Documents, as_of: date) -> list[Town]:
    """Every code with a message, a budget or fixed costs, and those that stand under the same ones."""
    every = list(events)
    named = {event["municipality"] for event in every}
    named |= {code for code, each in documents.items() if each.budgets or each.fixed_costs}
    shown = {shown_under(code, documents, as_of) for code in named}
    codes = {
        code
        for code in {*named, *shown, *documents}
        if shown_under(code, documents, as_of) in shown
    }
    known: dict[str, list[AnyEvent]] = defaultdict(list)
    for event in every:
        if event["dated"] <= as_of.isoformat():
            known[event["municipality"]].append(event)
    return [_town(code, documents, as_of, known[code]) for code in sorted(codes)]


def _town(code: str, documents: Documents, as_of: date, events: list[AnyEvent]) -> Town:
    shown = shown_under(code, documents, as_of)
    region = documents.get(shown, empty_document(shown)).region
    reference = Reference(documents.get(code, empty_document(code)), as_of)
    return Town(code, shown, region, reference, events, list(lines_of(events)))


def facts_of(town: Town) -> list[Fact]:
    """The declared lines of a town."""
    found = []
    for line in town.lines:
        if line.state in ("open", "granted"):
            sign = 1 if line["side"] == "D" else -1
            unit, factor = ("01", 60) if line["unit"] == "04" else (line["unit"], 1)
            found.append(
                Fact(
                    town,
                    line["begin"][:7],
                    line["category"],
                    line["code"],
                    line.event["provider"],
                    line.event["clients"][line["client"]],
                    unit,
                    sign * factor * line["volume"],
                    sign * line["amount"],
                    line.event["dated"][:7],
                    line["allocation"],
                )
            )
    return found


def values_of(fact: Fact) -> dict[str, Any]:
    """What each key is for a fact."""
    row = fact.town.reference.product(fact.product, date.fromisoformat(fact.month + "-01"))
    return {
        "municipality": fact.town.shown,
        "region": fact.town.region,
        "product": fact.product,
        "category": fact.category,
        "provider": fact.provider,
        "segment": row.segment if row else None,
        "profile": row.profile if row else None,
        "intensity": row.intensity if row else None,
        "stay": {None: None, True: "ja", False: "nee"}[row.stay] if row else None,
        "budget_line": row.budget_line if row else None,
    }


def parted_by(facts: Iterable[Fact], by: Sequence[str]) -> list[tuple[tuple[Any, ...], list[Fact]]]:
    """The facts by the values of the keys named, sorted; nothing before something."""
    found: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        values = values_of(fact)
        found[tuple(values[name] for name in by)].append(fact)
    return sorted(found.items(), key=lambda each: in_order(each[0]))


def areas_of(known: Iterable[Town], by: Sequence[str]) -> list[tuple[Row, list[Town]]]:
    """The towns by municipality and region, as far as asked."""
    names = [name for name in by if name in ("municipality", "region")]
    found: dict[tuple[Any, ...], list[Town]] = defaultdict(list)
    for town in known:
        values = {"municipality": town.shown, "region": town.region}
        found[tuple(values[name] for name in names)].append(town)
    ordered = sorted(found.items(), key=lambda each: in_order(each[0]))
    return [(dict(zip(names, values, strict=True)), each) for values, each in ordered]


def in_order(values: Iterable[Any]) -> list[tuple[bool, str]]:
    """A sorting key: no value first, then as text."""
    return [(value is not None, str(value or "")) for value in values]


def ended(month: str, as_of: date) -> bool:
    """Whether the last day of a month is over on a day, that day included."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1]) <= as_of


def year_months(year: int, as_of: date) -> list[str]:
    """The months of a year that have ended."""
    months = [f"{year:04}-{number:02}" for number in range(1, 13)]
    return [month for month in months if ended(month, as_of)]


def last_months(count: int, year: int, as_of: date) -> list[str]:
    """The last months that have ended, none after a year."""
    years = range(min(year, as_of.year) - 2, min(year, as_of.year) + 1)
    return [month for each in years for month in year_months(each, as_of)][-count:]


def year_before(months: Iterable[str]) -> list[str]:
    """The same months a year before."""
    return [f"{int(month[:4]) - 1:04}{month[4:]}" for month in months]


def used(facts: Iterable[Fact], months: Iterable[str]) -> dict[str, Any]:
    """Cents, clients, client-months and units of the facts in some months."""
    wanted = set(months)
    inside = [fact for fact in facts if fact.month in wanted]
    units: dict[str, int] = defaultdict(int)
    for fact in inside:
        units[fact.unit] += fact.volume
    return {
        "cents": sum(fact.cents for fact in inside),
        "clients": _clients(inside),
        "client_months": sum(_clients(f for f in inside if f.month == month) for month in wanted),
        "units": units,
    }


def _clients(facts: Iterable[Fact]) -> int:
    net: dict[tuple[str, str], int] = defaultdict(int)
    for fact in facts:
        net[fact.town.shown, fact.client] += fact.cents
    return sum(1 for cents in net.values() if cents)


def main_unit(units: Mapping[str, int]) -> str | None:
    """The unit with most volume; euros (83) when there is no other."""
    volumes = sorted((abs(volume), unit) for unit, volume in units.items() if volume)
    care = [unit for _, unit in volumes if unit != "83"]
    return care[-1] if care else "83" if volumes else None


def something(use: Mapping[str, Any]) -> bool:
    """Whether anything was used."""
    return bool(use["cents"] or use["client_months"] or any(use["units"].values()))


def over(part: Fraction | int, whole: Fraction | int) -> float | None:
    """A share or mean, in six decimals; None of nothing."""
    return round(float(Fraction(part) / Fraction(whole)), 6) if whole else None


HALF: Final = Fraction(1, 2)


def rounded(exact: Fraction | int) -> int:
    """The nearest whole number, halves up."""
    return int((Fraction(exact) + HALF) // 1)


def in_parts(exact: Sequence[Fraction]) -> list[int]:
    """Whole numbers of which any first few add up to the rounded sum of those few."""
    return [
        rounded(sum(exact[: place + 1], Fraction())) - rounded(sum(exact[:place], Fraction()))
        for place in range(len(exact))
    ]
