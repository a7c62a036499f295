"""What commands that print rows have in common: their arguments, and JSON, CSV or a table."""

import argparse
import csv
import json
import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from schemas.errors import BudgetwachtError
from streams.figures.rollup import KEYS

Row = dict[str, Any]


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


def add_year(parser: argparse.ArgumentParser) -> None:
    """The --year option: a calendar year."""
    parser.add_argument(
        "--year", type=int, metavar="JAAR", help="kalenderjaar (standaard dat van de peildatum)"
    )


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
    """An ISO date. Raises `argparse.ArgumentTypeError`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is geen datum (JJJJ-MM-DD)") from None


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
