"""Revisions: why a figure as of one date differs from the same figure as of a later one.

Two pictures of the same messages and reference data are laid beside each other, line by line and
allocation by allocation. Every difference has one cause, and the causes of a cell add up to the
difference of that cell, to the cent. What moves neither declared nor committed money is no revision.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from streams.figures.referrers import by_referrer
from streams.figures.revisions.allocations import ALLOCATION_CAUSES, recommitted
from streams.figures.revisions.budgets import changed_budgets
from streams.figures.revisions.lines import LINE_CAUSES, Revised, revised
from streams.figures.revisions.places import REFERRER, Labels, Pair
from streams.figures.rollup import Figures, Row, Tally, sortable, tallies
from streams.figures.rounding import parted

__all__ = [
    "ALLOCATION_CAUSES",
    "LINE_CAUSES",
    "Pair",
    "changed_allocations",
    "changed_budgets",
    "changed_lines",
    "revisions",
]


def revisions(pairs: Sequence[Pair], by: Sequence[str], year: int | None = None) -> list[Row]:
    """Every cell in which something moved, sorted: the keys, then declared and committed explained.

    `year` keeps to the care months of one year. Fractions of a cent are rounded after each cause in
    turn, so that whole cents add up too.
    """
    before, after = (_tallies([pair[at] for pair in pairs], by, year) for at in (0, 1))
    lines = _by_cell(effect for each in revised(pairs, by, year) for effect in _effects(each))
    money = _by_cell((each.cell, each.cause, each.cents) for each in recommitted(pairs, by, year))
    return [
        {
            **dict(zip(by, cell, strict=True)),
            **_declared(before.get(cell, Tally()), after.get(cell, Tally()), lines[cell]),
            **_committed(before.get(cell, Tally()), after.get(cell, Tally()), money[cell]),
        }
        for cell in sorted({*lines, *money}, key=sortable)
    ]


def changed_lines(pairs: Sequence[Pair], by: Sequence[str], year: int | None = None) -> list[Row]:
    """Every line whose declared money moved, sorted by provider, declaration and reference.

    `municipality` is the one that its message names. `difference_cents` is what it adds to all
    declared money: nothing where it only went to another cell. The keys of `by` stand twice, as they
    were and as they are, empty where the line does not count.
    """
    found = sorted(revised(pairs, by, year), key=lambda each: each.name)
    return [_line_row(each, by) for each in found]


def changed_allocations(
    pairs: Sequence[Pair], by: Sequence[str], year: int | None = None
) -> list[Row]:
    """What each allocation adds to the committed money of each cell, by cause, sorted.

    Whole cents are differences of the running sum, so that all rows together add up to the cent.
    """
    parts: dict[Labels, Fraction] = defaultdict(Fraction)
    for each in recommitted(pairs, by, year):
        content = each.held.content
        named = each.municipality, each.held.provider, content["number"], content.get("code")
        parts[*named, each.cause, *each.cell] += each.cents
    columns = "municipality", "provider", "allocation", "product", "cause"
    keys = sorted(parts, key=sortable)
    before = _tallies([pair[0] for pair in pairs], (), year).get((), Tally())
    steps = parted([before.committed.value(), *(parts[key] for key in keys)])[1:]
    return [
        {
            **dict(zip(columns, key, strict=False)),
            **{f"cell_{name}": value for name, value in zip(by, key[5:], strict=True)},
            "difference_cents": cents,
        }
        for key, cents in zip(keys, steps, strict=True)
    ]


def _tallies(
    figures: Iterable[Figures], by: Sequence[str], year: int | None
) -> dict[Labels, Tally]:
    """The tallies of a date; a referrer's are those of its part."""
    parts = figures
    if REFERRER in by:
        parts = [part for each in figures for part in by_referrer(each, each.book)]
    return tallies(parts, by, (str(year),) if year else ())


_Causes = Mapping[str, int | Fraction]


def _by_cell(effects: Iterable[tuple[Labels, str, int | Fraction]]) -> Mapping[Labels, _Causes]:
    """Exact cents by cell and cause."""
    found: dict[Labels, dict[str, int | Fraction]] = defaultdict(lambda: defaultdict(int))
    for cell, cause, cents in effects:
        found[cell][cause] += cents
    return found


def _effects(each: Revised) -> Iterator[tuple[Labels, str, int]]:
    if each.old is not None:
        yield each.old, each.cause, -each.cents
    if each.new is not None:
        yield each.new, each.cause, each.cents


def _declared(old: Tally, new: Tally, causes: _Causes) -> Row:
    return {
        "declared_from_cents": old.declared,
        "declared_to_cents": new.declared,
        **_told("declared", LINE_CAUSES, causes, Fraction(old.declared)),
    }


def _committed(old: Tally, new: Tally, causes: _Causes) -> Row:
    return {
        "committed_from_cents": old.committed.cents(),
        "committed_to_cents": new.committed.cents(),
        **_told("committed", ALLOCATION_CAUSES, causes, old.committed.value()),
    }


def _told(measure: str, names: Sequence[str], causes: _Causes, start: Fraction) -> Row:
    steps = parted([start, *(Fraction(causes.get(name, 0)) for name in names)])[1:]
    return {f"{measure}_{name}_cents": cents for name, cents in zip(names, steps, strict=True)}


def _line_row(each: Revised, by: Sequence[str]) -> Row:
    lines, nowhere = each.declaration.lines, (None,) * len(by)
    old, new = each.old or nowhere, each.new or nowhere
    return {
        "municipality": each.municipality,
        "provider": each.declaration.provider,
        "declaration": each.declaration.number,
        "reference": lines["reference"][each.place],
        "allocation": lines["allocation"][each.place],
        "care_month": each.care_month,
        "product": lines["code"][each.place],
        "amount_cents": each.cents,
        "state_before": each.was.name.lower(),
        "state_after": each.now.name.lower(),
        "cause": each.cause,
        "difference_cents": each.cents * ((each.new is not None) - (each.old is not None)),
        **{f"{name}_before": value for name, value in zip(by, old, strict=True)},
        **{f"{name}_after": value for name, value in zip(by, new, strict=True)},
    }
