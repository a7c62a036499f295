"""From episodes to allocations, with every version of them that was sent.

An episode is covered by one allocation after another, or by one whose end date moves. An allocation
is renewed, ends early, is cut at a harmonisation, or was a mistake and is deleted.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from random import Random
from typing import Final

from streams.simulate.allocation import (
    ASKED_FOR,
    CONTRACT_CHANGED,
    DELETED,
    EXTENDED,
    MOVED_AWAY,
    SHORTENED,
    Allocation,
    Version,
)
from streams.simulate.catalogue import (
    AMBULANT,
    CATALOGUE,
    EURO,
    IN_TOTAL,
    MINUTE,
    PER_WEEK,
    PIECE,
    Product,
)
from streams.simulate.chance import Chance, Strata, whole
from streams.simulate.months import ONE_DAY, last, month_of, same_day, working_day
from streams.simulate.people import Episode
from streams.simulate.plan import STEADY, Growth, growths
from streams.simulate.scenario import Municipality, Scenario
from streams.simulate.truth import RENEWED, STACKED, Deviation

_EURO_USED: Final = 0.95
"""Amounts a month are used nearly in full."""
_TERMS: Final = (6, 9, 12, 12, 12)
_OPEN_ENDED: Final = 0.35
_OWN_ACCESS: Final = 0.34
"""New care that the municipality's own access starts; the rest follows a provider's request after a
referral by a doctor, a court or a certified institution (the report's figure 3 shows shares only)."""
_OFFICE_HOURS: Final = ((8, 18), (0, 60), (0, 60))


@dataclass(slots=True)
class Allocator:
    """Makes one municipality's allocations. `growth` and `index` as in `plan.py`."""

    scenario: Scenario
    municipality: str
    stream: Random
    aside: Random
    deletions: Strata
    growth: Mapping[str, Growth]
    made: list[Allocation] = field(default_factory=list)
    deviations: list[Deviation] = field(default_factory=list)
    _latest: dict[tuple[int, str, str], Allocation] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario, municipality: Municipality, chance: Chance) -> "Allocator":
        """The allocator of a municipality."""
        deletions = Strata(scenario.rates.deleted, chance.stream("deleted", municipality.code))
        stream = chance.stream("allocations", municipality.code)
        aside = chance.stream("allocations-aside", municipality.code)
        return cls(scenario, municipality.code, stream, aside, deletions, growths(scenario))

    def allocate(self, episode: Episode) -> None:
        """Cover an episode with allocations, in `made`."""
        begin = episode.begin
        sent = self._first_sent(episode)
        product = self._product(episode, begin)
        while begin <= episode.end and sent <= self._last_day:
            if self.deletions.hit():
                self._mistake(episode, product, begin, sent)
            allocation = self._new(episode, product, begin, sent)
            self._make_way(allocation)
            followed = self._run(allocation)
            if followed is None:
                return
            begin, sent = followed
            product = self._product(episode, begin)

    @property
    def _last_day(self) -> date:
        return last(self.scenario.months.stop - 1)

    def _product(self, episode: Episode, day: date) -> Product:
        made = self.scenario.harmonisation
        heir = episode.heir
        return CATALOGUE[heir] if heir and made and day >= made.on else episode.product

    def _first_sent(self, episode: Episode) -> date:
        draw = self.stream.random()
        if episode.initial or draw >= self.scenario.rates.late:
            return working_day(episode.begin - self.stream.randint(3, 24) * ONE_DAY)
        return working_day(episode.begin + self.stream.randint(1, 40) * ONE_DAY)

    def _new(self, episode: Episode, product: Product, begin: date, sent: date) -> Allocation:
        end = self._planned_end(episode, product, begin)
        need = self.need(episode, product, month_of(begin))
        volume, budget = self._size(product, need, begin, end)
        number = len(self.made) + 1
        first_time = begin == episode.begin and not episode.initial
        asked = first_time and self.stream.random() >= _OWN_ACCESS
        reference = f"{ASKED_FOR}{self.municipality}{number:06d}" if asked else None
        version = Version(sent, self._time(self.stream), end)
        made = Allocation(number, episode, product, begin, volume, budget, reference, [version])
        self.made.append(made)
        return made

    def need(self, episode: Episode, product: Product, month: int) -> float:
        """What the client uses in the product's own measure; euros follow the index of the year."""
        at = self.scenario.harmonised_month
        growth = self.growth.get(product.code, STEADY) if at is not None and month >= at else STEADY
        need = product.need * episode.strength * growth.use
        if product.unit == EURO:
            year = min(month // 12 - self.scenario.first_year, len(self.scenario.index) - 1)
            need *= self.scenario.index[year] * growth.tariff
        return need

    def _planned_end(self, episode: Episode, product: Product, begin: date) -> date | None:
        if product.frequency == IN_TOTAL:
            return episode.end
        endless = product.frequency != PER_WEEK and product.line != AMBULANT
        if endless and self.stream.random() < _OPEN_ENDED:
            return None
        return same_day(month_of(begin) + self.stream.choice(_TERMS), begin.day) - ONE_DAY

    def _size(
        self, product: Product, need: float, begin: date, end: date | None
    ) -> tuple[int | None, int | None]:
        """Volume or budget (cents) of an allocation; neither for a category alone."""
        if product.form == "open":
            return None, None
        if product.form == "budget" and end:
            weeks = ((end - begin).days + 1) / 7
            return None, round(need * weeks * product.price / product.used / 1000) * 1000
        return _volume(product, need, self.stream), None

    def _run(self, allocation: Allocation) -> tuple[date, date] | None:
        """Let an allocation live; when it is followed by another: its begin and when it is sent."""
        episode = allocation.episode
        while True:
            end = allocation.end
            cut = self._cut(allocation)
            if cut and episode.end > cut:
                allocation.care_end = cut
                sent = self._next(allocation, cut - self.stream.randint(3, 27) * ONE_DAY)
                if end != cut:
                    self._send(allocation, sent, cut, CONTRACT_CHANGED)
                return cut + ONE_DAY, sent
            if end is None or episode.end <= end:
                allocation.care_end = episode.end
                self._finish(allocation)
                return None
            sent = self._next(allocation, end - self.stream.randint(2, 25) * ONE_DAY)
            if allocation.volume is None or self.stream.random() >= self.scenario.rates.extended:
                allocation.care_end = end
                return end + ONE_DAY, sent
            if sent > self._last_day:
                allocation.care_end = end
                return None
            longer = same_day(month_of(end) + self.stream.choice(_TERMS), end.day)
            self._send(allocation, sent, longer, EXTENDED)

    def _cut(self, allocation: Allocation) -> date | None:
        """The last day before a harmonisation that this allocation would run into."""
        made = self.scenario.harmonisation
        if made is None or allocation.product.line not in made.lines:
            return None
        within = allocation.begin < made.on and (allocation.end or date.max) >= made.on - ONE_DAY
        return made.on - ONE_DAY if within and allocation.product.frequency != IN_TOTAL else None

    def _finish(self, allocation: Allocation) -> None:
        """Care ends: an end date is sent for what would run on, or it just runs out."""
        end, care_end = allocation.end, allocation.care_end
        moved = allocation.episode.moved
        early = end is None or (end - care_end).days > (0 if moved else 10)
        reported = end is None or self.stream.random() < self.scenario.rates.shortened or moved
        sent = self._next(allocation, care_end - self.stream.randint(0, 10) * ONE_DAY)
        if early and reported and sent <= self._last_day:
            self._send(allocation, sent, care_end, MOVED_AWAY if moved else SHORTENED)

    def _make_way(self, allocation: Allocation) -> None:
        """End what would run on beside a new allocation of the same product (TR302).

        Where care under both goes on that can't be: two products of one category without a code.
        A renewal under a new number where the old one could be extended is a deviation too (OP380).
        """
        product, begin = allocation.product, allocation.begin
        named = product.code if product.form == "specific" else product.category
        key = allocation.client.number, allocation.provider.agb, named
        before, self._latest[key] = self._latest.get(key), allocation
        if before is None:
            return
        if before.care_end >= begin:
            self._deviate(STACKED, allocation)
        elif before.end is None or before.end >= begin:
            # No later than care ended, so that who declares its last month knows the end (TR388).
            sent = self._next(before, min(allocation.versions[0].sent, before.care_end))
            at = self._time(self.aside)
            before.versions.append(Version(sent, at, max(before.care_end, before.begin), SHORTENED))
        if _extendable(before, allocation):
            self._deviate(RENEWED, allocation)

    def _deviate(self, rule: str, allocation: Allocation) -> None:
        provider, number = allocation.provider.agb, str(allocation.number)
        sent = allocation.versions[0].sent
        self.deviations.append(Deviation(rule, self.municipality, provider, number, sent))

    def _mistake(self, episode: Episode, product: Product, begin: date, sent: date) -> None:
        """An allocation that should not have been made, and its deletion."""
        made = self._new(episode, product, begin, sent)
        made.mistaken, made.reference = True, None
        noticed = min(sent + self.stream.randint(3, 18) * ONE_DAY, self._last_day)
        self._send(made, self._next(made, noticed), begin, DELETED)

    def _next(self, allocation: Allocation, day: date) -> date:
        """A working day for a later version, after all earlier ones."""
        return max(working_day(day), allocation.versions[-1].sent + ONE_DAY)

    def _send(self, allocation: Allocation, sent: date, end: date, reason: str) -> None:
        allocation.versions.append(Version(sent, self._time(self.stream), end, reason))

    def _time(self, stream: Random) -> time:
        hour, minute, second = (stream.randrange(*part) for part in _OFFICE_HOURS)
        return time(hour, minute, second)


def _extendable(before: Allocation, after: Allocation) -> bool:
    """Whether another end date for one allocation could have taken the place of the next (OP380)."""
    same = after.volume is not None and before.volume == after.volume
    day_before = after.begin - ONE_DAY
    in_time = after.versions[0].sent <= day_before == before.end
    return same and in_time and after.product.frequency != IN_TOTAL


def _volume(product: Product, need: float, stream: Random) -> int:
    """The allocated volume per day, week, month or in all."""
    if product.full_stay:
        return math.ceil(product.need)
    if product.unit == PIECE:
        return max(1, round(product.need))
    if product.unit == EURO:
        return round(need / _EURO_USED) * 100
    if product.unit == MINUTE:
        return max(5, 5 * whole(need / product.used / 5, stream))
    return max(1, whole(need / product.used, stream))
