"""The grammar and the leaves are those of the official schemas, element by element."""

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.ijw.grammar import Child, Shape, shape
from schemas.ijw.leaves import BLANK, LEAVES, Leaf, Misfit
from tests.language.official import Element, Simple, document, leaf_schema, needs_schemas
from tests.language.trees import CHARACTERS, KINDS, values

pytestmark = needs_schemas

Row = tuple[str, int, str, bool, bool, bool]


def ours(shape: Shape, path: str = "Bericht") -> Iterator[tuple[Row, Child]]:
    for place, child in enumerate(shape.children):
        assert child.place == place
        inner = f"{path}/{child.name}"
        row = (inner, place, child.tag, child.required, child.repeated, child.leaf is not None)
        yield row, child
        yield from ours(child.shape, inner)


def theirs(element: Element, path: str = "Bericht") -> Iterator[tuple[Row, Element]]:
    for place, child in enumerate(element.children):
        inner = f"{path}/{child.name}"
        row = (inner, place, child.tag, child.required, child.repeated, child.simple is not None)
        yield row, child
        yield from theirs(child, inner)


@cache
def leaves() -> list[tuple[Simple, Leaf]]:
    """Each pair of an official simple type and our leaf that stand on one place, once."""
    pairs = {}
    for kind in KINDS:
        both = zip(theirs(document(kind)), ours(shape(kind)), strict=True)
        for (_, element), (_, child) in both:
            if element.simple and child.leaf:
                pairs[element.simple, id(child.leaf)] = element.simple, child.leaf
    return list(pairs.values())


def official_accepts(simple: Simple, text: str) -> bool:
    element = etree.Element("x")
    element.text = text
    return bool(leaf_schema(simple).validate(element))


def we_accept(leaf: Leaf, text: str) -> bool:
    try:
        leaf.parse(text)
    except Misfit:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_every_element_has_the_place_and_the_occurrence_of_the_official_schema(kind: str) -> None:
    assert [row for row, _ in ours(shape(kind))] == [row for row, _ in theirs(document(kind))]


PROBES = [
    "0",
    "00",
    "-0",
    "+0",
    "1",
    "+1",
    "-1",
    "1.0",
    "1e3",
    "١",
    "１",
    "²",
    "01",
    "2",
    "02",
    "9",
    "99",
    "999",
    "9999",
    "99999",
    "999999",
    "9999999",
    "99999999",
    "999999999",
    "9999999999",
    "99999999999",
    "999999999999",
    "9999999999999",
    "100",
    "100000",
    "100000000",
    "1000000000",
    "1000000000000",
    "2026-02-28",
    "2026-02-29",
    "2024-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-02-28Z",
    "2026-02-28+01:00",
    "2026-2-8",
    "20260228",
    "2026-W01-1",
    "26-02-28",
    "0000-01-01",
    "２０２６-02-28",
    "2026-02-28T10:00:00",
    "1899-12-31",
    "0001-01-01",
    "12:00:00",
    "12:00:00.5",
    "12:00:00.123456789",
    "12:00:00Z",
    "12:00:00+01:00",
    "12:00",
    "12",
    "120000",
    "25:00:00",
    "23:59:60",
    "00:00:00",
    "24:00:01",
    "12:60:00",
    "12:00:00.",
    "12:00:00,5",
    "T12:00:00",
    "1.2.3",
    "0.0.0",
    "01.2.3",
    "1.2",
    "1.2.3.4",
    "10.20.30",
    "1.2.x",
    "D",
    "C",
    "d",
    "DC",
    "45",
    "4A",
    "NL",
    "nl",
    "XX",
    "0200",
    "0001",
    "8001",
    "S300",
    "s300",
    "a",
    "aB",
    "Àỳ",
    "×",
    "ỳ",
    "Ỵ",
    "ab-c",
    "a_b",
    "é",
    "€urojob",
    "a&b",
    "<a>",
    "]]>",
    "999999990",
    "12345678",
    "1234567",
]
BROKEN = [
    "",
    "a\nb",
    "a\rb",
    "a\tb",
    "a b",
    "a  b",
    "\u00a0",
    "a\u00a0",
    "\u2028",
    "a\u0085b",
    "1\n2",
]


def test_every_leaf_accepts_what_the_official_type_accepts() -> None:
    for simple, leaf in leaves():
        long = [letter * n for letter in "a1" for n in range(1, (simple.longest or 40) + 3)]
        high = [] if simple.highest is None else [str(simple.highest), str(simple.highest + 1)]
        for text in (*PROBES, *BROKEN, *simple.codes, *long, *high):
            expected = official_accepts(simple, text)
            assert we_accept(leaf, text) == expected, (simple.name, text)


@given(st.data())
@settings(max_examples=200)
def test_every_leaf_accepts_drawn_values_and_refuses_others(data: st.DataObject) -> None:
    simple, leaf = data.draw(st.sampled_from(leaves()))
    text = data.draw(st.text(CHARACTERS, max_size=8) | values(simple).map(leaf.write))
    text = text.strip(BLANK)
    assert we_accept(leaf, text) == official_accepts(simple, text), (simple.name, text)


@given(st.data())
@settings(max_examples=200)
def test_writing_a_value_and_reading_it_gives_the_value(data: st.DataObject) -> None:
    simple, leaf = data.draw(st.sampled_from(leaves()))
    value = data.draw(values(simple))
    written = leaf.write(value)
    assert official_accepts(simple, written)
    assert leaf.parse(written) == value


def test_a_number_of_any_length_is_judged_not_converted() -> None:
    number = LEAVES["Nummer"].parse
    assert number("0" * 100_000 + "7") == 7
    with pytest.raises(Misfit):
        number("7" * 100_000)
    with pytest.raises(Misfit):
        number("-" + "0" * 100_000 + "7")
