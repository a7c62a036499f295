"""`budgetwacht ingest`: take message files in, pseudonymise them and put them on Kafka."""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from streams.settings import Settings

if TYPE_CHECKING:
    from schemas.intake import Pseudonymiser
    from streams.workers.ingest import Report

NAME: Final = "ingest"
HELP: Final = "lees berichten in en zet ze gepseudonimiseerd op Kafka"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the paths."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PAD", help="XML-bestand, of map met XML-bestanden"
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="blijf mappen volgen; gelezen bestanden gaan naar verwerkt/, geweigerde naar geweigerd/",
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when a file could not be read; the others are taken in all the same.

    With --watch it runs until SIGTERM or Ctrl-C and ends with 0.
    """
    from schemas.intake import Pseudonymiser
    from streams.workers.ingest import Report

    settings = Settings()
    pseudonym = Pseudonymiser(settings.key())
    report = Report(_complain)
    if args.watch:
        _watch(settings, pseudonym, args.paths, report)
    else:
        _once(settings, pseudonym, args.paths, report)
    print(_sums(report))
    for code, count in sorted(report.left_out.items()):
        print(f"nog niet ingelezen: {count} x {code}")
    return 1 if report.counts["refused"] and not args.watch else 0


def _sums(report: "Report") -> str:
    counts = report.counts
    return f"ingelezen: {counts['sent']}, al bekend: {counts['known']}, onleesbaar: {counts['refused']}"


def _once(
    settings: Settings, pseudonym: "Pseudonymiser", paths: list[Path], report: "Report"
) -> None:
    from streams.workers.ingest import Ingest, xml_files
    from streams.workers.journal import Journal
    from streams.workers.sending import sending

    with Journal(settings) as journal, sending(settings) as sender:
        Ingest(sender, journal, pseudonym, report.note).run(xml_files(paths))


def _watch(
    settings: Settings, pseudonym: "Pseudonymiser", paths: list[Path], report: "Report"
) -> None:
    from streams.workers.watching import watch

    def told() -> None:
        print(f"{datetime.now():%Y-%m-%d %H:%M:%S} tot nu toe {_sums(report)}", flush=True)  # noqa: DTZ005 - the user's own clock

    watch(settings, pseudonym, paths, report, told)


def _complain(line: str) -> None:
    print(f"budgetwacht: {line}", file=sys.stderr)
