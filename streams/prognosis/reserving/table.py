"""A triangle as a CSV text: a row per origin, a column per age, cumulative amounts, nothing for unknown.

    origin,12,24,36              origin;12;24;36
    2023,357848,1124788,1735330  2023;357848,5;1124788;1735330
    2024,352118,1236139          2024;352118;1236139;

The header's first separator decides: `,` with decimal points or `;` with decimal commas, and never a
separator of thousands. Rows may stop early and may have gaps.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from schemas.errors import BudgetwachtError
from streams.prognosis.reserving.triangle import Triangle, reckonable, triangle

TOTAL: Final = "total"
"""What the row of all origins is called in the results; no origin may carry that name."""

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_HINTS: Final = {
    ",": "is geen bedrag; schrijf 1234.5, met een decimale punt en niets tussen duizendtallen",
    ";": "is geen bedrag; schrijf 1234,5, met een decimale komma en niets tussen duizendtallen",
}

_DUTCH: Final = str.maketrans(",.", ".,")
"""Swaps the signs, so that a point in a Dutch amount is refused and not read as a decimal point."""


class BadTable(BudgetwachtError):
    """A text that is no triangle; the error says in which line and column, and why."""

    exit_code = 2


def read_triangle(text: str) -> Triangle:
    """The triangle of a CSV text. Raises `BadTable`; lines and columns count from 1."""
    separator = ";" if ";" in text.partition("\n")[0] else ","
    lines = _lines(text, separator)
    number, header = next(lines, (1, [""]))
    ages = _ages(number, header)
    origins: list[str] = []
    rows: list[list[float | None]] = []
    for number, fields in lines:
        origins.append(_origin(number, fields[0], origins))
        rows.append(_amounts(number, fields[1:], ages, separator))
    if not rows:
        raise BadTable(f"regel {number}: na de kopregel volgt geen periode")
    return triangle(origins, ages, rows)


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The filled lines with their numbers, as fields without white space around them."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        for fields in reader:
            if any(map(str.strip, fields)):
                yield reader.line_num, [field.strip() for field in fields]
    except csv.Error as error:
        raise BadTable(f"regel {reader.line_num}: is geen goede CSV ({error})") from None


def _ages(line: int, header: Sequence[str]) -> list[str]:
    ages = list(header[1:])
    while ages and not ages[-1]:
        ages.pop()
    if not ages:
        raise BadTable(f"regel {line}: de kopregel noemt geen leeftijd (origin,12,24,36)")
    for column, age in enumerate(ages, 2):
        if not age or age in ages[: column - 2]:
            fault = f"leeftijd {age} staat er twee keer" if age else "de leeftijd heeft geen naam"
            raise BadTable(f"regel {line}, kolom {column}: {fault}")
    if all(map(_NUMBER.fullmatch, ages)):
        for column, (younger, older) in enumerate(pairwise(ages), 3):
            if float(older) <= float(younger):
                raise BadTable(f"regel {line}, kolom {column}: leeftijd {older} na {younger}")
    return ages


def _origin(line: int, name: str, before: Sequence[str]) -> str:
    if not name:
        raise BadTable(f"regel {line}, kolom 1: de periode heeft geen naam")
    if name in before:
        raise BadTable(f"regel {line}, kolom 1: periode {name} staat er twee keer")
    if name == TOTAL:
        raise BadTable(f"regel {line}, kolom 1: {TOTAL} is de naam van de som; laat die weg")
    return name


def _amounts(
    line: int, fields: Sequence[str], ages: Sequence[str], separator: str
) -> list[float | None]:
    amounts: list[float | None] = []
    for column, field in enumerate(fields, 2):
        place = f"regel {line}, kolom {column}"
        if field and column - 2 >= len(ages):
            raise BadTable(f"{place}: een bedrag voorbij de laatste leeftijd, {ages[-1]}")
        amounts.append(_amount(field, place, separator) if field else None)
    if not any(amount is not None for amount in amounts):
        raise BadTable(f"regel {line}: de periode heeft geen bedrag")
    return amounts[: len(ages)]


def _amount(field: str, place: str, separator: str) -> float:
    text = field if separator == "," else field.translate(_DUTCH)
    if not _NUMBER.fullmatch(text):
        raise BadTable(f"{place}: {field!r} {_HINTS[separator]}")
    if not reckonable(amount := float(text)):
        raise BadTable(f"{place}: {field} is te groot of te klein om mee te rekenen")
    return amount
