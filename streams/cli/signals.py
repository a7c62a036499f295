"""`budgetwacht signals`: the rules over several messages that a folder breaks, as of a date.

One row a signal. What a row is not about is empty: `row` is the place of a line in its declaration,
counted from 1; `day` the last day of a deadline, or the day on which care began or ended; `met` the
day on which a missed deadline was met after all. No row names a client.
"""

import argparse
import sys
from collections.abc import Iterable
from typing import Final

from schemas.errors import BudgetwachtError
from streams.cli import output
from streams.ledger.signals import RULES, TERMS, Signal, Terms, signals
from streams.ledger.signals.texts import told

NAME: Final = "signals"
HELP: Final = "toon waar berichten niet bij elkaar passen, en welke termijnen zijn gemist"

COLUMNS: Final = (
    *("municipality", "rule", "code", "rejects", "about", "provider", "subject"),
    *("declaration", "row", "message", "day", "met", "reason"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    output.add_as_of(parser)
    parser.add_argument("--rule", metavar="REGEL[,REGEL]", help="alleen deze regels")
    for name, default, what in (
        ("start-days", TERMS.start_days, "dagen waarbinnen een toewijzing gestart hoort te zijn"),
        ("silent-months", TERMS.silent_months, "maanden zonder declaratie die opvallen"),
        (
            "use-percent",
            TERMS.use_percent,
            "percentage dat van een toewijzing gebruikt hoort te zijn",
        ),
    ):
        text = f"{what} (standaard {default})"
        parser.add_argument(f"--{name}", type=output.count, default=default, metavar="N", help=text)
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows; what can't be read is named on stderr, and its neighbours count."""
    from streams.local.folder import Folder
    from streams.prognosis.monitor import monitors

    rules = _rules(args.rule)
    terms = Terms(args.start_days, args.silent_months, args.use_percent)
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    found = monitors(folder.events(), folder.documents(), args.as_of)
    rows = [
        _row(part.book.municipality, signal)
        for part in (part for monitor in found for part in monitor.parts())
        for signal in signals(part.book, part.reference, terms)
        if signal.rule in rules
    ]
    output.write(_sorted(rows), COLUMNS, args.format)
    return 0


def _rules(text: str | None) -> frozenset[str]:
    names = frozenset(RULES) if text is None else frozenset(text.split(","))
    if unknown := sorted(names - RULES.keys()):
        raise BudgetwachtError(
            f"onbekende regel {', '.join(unknown)}; docs/signals.md noemt ze alle"
        )
    return names


def _row(municipality: str, signal: Signal) -> output.Row:
    rule = RULES[signal.rule]
    return {
        "municipality": municipality,
        "rule": signal.rule,
        "code": signal.code,
        "rejects": rule.rejects,
        "about": rule.about,
        "provider": signal.provider,
        "subject": signal.subject,
        "declaration": signal.declaration or None,
        "row": signal.row + 1 or None,
        "message": signal.message or None,
        "day": signal.day or None,
        "met": signal.met or None,
        "reason": told(signal),
    }


def _sorted(rows: Iterable[output.Row]) -> list[output.Row]:
    """In the order of the columns; nothing before something."""
    return sorted(rows, key=lambda row: [(row[name] is not None, row[name]) for name in COLUMNS])
