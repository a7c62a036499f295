"""Oracles of comparable products and measures: their definitions (docs/figures-money.md), line by line."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from schemas.events import AnyEvent
from schemas.reference.rows import Conversion, Measure
from streams.figures.batch.money import (
    Documents,
    Fact,
    Row,
    Town,
    areas_of,
    facts_of,
    in_parts,
    main_unit,
    over,
    rounded,
    something,
    towns,
    used,
    year_before,
    year_months,
)
from streams.figures.question import Question

Told = tuple[Fraction, Fraction]
"""Shares of a code's money, and units for one of its units."""


def comparable(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `comparable`."""
    months = year_months(question.year, question.as_of)
    rows = []
    for area, known in areas_of(towns(events, documents, question.as_of), question.by):
        facts = [fact for town in known for fact in facts_of(town)]
        units = _units(facts, {month[:4] for month in [*months, *year_before(months)]})
        for codes in _groups(known, facts):
            own = [fact for fact in facts if fact.product in codes]
            for year, span in ((question.year - 1, year_before(months)), (question.year, months)):
                found = _compared(own, span, units)
                rows += [{**area, "group": min(codes), "year": year, **row} for row in found]
    return rows


def _standing(town: Town) -> list[Conversion]:
    rows = town.reference.conversions
    own = {row.old for row in rows if row.area == town.code}
    return [row for row in rows if row.area == town.code or row.old not in own]


def _groups(known: Iterable[Town], facts: Iterable[Fact]) -> list[set[str]]:
    """The codes, those together that a conversion joins, till none does."""
    pairs = [(row.old, row.new) for town in known for row in _standing(town)]
    found = [
        {code} for code in {fact.product for fact in facts} | {c for pair in pairs for c in pair}
    ]
    for old, new in pairs:
        joined = [group for group in found if old in group or new in group]
        found = [group for group in found if group not in joined] + [set().union(*joined)]
    return sorted(found, key=min)


def _units(facts: Iterable[Fact], years: set[str]) -> dict[tuple[str, str], str | None]:
    """The unit with most volume of each code of each town."""
    volumes: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for fact in facts:
        if fact.month[:4] in years:
            volumes[fact.town.code, fact.product][fact.unit] += fact.volume
    return {place: main_unit(found) for place, found in volumes.items()}


def _compared(
    facts: Sequence[Fact], months: Sequence[str], units: dict[tuple[str, str], str | None]
) -> list[Row]:
    inside = [fact for fact in facts if fact.month in months]
    told: dict[str, Told] = defaultdict(lambda: (Fraction(), Fraction()))
    for fact in inside:
        counted = fact.volume if fact.unit == units[fact.town.code, fact.product] else 0
        for code, (share, factor) in _told(fact).items():
            cents, volume = told[code]
            known, hours = units.get((fact.town.code, code)), Fraction(1)
            if known is not None and fact.unit != known and "01" in (fact.unit, known):
                hours = Fraction(60) if known == "01" else Fraction(1, 60)  # factors count hours
            told[code] = cents + share * fact.cents, volume + factor * hours * counted
    use, whole = used(facts, months), sum((each[1] for each in told.values()), Fraction())
    codes = sorted(told)
    if not (something(use) or any(told[code][1] for code in codes)):
        return []
    group = {
        "level": "group",
        "product": None,
        "declared_cents": use["cents"],
        "units": round(float(whole), 6),
        "clients": use["clients"],
        "client_months": use["client_months"],
        "units_per_client_month": over(whole, use["client_months"]),
        "cents_per_client_month": over(use["cents"], use["client_months"]),
    }
    parts = [
        {
            **dict.fromkeys(group),
            "level": "code",
            "product": code,
            "declared_cents": cents,
            "units": round(float(told[code][1]), 6),
        }
        for code, cents in zip(codes, in_parts([told[code][0] for code in codes]), strict=True)
        if any(told[code])
    ]
    return [group, *parts]


def _told(fact: Fact) -> dict[str, Told]:
    """A line under the codes of today: the conversions are gone through in order of their dates."""
    rows, month = _standing(fact.town), date.fromisoformat(fact.month + "-01")
    steps = [row.starts_on for row in rows if row.old == fact.product]
    if not steps:
        return {fact.product: (Fraction(1), Fraction(1))}
    first = min((day for day in steps if day > month), default=max(steps))
    renewed = any(row.new == fact.product and row.starts_on <= month for row in rows)
    if first <= month and renewed:
        return {fact.product: (Fraction(1), Fraction(1))}
    found = {fact.product: (Fraction(1), Fraction(1))}
    for day in sorted({row.starts_on for row in rows if row.starts_on >= first}):
        after: dict[str, Told] = defaultdict(lambda: (Fraction(), Fraction()))
        for code, (money, units) in found.items():
            onward = [row for row in rows if row.old == code and row.starts_on == day]
            whole = sum(row.weight for row in onward)
            for row in onward:
                share = row.weight / whole
                before = after[row.new]
                after[row.new] = (
                    before[0] + money * share,
                    before[1] + units * share * row.unit_factor,
                )
            if not onward:
                after[code] = after[code][0] + money, after[code][1] + units
        found = dict(after)
    return found


def measures_taken(
    events: Iterable[AnyEvent], documents: Documents, question: Question
) -> list[Row]:
    """The rows of `measures`."""
    rows = []
    for area, known in areas_of(towns(events, documents, question.as_of), question.by):
        plans: dict[str, list[tuple[Town, Measure]]] = defaultdict(list)
        for town in known:
            for row in town.reference.measures(question.year):
                plans[row.measure].append((town, row))
        for name, plan in sorted(plans.items()):
            facts = [fact for town in known for fact in facts_of(town) if _aimed(fact, plan)]
            rows.append(
                {**area, "measure": name, "year": question.year, **_effect(plan, facts, question)}
            )
    return rows


def _aimed(fact: Fact, plan: Iterable[tuple[Town, Measure]]) -> bool:
    return any(
        (town.code == fact.town.code or row.municipality == fact.town.shown)
        and (not row.codes or fact.product in row.codes)
        for town, row in plan
    )


def _effect(plan: Sequence[tuple[Town, Measure]], facts: list[Fact], question: Question) -> Row:
    starts_on = min(row.starts_on for _, row in plan)
    year, ended = question.year, year_months(question.year, question.as_of)
    first = max(f"{year:04}-01", f"{starts_on:%Y-%m}")
    months = [month for month in ended if month >= first]
    now, before = used(facts, months), used(facts, year_before(months))
    cheaper: Any = None
    if now["client_months"] and before["client_months"]:
        price = Fraction(before["cents"], before["client_months"])
        mean = Fraction(now["cents"], now["client_months"])
        cheaper = rounded((price - mean) * now["client_months"])
    drop = before["cents"] - now["cents"]
    return {
        "starts_on": starts_on.isoformat(),
        "first_month": first,
        "last_month": _last_month(year, question.as_of),
        "intended_cents": sum(row.saving_cents for _, row in plan),
        "intended_to_date_cents": sum(_intended(row, ended, year) for _, row in plan),
        "realised_cents": cheaper,
        "fewer_cents": None if cheaper is None else drop - cheaper,
        "drop_cents": drop,
        "declared_cents": now["cents"],
        "before_declared_cents": before["cents"],
        "client_months": now["client_months"],
        "before_client_months": before["client_months"],
        "cents_per_client_month": over(now["cents"], now["client_months"]),
        "before_cents_per_client_month": over(before["cents"], before["client_months"]),
    }


def _last_month(year: int, as_of: date) -> str:
    months = year_months(min(year, as_of.year), as_of) or year_months(as_of.year - 1, as_of)
    return months[-1]


def _intended(row: Measure, ended: Iterable[str], year: int) -> int:
    """The saving in equal parts over the months of the year from the measure's start."""
    working = [
        f"{year:04}-{n:02}" for n in range(1, 13) if f"{year:04}-{n:02}" >= f"{row.starts_on:%Y-%m}"
    ]
    passed = [month for month in working if month in set(ended)]
    return rounded(Fraction(row.saving_cents * len(passed), len(working))) if passed else 0
