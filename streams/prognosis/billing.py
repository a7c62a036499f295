"""How providers bill: the share they have declared at each age of a care month, and changes of that.

A provider that begins to bill a month later looks like less care, and one whose declarations fail for a
while too. Both are seen in its last care months: they are explained much better by its delay curve some
months later. What was seen is held to until something else explains much better; a change that
lasts becomes the provider's own curve.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.prognosis.panel import Floats, Ints

AGES: Final = range(25)
"""Ages at which declarations come in; after eighteen months a care month is taken as declared."""

LOOKED_AT: Final = 5
"""Latest care months that a change of billing is seen in."""

SHIFTS: Final = (0, 1, 2, -1)
"""Months later (or earlier) that are tried; the first that explains best is taken."""

SETTLED: Final = 12
"""Months after which billing that changed is a habit of its own."""

RECENT: Final = 24
"""Care months that delays and leads are learnt from."""

MUCH_BETTER: Final = 0.3
"""A shift must leave less than this of the squared error without one ..."""

LARGE: Final = 0.02
"""... which must itself be larger than this, relative to what was expected: else it is noise."""

SILENT: Final = 0.3
"""A month of which all providers together declared less than this share of what is usual by now tells
of the intake, not of any provider."""

NEVER: Final = 1 << 30
"""A care month that never comes."""


@dataclass(frozen=True)
class Billing:
    """How each provider bills, as seen so far; arrays of one value for each provider.

    `lag` months later than its delay curve, from the care month `since` on; its present curve began with
    care month `settled`. `odd` are the care months of each that were billed otherwise for a while, shape
    (providers, months). Care months are columns of a panel.
    """

    lag: Ints
    since: Ints
    settled: Ints
    odd: NDArray[np.bool_]

    @classmethod
    def usual(cls, providers: int, months: int) -> "Billing":
        """Everybody bills as ever."""
        none = np.zeros(providers, dtype=np.int64)
        never = np.full(providers, NEVER)
        return cls(none, never, none, np.zeros((providers, months), dtype=np.bool_))

    def unchanged(self) -> "Billing":
        """The same, as if nobody billed otherwise now."""
        usual = Billing.usual(*self.odd.shape)
        return Billing(usual.lag, usual.since, self.settled, self.odd)

    def ages(self, closed: int, care: Ints) -> Floats:
        """The ages of care months on the providers' delay curves; shape (providers, len(care))."""
        later = np.where(care[None, :] >= self.since[:, None], self.lag[:, None], 0)
        return np.asarray(closed - care[None, :] - later, dtype=np.float64)

    def tells(self, closed: int) -> NDArray[np.bool_]:
        """The care months that each provider's curve is learnt from; shape (providers, months).

        The last `RECENT` before a change, and those of the present curve alone.
        """
        care = np.arange(self.odd.shape[1])[None, :]
        stop = np.minimum(closed + 1, self.since)
        begin = np.maximum(stop - RECENT, self.settled)
        told: NDArray[np.bool_] = (begin[:, None] <= care) & (care < stop[:, None]) & ~self.odd
        return told

    def with_others(self, providers: int) -> "Billing":
        """With so many providers more, who bill as ever."""
        others = Billing.usual(providers, self.odd.shape[1])
        return Billing(
            np.concatenate([self.lag, others.lag]),
            np.concatenate([self.since, others.since]),
            np.concatenate([self.settled, others.settled]),
            np.concatenate([self.odd, others.odd]),
        )

    def aged(self, closed: int) -> "Billing":
        """The same, with changes of long ago as the usual."""
        old = closed - self.since >= SETTLED
        return Billing(
            lag=np.where(old, 0, self.lag),
            since=np.where(old, NEVER, self.since),
            settled=np.where(old, self.since, self.settled),
            odd=self.odd,
        )

    def seen(self, closed: int, said: Floats, meant: Floats, delays: Floats) -> "Billing":
        """How providers bill after one more month, of which `closed` is the column.

        `said` is declared by then and `meant` what is expected in the end, by provider and care month;
        `delays` the share that each usually has declared at each age.
        """
        recent = np.arange(max(0, closed - LOOKED_AT + 1), closed + 1)
        said, meant = said[:, recent], meant[:, recent]
        ages = np.broadcast_to((closed - recent).astype(np.float64), said.shape)
        shifted = np.stack([at_age(delays, ages - shift) for shift in SHIFTS], axis=1)
        held = at_age(delays, self.ages(closed, recent))
        heard = said.sum(axis=0) >= SILENT * (meant * held).sum(axis=0)
        holds = np.where(heard, (said - meant * held) ** 2, 0.0)
        others = np.where(heard, (said[:, None] - meant[:, None] * shifted) ** 2, 0.0)
        # The squared error of each shift from each month on, what was held to before it.
        from_then = others[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        errors = (from_then + (holds.cumsum(axis=1) - holds)[:, None]).reshape(
            len(said), len(SHIFTS) * len(recent)
        )
        now, best = holds.sum(axis=1), errors.argmin(axis=1)
        large = now > LARGE * np.where(heard, meant**2, 0.0).sum(axis=1)
        clear = large & (errors[np.arange(len(said)), best] < MUCH_BETTER * now)
        shift, place = np.divmod(best, len(recent))
        lag = np.where(clear, np.array(SHIFTS)[shift], self.lag)
        since = np.where(lag == 0, NEVER, np.where(clear, recent[place], self.since))
        care = np.arange(self.odd.shape[1])[None, :]
        over = (self.since[:, None] <= care) & (care < np.minimum(since, closed)[:, None])
        return Billing(lag, since, self.settled, self.odd | (over & clear[:, None]))


def at_age(curves: Floats, ages: Floats) -> Floats:
    """Curves (one a row) at ages between whole months, along the straight line; 0 before their first."""
    low = np.floor(ages).astype(np.int64)
    part = ages - low
    padded = np.concatenate([np.zeros((len(curves), 1)), curves], axis=1)  # column 0 is age -1
    here = np.take_along_axis(padded, np.clip(low + 1, 0, len(AGES)), axis=1)
    there = np.take_along_axis(padded, np.clip(low + 2, 0, len(AGES)), axis=1)
    return np.asarray(np.where(low < -1, 0.0, here + part * (there - here)))
