"""What commands that print rows have in common: their arguments, and JSON, CSV or a table."""

import argparse
import csv
import json
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from schemas.errors import BudgetwachtError
from streams.figures.rollup import KEYS

Row = dict[str, Any]

YEARS: Final = range(2000, 2200)
"""The years that can be asked about: any other is a slip of the pen, as youth care came to towns in 2015."""


def add_folder(parser: argparse.ArgumentParser) -> None:
    """The folder that holds messages and reference files."""
    parser.add_argument(
        "folder", type=Path, metavar="MAP", help="map met berichten/ en referentie/"
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """The --format option."""
    parser.add_argument(
        "--format",
        choices=("json", "csv", "table"),
        default="json",
        help="json voor een programma (standaard), csv, of table om te lezen",
    )


def add_year(
    parser: argparse.ArgumentParser, told: str = "kalenderjaar (standaard dat van de peildatum)"
) -> None:
    """The --year option: a calendar year."""
    parser.add_argument("--year", type=year, metavar="JAAR", help=told)


def add_by(parser: argparse.ArgumentParser, default: str | None, names: Iterable[str]) -> None:
    """The --by option, which is required without a default; `names` are what it may hold."""
    usual = "" if default is None else f" (standaard {default})"
    parser.add_argument(
        "--by",
        required=default is None,
        default=default,
        metavar="SLEUTEL[,SLEUTEL]",
        help=f"een rij per: {', '.join(names)}{usual}",
    )


def add_as_of(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """The --as-of option: a day that is included."""
    parser.add_argument(
        "--as-of",
        required=required,
        type=day,
        metavar="DATUM",
        help="peildatum (JJJJ-MM-DD), die dag telt mee",
    )


def day(text: str) -> date:
    """A date written as JJJJ-MM-DD, of `YEARS`. Raises `argparse.ArgumentTypeError`."""
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        found = None
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is geen datum (JJJJ-MM-DD)")
    year(text[:4])
    return found


def year(text: str) -> int:
    """One of `YEARS`. Raises `argparse.ArgumentTypeError`."""
    found = count(text)
    if found not in YEARS:
        raise argparse.ArgumentTypeError(
            f"{text} is geen jaar van {YEARS[0]} tot en met {YEARS[-1]}"
        )
    return found


def count(text: str) -> int:
    """A whole number, zero or more. Raises `argparse.ArgumentTypeError`."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is geen heel getal")
    return int(text)


def keys(text: str, known: Collection[str] = tuple(KEYS)) -> list[str]:
    """Names of roll-up keys, separated by commas. Raises `BudgetwachtError` naming the unknown ones."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in known]:
        raise BudgetwachtError(
            f"onbekende sleutel {', '.join(unknown)}; kies uit {', '.join(known)}"
        )
    if len(set(names)) < len(names):
        raise BudgetwachtError("een sleutel staat twee keer in --by")
    return names


def write(rows: Sequence[Row], columns: Sequence[str], form: str) -> None:
    """Print rows; `columns` are shown even where there is no row."""
    if form == "json":
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        print(f"[\n{lines}\n]" if rows else "[]")
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, columns, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        print("\n".join(table(rows, columns)))


def table(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """Rows as aligned text: numbers to the right, nothing for no value."""
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    right = [any(isinstance(row.get(column), int | float) for row in rows) for column in columns]
    return [
        "  ".join(
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in [list(columns), *cells]
    ]


def _cell(value: object) -> str:
    return "" if value is None else str(value)
