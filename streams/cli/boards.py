"""`budgetwacht boards build|check`: make the Grafana boards anew, or tell what is wrong with them.

`preview` draws a board with the figures of a running Prometheus, for who has no Grafana at hand.
"""

import argparse
import json
from pathlib import Path

from schemas.errors import Misconfigured

NAME = "boards"
HELP = "maak de Grafana-borden opnieuw, controleer ze, of teken er een zonder Grafana"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`build`, `check`, or `preview` with where from and where to."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("build", help="schrijf grafana/dashboards/")
    actions.add_parser(
        "check", help="exitcode 1 als een bord afwijkt van zijn code of een regel breekt"
    )
    preview = actions.add_parser("preview", help="teken een bord als HTML-pagina (geen Grafana)")
    preview.add_argument("--prometheus", required=True, help="adres van een Prometheus")
    preview.add_argument("--out", required=True, type=Path, help="HTML-bestand om te schrijven")
    preview.add_argument("--gemeente", help="gemeentecode; zonder dit de laatste die er is")
    preview.add_argument("--jaar", help="jaar; zonder dit het laatste dat er is")


def run(args: argparse.Namespace) -> int:
    """0 when all is well; 1 when `check` finds something, a line each on standard output."""
    try:
        from grafana import boards, lint, preview
    except ImportError as error:
        raise Misconfigured(
            f"boards heeft het pakket {error.name} nodig: installeer wat ontwikkelaars gebruiken (make lint)"
        ) from None
    if args.action == "build":
        for name, text in boards.rendered().items():
            (boards.FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    if args.action == "preview":
        chosen = {"gemeente": args.gemeente, "jaar": args.jaar}
        page = preview.page(json.loads(boards.rendered()["gemeente.json"]), args.prometheus, chosen)
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
