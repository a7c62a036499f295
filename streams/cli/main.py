"""`budgetwacht`: finds the command, runs it, and turns what a user can mend into one clear line."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, Protocol

from schemas.errors import BudgetwachtError

FOLDER: Final = (
    "demo",
    "simulate",
    "tables",
    "prognosis",
    "explain",
    "backtest",
    "drift",
    "replay",
    "figures",
    "revisions",
    "region",
    "signals",
    "check",
    "reserving",
)
"""The modules of `streams.cli` that hold a command, in the order in which a user meets them: what works
on a folder or a file."""

STREAM: Final = (
    "topics",
    "reference",
    "ingest",
    "worker",
    "notifier",
    "tick",
    "doctor",
    "kept",
    "dead_letters",
    "reconcile",
    "boards",
)
"""What the stream on Kafka is run and looked after with."""

COMMANDS: Final = (*FOLDER, *STREAM)

BROKEN_PIPE: Final = 141
"""Exit code of a program whose reader went away, as a shell reports it (128 + SIGPIPE)."""


class Command(Protocol):
    """What a command module offers. `run` returns the exit code."""

    NAME: str
    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it."""


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="budgetwacht",
        description="Volgt wat jeugdhulp een gemeente kost, uit haar iJw-berichten.",
        epilog=f"Van {FOLDER[0]} tot en met {FOLDER[-1]} werkt alles zonder server, op een map of een"
        " bestand; begin daar. De rest is voor de doorlopende stroom op Kafka, region run ook.",
    )
    commands = whole.add_subparsers(
        dest="command", required=True, metavar="OPDRACHT", title="opdrachten"
    )
    for name in COMMANDS:
        command: Command = import_module(f"streams.cli.{name}")
        one = commands.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.arguments(one)
        one.set_defaults(run=command.run)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code."""
    args = parser().parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except BudgetwachtError as error:
        print(f"budgetwacht: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return 130
    return code
