"""The measures of design.md straight from its sentences, over a set of messages."""

import json
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from schemas.events import (
    AllocationEvent,
    AnswerEvent,
    AnyEvent,
    DeclarationEvent,
    is_allocation,
    is_answer,
    is_declaration,
    is_request,
)
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from streams.ledger.allocations import canonical

Row = dict[str, Any]
Name = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One declared line with its state as a word."""

    event: DeclarationEvent
    place: int
    state: str

    def __getitem__(self, column: str) -> Any:
        return self.event["lines"][column][self.place]  # type: ignore[literal-required]


def tabulate(
    events: Iterable[AnyEvent],
    documents: Mapping[str, ReferenceDocument],
    as_of: date,
    by: Sequence[str],
) -> list[Row]:
    """The rows of `replay`, computed from nothing. `as_of` includes messages dated that day."""
    known = [event for event in events if event["dated"] <= as_of.isoformat()]
    cells: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for code in sorted({event["municipality"] for event in known}):
        own = [event for event in known if event["municipality"] == code]
        shown = shown_under(code, documents, as_of)
        region = documents.get(shown, empty_document(shown)).region
        reference = Reference(documents.get(code, empty_document(code)), as_of)
        lines = list(lines_of(own))
        sent = referrers_of(own)
        key: tuple[Any, ...]
        for line in lines:
            key = (line["begin"][:7], line["category"], line["code"], line.event["provider"])
            row = labels_of((shown, region), reference, (*key, sent.get(line["allocation"])), by)
            cells[row].append(("line", shown, line))
        for key, money in committed_of(own, lines, reference, date(as_of.year, 12, 31)):
            row = labels_of((shown, region), reference, (*key[:4], sent.get(key[4])), by)
            cells[row].append(("money", shown, money))
    rows = [(key, _measures(parts)) for key, parts in cells.items()]
    rows.sort(key=lambda row: [(value is not None, str(value or "")) for value in row[0]])
    return [{**dict(zip(by, key, strict=True)), **row} for key, row in rows if row is not None]


def shown_under(code: str, documents: Mapping[str, ReferenceDocument], as_of: date) -> str:
    """The municipality that a code's figures stand under: itself, or who follows it up by then."""
    rows = documents.get(code, empty_document(code)).municipalities
    known = [row for row in rows if row.known_since is None or row.known_since <= as_of]
    last = max(known, key=lambda row: row.known_since or date.min, default=None)
    if last is None or last.succeeded_on is None or last.succeeded_on > as_of:
        return code
    return shown_under(str(last.successor), documents, as_of)


def labels_of(
    place: tuple[str, str | None], reference: Reference, key: tuple[Any, ...], by: Sequence[str]
) -> tuple[Any, ...]:
    """The values of keys for (care month, category, product, provider, referrer) in a (code, region)."""
    month, category, product, provider, referrer = key
    row = reference.product(product, date.fromisoformat(month + "-01")) if product else None
    values = {
        "municipality": place[0],
        "region": place[1],
        "year": int(month[:4]),
        "care_month": month,
        "product": product,
        "category": category,
        "segment": row.segment if row else None,
        "profile": row.profile if row else None,
        "intensity": row.intensity if row else None,
        "stay": {None: None, True: "ja", False: "nee"}[row.stay] if row else None,
        "provider": provider,
        "budget_line": row.budget_line if row else None,
        "referrer": referrer,
    }
    return tuple(values[name] for name in by)


_Standing = tuple[DeclarationEvent, list[DeclarationEvent]]
"""A declaration: its first message, and all of its messages that stand."""


