"""`budgetwacht region`: regions, as a process on Kafka (`run`) or from a folder (`show`)."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any, Final

from schemas.outputs import RegionalValuation
from streams.cli import output
from streams.settings import Settings

NAME: Final = "region"
HELP: Final = "tel gemeenten op tot hun regio: kosten, aandelen, contracten, verevening"

PARTS: Final = (
    "total",
    "budget_lines",
    "municipalities",
    "contracts",
    "products",
    "segments",
    "settlements",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what it can do."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTIE")
    run_ = actions.add_parser("run", help="houd de regio's bij: lees figures, schrijf regions")
    run_.add_argument(
        "--log",
        default="info",
        choices=("error", "warning", "info", "debug"),
        help="hoeveel er gemeld wordt (standaard info)",
    )
    show = actions.add_parser("show", help="toon de regio's van een map met berichten")
    output.add_folder(show)
    output.add_as_of(show)
    output.add_year(show)
    show.add_argument("--part", choices=PARTS, default="total", help="onderdeel (standaard total)")
    output.add_format(show)


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C, or print the rows of every region."""
    if args.action == "run":
        from streams.workers.region import serve

        return serve(Settings(), args.log)

    from streams.local.folder import Folder
    from streams.local.regions import regions_of

    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    found = regions_of(folder, args.as_of, args.year or args.as_of.year)
    rows = [row for region in found.values() for row in _rows(region, args.part)]
    output.write(rows, list(rows[0]) if rows else ["region", "year"], args.format)
    return 0


def _rows(region: RegionalValuation, part: str) -> Iterator[dict[str, Any]]:
    """One part of a region as flat rows; a contract's municipalities stand under it in their own rows."""
    whole = region.model_dump(mode="json")
    name = {"region": region.region, "year": region.year}
    if part == "total":
        dates = {"as_of": whole["as_of"], "newest": whole["newest"]}
        lists = {each: ",".join(whole[each]) for each in ("behind", "missing")}
        del whole["total"]["budget_line"]
        yield {**name, **dates, **lists, **whole["total"]}
        return
    for row in whole[part]:
        parts = row.pop("parts", ())
        if part != "contracts":
            yield {**name, **row}
            continue
        yield {**name, "municipality": None, **row}
        for each in parts:
            yield {**name, **dict.fromkeys(("municipality", *row)), "contract": row["contract"],
                   "provider": row["provider"], **each}  # fmt: skip
