"""`budgetwacht backtest`: how good the prognosis would have been, month end by month end."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Final

from schemas.errors import BudgetwachtError
from streams.cli import output

NAME: Final = "backtest"
HELP: Final = "speel het verleden na en toon hoe goed de prognoses waren"

KEYS: Final = ("municipality", "budget_line")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    for name, told in (
        ("from", "eerste maand (standaard een jaar na het eerste bericht)"),
        ("to", "laatste maand (standaard die van het laatste bericht)"),
    ):
        parser.add_argument(
            f"--{name}", dest=f"{name}_month", type=_month, metavar="MAAND", help=f"{told}, JJJJ-MM"
        )
    output.add_by(parser, "municipality", KEYS)
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="BESTAND",
        help="bewaar elke prognose hierin, als regels JSON; wat er al in staat, blijft staan en telt",
    )
    parser.add_argument(
        "--picture", type=Path, metavar="BESTAND", help="teken de prognoses als trechters (SVG)"
    )
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Replay, keep, score and draw."""
    from streams.local.folder import Folder
    from streams.local.funnels import draw
    from streams.local.kept import keep, read_kept
    from streams.prognosis.backtest import COLUMNS, Backtest, month_ends, scores

    by = output.keys(args.by, KEYS)
    kept = {each.key: each for each in read_kept(args.keep)} if args.keep else {}
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    backtest = Backtest(folder.events(), folder.documents())
    if backtest.first > backtest.last:
        raise BudgetwachtError(f"{args.folder}: geen leesbaar bericht om na te spelen")
    first = args.from_month or backtest.first.replace(year=backtest.first.year + 1, day=1)
    last = args.to_month or backtest.last
    # A month of which messages are still to come would be kept as if it had been known.
    days = [day for day in month_ends(first, min(last, backtest.last)) if day <= backtest.last]
    changed = 0
    for made in backtest.play(days):
        fresh = [each for each in made if each.key not in kept]
        changed += sum(each != kept.get(each.key, each) for each in made)
        kept.update((each.key, each) for each in fresh)
        if args.keep:
            keep(args.keep, fresh)
    if changed:
        print(
            f"{changed} bewaarde prognoses zijn anders dan wat nu berekend wordt; de bewaarde tellen",
            file=sys.stderr,
        )
    known = backtest.known()
    output.write(scores(kept.values(), known, by), [*by, *COLUMNS], args.format)
    if args.picture:
        args.picture.write_text(draw(kept.values(), known), encoding="utf-8")
    return 0


def _month(text: str) -> date:
    """The first day of a month. Raises `argparse.ArgumentTypeError`."""
    try:
        return output.day(f"{text}-01")
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is geen maand (JJJJ-MM)") from None