def lines_of(events: list[AnyEvent]) -> Iterable[Line]:
    """Every line once, with its state."""
    answers = _answers(events)
    bodies: dict[tuple[str, str], list[DeclarationEvent]] = defaultdict(list)
    for event in events:
        if is_declaration(event):
            bodies[event["provider"], event["body"]].append(event)
    numbers: set[tuple[str, str]] = set()
    references: set[tuple[str, str]] = set()
    void: list[_Standing] = []
    alive: list[_Standing] = []
    for messages in bodies.values():
        standing = [each for each in messages if not _void(answers.get(_named(each)))]
        first = min(standing or messages, key=lambda each: (each["dated"], each["identification"]))
        (alive if standing else void).append((first, standing))
    for first, _ in void:
        yield from (Line(first, place, "void") for place in range(len(first["lines"]["code"])))
    alive.sort(key=lambda each: (each[0]["dated"], each[0]["identification"], each[0]["body"]))
    for first, standing in alive:
        found = [answers[_named(each)] for each in standing if _named(each) in answers]
        answer = max(found, key=_latest, default=None)
        provider, number = first["provider"], first["number"]
        taken = answer is None and (provider, number) in numbers
        numbers.add((provider, number))
        for place, reference in enumerate(first["lines"]["reference"]):
            used = (provider, reference) in references
            state = "void" if taken else _state(answer, reference, used=used)
            if state != "void":
                references.add((provider, reference))
            yield Line(first, place, state)


def _named(event: DeclarationEvent) -> tuple[str, Name]:
    return event["provider"], (event["identification"], event["dated"])


def _latest(answer: AnswerEvent) -> tuple[str, str, str]:
    return answer["dated"], answer["identification"], json.dumps(answer, sort_keys=True)


def _answers(events: list[AnyEvent]) -> dict[tuple[str, Name], AnswerEvent]:
    found: dict[tuple[str, Name], AnswerEvent] = {}
    for event in events:
        if is_answer(event):
            named = event["answers"]
            key = event["provider"], (named["identification"], named["dated"])
            found[key] = max((found.get(key, event), event), key=_latest)
    return found


def _rejecting(codes: Iterable[str]) -> bool:
    return any(code not in ("0200", "8001") for code in codes)


def _void(answer: AnswerEvent | None) -> bool:
    if answer is None:
        return False
    declared = answer.get("declared")
    return declared is None or (_rejecting(declared["codes"]) and not declared["listed"])


def _state(answer: AnswerEvent | None, reference: str, *, used: bool) -> str:
    if answer is None:
        return "void" if used else "open"
    listed = [line for line in answer["declared"]["lines"] if line["reference"] == reference]
    return "rejected" if any(_rejecting(line["codes"]) for line in listed) else "granted"


Version = tuple[AllocationEvent, Any]
"""An allocation as a message said it, with that message."""


def versions_of(events: list[AnyEvent]) -> list[list[Version]]:
    """The versions of each ToewijzingNummer that stand, one a stamp, oldest first."""
    found: dict[int, dict[str, tuple[Any, Version]]] = defaultdict(dict)
    for event in filter(is_allocation, events):
        for content in event["allocations"]:
            standing = found[content["number"]]
            stamp = content["stamp"]
            rank = (canonical(content), event["provider"], event["client"])
            if stamp not in standing or rank > standing[stamp][0]:
                standing[stamp] = rank, (event, content)
    return [[standing[stamp][1] for stamp in sorted(standing)] for standing in found.values()]


def winners_of(events: list[AnyEvent]) -> list[Version]:
    """The winner of each ToewijzingNummer, with the message that said it."""
    return [versions[-1] for versions in versions_of(events)]


def referrers_of(events: list[AnyEvent]) -> dict[int, str]:
    """The type of referrer of each allocation of which a version's request is known: the latest's."""
    asked: dict[tuple[str, str], tuple[Any, ...]] = {}
    for event in filter(is_request, events):
        for each in event["asked"]:
            key = event["provider"], each["reference"]
            rank = event["dated"], event["identification"], json.dumps(each, sort_keys=True)
            asked[key] = max(asked.get(key, ()), (*rank, each["referrer"]))
    found: dict[int, str] = {}
    for version in versions_of(events):
        for sent, content in version:
            key = sent["provider"], content.get("reference", "")
            if key in asked:
                found[content["number"]] = asked[key][-1]
    return found


