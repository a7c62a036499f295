"""Small worlds about money written by hand: events of one municipality, and a figure of them."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any, Final

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from streams.figures.question import Question
from streams.prognosis.monitor import monitors
from streams.prognosis.register import FIGURES

TOWN: Final = "9901"
CARE: Final = "90000001"
ANNA: Final = "k1.anna"
BAS: Final = "k1.bas"

TOWNS: Final = "gemeentecode;naam;regio\n9901;Proefstad;Regio\n9902;Buurstad;Regio\n"
PRODUCTS_HEAD: Final = (
    "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;verblijf;"
    "begrotingspost;geldig_vanaf;geldig_tot;betaling\n"
)
CONTRACTS_HEAD: Final = (
    "contract;agb;gebied;jaar;productcodes;plafond;ondergrens;bovengrens;declaratietermijn_maanden;"
    "contractmanager;bekostiging\n"
)
CONVERSIONS_HEAD: Final = "gebied;ingangsdatum;oud;nieuw;gewicht;eenheidsfactor\n"
MEASURES_HEAD: Final = "maatregel;gemeentecode;productcodes;ingangsdatum;jaar;beoogde_besparing\n"
BUDGETS_HEAD: Final = "gemeentecode;jaar;begrotingspost;versie;vastgesteld_op;bedrag\n"
FIXED_HEAD: Final = "gemeentecode;begrotingspost;soort;omschrijving;maand;bedrag\n"

_names = count(1)


def documents(**files: str) -> dict[str, ReferenceDocument]:
    """The reference documents of these files, without their .csv; two municipalities of one region."""
    texts = {"gemeenten": TOWNS, **files}
    loaded = parse_files({f"{name}.csv": text.encode() for name, text in texts.items()})
    assert not loaded.problems, loaded.problems
    return resolve(loaded)


def _head(town: str, dated: str) -> dict[str, Any]:
    name = f"M{next(_names)}"
    return {
        "municipality": town,
        "provider": CARE,
        "identification": name,
        "dated": dated,
        "findings": [],
    }


def paid(  # noqa: PLR0913  # a parameter a field: a test names only what it is about
    month: str,
    cents: int,
    *,
    code: str = "45A04",
    client: str = ANNA,
    volume: int = 1,
    unit: str = "82",
    allocation: int = 1,
    town: str = TOWN,
    dated: str = "2025-01-05",
) -> AnyEvent:
    """A declaration of one line; negative cents (and their volume) are a credit."""
    head = _head(town, dated)
    line = {
        "client": 0,
        "reference": head["identification"],
        "previous": None,
        "allocation": allocation,
        "category": code[:2],
        "code": code,
        "begin": f"{month}-01",
        "end": f"{month}-28",
        "volume": volume,
        "unit": unit,
        "tariff": None,
        "amount": abs(cents),
        "side": "C" if cents < 0 else "D",
    }
    event: Any = {
        **head,
        "number": head["identification"],
        "body": head["identification"],
        "period_begin": f"{month}-01",
        "period_end": f"{month}-28",
        "declared_on": dated,
        "total": cents,
        "clients": [client],
        "lines": {name: [value] for name, value in line.items()},
    }
    return event  # type: ignore[no-any-return]


def allocated(  # noqa: PLR0913  # as above
    begin: str,
    end: str | None,
    *,
    code: str = "45A05",
    number: int = 1,
    client: str = ANNA,
    reason: str | None = None,
) -> AnyEvent:
    """An allocation of one piece in all; `reason` is its RedenWijziging."""
    content = {
        "number": number,
        "stamp": "2025-01-01T10:00:00",
        "begin": begin,
        "category": code[:2],
        "code": code,
        "volume": 1,
        "unit": "82",
        "frequency": "6",
        **({"end": end} if end else {}),
        **({"reason": reason} if reason else {}),
    }
    event: Any = {
        **_head(TOWN, "2025-01-01"),
        "client": client,
        "age_band": "0-11",
        "allocations": [content],
    }
    return event  # type: ignore[no-any-return]


def stopped(
    end: str,
    *,
    reason: str = "31",
    status: str = "1",
    dated: str = "2025-01-02",
    client: str = ANNA,
) -> AnyEvent:
    """A stop of the care on allocation 1."""
    move = {
        "begin": "2025-06-01",
        "status": status,
        "allocation": 1,
        "reason": reason,
        "end": end,
    }
    event: Any = {
        **_head(TOWN, dated),
        "client": client,
        "age_band": "0-11",
        "moment": "stop",
        "moves": [move],
    }
    return event  # type: ignore[no-any-return]


def figure(
    name: str,
    events: Sequence[AnyEvent],
    known: dict[str, ReferenceDocument],
    as_of: str = "2025-12-31",
    by: tuple[str, ...] = ("municipality",),
) -> list[dict[str, Any]]:
    """The rows of a figure for 2025."""
    day = date.fromisoformat(as_of)
    found = [part for each in monitors(events, known, day) for part in each.parts()]
    return FIGURES[name].compute(found, Question(day, 2025, by))


def column(rows: Sequence[dict[str, Any]], key: str, value: str) -> dict[Any, Any]:
    """One column by another."""
    return {row[key]: row[value] for row in rows}
