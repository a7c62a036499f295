"""Sudden changes of use: at once more, or less, of a budget line's care is declared than was expected.

Realisation is learnt from a whole year, so that it follows a change by a twelfth each month. But when the care
months since some month, those of two months old and older, are together told wrong by more than `CLEAR` times
what as many have been wrong by before, in their line or in all lines together, also without the provider most
wrong, use has changed from that month on. For half a year every month's end tells better by how much; then it
stays so, until something else changes. Of a change that is z times what all lines together have been wrong by

    1 - (CHANCE / z) ** 2

counts (shrinkage, James and Stein 1961): the smaller it is, the likelier it is chance.

Of providers that bill otherwise than they used to nothing is learnt here: later billing looks like less care.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from streams.prognosis.billing import SILENT
from streams.prognosis.cycles import NEVER
from streams.prognosis.panel import Floats, Ints
from streams.prognosis.shrinking import beyond_chance

YOUNGEST: Final = 2
"""Age of the youngest care month that tells: of one of one month old half is declared."""

LONGEST: Final = 6
"""The most care months that a change is seen in: by then realisation has learnt half of it."""

CLEAR: Final = 2.5
"""Spreads beyond which it is a change. When 5, 8 or 10 percent more or less of all care is used from March on, the year is told
2.1 to 2.2 percent off in June, and 0.8 to 1.2 in August. With 3, all of which counts: 2.1 to 2.9, and 0.9 to 1.4."""

CHANCE: Final = 1.5
"""Spreads of which nothing counts. With it years in which nothing happens err no more than with a `CLEAR` of 3."""

PAST: Final = (12, 24)
"""Months' ends that a spread is measured on: at least a year, for its seasons, and at most two."""

TAUGHT: Final = 15
"""Months of messages before realisation is learnt from a whole year."""

LEAST: Final = 0.005
"""The least spread: of a past without any error a rounding is no change."""


@dataclass(frozen=True)
class Changes:
    """How much is used since its latest changes, as a factor on realisation: 1 before any.

    `level` is by budget line and care month, `since` the month from which the latest change of each line holds.
    `wrong` are the logarithms by which the latest 1, 2, .. care months together were told wrong at each month's end:
    by all providers, and without the one that was told most wrong; by line and last of all; nan where nothing tells.
    Shape (2, lines + 1, LONGEST, months).
    """

    level: Floats
    since: Ints
    wrong: Floats

    @classmethod
    def none(cls, lines: int, months: int) -> "Changes":
        """Nothing ever changed."""
        wrong = np.full((2, lines + 1, LONGEST, months), np.nan)
        return cls(np.ones((lines, months)), np.full(lines, NEVER), wrong)

    def with_others(self, lines: int) -> "Changes":
        """With so many budget lines more, of which nothing is known."""
        others = Changes.none(lines, self.level.shape[1])
        return Changes(
            np.concatenate([self.level, others.level]),
            np.concatenate([self.since, others.since]),
            np.concatenate([self.wrong[:, :-1], others.wrong[:, :-1], self.wrong[:, -1:]], axis=1),
        )

    def seen(self, closed: int, said: Floats, due: Floats) -> "Changes":
        """With what is seen at the end of month `closed`.

        `said` is declared of the `ripe` care months and `due` was expected to be by now, by budget line and
        provider, in cents. What one provider does, or writes by mistake, is no change of use.
        """
        wrong = _wrong(said, due)
        spread = self._spread(closed)
        clear = np.nan_to_num(np.abs(wrong) / spread).min(axis=0)
        told = self.wrong.copy()
        told[..., closed] = np.where(clear > CLEAR, np.nan, wrong)
        wrong, chance = wrong[0], CHANCE * spread[0, -1]
        level, since = self.level.copy(), self.since.copy()
        first = ripe(closed)
        for line, held in enumerate(self.since.tolist()):
            lately = first[-1] <= held < NEVER
            new = np.maximum(clear[line], clear[-1])
            # Months before a change are of another level, and one month alone is odd, unless it undoes a change.
            new[(first <= held) & lately] = 0.0
            change = self._change(line)
            undone = new[0] > CLEAR and abs(wrong[line, 0] + change) < abs(change) / 2
            new[0] = np.inf if undone else 0.0
            if new.max() > CLEAR:
                place = int(new.argmax())
                since[line] = first[place]
                if lately and wrong[line, place] * change > 0:  # it began later than it seemed
                    level[line, held : since[line]] = level[line, held - 1]
            again = np.flatnonzero(first == since[line])
            if again.size:
                since[line] = _measured(level[line], wrong[line], chance, first[: again[0] + 1])
        return Changes(level, since, told)

    def _change(self, line: int) -> float:
        """The latest change of a line, as a logarithm; 0 of none."""
        since = int(self.since[line])
        if since == NEVER:
            return 0.0
        return float(np.log(self.level[line, since] / self.level[line, since - 1]))

    def _spread(self, closed: int) -> Floats:
        """What sums of as many care months were usually wrong by; infinite before a year of them."""
        past = self.wrong[..., max(0, closed - PAST[1]) : closed]
        count = (~np.isnan(past)).sum(axis=-1)
        mean = np.nansum(past**2, axis=-1) / np.maximum(1, count)
        spread: Floats = np.where(count >= PAST[0], np.sqrt(mean + LEAST**2), np.inf)
        return spread


def _measured(level: Floats, wrong: Floats, chance: Floats, months: Ints) -> int:
    """Set the level since the latest change, of the care `months`, the latest first; gives its first month.

    A change may have begun later than it seemed when one of its months alone was seen: of the months from which it
    holds the likeliest are those with the largest sum of squares, n times their mean change squared. `chance` is by
    how much 1, 2, .. months change by it.
    """
    first = int(months[-1])
    before = level[first - 1]
    change = np.log(level[first] / before) + np.nan_to_num(wrong[: len(months)])
    count = np.arange(1, len(months) + 1)
    least = min(1, len(months) - 1)
    place = least + int((count * change**2)[least:].argmax())
    level[first:] = before
    level[months[place] :] = before * np.exp(beyond_chance(change[place], chance[place]))
    return int(months[place])


def ripe(closed: int) -> Ints:
    """The care months that tell of changes at the end of month `closed`, the latest first."""
    return closed - YOUNGEST - np.arange(LONGEST)


def _wrong(said: Floats, due: Floats) -> Floats:
    """As `Changes.wrong` of one month's end; `said` and `due` as in `Changes.seen`."""
    most = np.abs((said - due).sum(axis=2)).argmax(axis=1)
    lines = np.arange(len(said))
    said, due = (
        np.stack([each.sum(axis=1), each.sum(axis=1) - each[lines, most]]) for each in (said, due)
    )
    said, due = (np.concatenate([each, each.sum(axis=1)[:, None]], axis=1) for each in (said, due))
    heard = (said > SILENT * due).cumprod(axis=2) > 0
    said, due = (each.cumsum(axis=2) for each in (said, due))
    good = heard & (said > 0) & (due > 0)
    ratio = np.where(good, said, 1.0) / np.where(good, due, 1.0)
    return np.where(good, np.log(ratio), np.nan)
