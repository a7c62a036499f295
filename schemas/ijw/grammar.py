"""The trees of the fourteen iJw 3.2 messages, as data.

One line an element type: its children in their fixed order, `Name=Type` (or `Name` where both are
the same), `?` for 0..1, `+` for 1..n. Children of a type in `COMMON` are in the namespace of the base
schema, all others in that of their message. A return message (302, 306, ...) is its original with the
header's return fields and return codes on every level, so it is derived, not written out.
"""

from dataclasses import dataclass
from functools import cache

from schemas.ijw.leaves import LEAVES, Leaf, fixed

NAMESPACE = "http://www.istandaarden.nl/ijw/3_2/{}/schema"
COMMON_NAMESPACE = NAMESPACE.format("basisschema")

MESSAGE_CODES = {
    "JW301": "436", "JW302": "437", "JW305": "438", "JW306": "439", "JW307": "440", "JW308": "441",
    "JW315": "446", "JW316": "447", "JW317": "486", "JW318": "487", "JW319": "488", "JW320": "489",
    "JW323": "490", "JW325": "491",
}  # fmt: skip
"""Code list COD002-VEKT: the BerichtCode of each message."""

_FROM_MUNICIPALITY = {"JW301", "JW319", "JW325"}
_RETURNS = {"JW302": "JW301", "JW306": "JW305", "JW308": "JW307",
            "JW316": "JW315", "JW318": "JW317", "JW320": "JW319"}  # fmt: skip

COMMON = """
Achternaam: Achternaam=Naam Voorvoegsel?
Adres: Huis? Postcode? Straatnaam? Plaatsnaam? LandCode?
BedragMetDC: Bedrag DebetCredit
BerichtIdentificatie: Identificatie=IdentificatieBericht Dagtekening=Datum
Communicatie: Vorm=Communicatievorm Taal?
Geboortedatum: Datum DatumGebruik?
GeslotenPeriode: Begindatum=Datum Einddatum=Datum
Huis: Huisnummer Huisletter? HuisnummerToevoeging? AanduidingWoonadres?
Omvang: Volume Eenheid Frequentie
OpenPeriode: Begindatum=Datum? Einddatum=Datum?
Product: Categorie=ProductCategorie Code=ProductCode?
Referentie: ReferentieNummer VorigReferentieNummer=ReferentieNummer?
Telefoon: Telefoonnummer Landnummer
Telefoonnummers: Telefoon01=Telefoon Telefoon02=Telefoon?
TotaalBedragMetDC: TotaalBedrag DebetCredit
VerkorteNaam: Geslachtsnaam=Achternaam Voornamen=Naam? Voorletters?
Verwijzer: Type=TypeVerwijzer Naam=NaamVerwijzer? ZorgverlenerCode=AgbCode?
VolledigeNaam: Geslachtsnaam=Achternaam Partnernaam=Achternaam? Voornamen=Naam? Voorletters? NaamGebruik
XsdVersie: BasisschemaXsdVersie=Versie BerichtXsdVersie=Versie
"""

_PERFORMANCE = (
    "Prestatie: ProductReferentie=Referentie ToewijzingNummer=Nummer ProductCategorie ProductCode"
    " ProductPeriode=GeslotenPeriode GeleverdVolume=Volume Eenheid ProductTarief=Bedrag?"
    " IngediendBedrag=BedragMetDC"
)
_CARE_EVENT = "ToewijzingNummer=Nummer? Product? ToewijzingIngangsdatum=Datum? Begindatum=Datum"
_WISH = "GewensteIngangsdatum=Datum Einddatum=Datum? Omvang? Budget?"
_ANSWER_HEADER = " DeclaratieIdentificatie=BerichtIdentificatie XsltVersie=Versie? XsdVersieDeclaratie=XsdVersie RetourCodes"
_RETURN_HEADER = (
    " IdentificatieRetour=IdentificatieBericht DagtekeningRetour=Datum XsltVersie=Versie?"
    " XsdVersieRetour=XsdVersie RetourCodes?"
)
_RETURN_CODES = "RetourCodes: RetourCode+"

