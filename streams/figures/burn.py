"""Burn: what budget lines have spent of a year, beside every version of their budget.

A row per budget line and version adopted by the as-of date. Spent is what was declared of the year's
care months, plus the fixed costs of its months up to and including the month of the as-of date. The
total of an area has a row per day on which a version of any of its lines was adopted: a line that has
no version of that day keeps the one that it had.

What is spent is production: under a lump sum the money goes another way (see `contracts`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final, NamedTuple

from schemas.reference.lookup import adoption
from schemas.reference.rows import Budget
from streams.figures.areas import AREAS, by_area
from streams.figures.fixed import charges
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures, Tally, sortable, tallies
from streams.figures.rounding import parted, ratio
from streams.ledger.states import State

KINDS: Final = ("taakgericht", "pgb", "overig")

Line = str | None
"""A budget line; None for money that no product row gives to one."""

Series = Sequence[Budget]
"""The versions of one municipality's budget for one line, the latest last."""


class Version(NamedTuple):
    """A version of a budget: its name, the day it was adopted, and the amount in force since then."""

    name: str
    adopted_on: date
    cents: int


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """The rows of each area: `level` line, a row per line and version; then `level` total."""
    return [
        {**area, **row}
        for area, parts in by_area(figures, question.by)
        for row in _area(parts, question)
    ]


def versions(series: Iterable[Series], moment: Callable[[Budget], Any]) -> list[Version]:
    """The sums of budgets each time that one of them changes; `moment` says what counts as one time.

    A budget without a version at that time keeps its latest one; before its first it counts for nothing.
    """
    known = list(series)
    last = {moment(row): row for row in sorted((b for each in known for b in each), key=adoption)}
    found = []
    for time, row in last.items():
        standing = [[b.amount_cents for b in each if moment(b) <= time][-1:] for each in known]
        found.append(Version(row.version, row.adopted_on, sum(sum(each) for each in standing)))
    return found


def _area(parts: Sequence[Figures], question: Question) -> list[Row]:
    budgets = _budgets(parts, question.year)
    spent = _spent(parts, question, budgets)
    lines = sorted(spent, key=lambda line: sortable((line,)))
    rows = []
    for line in lines:
        names = {"level": "line", "budget_line": line}
        rows += _rows(names, versions(budgets[line], adoption), spent[line], question)
    if lines:
        total = {name: sum(spent[line][name] for line in lines) for name in spent[lines[0]]}
        every = [series for line in lines for series in budgets[line]]
        names = {"level": "total", "budget_line": None}
        rows += _rows(names, versions(every, lambda row: row.adopted_on), total, question)
    return rows


def _budgets(parts: Iterable[Figures], year: int) -> dict[Line, list[Series]]:
    found: dict[Line, list[Series]] = defaultdict(list)
    for part in parts:
        for line in part.reference.budget(year):
            found[line].append(part.reference.budget_versions(year, line))
    return found


def _spent(
    parts: Sequence[Figures], question: Question, budgets: Iterable[Line]
) -> dict[Line, dict[str, int]]:
    """What each line has spent, in cents by name; what is committed adds up to its rounded total."""
    year = f"{question.year:04}"
    by_line = {
        values[0]: tally for values, tally in tallies(parts, ("budget_line",), (year,)).items()
    }
    fixed: dict[Line, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for charge, cents in charges(parts, question.year).items():
        fixed[charge.budget_line]["year"] += cents
        if charge.month <= question.as_of.isoformat()[:7]:
            fixed[charge.budget_line][charge.kind] += cents
    shown = {str(line) if line else None for line, tally in by_line.items() if not tally.empty}
    lines = sorted({*shown, *fixed, *budgets}, key=lambda line: sortable((line,)))
    tally = {line: by_line.get(line) or Tally() for line in lines}
    committed = parted(tally[line].committed.value() for line in lines)
    return {
        line: _measures(tally[line], cents, fixed.get(line, {}))
        for line, cents in zip(lines, committed, strict=True)
    }


def _measures(tally: Tally, committed: int, fixed: Mapping[str, int]) -> dict[str, int]:
    by_kind = {kind: fixed.get(kind, 0) for kind in KINDS}
    spent_fixed = sum(by_kind.values())
    return {
        "declared_cents": tally.declared,
        "granted_cents": tally.cents[State.GRANTED],
        "open_cents": tally.cents[State.OPEN],
        "committed_cents": committed,
        **{f"fixed_{kind}_cents": cents for kind, cents in by_kind.items()},
        "fixed_cents": spent_fixed,
        "fixed_year_cents": fixed.get("year", 0),
        "spent_cents": tally.declared + spent_fixed,
    }


def _rows(
    names: Row, adopted: Sequence[Version], spent: Mapping[str, int], question: Question
) -> list[Row]:
    """A row per version; one without a version when none was adopted."""
    shown: Sequence[Version | None] = adopted or (None,)
    former = [None, *(version.cents for version in adopted)]
    passed = _progress(question)
    return [
        {
            **names,
            "year": question.year,
            "version": version and version.name,
            "adopted_on": version and version.adopted_on.isoformat(),
            "budget_cents": version and version.cents,
            "change_cents": None if not version or before is None else version.cents - before,
            **spent,
            "burned_share": ratio(spent["spent_cents"], version.cents) if version else None,
            "year_share": passed,
        }
        for version, before in zip(shown, former, strict=False)
    ]


def _progress(question: Question) -> float:
    """The share of the year's days that are over on the as-of date."""
    first, after = date(question.year, 1, 1), date(question.year + 1, 1, 1)
    days = (after - first).days
    passed = min(days, max(0, (question.as_of - first).days + 1))
    return round(float(Fraction(passed, days)), 6)


BURN: Final = Kept(compute, AREAS, "besteed per begrotingspost naast elke versie van de begroting")
