"""Starts and stops of care: what a provider tells of each allocation (305, 307), and when.

Within five working days (OP271, OP272), counted from the allocation where that came later. Some come
late, some starts are corrected a day after (IV008), and some care stops for a while (reason 20).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from streams.simulate.allocation import CONTRACT_CHANGED, Allocation
from streams.simulate.chance import Chance, Strata
from streams.simulate.months import ONE_DAY, first, last, month_of, next_working_day
from streams.simulate.scenario import Scenario
from streams.simulate.truth import LATE_START, LATE_STOP, Deviation

TOLD: Final = "1"
TAKEN_BACK: Final = "3"
FOR_A_WHILE: Final = "20"
_PLANNED: Final = "31"
_BY_MUNICIPALITY: Final = "36"
_REASONS: Final = {"31": 66, "32": 10, "33": 4, "34": 10, "35": 3, "38": 4, "39": 3}
"""Why care ends for good (JZ588), as weights of our own."""
_LONG: Final = timedelta(days=150)
"""Care of at least this long may stop for a while, or be told of late."""
_WHILE: Final = (5, 20)
_QUICK: Final = (0, 2)
_TOO_LATE: Final = (17, 29)
"""Days: more than five working days, also when Christmas lies in between."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A start, or with a `reason` and an `end` a stop, in a message of the day `dated`."""

    allocation: Allocation
    dated: date
    begin: date
    status: str = TOLD
    reason: str = ""
    end: date | None = None


@dataclass(slots=True)
class Diary:
    """What one municipality's providers tell of care. `deviations` is what was told too late."""

    scenario: Scenario
    municipality: str
    stream: Random
    late: Strata
    corrected: Strata
    paused: Strata
    deviations: list[Deviation] = field(default_factory=list)

    @classmethod
    def of(cls, scenario: Scenario, municipality: str, chance: Chance) -> "Diary":
        """The diary of a municipality."""
        rates = scenario.rates
        stream = chance.stream("care-told", municipality)
        late, wrong, paused = (
            Strata(rate, chance.stream(concern, municipality))
            for concern, rate in (
                ("told-late", rates.told_late),
                ("told-wrong", rates.told_wrong),
                ("paused", rates.paused),
            )
        )
        return cls(scenario, municipality, stream, late, wrong, paused)

    def tell(self, allocation: Allocation) -> list[Moment]:
        """All that is told of the care under one allocation, up to the last day of the world."""
        known = allocation.versions[0].sent
        told = list(self._start(allocation, max(allocation.begin, known)))
        told += self._pause(allocation, told[-1].dated)
        begin = told[-1].begin
        told.append(self._stop(allocation, begin, max(allocation.care_end, known)))
        return [moment for moment in told if moment.dated <= self.scenario.told_until]

    def _start(self, allocation: Allocation, since: date) -> Iterator[Moment]:
        may_wait = allocation.care_end - since >= _LONG
        dated = self._day(LATE_START, allocation, since, may_wait=may_wait)
        if dated == next_working_day(since) and self.corrected.hit():
            wrong = allocation.begin + self.stream.randint(1, 9) * ONE_DAY
            yield Moment(allocation, dated, wrong)
            dated = next_working_day(dated + ONE_DAY)
            yield Moment(allocation, dated, wrong, TAKEN_BACK)
        yield Moment(allocation, dated, allocation.begin)

    def _pause(self, allocation: Allocation, started: date) -> Iterator[Moment]:
        """For some long care a stop for a while, within the third month, and a new start."""
        month = month_of(allocation.begin) + 2
        long = allocation.care_end - allocation.begin >= _LONG and started < first(month)
        if not long or not self.paused.hit():
            return
        stopped = first(month) + self.stream.randint(1, 5) * ONE_DAY
        again = min(stopped + self.stream.randint(*_WHILE) * ONE_DAY, last(month))
        dated = next_working_day(stopped)
        yield Moment(allocation, dated, allocation.begin, TOLD, FOR_A_WHILE, stopped)
        yield Moment(allocation, next_working_day(again), again)

    def _stop(self, allocation: Allocation, begin: date, since: date) -> Moment:
        dated = self._day(LATE_STOP, allocation, since, may_wait=True)
        reason, end = self._reason(allocation), allocation.care_end
        return Moment(allocation, dated, begin, TOLD, reason, end)

    def _reason(self, allocation: Allocation) -> str:
        if allocation.care_end == allocation.episode.end:
            return self.stream.choices(list(_REASONS), list(_REASONS.values()))[0]
        cut = allocation.versions[-1].reason == CONTRACT_CHANGED
        return _BY_MUNICIPALITY if cut else _PLANNED

    def _day(self, rule: str, allocation: Allocation, since: date, *, may_wait: bool) -> date:
        """The day on which it is told: soon, or too late on purpose."""
        if not (may_wait and self.late.hit()):
            return next_working_day(since + self.stream.randint(*_QUICK) * ONE_DAY)
        late = next_working_day(since + self.stream.randint(*_TOO_LATE) * ONE_DAY)
        if late <= self.scenario.told_until:
            provider, number = allocation.provider.agb, str(allocation.number)
            self.deviations.append(Deviation(rule, self.municipality, provider, number, late))
        return late
