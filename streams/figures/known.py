"""How many of a year's clients were clients before: a report's "75 percent the year before"."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from streams.figures.presence import MONEY, Client, Values, nets, parts, tabled
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures
from streams.figures.rounding import ratio


def known_clients(figures: Sequence[Figures], question: Question) -> list[Row]:
    """A row for each earlier calendar year that has clients.

    `known` were clients in that year; `known_throughout` in that year and in every one since.
    """
    years: dict[Values, dict[int, set[Client]]] = defaultdict(dict)
    by = (*question.by, "year")
    for values, sums in nets(parts(figures, by), by).items():
        years[values[:-1]][int(values[-1] or 0)] = set(sums)
    rows: dict[Values, Row] = {}
    for values, found in years.items():
        present = throughout = found.get(question.year, set())
        for year in range(question.year - 1, min(found) - 1, -1):
            then = found.get(year, set())
            throughout = throughout & then
            if then and present:
                rows[*values, question.year, year] = _row(present, present & then, throughout)
    return tabled((*by, "earlier_year"), rows)


def _row(present: set[Client], known: set[Client], throughout: set[Client]) -> Row:
    return {
        "clients": len(present),
        "known": len(known),
        "share_known": ratio(len(known), len(present)),
        "known_throughout": len(throughout),
        "share_throughout": ratio(len(throughout), len(present)),
    }


KNOWN_CLIENTS: Final = Kept(known_clients, MONEY, "welk deel van de jeugdigen er eerder al was")
