"""What single-message rules ask of allocations, care events, requests and their answers.

A condition is a rule, a place and a predicate that tells whether one part of a message breaks it.
Element names and some rule numbers differ by message, what is asked does not.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from schemas.ijw import Tree
from schemas.ijw.bsn import passes_eleven_test

Found = tuple[str, str]
"""A rule, and the path where it is broken."""


class Condition(NamedTuple):
    """A rule over one part of a message: `broken` judges the part, `place` is where in it to point."""

    rule: str
    place: str
    broken: Callable[[Tree], bool]


def parts(tree: Tree, where: str, path: str = "Bericht") -> Iterator[tuple[str, Tree]]:
    """Every part of a tree that stands at `where`, with its path."""
    name, _, below = where.partition("/")
    value = tree.get(name, [])
    if isinstance(value, list):
        here = [(f"{path}/{name}[{number}]", each) for number, each in enumerate(value, 1)]
    else:
        here = [(f"{path}/{name}", value)]
    for inner, each in here:
        if below:
            yield from parts(each, below, inner)
        else:
            yield inner, each


CLIENT: Final = (Condition("CS002", "Bsn", lambda client: not passes_eleven_test(client["Bsn"])),)
STATUS: Final = (
    Condition("CS058", "StatusAanlevering", lambda p: p["StatusAanlevering"] not in {"1", "3"}),
)


def ends_early(begin: str, end: str, part: Tree) -> bool:
    """Whether the date named `end` is there and lies before the one named `begin`."""
    return end in part and bool(part[end] < part[begin])


PERIOD: Final = (Condition("CS003", "Einddatum", partial(ends_early, "Begindatum", "Einddatum")),)


def _has_code(part: Tree) -> bool:
    return "Code" in part.get("Product", ())


def _frequency(part: Tree) -> str:
    return part["Omvang"]["Frequentie"] if "Omvang" in part else ""


def _volume_without_code(end: str, part: Tree) -> bool:
    recent = end not in part or part[end] > date(2020, 12, 31)
    return "Omvang" in part and not _has_code(part) and recent


def _daily_in_coarse_unit(part: Tree) -> bool:
    return _frequency(part) == "1" and part["Omvang"]["Eenheid"] in {"14", "16", "83", "84"}


def _size(begin: str, end: str, without_code: str, coarse_unit: str) -> tuple[Condition, ...]:
    """What holds for what is allocated or wanted: product, dates, and either Omvang or Budget."""
    return (
        Condition("CD041", "Omvang", lambda p: _has_code(p) and "Omvang" not in p),
        Condition("CD075", end, lambda p: "Budget" in p and end not in p),
        Condition("CD076", end, lambda p: _frequency(p) == "2" and end not in p),
        Condition("CD077", "Omvang", lambda p: "Budget" in p and "Omvang" in p),
        Condition("CD078", "Budget", lambda p: "Budget" in p and "Omvang" in p),
        Condition("CD079", "Product", lambda p: "Budget" not in p and "Product" not in p),
        Condition(without_code, "Omvang", partial(_volume_without_code, end)),
        Condition("CS003", end, partial(ends_early, begin, end)),
        Condition(coarse_unit, "Omvang/Eenheid", _daily_in_coarse_unit),
    )


def _deletes_wrongly(part: Tree) -> bool:
    return part.get("RedenWijziging") == "13" and part["Ingangsdatum"] != part.get("Einddatum")


ALLOCATION: Final = (
    *_size("Ingangsdatum", "Einddatum", "CD080", "CS338"),
    Condition("CS335", "RedenWijziging", _deletes_wrongly),
    Condition("CS336", "RedenWijziging", lambda p: p.get("RedenWijziging") == "01"),
)


def _decision_without_date(part: Tree) -> bool:
    return ("BeschikkingNummer" in part) != ("BeschikkingIngangsdatum" in part)


def _referrer(part: Tree) -> tuple[bool, bool, bool]:
    """Whether the referrer is one with a code (02 to 05), has a code, has a name."""
    referrer = part["Verwijzer"]
    professional = referrer["Type"] in {"02", "03", "04", "05"}
    return professional, "ZorgverlenerCode" in referrer, "Naam" in referrer


REQUEST: Final = (
    *_size("ToewijzingIngangsdatum", "ToewijzingEinddatum", "CD095", "CS343"),
    Condition("CD043", "BeschikkingIngangsdatum", _decision_without_date),
    Condition("CD066", "Verwijzer/Naam", lambda p: _referrer(p) == (True, True, True)),
    Condition("CD067", "Verwijzer/Naam", lambda p: _referrer(p) == (True, False, False)),
    Condition("CD068", "Verwijzer/ZorgverlenerCode", lambda p: _referrer(p)[:2] == (False, True)),
)
WANTED_NEW: Final = _size("GewensteIngangsdatum", "Einddatum", "CD096", "CS343")
WANTED_CHANGE: Final = (
    Condition("CS003", "Einddatum", partial(ends_early, "GewensteIngangsdatum", "Einddatum")),
)


def _refusal(part: Tree) -> tuple[bool, bool]:
    """Whether a request is turned down, and whether a reason is given."""
    return part["VerzoekAntwoord"] == "1", "RedenAfwijzingVerzoek" in part


REFUSAL: Final = (
    Condition("CD085", "RedenAfwijzingVerzoek", lambda p: _refusal(p) == (True, False)),
    Condition("CD086", "RedenAfwijzingVerzoek", lambda p: _refusal(p) == (False, True)),
)
