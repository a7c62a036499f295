"""A picture of prognoses as funnels: how each year was expected to end, month by month, and how it ended.

An SVG text that stands by itself, with words for who can't see it. A row for each municipality, a panel for
each year; amounts are millions of euros, fixed costs included. The vertical axes don't begin at nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final

from schemas.kept import Kept, Known

Point = tuple[int, int]
"""Elapsed months and cents."""

WIDTH, HEIGHT = 340, 230
LEFT, RIGHT, TOP, BOTTOM = 52, 30, 34, 40
HEAD: Final = 74
FIRST, LAST = -6, 15
"""Months of the year that are over, from half a year before it begins: earlier bounds hide the rest."""

TICKS: Final = (-3, 3, 9, 15)
NAMES: Final = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
WIDE, NARROW, LINE, BUDGET, INK, GRID = (
    "#d6e4f0",
    "#9dbfdc",
    "#1f4e79",
    "#b45309",
    "#222222",
    "#bbbbbb",
)

STYLE: Final = (
    "text{font-family:sans-serif;font-size:11px;fill:#222222}"
    ".t{font-size:16px;font-weight:bold}.p{font-size:12px;font-weight:bold}"
)
MILLION: Final = 100_000_000


@dataclass(frozen=True)
class Panel:
    """One year of one municipality: prognoses in order of day, and the cents it became, if known."""

    name: str
    year: int
    made: Sequence[Kept]
    actual: int | None

    def span(self) -> tuple[float, float, float]:
        """Bottom, top and step of the vertical axis, in millions."""
        ends = [cents for each in self.made for cents in (each.lower95_cents, each.upper95_cents)]
        ends += [each.budget_cents for each in self.made if each.budget_cents is not None]
        ends += [self.actual] if self.actual is not None else []
        low, high = min(ends) / MILLION, max(ends) / MILLION
        rough = max(high - low, 1e-6) / 4
        power = 10.0 ** floor(log10(rough))
        step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
        bottom = floor(low / step) * step
        return bottom, max(ceil(high / step) * step, bottom + step), step


def draw(kept: Iterable[Kept], known: Known) -> str:
    """The picture of all municipalities and the years, begun by then, with prognoses of three days."""
    rows = _panels(kept, known)
    columns = max(map(len, rows), default=1)
    width, height = max(columns, 2) * WIDTH, HEAD + len(rows) * HEIGHT
    body = "".join(
        f'<g transform="translate({column * WIDTH} {HEAD + row * HEIGHT})">{_panel(panel)}</g>'
        for row, panels in enumerate(rows)
        for column, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="titel uitleg"><title id="titel">Hoe goed de'
        ' prognoses waren</title><desc id="uitleg">'
        f"{escape(_told(rows))}</desc><style>{STYLE}</style>"
        f'<rect width="{width}" height="{height}" fill="white"/>'
        f'<text x="12" y="24" class="t">Hoe goed de prognoses waren</text>{_legend()}{body}</svg>\n'
    )


def _panels(kept: Iterable[Kept], known: Known) -> list[list[Panel]]:
    found: dict[str, dict[int, list[Kept]]] = defaultdict(lambda: defaultdict(list))
    for each in kept:
        if each.level == "municipality" and FIRST <= each.elapsed <= LAST:
            found[each.municipality][each.year].append(each)
    rows = []
    for name in sorted(found):
        panels = []
        for year, several in sorted(found[name].items()):
            made = sorted(several, key=lambda each: each.as_of)
            actual = known.get((name, "municipality", None, year))
            cost = None if actual is None else actual + made[-1].fixed_cents
            if len(made) > 2 and made[-1].elapsed > 0:
                panels.append(Panel(name, year, made, cost))
        if panels:
            rows.append(panels)
    return rows


def _told(rows: Sequence[Sequence[Panel]]) -> str:
    """The picture in words: per panel the first and last prognosis, and the outcome."""
    lines = [
        "Per gemeente en zorgjaar de prognose op elk maandeinde, met marges van 80 en 95 procent."
    ]
    for panel in (each for row in rows for each in row):
        first, last = panel.made[0], panel.made[-1]
        ended = "nog niet bekend" if panel.actual is None else _euros(panel.actual)
        lines.append(
            f"Gemeente {panel.name}, {panel.year}: verwacht op {first.as_of:%d-%m-%Y}"
            f" {_euros(first.prognosis_cents)}, op {last.as_of:%d-%m-%Y}"
            f" {_euros(last.prognosis_cents)}; geworden: {ended}."
        )
    return " ".join(lines)


def _euros(cents: int) -> str:
    return f"{cents / MILLION:.2f} miljoen euro".replace(".", ",")


def _legend() -> str:
    parts = (
        (f'<rect x="0" y="-9" width="22" height="10" fill="{WIDE}"/>', "marge 95%", 110),
        (f'<rect x="0" y="-9" width="22" height="10" fill="{NARROW}"/>', "marge 80%", 110),
        (_stroke("M0 -4H22", LINE, 2.2), "prognose", 105),
        (_stroke("M0 -4H22", INK, 1.6, "6 3"), "geworden", 105),
        (_stroke("M0 -4H22", BUDGET, 1.8, "2 2"), "begroting", 105),
    )
    at, found = 12, ""
    for mark, word, width in parts:
        found += f'<g transform="translate({at} 50)">{mark}<text x="28" y="0">{word}</text></g>'
        at += width
    return found


def _panel(panel: Panel) -> str:
    axes = _Axes(*panel.span())
    title = f"Gemeente {escape(panel.name)}, zorgjaar {panel.year}"
    made = [(each.elapsed, each.prognosis_cents) for each in panel.made]
    found = (
        f'<text x="{LEFT}" y="{TOP - 12}" class="p">{title}</text>'
        + _band(axes, panel.made, "95", WIDE)
        + _band(axes, panel.made, "80", NARROW)
        + _grid(axes)
        + _months(axes, panel.year)
    )
    for steps in _budgets(panel.made):
        found += _stroke(axes.path(steps), BUDGET, 1.8, "2 2")
    found += _stroke(axes.path(made), LINE, 2.2)
    if panel.actual is not None:
        found += _stroke(axes.path([(FIRST, panel.actual), (LAST, panel.actual)]), INK, 1.6, "6 3")
    return found


@dataclass(frozen=True)
class _Axes:
    """Where elapsed months and cents stand in a panel; the vertical axis in millions."""

    low: float
    high: float
    step: float

    def x(self, elapsed: float) -> float:
        return LEFT + (elapsed - FIRST) / (LAST - FIRST) * (WIDTH - LEFT - RIGHT)

    def y(self, cents: float) -> float:
        share = (cents / MILLION - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def path(self, points: Iterable[Point]) -> str:
        return "M" + "L".join(f"{self.x(month):.1f} {self.y(cents):.1f}" for month, cents in points)


def _band(axes: _Axes, made: Sequence[Kept], level: str, fill: str) -> str:
    lower, upper = (
        [(each.elapsed, getattr(each, f"{side}{level}_cents")) for each in made]
        for side in ("lower", "upper")
    )
    return f'<path d="{axes.path([*lower, *reversed(upper)])}Z" fill="{fill}"/>'


def _budgets(made: Sequence[Kept]) -> Iterator[list[Point]]:
    """The budget in force as steps; nothing before there was one."""
    points: list[Point] = []
    for each in made:
        if each.budget_cents is not None:
            if points:
                points.append((each.elapsed, points[-1][1]))
            points.append((each.elapsed, each.budget_cents))
    if points:
        yield points


def _grid(axes: _Axes) -> str:
    digits = max(0, -floor(log10(axes.step)))
    found = f'<text x="8" y="{TOP - 12}">mln €</text>'
    for place in range(round((axes.high - axes.low) / axes.step) + 1):
        value = axes.low + place * axes.step
        at = axes.y(value * MILLION)
        label = f"{value:.{digits}f}".replace(".", ",")
        found += _stroke(f"M{LEFT} {at:.1f}H{WIDTH - RIGHT}", GRID, 0.7)
        found += f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{label}</text>'
    return found


def _months(axes: _Axes, year: int) -> str:
    """Marks under the panel: the month end of the as-of date."""
    found = ""
    for elapsed in TICKS:
        at, month = axes.x(elapsed), year * 12 + elapsed - 1
        label = f"{NAMES[month % 12]} {month // 12}"
        found += _stroke(f"M{at:.1f} {HEIGHT - BOTTOM}v4", INK, 1)
        found += (
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 17}" text-anchor="middle">{label}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    return f'{found}<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">eind van (peildatum)</text>'


def _stroke(path: str, colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'
