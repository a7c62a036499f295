"""`budgetwacht reserving`: what a cumulative triangle is still to cost, by a method of the books.

Prints per origin and for `total` the latest amount, the ultimate, the reserve and its errors, in the
unit of the file; null where the method has no error.
"""

import argparse
from dataclasses import asdict, fields
from math import isfinite, nan
from pathlib import Path
from typing import Final

from schemas.errors import BudgetwachtError
from streams.cli import output
from streams.prognosis.reserving.methods import METHODS, Valued
from streams.prognosis.reserving.table import BadTable, read_triangle
from streams.prognosis.reserving.triangle import NotSuited

NAME: Final = "reserving"
HELP: Final = "schat wat er nog komt, uit een driehoek van bedragen (chain ladder en andere)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "file",
        type=Path,
        metavar="BESTAND.csv",
        help="cumulatieve driehoek: een rij per periode, een kolom per leeftijd",
    )
    parser.add_argument(
        "--method", required=True, choices=tuple(METHODS), help="rekenwijze (docs/reserving.md)"
    )
    parser.add_argument(
        "--apriori",
        type=amount,
        metavar="BEDRAG",
        help="vooraf verwacht per periode, voor bf en benktander (standaard het gemiddelde van chain-ladder)",
    )
    output.add_format(parser)


def amount(text: str) -> float:
    """An amount of zero or more, with a decimal point or comma. Raises `argparse.ArgumentTypeError`."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = nan
    if not (isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"{text!r} is geen bedrag zoals 1234,5")
    return value


def run(args: argparse.Namespace) -> int:
    """Print the rows."""
    try:
        text = args.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is geen UTF-8"
        raise BudgetwachtError(f"{args.file}: {reason}") from None
    try:
        rows = METHODS[args.method](read_triangle(text), args.apriori)
    except (BadTable, NotSuited) as error:
        raise type(error)(f"{args.file}: {error}") from None
    columns = [field.name for field in fields(Valued)]
    found = [asdict(row) for row in rows]
    if args.format == "table":
        found = [{name: _short(value) for name, value in row.items()} for row in found]
    output.write(found, columns, args.format)
    return 0


def _short(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value
