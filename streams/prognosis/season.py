"""Seasons (s): how much of a budget line's commitments is used in a calendar month, against the twelve around it.

With D declared, p the share declared by now and B committed: the ratio D / (p B), of months of three months old
and older, the latest years weighing most.
"""

from typing import Final

import numpy as np

from streams.prognosis.panel import Floats, Panel, added, summed
from streams.prognosis.realisation import MATURE

FEW: Final = 0.1
"""Years that weigh as much as none: a season of two years is nearly whole."""

LATELY: Final = 0.6
"""What a year weighs in a season against the year after it: holidays move, and in the first year messages
are incomplete. With 1 simulated steady years were foretold half a percent too low from January to May."""


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