MESSAGES = {
    "JW301": """
Bericht: Header Client
Client: Bsn=BurgerServicenummer Geboortedatum Geslacht Naam=VolledigeNaam Communicatie? JuridischeStatus? WettelijkeVertegenwoordiging? Commentaar? Relaties? Contactgegevens ToegewezenProducten
Relaties: Relatie+
Relatie: Nummer=Persoonsid Volgorde=RelatieVolgorde? Soort=SoortRelatie Geboortedatum? Geslacht? Naam=VolledigeNaam Contact
Contact: Soort=AdresSoort Adres? Organisatie=Organisatienaam? Telefoon=Telefoonnummers? Emailadres? Periode=OpenPeriode?
Contactgegevens: Contact+
ToegewezenProducten: ToegewezenProduct+
ToegewezenProduct: ToewijzingNummer=Nummer ReferentieAanbieder=ReferentieTekst? Product? Toewijzingsdatum=Datum Toewijzingstijd=Tijd Ingangsdatum=Datum Einddatum=Datum? RedenWijziging? Omvang? Budget? Commentaar?
""",
    "JW305": f"""
Bericht: Header Client
Client: Bsn=BurgerServicenummer Geboortedatum Geslacht Naam=VerkorteNaam StartProducten
StartProducten: StartProduct+
StartProduct: {_CARE_EVENT} StatusAanlevering
""",
    "JW307": f"""
Bericht: Header Client
Client: Bsn=BurgerServicenummer Geboortedatum Geslacht Naam=VerkorteNaam StopProducten
StopProducten: StopProduct+
StopProduct: {_CARE_EVENT} RedenBeeindiging Einddatum=Datum StatusAanlevering
""",
    "JW315": """
Bericht: Header Client
Client: Bsn=BurgerServicenummer Geboortedatum Geslacht Naam=VerkorteNaam GezagsdragerBekend=JaNee? Commentaar? AangevraagdeProducten
AangevraagdeProducten: AangevraagdProduct+
AangevraagdProduct: ReferentieAanbieder=ReferentieTekst BeschikkingNummer=Nummer? Product? BeschikkingIngangsdatum=Datum? ToewijzingIngangsdatum=Datum ToewijzingEinddatum=Datum? Omvang? Budget? Verwijzer Raamcontract=JaNee? Commentaar?
""",
    "JW317": f"""
Bericht: Header Client
Client: Bsn=BurgerServicenummer Verzoek
Verzoek: ReferentieAanbieder=ReferentieTekst RedenVerzoek OngewijzigdeProducten? TeWijzigenProducten? NieuweProducten?
OngewijzigdeProducten: OngewijzigdProduct+
OngewijzigdProduct: ToewijzingNummer=Nummer
TeWijzigenProducten: TeWijzigenProduct+
TeWijzigenProduct: ToewijzingNummer=Nummer {_WISH}
NieuweProducten: NieuwProduct+
NieuwProduct: Product? {_WISH}
""",
    "JW319": """
Bericht: Header Antwoord
Antwoord: ReferentieAanbieder=ReferentieTekst VerzoekAntwoord RedenAfwijzingVerzoek? Woonplaatsbeginsel?
Woonplaatsbeginsel: Gemeente
""",
    "JW323": f"""
Bericht: Header Declaratie
Declaratie: DeclaratieNummer DeclaratiePeriode=GeslotenPeriode DeclaratieDagtekening=Datum TotaalIngediendBedrag=TotaalBedragMetDC Clienten
Clienten: Client+
Client: Bsn=BurgerServicenummer Prestaties
Prestaties: Prestatie+
{_PERFORMANCE}
""",
    "JW325": f"""
Bericht: Header DeclaratieAntwoord?
{_RETURN_CODES}
DeclaratieAntwoord: DeclaratieNummer=IdentificatieDeclaratie TotaalIngediendBedrag=TotaalBedragMetDC TotaalToegekendBedrag=TotaalBedragMetDC Clienten? RetourCodes
Clienten: Client+
Client: Bsn=BurgerServicenummer Prestaties RetourCodes
Prestaties: Prestatie+
{_PERFORMANCE} RetourCodes
""",
}


@dataclass(frozen=True)
class Child:
    """A child element: it holds a value where it has a `leaf`, else what `shape` says."""

    place: int
    name: str
    tag: str
    required: bool
    repeated: bool
    leaf: Leaf | None
    shape: "Shape"


class Shape:
    """An element type with children: in order, and by the tags and names they are looked up with."""

    __slots__ = ("by_name", "by_tag", "children", "required")

    def __init__(self, children: tuple[Child, ...]) -> None:
        self.children = children
        self.by_tag = {child.tag: child for child in children}
        self.by_name = {child.name: child for child in children}
        self.required = {child.name for child in children if child.required}


_NOTHING = Shape(())


def _lines(grammar: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in grammar.strip().splitlines())


def _header(kind: str) -> str:
    """The header of a message; a return message keeps the direction of its original (IV028)."""
    parties = "Afzender=AgbCode Ontvanger=Gemeente"
    if _RETURNS.get(kind, kind) in _FROM_MUNICIPALITY:
        parties = "Afzender=Gemeente Ontvanger=AgbCode"
    own = f"BerichtCode=#{MESSAGE_CODES[kind]} BerichtVersie=#3 BerichtSubversie=#2"
    return f"{own} {parties} BerichtIdentificatie XsdVersie"


def _types(kind: str) -> dict[str, str]:
    if kind in _RETURNS:
        original = _types(_RETURNS[kind])
        types = {
            name: line if _is_list(line) else f"{line} RetourCodes"
            for name, line in original.items()
        }
        types["Bericht"] = original["Bericht"] + "?"
        return {**types, "Header": _header(kind) + _RETURN_HEADER, **_lines(_RETURN_CODES)}
    header = _header(kind) + (_ANSWER_HEADER if kind == "JW325" else "")
    return {"Header": header, **_lines(MESSAGES[kind])}


def _is_list(line: str) -> bool:
    return " " not in line and line.endswith("+")


@cache
def shape(kind: str) -> Shape:
    """The shape of the Bericht element of a message; `kind` is "JW301" to "JW325"."""
    return _compile("Bericht", _types(kind), NAMESPACE.format(kind.lower()))


@cache
def _common(name: str) -> Shape:
    return _compile(name, _lines(COMMON), COMMON_NAMESPACE)


def _compile(name: str, types: dict[str, str], namespace: str) -> Shape:
    words = enumerate(types[name].split())
    return Shape(tuple(_child(place, word, types, namespace) for place, word in words))


def _child(place: int, word: str, types: dict[str, str], namespace: str) -> Child:
    bare = word.rstrip("?+")
    name, _, kind = bare.partition("=")
    kind = kind or name
    leaf, inner = None, _NOTHING
    if kind.startswith("#"):
        leaf = fixed(kind[1:])
    elif kind in types:
        inner = _compile(kind, types, namespace)
    elif kind in _lines(COMMON):
        inner = _common(kind)
    else:
        leaf = LEAVES[kind]
    return Child(
        place,
        name,
        f"{{{namespace}}}{name}",
        not word.endswith("?"),
        word.endswith("+"),
        leaf,
        inner,
    )
