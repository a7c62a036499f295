"""`budgetwacht topics`: create the topics, or check those that exist."""

import argparse
import sys

from streams.settings import Settings

NAME = "topics"
HELP = "maak de Kafka-topics aan, of controleer ze"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to do."""
    parser.add_argument("what", choices=("create", "check"), help="aanmaken of alleen controleren")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when a topic isn't as it must be; what exists is never changed."""
    from streams.workers.topics import Topics

    topics = Topics(Settings())
    if args.what == "create":
        for name in topics.create():
            print(f"aangemaakt: {name}")
    mismatches = topics.mismatches()
    for mismatch in mismatches:
        print(f"budgetwacht: {mismatch}", file=sys.stderr)
    return 1 if mismatches else 0
