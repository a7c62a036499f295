"""`budgetwacht backtest`: how good the prognosis was, or would have been, month end by month end."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.errors import BudgetwachtError
from streams.cli import output

if TYPE_CHECKING:
    from schemas.kept import Kept, Key
    from streams.prognosis.backtest import Backtest

NAME: Final = "backtest"
HELP: Final = "speel het verleden na en toon hoe goed de prognoses waren"

KEYS: Final = ("municipality", "budget_line")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    for name, told in (
        ("from", "eerste maand (standaard een jaar na het eerste bericht; met --kept alles)"),
        ("to", "laatste maand (standaard die van het laatste bericht)"),
    ):
        parser.add_argument(
            f"--{name}", dest=f"{name}_month", type=_month, metavar="MAAND", help=f"{told}, JJJJ-MM"
        )
    output.add_by(parser, "municipality", KEYS)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--keep",
        type=Path,
        metavar="BESTAND",
        help="bewaar elke prognose hierin, als regels JSON; wat er al in staat, blijft staan en telt",
    )
    which.add_argument(
        "--kept",
        type=Path,
        metavar="BESTAND",
        help="speel niets na: beoordeel de prognoses hierin, die toen echt gegeven zijn (zie `budgetwacht kept`)",
    )
    parser.add_argument(
        "--picture", type=Path, metavar="BESTAND", help="teken de prognoses als trechters (SVG)"
    )
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Replay and keep, or take what was kept; score and draw."""
    from streams.local.folder import Folder
    from streams.local.funnels import draw
    from streams.prognosis.backtest import COLUMNS, Backtest, monthly, scores

    by = output.keys(args.by, KEYS)
    kept = _kept(args)
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    backtest = Backtest(folder.events(), folder.documents())
    if backtest.first > backtest.last:
        raise BudgetwachtError(f"{args.folder}: geen leesbaar bericht om na te spelen")
    if not args.kept:
        _replay(args, backtest, kept)
    made, known = monthly(kept.values()), backtest.known()
    output.write(scores(made, known, by), [*by, *COLUMNS], args.format)
    if args.picture:
        args.picture.write_text(draw(made, known), encoding="utf-8")
    return 0


def _kept(args: argparse.Namespace) -> "dict[Key, Kept]":
    """What stands in the file; with --kept that of the months asked for. Raises `BudgetwachtError`."""
    from streams.local.kept import read_kept
    from streams.prognosis.backtest import month_ends

    if not args.kept:
        return {each.key: each for each in read_kept(args.keep)} if args.keep else {}
    if not args.kept.exists():
        raise BudgetwachtError(f"{args.kept}: is er niet. Doe: budgetwacht kept {args.kept}")
    first = args.from_month or date.min
    last = month_ends(args.to_month, args.to_month)[0] if args.to_month else date.max
    return {each.key: each for each in read_kept(args.kept) if first <= each.as_of <= last}


def _replay(args: argparse.Namespace, backtest: "Backtest", kept: "dict[Key, Kept]") -> None:
    """Add what is foretold when history is replayed, where nothing was kept before."""
    from streams.local.kept import keep
    from streams.prognosis.backtest import month_ends

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


def _month(text: str) -> date:
    """The first day of a month. Raises `argparse.ArgumentTypeError`."""
    try:
        return output.day(f"{text}-01")
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is geen maand (JJJJ-MM)") from None
