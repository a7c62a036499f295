"""The post of one municipality: every message of its life, and the path of the file it is in.

A file stands in the folder of the month in which its message was dated. Identifications are unique
within sender and kind (TR056).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.ijw import Message
from streams.simulate.allocation import Allocation, Version
from streams.simulate.care import Moment
from streams.simulate.care_letters import care_message, letters
from streams.simulate.chance import Chance, Strata
from streams.simulate.declarations import Declaration
from streams.simulate.delivery import Delivery
from streams.simulate.letters import (
    allocation_message,
    answer_message,
    declaration_message,
    states_on,
)
from streams.simulate.months import ONE_DAY, label, last, month_of, working_day
from streams.simulate.request_letters import reply_message, request_message
from streams.simulate.requests import Request
from streams.simulate.scenario import Municipality, Scenario

_LATER: Final = "nagekomen"
"""The folder of files that turn up after all others: a debit among them is read after its credit."""

Named = tuple[str, Message]
"""A message and the path of its file, relative to the folder of messages."""


@dataclass(frozen=True, slots=True)
class Life:
    """What happened in one municipality."""

    municipality: Municipality
    allocations: list[Allocation]
    delivered: list[Delivery]
    told: list[Moment]
    requests: list[Request]
    declarations: list[Declaration]


def post(scenario: Scenario, chance: Chance, life: Life) -> Iterator[Named]:
    """Every message of a life, kind by kind; a doubly delivered one twice, some in a folder apart."""
    code = life.municipality.code
    twice = Strata(scenario.rates.sent_twice, chance.stream("sent-twice", code))
    late = Strata(scenario.rates.filed_late, chance.stream("filed-late", code))
    for place, message in (
        *_allocations(scenario, chance, life),
        *_declarations(life),
        *_care(life),
        *_requests(life),
    ):
        path = f"{_LATER}/{place}" if late.hit() else place
        yield f"{path}.xml", message
        if twice.hit():
            yield f"{path}-nogmaals.xml", message


def _place(dated: date, code: str, kind: str, name: str) -> str:
    return f"{label(month_of(dated))}/{code}_{kind}_{name}"


def _allocations(scenario: Scenario, chance: Chance, life: Life) -> Iterator[Named]:
    code = life.municipality.code
    snapshots = _snapshots(scenario, chance, life)
    for number, (dated, _, _, states) in enumerate(snapshots, start=1):
        name = f"T{number:09d}"
        yield _place(dated, code, "JW301", name), allocation_message(code, name, dated, states)


def _snapshots(
    scenario: Scenario, chance: Chance, life: Life
) -> list[tuple[date, int, str, list[tuple[Allocation, Version]]]]:
    """What was sent on which day to whom, in the order of the days."""
    code = life.municipality.code
    repeats = Strata(scenario.rates.repeated, chance.stream("repeated", code))
    stream = chance.stream("repeated-on", code)
    together: dict[tuple[int, str], list[Allocation]] = defaultdict(list)
    for allocation in life.allocations:
        together[allocation.client.number, allocation.provider.agb].append(allocation)
    until = last(scenario.months.stop - 1)
    snapshots = []
    for (client, agb), allocations in together.items():
        days = {version.sent for a in allocations for version in a.versions}
        again = {
            working_day(day + stream.randint(10, 60) * ONE_DAY)
            for day in sorted(days)
            if repeats.hit()
        }
        for day in sorted(days | again):
            states = list(states_on(allocations, day))
            if states and day <= until:
                snapshots.append((day, client, agb, states))
    return sorted(snapshots, key=lambda snapshot: snapshot[:3])


def _declarations(life: Life) -> Iterator[Named]:
    code = life.municipality.code
    for each in life.declarations:
        agb = each.provider.agb
        name = f"{agb}_{each.identification}"
        yield _place(each.dated, code, "JW323", name), declaration_message(each)
        for answer in filter(None, (each.revoked, each.answer)):
            name = f"{agb}_{answer.identification}"
            yield _place(answer.dated, code, "JW325", name), answer_message(each, answer)


def _care(life: Life) -> Iterator[Named]:
    code = life.municipality.code
    sent: Counter[str] = Counter()
    for letter in letters(life.told):
        dated, kind, agb, _ = letter
        sent[agb] += 1
        name = f"{code}Z{sent[agb]:06d}"
        place = _place(dated, code, kind, f"{agb}_{name}")
        yield place, care_message(code, name, letter)


def _requests(life: Life) -> Iterator[Named]:
    code = life.municipality.code
    sent: Counter[str] = Counter()
    replied = 0
    for request in life.requests:
        agb = request.allocation.provider.agb
        sent[agb] += 1
        name = f"{code}V{sent[agb]:06d}"
        asked = request_message(code, name, request)
        yield _place(request.dated, code, asked.kind, f"{agb}_{name}"), asked
        for reply in request.replies:
            replied += 1
            name = f"A{replied:09d}"
            place = _place(reply.dated, code, "JW319", name)
            yield place, reply_message(code, name, request, reply)
