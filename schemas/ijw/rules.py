"""The rules of iJw 3.2 that one message can break all by itself, and which of them it breaks.

`RULES` is the list, `check_message` the judge. Nothing here looks outside the message, changes an
amount or quotes a value: a finding is a rule, its return code and a path in the standard's own
names, counted from 1. What the rules ask stands in `conditions` (care) and `accounts` (money).
"""

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from schemas.events import Finding
from schemas.ijw import Message
from schemas.ijw.accounts import (
    ANSWER,
    ANSWERED,
    CLIENTS,
    DECLARATION,
    LINE,
    LINES,
    between_lines,
)
from schemas.ijw.conditions import (
    ALLOCATION,
    CLIENT,
    PERIOD,
    REFUSAL,
    REQUEST,
    STATUS,
    WANTED_CHANGE,
    WANTED_NEW,
    Condition,
    Found,
    parts,
)
from schemas.ijw.grammar import shape


class Rule(NamedTuple):
    """A rule of the standard: its return code, what it says to a person (Dutch, level B1), its source."""

    code: str
    reason: str
    source: str


_FIELD: Final = "iJw 3.2, condition"
_LIMIT: Final = "iJw 3.2, constraint"
_TECHNICAL: Final = "iJw 3.2, technical rule"

RULES: Final = {
    "CD041": Rule("0001", "Bij een product met een code hoort een Omvang.", _FIELD),
    "CD043": Rule("0001", "Dit veld hoort bij een BeschikkingNummer, en alleen daarbij.", _FIELD),
    "CD060": Rule("0001", "Een creditregel noemt de debetregel die zij terugdraait; een debetregel noemt er geen.", _FIELD),
    "CD066": Rule("0001", "Een verwijzer 02 tot en met 05 met een ZorgverlenerCode heeft geen Naam.", _FIELD),
    "CD067": Rule("0001", "Een verwijzer 02 tot en met 05 zonder ZorgverlenerCode heeft een Naam nodig.", _FIELD),
    "CD068": Rule("0001", "Alleen een verwijzer 02 tot en met 05 heeft een ZorgverlenerCode.", _FIELD),
    "CD075": Rule("0001", "Bij een Budget hoort een einddatum.", _FIELD),
    "CD076": Rule("0001", "Bij een volume per week (Frequentie 2) hoort een einddatum.", _FIELD),
    "CD077": Rule("0001", "Dit veld mag er niet zijn als er een Budget is.", _FIELD),
    "CD078": Rule("0001", "Dit veld mag er niet zijn als er een Omvang is.", _FIELD),
    "CD079": Rule("0001", "Dit veld is nodig als er geen Budget is.", _FIELD),
    "CD080": Rule("0001", "Dit veld mag er niet zijn zonder productcode (einde na 2020).", _FIELD),
    "CD085": Rule("0001", "Dit veld is nodig als het verzoek is afgewezen (1).", _FIELD),
    "CD086": Rule("0001", "Dit veld mag er alleen zijn als het verzoek is afgewezen (1).", _FIELD),
    "CD087": Rule("0001", "Dit veld is nodig, maar bij eenheid 83 (euro's) mag het er niet zijn.", _FIELD),
    "CD095": Rule("0001", "Dit veld mag er niet zijn zonder productcode (einde na 2020).", _FIELD),
    "CD096": Rule("0001", "Dit veld mag er niet zijn zonder productcode (einde na 2020).", _FIELD),
    "CS002": Rule("0001", "Dit is geen geldig burgerservicenummer (elfproef).", _LIMIT),
    "CS003": Rule("0001", "Deze datum ligt voor de begindatum.", _LIMIT),
    "CS058": Rule("0001", "Dit is geen 1 (eerste keer) en geen 3 (verwijderen).", _LIMIT),
    "CS100": Rule("0001", "De zorg begint voor 2021, en daar is dit bericht niet voor.", _LIMIT),
    "CS325": Rule("0001", "Bij een bedrag van nul hoort een D (debet).", _LIMIT),
    "CS335": Rule("0001", "Bij reden 13 (verwijderd) is de einddatum gelijk aan de begindatum.", _LIMIT),
    "CS336": Rule("0001", "Code 01 mag niet gebruikt worden.", _LIMIT),
    "CS337": Rule("0001", "Deze periode ligt niet binnen een kalendermaand.", _LIMIT),
    "CS338": Rule("0001", "Eenheid 14, 16, 83 of 84 mag alleen bij Frequentie 2, 4 of 6.", _LIMIT),
    "CS339": Rule("0001", "Dit bedrag is niet gelijk aan het volume in eenheid 83 (euro's).", _LIMIT),
    "CS340": Rule("0001", "Deze periode is niet precies een kalendermaand.", _LIMIT),
    "CS343": Rule("0001", "Eenheid 14, 16, 83 of 84 mag alleen bij Frequentie 2, 4 of 6.", _LIMIT),
    "TR304": Rule("8187", "Deze toewijzing staat ook bij een andere jeugdige.", _TECHNICAL),
    "TR314": Rule("8021", "Een eerdere regel heeft hetzelfde referentienummer.", f"{_TECHNICAL}, OP283"),
    "TR315": Rule("0001", "Een eerdere regel draait dezelfde debetregel terug.", _TECHNICAL),
    "TR316": Rule("0001", "De debetregel die deze regel terugdraait, staat in hetzelfde bericht.", _TECHNICAL),
    "TR342": Rule("0001", "Ingediend min toegekend is niet de som van de afgekeurde regels.", _TECHNICAL),
    "TR346": Rule("9346", "Het bedrag is niet het volume maal het tarief.", f"{_TECHNICAL}, IV081"),
    "TR358": Rule("0001", "Het totaal is niet debet min credit van de regels.", _TECHNICAL),
    "TR416": Rule("0001", "Een eerdere debetregel heeft dezelfde toewijzing, hetzelfde product en dezelfde periode.", _TECHNICAL),
}  # fmt: skip
"""Every rule that is checked here; a reason is about the path of a finding."""

