"""Intake: from a message as sent to an event that may be kept.

Here, before anything else sees them, client numbers become pseudonyms and names, dates of birth,
addresses, comments and free text are dropped. What stays of a date of birth is an age band.
"""

import hashlib
import hmac
import json
from base64 import b32encode
from collections.abc import Iterable
from datetime import date
from typing import Final, TypedDict

from schemas.errors import Unreadable
from schemas.events import (
    Allocation,
    AllocationEvent,
    AnsweredLine,
    AnswerEvent,
    AnyEvent,
    DeclarationEvent,
    DeclaredAnswer,
    Finding,
    Lines,
    Named,
)
from schemas.ijw import Message, Tree

TAKEN_IN: Final = frozenset({"JW301", "JW323", "JW325"})
"""The messages that become events."""


class Pseudonymiser:
    """Client numbers to pseudonyms: HMAC-SHA-256, 160 bits of it, under one key and for one purpose.

    The same number under the same key is always the same pseudonym; without the key neither can be
    found from the other. The prefix names the generation of the key.
    """

    def __init__(self, key: bytes, generation: str = "k1") -> None:
        self._key = key
        self._generation = generation
        self._known: dict[str, str] = {}

    def __call__(self, bsn: str) -> str:
        """The pseudonym of a client number."""
        known = self._known.get(bsn)
        if known is None:
            digest = hmac.digest(self._key, b"jeugdige:" + bsn.encode(), "sha256")[:20]
            known = f"{self._generation}.{b32encode(digest).decode().lower()}"
            self._known[bsn] = known
        return known


def to_event(
    message: Message, pseudonym: Pseudonymiser, findings: Iterable[Finding] = ()
) -> AnyEvent:
    """The event of a message, with the findings of its own rules.

    Raises `Unreadable` for a message that does not become an event.
    """
    if message.kind == "JW301":
        return _allocation_event(message.tree, pseudonym, list(findings))
    if message.kind == "JW323":
        return _declaration_event(message.tree, pseudonym, list(findings))
    if message.kind == "JW325":
        return _answer_event(message.tree, list(findings))
    raise Unreadable(f"{message.kind} is not taken in", "root element")


def _named(tree: Tree) -> Named:
    return {"identification": tree["Identificatie"], "dated": tree["Dagtekening"].isoformat()}


def age_band(born: date, on: date) -> str:
    """The age band on a date: "0-11", "12-17", "18-23" or "24+" (years completed)."""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return "0-11" if age < 12 else "12-17" if age < 18 else "18-23" if age < 24 else "24+"


def _allocation_event(
    tree: Tree, pseudonym: Pseudonymiser, findings: list[Finding]
) -> AllocationEvent:
    header, client = tree["Header"], tree["Client"]
    named = header["BerichtIdentificatie"]
    return {
        "municipality": header["Afzender"],
        "provider": header["Ontvanger"],
        **_named(named),
        "findings": findings,
        "client": pseudonym(client["Bsn"]),
        "age_band": age_band(client["Geboortedatum"]["Datum"], named["Dagtekening"]),
        "allocations": [
            _allocation(each) for each in client["ToegewezenProducten"]["ToegewezenProduct"]
        ],
    }


def _allocation(tree: Tree) -> Allocation:
    allocation: Allocation = {
        "number": tree["ToewijzingNummer"],
        "stamp": f"{tree['Toewijzingsdatum'].isoformat()}T{tree['Toewijzingstijd'].isoformat()}",
        "begin": tree["Ingangsdatum"].isoformat(),
    }
    if "Einddatum" in tree:
        allocation["end"] = tree["Einddatum"].isoformat()
    if "ReferentieAanbieder" in tree:
        allocation["reference"] = tree["ReferentieAanbieder"]
    if "Product" in tree:
        allocation["category"] = tree["Product"]["Categorie"]
        if "Code" in tree["Product"]:
            allocation["code"] = tree["Product"]["Code"]
    if "RedenWijziging" in tree:
        allocation["reason"] = tree["RedenWijziging"]
    if "Omvang" in tree:
        allocation["volume"] = tree["Omvang"]["Volume"]
        allocation["unit"] = tree["Omvang"]["Eenheid"]
        allocation["frequency"] = tree["Omvang"]["Frequentie"]
    if "Budget" in tree:
        allocation["budget"] = tree["Budget"]
    return allocation


