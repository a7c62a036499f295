"""Care that is billed together, two or three months in one bill, as once a quarter.

A care month then waits for the last one of its bill, as if it were of that one's age: nothing is expected of it
before. When money came tells: of the latest half year it came in one month of every two or three, the same
money each time, and each care month of a bill brought some of it. A cycle holds from the first care month that
waited, on and on, until one comes before its time.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.prognosis.panel import Floats, Ints

CYCLES: Final = (2, 3)
"""Months of care that may be billed together, again and again."""

CYCLED: Final = 6
"""Latest months that must show a cycle: three bills of two months, two of three."""

QUIET: Final = 0.25
"""No month between may bring more than this share of the mean bill of a cycle: corrections, single lines."""

EVEN: Final = 0.5
"""No bill of a cycle may be less than this share of the mean one, nor may what each of its care months
brings: care of one month a quarter waits for no other."""

FIRST: Final = 0.1
"""The youngest care month of a bill is that of which at least this share of it is."""

EARLY: Final = 0.5
"""A care month of which more than this share came before its bill did not wait for it."""

YEAR: Final = 12
"""Months and ages that tell of bills."""

LITTLE: Final = 0.3
"""A care month of which less than this share of a usual one is known yet tells nothing."""

NEVER: Final = 1 << 30
"""A care month that never comes."""


@dataclass(frozen=True)
class Cycles:
    """Which care months of each provider are billed with others, and the months until the last of these.

    Both of shape (providers, months), months columns of a panel; `waits` is 0 where not `grouped`.
    """

    grouped: NDArray[np.bool_]
    waits: Ints

    @classmethod
    def none(cls, providers: int, months: int) -> "Cycles":
        """Every month is billed on its own."""
        shape = providers, months
        return cls(np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.int64))

    def with_others(self, others: "Cycles") -> "Cycles":
        """With more providers behind."""
        return Cycles(
            np.concatenate([self.grouped, others.grouped]),
            np.concatenate([self.waits, others.waits]),
        )

    def seen(self, closed: int, known: Floats) -> "Cycles":
        """The cycles that are seen at the end of month `closed`.

        `known` is what was declared of each provider and care month by the end of each month; shape
        (providers, months, months).
        """
        fresh = _fresh(closed, known)
        cycles = self._ended(closed, known, fresh)
        for cycle in CYCLES:
            cycles = cycles.begun(closed, known, fresh, cycle)
        return cycles

    def _ended(self, closed: int, known: Floats, fresh: Floats) -> "Cycles":
        """Without those that a care month of the latest year didn't wait for."""
        if not self.grouped[:, max(0, closed - YEAR + 1) : closed + 1].any():
            return self
        early = _early(closed, known, fresh, self.waits, _youngest(fresh.sum(axis=1)))
        early[:, : max(0, closed - YEAR + 1)] = False
        until = np.where(early.any(axis=1), early.argmax(axis=1), NEVER)
        holds = np.arange(self.grouped.shape[1])[None, :] < until[:, None]
        return Cycles(self.grouped & holds, np.where(holds, self.waits, 0))

    def begun(self, closed: int, known: Floats, fresh: Floats, cycle: int) -> "Cycles":
        """With those of so many months that were not known of."""
        found, place = _cycle(fresh.sum(axis=2), cycle)
        found &= ~self.grouped[:, closed]
        if not found.any():
            return self
        bills = fresh[:, -CYCLED:].reshape(len(fresh), CYCLED // cycle, cycle, YEAR)
        by_age = bills[np.arange(len(fresh)), :, place].sum(axis=1)
        by_care = by_age.reshape(len(fresh), YEAR // cycle, cycle).sum(axis=1)
        found &= by_care.min(axis=1) >= EVEN * by_care.mean(axis=1)
        age = _youngest(by_age)
        last = closed - (cycle - 1 - place) - age
        months = np.arange(self.grouped.shape[1])[None, :]
        wait = (last[:, None] - months) % cycle
        early = _early(closed, known, fresh, wait, age)
        alone = closed - early[:, ::-1].argmax(axis=1)
        start = np.where(early.any(axis=1), alone + 1, 0)
        now = found[:, None] & (months >= start[:, None])
        return Cycles(self.grouped | now, np.where(now, wait, self.waits))


def _fresh(closed: int, known: Floats) -> Floats:
    """What came in in each of the latest months, by age; shape (providers, months, ages)."""
    arrived = np.arange(closed - YEAR + 1, closed + 1)[:, None]
    care = arrived - np.arange(YEAR)
    inside, now, before = (np.maximum(0, each) for each in (care, arrived, arrived - 1))
    fresh = known[:, inside, now] - known[:, inside, before]
    return np.where(care >= 0, np.maximum(0.0, fresh), 0.0)


def _cycle(came: Floats, cycle: int) -> tuple[NDArray[np.bool_], Ints]:
    """By provider, from what came in in each of the latest months: who is billed once in so many months.

    And in which of them, counted from the end of the cycle before the last month's.
    """
    recent = came[:, -CYCLED:].reshape(len(came), CYCLED // cycle, cycle)
    place = recent.sum(axis=1).argmax(axis=1)
    bills = np.take_along_axis(recent, place[:, None, None], axis=2)[:, :, 0]
    between = np.where(np.arange(cycle) == place[:, None], 0.0, recent.max(axis=1)).max(axis=1)
    mean = bills.mean(axis=1)
    even = bills.min(axis=1) >= EVEN * mean
    return (mean > 0) & even & (between <= QUIET * mean), place


def _youngest(by_age: Floats) -> Ints:
    """The age at which care is first billed, of what came in by age; by provider."""
    enough = by_age.cumsum(axis=1) >= FIRST * by_age.sum(axis=1, keepdims=True)
    return np.asarray(enough.argmax(axis=1))


def _early(closed: int, known: Floats, fresh: Floats, waits: Ints, age: Ints) -> NDArray[np.bool_]:
    """Which care months came in before the ones they wait for were `age` months old.

    One of which little is known yet tells nothing. Shape (providers, closed + 1).
    """
    care, rows = np.arange(closed + 1)[None, :], np.arange(len(known))[:, None]
    waits, whole = waits[:, : closed + 1], known[:, : closed + 1, closed]
    before = np.minimum(care + waits + age[:, None] - 1, closed)
    enough = LITTLE * fresh.sum(axis=(1, 2)) / YEAR
    early = (whole > enough[:, None]) & (known[rows, care, before] > EARLY * whole)
    return np.asarray(early & (waits > 0), dtype=np.bool_)
