"""Small valid messages that break no rule, to spoil one thing in."""

from datetime import date, time
from typing import Any

from schemas.ijw import Message, Tree
from schemas.ijw.grammar import MESSAGE_CODES

MUNICIPALITY, PROVIDER = "9901", "90000001"
ONE, OTHER = "999993008", "999990019"
"""Two client numbers of the test range."""


def period(begin: str, end: str) -> Tree:
    return {"Begindatum": date.fromisoformat(begin), "Einddatum": date.fromisoformat(end)}


def named(identification: str, dated: str) -> Tree:
    return {"Identificatie": identification, "Dagtekening": date.fromisoformat(dated)}


VERSIONS = {"BasisschemaXsdVersie": "1.0.0", "BerichtXsdVersie": "1.0.0"}


def header(kind: str, **more: Any) -> Tree:
    by_municipality = kind in {"JW301", "JW319", "JW325", "JW302"}
    parties = (MUNICIPALITY, PROVIDER) if by_municipality else (PROVIDER, MUNICIPALITY)
    return {
        "BerichtCode": MESSAGE_CODES[kind],
        "BerichtVersie": 3,
        "BerichtSubversie": 2,
        "Afzender": parties[0],
        "Ontvanger": parties[1],
        "BerichtIdentificatie": named("M1", "2026-03-06"),
        "XsdVersie": VERSIONS,
        **more,
    }


def person(**more: Any) -> Tree:
    return {
        "Bsn": ONE,
        "Geboortedatum": {"Datum": date(2014, 5, 1)},
        "Geslacht": "2",
        "Naam": {"Geslachtsnaam": {"Achternaam": "Testpersoon"}},
        **more,
    }


def size(volume: int = 3, unit: str = "04", frequency: str = "4") -> Tree:
    return {"Volume": volume, "Eenheid": unit, "Frequentie": frequency}


PRODUCT = {"Categorie": "45", "Code": "45A04"}
CATEGORY = {"Categorie": "45"}


def without(tree: Tree, *names: str) -> Tree:
    """The tree less the children named, and less those that are None."""
    return {name: each for name, each in tree.items() if name not in names and each is not None}


def allocation(**more: Any) -> Message:
    product = {
        "ToewijzingNummer": 700001,
        "Product": PRODUCT,
        "Toewijzingsdatum": date(2026, 1, 5),
        "Toewijzingstijd": time(10, 15),
        "Ingangsdatum": date(2026, 1, 12),
        "Einddatum": date(2026, 6, 28),
        "Omvang": size(),
        **more,
    }
    name = {"Geslachtsnaam": {"Achternaam": "Testpersoon"}, "NaamGebruik": "1"}
    client = person(
        Naam=name,
        Contactgegevens={"Contact": [{"Soort": "01", "Adres": {"Straatnaam": "Teststraat"}}]},
        ToegewezenProducten={"ToegewezenProduct": [without(product)]},
    )
    return Message("JW301", {"Header": header("JW301"), "Client": client})


def start(**more: Any) -> Message:
    product = {"Begindatum": date(2026, 1, 15), "StatusAanlevering": "1", **more}
    client = person(StartProducten={"StartProduct": [without(product)]})
    return Message("JW305", {"Header": header("JW305"), "Client": client})


def stop(**more: Any) -> Message:
    product = {
        "Begindatum": date(2026, 1, 15),
        "RedenBeeindiging": "31",
        "Einddatum": date(2026, 1, 15),
        "StatusAanlevering": "3",
        **more,
    }
    client = person(StopProducten={"StopProduct": [without(product)]})
    return Message("JW307", {"Header": header("JW307"), "Client": client})


def request(**more: Any) -> Message:
    product = {
        "ReferentieAanbieder": "VOT-0001",
        "Product": PRODUCT,
        "ToewijzingIngangsdatum": date(2026, 1, 12),
        "ToewijzingEinddatum": date(2026, 6, 28),
        "Omvang": size(),
        "Verwijzer": {"Type": "02", "ZorgverlenerCode": "01000001"},
        **more,
    }
    client = person(AangevraagdeProducten={"AangevraagdProduct": [without(product)]})
    return Message("JW315", {"Header": header("JW315"), "Client": client})


