"""`budgetwacht check`: which rules of the standard each file breaks, one JSON object a line.

Nothing else goes to standard output, and never a value out of a message: a finding names the file,
the rule, its return code, the place and the reason. A file that can't be read is one line too, with
the rule "unreadable".
"""

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.errors import TooLarge, Unreadable
from schemas.ijw.read import LARGEST, read_message
from schemas.ijw.rules import RULES, check_message

NAME = "check"
HELP = "toets berichten aan de regels van iJw 3.2"

_UNREADABLE = "unreadable"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="XML van een bericht")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 without findings, 1 with findings, 2 when a file can't be read."""
    worst = 0
    for file in args.files:
        for finding in _findings(file):
            print(json.dumps({"file": str(file), **finding}), flush=True)
            worst = max(worst, 2 if finding["rule"] == _UNREADABLE else 1)
    return worst


def _findings(file: Path) -> Iterator[dict[str, Any]]:
    try:
        message = read_message(_content(file))
    except Unreadable as error:
        yield {"rule": _UNREADABLE, "code": "", "path": error.place, "message": error.reason}
    else:
        for found in check_message(message):
            reason = RULES[found["rule"]].reason
            yield {**found, "message": reason}


def _content(file: Path) -> bytes:
    """The bytes of a file. One that is too large is not read further than needed to know that."""
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_size > LARGEST:
                raise TooLarge(f"is larger than {LARGEST // 1_000_000} MB")
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(error.strerror or "can't be opened") from None
