"""The official schemas, as lxml validators and as a plain structure to compare with and draw from."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "ijw" / "xsd"
SKELETONS = FOLDER.parent / "skeletons"
XS = "{http://www.w3.org/2001/XMLSchema}"

TYPES = (f"{XS}simpleType", f"{XS}complexType")

needs_schemas = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no schemas in {FOLDER}")


@dataclass(frozen=True)
class Simple:
    """A simple type: its facets, those of its base types included."""

    name: str
    base: str
    codes: tuple[str, ...]
    patterns: tuple[str, ...]
    longest: int | None
    highest: int | None
    xml: str


@dataclass(frozen=True)
class Element:
    """An element as the schemas declare it: it has a simple type or children."""

    name: str
    tag: str
    required: bool
    repeated: bool
    simple: Simple | None
    children: tuple["Element", ...]


@cache
def schema(kind: str) -> etree.XMLSchema:
    """The validator of a message."""
    return etree.XMLSchema(etree.parse(FOLDER / f"{kind}.xsd"))


def accepts(kind: str, data: bytes) -> bool:
    """Whether the official schema of a message accepts a document."""
    try:
        document = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        return False
    return bool(schema(kind).validate(document))


@cache
def document(kind: str) -> Element:
    """The Bericht element of a message, with all below it."""
    root = _source(kind)
    bericht = root.find(f"{XS}element")
    assert bericht is not None
    return _element(bericht, root)


@cache
def _source(name: str) -> ET.Element:
    return ET.parse(FOLDER / f"{name}.xsd").getroot()  # noqa: S314  # the schemas are ours


def _element(node: ET.Element, home: ET.Element) -> Element:
    inline = node.find(f"{XS}simpleType")
    simple, children = None, tuple[Element, ...]()
    if inline is not None:
        simple = _simple(inline, home)
    else:
        definition, where = _definition(node.attrib["type"], home)
        if definition.tag == f"{XS}simpleType":
            simple = _simple(definition, where)
        else:
            inner = definition.findall(f"{XS}sequence/{XS}element")
            children = tuple(_element(each, where) for each in inner)
    name = node.attrib["name"]
    return Element(
        name,
        f"{{{home.attrib['targetNamespace']}}}{name}",
        node.get("minOccurs", "1") == "1",
        node.get("maxOccurs") == "unbounded",
        simple,
        children,
    )


def _definition(reference: str, home: ET.Element) -> tuple[ET.Element, ET.Element]:
    """The type that a qualified name stands for, and the schema it is in."""
    prefix, _, name = reference.partition(":")
    where = _source("basisschema") if prefix == "ijw" else home
    found = next(each for each in where if each.tag in TYPES and each.get("name") == name)
    return found, where


def _simple(node: ET.Element, home: ET.Element) -> Simple:
    restriction = node.find(f"{XS}restriction")
    assert restriction is not None
    base = restriction.attrib["base"]
    below = None if base.startswith("xs:") else _simple(*_definition(base, home))

    def values(facet: str) -> tuple[str, ...]:
        return tuple(each.attrib["value"] for each in restriction.findall(f"{XS}{facet}"))

    longest, highest = values("maxLength"), values("maxInclusive")
    return Simple(
        node.get("name") or (below.name if below else ""),
        below.base if below else base,
        values("enumeration") or (below.codes if below else ()),
        values("pattern") + (below.patterns if below else ()),
        int(longest[0]) if longest else below.longest if below else None,
        int(highest[0]) if highest else below.highest if below else None,
        ET.tostring(node, encoding="unicode"),
    )


@cache
def leaf_schema(simple: Simple) -> etree.XMLSchema:
    """A validator of one element `x` that holds a value of a simple type."""
    base = _source("basisschema").attrib["targetNamespace"]
    inside = ET.fromstring(simple.xml)  # noqa: S314  # the schemas are ours
    inside.attrib.pop("name", None)
    text = (
        f'<xs:schema xmlns:xs="{XS[1:-1]}" xmlns:ijw="{base}">'
        f'<xs:import namespace="{base}" schemaLocation="{FOLDER / "basisschema.xsd"}"/>'
        f'<xs:element name="x">{ET.tostring(inside, encoding="unicode")}</xs:element></xs:schema>'
    )
    return etree.XMLSchema(etree.fromstring(text))
