"""Clients and money by age band, as the messages said it: no date of birth passes intake."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from streams.figures.cells import last_day
from streams.figures.presence import MONEY, Client, Values, nets, parts, tabled
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures
from streams.figures.rounding import half_up, ratio
from streams.ledger.ages import Ages


def age_bands(figures: Sequence[Figures], question: Question) -> list[Row]:
    """Clients of the year by their band on the last day of each care month.

    Who passes 18 in the year counts in both bands, each with its own months; shares are of the money
    and of the clients of the row without its band, so shares of clients may add up to more than one.
    """
    by = (*question.by, "year")
    band = _bands(figures)
    sums: dict[Values, dict[Client, int]] = defaultdict(lambda: defaultdict(int))
    split = parts(figures, by)
    for values, found in nets(split, (*by, "care_month"), [question.year]).items():
        for client, cents in found.items():
            sums[*values[:-1], band(client, str(values[-1]))][client] += cents
    whole = nets(split, by, [question.year])
    rows = {}
    for values, clients in sums.items():
        counted = [cents for cents in clients.values() if cents]
        if counted:
            rows[values] = _measures(counted, whole.get(values[:-1], {}))
    return tabled((*by, "age_band"), rows)


def _measures(counted: list[int], whole: dict[Client, int]) -> Row:
    return {
        "clients": len(counted),
        "share_of_clients": ratio(len(counted), len(whole)),
        "declared_cents": sum(counted),
        "share_of_money": ratio(sum(counted), sum(whole.values())),
        "cents_per_client": half_up(Fraction(sum(counted), len(counted))),
    }


def _bands(figures: Sequence[Figures]) -> Callable[[Client, str], str | None]:
    """The band of a client in a care month, from all that the books of its municipality say."""
    ages: dict[str, Ages] = defaultdict(Ages)
    for each in figures:
        ages[each.municipality].merge(each.book.ages)
    return lambda client, month: ages[client[0]].band(client[1], last_day(month))


AGE_BANDS: Final = Kept(age_bands, MONEY, "jeugdigen en kosten per leeftijdsgroep")
