"""Small worlds written by hand: messages and reference files in a folder, and what the commands say of it."""

import json
from calendar import monthrange
from collections.abc import Iterable
from contextlib import redirect_stdout
from datetime import date, time
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from schemas.events import KINDS
from schemas.ijw import Message, Tree
from schemas.ijw.write import write_message
from streams.cli.main import main
from streams.ledger.states import rejects

TOWN: Final = "9901"
CARE: Final = "90000001"
OTHER_CARE: Final = "90000002"
ANNA: Final = "999993008"
BAS: Final = "999990019"
CODES: Final = {code: kind.code for code, kind in KINDS.items()}
VERSION: Final = {"BasisschemaXsdVersie": "1.0.0", "BerichtXsdVersie": "1.0.0"}

TOWNS: Final = "gemeentecode;naam;regio\n9901;Proefstad;Proefregio\n9902;Buurstad;Proefregio\n"
PRODUCTS: Final = (
    "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;verblijf;"
    "begrotingspost;geldig_vanaf;geldig_tot\n"
    "Proefregio;45A04;45;Ambulant;B;;;inspanning;nee;Ambulant;2021-01-01;\n"
    "Proefregio;44A08;44;Gezinshuis;C;;;inspanning;ja;Verblijf;2021-01-01;\n"
)
TARIFFS_HEAD: Final = "gebied;agb;productcode;eenheid;tarief;geldig_vanaf;geldig_tot\n"
BUDGETS_HEAD: Final = "gemeentecode;jaar;begrotingspost;versie;vastgesteld_op;bedrag\n"
FIXED_HEAD: Final = "gemeentecode;begrotingspost;soort;omschrijving;maand;bedrag\n"


def day(text: str) -> date:
    """The date in an ISO text."""
    return date.fromisoformat(text)


def month_end(begin: date) -> date:
    """The last day of the month of a day."""
    return begin.replace(day=monthrange(begin.year, begin.month)[1])


def header(kind: str, sender: str, receiver: str, name: str, dated: str) -> Tree:
    """The Header of a message but for its versions of the schemas."""
    return {
        "BerichtCode": CODES[kind],
        "BerichtVersie": 3,
        "BerichtSubversie": 2,
        "Afzender": sender,
        "Ontvanger": receiver,
        "BerichtIdentificatie": {"Identificatie": name, "Dagtekening": day(dated)},
    }


def product(  # noqa: PLR0913  # a parameter an element: a test names only what it is about
    number: int = 1,
    *,
    begin: str = "2025-01-01",
    end: str | None = "2025-12-31",
    code: str | None = "45A04",
    category: str | None = "45",
    omvang: tuple[int, str, str] | None = (10, "04", "4"),
    budget: int | None = None,
    stamp: str = "2025-01-01T10:00:00",
    reason: str | None = None,
    comment: str | None = None,
    asked: str | None = None,
) -> Tree:
    """A ToegewezenProduct; `omvang` is (Volume, Eenheid, Frequentie), `budget` in cents.

    `asked` is the ReferentieAanbieder of the request it answers.
    """
    on, at = stamp.split("T")
    tree: Tree = {"ToewijzingNummer": number}
    if asked is not None:
        tree["ReferentieAanbieder"] = asked
    if category is not None:
        tree["Product"] = {"Categorie": category} | ({"Code": code} if code else {})
    tree |= {
        "Toewijzingsdatum": day(on),
        "Toewijzingstijd": time.fromisoformat(at),
        "Ingangsdatum": day(begin),
    }
    optional = {
        "Einddatum": None if end is None else day(end),
        "RedenWijziging": reason,
        "Omvang": omvang and dict(zip(("Volume", "Eenheid", "Frequentie"), omvang, strict=True)),
        "Budget": budget,
        "Commentaar": comment,
    }
    return tree | {name: value for name, value in optional.items() if value is not None}


def allocate(
    *products: Tree,
    name: str = "T1",
    dated: str = "2025-01-01",
    bsn: str = ANNA,
    provider: str = CARE,
    town: str = TOWN,
) -> Message:
    """A JW301 of a client at a provider."""
    return Message(
        "JW301",
        {
            "Header": header("JW301", town, provider, name, dated) | {"XsdVersie": VERSION},
            "Client": {
                "Bsn": bsn,
                "Geboortedatum": {"Datum": date(2014, 5, 1)},
                "Geslacht": "2",
                "Naam": {"Geslachtsnaam": {"Achternaam": "Geheimnaam"}, "NaamGebruik": "1"},
                "Contactgegevens": {"Contact": [{"Soort": "01"}]},
                "ToegewezenProducten": {"ToegewezenProduct": list(products)},
            },
        },
    )


