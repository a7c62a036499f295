"""A table of a report as data: what it is called, its columns, its rows, and what they mean.

Rows hold exact values under the names of the columns: cents, counts, shares (1 is the whole), means.
How a value reads for a person follows from its column's form, in `streams.local.tables.render`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Row = dict[str, Any]

Form = Literal["text", "euros", "number", "decimal", "percent"]
"""text also for years and months; euros are cents; percent is a share; decimal a mean."""


@dataclass(frozen=True)
class Column:
    """A column: the name its values stand under, its Dutch head, and how they read."""

    name: str
    head: str
    form: Form = "text"


@dataclass(frozen=True)
class Table:
    """A table: `totals` are the rows below the line; `notes` say what is counted, in Dutch sentences."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Sequence[Row] = ()
    notes: Sequence[str] = ()


def added(rows: Iterable[Row], names: Iterable[str]) -> Row:
    """The sums of the named columns over rows; None where no row has a value."""
    found = list(rows)
    values = {name: [row[name] for row in found if row.get(name) is not None] for name in names}
    return {name: sum(each) if each else None for name, each in values.items()}
