"""Oracles of burn, fixed costs and contracts: their definitions (docs/figures-money.md), line by line."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from schemas.events import AnyEvent
from schemas.reference.lookup import adoption
from schemas.reference.rows import Budget, Contract
from streams.figures.batch.measures import committed_of
from streams.figures.batch.money import (
    Documents,
    Fact,
    Row,
    Town,
    areas_of,
    facts_of,
    in_order,
    in_parts,
    over,
    rounded,
    towns,
)
from streams.figures.question import Question


def fixed(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `fixed`."""
    rows = []
    for area, known in areas_of(towns(events, documents, question.as_of), question.by):
        names = ("budget_line", "kind", "care_month")
        for place, cents in sorted(fixed_of(known, question.year).items()):
            rows.append({**area, **dict(zip(names, place, strict=True)), "fixed_cents": cents})
    return rows


def fixed_of(known: Iterable[Town], year: int) -> dict[tuple[str, str, str], int]:
    """Fixed costs of a year in cents, by budget line, kind and month."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for town in known:
        for row in town.reference.fixed_rows:
            for number in range(1, 13):
                month = f"{year:04}-{number:02}"
                own = town.reference.holds(date(year, number, 1))
                whole = row.amount_cents
                if row.care_month == month and own:
                    found[row.budget_line, row.kind, month] += whole
                elif row.care_month == f"{year:04}" and own:
                    part = whole * number // 12 - whole * (number - 1) // 12
                    found[row.budget_line, row.kind, month] += part
    return found


def burn(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `burn`."""
    rows = []
    for area, known in areas_of(towns(events, documents, question.as_of), question.by):
        spent = _spent(known, question)
        budgets: dict[str | None, list[tuple[Budget, ...]]] = defaultdict(list)
        for town in known:
            for name in town.reference.budget(question.year):
                budgets[name].append(town.reference.budget_versions(question.year, name))
        lines = sorted({*spent, *budgets}, key=lambda line: in_order([line]))
        committed = [
            spent[line].pop("committed") if line in spent else Fraction() for line in lines
        ]
        cents = dict(zip(lines, in_parts(committed), strict=True))
        for line in lines:
            names: Row = {"level": "line", "budget_line": line}
            money = _money(spent.get(line, {}), cents[line])
            rows += _versions({**area, **names}, budgets[line], adoption, money, question)
        if lines:
            whole = {
                name: sum(spent[line].get(name, 0) for line in spent)
                for name in {name for each in spent.values() for name in each}
            }
            names = {"level": "total", "budget_line": None}
            every = [series for line in lines for series in budgets[line]]
            money = _money(whole, sum(cents.values()))
            rows += _versions({**area, **names}, every, _day, money, question)
    return rows


def _day(row: Budget) -> date:
    return row.adopted_on


