"""`budgetwacht kept`: what the running system foretold day by day, in a file for `backtest --kept`."""

import argparse
import sys
from pathlib import Path
from typing import Final

from streams.settings import Settings

NAME: Final = "kept"
HELP: Final = "haal de prognoses op die de worker elke dag bewaarde, voor backtest --kept"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file."""
    parser.add_argument(
        "file",
        type=Path,
        metavar="BESTAND",
        help="regels JSON; wat er al in staat, blijft staan, en alleen wat nieuw is komt erbij",
    )


def run(args: argparse.Namespace) -> int:
    """Add what the file has not; say how much, and of how many days it was made afterwards."""
    from streams.local.kept import keep, read_kept
    from streams.workers.kept import kept_days

    there = {each.key for each in read_kept(args.file)}
    fresh, late = [], 0
    for day, prompt in kept_days(Settings()):
        new = [each for each in day.prognoses if each.key not in there]
        late += bool(new) and not prompt
        fresh += new
    keep(args.file, fresh)
    print(f"{args.file}: {len(fresh)} prognoses erbij, {len(there) + len(fresh)} in totaal")
    if late:
        print(
            f"{late} keer zijn prognoses van een dag later gemaakt dan de dag erna:"
            " wat in de tussentijd binnenkwam, kan daarin meetellen",
            file=sys.stderr,
        )
    return 0
