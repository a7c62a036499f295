"""`budgetwacht prognosis`: what a year will cost, per cell, as of a date."""

import argparse
import sys
from typing import Any, Final

from schemas.errors import BudgetwachtError
from streams.cli import output

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
KEYS: Final = ("municipality", "budget_line")
"""The cells there is a prognosis for so far."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    output.add_as_of(parser)
    output.add_year(parser)
    output.add_by(parser, "municipality", KEYS)
    output.add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rows."""
    from streams.local.folder import Folder
    from streams.prognosis.monitor import monitors
    from streams.prognosis.valuation import value

    by = output.keys(args.by)
    if "municipality" not in by or set(by) - set(KEYS):
        raise BudgetwachtError(f"een prognose kan per {' en '.join(KEYS)}, altijd met municipality")
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    rows: list[dict[str, Any]] = []
    for monitor in monitors(folder.events(), folder.documents(), args.as_of):
        valuation = value(monitor.parts(), args.year)
        lines = valuation.budget_lines if "budget_line" in by else (valuation.total,)
        for line in lines:
            cell = {
                "municipality": valuation.municipality,
                "budget_line": line.budget_line or None,
            }
            fields = {"year": valuation.year, **line.model_dump(mode="json")}
            rows.append(
                {**{key: cell[key] for key in by}, **{name: fields[name] for name in COLUMNS}}
            )
    output.write(rows, [*by, *COLUMNS], args.format)
    return 0
