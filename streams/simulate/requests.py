"""Requests of providers and the answers to them: for an allocation (315) or a change (317), and 319.

A new allocation that a provider asked for carries the request's reference; so do some renewals. The
allocation is the answer, within five working days (OP274, OP346) or, when the request was under
investigation first, within eight weeks. Other requests are turned down. A provider has one request
of a client open at a time (OP350).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from streams.simulate.allocation import ASKED_FOR, CONTRACT_CHANGED, DELETED, Allocation
from streams.simulate.catalogue import PROBATION, PROTECTION
from streams.simulate.chance import Chance, Strata
from streams.simulate.months import ONE_DAY, last, next_working_day, working_day
from streams.simulate.scenario import Scenario
from streams.simulate.truth import LATE_CHANGE, LATE_GRANT, Deviation

TURNED_DOWN: Final = "1"
INVESTIGATED: Final = "2"

_REFERRERS: Final = {
    "01": (7, 9),
    "02": (44, 52),
    "03": (9, 10),
    "04": (16, 12),
    "05": (15, 11),
    "06": (3, 3),
    "08": (6, 3),
}
"""Who sends children (COD327), as weights of the first and the last year. The report's figure 3 shows
shares only: more than half by the general practitioner and the municipality's own team, and less each
year by certified institutions, medical specialists and the court."""
_FORCED: Final = {"04": 70, "08": 30}
"""Protection and probation come from a certified institution or the court."""
_REASONS: Final = ("1", "2", "4", "6", "7")
"""Why requests are turned down (WJ759), in turn."""
_SOON: Final = (1, 4)
_WHILE: Final = (20, 45)
_TOO_LATE: Final = (17, 29)
"""Days: more than five working days, also when Christmas lies in between."""
_AFTER_GRANT: Final = (12, 40)


@dataclass(frozen=True, slots=True)
class Reply:
    """A 319: turned down with a reason, or under investigation."""

    dated: date
    verdict: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: an allocation of its own, or more of one that runs.

    `dated` is the day it is asked, `settled` that of the allocation or of being turned down. With a
    `referrer` (COD327) it is a 315, without one a 317 that leaves `running` as it is. `refused`:
    nothing came of it, and `allocation` is only what it was like.
    """

    reference: str
    allocation: Allocation
    dated: date
    settled: date
    referrer: str
    replies: tuple[Reply, ...]
    running: tuple[Allocation, ...] = ()
    refused: bool = False


