"""Realisation (uitnutting, r): what is declared of a commitment in the end; and care without one (u).

With D declared, B committed, p the share declared by now and s the season (times the level of use): the sum of D over
that of p s B, of months of 3 to 14 months old. A group has a mean group's weight of its line's r, and a line a little
of the municipality's; what the groups of a line used together stays what it was. What a group declares beyond what its
commitments can explain has none, and is u.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.prognosis.panel import Floats, Panel, added

MATURE: Final = range(3, 15)
"""Ages of months that realisation is learnt from: a whole year, so that an error of a season is none of
its level, and old enough to be robust to late billing."""

SEEN: Final = range(2, 14)
"""Ages of months that care without commitments is learnt from: a year, as soon as most is declared."""

ASSUMED: Final = 0.85
"""Realisation before there is any mature month: allocations are used for four fifths or more."""

MOST: Final = 1.15
"""No group uses more of its allocations than this: volume is a maximum, hours are rounded. If it declares more,
part of its care has no priced allocation."""

LINE_WEIGHT: Final = 0.004
"""Weight of the municipality's realisation in that of a line, as a share of all commitments."""


@dataclass(frozen=True)
class Use:
    """Realisation of groups, lines and all; which groups' care is all under a priced allocation."""

    of_group: Floats
    of_line: Floats
    whole: float
    covered: NDArray[np.bool_]


def realisation(panel: Panel, declared: Floats, due: tuple[Floats, Floats], mature: slice) -> Use:
    """`due` is what is committed, and the share of it that its age and season let expect by now."""
    committed, share = (each[:, mature] for each in due)
    said, meant = declared[:, mature].sum(axis=1), (committed * share).sum(axis=1)
    meant = np.maximum(0.0, meant)  # corrections can leave less than nothing
    covered = MOST * meant > said
    total = float(meant[covered].sum())
    used = min(MOST, max(0.0, float(said[covered].sum()) / total)) if total > 0 else 0.0
    whole = used or ASSUMED  # of nothing declared nothing can be learnt
    lines = len(panel.lines)
    some = max(LINE_WEIGHT * total, 1.0)
    of_line = (added(panel.line_of_group[covered], said[covered], lines) + whole * some) / (
        added(panel.line_of_group[covered], meant[covered], lines) + some
    )
    like = of_line[panel.line_of_group]
    mean = max(total / max(1, len(panel.groups)), 1.0)
    own = np.where(covered | (said <= 0), (said + like * mean) / (meant + mean), like)
    # Drawing groups to their line's ratio must not move the line's money.
    drawn, told = (
        added(panel.line_of_group[covered], each[covered], lines) for each in (own * meant, said)
    )
    moved = np.where((drawn > 0) & (told > 0), told / np.where(drawn > 0, drawn, 1.0), 1.0)
    return Use(np.clip(own * moved[panel.line_of_group], 0.0, MOST), of_line, whole, covered)


def loose(
    panel: Panel, use: Use, declared: Floats, due: tuple[Floats, Floats], recent: slice
) -> Floats:
    """`declared` and `due` as in `realisation`."""
    meant, share = (each[:, recent] for each in due)
    used = (use.of_group[:, None] * meant * share).sum(axis=1)
    rest = np.maximum(0.0, declared[:, recent].sum(axis=1) - used)
    flat = (share * panel.prices[:, recent]).sum(axis=1)
    return np.where(use.covered | (flat <= 0), 0.0, rest / np.where(flat > 0, flat, 1.0))
