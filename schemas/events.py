"""What travels on Kafka: one record is one whole iJw message, pseudonymised.

An event is a typed dictionary, decoded by pydantic, with no personal data: a client is a pseudonym,
names, dates of birth, addresses and free text are gone (see `schemas.intake`). Amounts are integer
cents, dates ISO texts (they sort as they are). The lines of a declaration are parallel lists, one a
field: a third of the bytes and half of the decoding time of a list of records.

A record's headers are those of CloudEvents 1.0 in binary mode (NL GOV profile): `ce_id` is
`{message code}:{sender}:{Identificatie}`, `ce_time` is when the event was logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, TypeGuard

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import (  # noqa: UP035  # pydantic needs its TypedDict before Python 3.12
    NotRequired,
    TypedDict,
)

from schemas.errors import Unreadable


def _real_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _real_moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Digits4 = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Digits8 = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
Day = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_real_day)
]
"""An ISO date that is in the calendar."""

LineDay = Annotated[
    str,
    StringConstraints(
        pattern=r"^(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
        r"-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
    ),
]
"""An ISO date of a line: checked by form alone, because there are so many and only months are used."""

Moment = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$"
    ),
    AfterValidator(_real_moment),
]
Natural = Annotated[int, Field(ge=0)]
Side = Literal["D", "C"]
Unit = Literal["01", "04", "14", "16", "82", "83", "84"]
Frequency = Literal["1", "2", "4", "6"]


class Finding(TypedDict):
    """A rule that a message breaks: where, under which rule and return code; never a value."""

    rule: str
    code: str
    path: str


class Named(TypedDict):
    """A message's own name: Identificatie and Dagtekening."""

    identification: str
    dated: Day


class Event(TypedDict):
    """What every event has. `municipality` is four digits, `provider` eight, `dated` the Dagtekening."""

    municipality: Digits4
    provider: Digits8
    identification: str
    dated: Day
    findings: list[Finding]


class Allocation(TypedDict):
    """One ToegewezenProduct. `stamp` is Toewijzingsdatum and -tijd; `budget` in cents; `end` included."""

    number: Natural
    stamp: Moment
    begin: Day
    end: NotRequired[Day]
    reference: NotRequired[str]
    category: NotRequired[str]
    code: NotRequired[str]
    reason: NotRequired[str]
    volume: NotRequired[Natural]
    unit: NotRequired[Unit]
    frequency: NotRequired[Frequency]
    budget: NotRequired[Natural]


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

    client: list[Natural]
    reference: list[str]
    previous: list[str | None]
    allocation: list[int]
    category: list[str]
    code: list[str]
    begin: list[LineDay]
    end: list[LineDay]
    volume: list[Natural]
    unit: list[Unit]
    tariff: list[int | None]
    amount: list[Natural]
    side: list[Side]


class DeclarationEvent(Event):
    """A JW323. `body` is the digest of the Declaratie's content: equal digest, same declaration."""

    number: str
    body: str
    period_begin: Day
    period_end: Day
    declared_on: Day
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


class CareEvent(Event):
    """A JW305 (`moment` start) or JW307 (stop) of one client."""

    client: str
    age_band: str
    moment: Literal["start", "stop"]
    moves: list["CareMove"]


class CareMove(TypedDict):
    """One StartProduct or StopProduct. `status` 1 says it, 3 takes it back; `reason` and `end`: stops."""

    begin: Day
    status: Literal["1", "2", "3", "9"]
    allocation: NotRequired[Natural]
    category: NotRequired[str]
    code: NotRequired[str]
    reason: NotRequired[str]
    end: NotRequired[Day]


class RequestEvent(Event):
    """A JW315: requests for allocation (VOT) of one client, one a product."""

    client: str
    age_band: str
    asked: list["Asked"]


class Asked(TypedDict):
    """One AangevraagdProduct; `referrer` is the type of the Verwijzer (COD327), who it is is dropped."""

    reference: str
    begin: Day
    referrer: str
    end: NotRequired[Day]
    category: NotRequired[str]
    code: NotRequired[str]
    volume: NotRequired[Natural]
    unit: NotRequired[Unit]
    frequency: NotRequired[Frequency]
    budget: NotRequired[Natural]


class ChangeEvent(Event):
    """A JW317: a request to change allocations (VOW), granted or rejected as a whole."""

    client: str
    reference: str
    reason: str
    unchanged: list[Natural]
    changed: list["Wish"]
    added: list["Wish"]


class Wish(TypedDict):
    """One TeWijzigenProduct (with its `allocation`) or NieuwProduct."""

    begin: Day
    allocation: NotRequired[Natural]
    end: NotRequired[Day]
    category: NotRequired[str]
    code: NotRequired[str]
    volume: NotRequired[Natural]
    unit: NotRequired[Unit]
    frequency: NotRequired[Frequency]
    budget: NotRequired[Natural]


class ReplyEvent(Event):
    """A JW319: the answer to a request. `reply` 1 rejected (with `reason`), 2 under investigation."""

    reference: str
    reply: Literal["1", "2"]
    reason: NotRequired[str]
    belongs_to: NotRequired[Digits4]


