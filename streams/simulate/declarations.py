"""How a provider declares: one declaration a month, late lines, refusals, corrections, resends.

A declaration is answered within two weeks, by a refusal as a whole now and then; what was refused
comes back in a later month, what was granted is sometimes credited and claimed anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Final

from streams.simulate.chance import Chance, Strata
from streams.simulate.claims import Claim, Claims, claim_of
from streams.simulate.delivery import Delivery
from streams.simulate.months import ONE_DAY, label, month_of, same_day, working_day
from streams.simulate.providers import Provider
from streams.simulate.scenario import Municipality, Scenario
from streams.simulate.tariffs import Tariffs

_TAIL: Final = 0.008
_TAIL_MONTHS: Final = (6, 17)
_MONTHS_OF_BILLING: Final = 6
"""Declarations go on this long after the last care month."""
UNREADABLE: Final = "0001"
NUMBER_USED: Final = "9333"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 325: its identification, date, and the code with which it refuses the whole, if any."""

    identification: str
    dated: date
    void_with: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A 323 and its answer, if it came. `dated` is the day of the message, `made_on` that of the body.

    `again`: the same body was sent before under another identification.
    """

    municipality: str
    provider: Provider
    identification: str
    dated: date
    made_on: date
    number: str
    month: int
    claims: tuple[Claim, ...]
    answer: Answer | None
    again: bool = False


class Desk:
    """One provider's declarations to one municipality."""

    def __init__(
        self, scenario: Scenario, municipality: Municipality, provider: Provider, tariffs: Tariffs, chance: Chance, shared: "Shared"
    ) -> None:
        name = (municipality.code, provider.agb)
        self._scenario = scenario
        self._municipality = municipality
        self._provider = provider
        self._tariffs = tariffs
        self._stream = chance.stream("declarations", *name)
        self._lag = chance.stream("delay", *name)
        self._shared = shared
        self._claims = Claims(
            municipality.code, tariffs, scenario.rates, stream=chance.stream("faults", *name),
            faults=shared.faults, corrections=shared.corrections,
        )
        self._due: dict[int, list[tuple[Claim, bool]]] = defaultdict(list)
        self._sent: dict[int, int] = defaultdict(int)
        self._last_number = ""

    def declare(self, delivered: Iterable[Delivery]) -> Iterator[Declaration]:
        """All declarations, oldest first, of what this provider delivered."""
        for delivery in delivered:
            month = self._billed_in(delivery)
            self._due[month].append((claim_of(delivery, self._tariffs), True))
        for month in range(self._scenario.months.start, self._scenario.months.stop + _MONTHS_OF_BILLING):
            waiting = self._due.pop(month, [])
            if waiting:
                yield from self._month(month, waiting)

    def _billed_in(self, delivery: Delivery) -> int:
        """The declaration month: the care month, later by habit, never before the allocation came."""
        delay = self._lag.choices(range(len(self._provider.delays)), self._provider.delays)[0]
        if self._lag.random() < _TAIL:
            delay += self._lag.randint(*_TAIL_MONTHS)
        known = month_of(delivery.allocation.versions[0].sent)
        return self._in_time(max(delivery.month + delay, known))

    def _in_time(self, month: int) -> int:
        while month in self._provider.outages:
            month += 1
        return month

    # --- one month

    def _month(self, month: int, waiting: list[tuple[Claim, bool]]) -> Iterator[Declaration]:
        lines: list[Claim] = []
        right: dict[str, Claim] = {}
        for claim, fresh in waiting:
            for line in self._claims.submitted(claim) if fresh else [self._claims.numbered(claim)]:
                lines.append(line)
                right[line.reference] = claim
        lines.sort(key=_place)
        dated = self._day_for(month)
        last = None
        for declaration in self._sendings(month, tuple(lines), dated):
            if declaration.dated > self._scenario.answered_until:
                return
            last = declaration
            yield declaration
        if last:
            self._follow_up(month, lines, right)

    def _day_for(self, month: int) -> date:
        day = same_day(month + 1, self._provider.billing_day) + self._stream.randint(0, 4) * ONE_DAY
        return working_day(day)

    def _sendings(self, month: int, claims: tuple[Claim, ...], dated: date) -> Iterator[Declaration]:
        """The month's declaration; after a refusal as a whole once more, now right."""
        number = self._next_number(month)
        if self._shared.voids.hit():
            code = self._shared.void_code()
            shown = self._last_number if code == NUMBER_USED and self._last_number else number
            code = code if shown != number else UNREADABLE
            refused = self._send(month, claims, dated, shown, code)
            yield refused
            dated = working_day(dated + self._stream.randint(8, 12) * ONE_DAY)
        granted = self._send(month, claims, dated, number, "")
        self._last_number = number
        yield granted
        if self._shared.repeats.hit():
            yield self._repeat(granted)

    def _next_number(self, month: int) -> str:
        return f"{label(month).replace('-', '')}{self._municipality.code}{self._sent[month] + 1:02d}"

    def _send(
        self, month: int, claims: tuple[Claim, ...], dated: date, number: str, void_with: str
    ) -> Declaration:
        self._sent[month] += 1
        place = (label(month).replace("-", ""), f"{self._sent[month]:02d}")
        return Declaration(
            self._municipality.code, self._provider, f"{self._municipality.code}{''.join(place)}",
            dated, dated, number, month, claims, self._answer(place, dated, void_with),
        )

    def _answer(self, place: tuple[str, str], dated: date, void_with: str) -> Answer | None:
        wait = self._stream.randint(3, 6) if void_with else self._stream.randint(3, 13)
        answered = max(working_day(dated + wait * ONE_DAY), dated + ONE_DAY)
        if answered > self._scenario.answered_until:
            return None
        identification = f"{self._provider.agb[-4:]}{place[0][2:]}{place[1]}"
        return Answer(identification, answered, void_with)

    def _repeat(self, declaration: Declaration) -> Declaration:
        """The same declaration sent again by mistake, and answered again in the same way."""
        month = declaration.month
        self._sent[month] += 1
        place = (label(month).replace("-", ""), f"{self._sent[month]:02d}")
        dated = working_day(declaration.dated + self._stream.randint(1, 3) * ONE_DAY)
        return replace(
            declaration, identification=f"{declaration.municipality}{''.join(place)}",
            dated=max(dated, declaration.dated), answer=self._answer(place, dated, ""), again=True,
        )

    def _follow_up(self, month: int, lines: list[Claim], right: Mapping[str, Claim]) -> None:
        """What later months will hold because of this one."""
        for line in lines:
            if line.refused_with:
                retry = self._claims.righted(line, right)
                if retry:
                    self._due[self._in_time(month + self._stream.randint(1, 2))].append((retry, False))
            elif line.side == "D" and (correction := self._claims.correction(line)):
                later = self._in_time(month + self._stream.randint(2, 5))
                self._due[later].extend((claim, False) for claim in correction)


