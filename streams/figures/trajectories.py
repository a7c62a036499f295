"""Trajectories: products paid in part at their start and in part at their end (50/50, 70/30).

A trajectory is what one provider declares for one client on one allocation of one such product. Its
period runs from the allocation's begin to the end of the care: the stop (307) if there is one (not a
temporary one), else the allocation's end, else 31 December of the as-of year. Money is put in the
months of that period by calendar day, in whole cents that add up; a credit is spread as its debit
was, so the two come to nothing in every month.

A line whose allocation is not known, is deleted, is another client's or provider's, or has no days
stays in its own month: nothing says where else its care was given.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final

from streams.figures.cells import Key
from streams.figures.pricing import LONGEST
from streams.figures.rollup import Figures, first_of
from streams.figures.rounding import half_up
from streams.figures.spans import moved
from streams.ledger.states import DECLARED

TEMPORARY: Final = "20"
"""RedenBeeindiging of a stop after which care goes on (JZ588)."""

Days = tuple[tuple[str, int], ...]
"""The care months of a period with its days up to and including each."""


@dataclass
class Trajectory:
    """The lines of a trajectory: `lines` are signed cents by care month; `days` is empty if not known.

    `start_shares` are the parts of the price paid at the start, by care month of the lines.
    """

    key: Key
    days: Days
    lines: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    start_shares: dict[str, Fraction] = field(default_factory=dict)

    def at(self, month: str) -> Key:
        """Its cell in a care month."""
        return self.key._replace(care_month=month)

    @property
    def start(self) -> str | None:
        """The care month of its start payment: the first whose lines do not come to nothing."""
        return min((month for month, cents in self.lines.items() if sum(cents)), default=None)

    def price(self) -> Fraction | None:
        """What it costs in all, as the start payment tells; None when that tells nothing.

        Of one that lies within one calendar month start and end are declared together.
        """
        start = self.start
        if start is None or not self.days or not self.start_shares[start]:
            return None
        paid = sum(self.lines[start])
        return Fraction(paid) if len(self.days) == 1 else paid / self.start_shares[start]


def trajectories(figures: Figures) -> list[Trajectory]:
    """The trajectories of a municipality with a declared line."""
    if not any(row.payment is not None for row in figures.reference.document.products):
        return []  # spares a walk along all lines
    ends, found, payment = _stops(figures), {}, figures.reference.payment
    for declaration in figures.book.declarations:
        lines = declaration.lines
        for place, state in enumerate(declaration.states):
            month, code = lines["begin"][place][:7], lines["code"][place]
            share = payment(code, first_of(month)) if state in DECLARED else None
            if share is None:
                continue
            client = declaration.clients[lines["client"][place]]
            number, category = lines["allocation"][place], lines["category"][place]
            own = declaration.provider, client, number
            name = (*own, category, code)
            if name not in found:
                key = Key(month, category, code, declaration.provider)
                found[name] = Trajectory(key, _days(figures, own, ends))
            sign = -1 if lines["side"][place] == "C" else 1
            found[name].lines[month].append(sign * lines["amount"][place])
            found[name].start_shares[month] = share
    return list(found.values())


Own = tuple[str, str, int]
"""Provider, client and allocation number."""


def _stops(figures: Figures) -> dict[Own, str]:
    """The day on which the care of an allocation ended: of several stops the one said last."""
    found: dict[Own, tuple[str, str]] = {}
    for moment in figures.book.care:
        content = moment.content
        ended = moment.moment == "stop" and content.get("reason") != TEMPORARY
        if ended and moment.allocation is not None and "end" in content:
            own = moment.provider, moment.client, moment.allocation
            found[own] = max(found.get(own, ("", "")), (moment.dated, content["end"]))
    return {own: end for own, (_, end) in found.items()}


def _days(figures: Figures, own: Own, ends: Mapping[Own, str]) -> Days:
    provider, client, number = own
    held = figures.book.allocations.get(number)
    if held is None or held.deleted or (held.provider, held.client) != (provider, client):
        return ()
    horizon = f"{figures.reference.as_of.year:04}-12-31"
    return days_between(held.content["begin"], ends.get(own, held.content.get("end", horizon)))


@lru_cache(maxsize=4096)
def days_between(begin: str, end: str) -> Days:
    """The months from a day up to and including another (ISO), of fifty years at most."""
    first, last = date.fromisoformat(begin).toordinal(), date.fromisoformat(end).toordinal()
    months = []
    for count in range(LONGEST):
        month = moved(begin[:7], count)
        if month > end[:7]:
            break
        after = first_of(moved(month, 1)).toordinal() if month < end[:7] else last + 1
        months.append((month, min(after, last + 1) - first))
    return tuple(months) if last >= first else ()


def spread(cents: Fraction | int, days: Days) -> Iterator[tuple[str, int]]:
    """An amount over the months of a period by calendar day, in whole cents that add up to it.

    A negative amount is the opposite of its positive in every month.
    """
    size, sign, before = abs(Fraction(cents)), -1 if cents < 0 else 1, 0
    for month, passed in days:
        upto = half_up(size * passed / days[-1][1])
        yield month, sign * (upto - before)
        before = upto
