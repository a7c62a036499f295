"""The share of a care month that is known at each age: chain ladder on care months by month of knowing.

Volume weighted (Mack 1993), of several rows at once and at the end of any month; from the last age, of which
all is known, back: the factor from one age to the next is that of the care months of which both are known.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.prognosis.panel import Floats, Ints

CREDITED: Final = 1.25
"""More than this share of what will stand in the end is never declared: a bound for odd months. Shares
above 1 are a tail of credits."""

NONE: Final = np.zeros(0, dtype=np.int64)
"""No months."""


class Ladder:
    """Chain ladders of several rows, at any month."""

    def __init__(self, cubes: Floats, ages: range) -> None:
        """`cubes` is (rows, care months, months of knowing), cumulative in the last."""
        self._cubes, self._ages = cubes, np.array(ages)

    def shares(
        self,
        closed: int,
        before: Floats,
        tells: NDArray[np.bool_],
        later: Ints,
        deaf: Ints = NONE,
    ) -> tuple[Floats, Floats]:
        """Shares known at each age at the end of month `closed`, of all rows together and of each.

        The factor from one age to the next is that of the care months in which both are known; each row
        `tells` of some, which are so many months `later` than usual; both of shape (rows, months). What
        less than two care months tell of is taken from `before` for all, and from all for a row. What was
        known at the end of a `deaf` month tells nothing.
        """
        care = np.flatnonzero(tells.any(axis=0))
        known = care[:, None] + self._ages + later[:, care, None]  # (rows, care months, ages)
        both = tells[:, care, None] & (known[:, :, 1:] <= closed)
        if deaf.size:
            heard = ~np.isin(known, deaf)
            both &= heard[:, :, 1:] & heard[:, :, :-1]
        rows = np.arange(len(known))[:, None, None]
        # What was known before the first column is in it.
        aged = self._cubes[rows, care[:, None], np.clip(known, 0, closed)]
        here = np.where(both, aged[:, :, :-1], 0.0).sum(axis=1)
        next_ = np.where(both, aged[:, :, 1:], 0.0)
        there, count = next_.sum(axis=1), (next_ != 0).sum(axis=1)
        every = _all_together(here.sum(axis=0), there.sum(axis=0), count.sum(axis=0), before)
        like = np.where(every[1:] > 0, every[:-1] / np.where(every[1:] > 0, every[1:], 1.0), 1.0)
        told = (there > 0) & (count > 1)
        factors = np.where(told, np.clip(here / np.where(told, there, 1.0), 0.0, CREDITED), like)
        own = np.ones((len(known), len(every)))
        own[:, :-1] = factors[:, ::-1].cumprod(axis=1)[:, ::-1]
        return every, own


def _all_together(here: Floats, there: Floats, count: Ints, before: Floats) -> Floats:
    """The shares of all rows, from the last age back."""
    every = [1.0]
    for place in reversed(range(len(here))):
        if there[place] > 0 and count[place] > 1:
            share = every[-1] * min(CREDITED, max(0.0, float(here[place] / there[place])))
        else:
            share = min(every[-1], float(before[place]))
        every.append(share)
    return np.array(every[::-1])