def ask(
    reference: str,
    referrer: str,
    *,
    name: str = "V1",
    dated: str = "2025-01-01",
    provider: str = CARE,
) -> Message:
    """A JW315 for one product; `referrer` is the type of the Verwijzer."""
    return Message(
        "JW315",
        {
            "Header": header("JW315", provider, TOWN, name, dated) | {"XsdVersie": VERSION},
            "Client": {
                "Bsn": ANNA,
                "Geboortedatum": {"Datum": date(2014, 5, 1)},
                "Geslacht": "2",
                "Naam": {"Geslachtsnaam": {"Achternaam": "Geheimnaam"}},
                "AangevraagdeProducten": {
                    "AangevraagdProduct": [
                        {
                            "ReferentieAanbieder": reference,
                            "ToewijzingIngangsdatum": day("2025-01-01"),
                            "Verwijzer": {"Type": referrer, "Naam": "Geheime Praktijk"},
                        }
                    ]
                },
            },
        },
    )


def line(  # noqa: PLR0913  # as above
    reference: str = "R1",
    cents: int = 10_000,
    *,
    month: str = "2025-01",
    bsn: str = ANNA,
    code: str = "45A04",
    category: str = "45",
    volume: int = 1,
    unit: str = "04",
    allocation: int = 1,
    previous: str | None = None,
) -> Tree:
    """A Prestatie over a whole month with its client; negative `cents` make it a credit."""
    begin = day(f"{month}-01")
    tree: Tree = {
        "Bsn": bsn,
        "ProductReferentie": {"ReferentieNummer": reference},
        "ToewijzingNummer": allocation,
        "ProductCategorie": category,
        "ProductCode": code,
        "ProductPeriode": {"Begindatum": begin, "Einddatum": month_end(begin)},
        "GeleverdVolume": volume,
        "Eenheid": unit,
        "IngediendBedrag": {"Bedrag": abs(cents), "DebetCredit": "C" if cents < 0 else "D"},
    }
    if previous:
        tree["ProductReferentie"]["VorigReferentieNummer"] = previous
    return tree


def _signed(cents: int) -> Tree:
    return {"TotaalBedrag": abs(cents), "DebetCredit": "C" if cents < 0 else "D"}


def cents_of(tree: Tree) -> int:
    """The signed cents of a line."""
    amount = tree["IngediendBedrag"]
    cents: int = amount["Bedrag"]
    return cents if amount["DebetCredit"] == "D" else -cents


def _by_client(lines: Iterable[Tree], **extra: Any) -> list[Tree]:
    """The lines under their clients in the order given; a client that comes back is repeated."""
    clients: list[Tree] = []
    for each in lines:
        own = {name: value for name, value in each.items() if name != "Bsn"}
        if clients and clients[-1]["Bsn"] == each["Bsn"]:
            clients[-1]["Prestaties"]["Prestatie"].append(own)
        else:
            clients.append({"Bsn": each["Bsn"], "Prestaties": {"Prestatie": [own]}, **extra})
    return clients


def declare(  # noqa: PLR0913  # as above
    *lines: Tree,
    name: str = "A1",
    dated: str = "2025-02-05",
    number: str = "D1",
    provider: str = CARE,
    town: str = TOWN,
    period: str = "2025-01",
) -> Message:
    """A JW323."""
    begin = day(f"{period}-01")
    return Message(
        "JW323",
        {
            "Header": header("JW323", provider, town, name, dated) | {"XsdVersie": VERSION},
            "Declaratie": {
                "DeclaratieNummer": number,
                "DeclaratiePeriode": {"Begindatum": begin, "Einddatum": month_end(begin)},
                "DeclaratieDagtekening": day("2025-02-05"),
                "TotaalIngediendBedrag": _signed(sum(map(cents_of, lines))),
                "Clienten": {"Client": _by_client(lines)},
            },
        },
    )


