"""A directory of reference files, read as a whole: the rows of every good file and all problems.

A file with a bad row contributes nothing, the others load; a missing file is empty. Only
``load_directory`` touches the file system.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from schemas.reference.rows import (
    Areal,
    Budget,
    Contract,
    Conversion,
    FixedCost,
    Inhabitants,
    Measure,
    Municipality,
    Product,
    Provider,
    Recipient,
    Row,
    Share,
    Tariff,
)
from schemas.reference.table import Problem, Table, parse_table


@dataclass(frozen=True)
class Loaded:
    """The rows per file, in the files' order, and every problem."""

    municipalities: tuple[Municipality, ...] = ()
    inhabitants: tuple[Inhabitants, ...] = ()
    shares: tuple[Share, ...] = ()
    providers: tuple[Provider, ...] = ()
    products: tuple[Product, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    budgets: tuple[Budget, ...] = ()
    contracts: tuple[Contract, ...] = ()
    fixed_costs: tuple[FixedCost, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    measures: tuple[Measure, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that kept a file from being loaded."""
        return tuple(problem for problem in self.problems if problem.kind == "error")


TABLES: Mapping[str, type[Row]] = {
    "municipalities": Municipality,
    "inhabitants": Inhabitants,
    "shares": Share,
    "providers": Provider,
    "products": Product,
    "tariffs": Tariff,
    "budgets": Budget,
    "contracts": Contract,
    "fixed_costs": FixedCost,
    "conversions": Conversion,
    "measures": Measure,
    "recipients": Recipient,
}
FILES = frozenset(row_type.FILE for row_type in TABLES.values())


def load_directory(path: Path) -> Loaded:
    """What the reference files in a directory say; a file that can't be read is a problem."""
    if not path.is_dir():
        return Loaded(problems=(Problem(path.name, "is geen map met referentiebestanden"),))
    contents: dict[str, bytes] = {}
    unreadable: list[Problem] = []
    for file in sorted(path.glob("*.csv")):
        try:
            contents[file.name] = file.read_bytes()
        except OSError:
            unreadable.append(Problem(file.name, "kan niet gelezen worden"))
    loaded = parse_files(contents)
    return replace(loaded, problems=(*unreadable, *loaded.problems))


def parse_files(contents: Mapping[str, bytes]) -> Loaded:
    """What files say, given as bytes by file name."""
    tables: dict[str, Table[Any]] = {
        name: parse_table(row_type, contents[row_type.FILE])
        for name, row_type in TABLES.items()
        if row_type.FILE in contents
    }
    _judge_areas(tables)
    _judge_mergers(tables)
    found = [problem for table in tables.values() for problem in table.problems]
    rows: dict[str, Any] = {name: _rows(table) for name, table in tables.items()}
    return Loaded(**rows, problems=(*found, *_unknown_files(contents)))


def _rows(table: Table[Any]) -> tuple[Any, ...]:
    return tuple(row for _, row in table.rows)


def _unknown_files(contents: Mapping[str, bytes]) -> Iterator[Problem]:
    for name in sorted(contents.keys() - FILES):
        yield Problem(name, "is geen bekend referentiebestand en is overgeslagen", kind="warning")


def _judge_areas(tables: dict[str, Table[Any]]) -> None:
    """Turn away files that name a region which gemeenten.csv doesn't know.

    When gemeenten.csv itself is bad, its own problems are the ones to solve first.
    """
    municipalities = tables.get("municipalities", Table())
    if municipalities.problems:
        return
    regions = {row.region for _, row in municipalities.rows}
    for name, table in tables.items():
        tables[name] = table.judged(list(_area_problems(table, regions)))


def _area_problems(table: Table[Any], regions: set[str | None]) -> Iterator[Problem]:
    for line, row in table.rows:
        if not isinstance(row, Areal | Recipient) or row.area is None:
            continue
        if not row.area.isdigit() and row.area not in regions:
            reason = f"is geen gemeentecode en geen regio uit {Municipality.FILE}"
            yield Problem(row.FILE, reason, line, "gebied")


def _judge_mergers(tables: dict[str, Table[Any]]) -> None:
    """Turn gemeenten.csv away when a successor is not in it, or when plans as last known go round."""
    table = tables.get("municipalities", Table())
    if not table.problems:
        tables["municipalities"] = table.judged(list(_merger_problems(table)))


def _merger_problems(table: Table[Municipality]) -> Iterator[Problem]:
    rows = sorted((row for _, row in table.rows), key=lambda row: str(row.known_since or ""))
    codes, after = {row.code for row in rows}, {row.code: row.successor for row in rows}
    for line, row in table.rows:
        if row.successor and row.successor not in codes:
            yield Problem(row.FILE, f"is geen gemeente uit {row.FILE}", line, "opvolger")
        elif row.successor == after[row.code] and row.code in _followers(row.code, after):
            yield Problem(row.FILE, "wordt zelf door deze gemeente opgevolgd", line, "opvolger")


def _followers(code: str, after: Mapping[str, str | None]) -> Iterator[str]:
    """Who follows a municipality up, and who follows that one up, in turn."""
    for _ in after:
        follower = after.get(code)
        if follower is None:
            return
        yield follower
        code = follower
