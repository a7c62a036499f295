"""Hostile worlds about money: two years, three municipalities of which one is merged away, few names.

The reference data has everything that the figures of money read: trajectories, contracts of both
financings, budget versions, fixed costs, measures and product conversions.
"""

import hashlib
import json
from calendar import monthrange
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files

TOWNS: Final = ("9901", "9902", "9903")
PROVIDERS: Final = ("90000001", "90000002")
CLIENTS: Final = ("k1.een", "k1.twee")
MONTHS: Final = [f"{year}-{month:02}" for year in (2024, 2025) for month in (1, 2, 3, 6, 7, 12)]
CODES: Final = ("45A04", "45A05", "44A08", "44A09", "OUD1", "OUD2", "NIEU1", "NIEU2", "NIEU3")

OWNERS: Final = {
    number: (TOWNS[number % 3], PROVIDERS[number % 2], CLIENTS[number // 3 % 2])
    for number in range(1, 7)
}
"""Whose an allocation mostly is: town, provider and client; now and then it is somebody else's."""

FILES: Final = {
    "gemeenten.csv": (
        "gemeentecode;naam;regio;opvolger;per\n"
        "9901;Proef;Regio;;\n9902;Buur;Regio;;\n9903;Weg;Regio;9902;2025-01-01\n"
    ),
    "producten.csv": (
        "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;verblijf;"
        "begrotingspost;geldig_vanaf;geldig_tot;betaling\n"
        "Regio;45A04;45;;B;P1;licht;;nee;ambulant;2020-01-01;;maand\n"
        "9901;45A04;45;;C;P1;zwaar;;nee;ambulant;2025-02-01;2025-03-31;\n"
        "Regio;45A05;45;;B;P2;licht;;nee;ambulant;2020-01-01;;50/50\n"
        "Regio;44A08;44;;C;;zwaar;;ja;verblijf;2020-01-01;;70/30\n"
        "9902;44A09;44;;C;;;;ja;verblijf;2020-01-01;2025-02-28;100/0\n"
        "9902;44A09;44;;B;;;;ja;verblijf;2025-03-01;;0/100\n"
        "Regio;NIEU1;45;;B;P1;;;nee;nieuw;2025-01-01;;33/67\n"
    ),
    "tarieven.csv": (
        "gebied;agb;productcode;eenheid;tarief;geldig_vanaf;geldig_tot\n"
        "Regio;90000001;45A04;04;90,00;2024-01-01;\n"
        "9902;90000001;45A05;82;1250,50;2020-01-01;2025-01-31\n"
        "Regio;90000002;44A08;14;201,37;2020-01-01;\n"
    ),
    "begroting.csv": (
        "gemeentecode;jaar;begrotingspost;versie;vastgesteld_op;bedrag;bekend_sinds\n"
        "9901;2025;ambulant;primitief;2024-11-01;1000,00;\n"
        "9901;2025;ambulant;10;2025-03-01;900,01;\n"
        "9901;2025;ambulant;9;2025-03-01;800,00;\n"
        "9901;2025;verblijf;primitief;2024-11-05;0,00;\n"
        "9901;2025;verblijf;1;2025-06-01;500,00;2025-08-01\n"
        "9902;2025;ambulant;primitief;2024-11-01;300,00;\n"
        "9903;2024;ambulant;primitief;2023-11-01;250,00;\n"
        "9903;2025;ambulant;primitief;2024-10-01;250,00;\n"
        "9902;2024;apart;primitief;2023-11-01;77,77;\n"
    ),
    "contracten.csv": (
        "contract;agb;gebied;jaar;productcodes;plafond;ondergrens;bovengrens;declaratietermijn_maanden;"
        "contractmanager;bekostiging\n"
        "lump;90000001;Regio;2025;45A04,45A05;1000,03;80;120;3;;lumpsum\n"
        "lump;90000001;9901;2025;;333,33;;110,5;;;lumpsum\n"
        "pxq;90000002;Regio;2025;;2000,00;75;;;;pxq\n"
        "los;90000002;9902;2024;44A08;;80;120;;;lumpsum\n"
        "weg;90000001;9903;2024;;150,00;90;100;;;\n"
        "nieuw;90000001;9902;2025;;150,00;90;100;;;\n"
    ),
    "vaste_kosten.csv": (
        "gemeentecode;begrotingspost;soort;omschrijving;maand;bedrag\n"
        "9901;ambulant;taakgericht;Team;2025;100,01\n"
        "9901;verblijf;pgb;;2025-02;33,33\n"
        "9901;lokaal;overig;;2025-02;-12,34\n"
        "9902;ambulant;pgb;;2025;10,00\n"
        "9903;ambulant;pgb;Oud;2024;11,00\n"
        "9903;ambulant;pgb;Oud;2025;11,00\n"
    ),
    "productomzetting.csv": (
        "gebied;ingangsdatum;oud;nieuw;gewicht;eenheidsfactor\n"
        "Regio;2025-01-01;OUD1;NIEU1;3;1\n"
        "Regio;2025-01-01;OUD1;NIEU2;1;0,5\n"
        "Regio;2025-01-01;OUD2;NIEU2;1;60\n"
        "Regio;2025-03-15;NIEU2;NIEU3;2;0,25\n"
        "Regio;2025-03-15;NIEU2;OUD1;1;1,5\n"
        "9901;2025-02-01;OUD2;45A04;0,4;2\n"
        "9901;2025-02-01;OUD2;OUD2;0,2;1\n"
    ),
    "maatregelen.csv": (
        "maatregel;gemeentecode;productcodes;ingangsdatum;jaar;beoogde_besparing\n"
        "POH;9901;45A04,45A05;2024-05-01;2025;1200,00\n"
        "POH;9902;;2025-03-20;2025;100,01\n"
        "Later;9902;44A08;2026-02-01;2025;50,00\n"
        "Oud;9903;;2024-01-01;2024;24,00\n"
    ),
}


def documents() -> dict[str, ReferenceDocument]:
    """The reference documents of these worlds."""
    loaded = parse_files({name: text.encode() for name, text in FILES.items()})
    assert not loaded.problems, loaded.problems
    return resolve(loaded)


days = st.sampled_from(
    [(date(2024, 2, 10) + timedelta(days=n * 61)).isoformat() for n in range(12)]
)
as_ofs = st.sampled_from(
    [date(2024, 12, 30), date(2025, 1, 15), date(2025, 3, 31), date(2025, 9, 2), date(2025, 12, 31)]
)
names = st.sampled_from(["A1", "A2", "B1"])
references = st.sampled_from([f"R{n}" for n in range(8)])
clients = st.sampled_from(CLIENTS)


@st.composite
def heads(draw: st.DrawFn) -> dict[str, Any]:
    """What every message has."""
    return {
        "municipality": draw(st.sampled_from(TOWNS)),
        "provider": draw(st.sampled_from(PROVIDERS)),
        "identification": draw(names),
        "dated": draw(days),
        "findings": [],
    }


@st.composite
def owned(draw: st.DrawFn) -> tuple[int, dict[str, Any]]:
    """An allocation number with the head, and the client, of a message about it."""
    number, head = draw(st.sampled_from(sorted(OWNERS))), draw(heads())
    town, provider, client = OWNERS[number]
    if draw(st.integers(0, 7)):
        return number, head | {"municipality": town, "provider": provider, "client": client}
    return number, head | {"client": draw(clients)}


@st.composite
def lines(draw: st.DrawFn, head: dict[str, Any]) -> dict[str, Any]:
    own = [n for n in sorted(OWNERS) if OWNERS[n][:2] == (head["municipality"], head["provider"])]
    number = draw(st.sampled_from(own * 4 + [1, 2]))
    month = draw(st.sampled_from(MONTHS))
    last = monthrange(int(month[:4]), int(month[5:]))[1]
    code = draw(st.sampled_from(CODES))
    return {
        "client": CLIENTS.index(OWNERS[number][2]) if draw(st.integers(0, 5)) else 0,
        "reference": draw(references),
        "previous": None,
        "allocation": number,
        "category": "44" if code.startswith("44") else "45",
        "code": code,
        "begin": f"{month}-01",
        "end": f"{month}-{last}",
        "volume": draw(st.integers(0, 40)),
        "unit": draw(st.sampled_from(["01", "04", "14", "82", "83"])),
        "tariff": None,
        "amount": draw(st.sampled_from([0, 1, 5, 33_333, 50_000]) | st.integers(0, 99_999)),
        "side": draw(st.sampled_from("DDDDC")),
    }


@st.composite
def declarations(draw: st.DrawFn) -> AnyEvent:
    head = draw(heads())
    rows = draw(st.lists(lines(head), min_size=1, max_size=6))
    body = {
        "number": draw(st.sampled_from(["D1", "D2", "D3"])),
        "period_begin": "2025-01-01",
        "period_end": "2025-01-31",
        "declared_on": "2025-02-01",
        "total": 0,
        "clients": list(CLIENTS),
        "lines": {name: [row[name] for row in rows] for name in rows[0]},
    }
    digest = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    event: Any = {**head, "body": digest, **body}
    return event  # type: ignore[no-any-return]


@st.composite
def answers(draw: st.DrawFn, world: list[AnyEvent]) -> AnyEvent:
    """An answer to a message of the world."""
    named = draw(st.sampled_from(world))
    listed = draw(st.lists(references, max_size=2))
    event: Any = {
        **draw(heads()),
        "municipality": named["municipality"],
        "provider": named["provider"],
        "answers": {"identification": named["identification"], "dated": named["dated"]},
        "header_codes": ["0200"],
    }
    if draw(st.integers(0, 5)):
        event["declared"] = {
            "number": "D1",
            "submitted": 0,
            "granted": 0,
            "codes": ["8001"],
            "listed": bool(listed),
            "lines": [{"reference": each, "amount": 0, "codes": ["0611"]} for each in listed],
        }
    return event  # type: ignore[no-any-return]


@st.composite
def contents(draw: st.DrawFn, number: int) -> dict[str, Any]:
    begin = date.fromisoformat(draw(days))
    content: dict[str, Any] = {
        "number": number,
        "stamp": draw(days) + "T10:00:00",
        "begin": begin.isoformat(),
        "category": "45",
        "code": draw(st.sampled_from(CODES)),
        "volume": draw(st.integers(0, 500)),
        "unit": draw(st.sampled_from(["04", "14", "82", "83"])),
        "frequency": draw(st.sampled_from("1246")),
    }
    if draw(st.integers(0, 3)):
        content["end"] = (begin + timedelta(days=draw(st.integers(-3, 400)))).isoformat()
    if not draw(st.integers(0, 5)):
        content |= {"reason": "01", "end": content["begin"]}
    return content


@st.composite
def allocations(draw: st.DrawFn) -> AnyEvent:
    number, head = draw(owned())
    content = draw(contents(number))
    event: Any = {**head, "age_band": "0-11", "allocations": [content]}
    return event  # type: ignore[no-any-return]


@st.composite
def stops(draw: st.DrawFn) -> AnyEvent:
    number, head = draw(owned())
    move: dict[str, Any] = {
        "begin": "2024-02-10",
        "status": draw(st.sampled_from("1113")),
        "reason": draw(st.sampled_from(["31", "31", "20", "32"])),
        "end": draw(days),
    }
    if draw(st.integers(0, 5)):
        move["allocation"] = number
    event: Any = {
        **head,
        "age_band": "0-11",
        "moment": draw(st.sampled_from(["stop", "stop", "stop", "start"])),
        "moves": [move],
    }
    return event  # type: ignore[no-any-return]


@st.composite
def stories(draw: st.DrawFn) -> list[AnyEvent]:
    """A trajectory from its allocation over its payments to its stop, of which parts may be missing."""
    number = draw(st.sampled_from(sorted(OWNERS)))
    town, provider, client = OWNERS[number]
    code = draw(st.sampled_from(["45A05", "44A08", "44A09", "NIEU1"]))
    owner = {"municipality": town, "provider": provider, "dated": draw(days)}
    allocated: Any = {**draw(allocations()), **owner, "client": client}
    allocated["allocations"] = [draw(contents(number)) | {"code": code}]
    declared: Any = {**draw(declarations()), **owner}
    count = len(declared["lines"]["code"])
    declared["lines"] |= {"code": [code] * count, "allocation": [number] * count}
    declared["lines"]["client"] = [CLIENTS.index(client)] * count
    declared["body"] += code + str(number)
    stopped: Any = {**draw(stops()), **owner, "client": client}
    stopped["moves"] = [stopped["moves"][0] | {"allocation": number}]
    told = [allocated, declared, stopped]
    return told[: draw(st.integers(2, 3))]


@st.composite
def worlds(draw: st.DrawFn) -> list[AnyEvent]:
    """A set of messages about money."""
    told = declarations() | declarations() | allocations() | stops()
    world = draw(st.lists(told, min_size=1, max_size=10))
    world += [event for story in draw(st.lists(stories(), max_size=3)) for event in story]
    return world + draw(st.lists(answers(world), max_size=4))
