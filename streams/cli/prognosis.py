"""`budgetwacht prognosis`: what a year will cost, per cell, as of a date."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.dutch import number, rounded_euros
from schemas.errors import BudgetwachtError
from streams.cli import output
from streams.prognosis.split import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.figures.rollup import Figures
    from streams.prognosis.steps import Step

NAME: Final = "prognosis"
HELP: Final = "toon wat een jaar gaat kosten, met bandbreedte"

COLUMNS: Final = (
    "year",
    "declared_cents",
    "fixed_cents",
    "committed_cents",
    "prognosis_cents",
    "lower80_cents",
    "upper80_cents",
    "lower95_cents",
    "upper95_cents",
    "budget_cents",
    "overrun_probability",
    "crossing_date",
    "completeness",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    output.add_as_of(parser)
    output.add_year(parser)
    output.add_by(parser, "municipality", KEYS)
    parser.add_argument(
        "--checks",
        action="store_true",
        help="ook wat drie andere manieren van rekenen zeggen, en waar die te ver van afwijken",
    )
    parser.add_argument(
        "--what-if",
        type=Path,
        metavar="BESTAND",
        help="CSV met veranderingen (instroom, tarief, uitnutting, einde_contract, maatregel): wat dan",
    )
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows."""
    from streams.local.folder import Folder
    from streams.prognosis import cross, whatif
    from streams.prognosis.forecast import forecast
    from streams.prognosis.monitor import monitors
    from streams.prognosis.outlook import years
    from streams.prognosis.split import Split, split_all

    by = output.keys(args.by, KEYS)
    year = args.year or args.as_of.year
    if year > args.as_of.year + 1:
        raise BudgetwachtError(
            f"een prognose gaat tot en met {args.as_of.year + 1}, het jaar na de peildatum"
        )
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    steps = _steps(args.what_if) if args.what_if else []
    towns = [each.parts() for each in monitors(folder.events(), folder.documents(), args.as_of)]
    made = [(parts, forecast(parts, years(year - 1, year))) for parts in towns]
    for parts in towns:
        _say_lapsed(parts, year)
    splits = [Split(parts, year, found) for parts, found in made]
    cells = split_all(splits, by)
    rows = {
        label: {**dict(zip(by, label, strict=True)), "year": year, **cell.row()}
        for label, cell in cells.items()
    }
    columns = [*by, *COLUMNS]
    if args.checks:
        checks = cross.all_together(each.checks(by) for each in splits)
        for label, cell in cells.items():
            rows[label] |= checks.get(label, cross.NOTHING).row(cell)
        columns += cross.COLUMNS
    shown = list(rows.values())
    if args.what_if:
        _check(steps, towns, year)
        shown, columns = [], [*columns, *whatif.COLUMNS]
        found = whatif.answers(made, year, by, steps)
        for label, row in rows.items():
            keys = {name: row[name] for name in (*by, "year")}
            shown.append(row | found[label].row())
            shown += [dict.fromkeys(columns) | keys | effect for effect in found[label].rows()]
    output.write(shown, columns, args.format)
    return 0


def _say_lapsed(parts: "Sequence[Figures]", year: int) -> None:
    """Say on stderr how much of a municipality's year is priced at tariffs that have ended."""
    found = [part.commitments.lapsed(year) for part in parts]
    months = sum(count for _, count in found)
    if months:
        print(
            f"budgetwacht: gemeente {parts[0].municipality}: {number(months)} toewijzingsmaanden van {year} "
            "hebben geen geldig tarief. De prognose rekent met het laatste tarief dat gold: voor "
            f"{rounded_euros(sum(cents for cents, _ in found))} aan toewijzingen. Vul tarieven.csv aan.",
            file=sys.stderr,
        )


def _steps(path: Path) -> "list[Step]":
    """The steps of a file. Raises `BadSteps` with the file, the line and the column."""
    from streams.prognosis.steps import BadSteps, read_steps

    try:
        return read_steps(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSteps(f"{path}: kan niet gelezen worden ({error})") from None
    except BadSteps as error:
        raise BadSteps(f"{path}, {error}") from None


def _check(steps: "Sequence[Step]", towns: "Sequence[Sequence[Figures]]", year: int) -> None:
    """Raises `BudgetwachtError` for a measure that no municipality has in the year."""
    known = {
        row.measure for parts in towns for part in parts for row in part.reference.measures(year)
    }
    for step in steps:
        if step.measure and step.measure not in known:
            raise BudgetwachtError(
                f"{step.measure}: geen maatregel van {year}; kies uit {', '.join(sorted(known)) or 'geen'}"
            )
