"""On which days of a month providers declare: what of a month's declarations is in before the month is over.

Most providers send one declaration a month, on a day of their own. By an even count of days half of it
would be in by the middle of the month, so that the prognosis would rise and fall every month. By the last
twelve closed months, F the mean share of a provider's money that was in by a day and S the share of months
in which it had billed: of a provider that has sent nothing this month all is still to come, of another
1 - F / S. Little money is a correction and no bill, or one line before the bill of a quarter would look like
that. One whose months are few is like all providers.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from streams.figures.rollup import Figures
from streams.figures.spans import month_text
from streams.prognosis.panel import Floats

MONTHS: Final = 12
"""Closed months that a rhythm is learnt from."""

OWN: Final = 2
"""Months of a provider that weigh as much as the rhythm of all."""

LITTLE: Final = 0.1
"""Less than this share of a provider's largest month is no bill."""

DAYS: Final = 31


@dataclass(frozen=True)
class Rhythm:
    """The share of a month's money that is in by each day of it, when a bill is.

    `every` is that of all providers' months, `own` by provider, drawn to it; `least` the cents of a bill.
    """

    every: Floats
    own: dict[str, Floats]
    least: dict[str, float]

    def sent(self, providers: Iterable[str], day: int, heard: Collection[str]) -> Floats:
        """The share of this month's declarations that each provider has sent by a day of the month.

        `heard` are those who have sent a bill; day 0 is the end of the month before.
        """
        return np.array(
            [
                self.own.get(each, self.every)[day - 1] if day and each in heard else 0.0
                for each in providers
            ]
        )

    def heard(self, parts: Sequence[Figures], month: int) -> set[str]:
        """Who has sent a bill in an absolute month."""
        return {
            provider
            for provider, cents in billed(parts, month).items()
            if cents.sum() > 0 and cents.sum() >= self.least.get(provider, 0.0)
        }


def rhythm(parts: Sequence[Figures], closed: int) -> Rhythm:
    """The rhythm of the months up to the absolute month `closed`, as declared then."""
    by_provider: dict[str, list[Floats]] = {}
    for month in range(closed - MONTHS + 1, closed + 1):
        for provider, cents in billed(parts, month).items():
            if cents.sum() > 0:
                by_provider.setdefault(provider, []).append(cents)
    in_order = sorted(by_provider.items())  # so that equal books give equal floats
    least = {who: LITTLE * max(cents.sum() for cents in mine) for who, mine in in_order}
    shares = {who: [*_shares(mine, least[who])] for who, mine in in_order}
    months = [month for mine in shares.values() for month in mine]
    even = np.array([np.arange(1, DAYS + 1) / DAYS, np.ones(DAYS)])
    every = np.mean(months, axis=0) if months else even
    own = {
        who: _when_any((np.sum(mine, axis=0) + OWN * every) / (len(mine) + OWN))
        for who, mine in shares.items()
    }
    return Rhythm(_when_any(every), own, least)


def _shares(months: Iterable[Floats], least: float) -> Iterator[Floats]:
    """Of each month with a bill: the share of its money in by a day from the bill on, and if it was in."""
    for cents in months:
        if cents.sum() >= least:
            in_ = cents.cumsum()
            share = np.where(in_ >= least, np.clip(in_ / cents.sum(), 0.0, 1.0), 0.0)
            yield np.array([share, share > 0])


def _when_any(shares: Floats) -> Floats:
    """F / S by day; before the first day on which anything ever came, that of the first."""
    money, any_ = shares
    first = int(np.argmax(any_ > 0))
    told = np.where(any_ > 0, money / np.where(any_ > 0, any_, 1.0), 0.0)
    return np.where(np.arange(DAYS) < first, told[first], told)


def billed(parts: Iterable[Figures], month: int) -> dict[str, Floats]:
    """The cents that came in in an absolute month, by provider and day of the month; shape (days,)."""
    found: dict[str, Floats] = {}
    for part in parts:
        for (provider, day), cents in part.cells.billed.get(month_text(month), {}).items():
            found.setdefault(provider, np.zeros(DAYS))[int(day) - 1] += cents
    return found
