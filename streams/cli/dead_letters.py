"""`budgetwacht dead-letters`: which records and files could not be taken in, and why."""

import argparse

from schemas.errors import BudgetwachtError
from streams.cli.output import write
from streams.settings import Settings

NAME = "dead-letters"
HELP = "toon wat niet verwerkt kon worden, en waarom"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to show and how."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WAT")
    listed = what.add_parser("list", help="alle, een regel per stuk")
    listed.add_argument("--format", choices=("table", "json"), default="table")
    shown = what.add_parser("show", help="een in zijn geheel")
    shown.add_argument("name", metavar="NAAM", help="naam uit de lijst: topic:partitie:offset")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when the letter asked for isn't there."""
    from streams.workers.letters import dead_letters, name

    letters = dead_letters(Settings())
    if args.what == "show":
        letters = [letter for letter in letters if name(letter) == args.name]
        if not letters:
            raise BudgetwachtError(f"{args.name}: there is no dead letter of that name")
    if args.what == "show" or args.format == "json":
        for letter in letters:
            print(letter.model_dump_json())
        return 0
    rows = [{"what": name(letter), **letter.model_dump()} for letter in letters]
    write(rows, ("seen", "what", "size", "place", "reason"), "table")
    return 0
