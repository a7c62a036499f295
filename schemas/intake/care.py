"""The events of messages about care: allocations, starts and stops, requests and their answers."""

from typing import Any

from schemas.events import (
    Allocation,
    AllocationEvent,
    Asked,
    CareEvent,
    CareMove,
    ChangeEvent,
    Event,
    Finding,
    ReplyEvent,
    RequestEvent,
    Wish,
)
from schemas.ijw import Tree
from schemas.intake.person import Pseudonymiser, age_band


def _from_municipality(tree: Tree, findings: list[Finding]) -> Event:
    header = tree["Header"]
    return _head(tree, header["Afzender"], header["Ontvanger"], findings)


def _from_provider(tree: Tree, findings: list[Finding]) -> Event:
    header = tree["Header"]
    return _head(tree, header["Ontvanger"], header["Afzender"], findings)


def _head(tree: Tree, municipality: str, provider: str, findings: list[Finding]) -> Event:
    named = tree["Header"]["BerichtIdentificatie"]
    return {
        "municipality": municipality,
        "provider": provider,
        "identification": named["Identificatie"],
        "dated": named["Dagtekening"].isoformat(),
        "findings": findings,
    }


def _band(tree: Tree) -> str:
    """The age band of a message's client on the day of the message."""
    on = tree["Header"]["BerichtIdentificatie"]["Dagtekening"]
    return age_band(tree["Client"]["Geboortedatum"]["Datum"], on)


def _what(tree: Tree) -> dict[str, Any]:
    """Product, volume and budget, of whatever asks for or gives them; absent stays absent."""
    product, volume = tree.get("Product", {}), tree.get("Omvang", {})
    found = {
        "category": product.get("Categorie"),
        "code": product.get("Code"),
        "volume": volume.get("Volume"),
        "unit": volume.get("Eenheid"),
        "frequency": volume.get("Frequentie"),
        "budget": tree.get("Budget"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _until(tree: Tree, element: str) -> dict[str, Any]:
    return {"end": tree[element].isoformat()} if element in tree else {}


def allocation_event(
    tree: Tree, pseudonym: Pseudonymiser, findings: list[Finding]
) -> AllocationEvent:
    """A JW301."""
    client = tree["Client"]
    products = client["ToegewezenProducten"]["ToegewezenProduct"]
    return {
        **_from_municipality(tree, findings),
        "client": pseudonym(client["Bsn"]),
        "age_band": _band(tree),
        "allocations": [_allocation(each) for each in products],
    }


def _allocation(tree: Tree) -> Allocation:
    allocation: Allocation = {
        "number": tree["ToewijzingNummer"],
        "stamp": f"{tree['Toewijzingsdatum'].isoformat()}T{tree['Toewijzingstijd'].isoformat()}",
        "begin": tree["Ingangsdatum"].isoformat(),
        **_until(tree, "Einddatum"),  # type: ignore[typeddict-item]  # `_what` holds the optional fields
        **_what(tree),
    }
    if "ReferentieAanbieder" in tree:
        allocation["reference"] = tree["ReferentieAanbieder"]
    if "RedenWijziging" in tree:
        allocation["reason"] = tree["RedenWijziging"]
    return allocation


def care_event(tree: Tree, pseudonym: Pseudonymiser, findings: list[Finding]) -> CareEvent:
    """A JW305 or JW307."""
    client = tree["Client"]
    starts = "StartProducten" in client
    products = (
        client["StartProducten"]["StartProduct"]
        if starts
        else client["StopProducten"]["StopProduct"]
    )
    return {
        **_from_provider(tree, findings),
        "client": pseudonym(client["Bsn"]),
        "age_band": _band(tree),
        "moment": "start" if starts else "stop",
        "moves": [_move(each) for each in products],
    }


def _move(tree: Tree) -> CareMove:
    move: CareMove = {
        "begin": tree["Begindatum"].isoformat(),
        "status": tree["StatusAanlevering"],
        **_until(tree, "Einddatum"),  # type: ignore[typeddict-item]
        **_what(tree),
    }
    if "ToewijzingNummer" in tree:
        move["allocation"] = tree["ToewijzingNummer"]
    if "RedenBeeindiging" in tree:
        move["reason"] = tree["RedenBeeindiging"]
    return move


def request_event(tree: Tree, pseudonym: Pseudonymiser, findings: list[Finding]) -> RequestEvent:
    """A JW315."""
    client = tree["Client"]
    return {
        **_from_provider(tree, findings),
        "client": pseudonym(client["Bsn"]),
        "age_band": _band(tree),
        "asked": [_asked(each) for each in client["AangevraagdeProducten"]["AangevraagdProduct"]],
    }


def _asked(tree: Tree) -> Asked:
    return {
        "reference": tree["ReferentieAanbieder"],
        "begin": tree["ToewijzingIngangsdatum"].isoformat(),
        "referrer": tree["Verwijzer"]["Type"],
        **_until(tree, "ToewijzingEinddatum"),  # type: ignore[typeddict-item]
        **_what(tree),
    }


def change_event(tree: Tree, pseudonym: Pseudonymiser, findings: list[Finding]) -> ChangeEvent:
    """A JW317."""
    wanted = tree["Client"]["Verzoek"]
    unchanged = wanted.get("OngewijzigdeProducten", {}).get("OngewijzigdProduct", [])
    changed = wanted.get("TeWijzigenProducten", {}).get("TeWijzigenProduct", [])
    added = wanted.get("NieuweProducten", {}).get("NieuwProduct", [])
    return {
        **_from_provider(tree, findings),
        "client": pseudonym(tree["Client"]["Bsn"]),
        "reference": wanted["ReferentieAanbieder"],
        "reason": wanted["RedenVerzoek"],
        "unchanged": [each["ToewijzingNummer"] for each in unchanged],
        "changed": [_wish(each) for each in changed],
        "added": [_wish(each) for each in added],
    }


def _wish(tree: Tree) -> Wish:
    wish: Wish = {
        "begin": tree["GewensteIngangsdatum"].isoformat(),
        **_until(tree, "Einddatum"),  # type: ignore[typeddict-item]
        **_what(tree),
    }
    if "ToewijzingNummer" in tree:
        wish["allocation"] = tree["ToewijzingNummer"]
    return wish


def reply_event(tree: Tree, findings: list[Finding]) -> ReplyEvent:
    """A JW319."""
    answer = tree["Antwoord"]
    event: ReplyEvent = {
        **_from_municipality(tree, findings),  # type: ignore[typeddict-item]  # optional fields follow
        "reference": answer["ReferentieAanbieder"],
        "reply": answer["VerzoekAntwoord"],
    }
    if "RedenAfwijzingVerzoek" in answer:
        event["reason"] = answer["RedenAfwijzingVerzoek"]
    if "Woonplaatsbeginsel" in answer:
        event["belongs_to"] = answer["Woonplaatsbeginsel"]["Gemeente"]
    return event
