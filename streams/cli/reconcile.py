"""`budgetwacht reconcile`: do the topics, the table and the batch computation say the same?"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schemas.dutch import NBSP, euros
from schemas.errors import BudgetwachtError
from streams.cli import output
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.workers.reconcile import Verdict

NAME: Final = "reconcile"
HELP: Final = "controleer of de bijgehouden cijfers kloppen met de berichten"

IMPOSSIBLE: Final = 2
SHOWN: Final = 10  # differences of a municipality in the text; --format json has them all


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--municipality", metavar="CODE[,CODE]", help="alleen deze gemeenten")
    parser.add_argument(
        "--figures", action="store_true", help="ook alle kengetallen (duurt langer)"
    )
    parser.add_argument(
        "--folder", type=Path, metavar="MAP", help="een map met berichten, zonder Kafka"
    )
    output.add_as_of(parser, required=False)
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text om te lezen (standaard), json met alles",
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when all agrees, 1 when something differs or stays behind, 2 when it can't be told."""
    try:
        found = _found(args)
    except BudgetwachtError as error:
        print(f"budgetwacht: {error}", file=sys.stderr)
        return IMPOSSIBLE
    if args.format == "json":
        print(json.dumps([_row(each) for each in found], ensure_ascii=False, indent=1))
    else:
        print("\n".join(_text(found)))
    return 1 if any(each.status in ("verschilt", "verouderd") for each in found) else 0


def _found(args: argparse.Namespace) -> list["Verdict"]:
    """The verdicts asked for. Raises `BudgetwachtError`."""
    only = frozenset(code for code in (args.municipality or "").split(",") if code)
    if (args.folder is None) != (args.as_of is None):
        raise BudgetwachtError("--folder en --as-of horen bij elkaar")
    found = list(_folder(args, only) if args.folder else _broker(args, only))
    if absent := sorted(only - {each.municipality for each in found}):
        raise BudgetwachtError(f"{', '.join(absent)}: van deze gemeente is er niets")
    return found


def _broker(args: argparse.Namespace, only: frozenset[str]) -> Iterable["Verdict"]:
    from streams.workers.agreement import checkable
    from streams.workers.evidence import gather
    from streams.workers.reconcile import verdicts

    return verdicts(gather(Settings()), only, checkable() if args.figures else ())


def _folder(args: argparse.Namespace, only: frozenset[str]) -> Iterable["Verdict"]:
    from streams.local.folder import Folder
    from streams.workers.agreement import checkable
    from streams.workers.reconcile import folder_verdicts

    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    names = checkable() if args.figures else ()
    return folder_verdicts(list(folder.events()), folder.documents(), args.as_of, only, names)


def _row(verdict: "Verdict") -> dict[str, Any]:
    return {
        "municipality": verdict.municipality,
        "name": verdict.name,
        "as_of": verdict.as_of and verdict.as_of.isoformat(),
        "status": verdict.status,
        "messages": verdict.messages,
        "lines": verdict.lines,
        "declared_cents": verdict.declared_cents,
        "behind": verdict.behind,
        "differences": [each.row() for each in verdict.differences],
    }


def _text(found: Iterable["Verdict"]) -> Iterator[str]:
    """One line a municipality, and under it what differs."""
    for verdict in found:
        who = f"{verdict.municipality} {verdict.name}".strip() if verdict.municipality else "overig"
        sums = (
            f"{verdict.messages} berichten, {verdict.lines} regels,"
            f" {euros(verdict.declared_cents).replace(NBSP, ' ')} gedeclareerd"
        )
        when = f"peildatum {verdict.as_of}" if verdict.as_of else "nog geen peildatum"
        whole = f", {sums}, {when}" if verdict.municipality else ""
        yield f"{who}: {verdict.status}{whole}"
        yield from (f"  {line}" for line in verdict.behind)
        yield from (f"  {each}" for each in verdict.differences[:SHOWN])
        if (more := len(verdict.differences) - SHOWN) > 0:
            yield f"  en nog {more} verschillen (--format json toont alles)"
