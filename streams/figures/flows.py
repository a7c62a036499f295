"""Inflow, through-flow and outflow of clients in a year: start + inflow - outflow = end, always.

Counted are the episodes of days in care (`streams.figures.days`), in the part of the year up to the
as-of date. Who comes back after more than the agreed gap comes in again. Split by a key about the care,
a client flows in and out of that care: from segment B to C is an outflow of B and an inflow of C.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from streams.figures.days import Episode, Period, episodes, periods
from streams.figures.presence import CARE, Client, Values, comparable, nets, tabled
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures, Value

_COLUMNS: Final = (
    "start",
    "inflow",
    "inflow_new",
    "inflow_returning",
    "through",
    "through_moved",
    "through_up",
    "through_down",
    "outflow",
    "outflow_definitive",
    "outflow_provisional",
    "end",
)

_CELL: Final = ("municipality", "product", "care_month")

_Weight = Callable[[Client, set[str | None]], Fraction | None]


class Window(NamedTuple):
    """A year up to the as-of date: the day before it, its last day and the as-of date, as ordinals."""

    before: int
    last: int
    as_of: int

    def ended(self, episode: Episode) -> bool:
        """Whether an episode's first day without care lies in it."""
        return self.before <= episode.last < self.last


def window(question: Question) -> Window | None:
    """The days a question is about; None when the year has yet to begin."""
    as_of, new_year = question.as_of.toordinal(), date(question.year, 1, 1).toordinal()
    last = min(date(question.year, 12, 31).toordinal(), as_of)
    return Window(new_year - 1, last, as_of) if new_year <= last else None


def definitive(episode: Episode, days: Window, gap_days: int) -> bool:
    """Whether an ended episode is over for good: the gap has passed and no declaration is awaited."""
    return days.as_of - episode.last > gap_days and not episode.awaited


def flows(figures: Sequence[Figures], question: Question) -> list[Row]:
    """The flows of a year; `through` is who was in care from the start to the end without a gap.

    Of those, `through_moved` have other products at the end than at the start; `through_up` and
    `through_down` dearer or cheaper ones, by what a client with that product costs a month. A product
    under the code that it was converted to is the same product.
    """
    days = window(question)
    if days is None:
        return []
    weight = _weight(figures, question.year)
    rows: dict[Values, Row] = {}
    for values, clients in periods(figures, question.by, question.as_of).items():
        counts: Counter[str] = Counter()
        for client, spans in clients.items():
            for place, episode in enumerate(episodes(spans, question.gap_days)):
                counts.update(_moves(episode, days, first=place == 0, gap=question.gap_days))
                if episode.covers(days.before) and episode.covers(days.last):
                    counts.update(_shift(client, spans, days, weight))
        if any(counts.values()):
            rows[*values, question.year] = {name: counts[name] for name in _COLUMNS}
    return tabled((*question.by, "year"), rows)


def _moves(episode: Episode, days: Window, *, first: bool, gap: int) -> list[str]:
    """What one episode adds one to."""
    found = []
    if episode.covers(days.before):
        found.append("start")
    if days.before < episode.first <= days.last:
        found += ["inflow", "inflow_new" if first else "inflow_returning"]
    if days.ended(episode):
        over = definitive(episode, days, gap)
        found += ["outflow", "outflow_definitive" if over else "outflow_provisional"]
    if episode.covers(days.last):
        found.append("end")
    return found


def _shift(client: Client, spans: list[Period], days: Window, weight: _Weight) -> list[str]:
    """What a client in through-flow adds one to."""
    old, new = _products(spans, days.before), _products(spans, days.last)
    if old == new:
        return ["through"]
    light, heavy = weight(client, old), weight(client, new)
    if light is None or heavy is None or light == heavy:
        return ["through", "through_moved"]
    return ["through", "through_moved", "through_up" if heavy > light else "through_down"]


def _products(spans: list[Period], day: int) -> set[str | None]:
    """The products on a day, or in a gap on the last day of care before it."""
    last = max(min(span.last, day) for span in spans if span.first <= day)
    return {span.product for span in spans if span.first <= last <= span.last}


def _weight(figures: Sequence[Figures], year: int) -> _Weight:
    """What a client with some products costs a month, in cents: the sum of each product's mean.

    A product's mean is its net declared money of the year in the client's municipality over its
    client months. None when the year has none of a product.
    """
    name_of = comparable(figures)
    months: dict[tuple[str, str | None], dict[tuple[Client, Value], int]] = defaultdict(Counter)
    for (_, code, month), clients in nets(figures, _CELL, [year]).items():
        for client, cents in clients.items():
            product = name_of(client[0], None if code is None else str(code))
            months[client[0], product][client, month] += cents
    means = {place: _mean(list(found.values())) for place, found in months.items()}

    def weight(client: Client, products: set[str | None]) -> Fraction | None:
        found = [means.get((client[0], product)) for product in products]
        known = [mean for mean in found if mean is not None]
        return sum(known, Fraction()) if len(known) == len(found) else None

    return weight


def _mean(months: list[int]) -> Fraction | None:
    """The mean of the months with money, in cents."""
    counted = [cents for cents in months if cents]
    return Fraction(sum(counted), len(counted)) if counted else None


FLOWS: Final = Kept(flows, CARE, "instroom, doorstroom en uitstroom van jeugdigen in het jaar")
