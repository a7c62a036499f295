"""The simple types of iJw 3.2: how a text becomes a value, and a value a text again.

A leaf accepts what the official schema accepts, white space around it ignored, except years before
1 and after 9999 and the time 24:00:00, which Python does not know. A text that does not fit raises `Misfit`, whose reason describes the type and never quotes the text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

Value = str | int | date | time

MOST_DATES: Final = 10_000
"""That are remembered: 27 years of them."""

BLANK: Final = " \t\r\n"
"""White space of XML. Other Unicode spaces are text."""


class Misfit(Exception):
    """A part of a message that does not fit its type; `path` grows on the way up to the root.

    `reason` is in Dutch, and goes on where the path ends.
    """

    def __init__(self, reason: str, *path: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = list(path)


@dataclass(frozen=True)
class Leaf:
    """A simple type: `parse` reads a stripped text (raises `Misfit`), `write` is its inverse."""

    parse: Callable[[str], Any]
    write: Callable[[Any], str] = str


def text(longest: int | None = None, pattern: str | None = None, *, lines: bool = False) -> Leaf:
    """A text of at least one character that isn't white space; one line unless `lines`."""
    fits = re.compile(pattern).fullmatch if pattern else None
    breaks = () if lines else ("\n", "\r")

    def parse(value: str) -> str:
        if not value:
            raise Misfit("is leeg")
        if longest is not None and len(value) > longest:
            raise Misfit(f"is langer dan {longest} tekens")
        if fits is not None and not fits(value):
            raise Misfit(f"heeft niet de vorm {pattern}")
        if any(each in value for each in breaks):
            raise Misfit("is meer dan een regel")
        return value

    return Leaf(parse)


def whole(highest: int) -> Leaf:
    """A whole number from 0 to `highest`, both included."""
    fits = re.compile(r"[+-]?[0-9]+").fullmatch
    digits = len(str(highest))

    def parse(value: str) -> int:
        if not fits(value):
            raise Misfit("is geen heel getal")
        significant = value.lstrip("+-0") or "0"
        # Python refuses to convert thousands of digits, so length is judged first.
        if len(significant) > digits or int(significant) > highest:
            raise Misfit(f"ligt niet tussen 0 en {highest}")
        if value[0] == "-" and significant != "0":
            raise Misfit(f"ligt niet tussen 0 en {highest}")
        return int(significant)

    return Leaf(parse)


