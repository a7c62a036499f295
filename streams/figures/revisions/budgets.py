"""Budgets revised: which versions were adopted between two dates, and what they made of the budget."""

from collections.abc import Iterable

from schemas.reference.rows import Budget
from streams.figures.revisions.places import Pair
from streams.figures.rollup import Row


def changed_budgets(pairs: Iterable[Pair], year: int | None = None) -> list[Row]:
    """Every budget line with another budget than before, or a version adopted since, sorted.

    `municipality` is the one whose budget it is, also after it was followed up. `adopted` names the versions that came, in order of adoption. A line without a budget has None
    for version and amount.
    """
    rows: list[Row] = []
    for before, after in pairs:
        found = {(row.year, row.budget_line) for row in after.reference.document.budgets}
        for each, line in sorted(found):
            old = before.reference.budget_versions(each, line)
            new = after.reference.budget_versions(each, line)
            if old != new and year in {None, each}:
                place = {"municipality": after.book.municipality, "year": each, "budget_line": line}
                rows.append({**place, **_told(old, new)})
    return rows


def _told(old: tuple[Budget, ...], new: tuple[Budget, ...]) -> Row:
    first, last = (each[-1] if each else None for each in (old, new))
    return {
        "version_from": first.version if first else None,
        "version_to": last.version if last else None,
        "adopted": ", ".join(row.version for row in new if row not in old),
        "budget_from_cents": first.amount_cents if first else None,
        "budget_to_cents": last.amount_cents if last else None,
        "difference_cents": sum(row.amount_cents for row in new[-1:])
        - sum(row.amount_cents for row in old[-1:]),
    }
