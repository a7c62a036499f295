"""Seasons of a budget line: how much is committed in a calendar month (f), and how much of that is used (s).

Both are against the twelve months around it. With D declared, p the share declared by now and B committed, s is the ratio
D / (p B), of months of three months old and older, the latest years weighing most.

f is of what is committed in a day, over the latest whole years, and only as far as these years are alike: with F the
variance of the mean of a calendar month over that which chance gives it,

    max(0, 1 - SURE / F)

of its logarithm counts (shrinkage, James and Stein 1961): of all lines together first, then of what each line differs.
"""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from streams.prognosis.panel import Floats, Panel, added, summed
from streams.prognosis.realisation import MATURE

FEW: Final = 0.1
"""Years that weigh as much as none: a season of two years is nearly whole."""

LATELY: Final = 0.6
"""What a year weighs in a season against the year after it: holidays move, and in the first year messages
are incomplete. With 1 simulated steady years were foretold half a percent too low from January to May."""

YEARS: Final = (2, 3)
"""Years of commitments that are held against each other; two where there are no three, none of one."""

SURE: Final = 4.0
"""Of an F of less nothing counts: what has no season erred by a hundredth of a percent more for it."""

BEGUN: Final = 0.25
"""A month with less commitments than this, of the mean of the last twelve, is one before allocations came in."""

AROUND: Final = np.array([0.5, *[1.0] * 11, 0.5]) / 12
"""What months weigh in the mean of the twelve around one."""


def seasons(panel: Panel, closed: int, said: Floats, due: Floats, since: int) -> Floats:
    """By line and calendar month, mean 1, of what is `said` by line and `due` by group.

    As of realisation, months of under three months old say little: a provider that bills later would look like
    a season. So do the last ones of which nothing came in yet.
    """
    lines = len(panel.lines)
    meant = summed(due, panel.line_of_group, lines)
    season = np.ones((lines, 12))
    for line in range(lines):
        begun = np.flatnonzero(meant[line] > 0)
        told = np.flatnonzero(said[line, : max(0, closed - MATURE[0] + 1)])
        if begun.size and told.size:
            first, after = max(since, int(begun[0])), int(told[-1]) + 1
            season[line] = seasonal_indices(
                said[line, first:after], meant[line, first:after], panel.first + first
            )
    return season


def seasonal_indices(said: Floats, meant: Floats, first: int) -> Floats:
    """The indices by calendar month of what is said of what is meant, from the absolute month `first`.

    A month's ratio relative to that of the twelve months around it (of the nearest twelve at the ends),
    the mean over the years, the latest weighing most, with `FEW` years of "no season" beside them. Under a
    year there is none.
    """
    if len(said) < 12 or not (meant[:12].sum() and meant[-12:].sum()):
        return np.ones(12)
    window = np.array([0.5, *[1.0] * 11, 0.5])
    around = np.empty(0)
    if len(said) > 12:
        base = np.convolve(meant, window, "valid")
        around = np.convolve(said, window, "valid") / np.where(base > 0, base, 1.0)
    edges = len(said) - len(around)
    begin, end = said[:12].sum() / meant[:12].sum(), said[-12:].sum() / meant[-12:].sum()
    level = np.concatenate([np.full(edges // 2, begin), around, np.full(edges - edges // 2, end)])
    good = (meant > 0) & (level > 0)
    ratio = np.where(good, said / np.where(good, meant * level, 1.0), 0.0)
    place = (first + np.arange(len(said))) % 12
    years_ago = (len(said) - 1 - np.arange(len(said))) // 12
    weight = np.where(good, LATELY**years_ago, 0.0)
    count = added(place, weight, 12)
    mean = added(place, ratio * weight, 12) / np.where(count > 0, count, 1.0)
    index = np.maximum(1 + count / (count + FEW) * (mean - 1), 0.1)
    return np.asarray(index / index.mean())


def committed_seasons(closed: int, level: Floats) -> Floats:
    """By line and care month, of what is committed in a day at the end of month `closed`: `level`, of the same shape.

    So allocations by month, of which a day of February has more, have a season as well.
    """
    places = np.arange(level.shape[1]) % 12
    whole = _alike(closed, level.sum(axis=0, keepdims=True))[:, places]
    return np.asarray(whole * _alike(closed, level / whole)[:, places])


def _alike(closed: int, level: Floats) -> Floats:
    """By row, and by place modulo 12 of a month, mean 1 or nearly; 1 where years are not alike, or too few."""
    found = np.ones((len(level), 12))
    for years in YEARS:
        first = closed + 1 - 12 * years
        if first < 0:
            break
        months = level[:, first : closed + 1]
        least = BEGUN * np.maximum(0.0, months[:, -12:].mean(axis=1, keepdims=True))
        rows = np.flatnonzero((months > least).all(axis=1))
        found[rows] = np.roll(_counts(np.log(months[rows]), years), (closed + 1) % 12, axis=1)
    return found


def _counts(level: Floats, years: int) -> Floats:
    """Of logarithms of whole years, by month of these."""
    around = sliding_window_view(level, len(AROUND), axis=1) @ AROUND
    slope = (around[:, -1:] - around[:, :1]) / (around.shape[1] - 1)
    ends = slope * np.arange(1, 7)
    trend = np.concatenate([around[:, :1] - ends[:, ::-1], around, around[:, -1:] + ends], axis=1)
    by_year = (level - trend).reshape(-1, years, 12)
    by_year = by_year - by_year.mean(axis=2, keepdims=True)
    mean = by_year.mean(axis=1)
    signal = (mean**2).mean(axis=1)
    chance = by_year.var(axis=1, ddof=1).mean(axis=1) / years
    counts = 1 - np.minimum(1.0, SURE * chance / np.where(signal > 0, signal, 1.0))
    return np.asarray(np.exp(counts[:, None] * mean))
