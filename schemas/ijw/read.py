"""From bytes to a message: hardened, strict, and fast enough for a year of files.

What is accepted is what the official iJw 3.2 schemas accept, whatever the prefixes, white space,
comments or encoding. Refused before anything is built: more than 25 MB (OP179), a document type
declaration (so no entities, nothing external), another version or another standard, by its name.
Memory is bounded by the file: about twenty times its size while it is read, nothing after.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from schemas.errors import OtherVersion, TooLarge, Unreadable
from schemas.ijw import Message, Tree
from schemas.ijw.grammar import MESSAGE_CODES, NAMESPACE, Child, Shape, shape
from schemas.ijw.leaves import BLANK, Misfit
from schemas.ijw.lifted import LINE_TAG, lift

LARGEST: Final = 25_000_000
"""Bytes: OP179 allows a message of 25 MB."""

_IJW_ROOT: Final = re.compile(
    r"http://www\.istandaarden\.nl/(?P<standard>[a-z]+)/(?P<major>\d+)_(?P<minor>\d+)"
    r"/[a-z]+(?P<number>\d{3})/schema"
)
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS: Final = {f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"}
_CHUNK: Final = 1024


def read_message(data: bytes) -> Message:
    """Read one iJw 3.2 message.

    Raises `TooLarge`, `OtherVersion` (naming what was found) or `Unreadable` with the line and column,
    or the path of the element, and the reason; never quotes a value.
    """
    if len(data) > LARGEST:
        raise TooLarge(f"larger than {LARGEST // 1_000_000} MB ({len(data):,} bytes)")
    root = _root(data)
    kind = _kind(root.tag)
    with _no_collecting():
        return _read(kind, data, root)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """A tree grows without a cycle; looking for some again and again costs a fifth of the reading."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read(kind: str, data: bytes, root: "_Root") -> Message:
    lifted = lift(data, root.namespaces) if kind == "JW323" else None
    if lifted:
        try:
            return _parse(kind, lifted.rest, lifted.lines)
        except Unreadable:
            pass  # the full reader names the place in the file as it was
    return _parse(kind, data, [])


def _parse(kind: str, data: bytes | str, lines: list[Tree]) -> Message:
    try:
        root = ET.fromstring(data)  # noqa: S314  # a DTD was refused before
    except ET.ParseError as error:
        raise _malformed(error.code, *error.position) from None
    except ValueError as error:
        raise Unreadable(f"is niet als tekst te lezen ({error})") from None
    try:
        return Message(kind, _structure(shape(kind), root, iter(lines)))
    except Misfit as misfit:
        raise Unreadable(misfit.reason, "/".join(["Bericht", *misfit.path])) from None


@dataclass
class _Root:
    """The root element: its namespace and name, and the prefixes declared on it."""

    tag: str = ""
    namespaces: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, _attributes: object) -> None:
        self.tag = self.tag or tag

    def declare(self, prefix: str | None, uri: str) -> None:
        if not self.tag:
            self.namespaces[prefix or ""] = uri


def _refuse(*_: object) -> None:
    raise Unreadable("heeft een documenttype (DTD), en dat mag niet", "begin van het bestand")


def _root(data: bytes) -> _Root:
    """The root element, found without building anything."""
    root = _Root()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = root.start
    parser.StartNamespaceDeclHandler = root.declare
    try:
        _feed(parser, data, root)
    except expat.ExpatError as error:
        if not root.tag:
            raise _malformed(error.code, error.lineno, error.offset) from None
    except (LookupError, ValueError) as error:
        raise Unreadable(
            f"heeft een codering die niet te lezen is ({error})", "begin van het bestand"
        ) from None
    return root


def _feed(parser: expat.XMLParserType, data: bytes, root: _Root) -> None:
    """Parse until the root has begun; without one the parser says what is wrong."""
    for begin in range(0, len(data), _CHUNK):
        parser.Parse(data[begin : begin + _CHUNK])
        if root.tag:
            return
    parser.Parse(b"", True)  # noqa: FBT003  # it takes no keyword


def _malformed(code: int, line: int, column: int) -> Unreadable:
    reason = f"is geen goede XML ({expat.ErrorString(code)})"
    return Unreadable(reason, f"regel {line}, kolom {column + 1}")


def _kind(root: str) -> str:
    namespace, _, name = root.rpartition("}")
    match = _IJW_ROOT.fullmatch(namespace)
    if not match or name != "Bericht":
        raise Unreadable("is geen iJw-bericht", "eerste element")
    standard = {"ijw": "iJw", "iwmo": "iWmo", "iwlz": "iWlz", "ipgb": "iPgb"}.get(
        match["standard"], "iStandaard"
    )
    kind = f"JW{match['number']}"
    if namespace != NAMESPACE.format(kind.lower()):
        raise OtherVersion(
            f"is {standard} {match['major']}.{match['minor']} (bericht {match['number']}); alleen iJw 3.2 wordt gelezen",
            "eerste element",
        )
    if kind not in MESSAGE_CODES:
        raise Unreadable(f"{kind} is geen bericht van iJw 3.2", "eerste element")
    return kind


def _structure(shape: Shape, element: ET.Element, lifted: Iterator[Tree]) -> Tree:
    """The children of an element as a dictionary; their order and number must fit the shape.

    `lifted` gives the lines that were taken out of the text, in place of the empty ones left there;
    an empty line that the sender wrote leaves one too few, which is a misfit.
    """
    tree: Tree = {}
    place = 0
    by_tag = shape.by_tag
    _check_attributes(element)
    _check_blank(element.text)
    for child in element:
        field = by_tag.get(child.tag)
        if field is None:
            raise Misfit(f"element {child.tag.rpartition('}')[2][:40]} hoort hier niet")
        if field.place < place:
            raise Misfit("staat te laat of te vaak", field.name)
        place = field.place if field.repeated else field.place + 1
        try:
            value = _value(field, child, lifted)
        except Misfit as misfit:
            number = len(tree.get(field.name, ())) + 1
            misfit.path.insert(0, f"{field.name}[{number}]" if field.repeated else field.name)
            raise
        _check_blank(child.tail)
        if field.repeated:
            tree.setdefault(field.name, []).append(value)
        else:
            tree[field.name] = value
    if not shape.required <= tree.keys():
        missing = next(c.name for c in shape.children if c.required and c.name not in tree)
        raise Misfit("ontbreekt", missing)
    return tree


def _value(field: Child, child: ET.Element, lifted: Iterator[Tree]) -> Any:
    if field.leaf is None:
        line = next(lifted, None) if child.tag == LINE_TAG and not len(child) else None
        return line or _structure(field.shape, child, lifted)
    if len(child):
        raise Misfit("heeft een element in zijn waarde")
    _check_attributes(child)
    return field.leaf.parse((child.text or "").strip(BLANK))


def _check_blank(text: str | None) -> None:
    if text and text.strip(BLANK):
        raise Misfit("heeft tekst tussen zijn elementen")


def _check_attributes(element: ET.Element) -> None:
    """The schemas know no attributes; only hints where to find a schema may stand on an element."""
    for attribute in element.keys():  # noqa: SIM118  # an element iterates over its children
        if attribute not in _HINTS:
            raise Misfit(f"heeft een attribuut ({attribute.rpartition('}')[2][:40]})")
