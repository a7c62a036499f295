"""Intake keeps what the ledger needs and nothing that names a person, however a message is spelled."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.errors import Unreadable
from schemas.events import KINDS, AnyEvent, decode, encode, event_id, headers, kind_of
from schemas.ijw import Message
from schemas.ijw.read import read_message
from schemas.ijw.rules import check_message
from schemas.ijw.write import write_message
from schemas.intake import Pseudonymiser, age_band, to_event
from tests.language.messages import ONE, OTHER, allocation, answer, declaration, line, start
from tests.language.official import needs_schemas
from tests.language.spelling import respelled
from tests.language.trees import messages

CALM = settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PSEUDONYM = Pseudonymiser(b"k" * 32)
SECRET, BIRTH = "Geheim", date(1911, 11, 11)
KEPT = {"ReferentieAanbieder", "Code"}


def event_of(data: bytes) -> AnyEvent:
    message = read_message(data)
    return to_event(message, PSEUDONYM, check_message(message))


def marked(tree: Any, name: str = "") -> Any:
    """The content of a Client with every free text and date of birth replaced by a marker."""
    if isinstance(tree, dict):
        if name == "Geboortedatum":
            return {**tree, "Datum": BIRTH}
        return {key: marked(each, key) for key, each in tree.items()}
    if isinstance(tree, list):
        return [marked(each, name) for each in tree]
    codes = {"Bsn", "Geslacht", "Type", *KEPT}
    return SECRET if isinstance(tree, str) and not tree.isdigit() and name not in codes else tree


@needs_schemas
@given(messages("JW301"))
@CALM
def test_nothing_of_a_person_is_left_of_an_allocation(message: Message) -> None:
    client = marked(message.tree["Client"])
    record = encode(
        "JW301", to_event(Message("JW301", {**message.tree, "Client": client}), PSEUDONYM)
    )
    for personal in (client["Bsn"], SECRET, BIRTH.isoformat()):
        assert personal.encode() not in record.replace(PSEUDONYM(client["Bsn"]).encode(), b"")


def test_the_markers_do_reach_the_personal_fields() -> None:
    client = marked(allocation(Commentaar="Belt na vijven").tree["Client"])
    assert str(client).count(SECRET) >= 3
    assert client["Geboortedatum"]["Datum"] == BIRTH


@pytest.mark.parametrize(
    "message",
    [declaration((ONE, [line()]), (OTHER, [line("R2")])), answer(line()), allocation()],
    ids=lambda message: message.kind,
)
def test_no_client_number_is_left_in_record_or_headers(message: Message) -> None:
    event = event_of(write_message(message))
    sent = (
        encode(message.kind, event) + repr(headers(message.kind, event, datetime.now(UTC))).encode()
    )
    assert ONE.encode() not in sent
    assert OTHER.encode() not in sent


@needs_schemas
@given(st.data(), st.sampled_from(sorted(KINDS)), st.integers(0, 2**32))
@CALM
def test_one_message_is_one_event_however_it_is_spelled(
    data: st.DataObject, kind: str, seed: int
) -> None:
    written = write_message(data.draw(messages(kind)))
    assert event_of(respelled(seed, written.decode())) == event_of(written)


@needs_schemas
@given(st.data(), st.sampled_from(sorted(KINDS)))
@CALM
def test_an_event_survives_the_wire(data: st.DataObject, kind: str) -> None:
    event = event_of(write_message(data.draw(messages(kind))))
    assert decode(kind, encode(kind, event)) == event
    sent = dict(headers(kind, event, datetime(2026, 3, 6, tzinfo=UTC)))
    assert kind_of(sent) == kind
    assert sent["ce_id"].decode() == event_id(kind, event)


def test_an_event_holds_what_the_message_says() -> None:
    lines = [line(), line("R2", "R0", GeleverdVolume=8)]
    message = declaration(
        (ONE, lines), (OTHER, [line("R3", ProductTarief=None)]), (ONE, [line("R4")])
    )
    event = to_event(message, PSEUDONYM, check_message(message))
    one, other = PSEUDONYM(ONE), PSEUDONYM(OTHER)
    assert {
        key: each for key, each in event.items() if key not in {"body", "lines", "findings"}
    } == {
        "municipality": "9901",
        "provider": "90000001",
        "identification": "M1",
        "dated": "2026-03-06",
        "number": "DCL202602",
        "period_begin": "2026-02-01",
        "period_end": "2026-02-28",
        "declared_on": "2026-03-06",
        "total": 198_000,
        "clients": [one, other],
    }
    assert event["lines"] == {  # type: ignore[typeddict-item]
        "client": [0, 0, 1, 0],
        "reference": ["R1", "R2", "R3", "R4"],
        "previous": [None, "R0", None, None],
        "allocation": [700001] * 4,
        "category": ["45"] * 4,
        "code": ["45A04"] * 4,
        "begin": ["2026-02-01"] * 4,
        "end": ["2026-02-28"] * 4,
        "volume": [11, 8, 11, 11],
        "unit": ["04"] * 4,
        "tariff": [9000, 9000, None, 9000],
        "amount": [99_000] * 4,
        "side": ["D", "C", "D", "D"],
    }
    assert {each["rule"] for each in event["findings"]} == {"CD087", "TR304", "TR346", "TR416"}


def test_another_content_is_another_body() -> None:
    def body(message: Message) -> str:
        return event_of(write_message(message))["body"]  # type: ignore[typeddict-item]

    usual = declaration((ONE, [line()]))
    assert body(usual) == body(declaration((ONE, [line()])))
    others = [
        declaration((OTHER, [line()])),
        declaration((ONE, [line("R2")])),
        declaration((ONE, [line(GeleverdVolume=12)])),
        declaration((ONE, [line()]), DeclaratieNummer="X"),
        declaration((ONE, [line()]), DeclaratieDagtekening=date(2026, 3, 7)),
    ]
    assert len({body(usual), *map(body, others)}) == 6


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2014, 3, 7), "0-11"),
        (date(2014, 3, 6), "12-17"),
        (date(2008, 3, 7), "12-17"),
        (date(2008, 3, 6), "18-23"),
        (date(2002, 3, 7), "18-23"),
        (date(2002, 3, 6), "24+"),
        (date(2026, 3, 7), "0-11"),
    ],
)
def test_an_age_band_counts_completed_years(born: date, band: str) -> None:
    assert age_band(born, date(2026, 3, 6)) == band


def test_a_pseudonym_depends_on_number_key_and_generation_only() -> None:
    again = Pseudonymiser(b"k" * 32)
    assert again(ONE) == again(ONE) == PSEUDONYM(ONE) != PSEUDONYM(OTHER)
    assert Pseudonymiser(b"l" * 32)(ONE) != PSEUDONYM(ONE)
    assert Pseudonymiser(b"k" * 32, "k2")(ONE).startswith("k2.")


def test_a_message_that_is_not_taken_in_is_refused_by_name() -> None:
    with pytest.raises(Unreadable, match="JW306"):
        to_event(Message("JW306", start().tree), PSEUDONYM)
