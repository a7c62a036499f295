"""How the preview lays out and writes what a board's queries answer: as Grafana would, in Dutch.

Pure: from answers and the panel's JSON to a frame, and from a frame to HTML.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

Json = Mapping[str, Any]
Answer = Sequence[tuple[Mapping[str, str], float]]
Cell = str | float | None
AMSTERDAM = ZoneInfo("Europe/Amsterdam")  # the boards' time zone
# Grafana's shades of the words' colours: all light enough for black text.
SHADES = {
    "purple": "#b877d9",
    "red": "#f2495c",
    "orange": "#ff9830",
    "yellow": "#fade2a",
    "blue": "#8ab8ff",
}
COLORS = ("#1f60c4", "#e0752d", "#37872d", "#8a8a8a", "#b8b8b8")


@dataclass(frozen=True, slots=True)
class Frame:
    """A table: headings in the order of the board, rows sorted by the first."""

    headings: list[str]
    rows: list[list[Cell]]


def merged(answers: Mapping[str, Answer], transformations: Sequence[Json]) -> Frame:
    """The answers of a panel's queries, by their letter, side by side: a row per set of labels."""
    options: Json = transformations[-1]["options"]
    names = options["renameByName"]
    order = sorted(names, key=options["indexByName"].__getitem__)
    labels = [label for label in order if not label.startswith("Value")]
    columns = [column for column in order if column.startswith("Value")]
    cells: dict[tuple[str, ...], dict[str, float]] = {}
    for letter, answer in answers.items():
        column = "Value" if len(answers) == 1 else f"Value #{letter}"
        for series, value in answer:
            key = tuple(series.get(label, "") for label in labels)
            cells.setdefault(key, {})[column] = value
    rows: list[list[Cell]] = [
        [*key, *(cells[key].get(column) for column in columns)] for key in sorted(cells)
    ]
    return Frame([names[one] for one in (*labels, *columns)], rows)


def number(value: float, unit: str, decimals: int) -> str:
    """A figure in a board's unit, as a Dutch browser shows it."""
    if unit.startswith("time:"):
        form = "%d-%m-%Y %H:%M" if "HH" in unit else "%d-%m-%Y"
        return datetime.fromtimestamp(value / 1000, AMSTERDAM).strftime(form)
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{exact:,f}".translate(str.maketrans(",.", ".,"))
    if unit == "locale":  # at most so many decimals
        text = text.rstrip("0").rstrip(",") if "," in text else text
    parts = unit.split(":")
    symbol = parts[2] if parts[:2] == ["currency", "financial"] else ""
    return f"{text}{symbol}" if parts[-1] == "suffix" else f"{symbol}{text}"


def cell(value: Cell, look: Json) -> str:
    """A value as HTML: in words where the board has words for it."""
    for mapping in look.get("mappings", ()):
        word = _word(value, mapping)
        if word:
            shade = SHADES.get(word.get("color", ""), "none")
            return f"<span class=word style='background:{shade}'>{escape(word['text'])}</span>"
    if value is None or isinstance(value, str):
        return escape(value or "")
    return escape(number(value, look["unit"], look["decimals"]))


def _word(value: Cell, mapping: Json) -> Json | None:
    options = mapping["options"]
    match mapping["type"], value:
        case "value", str():
            found: Json | None = options.get(value)
            return found
        case ("special", None) | ("range", float()):
            lowest = options.get("from")
            return options["result"] if lowest is None or value is None or value >= lowest else None
    return None


def bars(frame: Frame, look: Json) -> str:
    """A horizontal bar for each value of each row, on one scale."""
    largest = max((value for row in frame.rows for value in _floats(row)), default=0.0) or 1.0
    return f"{_legend(frame.headings[1:])}<table>{''.join(_group(row, largest, look) for row in frame.rows)}</table>"


def _group(row: Sequence[Cell], largest: float, look: Json) -> str:
    drawn = "".join(
        f"<div class=bar><i style='width:{70 * max(value, 0) / largest:.1f}%;background:{color}'></i>"
        f"{cell(value, look)}</div>"
        for value, color in zip(_floats(row), COLORS, strict=False)
    )
    return f"<tr><td>{escape(str(row[0]))}</td><td class=bars>{drawn}</td></tr>"


def lines(series: Mapping[str, Sequence[tuple[float, float]]], look: Json) -> str:
    """Each series as a line over time from nought up, its last value in the legend."""
    points = [point for one in series.values() for point in one]
    if not points:
        return "geen gegevens"
    start, end = min(at for at, _ in points), max(at for at, _ in points)
    top = max(value for _, value in points) * 1.05 or 1.0
    drawn = []
    for (_, course), color in zip(series.items(), COLORS, strict=False):
        spots = " ".join(
            f"{1000 * (at - start) / (end - start or 1):.0f},{200 - 200 * value / top:.1f}"
            for at, value in [*course, (end, course[-1][1])]
        )
        drawn.append(f"<polyline points='{spots}' stroke='{color}'/>")
    named = [
        f"{name}: {number(course[-1][1], look['unit'], look['decimals'])}"
        for name, course in series.items()
    ]
    chart = f"<svg viewBox='0 0 1000 200' preserveAspectRatio=none>{''.join(drawn)}</svg>"
    return _legend(named) + chart


def _legend(names: Iterable[str]) -> str:
    marked = zip(names, COLORS, strict=False)
    return "".join(
        f"<span class=key style='color:{color}'>■ <em>{escape(name)}</em></span>"
        for name, color in marked
    )


def _floats(row: Iterable[Cell]) -> list[float]:
    return [value for value in row if isinstance(value, float)]
