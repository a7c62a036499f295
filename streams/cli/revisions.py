"""`budgetwacht revisions`: what changed between two as-of dates, and why, to the cent."""

import argparse
import sys
from pathlib import Path
from typing import Final

from schemas.errors import BudgetwachtError
from streams.cli import output

NAME: Final = "revisions"
HELP: Final = "toon wat er tussen twee peildata veranderde, en waardoor, tot op de cent"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="map met berichten/ en referentie/"
    )
    for name, told in (("from", "eerste"), ("to", "tweede")):
        parser.add_argument(
            f"--{name}",
            dest=f"{name}_day",
            required=True,
            type=output.day,
            metavar="DATE",
            help=f"{told} peildatum (JJJJ-MM-DD), die dag telt mee",
        )
    parser.add_argument("--year", type=int, help="alleen zorgmaanden van dit kalenderjaar")
    parser.add_argument("--by", default="municipality", metavar="KEY[,KEY]")
    listed = parser.add_mutually_exclusive_group()
    listed.add_argument("--lines", action="store_true", help="een rij per declaratieregel")
    listed.add_argument("--allocations", action="store_true", help="een rij per toewijzing")
    listed.add_argument("--budgets", action="store_true", help="een rij per begrotingspost")
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows; the folder is read once, and folded as of both dates."""
    from streams.figures import revisions
    from streams.local.folder import Folder
    from streams.prognosis.revised import seen_twice

    by = output.keys(args.by)
    if args.to_day < args.from_day:
        raise BudgetwachtError("--to lies before --from")
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    events, documents = list(folder.events()), folder.documents()
    pairs = seen_twice(events, documents, args.from_day, args.to_day)
    if args.budgets:
        rows = revisions.changed_budgets(pairs, args.year)
    else:
        listed = revisions.revisions
        if args.lines:
            listed = revisions.changed_lines
        elif args.allocations:
            listed = revisions.changed_allocations
        rows = listed(pairs, by, args.year)
    output.write(rows, list(rows[0]) if rows else by, args.format)
    return 0
