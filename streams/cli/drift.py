"""`budgetwacht drift`: the products whose intensity drifts, the dearest first."""

import argparse
import math
import sys
from typing import Final

from schemas.errors import BudgetwachtError
from streams.cli import output

NAME: Final = "drift"
HELP: Final = (
    "toon van welke producten jeugdigen meer of minder zijn gaan krijgen, het duurste eerst"
)

KEYS: Final = ("product", "provider")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    output.add_as_of(parser)
    output.add_by(parser, "product", ("product", "product,provider"))
    parser.add_argument(
        "--false-alarm-months",
        type=_positive,
        metavar="N",
        help="maanden tussen twee valse meldingen, over alle reeksen van een gemeente samen"
        " (standaard 3)",
    )
    parser.add_argument(
        "--minimum",
        type=_positive,
        metavar="EURO",
        help="laat weg wat de rest van het jaar minder scheelt (standaard 2500)",
    )
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows, municipality by municipality."""
    from streams.local.folder import Folder
    from streams.prognosis.drifting import COLUMNS, MINIMUM, QUARTER, drifts
    from streams.prognosis.monitor import monitors

    by = output.keys(args.by)
    if "product" not in by or set(by) - set(KEYS):
        raise BudgetwachtError("drift kan per product, of per product,provider")
    minimum = MINIMUM if args.minimum is None else round(100 * args.minimum)
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    rows = [
        row
        for monitor in monitors(folder.events(), folder.documents(), args.as_of)
        for row in drifts(
            monitor.parts(),
            by_provider="provider" in by,
            months=args.false_alarm_months or QUARTER,
            minimum=minimum,
        )
    ]
    output.write(rows, COLUMNS, args.format)
    return 0


def _positive(text: str) -> float:
    """A number above nothing. Raises `argparse.ArgumentTypeError`."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = 0.0
    if not (0 < number < math.inf):
        raise argparse.ArgumentTypeError(f"{text!r} is geen getal boven nul")
    return number
