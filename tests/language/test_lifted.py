"""The fast lane and the full reader agree, however a message is spelled."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.errors import Unreadable
from schemas.ijw import Message
from schemas.ijw.grammar import COMMON_NAMESPACE
from schemas.ijw.lifted import DECLARATION
from schemas.ijw.read import _parse, read_message
from schemas.ijw.write import write_message
from tests.language.official import needs_schemas
from tests.language.spelling import respelled
from tests.language.trees import KINDS, messages

pytestmark = needs_schemas

NAMESPACES = {"jw323": DECLARATION, "ijw": COMMON_NAMESPACE}
CALM = settings(
    max_examples=150,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a seed of spellings does not shrink
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SEEDS = st.integers(0, 2**32)


def full(data: bytes) -> Message | None:
    """What the full reader makes of it; None when it refuses."""
    try:
        return _parse("JW323", data, [])
    except Unreadable:
        return None


def fast(data: bytes) -> Message | None:
    try:
        return read_message(data)
    except Unreadable:
        return None


@given(messages("JW323"), SEEDS)
@CALM
def test_a_declaration_reads_the_same_however_it_is_spelled(message: Message, seed: int) -> None:
    data = respelled(seed, write_message(message).decode())
    assert full(data) == message
    assert read_message(data) == message


@given(st.data(), st.sampled_from(KINDS), SEEDS)
@CALM
def test_every_message_reads_the_same_however_it_is_spelled(
    data: st.DataObject, kind: str, seed: int
) -> None:
    message = data.draw(messages(kind))
    assert read_message(respelled(seed, write_message(message).decode())) == message
