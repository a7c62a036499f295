"""`budgetwacht prognosis`: what a year will cost, per cell, as of a date."""

import argparse
import sys
from typing import Final

from streams.cli import output
from streams.prognosis.split import KEYS

NAME: Final = "prognosis"
HELP: Final = "toon wat een jaar gaat kosten, met bandbreedte"

COLUMNS: Final = (
    "year",
    "declared_cents",
    "fixed_cents",
    "committed_cents",
    "prognosis_cents",
    "lower80_cents",
    "upper80_cents",
    "lower95_cents",
    "upper95_cents",
    "budget_cents",
    "overrun_probability",
    "crossing_date",
    "completeness",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    output.add_as_of(parser)
    output.add_year(parser)
    output.add_by(parser, "municipality", KEYS)
    parser.add_argument(
        "--checks",
        action="store_true",
        help="ook wat drie andere manieren van rekenen zeggen, en waar die te ver van afwijken",
    )
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows."""
    from streams.local.folder import Folder
    from streams.prognosis import cross
    from streams.prognosis.forecast import forecast
    from streams.prognosis.monitor import monitors
    from streams.prognosis.outlook import years
    from streams.prognosis.split import Split, split_all

    by = output.keys(args.by, KEYS)
    year = args.year or args.as_of.year
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    splits = []
    for monitor in monitors(folder.events(), folder.documents(), args.as_of):
        parts = monitor.parts()
        splits.append(Split(parts, year, forecast(parts, years(year - 1, year))))
    checks = cross.all_together(each.checks(by) for each in splits) if args.checks else {}
    rows = [
        {
            **dict(zip(by, label, strict=True)),
            "year": year,
            **cell.row(),
            **(checks.get(label, cross.NOTHING).row(cell) if args.checks else {}),
        }
        for label, cell in split_all(splits, by).items()
    ]
    columns = [*by, *COLUMNS, *(cross.COLUMNS if args.checks else ())]
    output.write(rows, columns, args.format)
    return 0
