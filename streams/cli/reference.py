"""`budgetwacht reference load`: put the reference data of every municipality on Kafka."""

import argparse
import sys
from pathlib import Path

from streams.settings import Settings

NAME = "reference"
HELP = "zet begroting, producten, tarieven en andere referentiebestanden op Kafka"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument("what", choices=("load",), help="zet ze op Kafka")
    parser.add_argument("directory", type=Path, metavar="MAP", help="map met de CSV-bestanden")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when a file has an error: it is left out, the others are loaded."""
    from schemas.reference.document import resolve
    from schemas.reference.load import load_directory
    from streams.workers.sending import sending

    loaded = load_directory(args.directory)
    for problem in loaded.problems:
        print(f"budgetwacht: {problem}", file=sys.stderr)
    documents = resolve(loaded)
    with sending(Settings()) as sender:
        for code, document in documents.items():
            sender.send("reference", document.encode(), key=code.encode())
        sender.confirm()
    print(f"geladen: {len(documents)} gemeenten")
    return 1 if loaded.errors else 0
