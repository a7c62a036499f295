"""What every board must keep to; the rules of Grafana's dashboard-linter that matter here, and ours.

A breach is a sentence that names the board, the panel and what is wrong. The input is the JSON as
Grafana reads it, so a board made in another way is judged alike.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import promql_parser

Json = Mapping[str, Any]


def breaches(board: Json) -> Iterator[str]:
    """All breaches of one board, in its order."""
    name = board.get("title") or "a board without a title"
    for reason in _whole(board):
        yield f"{name}: {reason}"
    for panel in panels(board):
        for reason in _panel(panel):
            yield f"{name}, panel {panel.get('title') or panel.get('id')}: {reason}"


def panels(board: Json) -> list[Json]:
    """The panels that show something: rows are headings."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def _whole(board: Json) -> Iterator[str]:
    for field in ("uid", "title", "description"):
        if not board.get(field):
            yield f"no {field}"
    if board.get("editable", True):
        yield "can be edited in the browser, where a change would be lost"
    sources = [one for one in board["templating"]["list"] if one["type"] == "datasource"]
    if [one["name"] for one in sources] != ["datasource"]:
        yield "needs one variable of type datasource, called datasource"
    for number, times in Counter(panel.get("id") for panel in board["panels"]).items():
        if number is None or times > 1:
            yield f"id {number} stands {times} times"


def _panel(panel: Json) -> Iterator[str]:
    for field in ("title", "description", "targets"):
        if not panel.get(field):
            yield f"no {field}"
    if not panel["fieldConfig"]["defaults"].get("unit"):
        yield "no unit"
    for target in panel.get("targets", ()):
        if target.get("datasource", {}).get("uid") != "${datasource}":
            yield f"query {target['refId']} passes the datasource variable by"
        yield from _query(target)


def _query(target: Json) -> Iterator[str]:
    expr = target["expr"]
    try:
        promql_parser.parse(expr)
    except ValueError as error:
        yield f"query {target['refId']} does not parse: {error}"
    for name in re.findall(r"\b(?:rate|irate|increase)\s*\(\s*(\w+)", expr):
        if not name.endswith("_total"):
            yield f"query {target['refId']} takes a rate of {name}, which is no counter"
