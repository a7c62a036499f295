"""Clients of a year or a month: how many, what they cost, how many of the young, how many stay."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from streams.figures.areas import AREAS, by_area
from streams.figures.presence import MONEY, Client, Values, nets, parts, tabled
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures
from streams.figures.rounding import half_up, ratio

YEARS: Final = 3
"""The year asked for and the two before: what a council's report shows beside each other."""


def clients(figures: Sequence[Figures], question: Question) -> list[Row]:
    """Clients by year, with the young inhabitants of the municipalities that a row is about.

    A client with stay is one with net declared cents on products with stay (verblijf).
    """
    years = range(question.year - YEARS + 1, question.year + 1)
    by = (*question.by, "year")
    split = parts(figures, by)
    living = {tuple(area.values()): found for area, found in by_area(figures, question.by)}
    staying = nets(split, (*by, "stay"), years)
    rows = {}
    for values, sums in nets(split, by, years).items():
        young = _young(living.get(_where(question.by, values), []), int(values[-1] or 0))
        stay = len(staying.get((*values, "ja"), {}))
        rows[values] = _measures(sums) | {
            "young": young,
            "clients_per_100_young": ratio(100 * len(sums), young or 0),
            "clients_with_stay": stay,
            "share_with_stay": ratio(stay, len(sums)),
        }
    return tabled(by, rows)


def client_months(figures: Sequence[Figures], question: Question) -> list[Row]:
    """Clients by care month of the year."""
    by = (*question.by, "care_month")
    found = nets(parts(figures, by), by, [question.year])
    return tabled(by, {values: _measures(sums) for values, sums in found.items()})


def _measures(sums: dict[Client, int]) -> Row:
    cents = sum(sums.values())
    return {
        "clients": len(sums),
        "declared_cents": cents,
        "cents_per_client": half_up(Fraction(cents, len(sums))),
    }


def _where(by: Sequence[str], values: Values) -> Values:
    """The keys of a row that say where its clients live."""
    return tuple(value for name, value in zip(by, values, strict=False) if name in AREAS)


def _young(figures: Sequence[Figures], year: int) -> int | None:
    """The young inhabitants of municipalities; None when one of them does not say.

    A municipality says it when any of its parts does: after a merger only the successor does.
    """
    found: dict[str, int | None] = {}
    for each in figures:
        known, before = each.reference.young(year), found.get(each.municipality)
        found[each.municipality] = before if known is None else known + (before or 0)
    told = [young for young in found.values() if young is not None]
    return sum(told) if told and len(told) == len(found) else None


CLIENTS: Final = Kept(clients, MONEY, "jeugdigen per jaar: aantal, kosten, per 100, met verblijf")
CLIENT_MONTHS: Final = Kept(client_months, MONEY, "jeugdigen per zorgmaand: aantal en kosten")
