"""The cells of the reference files: what a text may look like and which value it stands for.

Every parser takes a text without surrounding white space, returns an exact value, and refuses
with a reason in Dutch that never repeats the text: a shifted column may hold an e-mail address.
The types at the end carry their parser, so that a model of pydantic reads a cell of a file as
well as the JSON it wrote itself. A parser sees texts only; numbers in JSON are values already.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, LiteralString, TypeVar, get_args

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo
from pydantic_core import PydanticCustomError

_DECIMAL = re.compile(r"-?[0-9]{1,12}(,[0-9]{1,12})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2]))(-01)?")
_EMAIL = r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+"
_WEB = r"https?://[^\s/]+(/\S*)?"
CENTS_PER_EURO = 100
N = TypeVar("N", int, Fraction)


def refuse(reason: LiteralString) -> PydanticCustomError:
    """The error of a cell; ``reason`` is shown to the person who fills in the file."""
    return PydanticCustomError("cell", reason)


def decimal(text: str) -> Fraction:
    """The exact value of a number with a decimal comma and no thousand separators."""
    if "." in text:
        raise refuse("bevat een punt: schrijf een komma voor decimalen en niets voor duizendtallen")
    if not _DECIMAL.fullmatch(text):
        raise refuse("is geen getal zoals 1254,50")
    return Fraction(Decimal(text.replace(",", ".")))


def cents(text: str) -> int:
    """Whole cents of an amount in euros, which has at most two decimals."""
    exact = decimal(text) * CENTS_PER_EURO
    if len(text.partition(",")[2]) > len("00"):
        raise refuse("heeft meer dan twee decimalen; een bedrag gaat tot op de cent")
    return int(exact)


def tariff(text: str) -> Fraction:
    """Cents, exactly, of a tariff in euros; more than two decimals are kept."""
    return not_negative(decimal(text) * CENTS_PER_EURO)


def day(text: str) -> dt.date:
    """The date that an ISO text (2026-01-31) names."""
    if not _DATE.fullmatch(text):
        raise refuse("is geen datum zoals 2026-01-31")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise refuse("is een datum die niet bestaat") from None


def month(text: str) -> str:
    """The month as YYYY-MM; its first day (YYYY-MM-01) is read as the month too."""
    found = _MONTH.fullmatch(text)
    if not found:
        raise refuse("is geen maand zoals 2026-01")
    return found[1]


def month_or_year(text: str) -> str:
    """A month as ``month`` reads it, or a year of four digits."""
    return text if re.fullmatch("[12][0-9]{3}", text) else month(text)


def payment(text: str) -> Fraction | None:
    """The share paid at the start in "50/50" (percents at start and end); None for "maand"."""
    if text.casefold() == "maand":
        return None
    found = re.fullmatch(r"([0-9]{1,3})/([0-9]{1,3})", text)
    if not found or int(found[1]) + int(found[2]) != 100:
        raise refuse("is geen maand en geen verdeling in procenten zoals 50/50 of 70/30")
    return Fraction(int(found[1]), 100)


def words(text: str) -> str:
    """A text on one line, with single spaces and composed letters: equal looks are equal texts."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not plain.isprintable():
        raise refuse("bevat een teken dat niet zichtbaar is")
    return plain


def area(text: str) -> str:
    """A municipality code or the name of a region; digits alone can only be a code."""
    return municipality(text) if text.isdigit() else words(text)


def region(text: str) -> str:
    """The name of a region, which can't be mistaken for a municipality code."""
    if text.isdigit():
        raise refuse("is geen naam: een regio bestaat niet uit alleen cijfers")
    return words(text)


def yes(text: str) -> bool:
    """True for ja, False for nee."""
    if text.casefold() not in {"ja", "nee"}:
        raise refuse("is geen ja of nee")
    return text.casefold() == "ja"


def codes(text: str) -> tuple[str, ...]:
    """The product codes of a list separated by commas: a set, so sorted and without doubles."""
    return tuple(sorted({code.strip() for code in text.split(",")} - {""}))


