"""`budgetwacht tick`: set the as-of date (peildatum) of every municipality."""

import argparse
import json
from datetime import date, timedelta

from schemas.errors import BudgetwachtError
from streams.cli.output import day
from streams.settings import Settings

NAME = "tick"
HELP = "zet de peildatum en laat alle gemeenten opnieuw rekenen"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the date."""
    parser.add_argument(
        "--as-of",
        type=day,
        default=date.today(),  # noqa: DTZ011 - the user's own calendar day
        metavar="DATUM",
        help="peildatum (JJJJ-MM-DD; standaard vandaag)",
    )
    parser.add_argument("--future", action="store_true", help="sta een datum na morgen toe")


def run(args: argparse.Namespace) -> int:
    """The date only moves forward: an earlier one than the present changes nothing."""
    from streams.workers.sending import sending

    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011
    if args.as_of > tomorrow and not args.future:
        raise BudgetwachtError(
            f"{args.as_of} ligt na morgen, en een peildatum kan niet terug; met --future mag het"
        )
    settings = Settings()
    with sending(settings) as sender:
        for partition in range(settings.partitions):
            value = json.dumps({"as_of": args.as_of.isoformat()}).encode()
            sender.send("ticks", value, partition=partition)
        sender.confirm()
    print(f"peildatum: {args.as_of}")
    return 0
