"""How a provider declares: one declaration a month, late lines, refusals, corrections, resends.

A declaration is answered within two weeks, by a refusal as a whole now and then; what was refused
comes back in a later month, what was granted is sometimes credited and claimed anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from streams.simulate.claim import Claim, claim_of
from streams.simulate.claims import Claims
from streams.simulate.declarations import (
    NUMBER_USED,
    UNREADABLE,
    Answer,
    Declaration,
    Office,
)
from streams.simulate.delivery import Delivery
from streams.simulate.faults import DELETED_ALLOCATION, DOUBLE
from streams.simulate.months import ONE_DAY, month_of, same_day, working_day
from streams.simulate.providers import Provider

_TAIL: Final = 0.008
"""Lines that come much later than the provider's habit, and by how many months."""
_TAIL_MONTHS: Final = (6, 17)
_MONTHS_OF_BILLING: Final = 6
"""Declarations go on this long after the last care month, or to the end of the world where that is later."""


class Desk:
    """One provider's declarations to one municipality."""

    def __init__(self, office: Office, provider: Provider) -> None:
        name = (office.municipality, provider.agb)
        self._office = office
        self._provider = provider
        self._stream = office.chance.stream("declarations", *name)
        self._lag = office.chance.stream("delay", *name)
        self._claims = Claims(
            prefix=office.municipality,
            tariffs=office.tariffs,
            rates=office.scenario.rates,
            stream=office.chance.stream("faults", *name),
            faults=office.strata["faults"],
            corrections=office.strata["corrections"],
            mistakes=[a for a in office.mistakes if a.provider is provider],
        )
        self._due: dict[int, list[tuple[Claim, bool]]] = defaultdict(list)
        self._sent: dict[int, int] = defaultdict(int)
        self._last_number = ""

    def declare(self, delivered: Iterable[Delivery]) -> Iterator[Declaration]:
        """All declarations, oldest first, of what this provider delivered."""
        for delivery in delivered:
            fresh = (claim_of(delivery, self._office.tariffs), True)
            self._due[self._billed_in(delivery)].append(fresh)
        months, end = self._office.scenario.months, month_of(self._office.scenario.told_until)
        for month in range(months.start, max(months.stop + _MONTHS_OF_BILLING, end + 1)):
            if waiting := self._due.pop(month, []):
                yield from self._month(month, waiting)

    def _billed_in(self, delivery: Delivery) -> int:
        """The declaration month: the care month or later, never before the allocation came."""
        delay = self._lag.choices(range(len(self._provider.delays)), self._provider.delays)[0]
        if self._lag.random() < _TAIL:
            delay += self._lag.randint(*_TAIL_MONTHS)
        if delivery.month >= self._provider.later_since:
            delay += self._provider.later
        known = month_of(delivery.allocation.versions[0].sent)
        return self._in_time(max(delivery.month + delay, known))

    def _in_time(self, month: int) -> int:
        """The month itself, or the first one after an outage."""
        while month in self._provider.outages:
            month += 1
        return month

    def _month(self, month: int, waiting: list[tuple[Claim, bool]]) -> Iterator[Declaration]:
        lines: list[Claim] = []
        right: dict[str, Claim] = {}
        for claim, fresh in waiting:
            for line in self._lines(claim, month, fresh=fresh):
                lines.append(line)
                right[line.reference] = claim
        lines.sort(key=_place)
        sent = [
            declaration
            for declaration in self._sendings(month, tuple(lines))
            if declaration.dated <= self._office.scenario.told_until
        ]
        yield from sent
        if sent:
            self._follow_up(month, lines, right)

    def _lines(self, claim: Claim, month: int, *, fresh: bool) -> Iterable[Claim]:
        return self._claims.submitted(claim, month) if fresh else [self._claims.numbered(claim)]

    # --- sending

    def _sendings(self, month: int, claims: tuple[Claim, ...]) -> Iterator[Declaration]:
        """The month's declaration; after a refusal as a whole once more, now right."""
        day = same_day(month + 1, self._provider.billing_day)
        dated = working_day(day + self._stream.randint(0, 4) * ONE_DAY)
        number = f"{_stamp(month)}{self._office.municipality}{self._sent[month] + 1:02d}"
        if self._office.strata["voids"].hit():
            yield self._refused(month, claims, dated, number)
            dated = working_day(dated + self._stream.randint(9, 12) * ONE_DAY)
        granted = self._send(month, claims, dated, number)
        self._last_number = number
        if self._office.strata["answered-twice"].hit():
            granted = self._reconsidered(granted)
        yield granted
        if self._office.strata["repeats"].hit():
            yield self._repeat(granted)

    def _refused(
        self, month: int, claims: tuple[Claim, ...], dated: date, number: str
    ) -> Declaration:
        """A declaration that is void: under a number already used, or not readable as it is."""
        code = self._office.void_code()
        if code == NUMBER_USED and self._last_number:
            return self._send(month, claims, dated, self._last_number, NUMBER_USED)
        return self._send(month, claims, dated, number, UNREADABLE)

    def _send(
        self,
        month: int,
        claims: tuple[Claim, ...],
        dated: date,
        number: str,
        void_with: str = "",
    ) -> Declaration:
        place = self._next_place(month)
        return Declaration(
            municipality=self._office.municipality,
            provider=self._provider,
            identification=f"{self._office.municipality}{place}",
            dated=dated,
            made_on=dated,
            number=number,
            month=month,
            claims=claims,
            answer=self._answer(place, dated, quick=bool(void_with)),
            void_with=void_with,
        )

    def _repeat(self, declaration: Declaration) -> Declaration:
        """The same declaration sent again by mistake, and answered again in the same way."""
        place = self._next_place(declaration.month)
        dated = declaration.dated + self._stream.randint(1, 3) * ONE_DAY
        return replace(
            declaration,
            identification=f"{declaration.municipality}{place}",
            dated=dated,
            answer=self._answer(place, dated),
            again=True,
            revoked=None,
        )

    def _next_place(self, month: int) -> str:
        """Month and number of the next message of a month."""
        self._sent[month] += 1
        return f"{_stamp(month)}{self._sent[month]:02d}"

    def _answer(self, place: str, dated: date, *, quick: bool = False) -> Answer | None:
        """The answer, unless it comes after the last day that is told."""
        wait = self._stream.randint(3, 6) if quick else self._stream.randint(3, 13)
        answered = max(working_day(dated + wait * ONE_DAY), dated + ONE_DAY)
        if answered > self._office.scenario.told_until:
            return None
        return Answer(f"{self._provider.agb[-4:]}{place[2:]}", answered)

    def _reconsidered(self, declaration: Declaration) -> Declaration:
        """The same, answered a day before with a refusal that is taken back."""
        if declaration.answer is None:
            return declaration
        first, answer = declaration.claims[0], declaration.answer
        wrong = frozenset({first.reference})
        revoked = Answer(f"X{answer.identification[1:]}", answer.dated - ONE_DAY, wrong)
        return replace(declaration, revoked=revoked)

    # --- what comes of it

    def _follow_up(self, month: int, lines: list[Claim], right: Mapping[str, Claim]) -> None:
        """What later months will hold because of this one."""
        for line in lines:
            if line.refused_with in {DOUBLE, DELETED_ALLOCATION}:
                continue
            if line.refused_with:
                again = self._in_time(month + self._stream.randint(1, 2))
                self._due[again].append((right[line.reference], False))
            elif correction := self._claims.correction(line):
                later = self._in_time(month + self._stream.randint(2, 5))
                self._due[later].extend((claim, False) for claim in correction)


def _stamp(month: int) -> str:
    return f"{month // 12}{month % 12 + 1:02d}"


def _place(claim: Claim) -> tuple[int, bool, int, date, str]:
    """Order in a declaration: by client, credits before debits (OP366)."""
    allocation = claim.allocation
    debit = claim.side == "D"
    return allocation.client.number, debit, allocation.number, claim.begin, claim.reference


def declare_all(office: Office, delivered: Iterable[Delivery]) -> list[Declaration]:
    """Every declaration that a municipality gets."""
    by_provider: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in delivered:
        by_provider[delivery.allocation.provider.agb].append(delivery)
    made: list[Declaration] = []
    for _, deliveries in sorted(by_provider.items()):
        desk = Desk(office, deliveries[0].allocation.provider)
        made.extend(desk.declare(deliveries))
    return made
