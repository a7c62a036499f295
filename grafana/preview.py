"""A board as a page of HTML with the figures of a running Prometheus: an example, not Grafana.

It reads the board's JSON as Grafana does, as far as our panels go: variables, instant queries
merged into a table, headings, words for values, Dutch formats. So what is wrong in the JSON is
wrong on the page.
"""

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from grafana import drawing
from schemas.errors import BudgetwachtError

Json = Mapping[str, Any]
PAGE = Path(__file__).with_name("preview.html")


class Source:
    """A Prometheus, asked with the variables of the board filled in."""

    def __init__(self, url: str, variables: Mapping[str, str]) -> None:
        """Ask `url`; a `$name` in a query becomes the variable's value."""
        self._url = url.rstrip("/")
        self._variables = dict(variables)

    def now(self, expr: str) -> list[tuple[dict[str, str], float]]:
        """Labels and value of each series at this moment."""
        return [(one["metric"], float(one["value"][1])) for one in self._ask("query", expr)]

    def course(self, expr: str) -> list[list[tuple[float, float]]]:
        """Each series over the last hour: a year of points is not there yet in an example."""
        end = datetime.now(UTC).timestamp()
        span = {"start": str(end - 3600), "end": str(end), "step": "15"}
        found = self._ask("query_range", expr, span)
        return [[(at, float(value)) for at, value in one["values"]] for one in found]

    def _ask(self, what: str, expr: str, more: Mapping[str, str] | None = None) -> Any:
        for name, value in self._variables.items():
            expr = expr.replace(f"${name}", value)
        form = urllib.parse.urlencode({"query": expr, **(more or {})}).encode()
        try:
            with urllib.request.urlopen(f"{self._url}/api/v1/{what}", form, timeout=30) as answer:  # noqa: S310 - the address the user gave
                return json.load(answer)["data"]["result"]
        except OSError as error:
            raise BudgetwachtError(f"{self._url} geeft geen antwoord: {error}") from None


def page(board: Json, prometheus: str, chosen: Mapping[str, str | None]) -> str:
    """The page. `chosen` holds the variables that the user filled in; the rest is looked up.

    Raises `BudgetwachtError` when Prometheus does not answer or has no figures.
    """
    variables = _variables(board, prometheus, chosen)
    source = Source(prometheus, variables)
    parts = [_part(panel, source) for panel in board["panels"]]
    shown = ", ".join(f"{name}: {value}" for name, value in variables.items())
    return Template(PAGE.read_text(encoding="utf-8")).substitute(
        title=escape(board["title"]), variables=escape(shown), panels="\n".join(parts)
    )


def _variables(board: Json, prometheus: str, chosen: Mapping[str, str | None]) -> dict[str, str]:
    """Each query variable of the board: as chosen, else the last value that there is."""
    values: dict[str, str] = {}
    labels = {"gemeente": "municipality", "jaar": "year"}
    for one in board["templating"]["list"]:
        if one["type"] != "query":
            continue
        inner = one["definition"].partition("(")[2].rpartition(")")[0].removesuffix(", year")
        found = Source(prometheus, values).now(inner)
        options = sorted({series[labels[one["name"]]] for series, _ in found})
        if not options:
            raise BudgetwachtError(f"{prometheus} heeft geen cijfers van budgetwacht")
        values[one["name"]] = chosen.get(one["name"]) or options[-1]
    return values


def _part(panel: Json, source: Source) -> str:
    if panel["type"] == "row":
        return f"<h2>{escape(panel['title'])}</h2>"
    draw = {"stat": _stat, "table": _table, "barchart": _bars, "timeseries": _course}
    size = f"grid-column: span {panel['gridPos']['w']}"
    head = f"<h3>{escape(panel['title'])}</h3>"
    note = f"<p class=note>{escape(panel['description'])}</p>"
    return f"<section style='{size}'>{head}{draw[panel['type']](panel, source)}{note}</section>"


def _stat(panel: Json, source: Source) -> str:
    defaults = panel["fieldConfig"]["defaults"]
    figures = []
    for target in panel["targets"]:
        found = source.now(target["expr"])
        name = (
            f"<small>{escape(target['legendFormat'])}</small> " if len(panel["targets"]) > 1 else ""
        )
        shown = drawing.cell(found[0][1], defaults) if found else escape(defaults["noValue"])
        figures.append(f"<div class=figure>{name}{shown}</div>")
    return "".join(figures)


def _frame(panel: Json, source: Source) -> drawing.Frame:
    answers = {target["refId"]: source.now(target["expr"]) for target in panel["targets"]}
    return drawing.merged(answers, panel["transformations"])


def _table(panel: Json, source: Source) -> str:
    frame = _frame(panel, source)
    looks = [look(panel, heading) for heading in frame.headings]
    head = "".join(f"<th>{escape(heading)}</th>" for heading in frame.headings)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td>{drawing.cell(value, look)}</td>" for value, look in zip(row, looks, strict=True)
        )
        + "</tr>"
        for row in frame.rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def look(panel: Json, heading: str) -> dict[str, Any]:
    """How a column of a table is to be shown: the panel's defaults and what overrides them."""
    shown = dict(panel["fieldConfig"]["defaults"])
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"]["options"] == heading:
            shown |= {one["id"]: one["value"] for one in override["properties"]}
    return shown


def _bars(panel: Json, source: Source) -> str:
    return drawing.bars(_frame(panel, source), panel["fieldConfig"]["defaults"])


def _course(panel: Json, source: Source) -> str:
    lines = {one["legendFormat"]: source.course(one["expr"]) for one in panel["targets"]}
    known = {name: found[0] for name, found in lines.items() if found}
    return drawing.lines(known, panel["fieldConfig"]["defaults"])
