"""How providers bill: the share they have declared at each age of a care month, and changes of that.

A provider that begins to bill a month later looks like less care, and one whose declarations fail for a
while too. Both are seen in its last care months: they are explained much better by its delay curve some
months later. What was seen is held to until something else explains much better. Meanwhile the curve is
learnt from months before and after the change alike, each at its own age.

A provider may also bill the care of two or three months together, as once a quarter. A care month then waits
for the last one of its bill, as if it were of that one's age,

    age = closed - care - wait - lag

so that nothing is expected of it before its bill (`cycles`). Care that is billed alone then teaches nothing of
the curve, nor the other way round.

When of a month's bills hardly more than half come in, of all care months alike, the intake failed, or the exchange:
until the others come, care months are as much younger as failed to come in, all of it a month.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.prognosis.cycles import NEVER, YEAR, Cycles
from streams.prognosis.panel import Floats, Ints

AGES: Final = range(25)
"""Ages at which declarations come in; after two years a care month is taken as declared."""

LOOKED_AT: Final = 5
"""Latest care months that a change of billing is seen in."""

SHIFTS: Final = (0, 1, 2, -1)
"""Months later (or earlier) that are tried; the first that explains best is taken."""

RECENT: Final = 24
"""Care months that delays are learnt from: two years follow a habit and even out a season."""

MUCH_BETTER: Final = 0.3
"""A shift must leave less than this of the squared error of what was held to ..."""

LARGE: Final = 0.02
"""... which must itself be larger than this, relative to what was expected: else it is noise. To go back
to none it needs only be better."""

ALIKE: Final = 0.002
"""Squared errors that differ by no more than this, as relative as that, are alike."""

DEAF: Final = 0.15
"""A month that brought less than this share of the median month of the year before is deaf ..."""

HARD_OF_HEARING: Final = (0.6, 0.75)
"""... and one that brought less than the first share of what was due, if of no care month it brought more than the second
one. In 3,240 months of simulated municipalities, some of whose providers fall silent, there was none ..."""

EXPECTED: Final = 0.5
"""... unless less than this share of the median month was due: care may have ended."""

SILENT: Final = 0.3
"""A care month of which all providers together declared less than this share of what is usual by now tells
of the intake, not of any provider ..."""

LITTLE: Final = 0.05
"""... unless less than this share of what is expected of it is usual by now ..."""

WORKS: Final = 0.7
"""... or the last month brought more than this share of the median one: then all bill otherwise."""


@dataclass(frozen=True)
class Billing:
    """How each provider bills, as seen so far; arrays of one value for each provider.

    `lag` months later than its delay curve, from the care month `since` on. `odd` are the care months of
    each that were billed otherwise for a while, shape (providers, months); `cycles` those that are billed
    together. `deaf` is the share of each month's bills that failed to come in, `due` the cents of each care month that
    are expected in the next; whether the last one brought about as much as ever (`works`). Months are columns of a panel.
    """

    lag: Ints
    since: Ints
    odd: NDArray[np.bool_]
    cycles: Cycles
    deaf: Floats
    due: Floats
    works: bool

    @classmethod
    def usual(cls, providers: int, months: int) -> "Billing":
        """Everybody bills as ever."""
        none = np.zeros(providers, dtype=np.int64)
        never = np.full(providers, NEVER)
        odd, nothing = np.zeros((providers, months), np.bool_), np.zeros(months)
        return cls(none, never, odd, Cycles.none(providers, months), nothing, nothing, works=False)

    def unchanged(self) -> "Billing":
        """The same, as if nobody billed otherwise now than for long."""
        return replace(self, lag=np.zeros_like(self.lag), since=np.full_like(self.since, NEVER))

    def later(self, care: Ints) -> Ints:
        """Months that care months are billed later; shape (providers, len(care))."""
        lag = np.where(care[None, :] >= self.since[:, None], self.lag[:, None], 0)
        return np.asarray(self.cycles.waits[:, care] + lag)

    def ages(self, closed: int, care: Ints) -> Floats:
        """The ages of care months on the providers' delay curves; shape (providers, len(care))."""
        heard = closed - self.missed(closed)
        return np.asarray(heard - care[None, :] - self.later(care), dtype=np.float64)

    def deafened(self, closed: int) -> int:
        """How many months up to `closed` were deaf, one after the other."""
        return int((self.deaf[closed::-1] == 0).argmax())

    def missed(self, closed: int) -> float:
        """The months' bills that failed to come in in these."""
        return float(self.deaf[closed + 1 - self.deafened(closed) : closed + 1].sum())

    def as_ever(self, closed: int) -> NDArray[np.bool_]:
        """Which providers bill each month on its own, at month `closed`, and neither later nor earlier."""
        return np.asarray((self.lag == 0) & ~self.cycles.grouped[:, closed])

    def tells(self, closed: int) -> NDArray[np.bool_]:
        """The care months that each provider's curve is learnt from; shape (providers, months).

        What came with others tells nothing of what comes alone, nor the other way round.
        """
        care = np.arange(self.odd.shape[1])[None, :]
        grouped = self.cycles.grouped
        like_now = ~self.odd & (grouped == grouped[:, [closed]])
        told: NDArray[np.bool_] = (closed - RECENT < care) & (care <= closed) & like_now
        return told

    def with_others(self, providers: int) -> "Billing":
        """With so many providers more, who bill as ever."""
        others = Billing.usual(providers, self.odd.shape[1])
        return replace(
            self,
            lag=np.concatenate([self.lag, others.lag]),
            since=np.concatenate([self.since, others.since]),
            odd=np.concatenate([self.odd, others.odd]),
            cycles=self.cycles.with_others(others.cycles),
        )

    def aged(self, closed: int) -> "Billing":
        """The same, without changes of so long ago that the whole curve is of after them."""
        old = closed - self.since >= RECENT
        return replace(self, lag=np.where(old, 0, self.lag), since=np.where(old, NEVER, self.since))

    def listened(self, closed: int, came: Floats, of_care: Floats) -> "Billing":
        """The same, knowing whether month `closed` was deaf.

        `came` is what came in of each provider in each month, shape (providers, months), `of_care` in this one of
        each care month. The median is of those who bill every month, so that of a town that began less than half a
        year ago is nothing.
        """
        alone = came[~self.cycles.grouped[:, closed]]
        year = alone[:, max(0, closed - YEAR) : closed].sum(axis=0)
        median = float(np.median(np.concatenate([np.zeros(YEAR - len(year)), year])))
        some = self.due > LITTLE * self.due.sum()
        brought, due = of_care[some], self.due[some]
        deaf = self.deaf.copy()
        share = max(0.0, float(brought.sum())) / max(float(due.sum()), 1.0)
        little, alike = HARD_OF_HEARING
        hardly = came[:, closed].sum() < DEAF * median
        failed = hardly or (share < little and (brought < alike * due).all())
        if failed and due.sum() > EXPECTED * median > 0:
            deaf[closed] = 1 - min(1.0, share)
        works = bool(alone[:, closed].sum() > WORKS * median > 0)
        return replace(self, deaf=deaf, works=works)

    def cycled(self, closed: int, known: Floats) -> "Billing":
        """The same, with the cycles that are seen by the end of month `closed`; `known` as in `Cycles.seen`.

        What was taken for a change was one of these.
        """
        cycles = self.cycles.seen(closed, known)
        fresh = cycles.grouped & ~self.cycles.grouped
        begun = fresh[:, closed]
        return replace(
            self,
            lag=np.where(begun, 0, self.lag),
            since=np.where(begun, NEVER, self.since),
            odd=self.odd & ~fresh,
            cycles=cycles,
        )

    def seen(self, closed: int, said: Floats, meant: Floats, delays: Floats) -> "Billing":
        """How providers bill after one more month, of which `closed` is the column.

        `said` is declared by then and `meant` what is expected in the end, by provider and care month;
        `delays` the share that each usually has declared at each age.
        """
        recent = np.arange(max(0, closed - LOOKED_AT + 1), closed + 1)
        every, said, meant = meant, said[:, recent], meant[:, recent]
        shifts = np.array(SHIFTS, dtype=np.float64)[:, None]
        ages = self.unchanged().ages(closed, recent)[:, None] - shifts
        flat = ages.reshape(len(ages), len(SHIFTS) * len(recent))
        shifted = at_age(delays, flat).reshape(ages.shape)
        held = at_age(delays, self.ages(closed, recent))
        usual, all_ = (meant * held).sum(axis=0), meant.sum(axis=0)
        heard = self.works | (said.sum(axis=0) >= SILENT * usual) | (usual < LITTLE * all_)
        holds = np.where(heard, (said - meant * held) ** 2, 0.0)
        others = np.where(heard, (said[:, None] - meant[:, None] * shifted) ** 2, 0.0)
        # The squared error of each shift from each month on, what was held to before it.
        from_then = others[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        errors = from_then + (holds.cumsum(axis=1) - holds)[:, None]
        now, scale = holds.sum(axis=1), np.where(heard, meant**2, 0.0).sum(axis=1)
        best = errors.min(axis=2).argmin(axis=1)
        errors, found = errors[np.arange(len(said)), best], np.array(SHIFTS)[best]
        least = errors.min(axis=1)
        # A month that is explained as well either way is not of the change.
        alike = errors <= (least + ALIKE * scale)[:, None]
        place = len(recent) - 1 - alike[:, ::-1].argmax(axis=1)
        better = least < np.where(found, MUCH_BETTER, 1.0) * now
        clear = better & ((now > LARGE * scale) | (found == 0)) & ~self.cycles.grouped[:, closed]
        lag = np.where(clear, found, self.lag)
        since = np.where(lag == 0, NEVER, np.where(clear, recent[place], self.since))
        care = np.arange(self.odd.shape[1])[None, :]
        over = (self.since[:, None] <= care) & (care < np.minimum(since, closed)[:, None])
        odd = self.odd | (over & clear[:, None])
        billing = replace(self, lag=lag, since=since, odd=odd)
        return replace(billing, due=_due(billing, closed, every, delays))


def _due(billing: Billing, closed: int, meant: Floats, delays: Floats) -> Floats:
    """What is expected to come in of each care month after `closed`; `meant` and `delays` as in `seen`."""
    care = np.arange(max(0, closed - LOOKED_AT + 1), min(closed + 2, meant.shape[1]))
    before, after = (at_age(delays, billing.ages(month, care)) for month in (closed, closed + 1))
    due = np.zeros(meant.shape[1])
    due[care] = (meant[:, care] * (after - before)).sum(axis=0)
    return due


def at_age(curves: Floats, ages: Floats) -> Floats:
    """Curves (one a row) at ages between whole months, along the straight line; 0 before their first."""
    low = np.floor(ages).astype(np.int64)
    part = ages - low
    padded = np.zeros((len(curves), len(AGES) + 2))  # the first two columns are ages below 0
    padded[:, 2:] = curves
    rows = np.arange(len(curves))[:, None]
    here = padded[rows, np.minimum(np.maximum(low + 2, 0), len(AGES) + 1)]
    there = padded[rows, np.minimum(np.maximum(low + 3, 0), len(AGES) + 1)]
    return np.asarray(here + part * (there - here))
