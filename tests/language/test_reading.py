"""The reader accepts exactly what the official schemas accept, and reading undoes writing.

Exceptions, all on the lenient or the Pythonic side and kept out of the drawn texts: white space
around a value is ignored; years before 1 and after 9999 and the time 24:00:00 can't be held;
xsi:type, which no message needs, is refused.
"""

import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.errors import Unreadable
from schemas.ijw import Message
from schemas.ijw.grammar import COMMON_NAMESPACE, NAMESPACE
from schemas.ijw.leaves import BLANK
from schemas.ijw.read import read_message
from schemas.ijw.rules import check_message
from schemas.ijw.write import write_message
from tests.language.official import SKELETONS, accepts, needs_schemas
from tests.language.trees import CHARACTERS, KINDS, messages

pytestmark = needs_schemas

RELAXED = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
)
TEXTS = st.sampled_from(["", "0", "-1", "1.0", "X", "a\nb", "\u00a0", "2026-02-30", "0200", "99"])


def we_accept(data: bytes) -> bool:
    try:
        read_message(data)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_valid_and_reads_back_equal(kind: str) -> None:
    @given(messages(kind))
    @RELAXED
    def run(message: Message) -> None:
        data = write_message(message)
        assert accepts(kind, data)
        assert read_message(data) == message

    run()


@pytest.mark.parametrize("file", sorted(SKELETONS.glob("*.xml")), ids=lambda path: path.stem)
def test_the_examples_of_the_standard_read_and_write_and_break_no_rule(file: Path) -> None:
    message = read_message(file.read_bytes())
    assert message.kind == file.stem
    assert check_message(message) == []
    assert read_message(write_message(message)) == message


def any_element(draw: st.DrawFn, root: etree._Element) -> etree._Element:
    return draw(st.sampled_from(list(root.iter())))


def drop(draw: st.DrawFn, root: etree._Element) -> None:
    element = any_element(draw, root)
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def double(draw: st.DrawFn, root: etree._Element) -> None:
    element = any_element(draw, root)
    if (parent := element.getparent()) is not None:
        parent.insert(draw(st.integers(0, len(parent))), copy.deepcopy(element))


def swap(draw: st.DrawFn, root: etree._Element) -> None:
    element = any_element(draw, root)
    if len(element) > 1:
        first = draw(st.integers(0, len(element) - 2))
        element.insert(first, element[first + 1])


def move(draw: st.DrawFn, root: etree._Element) -> None:
    element, target = any_element(draw, root), any_element(draw, root)
    if element is not root and element not in {target, *target.iterancestors()}:
        target.append(element)


def rename(draw: st.DrawFn, root: etree._Element) -> None:
    own = next(uri for uri in root.nsmap.values() if uri != COMMON_NAMESPACE)
    element = any_element(draw, root)
    name = draw(st.sampled_from([etree.QName(each).localname for each in root.iter()]))
    space = draw(st.sampled_from([own, COMMON_NAMESPACE, NAMESPACE.format("jw999"), ""]))
    element.tag = f"{{{space}}}{name}" if space else name


def retext(draw: st.DrawFn, root: etree._Element) -> None:
    element = any_element(draw, root)
    others = [each.text or "" for each in root.iter() if not len(each)]
    text = draw(st.sampled_from(others) | TEXTS | st.text(CHARACTERS, max_size=9))
    element.text = text.strip(BLANK)


def add_tail(draw: st.DrawFn, root: etree._Element) -> None:
    element = any_element(draw, root)
    if element is not root:
        element.tail = draw(st.sampled_from(["x", "\u00a0", "\u2003", " \r\n\t", "0"]))


def add_attribute(draw: st.DrawFn, root: etree._Element) -> None:
    xsi = "{http://www.w3.org/2001/XMLSchema-instance}"
    xml = "{http://www.w3.org/XML/1998/namespace}"
    names = [
        "x",
        f"{xsi}schemaLocation",
        f"{xsi}noNamespaceSchemaLocation",
        f"{xsi}nil",
        f"{xsi}x",
        f"{xml}lang",
    ]
    any_element(draw, root).set(draw(st.sampled_from(names)), "true")


MUTATIONS = (drop, double, swap, move, rename, retext, retext, add_tail, add_attribute)


@st.composite
def mutants(draw: st.DrawFn, kind: str) -> bytes:
    """A valid message with one or two things changed that need not leave it valid."""
    root = etree.fromstring(write_message(draw(messages(kind))))
    for mutate in draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=2)):
        mutate(draw, root)
    return bytes(etree.tostring(root, encoding="utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_message_is_accepted_exactly_when_the_official_schema_does(kind: str) -> None:
    @given(mutants(kind))
    @settings(RELAXED, max_examples=25)
    def run(data: bytes) -> None:
        assert we_accept(data) == accepts(kind, data)

    run()
