"""`budgetwacht check`: which rules of the standard each file breaks, one JSON object a line.

Nothing else goes to standard output, and never a value out of a message: a finding names the file,
the rule, its return code, the place and the reason. A file that can't be read is one line too, with
the rule "unreadable".

With `--against DIR` the lines of a declaration are held against the messages of a folder too: after
the findings of the message itself come those its lines would be rejected for.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from schemas.errors import Unreadable
from schemas.events import Finding
from schemas.ijw import Message
from schemas.ijw.read import read_message
from schemas.ijw.rules import RULES, check_message
from streams.ledger.signals.rules import RULES as SIGNALLED
from streams.local.folder import read_bounded

NAME = "check"
HELP = "toets berichten aan de regels van iJw 3.2"

_UNREADABLE = "unreadable"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="XML van een bericht")
    parser.add_argument(
        "--against", type=Path, metavar="DIR", help="map met berichten/ en referentie/"
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 0 without findings, 1 with findings, 2 when a file can't be read."""
    worst, against = 0, _against(args.against)
    for file in args.files:
        for finding in _findings(file, against):
            print(json.dumps({"file": str(file), **finding}), flush=True)
            worst = max(worst, 2 if finding["rule"] == _UNREADABLE else 1)
    return worst


Judge = Callable[[Message], Iterable[Finding]]


def _against(folder: Path | None) -> Judge:
    if folder is None:
        return lambda _: ()
    from streams.local.precheck import Precheck

    return Precheck(folder, lambda line: print(line, file=sys.stderr)).findings


def _findings(file: Path, against: Judge) -> Iterator[dict[str, Any]]:
    try:
        message = read_message(read_bounded(file))
    except Unreadable as error:
        yield {"rule": _UNREADABLE, "code": "", "path": error.place, "message": error.reason}
        return
    own = check_message(message)
    yield from ({**found, "message": RULES[found["rule"]].reason} for found in own)
    for found in against(message):
        if not any(_says(each, found) for each in own):
            yield {**found, "message": SIGNALLED[found["rule"]].reason}


def _says(own: Finding, found: Finding) -> bool:
    """Whether a finding of the message itself says the same of the same line already."""
    return own["rule"] == found["rule"] and own["path"].startswith(f"{found['path']}/")
