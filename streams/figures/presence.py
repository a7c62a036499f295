"""Who is in care: clients by net declared money, for any keys.

A client is one of a municipality: (the code it is shown under, pseudonym). Parts of one municipality
carry one code, so who is in several parts is one client. In care, over any combination of keys, is who
has net declared cents over it that are not zero (design.md, `clients`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from streams.figures.conversions import groups, standing
from streams.figures.question import Row
from streams.figures.referrers import by_referrer
from streams.figures.rollup import KEYS, Figures, Value, sortable

Client = tuple[str, str]
Values = tuple[Value, ...]

CARE: Final = frozenset(KEYS) - {"year", "care_month", "referrer"}
"""Keys that a figure of one year can be split by when it is about days or allocations."""

MONEY: Final = CARE | {"referrer"}
"""Keys that a figure of one year can be split by when it is about money."""


def comparable(figures: Iterable[Figures]) -> Callable[[str, str | None], str | None]:
    """What a product code is called in a municipality so that a change of codes is no change of care.

    Codes that conversions join, in any part of the municipality, have one name.
    """
    parts_of: dict[str, list[Figures]] = defaultdict(list)
    for each in figures:
        parts_of[each.municipality].append(each)
    names = {
        municipality: groups(row for each in same for row in standing(each.reference.conversions))
        for municipality, same in parts_of.items()
    }
    return lambda municipality, code: names[municipality].get(code or "", code)


def parts(figures: Sequence[Figures], by: Iterable[str]) -> Sequence[Figures]:
    """The figures, in parts by referrer where that is asked."""
    if "referrer" not in by:
        return figures
    return [part for each in figures for part in by_referrer(each, each.book)]


def nets(
    figures: Iterable[Figures], by: Sequence[str], years: Iterable[int] = ()
) -> dict[Values, dict[Client, int]]:
    """Net declared cents by client, none of them zero, of some care years (none named: of all)."""
    wanted = {f"{year:04}" for year in years}
    labels = [KEYS[name] for name in by]
    found: dict[Values, dict[Client, int]] = {}
    for each in figures:
        for key, cell in each.cells.items():
            if cell.clients and (not wanted or key.care_month[:4] in wanted):
                sums = found.setdefault(tuple([label(each, key) for label in labels]), {})
                for client, cents in cell.clients.items():
                    who = each.municipality, client
                    sums[who] = sums.get(who, 0) + cents
    in_care = ((values, _without_zeroes(sums)) for values, sums in found.items())
    return {values: sums for values, sums in in_care if sums}


def _without_zeroes(sums: dict[Client, int]) -> dict[Client, int]:
    return {client: cents for client, cents in sums.items() if cents}


def tabled(names: Sequence[str], rows: Mapping[Values, Row]) -> list[Row]:
    """Sorted flat rows: the keys under their names, then the measures."""
    return [
        {**dict(zip(names, values, strict=True)), **rows[values]}
        for values in sorted(rows, key=sortable)
    ]
