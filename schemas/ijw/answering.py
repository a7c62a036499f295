"""The message that answers a declaration: a 325 made from a 323 and what is wrong with it.

How much of a declaration a finding turns down follows from its place (IV087, IV088):

    finding                        answer
    code 0001, wherever            header with 0001 and no more: the whole file is void
    in the header                  header with the codes and no more: void
    in the declaration             DeclaratieAntwoord with the codes, nothing granted, no lines: void
    of a client                    the client with the codes, each of its lines with 0233
    of a line                      that line with its codes, its client with 0200
    none                           header with 0200, DeclaratieAntwoord with 8001

An answer names lines by their reference, so lines that share one are turned down together. What is granted is what was submitted less the lines that are listed (TR342).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from schemas.events import Finding
from schemas.ijw import Message, Tree

UNREADABLE: Final = "0001"
NO_REMARKS: Final = "0200"
NOT_ASSESSED: Final = "0233"
GRANTED: Final = "8001"

_CODE: Final = "491"
_HEADER: Final = "Bericht/Header"
_CLIENT: Final = re.compile(r"Bericht/Declaratie/Clienten/Client\[(\d+)\]")
_LINE: Final = re.compile(rf"{_CLIENT.pattern}/Prestaties/Prestatie\[(\d+)\]")

_Place = tuple[int, ...]
"""Where a code belongs: () the declaration, (client,) a client, (client, line) a line; from 1."""


def answer_to(
    declared: Message, findings: Iterable[Finding], identification: str, dated: date
) -> Message:
    """The 325 that answers a 323 with these findings, under a name of the municipality's own.

    `identification` has at most 12 characters and must be new among its 325s (TR056); `dated` is
    the Dagtekening.
    """
    found = list(findings)
    header = _header(declared.tree["Header"], identification, dated)
    void = {each["code"] for each in found if each["path"].startswith(_HEADER)}
    if any(each["code"] == UNREADABLE for each in found):
        void = {UNREADABLE}
    header["RetourCodes"] = _codes(void or {NO_REMARKS})
    tree = {"Header": header}
    if not void:
        tree["DeclaratieAntwoord"] = _answered(declared.tree["Declaratie"], _by_place(found))
    return Message("JW325", tree)


def _header(asked: Tree, identification: str, dated: date) -> Tree:
    return {
        "BerichtCode": _CODE,
        "BerichtVersie": asked["BerichtVersie"],
        "BerichtSubversie": asked["BerichtSubversie"],
        "Afzender": asked["Ontvanger"],
        "Ontvanger": asked["Afzender"],
        "BerichtIdentificatie": {"Identificatie": identification, "Dagtekening": dated},
        "XsdVersie": asked["XsdVersie"],
        "DeclaratieIdentificatie": asked["BerichtIdentificatie"],
        "XsdVersieDeclaratie": asked["XsdVersie"],
    }


def _by_place(findings: Iterable[Finding]) -> Mapping[_Place, set[str]]:
    codes: dict[_Place, set[str]] = defaultdict(set)
    for each in findings:
        match = _LINE.match(each["path"]) or _CLIENT.match(each["path"])
        codes[tuple(map(int, match.groups())) if match else ()].add(each["code"])
    return codes


def _answered(declaration: Tree, codes: Mapping[_Place, set[str]]) -> Tree:
    void = codes.get(())
    clients = [] if void else list(_turned_down(declaration["Clienten"]["Client"], codes))
    submitted = declaration["TotaalIngediendBedrag"]
    listed = sum(
        _signed(line["IngediendBedrag"], "Bedrag")
        for client in clients
        for line in client["Prestaties"]["Prestatie"]
    )
    answered: Tree = {
        "DeclaratieNummer": declaration["DeclaratieNummer"],
        "TotaalIngediendBedrag": submitted,
        "TotaalToegekendBedrag": _total(0 if void else _signed(submitted, "TotaalBedrag") - listed),
    }
    if clients:
        answered["Clienten"] = {"Client": clients}
    answered["RetourCodes"] = _codes(void or {NO_REMARKS if clients else GRANTED})
    return answered


def _turned_down(clients: Iterable[Tree], codes: Mapping[_Place, set[str]]) -> Iterator[Tree]:
    """The clients with a line that is turned down, each with those lines only."""
    clients = list(clients)
    because = _by_reference(clients, codes)
    for number, client in enumerate(clients, 1):
        lines = [
            line | {"RetourCodes": _codes(because[_reference(line)])}
            for line in client["Prestaties"]["Prestatie"]
            if because[_reference(line)]
        ]
        if lines:
            yield {
                "Bsn": client["Bsn"],
                "Prestaties": {"Prestatie": lines},
                "RetourCodes": _codes(codes.get((number,)) or {NO_REMARKS}),
            }


def _by_reference(
    clients: Iterable[Tree], codes: Mapping[_Place, set[str]]
) -> Mapping[str, set[str]]:
    """The codes of lines by their reference."""
    because: dict[str, set[str]] = defaultdict(set)
    for number, client in enumerate(clients, 1):
        own = {NOT_ASSESSED} if (number,) in codes else None
        for place, line in enumerate(client["Prestaties"]["Prestatie"], 1):
            because[_reference(line)] |= own or codes.get((number, place), set())
    return because


def _reference(line: Tree) -> str:
    reference: str = line["ProductReferentie"]["ReferentieNummer"]
    return reference


def _codes(codes: Iterable[str]) -> Tree:
    return {"RetourCode": sorted(codes)}


def _signed(amount: Tree, name: str) -> int:
    cents: int = amount[name]
    return cents if amount["DebetCredit"] == "D" else -cents


def _total(signed: int) -> Tree:
    return {"TotaalBedrag": abs(signed), "DebetCredit": "C" if signed < 0 else "D"}