def _change(**wanted: list[Tree]) -> Message:
    group, products = next(iter(wanted.items()))
    lists = {"NieuweProducten": "NieuwProduct", "TeWijzigenProducten": "TeWijzigenProduct"}
    asked = {"ReferentieAanbieder": "VOW-0001", "RedenVerzoek": "1"}
    verzoek = {**asked, group: {lists[group]: products}}
    client = {"Bsn": ONE, "Verzoek": verzoek}
    return Message("JW317", {"Header": header("JW317"), "Client": client})


def new_product(**more: Any) -> Message:
    product = {
        "Product": PRODUCT,
        "GewensteIngangsdatum": date(2026, 1, 12),
        "Einddatum": date(2026, 6, 28),
        "Omvang": size(),
        **more,
    }
    return _change(NieuweProducten=[without(product)])


def changed_product(**more: Any) -> Message:
    product = {
        "ToewijzingNummer": 700001,
        "GewensteIngangsdatum": date(2026, 1, 12),
        "Einddatum": date(2026, 6, 28),
        **more,
    }
    return _change(TeWijzigenProducten=[without(product)])


def reply(**more: Any) -> Message:
    answer = {"ReferentieAanbieder": "VOT-0001", "VerzoekAntwoord": "2", **more}
    return Message("JW319", {"Header": header("JW319"), "Antwoord": without(answer)})


def line(reference: str = "R1", previous: str | None = None, **more: Any) -> Tree:
    """A line of 11 hours at 90 euros; a credit where it names a previous line."""
    references = {"ReferentieNummer": reference, "VorigReferentieNummer": previous}
    side = "D" if previous is None else "C"
    tree = {
        "ProductReferentie": without(references),
        "ToewijzingNummer": 700001,
        "ProductCategorie": "45",
        "ProductCode": "45A04",
        "ProductPeriode": period("2026-02-01", "2026-02-28"),
        "GeleverdVolume": 11,
        "Eenheid": "04",
        "ProductTarief": 9000,
        "IngediendBedrag": {"Bedrag": 99000, "DebetCredit": side},
    }
    return without({**tree, **more})


def amount(cents: int, side: str = "D") -> Tree:
    return {"Bedrag": cents, "DebetCredit": side}


def total(cents: int, side: str | None = None) -> Tree:
    return {"TotaalBedrag": abs(cents), "DebetCredit": side or ("C" if cents < 0 else "D")}


def declaration(*clients: tuple[str, list[Tree]], **more: Any) -> Message:
    """A declaration of lines by client, with the total they add up to."""
    lines = [each["IngediendBedrag"] for _, own in clients for each in own]
    cents = sum(a["Bedrag"] * (1 if a["DebetCredit"] == "D" else -1) for a in lines)
    tree = {
        "DeclaratieNummer": "DCL202602",
        "DeclaratiePeriode": period("2026-02-01", "2026-02-28"),
        "DeclaratieDagtekening": date(2026, 3, 6),
        "TotaalIngediendBedrag": total(cents),
        "Clienten": {
            "Client": [{"Bsn": bsn, "Prestaties": {"Prestatie": own}} for bsn, own in clients]
        },
        **more,
    }
    return Message("JW323", {"Header": header("JW323"), "Declaratie": tree})


def codes(*values: str) -> Tree:
    return {"RetourCode": list(values)}


def answer(*rejected: Tree, codes_of: str = "0200", **more: Any) -> Message:
    """An answer to a declaration of 1,000 euros that rejects the lines given."""
    lines = [{"RetourCodes": codes("0611"), **each} for each in rejected]
    cents = sum(
        each["IngediendBedrag"]["Bedrag"]
        * (1 if each["IngediendBedrag"]["DebetCredit"] == "D" else -1)
        for each in rejected
    )
    client = {"Bsn": ONE, "Prestaties": {"Prestatie": lines}, "RetourCodes": codes("0200")}
    tree = {
        "DeclaratieNummer": "DCL202602",
        "TotaalIngediendBedrag": total(100_000),
        "TotaalToegekendBedrag": total(100_000 - cents),
        "Clienten": {"Client": [client]} if rejected else None,
        "RetourCodes": codes(codes_of),
        **more,
    }
    head = header(
        "JW325",
        DeclaratieIdentificatie=named("M1", "2026-03-06"),
        XsdVersieDeclaratie=VERSIONS,
        RetourCodes=codes("0200"),
    )
    return Message("JW325", {"Header": head, "DeclaratieAntwoord": without(tree)})