def _spent(known: Iterable[Town], question: Question) -> dict[str | None, dict[str, Any]]:
    """Cents by budget line and name; `committed` exactly. Only lines with anything at all."""
    found: dict[str | None, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    lines_of: set[str | None] = set()
    towns_of = list(known)
    for town in towns_of:
        for line in town.lines:
            if line["begin"][:4] == f"{question.year:04}":
                name = _line(town, line["code"], line["begin"][:7])
                lines_of.add(name)
                sign = 1 if line["side"] == "D" else -1
                found[name][line.state] += sign * line["amount"]
        for key, money in _committed(town):
            if key[0][:4] == f"{question.year:04}":
                found[_line(town, key[2], key[0])]["committed"] += money
    for (name, kind, month), cents in fixed_of(towns_of, question.year).items():
        lines_of.add(name)
        found[name]["year"] += cents
        if month <= question.as_of.isoformat()[:7]:
            found[name][kind] += cents
    return {
        name: {"committed": Fraction(), **each}
        for name, each in found.items()
        if name in lines_of or each["committed"]
    }


def _line(town: Town, product: str | None, month: str) -> str | None:
    row = product and town.reference.product(product, date.fromisoformat(f"{month}-01"))
    return row.budget_line if row else None


def _committed(town: Town) -> Iterable[tuple[tuple[Any, ...], Fraction]]:
    horizon = date(town.reference.as_of.year, 12, 31)
    for key, money in committed_of(town.events, town.lines, town.reference, horizon):
        yield key, money or Fraction()


def _money(spent: dict[str, Any], committed: int) -> Row:
    amounts = {name: spent.get(name, 0) for name in ("taakgericht", "pgb", "overig")}
    declared = spent.get("open", 0) + spent.get("granted", 0)
    return {
        "declared_cents": declared,
        "granted_cents": spent.get("granted", 0),
        "open_cents": spent.get("open", 0),
        "committed_cents": committed,
        **{f"fixed_{name}_cents": cents for name, cents in amounts.items()},
        "fixed_cents": sum(amounts.values()),
        "fixed_year_cents": spent.get("year", 0),
        "spent_cents": declared + sum(amounts.values()),
    }


def _versions(
    names: Row,
    every: Sequence[tuple[Budget, ...]],
    moment: Callable[[Budget], Any],
    money: Row,
    question: Question,
) -> list[Row]:
    days = [date(question.year, 1, 1) + timedelta(days=count) for count in range(366)]
    days = [day for day in days if day.year == question.year]
    passed = over(sum(1 for day in days if day <= question.as_of), len(days))
    rows, former = [], None
    for time in sorted({moment(row) for each in every for row in each}):
        budget, last = 0, None
        for each in every:
            until = [row for row in each if moment(row) <= time]
            budget += until[-1].amount_cents if until else 0
        named = [row for each in every for row in each if moment(row) == time]
        last = max(named, key=adoption)
        rows.append(
            {
                **names,
                "year": question.year,
                "version": last.version,
                "adopted_on": last.adopted_on.isoformat(),
                "budget_cents": budget,
                "change_cents": None if former is None else budget - former,
                **money,
                "burned_share": over(money["spent_cents"], budget),
                "year_share": passed,
            }
        )
        former = budget
    nothing = ("version", "adopted_on", "budget_cents", "change_cents")
    without = {**names, "year": question.year, **dict.fromkeys(nothing), **money}
    return rows or [{**without, "burned_share": None, "year_share": passed}]


def contracts(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `contracts`."""
    known = towns(events, documents, question.as_of)
    holders: dict[tuple[str, str, str], list[tuple[Town, Contract]]] = defaultdict(list)
    for town in known:
        for each in town.reference.contracts(question.year):
            holders[each.contract, each.provider, each.area].append((town, each))
    lines = {town.code: facts_of(town) for town in known}
    money = {town.code: list(_committed(town)) for town in known}
    rows = []
    for _, found in sorted(holders.items()):
        contract = found[0][1]
        shown = {town.shown for town, _ in found if not contract.own or town.shown == contract.area}
        covered = [town for town in known if town.shown in shown] or [town for town, _ in found]
        used = [(town, lines[town.code], money[town.code]) for town in covered]
        rows += _contract(contract, used, question)
    return rows


def _contract(
    contract: Contract,
    covered: Sequence[tuple[Town, list[Fact], list[tuple[tuple[Any, ...], Fraction]]]],
    question: Question,
) -> list[Row]:
    codes = sorted({town.shown for town, _, _ in covered})
    declared = dict.fromkeys(codes, 0)
    committed = {code: Fraction() for code in codes}
    for town, facts, priced in covered:
        for fact in facts:
            if _under(contract, fact.month, fact.product, fact.provider):
                declared[town.shown] += fact.cents
        for (month, _, product, provider, _), money in priced:
            if _under(contract, month, product, provider):
                committed[town.shown] += money
    whole, cents = sum(declared.values()), in_parts([committed[code] for code in codes])
    names = {
        "contract": contract.contract,
        "provider": contract.provider,
        "area": contract.area,
        "year": contract.year,
    }
    first = {
        **names,
        "level": "contract",
        "municipality": codes[0] if contract.own else None,
        **_terms(contract, whole, question.as_of),
        "declared_cents": whole,
        "committed_cents": sum(cents),
        "ceiling_share": over(whole, contract.ceiling_cents or 0),
        "contract_share": over(whole, whole),
    }
    parts = [
        {
            **dict.fromkeys(first),
            **names,
            "level": "municipality",
            "municipality": code,
            "declared_cents": declared[code],
            "committed_cents": money,
            "ceiling_share": over(declared[code], contract.ceiling_cents or 0),
            "contract_share": over(declared[code], whole),
        }
        for code, money in zip(codes, cents, strict=True)
    ]
    return [first] if contract.own else [first, *parts]


def _under(contract: Contract, month: str, product: str | None, provider: str) -> bool:
    mine = provider == contract.provider and month[:4] == f"{contract.year:04}"
    return mine and (product in contract.codes or contract.codes == ())


def _terms(contract: Contract, declared: int, as_of: date) -> Row:
    lump = contract.financing == "lumpsum"
    ceiling = contract.ceiling_cents
    row: Row = {
        "financing": contract.financing,
        "ceiling_cents": ceiling,
        "lower_cents": None,
        "upper_cents": None,
        "state": None,
        "paid_cents": None if lump else declared,
        "settlement_cents": 0,
    }
    if ceiling is None:
        return row
    percent = 100 if contract.upper_percent is None else contract.upper_percent
    upper, lower = Fraction(ceiling) * percent / 100, None
    if contract.lower_percent is not None:
        lower = Fraction(ceiling) * contract.lower_percent / 100
        row["lower_cents"] = rounded(lower)
    row["upper_cents"] = rounded(upper)
    row["state"] = "within"
    extra = Fraction()
    if lower is not None and declared < lower:
        row["state"] = "below"
        extra = declared - lower if as_of >= date(contract.year, 12, 31) else extra
    elif declared > upper:
        row["state"], extra = "above", declared - upper
    if lump:
        begun = sum(1 for number in range(1, 13) if date(contract.year, number, 1) <= as_of)
        row["paid_cents"] = ceiling * begun // 12
        row["settlement_cents"] = rounded(extra)
    return row
