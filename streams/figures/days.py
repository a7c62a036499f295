"""Days in care: what was declared and what was started, as periods of days of each client.

Declared care is the ProductPeriodes of a cell that have net declared cents, inside their care month.
Started care (305) runs to the first stop (307) of what was begun, else to the end of its allocation,
else to the as-of date. Nothing runs beyond the as-of date. Days are ordinals, both ends included.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from streams.figures.cells import Cell, Key, last_day
from streams.figures.presence import Client, Values, comparable
from streams.figures.rollup import KEYS, Figures
from streams.ledger.care import Moment

FARTHEST: Final = 18_262
"""Days that started care is followed back: fifty years, twice the longest youth care there is."""


class Period(NamedTuple):
    """Days in care in one place; `awaited`: only declarations tell of it, and more may still come.

    `product` is the name that a code shares with those it was converted from or to.
    """

    first: int
    last: int
    product: str | None
    awaited: bool


class Episode(NamedTuple):
    """Days in care with no gap longer than agreed; `awaited` as in `Period`."""

    first: int
    last: int
    awaited: bool

    def covers(self, day: int) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last


class _Stay(NamedTuple):
    """Days of one client in one place."""

    key: Key
    client: str
    first: int
    last: int


def periods(
    figures: Sequence[Figures], by: Sequence[str], as_of: date
) -> dict[Values, dict[Client, list[Period]]]:
    """The days in care of each client, by the keys named; one period may lie over another.

    Declared care is awaited when the provider sent no start for the client and has declared no care
    of a later month for anyone in the municipality: its silence says nothing yet.
    """
    labels, name_of = [KEYS[name] for name in by], comparable(figures)
    found: dict[Values, dict[Client, list[Period]]] = defaultdict(lambda: defaultdict(list))
    for each, stay, awaited in _stays(figures, as_of.toordinal()):
        values = tuple([label(each, stay.key) for label in labels])
        product = name_of(each.municipality, stay.key.product)
        period = Period(stay.first, stay.last, product, awaited)
        found[values][each.municipality, stay.client].append(period)
    return found


def _stays(figures: Sequence[Figures], until: int) -> Iterator[tuple[Figures, _Stay, bool]]:
    """All days in care, and whether more of them are awaited."""
    latest = _latest(figures, date.fromordinal(until).isoformat()[:7])
    begun: set[tuple[str, str, str]] = set()
    for each in figures:
        for stay in _started(each, until):
            begun.add((each.municipality, stay.client, stay.key.provider))
            yield each, stay, False
    for each in figures:
        for key, cell in each.cells.items():
            silent = latest.get((each.municipality, key.provider)) == key.care_month
            for stay in _declared(key, cell, until):
                told = (each.municipality, stay.client, key.provider) in begun
                yield each, stay, silent and not told


def episodes(spans: Iterable[Period], gap_days: int) -> list[Episode]:
    """The periods of one client joined over gaps of at most `gap_days` days, in order."""
    found: list[Episode] = []
    for first, last, _, awaited in sorted(spans, key=lambda span: (span.first, span.last)):
        if found and first - found[-1].last - 1 <= gap_days:
            before = found[-1]
            found[-1] = Episode(before.first, max(before.last, last), before.awaited or awaited)
        else:
            found.append(Episode(first, last, awaited))
    return found


def _latest(figures: Sequence[Figures], month: str) -> dict[tuple[str, str], str]:
    """By municipality and provider the latest care month with declared care, up to a month."""
    latest: dict[tuple[str, str], str] = {}
    for each in figures:
        for key, cell in each.cells.items():
            if cell.clients and key.care_month <= month:
                place = each.municipality, key.provider
                latest[place] = max(key.care_month, latest.get(place, ""))
    return latest


def _declared(key: Key, cell: Cell, until: int) -> Iterator[_Stay]:
    first, last = _bounds(key.care_month)
    whole = dict(cell.clients)
    for (client, begin, end), cents in cell.broken.items():
        if client in cell.clients:
            whole[client] -= cents
            since = min(first + int(begin[8:]) - 1, last)
            to = min(first + int(end[8:]) - 1, last) if end[:7] == key.care_month else last
            to = max(to, since) if end >= begin else since
            if since <= until:
                yield _Stay(key, client, since, min(to, until))
    if first <= until:
        for client, cents in whole.items():
            if cents:
                yield _Stay(key, client, first, min(last, until))


def _started(figures: Figures, until: int) -> Iterator[_Stay]:
    """Started care, a stay for each calendar month."""
    ends: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for moment in figures.book.care:
        if moment.moment == "stop" and "end" in moment.content:
            ends[moment.begun].append(_ordinal(moment.content["end"]))
    for moment in figures.book.care:
        if moment.moment == "start" and (place := _place(figures, moment, until)):
            category, product, end = place
            begin = _ordinal(moment.content["begin"])
            last = min([stop for stop in ends[moment.begun] if stop >= begin], default=end)
            for month, since, to in _months(max(begin, until - FARTHEST), min(last, until)):
                key = Key(month, category, product, moment.provider)
                yield _Stay(key, moment.client, since, to)


def _place(
    figures: Figures, moment: Moment, until: int
) -> tuple[str | None, str | None, int] | None:
    """What was begun, and the day it runs to without a stop; None under a deleted allocation."""
    number, own = moment.allocation, moment.content
    held = None if number is None else figures.book.allocations.get(number)
    if held is None:
        return own.get("category"), own.get("code"), until
    content = held.content
    end = _ordinal(content["end"]) if "end" in content else until
    return None if held.deleted else (content.get("category"), content.get("code"), end)


def _months(first: int, last: int) -> Iterator[tuple[str, int, int]]:
    """The calendar months of a period of days, with the days in each."""
    while first <= last:
        month = date.fromordinal(first).isoformat()[:7]
        end = min(_bounds(month)[1], last)
        yield month, first, end
        first = end + 1


@cache
def _bounds(care_month: str) -> tuple[int, int]:
    """The first and the last day of a month ("YYYY-MM")."""
    return _ordinal(f"{care_month}-01"), _ordinal(last_day(care_month))


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
