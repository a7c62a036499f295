"""`budgetwacht replay`: the measures of a folder of messages as of a date, without a broker."""

import argparse
import sys
from pathlib import Path
from typing import Final

from streams.cli import output

NAME: Final = "replay"
HELP: Final = "toon de cijfers van een map met berichten op een peildatum"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="map met berichten/ en referentie/"
    )
    output.add_as_of(parser)
    parser.add_argument("--by", required=True, metavar="KEY[,KEY]", help="sleutels om op te delen")
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows; what can't be read is named on stderr, and its neighbours count."""
    from streams.figures.rollup import Tally, rows
    from streams.local.folder import Folder
    from streams.prognosis.monitor import monitors

    by = output.keys(args.by)
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    found = monitors(folder.events(), folder.documents(), args.as_of)
    if "referrer" in by:
        figures = [part for monitor in found for part in monitor.by_referrer()]
    else:
        figures = [part for monitor in found for part in monitor.parts()]
    output.write(rows(figures, by), [*by, *Tally().measures()], args.format)
    return 0
