"""The fast lane of reading a declaration: lines in the usual layout skip the XML tree.

Nearly all of a year's bytes are Prestatie elements of one layout. One regular expression takes each
of those out of the text and leaves an empty element in its place; the short rest is parsed as
always. The expression only fits what is well-formed and inside the official types, so a line that is
in any way unusual stays in the text and meets the full reader. Comments right before a tag go first,
since nothing broken becomes whole without those. A text with other comments, CDATA, processing
instructions, an encoding other than UTF-8 or a namespace declared below the root is not touched at
all. Both lanes give the same trees; a property test holds them side by side.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from schemas.ijw import Tree
from schemas.ijw.grammar import COMMON_NAMESPACE, NAMESPACE
from schemas.ijw.leaves import BLANK, LEAVES, Misfit

DECLARATION: Final = NAMESPACE.format("jw323")
LINE_TAG: Final = f"{{{DECLARATION}}}Prestatie"

_DECLARATION_OF_XML: Final = re.compile(r"<\?xml[^?<>]*\?>")
# Possessive (*+), for nothing may ever be read twice: a long run of blanks would cost its square.
_BLANK: Final = f"[{BLANK}]*+"
_TALK: Final = rf"[{BLANK} -,.-~\u00a0-\u024f]"
_COMMENT: Final = re.compile(rf"<!--{_TALK}*+(?:-{_TALK}++)*+-->{_BLANK}(?=<)")
_TEXT: Final = "[0-9A-Za-z](?:[0-9A-Za-z ._/:-]{0,18}[0-9A-Za-z])?"
_CODE: Final = "[0-9A-Za-z]{1,5}"
_TWO: Final = "[0-9]{2}"
_DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NINE: Final = "[0-9]{1,9}"
_SIDE: Final = "[CD]"
_EIGHT: Final = "[0-9]{1,8}"

_date = LEAVES["Datum"].parse
_category = LEAVES["ProductCategorie"].parse
_unit = LEAVES["Eenheid"].parse


@dataclass(frozen=True)
class Lifted:
    """What remains to be parsed, and the lines taken out of it in their order."""

    rest: str
    lines: list[Tree]


def lift(data: bytes, namespaces: Mapping[str, str]) -> Lifted | None:
    """Take the usual lines out of a declaration; None where the text gives reason for doubt.

    `namespaces` maps the prefixes declared on the root element ("" for the default) to their names.
    """
    prefixes = {name: prefix for prefix, name in namespaces.items()}
    if DECLARATION not in prefixes or COMMON_NAMESPACE not in prefixes:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if (declared := _DECLARATION_OF_XML.match(text)) and _is_utf8(declared[0]):
        text = text[declared.end() :]
    if "<!--" in text:
        text = _COMMENT.sub("", text)
    own, shared = _prefix(prefixes[DECLARATION]), _prefix(prefixes[COMMON_NAMESPACE])
    if _doubtful(text, len(namespaces)):
        return None
    lines: list[Tree] = []
    keep = lines.append

    def take(match: re.Match[str]) -> str:
        keep(_line(match.groups()))
        return f"<{own}Prestatie/>"

    try:
        return Lifted(_pattern(own, shared).sub(take, text), lines)
    except Misfit:
        return None


def _is_utf8(declaration: str) -> bool:
    return "encoding" not in declaration or bool(re.search("(?i)utf-8['\"]", declaration))


def _doubtful(text: str, declared: int) -> bool:
    return "<!" in text or "<?" in text or text.count("xmlns") != declared


def _prefix(name: str) -> str:
    return f"{name}:" if name else ""


@cache
def _pattern(own: str, shared: str) -> re.Pattern[str]:
    def element(prefix: str, name: str, inside: str) -> str:
        return rf"<{prefix}{name}>{_BLANK}{inside}{_BLANK}</{prefix}{name}>{_BLANK}"

    def leaf(prefix: str, name: str, inside: str) -> str:
        return element(prefix, name, f"({inside})")

    o, s = partial(leaf, re.escape(own)), partial(leaf, re.escape(shared))
    group = partial(element, re.escape(own))
    reference = s("ReferentieNummer", _TEXT) + f"(?:{s('VorigReferentieNummer', _TEXT)})?"
    fields = (
        group("ProductReferentie", reference),
        o("ToewijzingNummer", _NINE),
        o("ProductCategorie", _TWO),
        o("ProductCode", _CODE),
        group("ProductPeriode", s("Begindatum", _DATE) + s("Einddatum", _DATE)),
        o("GeleverdVolume", _EIGHT),
        o("Eenheid", _TWO),
        f"(?:{o('ProductTarief', _EIGHT)})?",
        group("IngediendBedrag", s("Bedrag", _EIGHT) + s("DebetCredit", _SIDE)),
    )
    start, end = f"<{re.escape(own)}Prestatie>", f"</{re.escape(own)}Prestatie>"
    return re.compile(f"{start}{_BLANK}{''.join(fields)}{end}")


def _line(values: Sequence[str | Any]) -> Tree:
    (
        reference,
        previous,
        allocation,
        category,
        code,
        begin,
        end,
        volume,
        unit,
        tariff,
        amount,
        side,
    ) = values
    line: Tree = {
        "ProductReferentie": {"ReferentieNummer": reference},
        "ToewijzingNummer": int(allocation),
        "ProductCategorie": _category(category),
        "ProductCode": code,
        "ProductPeriode": {"Begindatum": _date(begin), "Einddatum": _date(end)},
        "GeleverdVolume": int(volume),
        "Eenheid": _unit(unit),
        "IngediendBedrag": {"Bedrag": int(amount), "DebetCredit": side},
    }
    if previous is not None:
        line["ProductReferentie"]["VorigReferentieNummer"] = previous
    if tariff is not None:
        line["ProductTarief"] = int(tariff)
    return line
