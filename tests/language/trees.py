"""Drawn messages: every optional shape that the official schemas allow, never a real client number."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from schemas.ijw import Message, Tree
from schemas.ijw.bsn import TEST_RANGE, passes_eleven_test
from schemas.ijw.grammar import MESSAGE_CODES
from tests.language.official import Element, Simple, document

KINDS = sorted(MESSAGE_CODES)
TEST_NUMBERS = [str(n) for n in TEST_RANGE[:2000] if passes_eleven_test(str(n))]
ANY_TEXT = {".*[^\\s].*", "([.\\s]*\\S+[.\\s]*)+"}
CHARACTERS = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")


@cache
def values(simple: Simple) -> st.SearchStrategy[Any]:
    """The values of a simple type, as Python has them."""
    if simple.name == "LDT_BurgerServicenummer":
        return st.sampled_from(TEST_NUMBERS)
    if simple.codes:
        return st.sampled_from(simple.codes)
    return {
        "xs:date": lambda _: st.dates(),
        "xs:time": lambda _: st.times(),
        "xs:integer": _numbers,
        "xs:string": _texts,
    }[simple.base](simple)


def _numbers(simple: Simple) -> st.SearchStrategy[int]:
    if simple.patterns:
        return st.just(int(simple.patterns[0]))
    return st.integers(0, simple.highest)


def _texts(simple: Simple) -> st.SearchStrategy[str]:
    longest = simple.longest or 60
    for pattern in simple.patterns:
        if pattern not in ANY_TEXT:
            drawn = st.from_regex(pattern, fullmatch=True)
            return drawn.filter(lambda text: 0 < len(text) <= longest)
    return st.text(CHARACTERS, min_size=1, max_size=longest).filter(lambda t: t == t.strip(" "))


@cache
def contents(element: Element) -> st.SearchStrategy[Any]:
    """What an element can hold: a value, or a dictionary of its children."""
    if element.simple is not None:
        return values(element.simple)
    required = {c.name: _occurrences(c) for c in element.children if c.required}
    optional = {c.name: _occurrences(c) for c in element.children if not c.required}
    return st.fixed_dictionaries(required, optional=optional)


def _occurrences(element: Element) -> st.SearchStrategy[Any]:
    inside = contents(element)
    return st.lists(inside, min_size=1, max_size=2) if element.repeated else inside


@cache
def messages(kind: str) -> st.SearchStrategy[Message]:
    """Messages of a kind that the official schema accepts."""

    def message(tree: Tree) -> Message:
        return Message(kind, tree)

    # Deferred: the tests that draw from the schemas are collected, and skipped, without them.
    return st.deferred(lambda: contents(document(kind))).map(message)
