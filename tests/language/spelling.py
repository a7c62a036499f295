"""The same message spelled otherwise: prefixes, white space, comments, entities, CDATA, encodings."""

import re
from collections.abc import Callable
from random import Random

from schemas.ijw.grammar import COMMON_NAMESPACE, NAMESPACE

Respelling = Callable[[Random, str], str]


def prefixes(random: Random, text: str) -> str:
    """Other prefixes, one of them possibly the default namespace."""
    own = re.search(r"<(jw\d+):Bericht", text)
    assert own
    names = random.choice([("a", "b"), ("ns1", "ns10"), ("ijw", own[1]), ("", "x"), ("x", "")])
    new = dict(zip((own[1], "ijw"), names, strict=True))

    def tag(match: re.Match[str]) -> str:
        name = new[match[2]]
        return f"{match[1]}{name}:" if name else match[1]

    def declaration(match: re.Match[str]) -> str:
        name = new[match[1]]
        return f"xmlns:{name}=" if name else "xmlns="

    text = re.sub(rf"(</?)({own[1]}|ijw):", tag, text)
    return re.sub(rf"xmlns:({own[1]}|ijw)=", declaration, text)


def low_declarations(random: Random, text: str) -> str:
    """A prefix of its own on one line, bound where it is used."""
    ends = [m.start() for m in re.finditer("<ijw:Bedrag>", text)]
    if not ends:
        return text
    at = random.choice(ends)
    tail = text[at:].replace("<ijw:Bedrag>", f'<q:Bedrag xmlns:q="{COMMON_NAMESPACE}">', 1)
    return text[:at] + tail.replace("</ijw:Bedrag>", "</q:Bedrag>", 1)


def rebound(random: Random, text: str) -> str:
    """The prefix of the message bound to it once more, on a client."""
    space = f'xmlns:jw323="{NAMESPACE.format("jw323")}"'
    return text.replace("<jw323:Client>", f"<jw323:Client {space}>", random.randrange(2))


def white_space(random: Random, text: str) -> str:
    """Indented, or on one line, or with blanks inside the tags and around the values."""
    blank = random.choice(["", "\n", "\r\n  ", "\t \n", " " * 50])
    text = re.sub(r">\s+<", lambda _: f">{blank}<", text)
    if random.random() < 0.3:
        text = re.sub(r"<(/?[\w:]+)>", r"<\1 >", text)
    if random.random() < 0.3:
        text = re.sub(r">([^<>\s][^<>]*)</", r"> \1\n</", text)
    return text


def comments(random: Random, text: str) -> str:
    """Comments between tags, some inside values, some with a line in them, some unusual."""
    line = re.search(r"<\w+:Prestatie>.*?</\w+:Prestatie>", text, re.DOTALL)
    bodies = ["", " a ", "<b>", " > <!", " é ", " \u20ac ", "-x", " - - ", line[0] if line else "x"]

    def comment(match: re.Match[str]) -> str:
        if random.random() > 0.1:
            return match[0]
        return (
            f"{match[0][0]}<!--{random.choice(bodies)}-->{random.choice(['', ' '])}{match[0][1:]}"
        )

    head, _, rest = text.partition("?>")
    return f"{head}?>{re.sub(r'><|>[^<]', comment, rest)}"


def entities(random: Random, text: str) -> str:
    """Character references in place of letters and digits in values."""

    def refer(match: re.Match[str]) -> str:
        letter = match[2][0]
        if letter == "&" or random.random() > 0.1:
            return match[0]
        return f"{match[1]}&#{'x' if letter < '5' else ''}{_code(letter)};{match[2][1:]}"

    return re.sub(r"(>)([^<>\s][^<>]*)(?=</)", refer, text)


def _code(letter: str) -> str:
    return f"{ord(letter):x}" if letter < "5" else str(ord(letter))


def cdata(random: Random, text: str) -> str:
    """CDATA sections around values."""

    def wrap(match: re.Match[str]) -> str:
        plain = "&" not in match[1] and match[1].isascii() and random.random() < 0.1
        return f"><![CDATA[{match[1]}]]><" if plain else match[0]

    return re.sub(r">([^<>\s][^<>]*)<", wrap, text)


def instructions(random: Random, text: str) -> str:
    """A processing instruction somewhere."""
    return text.replace("<jw323:Client>", "<?x y?><jw323:Client>", random.randrange(3))


RESPELLINGS: tuple[Respelling, ...] = (
    low_declarations,
    rebound,
    instructions,
    entities,
    cdata,
    comments,
    white_space,
    prefixes,
)


def encoded(random: Random, text: str) -> bytes:
    """The text in one of the encodings a sender may use, and says so where it must."""
    body = text.partition("?>")[2]
    name, mark = random.choice(
        [
            ("utf-8", "UTF-8"), ("utf-8", "utf-8"), ("utf-8-sig", "UTF-8"), ("utf-8", ""),
            ("utf-16", "UTF-16"), ("utf-16", ""), ("latin-1", "ISO-8859-1"), ("cp1252", "windows-1252"),
        ]
    )  # fmt: skip
    quote = random.choice("\"'")
    says = f" encoding={quote}{mark}{quote}" if mark else ""
    head = f"<?xml version={quote}1.0{quote}{says}?>"
    if not mark and random.random() < 0.5:
        head = ""
    return (head + body.lstrip()).encode(name, "xmlcharrefreplace")


def respelled(seed: int, text: str, share: float = 0.35) -> bytes:
    """The message spelled otherwise, the same way for the same seed."""
    random = Random(seed)
    for respell in RESPELLINGS:
        if random.random() < share:
            text = respell(random, text)
    return encoded(random, text)