class Shared:
    """What happens once in so many cases over all providers of a municipality."""

    def __init__(self, scenario: Scenario, municipality: Municipality, chance: Chance) -> None:
        rates = scenario.rates

        def strata(concern: str, rate: float) -> Strata:
            return Strata(rate, chance.stream(concern, municipality.code))

        self.faults = strata("faults", rates.rejected)
        self.corrections = strata("corrections", rates.corrected)
        self.voids = strata("void", rates.void)
        self.repeats = strata("repeats", rates.sent_twice)
        self._voided = 0

    def void_code(self) -> str:
        """The reasons of refusals as a whole, in turn."""
        self._voided += 1
        return NUMBER_USED if self._voided % 2 else UNREADABLE


def _place(claim: Claim) -> tuple[int, bool, int, date, str]:
    """Order in a declaration: by client, credits before debits (OP366)."""
    return (claim.allocation.client.number, claim.side == "D", claim.allocation.number, claim.begin, claim.reference)


def declare_all(
    scenario: Scenario, municipality: Municipality, delivered: Iterable[Delivery], tariffs: Tariffs, chance: Chance
) -> list[Declaration]:
    """Every declaration that a municipality gets."""
    by_provider: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in delivered:
        by_provider[delivery.allocation.provider.agb].append(delivery)
    shared = Shared(scenario, municipality, chance)
    made: list[Declaration] = []
    for agb in sorted(by_provider):
        provider = by_provider[agb][0].allocation.provider
        desk = Desk(scenario, municipality, provider, tariffs, chance, shared)
        made.extend(desk.declare(by_provider[agb]))
    return made
