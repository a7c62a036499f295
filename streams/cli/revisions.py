"""`budgetwacht revisions`: what changed between two as-of dates, and why, to the cent."""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from schemas.errors import BudgetwachtError
from streams.cli import output
from streams.figures.rollup import KEYS

NAME: Final = "revisions"
HELP: Final = "toon wat er tussen twee peildata veranderde, en waardoor"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    for name, told in (("from", "eerste"), ("to", "tweede")):
        parser.add_argument(
            f"--{name}",
            dest=f"{name}_day",
            required=True,
            type=output.day,
            metavar="DATUM",
            help=f"{told} peildatum (JJJJ-MM-DD), die dag telt mee",
        )
    output.add_year(parser, "alleen zorgmaanden van dit kalenderjaar")
    output.add_by(parser, "municipality", KEYS)
    listed = parser.add_mutually_exclusive_group()
    for name, told in (
        ("lines", "declaratieregel"),
        ("allocations", "toewijzing"),
        ("budgets", "begrotingspost"),
    ):
        listed.add_argument(
            f"--{name}",
            dest="listed",
            action="store_const",
            const=name,
            help=f"een rij per {told} die veranderde",
        )
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows; the folder is read once, and folded as of both dates."""
    from streams.figures import revisions
    from streams.local.folder import Folder
    from streams.prognosis.revised import seen_twice

    by = output.keys(args.by)
    if args.to_day < args.from_day:
        raise BudgetwachtError("--to ligt voor --from")
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    events, documents = list(folder.events()), folder.documents()
    pairs = seen_twice(events, documents, args.from_day, args.to_day)
    match args.listed:
        case "lines":
            rows = revisions.changed_lines(pairs, by, args.year)
        case "allocations":
            rows = revisions.changed_allocations(pairs, by, args.year)
        case "budgets":
            rows = revisions.changed_budgets(pairs, args.year)
        case _:
            rows = revisions.revisions(pairs, by, args.year)
    columns = list(rows[0]) if rows else by
    if args.format == "table" and args.listed is None:
        columns = _telling(rows, columns)
    output.write(rows, columns, args.format)
    return 0


def _telling(rows: Sequence[output.Row], columns: Sequence[str]) -> list[str]:
    """The columns that a person needs: no cause that there is nothing of."""
    return [name for name in columns if any(row[name] != 0 for row in rows)] or list(columns)
