"""`budgetwacht ingest`: take message files in, pseudonymise them and put them on Kafka."""

import argparse
import sys
from pathlib import Path

from streams.settings import Settings

NAME = "ingest"
HELP = "lees berichten in en zet ze gepseudonimiseerd op Kafka"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the paths."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="XML-bestand, of map met XML-bestanden"
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when a file could not be read; the others are taken in all the same."""
    from schemas.intake import Pseudonymiser
    from streams.workers.ingest import Ingest, xml_files
    from streams.workers.journal import Journal
    from streams.workers.sending import sending

    settings = Settings()
    pseudonym = Pseudonymiser(settings.key())
    installation = f"{settings.kafka_bootstrap}/{settings.topic_prefix}"
    with Journal(settings.data_dir, installation) as journal, sending(settings) as sender:
        report = Ingest(sender, journal, pseudonym, _complain).run(xml_files(args.paths))
    print(f"ingelezen: {report.sent}, al bekend: {report.known}, onleesbaar: {report.unreadable}")
    for code, count in sorted(report.left_out.items()):
        print(f"nog niet ingelezen: {count} x {code}")
    return 1 if report.unreadable else 0


def _complain(line: str) -> None:
    print(f"budgetwacht: {line}", file=sys.stderr)
