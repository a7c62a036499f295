"""A table for a person (text), for Excel (csv with `;`, a decimal comma) or for a program (JSON).

The same table gives the same bytes. No value reads as "-" in text, as an empty field in csv.
"""

import csv
import io
import json
from collections.abc import Sequence
from fractions import Fraction
from textwrap import wrap
from typing import Any, Final

from schemas.dutch import number, percent, rounded_euros
from streams.local.tables.table import Column, Form, Row, Table

NARROWEST: Final = 80
"""Characters a line of the notes may have at least: a terminal's usual width."""

NOTHING: Final = "(niets om te tonen)"
"""What stands under the heads of a table without rows."""

BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel takes a csv for the code page of Windows."""


def text(table: Table) -> str:
    """Title, columns under their heads with numbers to the right, totals below a line, notes."""
    bodies = [
        [[_told(row, column) for column in table.columns] for row in rows]
        for rows in (table.rows, table.totals)
    ]
    heads = [column.head for column in table.columns]
    columns = zip(heads, *bodies[0], *bodies[1], strict=True)
    widths = [max(map(len, column)) for column in columns]
    line = "  ".join("-" * width for width in widths)
    lines = [table.title, "", _line(table.columns, heads, widths), line]
    lines += [_line(table.columns, cells, widths) for cells in bodies[0]] or [NOTHING]
    if bodies[1]:
        lines += [line, *(_line(table.columns, cells, widths) for cells in bodies[1])]
    notes = [part for note in table.notes for part in wrap(note, max(NARROWEST, len(line)))]
    return "\n".join([*lines, "", *notes])


def excel(table: Table) -> str:
    """The heads and all rows, totals last; amounts in euros, shares in percents."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.head for column in table.columns])
    for row in (*table.rows, *table.totals):
        writer.writerow([_field(row.get(column.name), column.form) for column in table.columns])
    return BYTE_ORDER_MARK + out.getvalue().removesuffix("\r\n")


def data(table: Table) -> str:
    """Everything as it is: cents, counts and shares under the names of the columns."""
    names = [column.name for column in table.columns]
    told: dict[str, Any] = {
        "title": table.title,
        "columns": [vars(column) for column in table.columns],
        "rows": [{name: row.get(name) for name in names} for row in table.rows],
        "totals": [{name: row.get(name) for name in names} for row in table.totals],
        "notes": list(table.notes),
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.ljust(width) if column.form == "text" else cell.rjust(width)
        for column, cell, width in zip(columns, cells, widths, strict=True)
    )
    return "  ".join(padded).rstrip()


def _told(row: Row, column: Column) -> str:
    """A value; a total has no text to tell."""
    value = row.get(column.name, "" if column.form == "text" else None)
    match column.form:
        case _ if value is None:
            return "-"
        case "euros":
            return rounded_euros(value)
        case "number":
            return number(value)
        case "decimal":
            return number(value, 1)
        case "percent":
            return percent(value)
        case _:
            return str(value)


def _field(value: Any, form: Form) -> str:
    match form:
        case _ if value is None:
            return ""
        case "euros":
            return number(Fraction(value, 100), 2).replace(".", "")
        case "decimal":
            return number(value, 2).replace(".", "")
        case "percent":
            return percent(value).replace(".", "")
        case _:
            return str(value)
