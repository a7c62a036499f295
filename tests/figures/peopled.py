"""Small hostile worlds about people: two towns, two years, few clients, so that lives cross."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files

CLIENTS = ("k1.een", "k1.twee", "k1.drie")
PROVIDERS = ("90000001", "90000001", "90000002", "90000003")
PRODUCTS = (("45", "45A04"), ("45", "45A05"), ("44", "44A08"))
MONTHS = ("2023-06", "2023-12", "2024-01", "2024-02", "2024-06", "2024-11", "2024-12", "2025-01")
DAYS = [(date(2023, 11, 3) + timedelta(days=23 * n)).isoformat() for n in range(25)]
AS_OF = [date(2024, 2, 10), date(2024, 12, 31), date(2025, 1, 20), date(2025, 6, 30)]
TABLES = {
    "producten.csv": (
        "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;verblijf;"
        "begrotingspost;geldig_vanaf;geldig_tot\n"
        "Regio;45A04;45;;B;;;;nee;ambulant;2020-01-01;\n"
        "9901;45A04;45;;C;;;;ja;ambulant;2024-02-01;2024-12-31\n"
        "Regio;44A08;44;;;;;;ja;verblijf;2020-01-01;\n"
    ),
    "inwoners.csv": "gemeentecode;jaar;jeugdigen\n9901;2024;1000\n9902;2024;300\n9901;2025;1250\n",
    "productomzetting.csv": (
        "gebied;ingangsdatum;oud;nieuw;gewicht;eenheidsfactor\n"
        "9901;2024-07-01;45A04;45A05;1;1\nRegio;2024-07-01;45A04;44A08;1;1\n"
    ),
    "tarieven.csv": (
        "gebied;agb;productcode;eenheid;tarief;geldig_vanaf;geldig_tot\n"
        "Regio;90000001;45A04;04;90,00;2020-01-01;\n"
    ),
}


def documents(*, merged: bool) -> dict[str, ReferenceDocument]:
    """The reference documents; merged, 9902 goes on in 9901 from the new year of 2025."""
    after = "9901;2025-01-01" if merged else ";"
    towns = f"gemeentecode;naam;regio;opvolger;per\n9901;Een;Regio;;\n9902;Twee;Regio;{after}\n"
    tables = {"gemeenten.csv": towns, **TABLES}
    loaded = parse_files({name: text.encode() for name, text in tables.items()})
    assert not loaded.problems
    return resolve(loaded)


days = st.sampled_from(DAYS)
clients = st.sampled_from(CLIENTS)


def _head(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "municipality": draw(st.sampled_from(["9901", "9901", "9902"])),
        "provider": draw(st.sampled_from(PROVIDERS)),
        "identification": draw(st.sampled_from([f"A{n}" for n in range(9)])),
        "dated": draw(days),
        "findings": [],
    }


def _bands(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["0-11", "12-17", "18-23", "24+"]))


@st.composite
def periods(draw: st.DrawFn) -> tuple[str, str]:
    """A ProductPeriode: mostly a whole month, or part of one, or one that no rule allows."""
    month = draw(st.sampled_from(MONTHS))
    last = (date.fromisoformat(f"{month}-01") + timedelta(days=31)).replace(day=1)
    end = (last - timedelta(days=1)).isoformat()
    kinds = [
        *[(f"{month}-01", end)] * 4,
        *((f"{month}-10", end), (f"{month}-01", f"{month}-20"), (f"{month}-31", f"{month}-31")),
        *((f"{month}-12", f"{month}-03"), (f"{month}-05", "2025-02-11")),
        (f"{month}-05", "2023-05-31"),
    ]
    return draw(st.sampled_from(kinds))


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    category, code = draw(st.sampled_from(PRODUCTS))
    begin, end = draw(periods())
    return {
        "client": draw(st.integers(0, 2)),
        "reference": draw(st.sampled_from([f"R{n}" for n in range(40)])),
        "previous": None,
        "allocation": draw(st.integers(1, 4)),
        "category": category,
        "code": code,
        "begin": begin,
        "end": end,
        "volume": draw(st.integers(0, 9)),
        "unit": "04",
        "tariff": None,
        "amount": draw(st.sampled_from([0, 100, 100, 250])),  # equal amounts cancel
        "side": draw(st.sampled_from("DDDC")),
    }


@st.composite
def declarations(draw: st.DrawFn) -> AnyEvent:
    return _declared(draw, draw(st.lists(lines(), min_size=1, max_size=9)))


def _declared(draw: st.DrawFn, rows: list[dict[str, Any]]) -> AnyEvent:
    body: dict[str, Any] = {
        "number": draw(st.sampled_from([f"D{n}" for n in range(20)])),
        "period_begin": "2024-01-01",
        "period_end": "2024-01-31",
        "declared_on": "2024-02-01",
        "total": 0,
        "clients": list(CLIENTS),
        "lines": {name: [row[name] for row in rows] for name in rows[0]},
    }
    digest = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    event: Any = {**_head(draw), "body": digest, **body}
    return event  # type: ignore[no-any-return]


@st.composite
def lives(draw: st.DrawFn) -> AnyEvent:
    """A client in care month after month, with another product or nothing from some month on."""
    first, change, last = sorted(draw(st.lists(st.integers(0, 19), min_size=3, max_size=3)))
    rows = []
    for number in range(first, last + 1):
        category, code = draw(st.shared(st.sampled_from(PRODUCTS), key="first"))
        if number >= change:
            category, code = draw(st.shared(st.sampled_from(PRODUCTS), key="second"))
        begin = date(2023 + (number + 8) // 12, (number + 8) % 12 + 1, 1)
        end = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        row = draw(lines()) | {"reference": f"L{number}", "client": 0, "amount": 300, "side": "D"}
        amount = {"45A04": 100, "45A05": 250, "44A08": 900}[code]
        row |= {"category": category, "code": code, "amount": amount}
        rows.append(row | {"begin": begin.isoformat(), "end": end.isoformat()})
    return _declared(draw, rows)


def _product(draw: st.DrawFn) -> dict[str, str]:
    category, code = draw(st.sampled_from(PRODUCTS))
    both = {"category": category, "code": code}
    return draw(st.sampled_from([both, both, both, {"category": category}, {}]))


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    begin = draw(days)
    content: dict[str, Any] = {
        "number": draw(st.integers(1, 4)),
        "stamp": draw(days) + draw(st.sampled_from(["T10:00:00", "T11:30:00"])),
        "begin": begin,
        **_product(draw),
    }
    if draw(st.integers(0, 3)):
        length = draw(st.sampled_from([-3, 0, 25, 70, 300]))
        content["end"] = (date.fromisoformat(begin) + timedelta(days=length)).isoformat()
    if draw(st.integers(0, 3)) == 0:
        content["reason"] = draw(st.sampled_from(["13", "04"]))
    if draw(st.booleans()):
        content |= {"volume": draw(st.integers(0, 9)), "unit": "04", "frequency": "4"}
    elif draw(st.booleans()):
        content["budget"] = draw(st.integers(0, 9_999))
    if draw(st.booleans()):
        content["reference"] = draw(st.sampled_from(["V1", "V2", "V3"]))
    return content


@st.composite
def allocations(draw: st.DrawFn) -> AnyEvent:
    event: Any = {
        **_head(draw),
        "client": draw(clients),
        "age_band": _bands(draw),
        "allocations": draw(st.lists(contents(), min_size=1, max_size=3)),
    }
    return event  # type: ignore[no-any-return]


@st.composite
def care(draw: st.DrawFn) -> AnyEvent:
    moment = draw(st.sampled_from(["start", "start", "stop"]))
    move: dict[str, Any] = {"begin": draw(days), "status": draw(st.sampled_from("1113"))}
    if draw(st.integers(0, 3)):
        move["allocation"] = draw(st.integers(1, 5))
    move |= _product(draw)
    if moment == "stop":
        move |= {"reason": draw(st.sampled_from(["20", "31"])), "end": draw(days)}
    event: Any = {
        **_head(draw),
        "client": draw(clients),
        "age_band": _bands(draw),
        "moment": moment,
        "moves": [move],
    }
    return event  # type: ignore[no-any-return]


@st.composite
def requests(draw: st.DrawFn) -> AnyEvent:
    asked = {
        "reference": draw(st.sampled_from(["V1", "V1", "V2"])),
        "begin": draw(days),
        "referrer": draw(st.sampled_from(["01", "02", "08"])),
    }
    event: Any = {
        **_head(draw),
        "client": draw(clients),
        "age_band": _bands(draw),
        "asked": [asked],
    }
    return event  # type: ignore[no-any-return]


@st.composite
def changes(draw: st.DrawFn) -> AnyEvent:
    event: Any = {
        **_head(draw),
        "client": draw(clients),
        "reference": draw(st.sampled_from(["V2", "V3", "V3"])),
        "reason": "1",
        "unchanged": [],
        "changed": [],
        "added": [],
    }
    return event  # type: ignore[no-any-return]


def worlds() -> st.SearchStrategy[list[AnyEvent]]:
    """Messages, most of them about money or care."""
    money = lives() | declarations() | declarations()
    told = money | allocations() | allocations() | care() | care() | requests() | changes()
    return st.lists(told, min_size=2, max_size=16)
