"""Categories: what each product category cost in three years, for how many clients.

Of each year the care months that are over: all of a past year. The change is against the same months a
year before, so a year that is under way is not held against a whole one. In the total a client of
several categories is one client.
"""

from collections.abc import Sequence
from typing import Final

from streams.figures.intensity import WINDOWED
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures, sortable
from streams.figures.rounding import ratio
from streams.figures.spans import Span, to_date, years_of
from streams.figures.use import Months, by_month, use_over

YEARS: Final = 3
"""The year and two years back, as in the report of the BMWE municipalities."""


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """Per combination of keys a row per category and year (`level` category), and `level` total."""
    spans = {
        year: to_date(question.as_of, year)
        for year in range(question.year - YEARS + 1, question.year + 1)
    }
    years = years_of(spans.values())
    wholes = by_month(figures, question.by, years)
    parts = by_month(figures, (*question.by, "category"), years)
    rows = []
    for values in sorted(wholes, key=sortable):
        keys = dict(zip(question.by, values, strict=True))
        own = sorted((place for place in parts if place[:-1] == values), key=sortable)
        for level, category, months in (
            *(("category", place[-1], parts[place]) for place in own),
            ("total", None, wholes[values]),
        ):
            for year, span in spans.items():
                if row := _row(months, span):
                    rows.append({**keys, "level": level, "category": category, "year": year, **row})
    return rows


def _row(months: Months, span: Span) -> Row | None:
    now, before = use_over(months, span), use_over(months, span.before)
    if not (now or before):
        return None
    return {
        "declared_cents": now.cents,
        "clients": now.clients,
        "cents_per_client": ratio(now.cents, now.clients),
        "change_cents": now.cents - before.cents,
        "change_share": ratio(now.cents - before.cents, before.cents),
        "change_clients": now.clients - before.clients,
        "before_cents_per_client": ratio(before.cents, before.clients),
    }


CATEGORIES: Final = Kept(
    compute, WINDOWED - {"category"}, "kosten en jeugdigen per productcategorie over drie jaar"
)