@dataclass(slots=True)
class Counter:
    """Where one municipality's requests come in. `deviations` is what was granted too late."""

    scenario: Scenario
    municipality: str
    stream: Random
    strata: Mapping[str, Strata]
    deviations: list[Deviation] = field(default_factory=list)
    _made: int = 0

    @classmethod
    def of(cls, scenario: Scenario, municipality: str, chance: Chance) -> "Counter":
        """The counter of a municipality."""
        rates = scenario.rates
        each = {
            "late": rates.answered_late,
            "investigated": rates.investigated,
            "refused": rates.turned_down,
            "renewals": rates.asked_to_renew,
        }
        strata = {
            concern: Strata(rate, chance.stream("requests", concern, municipality))
            for concern, rate in each.items()
        }
        return cls(scenario, municipality, chance.stream("requests", municipality), strata)

    def requests(self, allocations: Iterable[Allocation]) -> list[Request]:
        """All requests; an allocation that comes of one for a renewal gets its reference."""
        together: dict[tuple[int, str], list[Allocation]] = defaultdict(list)
        for allocation in allocations:
            together[allocation.client.number, allocation.provider.agb].append(allocation)
        return [request for own in together.values() for request in self._of_one(own)]

    def _of_one(self, own: list[Allocation]) -> Iterator[Request]:
        """The requests of one client at one provider, each after the one before it is settled."""
        free = date.min
        real = sorted((a for a in own if not a.mistaken), key=lambda a: (_sent(a), a.number))
        for allocation, following in zip(real, [*real[1:], None], strict=True):
            if allocation.reference is None and free <= _sent(allocation):
                self._ask_to_renew(allocation, own)
            if allocation.reference is None:
                continue
            yield self._granted(allocation, own, free)
            free = _sent(allocation)
            until = _sent(following) if following else self._last_day
            if self.strata["refused"].hit() and (refused := self._refused(allocation, own, until)):
                yield refused
                free = refused.settled

    @property
    def _last_day(self) -> date:
        return last(self.scenario.months.stop - 1)

    def _name(self, kind: str) -> str:
        self._made += 1
        return f"{kind}{self.municipality}{self._made:06d}"

    def _ask_to_renew(self, allocation: Allocation, own: list[Allocation]) -> None:
        """For some renewals that are not the municipality's own doing: the reference of a request."""
        begins = {a.begin: a for a in own if a.episode is allocation.episode and not a.mistaken}
        before = max((b for b in begins if b < allocation.begin), default=None)
        cut = before is not None and begins[before].versions[-1].reason == CONTRACT_CHANGED
        if before is not None and not cut and self.strata["renewals"].hit():
            allocation.reference = self._name("VOW")

    # --- one request

    def _granted(self, allocation: Allocation, own: list[Allocation], free: date) -> Request:
        """The request that an allocation came of."""
        sent, reference = _sent(allocation), allocation.reference or ""
        new = reference.startswith(ASKED_FOR)
        dated = working_day(sent - self.stream.randint(*_SOON) * ONE_DAY)
        replies: tuple[Reply, ...] = ()
        if self.strata["late"].hit():
            early = working_day(sent - self.stream.randint(*_TOO_LATE) * ONE_DAY)
            if early >= free:
                dated = early
                rule = LATE_GRANT if new else LATE_CHANGE
                self._deviate(rule, allocation, reference)
        elif self.strata["investigated"].hit():
            early = working_day(sent - self.stream.randint(*_WHILE) * ONE_DAY)
            if early >= free:
                dated = early
                replies = (self._under_investigation(dated),)
        dated = max(dated, free)
        return Request(
            *(reference, allocation, dated, sent),
            self._referrer(allocation) if new else "",
            replies,
            () if new else _running(own, dated),
        )

    def _deviate(self, rule: str, allocation: Allocation, reference: str) -> None:
        provider = allocation.provider.agb
        self.deviations.append(
            Deviation(rule, self.municipality, provider, reference, _sent(allocation))
        )

    def _refused(
        self, allocation: Allocation, own: list[Allocation], until: date
    ) -> Request | None:
        """A request after an allocation that is turned down, when there is time for it."""
        dated = working_day(_sent(allocation) + self.stream.randint(*_AFTER_GRANT) * ONE_DAY)
        replies: list[Reply] = []
        answered = next_working_day(dated + self.stream.randint(*_SOON) * ONE_DAY)
        if self._made % 3 == 0:
            replies.append(Reply(answered, INVESTIGATED))
            answered = next_working_day(answered + self.stream.randint(*_WHILE) * ONE_DAY)
        if answered + _WHILE[1] * ONE_DAY >= until:
            return None
        replies.append(Reply(answered, TURNED_DOWN, _REASONS[self._made % len(_REASONS)]))
        running = _running(own, dated)
        change = allocation in running and allocation.volume is not None
        return Request(
            *(self._name("AFW"), allocation, dated, answered),
            "" if change else self._referrer(allocation),
            tuple(replies),
            tuple(a for a in running if a is not allocation) if change else (),
            refused=True,
        )

    def _under_investigation(self, dated: date) -> Reply:
        return Reply(next_working_day(dated + self.stream.randint(1, 3) * ONE_DAY), INVESTIGATED)

    def _referrer(self, allocation: Allocation) -> str:
        if allocation.product.line in {PROTECTION, PROBATION}:
            weights: Mapping[str, float] = _FORCED
        else:
            years = self.scenario.years
            part = (_sent(allocation).year - years.start) / max(1, len(years) - 1)
            weights = {
                kind: early + (late - early) * min(max(part, 0.0), 1.0)
                for kind, (early, late) in _REFERRERS.items()
            }
        return self.stream.choices(list(weights), list(weights.values()))[0]


def _sent(allocation: Allocation) -> date:
    """The day an allocation is made."""
    return allocation.versions[0].sent


def _running(own: Iterable[Allocation], day: date) -> tuple[Allocation, ...]:
    """The allocations that were known before a day, and had not ended or been deleted by then (TR349)."""
    return tuple(a for a in own if _runs(a, day))


def _runs(allocation: Allocation, day: date) -> bool:
    known = [version for version in allocation.versions if version.sent <= day]
    if not known or _sent(allocation) >= day or known[-1].reason == DELETED:
        return False
    return known[-1].end is None or known[-1].end >= day
