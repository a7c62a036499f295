"""A creeping change of use: month after month a little more, or less, is used of what is allocated.

Realisation is the mean of a year, so that when use creeps it is behind by most of a year. A line is drawn through
the logarithms of what was declared over what was expected by now of all care together, of the latest `MONTHS` ripe
care months. Of its slope b, which is t times its own standard error, counts

    b * max(0, 1 - (CLEAR / t) ** 2)

so that of what chance may be nothing does (shrinkage as of James and Stein, 1961). Use is taken to creep on, by
`ON` of it from each month to the next.
"""

from math import sqrt
from typing import Final

import numpy as np

from streams.prognosis.changes import YOUNGEST
from streams.prognosis.panel import Floats, Ints
from streams.prognosis.shrinking import beyond_chance

MONTHS: Final = 18
"""Care months that tell of it: in 12 or 14 half of one percent a month is seen half as well; in 24 what began a year
ago is seen later, and the first year of messages weighs too long."""

BEGIN: Final = 6
"""Care months at the begin of messages that tell nothing of it: less of them is known than of others."""

CLEAR: Final = 4.0
"""Standard errors under which it may be chance: neighbouring months are alike, so that where nothing creeps the standard
deviation of t is 1.8. With 4 the error of steady simulated years is 0.03 percent larger in March, else as before."""

LEAST: Final = 0.005
"""The least spread of a month: of a past without any error a rounding is no creep."""

ON: Final = 0.95
"""What of a month's creep the next one has: none goes on for ever."""


def creeping(closed: int, since: int) -> Ints:
    """The care months that tell of it at the end of month `closed`; none until there are enough from `since` on."""
    first = closed - YOUNGEST - MONTHS + 1
    return np.arange(first, first + MONTHS if first >= since + BEGIN else first)


def creep(said: Floats, due: Floats) -> float:
    """By how much use grows in a month, as a logarithm.

    `said` was declared of the care months, in their order, and `due` was expected to be by now, in cents.
    """
    if len(said) < MONTHS or min(said.min(), due.min()) <= 0:
        return 0.0
    wrong, place = np.log(said / due), np.arange(MONTHS) - (MONTHS - 1) / 2
    spread = float((place**2).sum())
    slope = float((wrong * place).sum()) / spread
    rest = float(((wrong - wrong.mean() - slope * place) ** 2).sum()) / (MONTHS - 2)
    return beyond_chance(slope, CLEAR * sqrt((rest + LEAST**2) / spread))


def crept(ahead: Ints) -> Floats:
    """Months of creep until care months so far ahead of the last closed one, or before it."""
    return np.where(ahead > 0, ON * (1 - ON ** np.maximum(0, ahead)) / (1 - ON), ahead)
