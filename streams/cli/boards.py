"""`budgetwacht boards build|check`: make the Grafana boards anew, or tell what is wrong with them.

`preview` draws a board with the figures of a running Prometheus, for who has no Grafana at hand.
"""

import argparse
import json
from pathlib import Path

from schemas.errors import Misconfigured

NAME = "boards"
HELP = "make the Grafana boards anew, check them, or draw one without Grafana"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`build`, `check`, or `preview` with where from and where to."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("build", help="write grafana/dashboards/")
    actions.add_parser("check", help="exit 1 when a board differs from its code or breaks a rule")
    preview = actions.add_parser("preview", help="draw a board as a page of HTML (not Grafana)")
    preview.add_argument("--prometheus", required=True, help="address of a Prometheus")
    preview.add_argument("--out", required=True, type=Path, help="HTML file to write")
    preview.add_argument("--board", default="gemeente.json", help="file name of the board")
    preview.add_argument("--gemeente", help="municipality code; without it the first that is found")
    preview.add_argument("--jaar", help="year; without it the last that is found")


def run(args: argparse.Namespace) -> int:
    """0 when all is well; 1 when `check` finds something, a line each on standard output."""
    try:
        from grafana import boards, lint, preview
    except ImportError as error:
        raise Misconfigured(
            f"boards needs the package {error.name}: install the development packages"
        ) from None
    if args.action == "build":
        for name, text in boards.rendered().items():
            (boards.FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    if args.action == "preview":
        chosen = {"gemeente": args.gemeente, "jaar": args.jaar}
        text = boards.rendered()[args.board]
        page = preview.page(json.loads(text), args.prometheus, chosen)
        args.out.write_text(page, encoding="utf-8")
        return 0
    found = [*_changed(boards.rendered(), boards.FOLDER)]
    for text in boards.rendered().values():
        found += lint.breaches(json.loads(text))
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def _changed(rendered: dict[str, str], folder: Path) -> list[str]:
    """The files that differ from what the code makes, and those that no code makes."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    differ = {name for name in rendered | there if rendered.get(name) != there.get(name)}
    return [f"{name} differs: run `budgetwacht boards build`" for name in sorted(differ)]
