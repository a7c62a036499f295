"""`budgetwacht check`: which rules of the standard each file breaks, one JSON object a line.

Nothing else goes to standard output, and never a value out of a message: a finding names the file,
the rule, its return code, the place and the reason, in Dutch. A file that can't be read is one line too, with
the rule "unreadable".

With `--against DIR` the lines of a declaration are held against the messages of a folder too: after
the findings of the message itself come those its lines would be rejected for. `--answer OUT` then
writes the 325 that says so. It holds the client numbers of the declaration, since it goes back to
who sent that; only its owner may read the file.
"""

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from schemas.errors import Misconfigured, Unreadable
from schemas.events import Finding
from schemas.ijw import Message
from schemas.ijw.answering import answer_to
from schemas.ijw.read import read_message
from schemas.ijw.rules import RULES, check_message
from schemas.ijw.write import write_message
from streams.cli.output import day
from streams.ledger.signals.texts import TOLD
from streams.local.folder import read_bounded

NAME = "check"
HELP = "toets berichten aan de regels van iJw 3.2, en declaraties aan andere berichten"

_UNREADABLE = "unreadable"
_DECLARATION = "JW323"
_OWNER_ONLY: Final = 0o600
_LONGEST_NAME: Final = 12
"""Characters of an Identificatie (XSD)."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files, what they are held against, and where answers go."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="BESTAND", help="XML van een bericht"
    )
    parser.add_argument(
        "--against",
        type=Path,
        metavar="MAP",
        help="toets declaraties ook aan de berichten/ en referentie/ in deze map",
    )
    parser.add_argument(
        "--answer",
        type=Path,
        metavar="UIT",
        help="schrijf het antwoord (JW325): een bestand, of een map bij meer declaraties",
    )
    parser.add_argument(
        "--answered-on",
        type=day,
        metavar="DATUM",
        help="dagtekening van het antwoord (standaard vandaag)",
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 0 without findings, 1 with findings, 2 when a file can't be read."""
    worst, judge = 0, _judge(args.against)
    answers = _answers(args)
    for file in args.files:
        try:
            message = read_message(read_bounded(file))
        except Unreadable as error:
            _print(file, _UNREADABLE, "", error.place, error.reason)
            worst = 2
            continue
        found = judge(message)
        for each in found:
            _print(file, each["rule"], each["code"], each["path"], _reason(each["rule"]))
        worst = max(worst, min(len(found), 1))
        if file in answers and message.kind == _DECLARATION:
            _write(answers[file], _answer(message, found, args.answered_on))
    return worst


Judge = Callable[[Message], Sequence[Finding]]


def _judge(folder: Path | None) -> Judge:
    if folder is None:
        return check_message
    from streams.local.precheck import Precheck

    return Precheck.of(folder, lambda line: print(line, file=sys.stderr)).findings


def _reason(rule: str) -> str:
    return RULES[rule].reason if rule in RULES else TOLD[rule]


def _print(file: Path, *values: str) -> None:
    names = "rule", "code", "path", "message"
    found = dict(zip(names, values, strict=True))
    print(json.dumps({"file": str(file), **found}), flush=True)


# --- answers


def _answers(args: argparse.Namespace) -> dict[Path, Path]:
    """Where the answer to each file goes; nothing without `--answer`. Raises `Misconfigured`."""
    if args.answer is None:
        return {}
    if args.against is None:
        raise Misconfigured("--answer kan alleen samen met --against: anders is er niets getoetst")
    if len(args.files) == 1 and not args.answer.is_dir():
        return {args.files[0]: args.answer}
    if args.answer.exists() and not args.answer.is_dir():
        raise Misconfigured(f"{args.answer} is geen map; bij meer bestanden is die nodig")
    answers = {file: args.answer / f"{file.stem}_JW325.xml" for file in args.files}
    twice = [path for path, times in Counter(answers.values()).items() if times > 1]
    if twice:
        raise Misconfigured(f"twee bestanden zouden hetzelfde antwoord {twice[0].name} krijgen")
    return answers


def _answer(declared: Message, found: Sequence[Finding], on: date | None) -> bytes:
    """The 325. Its name follows from what it answers and when, so it comes out the same each time."""
    dated = on or date.today()  # noqa: DTZ011  # a Dagtekening is a day here, without a zone (RS032)
    header = declared.tree["Header"]
    named = header["BerichtIdentificatie"]
    if dated < named["Dagtekening"]:
        raise Misconfigured("--answered-on ligt voor de dagtekening van de declaratie")
    facts = header["Afzender"], named["Identificatie"], named["Dagtekening"], dated
    digest = hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()
    return write_message(answer_to(declared, found, digest[:_LONGEST_NAME].upper(), dated))


def _write(path: Path, data: bytes) -> None:
    """Put a file in place at once, readable for its owner only. Raises `Misconfigured`."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        opened = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(opened, "wb") as file:
            file.write(data)
        half.replace(path)
    except OSError as error:
        raise Misconfigured(f"{path} kan niet worden geschreven: {error.strerror}") from None
