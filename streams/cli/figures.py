"""`budgetwacht figures`: one figure of a folder of messages as of a date, without a broker."""

import argparse
import sys
from typing import Final

from schemas.errors import BudgetwachtError
from streams.cli import output
from streams.figures.question import GAP_DAYS, Question, check_keys
from streams.prognosis.register import FIGURES

NAME: Final = "figures"
HELP: Final = "toon een kengetal, zoals instroom of stapeling, uit een map met berichten"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "figure",
        choices=sorted(FIGURES),
        metavar="KENGETAL",
        help="; ".join(f"{name}: {FIGURES[name].told}" for name in sorted(FIGURES)),
    )
    output.add_folder(parser)
    output.add_as_of(parser)
    output.add_year(parser)
    output.add_by(parser, "municipality", ["sleutels van het kengetal, zie docs/figures.md"])
    parser.add_argument(
        "--gap-days",
        type=output.count,
        default=GAP_DAYS,
        metavar="N",
        help=f"dagen zonder zorg waarna iemand is uitgestroomd (standaard {GAP_DAYS})",
    )
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows; what can't be read is named on stderr, and its neighbours count."""
    from streams.local.folder import Folder
    from streams.prognosis.monitor import monitors

    kept, by = FIGURES[args.figure], output.keys(args.by)
    if wrong := check_keys(kept, by):
        known = ", ".join(sorted(kept.keys))
        raise BudgetwachtError(f"{args.figure} kan niet per {', '.join(wrong)}; kies uit {known}")
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    found = monitors(folder.events(), folder.documents(), args.as_of)
    question = Question(args.as_of, args.year or args.as_of.year, tuple(by), args.gap_days)
    rows = kept.compute([part for one in found for part in one.parts()], question)
    output.write(rows, list(rows[0]) if rows else by, args.format)
    return 0