def matching(pattern: str, reason: LiteralString) -> Callable[[str], str]:
    """A parser of texts that are kept as they are when the whole text has the pattern."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise refuse(reason)
        return text

    return parse


def whole(pattern: str, reason: LiteralString) -> Callable[[str], int]:
    """A parser of whole numbers whose text has the pattern."""
    parse = matching(pattern, reason)
    return lambda text: int(parse(text))


def one_of(choices: Any) -> Callable[[str], str]:
    """A parser of the words of a Literal, whatever their capitals."""
    allowed = get_args(choices)

    def parse(text: str) -> str:
        if text.casefold() not in allowed:
            # The choices are our own words, so the reason still says nothing of the text.
            raise PydanticCustomError(
                "cell", "is niet een van: {allowed}", {"allowed": ", ".join(allowed)}
            )
        return text.casefold()

    return parse


def not_negative(value: N) -> N:
    """The value itself, which has to be zero or more."""
    if value < 0:
        raise refuse("is kleiner dan nul")
    return value


def positive(value: N) -> N:
    """The value itself, which has to be more than zero."""
    if value <= 0:
        raise refuse("is niet groter dan nul")
    return value


def _read(parse: Callable[[str], Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _read_exact(parse: Callable[[str], Fraction | None]) -> BeforeValidator:
    """As ``_read``, but a text in JSON is the "n/d" that ``_EXACT_JSON`` wrote."""

    def read(value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        return Fraction(value) if info.mode == "json" else parse(value)

    return BeforeValidator(read)


_EXACT_JSON = PlainSerializer(
    lambda value: f"{value.numerator}/{value.denominator}", return_type=str
)

municipality = matching("[0-9]{4}", "is geen gemeentecode van vier cijfers, zoals 0363")
_provider = matching("[0-9]{8}", "is geen AGB-code van acht cijfers")
_code = matching(r"[^\s,;]{1,5}", "is geen productcode van een tot vijf tekens")
_category = matching("[0-9]{2}", "is geen productcategorie van twee cijfers")
_count = whole("[0-9]{1,9}", "is geen heel getal van nul of meer")
_year = whole("[12][0-9]{3}", "is geen jaar van vier cijfers")
_email = matching(_EMAIL, "is geen e-mailadres")
_web = matching(_WEB, "is geen webadres dat met https:// begint")

UnitCode = Literal["01", "04", "14", "16", "82", "83", "84"]  # TR322 counts in these
VariantWord = Literal["inspanning", "output", "taak"]
VolumeMethodWord = Literal["inspanning", "output", "dagen", "weken"]
FinancingWord = Literal["pxq", "lumpsum"]
FixedKindWord = Literal["taakgericht", "pgb", "overig"]
RoleWord = Literal["controller", "contractmanager", "aanbieder"]
FrequencyWord = Literal["direct", "week"]

MunicipalityCode = Annotated[str, _read(municipality)]
ProviderCode = Annotated[str, _read(_provider)]
ProductCode = Annotated[str, _read(_code)]
ProductCodes = Annotated[tuple[ProductCode, ...], _read(codes)]
Category = Annotated[str, _read(_category)]
Unit = Annotated[UnitCode, _read(one_of(UnitCode))]
Area = Annotated[str, _read(area)]
Region = Annotated[str, _read(region)]
Text = Annotated[str, _read(words)]
Email = Annotated[str, _read(_email)]
WebAddress = Annotated[str, _read(_web)]
Day = Annotated[dt.date, _read(day)]
Month = Annotated[str, _read(month)]
MonthOrYear = Annotated[str, _read(month_or_year)]
Year = Annotated[int, _read(_year)]
Count = Annotated[int, _read(_count)]
Cents = Annotated[int, _read(cents)]
Tariff = Annotated[Fraction, _read_exact(tariff), _EXACT_JSON]
Number = Annotated[Fraction, _read_exact(decimal), _EXACT_JSON]
YesNo = Annotated[bool, _read(yes)]
Payment = Annotated[
    Fraction | None,
    _read_exact(payment),
    PlainSerializer(
        lambda share: None if share is None else f"{share.numerator}/{share.denominator}"
    ),
]
VolumeMethod = Annotated[VolumeMethodWord, _read(one_of(VolumeMethodWord))]
Financing = Annotated[FinancingWord, _read(one_of(FinancingWord))]
Variant = Annotated[VariantWord, _read(one_of(VariantWord))]
FixedKind = Annotated[FixedKindWord, _read(one_of(FixedKindWord))]
Role = Annotated[RoleWord, _read(one_of(RoleWord))]
Frequency = Annotated[FrequencyWord, _read(one_of(FrequencyWord))]
