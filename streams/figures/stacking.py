"""Stacking (zorgstapeling): clients with several products or providers in one care month."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from streams.figures.presence import MONEY, Client, Values, nets, parts, tabled
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures
from streams.figures.rounding import ratio

_Peaks = dict[Values, dict[Client, int]]


def stacking(figures: Sequence[Figures], question: Question) -> list[Row]:
    """Clients by the highest number of products, and of providers, in one care month of the year.

    Split by care month it is the number in that month. Products count by product code.
    """
    by = (*question.by, "year")
    split = parts(figures, by)
    peaks = {
        what: _peaks(split, by, question.year, key)
        for what, key in (("products", "product"), ("providers", "provider"))
    }
    rows: dict[Values, Row] = {}
    for values, sums in nets(split, by, [question.year]).items():
        rows[values] = {"clients": len(sums), "declared_cents": sum(sums.values())}
        for what, found in peaks.items():
            rows[values] |= _counts(what, sums, found[values])
    return tabled(by, rows)


def _peaks(figures: Sequence[Figures], by: Sequence[str], year: int, key: str) -> _Peaks:
    """By client the highest number of values of a key in one care month."""
    months: dict[tuple[Values, Client, object], int] = defaultdict(int)
    for values, sums in nets(figures, (*by, "care_month", key), [year]).items():
        for client in sums:
            months[values[:-2], client, values[-2]] += 1
    peaks: _Peaks = defaultdict(dict)
    for (values, client, _), count in months.items():
        peaks[values][client] = max(count, peaks[values].get(client, 0))
    return peaks


def _counts(what: str, sums: dict[Client, int], peaks: dict[Client, int]) -> Row:
    numbers = [peaks[client] for client in sums]
    several = sum(cents for client, cents in sums.items() if peaks[client] > 1)
    return {
        f"{what}_1": numbers.count(1),
        f"{what}_2": numbers.count(2),
        f"{what}_3_plus": sum(1 for number in numbers if number > 2),
        f"{what}_2_plus_cents": several,
        f"{what}_2_plus_share_of_money": ratio(several, sum(sums.values())),
    }


STACKING: Final = Kept(
    stacking, MONEY | {"care_month"}, "jeugdigen met meer producten of aanbieders tegelijk"
)
