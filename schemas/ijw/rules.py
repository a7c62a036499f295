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
    """A rule of the standard: the return code it leads to, why a message breaks it, where it is from."""

    code: str
    reason: str
    source: str


_FIELD: Final = "iJw 3.2, condition"
_LIMIT: Final = "iJw 3.2, constraint"
_TECHNICAL: Final = "iJw 3.2, technical rule"

RULES: Final = {
    "CD041": Rule("0001", "a product with a code needs an Omvang", _FIELD),
    "CD043": Rule("0001", "goes with a BeschikkingNummer, and only with that", _FIELD),
    "CD060": Rule("0001", "a credit names the debit it takes back, a debit names none", _FIELD),
    "CD066": Rule("0001", "a referrer 02 to 05 with a ZorgverlenerCode has no Naam", _FIELD),
    "CD067": Rule("0001", "a referrer 02 to 05 without ZorgverlenerCode needs a Naam", _FIELD),
    "CD068": Rule("0001", "only a referrer 02 to 05 has a ZorgverlenerCode", _FIELD),
    "CD075": Rule("0001", "where there is a Budget there must be an end date", _FIELD),
    "CD076": Rule("0001", "a volume a week (Frequentie 2) needs an end date", _FIELD),
    "CD077": Rule("0001", "must be absent where there is a Budget", _FIELD),
    "CD078": Rule("0001", "must be absent where there is an Omvang", _FIELD),
    "CD079": Rule("0001", "is needed where there is no Budget", _FIELD),
    "CD080": Rule("0001", "must be absent without a product code (end after 2020)", _FIELD),
    "CD085": Rule("0001", "is needed where the request is turned down (1)", _FIELD),
    "CD086": Rule("0001", "must be absent unless the request is turned down (1)", _FIELD),
    "CD087": Rule("0001", "is needed, except with unit 83 (euros): absent there", _FIELD),
    "CD095": Rule("0001", "must be absent without a product code (end after 2020)", _FIELD),
    "CD096": Rule("0001", "must be absent without a product code (end after 2020)", _FIELD),
    "CS002": Rule("0001", "fails the check on client numbers (11-proef)", _LIMIT),
    "CS003": Rule("0001", "lies before the begin date", _LIMIT),
    "CS058": Rule("0001", "is neither 1 (first) nor 3 (delete)", _LIMIT),
    "CS100": Rule("0001", "begins before 2021, where this message is not meant for", _LIMIT),
    "CS325": Rule("0001", "must be D where the amount is zero", _LIMIT),
    "CS335": Rule("0001", "13 (deleted) needs an end date equal to the begin date", _LIMIT),
    "CS336": Rule("0001", "01 may not be used", _LIMIT),
    "CS337": Rule("0001", "is not inside one calendar month", _LIMIT),
    "CS338": Rule("0001", "14, 16, 83 and 84 only go with Frequentie 2, 4 or 6", _LIMIT),
    "CS339": Rule("0001", "must equal the volume in unit 83 (euros)", _LIMIT),
    "CS340": Rule("0001", "is not exactly one calendar month", _LIMIT),
    "CS343": Rule("0001", "14, 16, 83 and 84 only go with Frequentie 2, 4 or 6", _LIMIT),
    "TR304": Rule("8187", "this allocation is on a line of another client too", _TECHNICAL),
    "TR314": Rule("8021", "an earlier line has this reference too", f"{_TECHNICAL}, OP283"),
    "TR315": Rule("0001", "an earlier line takes back the same debit", _TECHNICAL),
    "TR316": Rule("0001", "the debit it takes back is in the same message", _TECHNICAL),
    "TR342": Rule("0001", "submitted less granted is not the sum of the rejected lines", _TECHNICAL),
    "TR346": Rule("9346", "is not the volume times the tariff", f"{_TECHNICAL}, IV081"),
    "TR358": Rule("0001", "is not the debit less the credit of the lines", _TECHNICAL),
    "TR416": Rule("0001", "an earlier debit has the same allocation, product and period", _TECHNICAL),
}  # fmt: skip
"""Every rule that is checked here; a reason completes its path ("<path>: <reason>")."""

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
