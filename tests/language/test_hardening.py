"""Whatever arrives, the reader gives a message or a clear refusal, in bounded time and memory."""

import gc
import subprocess
import sys
import tracemalloc
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import OtherVersion, TooLarge, Unreadable
from schemas.ijw import Message
from schemas.ijw.read import LARGEST, read_message
from schemas.ijw.write import write_message
from tests.language.messages import ONE, allocation, answer, declaration, line

USUAL = declaration((ONE, [line(), line("R2", "R0")]))
DATA = write_message(USUAL)
BODY = DATA.partition(b"?>")[2]


def refusal(data: bytes) -> Unreadable:
    """The error a document is refused with; it never quotes the client number."""
    with pytest.raises(Unreadable) as raised:
        read_message(data)
    error = raised.value
    assert error.reason
    assert ONE not in str(error)
    return error


def outcome(data: bytes) -> str:
    """The kind of the message, or why it is refused."""
    try:
        return read_message(data).kind
    except Unreadable as error:
        return str(error)


def test_a_message_cut_off_anywhere_is_refused() -> None:
    whole = len(DATA.rstrip())
    for end in range(0, whole, 50):
        error = refusal(DATA[:end])
        assert "geen goede XML" in error.reason
        assert error.place.startswith("regel ")
    assert read_message(DATA[:whole]) == USUAL


@pytest.mark.parametrize("message", [allocation(), answer(line())], ids=lambda m: m.kind)
def test_a_message_with_a_byte_lost_is_read_or_refused(message: Message) -> None:
    data = write_message(message)
    for at in range(0, len(data), 7):
        assert ONE not in outcome(data[:at] + data[at + 1 :])


BOMB = b"""<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"""


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE b SYSTEM "http://localhost/x.dtd">',
        b"<!DOCTYPE b>",
        b'<!DOCTYPE b [<!ENTITY % p SYSTEM "http://localhost/p"> %p;]>',
        b"<!-- " + b"x" * 5000 + b" --><!DOCTYPE b>",
    ],
)
def test_a_document_type_declaration_is_refused_unread(doctype: bytes) -> None:
    for data in (doctype + BODY, doctype + BODY.replace(b">R1<", b">&c;&x;<")):
        assert "DTD" in refusal(data).reason


def test_a_bomb_costs_nothing() -> None:
    tracemalloc.start()
    refusal(BOMB + BODY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_an_unknown_entity_is_refused() -> None:
    refusal(DATA.replace(b">R1<", b">&x;<"))


NESTED = """
from schemas.errors import Unreadable
from schemas.ijw.read import read_message
for end in (b"", b"</a>" * 1_000_000 + b"</jw323:Bericht>"):
    try:
        read_message({root!r} + b"<a>" * 1_000_000 + end)
    except Unreadable as error:
        print(error)
"""


def test_a_million_levels_do_not_bring_the_interpreter_down() -> None:
    root = BODY.strip().partition(b">")[0] + b">"
    command = [sys.executable, "-c", NESTED.format(root=root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "geen goede XML" in done.stdout
    assert "Bericht: element a hoort hier niet" in done.stdout


def test_a_message_larger_than_the_standard_allows_is_refused_at_once() -> None:
    begun = process_time()
    with pytest.raises(TooLarge, match="25 MB"):
        read_message(b"<" * (LARGEST + 1))
    assert process_time() - begun < 0.1
    assert read_message(DATA + b" " * (LARGEST - len(DATA))) == USUAL


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"\xef\xbb\xbf",
        b"\x00",
        b"\x00" * 5000,
        b"PK\x03\x04",
        b"{}",
        DATA.replace(b">R1<", b">R\x001<"),
        DATA.replace(b">R1<", b">R\xff1<"),
        DATA.replace(b">R1<", b">R\xc3\xa9\xc31<"),
        DATA.replace(b'"UTF-8"', b'"UTF-16"'),
        DATA.replace(b'"UTF-8"', b'"EBCDIC-NL"'),
        DATA.replace(b'"UTF-8"', b'"utf-7"'),
        DATA.replace(b'"UTF-8"', b'"base64"'),
        DATA.replace(b'"UTF-8"', b'"rot13"'),
        DATA.replace(b'"UTF-8"', b'"idna"'),
        DATA.replace(b'"UTF-8"', b'""'),
        DATA.replace(b'"UTF-8"', b'"utf-8\x00"'),
        b"\xef\xbb\xbf" + DATA.replace(b'"UTF-8"', b'"UTF-16"'),
        BODY.decode().encode("utf-32"),
        b"<a/>",
        b"<Bericht/>",
        b"<a xmlns='http://www.istandaarden.nl/ijw/3_2/jw323/schema'/>",
        b"<Bericht xmlns='http://www.istandaarden.nl/ijw/3_2/jw303/schema'/>",
        b"<Bericht xmlns='http://www.istandaarden.nl/ijw/3_2/basisschema/schema'/>",
        b"<Bericht xmlns='http://www.istandaarden.nl/ijw/3_2/jw323/schema/'/>",
        DATA + DATA,
        DATA + b"x",
    ],
    ids=range(28),
)
def test_what_is_no_message_is_refused_with_a_reason(data: bytes) -> None:
    refusal(data)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b"ijw/3_2/", b"ijw/3_1/", "iJw 3.1"),
        (b"ijw/3_2/", b"ijw/3_0/", "iJw 3.0"),
        (b"ijw/3_2/", b"ijw/2_4/", "iJw 2.4"),
        (b"ijw/3_2/jw323", b"iwmo/3_2/wmo323", "iWmo 3.2"),
    ],
)
def test_another_version_is_named(old: bytes, new: bytes, named: str) -> None:
    with pytest.raises(OtherVersion, match=named):
        read_message(DATA.replace(old, new))


def test_another_subversion_in_the_header_is_named() -> None:
    tag = b"jw323:BerichtSubversie>"
    error = refusal(DATA.replace(b"<" + tag + b"2<", b"<" + tag + b"1<"))
    assert error.place == "Bericht/Header/BerichtSubversie"
    assert "is niet 2 maar 1" in error.reason


@pytest.mark.parametrize("collecting", [True, False])
def test_reading_leaves_the_garbage_collector_as_it_was(collecting: bool) -> None:  # noqa: FBT001
    (gc.enable if collecting else gc.disable)()
    try:
        outcome(DATA)
        outcome(DATA[:-50])
        assert gc.isenabled() == collecting
    finally:
        gc.enable()


def test_the_schemas_own_version_numbers_never_matter() -> None:
    assert read_message(DATA.replace(b">1.0.0<", b">0.1.0<")).kind == "JW323"


def test_a_refusal_names_the_place() -> None:
    error = refusal(DATA.replace(b">45A04<", b">45A04567<", 2))
    place = "Bericht/Declaratie/Clienten/Client[1]/Prestaties/Prestatie[1]/ProductCode"
    assert (error.place, error.reason) == (place, "is langer dan 5 tekens")


@given(st.binary(max_size=400))
def test_random_bytes_are_refused(data: bytes) -> None:
    refusal(data)


@given(st.integers(0, len(DATA) - 1), st.binary(min_size=1, max_size=6))
def test_random_bytes_in_a_message_are_read_or_refused(at: int, put: bytes) -> None:
    assert outcome(DATA[:at] + put + DATA[at + len(put) :])
