"""`budgetwacht notifier`: mail people about the alerts on `alerts`, until stopped."""

import argparse

from streams.settings import Settings

NAME = "notifier"
HELP = "mail wie iets kan doen aan een overschrijding"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add how much is logged."""
    parser.add_argument(
        "--log",
        default="info",
        choices=("error", "warning", "info", "debug"),
        help="hoeveel er gemeld wordt (standaard info)",
    )


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C; exit code 1 when there is no broker to begin with."""
    from streams.notify.main import serve

    return serve(Settings(), args.log)
