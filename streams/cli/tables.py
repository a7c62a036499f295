"""`budgetwacht tables`: a table of a report, from a folder of messages as of a date."""

import argparse
import sys
from typing import Final

from schemas.errors import BudgetwachtError
from streams.cli import output
from streams.local.tables import TABLES, Asked
from streams.local.tables.render import data, excel, text

NAME: Final = "tables"
HELP: Final = "toon een tabel zoals in een rapport, uit een map met berichten"

FORMATS: Final = {"table": text, "csv": excel, "json": data}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "table", choices=sorted(TABLES), metavar="TABEL", help=", ".join(sorted(TABLES))
    )
    output.add_folder(parser)
    output.add_as_of(parser)
    output.add_year(parser)
    parser.add_argument(
        "--municipality",
        metavar="CODE",
        help="alleen deze gemeente (standaard alle gemeenten in de map samen)",
    )
    parser.add_argument(
        "--format",
        choices=sorted(FORMATS),
        default="table",
        help="table om te lezen, csv voor Excel, json voor een programma",
    )


def run(args: argparse.Namespace) -> int:
    """Print the table; what can't be read is named on stderr, and its neighbours count."""
    from streams.local.folder import Folder
    from streams.prognosis.monitor import monitors

    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    found = monitors(folder.events(), folder.documents(), args.as_of)
    if args.municipality:
        codes = [monitor.municipality for monitor in found]
        found = [monitor for monitor in found if monitor.municipality == args.municipality]
        if not found:
            raise BudgetwachtError(
                f"geen gemeente {args.municipality} in de map; kies uit {', '.join(codes)}"
            )
    asked = Asked(found, args.as_of, args.year or args.as_of.year)
    print(FORMATS[args.format](TABLES[args.table](asked)))
    return 0
