"""Comparable products: the use of groups of codes over a change of codes, this year and the last.

Of the months of the year that are over, and of the same months a year before. A row of `level` group
is one group of codes that conversions join (a code that none joins is a group of its own); clients and
client-months are those of the group, so that a client who changes code is one client. Rows of `level`
code tell the same money under the codes of today; they add up to their group. Units are those of the
unit that has most volume of a code, times the unit factors on its way: these count hours, which are kept
in minutes. Over codes of different units their sum says little.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from streams.figures.areas import AREAS, by_area
from streams.figures.conversions import Conversions, groups, hourly, standing
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures, Tally, first_of
from streams.figures.rounding import parted, ratio
from streams.figures.spans import Span, to_date, years_of
from streams.figures.use import Months, by_month, use_over


@dataclass
class Told:
    """Use under a code of today, exactly: cents and units."""

    cents: Fraction = Fraction()
    units: Fraction = Fraction()


@dataclass
class Group:
    """A group of codes: tallies by month, and by code of today and month what that comes to."""

    months: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    told: dict[str, dict[str, Told]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Told))
    )


def grouped(figures: Iterable[Figures], years: Iterable[str]) -> dict[str, Group]:
    """The groups of a set of municipalities by name (a group's first code), of some care years."""
    parts = [(each, standing(each.reference.conversions)) for each in figures]
    names = groups(row for _, rows in parts for row in rows)
    found: dict[str, Group] = defaultdict(Group)
    for part, rows in parts:
        conversions = Conversions(rows)
        used = {
            str(product): months
            for (product,), months in by_month([part], ("product",), frozenset(years)).items()
            if product is not None
        }
        units = {
            code: use_over(months, Span(min(months), max(months))).unit
            for code, months in used.items()
        }
        for code, months in used.items():
            _tell(found[names.get(code, code)], code, (months, units), conversions)
    return dict(sorted(found.items()))


def _tell(
    group: Group, code: str, use: tuple[Months, Mapping[str, str | None]], conversions: Conversions
) -> None:
    """`use` is the code's by month, and the unit of every code."""
    months, units = use
    unit = units[code] or ""
    for month, tally in months.items():
        group.months[month].merge(tally)
        for new, piece in conversions.pieces(code, first_of(month)).items():
            told = group.told[new][month]
            told.cents += tally.declared * piece.money
            counted = tally.units.get(unit, 0) * hourly(unit, units.get(new))
            told.units += counted * piece.units


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """The rows of each area: a group, then its codes; the year before, then the year."""
    span = to_date(question.as_of, question.year)
    return [
        {**area, "group": name, **row}
        for area, parts in by_area(figures, question.by)
        for name, group in grouped(parts, years_of([span])).items()
        for year, months in ((question.year - 1, span.before), (question.year, span))
        for row in _rows(group, year, months)
    ]


def _rows(group: Group, year: int, span: Span) -> list[Row]:
    use = use_over(group.months, span)
    told = {code: _sum(months, span) for code, months in sorted(group.told.items())}
    cents = parted(each.cents for each in told.values())
    if not (use or any(each.units for each in told.values())):
        return []
    rows = [
        _row(("group", year, None), use.cents, sum(each.units for each in told.values()))
        | {
            "clients": use.clients,
            "client_months": use.client_months,
            "units_per_client_month": ratio(
                sum((each.units for each in told.values()), Fraction()), use.client_months
            ),
            "cents_per_client_month": ratio(use.cents, use.client_months),
        }
    ]
    for (code, each), whole in zip(told.items(), cents, strict=True):
        if each.cents or each.units:
            rows.append(dict.fromkeys(rows[0]) | _row(("code", year, code), whole, each.units))
    return rows


def _row(names: tuple[str, int, str | None], cents: int, units: Fraction | int) -> Row:
    level, year, code = names
    return {
        "level": level,
        "year": year,
        "product": code,
        "declared_cents": cents,
        "units": round(float(units), 6),
    }


def _sum(months: Mapping[str, Told], span: Span) -> Told:
    inside = [each for month, each in months.items() if span.holds(month)]
    return Told(
        sum((each.cents for each in inside), Fraction()),
        sum((each.units for each in inside), Fraction()),
    )


COMPARABLE: Final = Kept(
    compute, AREAS, "productgroepen die over een omzetting van codes heen te vergelijken zijn"
)
