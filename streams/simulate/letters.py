"""Allocations, declarations and their answers as messages (301, 323, 325), in the standard's words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Final

from schemas.ijw import Message, Tree
from streams.simulate.allocation import DELETED, Allocation, Version
from streams.simulate.catalogue import EURO
from streams.simulate.claim import Claim
from streams.simulate.declarations import UNREADABLE, Answer, Declaration
from streams.simulate.faults import WRONG_TARIFF
from streams.simulate.heads import VERSION, header, person, present, product, volume
from streams.simulate.months import first, last
from streams.simulate.people import Client

GRANTED: Final = "8001"
NO_REMARKS: Final = "0200"


# --- 301


def allocation_message(
    municipality: str, identification: str, dated: date, states: list[tuple[Allocation, Version]]
) -> Message:
    """A 301: all allocations of one client at one provider that are in force or change (OP087)."""
    allocation = states[0][0]
    head = header("JW301", municipality, allocation.provider.agb, identification, dated)
    products = [_allocated(*state) for state in states]
    client = _child(allocation.client) | {"ToegewezenProducten": {"ToegewezenProduct": products}}
    return Message("JW301", {"Header": head, "Client": client})


def _child(client: Client) -> Tree:
    """A 301 says where a child lives and how it is called."""
    address = {"Huis": {"Huisnummer": 1}, "Postcode": "9999XX", "LandCode": "NL"}
    tree = person(client)
    return tree | {
        "Naam": tree["Naam"] | {"NaamGebruik": "1"},
        "Contactgegevens": {"Contact": [{"Soort": "01", "Adres": address}]},
    }


def _allocated(allocation: Allocation, version: Version) -> Tree:
    return {
        "ToewijzingNummer": allocation.number,
        "Product": product(allocation),
        "Toewijzingsdatum": version.sent,
        "Toewijzingstijd": version.at,
        "Ingangsdatum": allocation.begin,
        **present(
            {
                "ReferentieAanbieder": allocation.reference,
                "Einddatum": version.end,
                "RedenWijziging": version.reason,
                "Budget": allocation.budget,
                "Omvang": volume(allocation),
            }
        ),
    }


def states_on(allocations: Iterable[Allocation], day: date) -> Iterator[tuple[Allocation, Version]]:
    """What a 301 of a day holds: what changes that day, and what is still in force."""
    for allocation in allocations:
        sent = [version for version in allocation.versions if version.sent <= day]
        if not sent:
            continue
        version = sent[-1]
        gone = version.reason == DELETED or (version.end is not None and version.end < day)
        if version.sent == day or not gone:
            yield allocation, version


# --- 323


def declaration_message(declaration: Declaration) -> Message:
    """The 323 of a declaration."""
    head = header(
        "JW323",
        declaration.provider.agb,
        declaration.municipality,
        declaration.identification,
        declaration.dated,
    )
    body = {
        "DeclaratieNummer": declaration.number,
        "DeclaratiePeriode": {
            "Begindatum": first(declaration.month),
            "Einddatum": last(declaration.month),
        },
        "DeclaratieDagtekening": declaration.made_on,
        "TotaalIngediendBedrag": _total(declaration.stated),
        "Clienten": {
            "Client": [_claimed(bsn, lines) for bsn, lines in _by_client(declaration.claims)]
        },
    }
    return Message("JW323", {"Header": head, "Declaratie": body})


def _by_client(claims: Iterable[Claim]) -> Iterator[tuple[str, list[Tree]]]:
    """Lines by client; a declaration's claims stand in the order of its clients."""
    for bsn, group in groupby(claims, key=lambda claim: claim.allocation.client.bsn):
        yield bsn, [_line(claim) for claim in group]


def _claimed(bsn: str, lines: list[Tree]) -> Tree:
    return {"Bsn": bsn, "Prestaties": {"Prestatie": lines}}


def _line(claim: Claim) -> Tree:
    reference = {"ReferentieNummer": claim.reference}
    if claim.previous:
        reference["VorigReferentieNummer"] = claim.previous
    line: Tree = {
        "ProductReferentie": reference,
        "ToewijzingNummer": claim.allocation_number,
        "ProductCategorie": claim.category or claim.allocation.product.category,
        "ProductCode": claim.code or claim.allocation.product.code,
        "ProductPeriode": {"Begindatum": claim.begin, "Einddatum": claim.end},
        "GeleverdVolume": claim.units,
        "Eenheid": claim.unit,
        "IngediendBedrag": {"Bedrag": claim.amount, "DebetCredit": claim.side},
    }
    if claim.unit != EURO and claim.tariff is not None:
        line["ProductTarief"] = claim.tariff
    return line


def _total(signed: int) -> Tree:
    return {"TotaalBedrag": abs(signed), "DebetCredit": "C" if signed < 0 else "D"}


# --- 325


def answer_message(declaration: Declaration, answer: Answer) -> Message:
    """The 325 that answers a declaration: void, all granted, or with the refused lines (IV087)."""
    head = header(
        "JW325",
        declaration.municipality,
        declaration.provider.agb,
        answer.identification,
        answer.dated,
    )
    head["DeclaratieIdentificatie"] = {
        "Identificatie": declaration.identification,
        "Dagtekening": declaration.dated,
    }
    head["XsdVersieDeclaratie"] = VERSION
    unreadable = declaration.void_with == UNREADABLE
    head["RetourCodes"] = _codes(UNREADABLE if unreadable else NO_REMARKS)
    tree: Tree = {"Header": head}
    if not unreadable:
        tree["DeclaratieAntwoord"] = _answered(declaration, answer)
    return Message("JW325", tree)


def _answered(declaration: Declaration, answer: Answer) -> Tree:
    void = declaration.void_with
    refused = (
        [] if void else [(c, code) for c in declaration.claims if (code := _refusal(c, answer))]
    )
    granted = 0 if void else declaration.submitted - sum(claim.signed for claim, _ in refused)
    answered: Tree = {
        "DeclaratieNummer": declaration.number,
        "TotaalIngediendBedrag": _total(declaration.submitted),
        "TotaalToegekendBedrag": _total(granted),
    }
    if refused:
        answered["Clienten"] = {"Client": list(_refused(refused))}
    answered["RetourCodes"] = _codes(void or (NO_REMARKS if refused else GRANTED))
    return answered


def _refusal(claim: Claim, answer: Answer) -> str:
    """The code that an answer has for a line; empty when it is granted."""
    return claim.refused_with or (WRONG_TARIFF if claim.reference in answer.mistaken else "")


def _refused(claims: list[tuple[Claim, str]]) -> Iterator[Tree]:
    by_bsn: dict[str, list[Tree]] = defaultdict(list)
    for claim, code in claims:
        line = _line(claim) | {"RetourCodes": _codes(code)}
        by_bsn[claim.allocation.client.bsn].append(line)
    for bsn, lines in by_bsn.items():
        yield _claimed(bsn, lines) | {"RetourCodes": _codes(NO_REMARKS)}


def _codes(code: str) -> Tree:
    return {"RetourCode": [code]}
