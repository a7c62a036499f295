"""What travels on Kafka: one record is one whole iJw message, pseudonymised.

An event is a typed dictionary, decoded by pydantic, with no personal data: a client is a pseudonym,
names, dates of birth, addresses and free text are gone (see `schemas.intake`). Amounts are integer
cents, dates ISO texts (they sort as they are). The lines of a declaration are parallel lists, one a
field: a third of the bytes and half of the decoding time of a list of records.

A record's headers are those of CloudEvents 1.0 in binary mode (NL GOV profile): `ce_id` is
`{message code}:{sender}:{Identificatie}`, `ce_time` is when the event was logged.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, NotRequired, TypeGuard

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic needs it before Python 3.12

from schemas.errors import Unreadable

Side = Literal["D", "C"]


class Finding(TypedDict):
    """A rule that a message breaks: where, under which rule and return code; never a value."""

    rule: str
    code: str
    path: str


class Named(TypedDict):
    """A message's own name: Identificatie and Dagtekening."""

    identification: str
    dated: str


class Event(TypedDict):
    """What every event has. `municipality` is four digits, `provider` eight, `dated` the Dagtekening."""

    municipality: str
    provider: str
    identification: str
    dated: str
    findings: list[Finding]


class Allocation(TypedDict):
    """One ToegewezenProduct. `stamp` is Toewijzingsdatum and -tijd; `budget` in cents; `end` included."""

    number: int
    stamp: str
    begin: str
    end: NotRequired[str]
    reference: NotRequired[str]
    category: NotRequired[str]
    code: NotRequired[str]
    reason: NotRequired[str]
    volume: NotRequired[int]
    unit: NotRequired[str]
    frequency: NotRequired[str]
    budget: NotRequired[int]


class AllocationEvent(Event):
    """A JW301: the current and changed allocations of one client at one provider (OP087)."""

    client: str
    age_band: str
    allocations: list[Allocation]


class Lines(TypedDict):
    """The lines of a declaration in the order of the message, a list a field.

    `client` is the index in the declaration's `clients`; `amount` and `tariff` in cents, never
    negative: `side` says debit or credit; `volume` in the unit of code list WJ756.
    """

    client: list[int]
    reference: list[str]
    previous: list[str | None]
    allocation: list[int]
    category: list[str]
    code: list[str]
    begin: list[str]
    end: list[str]
    volume: list[int]
    unit: list[str]
    tariff: list[int | None]
    amount: list[int]
    side: list[Side]


class DeclarationEvent(Event):
    """A JW323. `body` is the digest of the Declaratie's content: equal digest, same declaration."""

    number: str
    body: str
    period_begin: str
    period_end: str
    declared_on: str
    total: int
    clients: list[str]
    lines: Lines


class AnsweredLine(TypedDict):
    """A line listed in an answer. `amount` in signed cents, debit positive."""

    reference: str
    amount: int
    codes: list[str]


class AnswerEvent(Event):
    """A JW325. `answers` names the declaration message; without DeclaratieAntwoord `declared` is absent."""

    answers: Named
    header_codes: list[str]
    declared: NotRequired["DeclaredAnswer"]


class DeclaredAnswer(TypedDict):
    """The DeclaratieAntwoord: totals in signed cents, `lines` only those listed, `listed` = has clients."""

    number: str
    submitted: int
    granted: int
    codes: list[str]
    listed: bool
    lines: list[AnsweredLine]


AnyEvent = AllocationEvent | DeclarationEvent | AnswerEvent

_KINDS: Final[dict[str, TypeAdapter[Any]]] = {
    "JW301": TypeAdapter(AllocationEvent),
    "JW323": TypeAdapter(DeclarationEvent),
    "JW325": TypeAdapter(AnswerEvent),
}
TOPICS: Final = {"JW301": "allocations", "JW323": "declarations", "JW325": "declaration-answers"}
_TYPES: Final = {
    "JW301": "nl.jeugdwet.toewijzing.v1",
    "JW323": "nl.jeugdwet.declaratie.v1",
    "JW325": "nl.jeugdwet.declaratie-antwoord.v1",
}
KIND_OF_TYPE: Final = {name: kind for kind, name in _TYPES.items()}
_SENDER: Final = {"JW301": "municipality", "JW323": "provider", "JW325": "municipality"}
_CODE: Final = {"JW301": "436", "JW323": "490", "JW325": "491"}


def encode(kind: str, event: AnyEvent) -> bytes:
    """The record value of an event; `kind` is "JW301", "JW323" or "JW325"."""
    return _KINDS[kind].dump_json(event)


def decode(kind: str, value: bytes) -> AnyEvent:
    """The event in a record value. Raises `Unreadable` naming the field, never quoting its value."""
    if kind not in _KINDS:
        raise Unreadable("is not an event of this product", "ce_type")
    try:
        event: AnyEvent = _KINDS[kind].validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise Unreadable(first["type"], ".".join(map(str, first["loc"])) or "value") from None
    if is_declaration(event) and _uneven(event["lines"]):
        raise Unreadable("columns of unequal length", "lines")
    return event


def is_allocation(event: Event) -> TypeGuard[AllocationEvent]:
    """Whether an event is that of a JW301."""
    return "allocations" in event


def is_declaration(event: Event) -> TypeGuard[DeclarationEvent]:
    """Whether an event is that of a JW323."""
    return "body" in event


def is_answer(event: Event) -> TypeGuard[AnswerEvent]:
    """Whether an event is that of a JW325."""
    return "answers" in event


def _uneven(lines: Lines) -> bool:
    columns: list[list[object]] = list(lines.values())  # type: ignore[arg-type]  # every field is a list
    return len({len(column) for column in columns}) != 1


def event_id(kind: str, event: Event) -> str:
    """The CloudEvents id: `{message code}:{sender}:{Identificatie}`."""
    sender = event["municipality"] if _SENDER[kind] == "municipality" else event["provider"]
    return f"{_CODE[kind]}:{sender}:{event['identification']}"


def headers(kind: str, event: Event, logged: datetime) -> list[tuple[str, bytes]]:
    """The record headers of an event. `logged` is an aware time: when it was taken in, not when it happened."""
    values = {
        "ce_specversion": "1.0",
        "ce_id": event_id(kind, event),
        "ce_source": f"urn:nld:gemeente:{event['municipality']}:budgetwacht",
        "ce_type": _TYPES[kind],
        "ce_time": logged.isoformat(),
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in values.items()]


def kind_of(record_headers: Mapping[str, bytes | str]) -> str:
    """The kind of message a record says it holds. Raises `Unreadable` when it says nothing we know."""
    name = record_headers.get("ce_type", b"")
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    try:
        return KIND_OF_TYPE[text]
    except KeyError:
        raise Unreadable("is absent or not a type of this product", "ce_type") from None