AnyEvent = (
    AllocationEvent
    | CareEvent
    | RequestEvent
    | ChangeEvent
    | ReplyEvent
    | DeclarationEvent
    | AnswerEvent
)


@dataclass(frozen=True)
class Kind:
    """What there is to know of a kind of message that becomes events; `sender` names the event's field."""

    event: TypeAdapter[Any]
    topic: str
    name: str
    sender: Literal["municipality", "provider"]
    code: str


KINDS: Final = {
    "JW301": Kind(TypeAdapter(AllocationEvent), "allocations", "toewijzing", "municipality", "436"),
    "JW305": Kind(TypeAdapter(CareEvent), "care-events", "start-zorg", "provider", "438"),
    "JW307": Kind(TypeAdapter(CareEvent), "care-events", "stop-zorg", "provider", "440"),
    "JW315": Kind(TypeAdapter(RequestEvent), "requests", "verzoek-toewijzing", "provider", "446"),
    "JW317": Kind(TypeAdapter(ChangeEvent), "requests", "verzoek-wijziging", "provider", "486"),
    "JW319": Kind(TypeAdapter(ReplyEvent), "requests", "antwoord-verzoek", "municipality", "488"),
    "JW323": Kind(TypeAdapter(DeclarationEvent), "declarations", "declaratie", "provider", "490"),
    "JW325": Kind(
        TypeAdapter(AnswerEvent),
        "declaration-answers",
        "declaratie-antwoord",
        "municipality",
        "491",
    ),
}
"""The kinds of message that become events; return messages (302, 306, ...) do not."""

_TYPE: Final = "nl.jeugdwet.{}.v1"
_KIND_OF_TYPE: Final = {_TYPE.format(kind.name): code for code, kind in KINDS.items()}


def encode(kind: str, event: AnyEvent) -> bytes:
    """The record value of an event; `kind` is a key of `KINDS`."""
    return KINDS[kind].event.dump_json(event)


def decode(kind: str, value: bytes) -> AnyEvent:
    """The event in a record value. Raises `Unreadable` naming the field, never quoting its value."""
    if kind not in KINDS:
        raise Unreadable("is not an event of this product", "ce_type")
    try:
        event: AnyEvent = KINDS[kind].event.validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise Unreadable(first["type"], ".".join(map(str, first["loc"])) or "value") from None
    if is_declaration(event):
        _check_columns(event)
    return event


def _check_columns(event: DeclarationEvent) -> None:
    columns: list[list[object]] = list(event["lines"].values())  # type: ignore[arg-type]  # every field is a list
    if len({len(column) for column in columns}) != 1:
        raise Unreadable("columns of unequal length", "lines")
    if max(event["lines"]["client"], default=0) >= len(event["clients"]):
        raise Unreadable("a client that is not in the list", "lines.client")


def is_allocation(event: Event) -> TypeGuard[AllocationEvent]:
    """Whether an event is that of a JW301."""
    return "allocations" in event


def is_declaration(event: Event) -> TypeGuard[DeclarationEvent]:
    """Whether an event is that of a JW323."""
    return "body" in event


def is_answer(event: Event) -> TypeGuard[AnswerEvent]:
    """Whether an event is that of a JW325."""
    return "answers" in event


def is_request(event: Event) -> TypeGuard[RequestEvent]:
    """Whether an event is that of a JW315."""
    return "asked" in event


def is_care(event: Event) -> TypeGuard[CareEvent]:
    """Whether an event is that of a JW305 or JW307."""
    return "moves" in event


def is_change(event: Event) -> TypeGuard[ChangeEvent]:
    """Whether an event is that of a JW317."""
    return "unchanged" in event


def is_reply(event: Event) -> TypeGuard[ReplyEvent]:
    """Whether an event is that of a JW319."""
    return "reply" in event


def event_id(kind: str, event: Event) -> str:
    """The CloudEvents id: `{message code}:{sender}:{Identificatie}`."""
    return f"{KINDS[kind].code}:{event[KINDS[kind].sender]}:{event['identification']}"


def headers(kind: str, event: Event, logged: datetime) -> list[tuple[str, bytes]]:
    """The record headers of an event. `logged` is an aware time: when it was taken in, not when it happened."""
    values = {
        "ce_specversion": "1.0",
        "ce_id": event_id(kind, event),
        "ce_source": f"urn:nld:gemeente:{event['municipality']}:budgetwacht",
        "ce_type": _TYPE.format(KINDS[kind].name),
        "ce_time": logged.isoformat(),
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in values.items()]


def kind_of(record_headers: Mapping[str, bytes | str]) -> str:
    """The kind of message a record says it holds. Raises `Unreadable` when it says nothing we know."""
    name = record_headers.get("ce_type", b"")
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    try:
        return _KIND_OF_TYPE[text]
    except KeyError:
        raise Unreadable("is absent or not a type of this product", "ce_type") from None
