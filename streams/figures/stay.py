"""Length of stay: how many days clients were in care, of who left and of who is still there.

A length runs from the first known day of an episode (`streams.figures.days`) to its last, gaps inside
it included: who was in care before the first message is longer in care than any message tells.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from streams.figures.days import episodes, periods
from streams.figures.flows import definitive, window
from streams.figures.presence import CARE, Values, tabled
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures
from streams.figures.rounding import half_up


def stay_length(figures: Sequence[Figures], question: Question) -> list[Row]:
    """Days of the episodes that ended for good in the year, and so far of those running at its end."""
    days = window(question)
    if days is None:
        return []
    rows: dict[Values, Row] = {}
    for values, clients in periods(figures, question.by, question.as_of).items():
        ended: list[int] = []
        running: list[int] = []
        for spans in clients.values():
            for episode in episodes(spans, question.gap_days):
                if episode.covers(days.last):
                    running.append(days.last - episode.first + 1)
                elif days.ended(episode) and definitive(episode, days, question.gap_days):
                    ended.append(episode.last - episode.first + 1)
        if ended or running:
            rows[*values, question.year] = _spread("ended", ended) | _spread("running", running)
    return tabled((*question.by, "year"), rows)


def _spread(name: str, lengths: list[int]) -> Row:
    """Number, mean and quartiles (nearest rank: one of the lengths themselves)."""
    lengths.sort()
    return {
        name: len(lengths),
        f"{name}_mean_days": half_up(Fraction(sum(lengths), len(lengths))) if lengths else None,
        **{f"{name}_p{percent}_days": _rank(lengths, percent) for percent in (25, 50, 75)},
    }


def _rank(lengths: list[int], percent: int) -> int | None:
    return lengths[(percent * len(lengths) + 99) // 100 - 1] if lengths else None


STAY_LENGTH: Final = Kept(stay_length, CARE, "hoe lang jeugdigen in zorg waren en zijn")
