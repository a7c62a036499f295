"""The file of a what-if: steps as rows of a CSV, and what is wrong with them.

    soort;vanaf;percentage;agb;productcode;maatregel
    tarief;2025-07;3,5;;45A04;
    einde_contract;2025-10;;90000001;;
    maatregel;;;;;Wijkteams

`streams.prognosis.whatif` tells what each kind does. A column that nobody fills may be left out.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from schemas.errors import BudgetwachtError

COLUMNS: Final = ("soort", "vanaf", "percentage", "agb", "productcode", "maatregel")

NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "instroom": frozenset({"vanaf", "percentage"}),
    "tarief": frozenset({"vanaf", "percentage"}),
    "uitnutting": frozenset({"vanaf", "percentage"}),
    "einde_contract": frozenset({"vanaf", "agb"}),
    "maatregel": frozenset({"maatregel"}),
}
OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "instroom": frozenset({"agb", "productcode"}),
    "tarief": frozenset({"agb", "productcode"}),
    "uitnutting": frozenset({"agb", "productcode"}),
    "einde_contract": frozenset({"percentage", "productcode"}),
    "maatregel": frozenset(),
}
"""By kind of step the columns that must, and that may be filled."""


class BadSteps(BudgetwachtError):
    """A file of steps that can't be used; the text says in which line and column, and why."""

    exit_code = 2


@dataclass(frozen=True)
class Step:
    """A row of the file: `start` an absolute month, `share` a percentage as a share of one."""

    name: str
    kind: str
    start: int
    share: float
    provider: str
    product: str
    measure: str


def read_steps(text: str) -> list[Step]:
    """The steps of a CSV text (`;`, decimal comma) with the columns `COLUMNS`. Raises `BadSteps`."""
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines(), delimiter=";", strict=True)
    try:
        columns = reader.fieldnames or ()
        if (
            set(columns) - set(COLUMNS)
            or len(set(columns)) < len(columns)
            or "soort" not in columns
        ):
            raise BadSteps(f"regel 1: de kolommen zijn {';'.join(COLUMNS)}")
        rows = [(reader.line_num, row) for row in reader if any(row.values())]
    except csv.Error:
        raise BadSteps(f"regel {reader.reader.line_num}: een aanhalingsteken te weinig") from None
    return [_step(row, number, line) for number, (line, row) in enumerate(rows, 1)]


def _step(row: Mapping[str | None, object], number: int, line: int) -> Step:
    if None in row:
        raise BadSteps(f"regel {line}: meer velden dan kolommen")
    filled = {str(name): str(value).strip() for name, value in row.items() if value}
    filled = {name: value for name, value in filled.items() if value}
    kind = filled.pop("soort", "")
    if kind not in NEEDED:
        raise BadSteps(f"regel {line}, kolom soort: {kind!r} is geen van {', '.join(NEEDED)}")
    for name in COLUMNS[1:]:
        if name in NEEDED[kind] and name not in filled:
            raise BadSteps(f"regel {line}, kolom {name}: is nodig bij {kind}")
        if name in filled and name not in NEEDED[kind] | OPTIONAL[kind]:
            raise BadSteps(f"regel {line}, kolom {name}: hoort niet bij {kind}")
    return Step(
        name=" ".join([f"{number}. {kind}", *_words(filled)]),
        kind=kind,
        start=_month(filled.get("vanaf", "0001-01"), line),
        share=_share(filled.get("percentage", "0"), kind, line),
        provider=filled.get("agb", ""),
        product=filled.get("productcode", ""),
        measure=filled.get("maatregel", ""),
    )


def _words(filled: Mapping[str, str]) -> Iterator[str]:
    if "percentage" in filled:
        yield f"{filled['percentage']}%"
    if "vanaf" in filled:
        yield f"vanaf {filled['vanaf']}"
    yield from (filled[name] for name in ("agb", "productcode", "maatregel") if name in filled)


def _month(text: str, line: int) -> int:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII):
        raise BadSteps(f"regel {line}, kolom vanaf: {text!r} is geen maand (JJJJ-MM)")
    return int(text[:4]) * 12 + int(text[5:]) - 1


def _share(text: str, kind: str, line: int) -> float:
    if not re.fullmatch(r"[+-]?\d{1,4}(,\d+)?", text, re.ASCII):
        raise BadSteps(f"regel {line}, kolom percentage: {text!r} is geen percentage, zoals -2,5")
    share = float(text.replace(",", ".")) / 100
    low, high = (0.0, 1.0) if kind == "einde_contract" else (-1.0, 10.0)
    if not low <= share <= high:
        raise BadSteps(
            f"regel {line}, kolom percentage: {text} ligt niet tussen {low * 100:g} en {high * 100:g}"
        )
    return share
