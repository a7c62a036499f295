"""The events of messages about money: declarations and their answers."""

import hashlib
import json
from typing import TypedDict

from schemas.events import (
    AnsweredLine,
    AnswerEvent,
    DeclarationEvent,
    DeclaredAnswer,
    Finding,
    Lines,
    Named,
)
from schemas.ijw import Tree
from schemas.intake.person import Pseudonymiser


def _named(tree: Tree) -> Named:
    return {"identification": tree["Identificatie"], "dated": tree["Dagtekening"].isoformat()}


class _Body(TypedDict):
    """The content of a Declaratie: what makes two messages the same declaration."""

    number: str
    period_begin: str
    period_end: str
    declared_on: str
    total: int
    clients: list[str]
    lines: Lines


def declaration_event(
    tree: Tree, pseudonym: Pseudonymiser, findings: list[Finding]
) -> DeclarationEvent:
    """A JW323."""
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


def answer_event(tree: Tree, findings: list[Finding]) -> AnswerEvent:
    """A JW325."""
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