class _Codes(dict[str, str]):
    """The codes of a list, each under itself; looking up anything else is a misfit."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__({code: code for code in allowed.split()})
        self.name = name

    def __missing__(self, _: str) -> str:
        raise Misfit(f"is geen code van de lijst {self.name}")


def codes(name: str, allowed: str) -> Leaf:
    """A code from a list of the standard."""
    return Leaf(_Codes(name, allowed).__getitem__)


def fixed(expected: str) -> Leaf:
    """A header field that has one value in this message; kept as a whole number where it is one digit."""

    def parse(value: str) -> str | int:
        if value != expected:
            found = f" maar {value}" if value.isdecimal() and len(value) < 4 else ""
            raise Misfit(f"is niet {expected}{found}; alleen iJw 3.2 wordt gelezen")
        return int(value) if len(expected) == 1 else value

    return Leaf(parse)


class _Dates(dict[str, date]):
    """ISO dates, remembered: a message repeats few of them many times."""

    def __missing__(self, value: str) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise Misfit("is geen datum (JJJJ-MM-DD)")
        try:
            parsed = date.fromisoformat(value)
        except ValueError:
            raise Misfit("is geen datum van de kalender") from None
        if len(self) < MOST_DATES:
            self[value] = parsed
        return parsed


def _time(value: str) -> time:
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?", value):
        raise Misfit("is geen tijd (UU:MM:SS)")
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise Misfit("is geen tijd van de dag") from None


_CATEGORIES = "31 32 33 34 35 36 37 38 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55"
_RETURN_CODES = (
    "0001 0200 0233 0611 8001 8017 8021 8187 8214 8848 9019 9056 9063 9069 9071 9074 9307 9308 9319 "
    "9321 9322 9326 9332 9333 9338 9339 9340 9341 9346 9347 9349 9350 9351 9355 9357 9359 9360 9361 "
    "9365 9366 9367 9369 9373 9374 9375 9379 9384 9385 9387 9388 9389 9390 9411 9412 9413 9414 9415 "
    "S300 S329"
)
_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH "
    "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT "
    "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS "
    "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI "
    "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG "
    "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
    "UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)

LEAVES: dict[str, Leaf] = {
    "AanduidingWoonadres": codes("AanduidingWoonadres", "AB BY TO WW"),
    "AdresSoort": codes("AdresSoort", "01 02 03 04"),
    "AgbCode": text(pattern="[0-9]{8}"),
    "Bedrag": whole(99_999_999),
    "Budget": whole(99_999_999),
    "BurgerServicenummer": text(pattern="[0-9]{9}"),
    "Commentaar": text(lines=True),
    "Communicatievorm": codes("Communicatievorm", "1 2 3"),
    "Datum": Leaf(_Dates().__getitem__, date.isoformat),
    "DatumGebruik": codes("DatumGebruik", "1 2 3"),
    "DebetCredit": codes("DebetCredit (COD043)", "C D"),
    "DeclaratieNummer": text(12, "[a-zA-Z0-9]+"),
    "Eenheid": codes("Eenheid (WJ756)", "01 04 14 16 82 83 84"),
    "Emailadres": text(80),
    "Frequentie": codes("Frequentie (WMO757)", "1 2 4 6"),
    "Gemeente": text(pattern="[0-9]{4}"),
    "Geslacht": codes("Geslacht (COD046)", "0 1 2"),
    "Huisletter": text(1),
    "Huisnummer": whole(99_999),
    "HuisnummerToevoeging": text(4),
    "IdentificatieBericht": text(12),
    "IdentificatieDeclaratie": text(12, lines=True),
    "JaNee": codes("JaNee (COD260)", "1 2"),
    "JuridischeStatus": codes("JuridischeStatus (WJ232)", "01 02 03 04 05 11 12"),
    "LandCode": codes("LandCode", _COUNTRIES),
    "Landnummer": text(4),
    "Naam": text(200),
    "NaamGebruik": codes("NaamGebruik", "1 2 3 4 5 6"),
    "NaamVerwijzer": text(64),
    "Nummer": whole(999_999_999),
    "Organisatienaam": text(35),
    "Persoonsid": text(20),
    "Plaatsnaam": text(80),
    "Postcode": text(8),
    "ProductCategorie": codes("ProductCategorie (JZ020)", _CATEGORIES),
    "ProductCode": text(5),
    "RedenAfwijzingVerzoek": codes("RedenAfwijzingVerzoek (WJ759)", "1 2 3 4 5 6 7 8 9"),
    "RedenBeeindiging": codes("RedenBeeindiging (JZ588)", "02 20 31 32 33 34 35 36 37 38 39"),
    "RedenVerzoek": codes("RedenVerzoek (WJ758)", "1 2"),
    "RedenWijziging": codes("RedenWijziging (JZ002)", "01 02 03 04 05 06 07 08 09 10 11 12 13 14"),
    "ReferentieTekst": text(36),
    "ReferentieNummer": text(20, lines=True),
    "RelatieVolgorde": whole(99),
    "RetourCode": codes("RetourCode (WJ001)", _RETURN_CODES),
    "SoortRelatie": codes(
        "SoortRelatie", "03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25"
    ),
    "StatusAanlevering": codes("StatusAanlevering (COD467)", "1 2 3 9"),
    "Straatnaam": text(24),
    "Taal": text(25),
    "Telefoonnummer": text(15, "[0-9]*"),
    "Tijd": Leaf(_time, time.isoformat),
    "TotaalBedrag": whole(999_999_999_999),
    "TypeVerwijzer": codes("TypeVerwijzer (COD327)", "01 02 03 04 05 06 08"),
    "Versie": text(pattern=r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"),
    "VerzoekAntwoord": codes("VerzoekAntwoord (WJ760)", "1 2"),
    "Volume": whole(99_999_999),
    "Voorletters": text(6, "[a-zA-ZÀ-ỳ]+"),
    "Voorvoegsel": text(10),
    "WettelijkeVertegenwoordiging": codes("WettelijkeVertegenwoordiging", "06 07 08 09 10"),
}