def answer(  # noqa: PLR0913  # as above
    declaration: Message,
    rejected: dict[str, list[str]] | None = None,
    *,
    name: str = "B1",
    dated: str = "2025-02-15",
    codes: tuple[str, ...] = ("8001",),
    header_codes: tuple[str, ...] = ("0200",),
    header_only: bool = False,
) -> Message:
    """A JW325 to a declaration; `rejected` lists return codes by reference, also references it lacks.

    It lists lines as they were declared, and what is left of the total is granted.
    """
    asked, body = declaration.tree["Header"], declaration.tree["Declaratie"]
    top = header("JW325", asked["Ontvanger"], asked["Afzender"], name, dated) | {
        "DeclaratieIdentificatie": asked["BerichtIdentificatie"],
        "XsdVersie": VERSION,
        "XsdVersieDeclaratie": VERSION,
        "RetourCodes": {"RetourCode": list(header_codes)},
    }
    if header_only:
        return Message("JW325", {"Header": top})
    reply: Tree = {
        "DeclaratieNummer": body["DeclaratieNummer"],
        "TotaalIngediendBedrag": body["TotaalIngediendBedrag"],
        "TotaalToegekendBedrag": body["TotaalIngediendBedrag"],
        "RetourCodes": {"RetourCode": list(codes)},
    }
    if rejected:
        declared = {
            one["ProductReferentie"]["ReferentieNummer"]: {"Bsn": client["Bsn"], **one}
            for client in body["Clienten"]["Client"]
            for one in client["Prestaties"]["Prestatie"]
        }
        listed = [
            declared.get(reference, line(reference, 1)) | {"RetourCodes": {"RetourCode": found}}
            for reference, found in rejected.items()
        ]
        granted = [
            cents_of(one) for name, one in declared.items() if not rejects(rejected.get(name, ()))
        ]
        reply["TotaalToegekendBedrag"] = _signed(sum(granted))
        reply["Clienten"] = {"Client": _by_client(listed, RetourCodes={"RetourCode": ["0200"]})}
    return Message("JW325", {"Header": top, "DeclaratieAntwoord": reply})


def tariffs(*rows: str) -> str:
    """A tarieven.csv with the rows given (without its header)."""
    return TARIFFS_HEAD + "".join(f"{row}\n" for row in rows)


NINETY: Final = tariffs("9901;90000001;45A04;04;90,00;2021-01-01;")
"""Ninety euros an hour for 45A04 at CARE in TOWN."""


class World:
    """A folder of messages and reference files, as the commands read it."""

    def __init__(self, home: Path, *messages: Message, **files: str) -> None:
        self.home = home
        (home / "berichten").mkdir(parents=True, exist_ok=True)
        (home / "referentie").mkdir(exist_ok=True)
        texts = {"gemeenten": TOWNS, "producten": PRODUCTS, "tarieven": NINETY} | files
        for name, text in texts.items():
            (home / "referentie" / f"{name}.csv").write_text(text, encoding="utf-8")
        self.add(*messages)

    def add(self, *messages: Message) -> None:
        """More messages, in files whose names say nothing about their order."""
        folder = self.home / "berichten"
        held = len(list(folder.iterdir()))
        for place, message in enumerate(messages, held):
            (folder / f"{(place * 7919) % 10_007:05}.xml").write_bytes(write_message(message))

    def text(self, *argv: str) -> str:
        """What a command prints, which must succeed: `argv[0]` is the command, then comes the folder."""
        out = StringIO()
        with redirect_stdout(out):
            assert main([argv[0], str(self.home), *argv[1:]]) == 0
        return out.getvalue()

    def replay(self, *by: str, as_of: str = "2025-12-31") -> list[dict[str, Any]]:
        """The cells of `replay` (without keys given: by municipality)."""
        keys = ",".join(by or ("municipality",))
        found = self.text("replay", "--as-of", as_of, "--by", keys, "--format", "json")
        cells: list[dict[str, Any]] = json.loads(found)
        return cells

    def total(self, *, as_of: str = "2025-12-31") -> dict[str, Any]:
        """The one cell of a world with one municipality."""
        (cell,) = self.replay(as_of=as_of)
        return cell

    def total_lines(self) -> int:
        """The number of submitted lines of all municipalities."""
        return sum(cell["lines"] for cell in self.replay())

    def months(self, measure: str = "committed_cents", as_of: str = "2025-12-31") -> dict[str, Any]:
        """A measure by care month."""
        return {
            cell["care_month"]: cell[measure] for cell in self.replay("care_month", as_of=as_of)
        }

    def prognosis(self, *by: str, as_of: str, year: int | None = None) -> list[dict[str, Any]]:
        """The cells of `prognosis`."""
        argv = ["prognosis", "--as-of", as_of, "--format", "json"]
        argv += ["--by", ",".join(by)] if by else []
        argv += ["--year", str(year)] if year else []
        cells: list[dict[str, Any]] = json.loads(self.text(*argv))
        return cells


def measures(cell: dict[str, Any], *names: str) -> tuple[int, ...]:
    """The named measures of a cell, in cents."""
    return tuple(cell[f"{name}_cents"] for name in names)


def is_sorted(keys: Iterable[Any]) -> bool:
    """Whether keys come in order, none twice."""
    return all(one < other for one, other in pairwise(keys))