class _Body(TypedDict):
    """The content of a Declaratie: what makes two messages the same declaration."""

    number: str
    period_begin: str
    period_end: str
    declared_on: str
    total: int
    clients: list[str]
    lines: Lines


def _declaration_event(
    tree: Tree, pseudonym: Pseudonymiser, findings: list[Finding]
) -> DeclarationEvent:
    header, declaration = tree["Header"], tree["Declaratie"]
    clients, lines = _lines(declaration["Clienten"]["Client"], pseudonym)
    period = declaration["DeclaratiePeriode"]
    body: _Body = {
        "number": declaration["DeclaratieNummer"],
        "period_begin": period["Begindatum"].isoformat(),
        "period_end": period["Einddatum"].isoformat(),
        "declared_on": declaration["DeclaratieDagtekening"].isoformat(),
        "total": _signed(declaration["TotaalIngediendBedrag"], "TotaalBedrag"),
        "clients": clients,
        "lines": lines,
    }
    return {
        "municipality": header["Ontvanger"],
        "provider": header["Afzender"],
        **_named(header["BerichtIdentificatie"]),
        "findings": findings,
        "body": _digest(body),
        **body,
    }


def _digest(body: _Body) -> str:
    canonical = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def _lines(trees: list[Tree], pseudonym: Pseudonymiser) -> tuple[list[str], Lines]:
    """The clients in order of appearance, and the columns of their lines in order of the message."""
    rows: list[tuple[object, ...]] = []
    places: dict[str, int] = {}
    for tree in trees:
        place = places.setdefault(pseudonym(tree["Bsn"]), len(places))
        for line in tree["Prestaties"]["Prestatie"]:
            reference, period, amount = (
                line["ProductReferentie"],
                line["ProductPeriode"],
                line["IngediendBedrag"],
            )
            rows.append(
                (
                    place,
                    reference["ReferentieNummer"],
                    reference.get("VorigReferentieNummer"),
                    line["ToewijzingNummer"],
                    line["ProductCategorie"],
                    line["ProductCode"],
                    period["Begindatum"].isoformat(),
                    period["Einddatum"].isoformat(),
                    line["GeleverdVolume"],
                    line["Eenheid"],
                    line.get("ProductTarief"),
                    amount["Bedrag"],
                    amount["DebetCredit"],
                )
            )
    columns = zip(Lines.__annotations__, zip(*rows, strict=True), strict=True)
    return list(places), {name: list(column) for name, column in columns}  # type: ignore[return-value]


def _signed(amount: Tree, name: str) -> int:
    cents: int = amount[name]
    return cents if amount["DebetCredit"] == "D" else -cents


def _codes(tree: Tree) -> list[str]:
    codes: list[str] = tree["RetourCodes"]["RetourCode"]
    return codes


def _answer_event(tree: Tree, findings: list[Finding]) -> AnswerEvent:
    header = tree["Header"]
    named = _named(header["BerichtIdentificatie"])
    event: AnswerEvent = {
        "municipality": header["Afzender"],
        "provider": header["Ontvanger"],
        "identification": named["identification"],
        "dated": named["dated"],
        "findings": findings,
        "answers": _named(header["DeclaratieIdentificatie"]),
        "header_codes": _codes(header),
    }
    if "DeclaratieAntwoord" in tree:
        event["declared"] = _declared(tree["DeclaratieAntwoord"])
    return event


def _declared(answer: Tree) -> DeclaredAnswer:
    clients = answer["Clienten"]["Client"] if "Clienten" in answer else []
    return {
        "number": answer["DeclaratieNummer"],
        "submitted": _signed(answer["TotaalIngediendBedrag"], "TotaalBedrag"),
        "granted": _signed(answer["TotaalToegekendBedrag"], "TotaalBedrag"),
        "codes": _codes(answer),
        "listed": "Clienten" in answer,
        "lines": [
            _answered(line) for client in clients for line in client["Prestaties"]["Prestatie"]
        ],
    }


def _answered(line: Tree) -> AnsweredLine:
    return {
        "reference": line["ProductReferentie"]["ReferentieNummer"],
        "amount": _signed(line["IngediendBedrag"], "Bedrag"),
        "codes": _codes(line),
    }
