"""How good the prognosis was: history replayed at every month end, and scored when the year is known.

On each day only the messages dated by then and the budgets adopted by then exist. Each prognosis is of this
year, the next, and until the end of March the year before. It is scored on care alone (fixed costs are known):
against what was declared of the year in the end, for years of which the `RIPE`-th month after
their end has messages. Prognoses of one municipality on successive days are of the same year, and municipalities share
providers: the binomial bands hold for independent ones, and are narrower than the truth.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import log
from statistics import fmean
from typing import Any, Final

from schemas.events import AnyEvent
from schemas.kept import Kept, Known, Level
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.mergers import heirs
from streams.figures.rollup import KEYS
from streams.prognosis.errors import RIPE
from streams.prognosis.monitor import Monitor
from streams.prognosis.scoring import coverage_band, crps_lognormal, interval_score

Row = dict[str, Any]

COLUMNS: Final = (
    "elapsed",
    "forecasts",
    "error_percent",
    "bias_percent",
    "coverage80",
    "coverage80_low",
    "coverage80_high",
    "coverage95",
    "coverage95_low",
    "coverage95_high",
    "interval_score_percent",
    "crps_percent",
    "chain_ladder_error_percent",
    "commitments_error_percent",
    "run_rate_error_percent",
    "budget_error_percent",
)


def month_ends(first: date, last: date) -> list[date]:
    """The last days of the months from that of a day to that of another."""
    months = range(first.year * 12 + first.month, last.year * 12 + last.month + 1)
    return [date(month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]


class Backtest:
    """Municipalities with all their messages, played forward a day at a time."""

    def __init__(
        self, events: Iterable[AnyEvent], documents: Mapping[str, ReferenceDocument]
    ) -> None:
        """Fold the messages: what is dated later than the day that is played waits in the books."""
        self._monitors: dict[str, Monitor] = {}
        self.first, self.last = date.max, date.min
        for event in events:
            dated = date.fromisoformat(event["dated"])
            self.first, self.last = min(self.first, dated), max(self.last, dated)
            for code in heirs(event["municipality"], documents):
                self._monitor(code, documents).fold(event)

    def _monitor(self, code: str, documents: Mapping[str, ReferenceDocument]) -> Monitor:
        if code not in self._monitors:
            self._monitors[code] = Monitor(code)
            self._monitors[code].refer(documents.get(code, empty_document(code)))
        return self._monitors[code]

    def play(self, days: Iterable[date]) -> Iterator[list[Kept]]:
        """The prognoses of each day, all municipalities and lines. Days come in order."""
        for day in days:
            made: list[Kept] = []
            for code in sorted(self._monitors):
                monitor = self._monitors[code]
                monitor.tick(day)
                made += monitor.prognoses()
            yield made

    def known(self) -> Known:
        """What years became, those that are ripe when all messages count; plays to the end."""
        found: dict[tuple[str, Level, str | None, int], int] = defaultdict(int)
        for code, monitor in self._monitors.items():
            monitor.tick(self.last)
            for part in monitor.parts():
                for key, cell in part.cells.items():
                    line = KEYS["budget_line"](part, key)
                    year, name = int(key.care_month[:4]), None if line is None else str(line)
                    if year * 12 + 12 + RIPE <= self.last.year * 12 + self.last.month:
                        found[code, "municipality", None, year] += cell.declared
                        found[code, "budget_line", name, year] += cell.declared
        return dict(found)


def monthly(kept: Iterable[Kept]) -> list[Kept]:
    """Of each cell and year one prognosis a month, the first since the last month closed; in order of day.

    Of what was kept every day only these can be held against a replay, and thirty days that say the same
    are no thirty forecasts.
    """
    found: dict[tuple[str, Level, str | None, int, int], Kept] = {}
    for each in sorted(kept, key=lambda each: each.as_of):
        cell = each.municipality, each.level, each.budget_line, each.year
        found.setdefault((*cell, each.elapsed), each)
    return list(found.values())


def scores(kept: Iterable[Kept], known: Known, by: Sequence[str] = ("municipality",)) -> list[Row]:
    """A row for each number of elapsed months: of all together, then of each cell of `by`.

    `by` holds municipality or budget_line, or both: with a budget line, lines are scored. Shares are of
    what the year became, in percent; no value where nothing was known to compare with.
    """
    level: Level = "budget_line" if "budget_line" in by else "municipality"
    found: dict[tuple[tuple[str | None, ...], int], list[tuple[Kept, int]]] = defaultdict(list)
    for each in kept:
        actual = known.get((each.municipality, level, each.budget_line, each.year), 0)
        if each.level == level and actual > 0:
            label = tuple(getattr(each, name) or "" for name in by)
            for group in ((None,) * len(by), label):
                found[group, each.elapsed].append((each, actual))
    order = sorted(found, key=lambda place: ([name or "" for name in place[0]], place[1]))
    return [
        {**dict(zip(by, label, strict=True)), "elapsed": elapsed, **_score(found[label, elapsed])}
        for label, elapsed in order
    ]


def _score(pairs: Sequence[tuple[Kept, int]]) -> Row:
    n = len(pairs)
    errors = [_error(each.prognosis_cents, each, actual) or 0.0 for each, actual in pairs]
    return {
        "forecasts": n,
        "error_percent": _percent(fmean(map(abs, errors))),
        "bias_percent": _percent(fmean(errors)),
        **_coverage(80, [_inside(each, actual, 80) for each, actual in pairs]),
        **_coverage(95, [_inside(each, actual, 95) for each, actual in pairs]),
        "interval_score_percent": _percent(fmean(_interval(*pair) for pair in pairs)),
        "crps_percent": _percent(fmean(_crps(*pair) for pair in pairs)),
        "chain_ladder_error_percent": _other(pairs, lambda each: each.chain_ladder_cents),
        "commitments_error_percent": _other(pairs, lambda each: each.commitments_cents),
        "run_rate_error_percent": _other(pairs, lambda each: each.run_rate_cents),
        "budget_error_percent": _other(pairs, lambda each: each.budget_cents),
    }


def _error(cents: int | None, each: Kept, actual: int) -> float | None:
    return None if cents is None else (cents - each.fixed_cents) / actual - 1


def _inside(each: Kept, actual: int, level: int) -> bool:
    low, high = (getattr(each, f"{side}{level}_cents") for side in ("lower", "upper"))
    return bool(low <= actual + each.fixed_cents <= high)


def _coverage(level: int, hits: Sequence[bool]) -> Row:
    low, high = coverage_band(len(hits), level / 100)
    found = {"": fmean(hits), "_low": low, "_high": high}
    return {f"coverage{level}{name}": round(share, 4) for name, share in found.items()}


def _interval(each: Kept, actual: int) -> float:
    ends = each.lower80_cents - each.fixed_cents, each.upper80_cents - each.fixed_cents
    return interval_score(actual, *ends, 0.2) / actual


def _crps(each: Kept, actual: int) -> float:
    """Of a lognormal forecast; one of nothing or less is a point."""
    care = each.prognosis_cents - each.fixed_cents
    if care <= 0:
        return abs(actual - care) / actual
    return crps_lognormal(actual, log(care), max(each.spread, 1e-6)) / actual


def _other(pairs: Sequence[tuple[Kept, int]], of: Callable[[Kept], int | None]) -> float | None:
    """The mean absolute error of another way to tell, where it had something to say every time."""
    errors = [_error(of(each), each, actual) for each, actual in pairs]
    told = [abs(error) for error in errors if error is not None]
    return _percent(fmean(told)) if len(told) == len(errors) else None


def _percent(share: float) -> float:
    return round(100 * share, 3)