_CONDITIONS: Final[dict[str, tuple[tuple[str, tuple[Condition, ...]], ...]]] = {
    "JW301": (("Client/ToegewezenProducten/ToegewezenProduct", ALLOCATION),),
    "JW305": (("Client/StartProducten/StartProduct", STATUS),),
    "JW307": (("Client/StopProducten/StopProduct", STATUS + PERIOD),),
    "JW315": (("Client/AangevraagdeProducten/AangevraagdProduct", REQUEST),),
    "JW317": (
        ("Client/Verzoek/TeWijzigenProducten/TeWijzigenProduct", WANTED_CHANGE),
        ("Client/Verzoek/NieuweProducten/NieuwProduct", WANTED_NEW),
    ),
    "JW319": (("Antwoord", REFUSAL),),
    "JW323": (("Declaratie", DECLARATION), (CLIENTS, CLIENT), (LINES, LINE)),
    "JW325": (("DeclaratieAntwoord", ANSWER), (ANSWERED, CLIENT)),
}
"""What holds for which part of a message. In return messages only the client number is judged."""


def check_message(message: Message) -> list[Finding]:
    """The rules that a message breaks, in the order of the document."""
    found = {*_in_parts(message), *between_lines(message.tree)}
    position = partial(_position, message.kind)
    return [
        {"rule": rule, "code": RULES[rule].code, "path": path}
        for rule, path in sorted(found, key=lambda each: (position(each[1]), each[0]))
    ]


def _in_parts(message: Message) -> Iterator[Found]:
    for where, conditions in (("Client", CLIENT), *_CONDITIONS.get(message.kind, ())):
        there = list(parts(message.tree, where))
        for rule, place, broken in conditions:
            yield from ((rule, f"{path}/{place}") for path, part in there if broken(part))


def _position(kind: str, path: str) -> list[tuple[int, int]]:
    """Where a path stands in the document: place and number of each element on the way."""
    position, at = [], shape(kind)
    for step in path.split("/")[1:]:
        name, _, number = step.rstrip("]").partition("[")
        child = at.by_name[name]
        position.append((child.place, int(number or 0)))
        at = child.shape
    return position
