"""Oracles of intensity, mix and categories: their definitions (docs/figures-money.md), line by line."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from schemas.events import AnyEvent
from streams.figures.batch.money import (
    Documents,
    Fact,
    Row,
    facts_of,
    in_parts,
    last_months,
    main_unit,
    over,
    parted_by,
    something,
    towns,
    used,
    year_before,
    year_months,
)
from streams.figures.question import Question

Use = Mapping[str, Any]


def _all_facts(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Fact]:
    return [fact for town in towns(events, documents, question.as_of) for fact in facts_of(town)]


def intensity(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `intensity`."""
    rows = []
    windows = {
        "months_3": last_months(3, question.year, question.as_of),
        "months_12": last_months(12, question.year, question.as_of),
        "year_to_date": year_months(question.year, question.as_of),
    }
    for values, facts in parted_by(_all_facts(events, documents, question), question.by):
        for name, months in windows.items():
            now, before = used(facts, months), used(facts, year_before(months))
            if something(now) or something(before):
                window = {"window": name, "first_month": months[0], "last_month": months[-1]}
                keys = dict(zip(question.by, values, strict=True))
                rows.append({**keys, **window, **_intensity(now, before)})
    return rows


def _intensity(now: Use, before: Use) -> Row:
    unit = main_unit(now["units"]) or main_unit(before["units"])
    units, earlier = now["units"].get(unit, 0), before["units"].get(unit, 0)
    months, past = now["client_months"], before["client_months"]
    both = bool(months and past)
    return {
        "declared_cents": now["cents"],
        "client_months": months,
        **{
            f"units_{code}": now["units"].get(code, 0)
            for code in ("01", "14", "16", "82", "83", "84")
        },
        "unit": unit,
        "units_per_client_month": over(units, months),
        "cents_per_client_month": over(now["cents"], months),
        "before_declared_cents": before["cents"],
        "before_client_months": past,
        "before_units": earlier,
        "before_units_per_client_month": over(earlier, past),
        "before_cents_per_client_month": over(before["cents"], past),
        "units_ratio": over(Fraction(units, months), Fraction(earlier, past)) if both else None,
        "cents_ratio": over(Fraction(now["cents"], months), Fraction(before["cents"], past))
        if both
        else None,
    }


def mix(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `mix`."""
    months = year_months(question.year, question.as_of)
    earlier = year_before(months)
    rows = []
    for values, facts in parted_by(_all_facts(events, documents, question), question.by):
        keys = dict(zip(question.by, values, strict=True))
        whole, past = used(facts, months), used(facts, earlier)
        for dimension in ("segment", "profile", "intensity"):
            parts = [
                (value, used(own, months), used(own, earlier))
                for (value,), own in parted_by(facts, [dimension])
            ]
            parts = [part for part in parts if something(part[1]) or something(part[2])]
            effects = _shift([now for _, now, _ in parts], [before for _, _, before in parts])
            total = sum(now["client_months"] for _, now, _ in parts)
            total_past = sum(before["client_months"] for _, _, before in parts)
            for (value, now, before), effect in zip(parts, effects, strict=True):
                shares = _shares(before, past, total_past)
                rows.append(
                    {
                        **keys,
                        "dimension": dimension,
                        "value": value,
                        **_shares(now, whole, total),
                        **{f"before_{name}": share for name, share in shares.items()},
                        "shift_cents": effect,
                    }
                )
    return rows


def _shares(use: Use, whole: Use, client_months: int) -> Row:
    return {
        "declared_cents": use["cents"],
        "declared_share": over(use["cents"], whole["cents"]),
        "clients": use["clients"],
        "clients_share": over(use["clients"], whole["clients"]),
        "client_months": use["client_months"],
        "client_months_share": over(use["client_months"], client_months),
        "cents_per_client_month": over(use["cents"], use["client_months"]),
    }


def _shift(nows: list[Use], befores: list[Use]) -> list[int] | list[None]:
    total = sum(now["client_months"] for now in nows)
    past = sum(before["client_months"] for before in befores)
    if not total or not past:
        return [None] * len(nows)
    mean = Fraction(sum(before["cents"] for before in befores), past)
    effects = []
    for now, before in zip(nows, befores, strict=True):
        price = before if before["client_months"] else now
        each = Fraction(price["cents"], price["client_months"]) if price["client_months"] else mean
        share = Fraction(now["client_months"], total) - Fraction(before["client_months"], past)
        effects.append(total * share * (each - mean))
    return in_parts(effects)


def categories(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `categories`."""
    rows = []
    for values, facts in parted_by(_all_facts(events, documents, question), question.by):
        keys = dict(zip(question.by, values, strict=True))
        parts: list[tuple[str, str | None, list[Fact]]] = [
            ("category", category, own) for (category,), own in parted_by(facts, ["category"])
        ]
        for level, category, own in [*parts, ("total", None, facts)]:
            for year in (question.year - 2, question.year - 1, question.year):
                months = year_months(year, question.as_of)
                now, before = used(own, months), used(own, year_before(months))
                if something(now) or something(before):
                    names = {"level": level, "category": category, "year": year}
                    rows.append({**keys, **names, **_change(now, before)})
    return rows


def _change(now: Use, before: Use) -> Row:
    return {
        "declared_cents": now["cents"],
        "clients": now["clients"],
        "cents_per_client": over(now["cents"], now["clients"]),
        "change_cents": now["cents"] - before["cents"],
        "change_share": over(now["cents"] - before["cents"], before["cents"]),
        "change_clients": now["clients"] - before["clients"],
        "before_cents_per_client": over(before["cents"], before["clients"]),
    }
