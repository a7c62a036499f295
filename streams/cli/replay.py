"""`budgetwacht replay`: the measures of a folder of messages as of a date, without a broker."""

import argparse
import sys
from typing import Final

from streams.cli import output
from streams.figures.rollup import KEYS

NAME: Final = "replay"
HELP: Final = "toon geld, jeugdigen en eenheden per maand, product, aanbieder en meer"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    output.add_as_of(parser)
    output.add_by(parser, None, KEYS)
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
