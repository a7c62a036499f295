"""One reference file: bytes in, rows with their line numbers or problems out.

All bad rows are reported, and a file with a problem has no rows. Harmless differences are read
over: a byte order mark, any line end, blank lines, quotes, white space around a cell, the order
of the columns. No reason repeats what stands in the file: it may be personal.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pydantic import ValidationError

from schemas.reference.rows import Row

R = TypeVar("R", bound=Row)
Line = tuple[int, list[str]]  # line number of its first character (from 1), stripped cells


@dataclass(frozen=True)
class Problem:
    """What is wrong, in Dutch, and where; a warning keeps nothing from being loaded."""

    file: str
    reason: str
    line: int | None = None
    column: str | None = None
    kind: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        line = f", regel {self.line}" if self.line else ""
        column = f", kolom {self.column}" if self.column else ""
        return f"{self.file}{line}{column}: {self.reason}"


@dataclass(frozen=True)
class Table(Generic[R]):
    """The rows of one file with their lines; none when there are problems."""

    rows: tuple[tuple[int, R], ...] = ()
    problems: tuple[Problem, ...] = ()

    def judged(self, problems: list[Problem]) -> "Table[R]":
        """This table, or only the problems when there are any more."""
        return Table((), (*self.problems, *problems)) if problems else self


def parse_table(row_type: type[R], data: bytes) -> Table[R]:
    """The table in the bytes of a file of this row type."""
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"is geen UTF-8: byte {error.start + 1} van het bestand past niet"
        return Table((), (Problem(row_type.FILE, reason, line),))
    lines, broken = _split(row_type.FILE, text)
    header, *body = lines or [(1, [])]
    wrong = _header_problem(row_type, *header)
    if wrong:
        return Table((), (wrong,))
    return _parse_rows(row_type, header[1], body).judged(broken)


def _split(name: str, text: str) -> tuple[list[Line], list[Problem]]:
    """The lines that aren't blank, and what made reading stop early."""
    lines = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    begin = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                lines.append((begin, cells))
            begin = reader.line_num + 1
    except csv.Error:
        return lines, [
            Problem(name, "aanhalingstekens die niet kloppen, of een te lang veld", begin)
        ]
    return lines, []


def _header_problem(row_type: type[Row], line: int, header: list[str]) -> Problem | None:
    """What keeps this header from naming each column once; optional ones may be absent."""
    reason = _header_reason(header, set(row_type.columns()), row_type.OPTIONAL)
    return Problem(row_type.FILE, reason, line) if reason else None


def _header_reason(header: list[str], columns: set[str], optional: frozenset[str]) -> str | None:
    names = {name for name in header if name}
    if not names:
        return "heeft geen kopregel met kolomnamen"
    if len(header) == 1 and columns & set(re.split(r"\s*[,\t|]\s*", header[0])):
        return "heeft een ander scheidingsteken: zet tussen de kolommen een puntkomma (;)"
    if missing := sorted(columns - names - optional):
        return f"mist in de kopregel: {', '.join(missing)}"
    if names - columns or len(names) < len(header):
        places = [str(n) for n, name in enumerate(header, 1) if _is_extra(n, name, header, columns)]
        return f"heeft in de kopregel een onbekende, lege of dubbele kolom (nummer {', '.join(places)})"
    return None


def _is_extra(number: int, name: str, header: list[str], columns: set[str]) -> bool:
    return name not in columns or name in header[: number - 1]


def _parse_rows(row_type: type[R], header: list[str], body: list[Line]) -> Table[R]:
    rows: list[tuple[int, R]] = []
    problems: list[Problem] = []
    for line, cells in body:
        if len(cells) < len(header) or any(cells[len(header) :]):
            reason = f"heeft {len(cells)} velden, de kopregel {len(header)}"
            problems.append(Problem(row_type.FILE, reason, line))
            continue
        filled = {column: cell for column, cell in zip(header, cells, strict=False) if cell}
        try:
            rows.append((line, row_type.model_validate(filled)))
        except ValidationError as error:
            problems.extend(_cell_problems(row_type, line, error))
    problems.extend(_contradictions(rows))
    return Table(tuple(rows)).judged(problems)


def _cell_problems(row_type: type[Row], line: int, error: ValidationError) -> Iterator[Problem]:
    # pydantic places an absent cell under the attribute's name, a filled one under the column's.
    column_of = {name: column for column, name in row_type.columns().items()}
    for found in error.errors(include_input=False, include_url=False):
        reason = "is leeg, maar moet gevuld zijn" if found["type"] == "missing" else found["msg"]
        place = str(found["loc"][0])
        yield Problem(row_type.FILE, reason, line, column_of.get(place, place))


def _contradictions(rows: list[tuple[int, R]]) -> Iterator[Problem]:
    """Rows that say another thing than an earlier one under the same key, known equally long."""
    first: dict[tuple[object, ...], tuple[int, R]] = {}
    for line, row in rows:
        earlier, other = first.setdefault((*row.key, row.known_since), (line, row))
        if other != row:
            columns = [column for column, name in row.columns().items() if name in row.KEY]
            reason = f"spreekt regel {earlier} tegen: zelfde {', '.join(columns)}, andere inhoud"
            yield Problem(row.FILE, reason, line)