def committed_of(
    events: list[AnyEvent], lines: list[Line], reference: Reference, horizon: date
) -> Iterable[tuple[tuple[Any, ...], Fraction | None]]:
    """An allocation month each: its cell and number, and its cents or None when it has no price."""
    for event, content in winners_of(events):
        begin = date.fromisoformat(content["begin"])
        end = date.fromisoformat(content["end"]) if "end" in content else horizon
        if content.get("reason") in ("13", "01") and content.get("end") == content["begin"]:
            continue
        days = [begin + timedelta(days=count) for count in range((end - begin).days + 1)]
        counts = Counter(day.isoformat()[:7] for day in days)
        for month, inside in sorted(counts.items())[:600]:
            first = date.fromisoformat(month + "-01")
            length = monthrange(first.year, first.month)[1]
            product = content.get("category"), content.get("code")
            key = (month, *product, event["provider"], content["number"])
            yield (
                key,
                _money(
                    content, event["provider"], (first, inside, len(days), length), lines, reference
                ),
            )


def _money(
    content: Any,
    provider: str,
    span: tuple[date, int, int, int],
    lines: list[Line],
    reference: Reference,
) -> Fraction | None:
    first, inside, in_all, length = span
    if "volume" not in content:
        return Fraction(content["budget"] * inside, in_all) if "budget" in content else None
    base = {"1": 1, "2": 7, "4": length, "6": in_all}[content["frequency"]]
    volume = Fraction(content["volume"] * inside, base)
    if content["unit"] == "83":
        return volume
    if "code" in content:
        price = reference.tariff(provider, content["code"], content["unit"], first)
    elif "category" in content:
        price = _mean(lines, provider, content["category"], content["unit"])
    else:
        price = None
    return None if price is None else volume * price


def _mean(lines: list[Line], provider: str, category: str, unit: str) -> Fraction | None:
    cents = volume = 0
    minutes = {"01": 1, "04": 60}
    for line in lines:
        same = line["unit"] == unit or (line["unit"] in minutes and unit in minutes)
        own = line.event["provider"] == provider and line["category"] == category
        if own and same and line.state in ("open", "granted"):
            sign = 1 if line["side"] == "D" else -1
            cents += sign * line["amount"]
            volume += sign * line["volume"] * minutes.get(line["unit"], 1)
    return Fraction(cents * minutes.get(unit, 1), volume) if volume else None


def _measures(parts: list[tuple[Any, ...]]) -> Row | None:
    cents: dict[str, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    units: dict[str, int] = dict.fromkeys(("01", "14", "16", "82", "83", "84"), 0)
    clients: dict[tuple[str, str], int] = defaultdict(int)
    committed, unpriced = Fraction(), 0
    for kind, code, part in parts:
        if kind == "money":
            committed, unpriced = committed + (part or 0), unpriced + (part is None)
            continue
        sign = 1 if part["side"] == "D" else -1
        cents[part.state] += sign * part["amount"]
        counts[part.state] += 1
        if part.state in ("open", "granted"):
            client = part.event["clients"][part["client"]]
            clients[code, client] += sign * part["amount"]
            unit, factor = ("01", 60) if part["unit"] == "04" else (part["unit"], 1)
            units[unit] += sign * factor * part["volume"]
    if not (counts or committed):
        return None
    return {
        "rejected_cents": cents["rejected"],
        "granted_cents": cents["granted"],
        "open_cents": cents["open"],
        "submitted_cents": cents["rejected"] + cents["granted"] + cents["open"],
        "void_cents": cents["void"],
        "declared_cents": cents["granted"] + cents["open"],
        "lines": counts["rejected"] + counts["granted"] + counts["open"],
        "clients": sum(1 for amount in clients.values() if amount),
        **{f"units_{unit}": units[unit] for unit in units},
        "committed_cents": int((committed + Fraction(1, 2)) // 1),
        "unpriced": unpriced,
    }
