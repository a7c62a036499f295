"""`budgetwacht worker`: keep the books of a share of the municipalities, until stopped."""

import argparse

from streams.settings import Settings

NAME = "worker"
HELP = "houd de boeken bij: lees Kafka, schrijf cijfers en meldingen"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add how much is logged."""
    parser.add_argument(
        "--log",
        default="warning",
        choices=("error", "warning", "info", "debug"),
        help="hoeveel er gemeld wordt (standaard warning)",
    )


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C; a worker that can't go on ends with exit code 1."""
    from streams.workers.main import work

    return work(Settings(), args.log)
