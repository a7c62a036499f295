"""A prognosis as it was made, kept to be scored later: never changed.

A file of them has one line of JSON each; on Kafka a day of a municipality is one record.

Amounts are integer cents, fixed costs included as far as a prognosis holds them.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from schemas.outputs import Output

Level = Literal["municipality", "budget_line"]

Key = tuple[str, Level, str | None, dt.date, int]
"""Municipality, level, budget line, as-of date and year."""

Known = Mapping[tuple[str, Level, str | None, int], int]
"""What care came to in the end: declared cents by municipality, level, budget line and year."""


class Kept(Output):
    """What was expected of a year on a day, and what else could have been said then.

    `budget_line` is None for a municipality, and for care without a budget line. `spread` is the standard
    deviation of ln(cost of care / prognosis), `windows` what it was measured on. The checks are those of
    `streams.prognosis.cross`; None where one had nothing to say, or nothing was budgeted yet.
    """

    municipality: str
    level: Level
    budget_line: str | None
    as_of: dt.date
    year: int
    declared_cents: int
    fixed_cents: int
    prognosis_cents: int
    lower80_cents: int
    upper80_cents: int
    lower95_cents: int
    upper95_cents: int
    spread: float
    windows: int
    budget_cents: int | None
    chain_ladder_cents: int | None
    commitments_cents: int | None
    run_rate_cents: int | None

    @property
    def key(self) -> Key:
        """Of what, when and for which year it was made: there is one of each."""
        return self.municipality, self.level, self.budget_line, self.as_of, self.year

    @property
    def elapsed(self) -> int:
        """Months of the year that were over; negative before it began, more than twelve after it."""
        ahead = self.as_of + dt.timedelta(days=1)
        return (ahead.year - self.year) * 12 + ahead.month - 1


class KeptDay(Output):
    """All that was expected of a municipality on a day: on `prognoses` whole or not at all.

    A worker that crashed may have published a day twice, with other amounts when messages came in
    between. The first is what was said; as it holds the whole day, lines add up to their municipality.
    """

    municipality: str
    as_of: dt.date
    prognoses: tuple[Kept, ...]

    @property
    def key(self) -> tuple[str, dt.date]:
        """Of whom and when: the first of each counts."""
        return self.municipality, self.as_of
