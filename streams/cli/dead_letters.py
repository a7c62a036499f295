"""`budgetwacht dead-letters`: which records and files could not be taken in, why, and once more."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.errors import BudgetwachtError
from streams.cli.output import write
from streams.settings import Settings

if TYPE_CHECKING:
    from schemas.outputs import DeadLetter
    from streams.workers.retry import Outcome

NAME: Final = "dead-letters"
HELP: Final = "toon wat niet verwerkt kon worden en waarom, en probeer het opnieuw"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to do and with which."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WAT")
    listed = what.add_parser("list", help="wat nog openstaat, een regel per stuk")
    listed.add_argument("--format", choices=("table", "json"), default="table")
    listed.add_argument("--all", action="store_true", help="ook wat later alsnog is verwerkt")
    shown = what.add_parser("show", help="een in zijn geheel")
    shown.add_argument("name", metavar="NAAM", help="naam uit de lijst: topic:partitie:offset")
    retried = what.add_parser("retry", help="probeer het opnieuw, na een herstel")
    retried.add_argument("names", nargs="*", metavar="NAAM", help="namen uit de lijst")
    retried.add_argument("--all", action="store_true", help="alles wat openstaat")
    retried.add_argument(
        "--from",
        dest="folder",
        type=Path,
        metavar="MAP",
        help="map waarin geweigerde bestanden staan; ze worden herkend aan hun inhoud",
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when a letter asked for isn't there, or is still refused."""
    from streams.workers.letters import dead_letters

    settings = Settings()
    letters = dead_letters(settings)
    if args.what == "show":
        return _show([each for each in letters if _name(each) == args.name], args.name)
    if args.what == "list":
        return _list([each for each in letters if args.all or not each.retried], args)
    return _retry(settings, _chosen(args, [each for each in letters if not each.retried]), args)


def _name(letter: "DeadLetter") -> str:
    from streams.workers.letters import name

    return name(letter)


def _show(letters: Sequence["DeadLetter"], name: str) -> int:
    if not letters:
        raise BudgetwachtError(f"{name}: er is geen dead letter met die naam")
    for letter in letters:
        print(letter.model_dump_json())
    return 0


def _list(letters: Sequence["DeadLetter"], args: argparse.Namespace) -> int:
    if args.format == "json":
        for letter in letters:
            print(letter.model_dump_json())
        return 0
    rows = [{"what": _name(letter), **letter.model_dump()} for letter in letters]
    columns = ("seen", "what", "size", "place", "reason", *(("retried",) if args.all else ()))
    write(rows, columns, "table")
    return 0


def _chosen(args: argparse.Namespace, letters: Sequence["DeadLetter"]) -> list["DeadLetter"]:
    """The open letters asked for. Raises `BudgetwachtError` for a name that isn't among them."""
    if bool(args.names) == args.all:
        raise BudgetwachtError("geef namen uit `dead-letters list`, of --all")
    known = {_name(letter) for letter in letters}
    if unknown := [name for name in args.names if name not in known]:
        raise BudgetwachtError(f"{', '.join(unknown)}: er is geen open dead letter met die naam")
    return [letter for letter in letters if args.all or _name(letter) in args.names]


def _retry(settings: Settings, letters: Sequence["DeadLetter"], args: argparse.Namespace) -> int:
    closed = 0
    for outcome in _outcomes(settings, letters, args.folder):
        closed += outcome.closed
        print(f"{_name(outcome.letter)}: {outcome.told}")
    print(
        f"opnieuw geprobeerd: {len(letters)}, gelukt: {closed}, nog open: {len(letters) - closed}"
    )
    return 0 if closed == len(letters) else 1


def _outcomes(
    settings: Settings, letters: Sequence["DeadLetter"], folder: Path | None
) -> Iterator["Outcome"]:
    from schemas.intake import Pseudonymiser
    from streams.workers.ingest import Ingest, Report
    from streams.workers.journal import Journal
    from streams.workers.retry import Outcome, Retry
    from streams.workers.sending import sending

    files = [letter for letter in letters if letter.partition is None]
    pseudonym = Pseudonymiser(settings.key()) if files and folder else None
    with sending(settings) as sender:
        retry = Retry(settings, sender)
        yield from retry.records([each for each in letters if each.partition is not None])
        if folder is None or pseudonym is None:
            told = "geef met --from de map waarin dit bestand staat"
            yield from (Outcome(each, closed=False, told=told) for each in files)
            return
        with Journal(settings) as journal:
            ingest = Ingest(sender, journal, pseudonym, Report(print).note)
            yield from retry.files(files, folder, ingest)
