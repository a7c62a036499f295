"""Small hostile worlds: few names, so that everything collides with everything."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files

PROVIDERS = ("90000001", "90000002")
MUNICIPALITY = "9901"
DAYS = [date(2025, 1, 1) + timedelta(days=9 * n) for n in range(12)]
CODES = ("45A04", "45A05", "44A08")

REFERENCE = {
    "gemeenten.csv": "gemeentecode;naam;regio\n9901;Proef;Regio\n",
    "producten.csv": (
        "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;verblijf;"
        "begrotingspost;geldig_vanaf;geldig_tot;betaling\n"
        "Regio;45A04;45;;B;;;;;ambulant;2020-01-01;;\n"
        "9901;45A04;45;;C;;;;;ambulant;2025-02-01;2025-03-31;70/30\n"
        "Regio;44A08;44;;;;;;;verblijf;2020-01-01;;50/50\n"
    ),
    "tarieven.csv": (
        "gebied;agb;productcode;eenheid;tarief;geldig_vanaf;geldig_tot\n"
        "Regio;90000001;45A04;04;90,00;2024-01-01;\n"
        "9901;90000001;45A04;01;1,5333;2025-02-01;2025-02-28\n"
        "9901;90000002;45A05;82;1250,50;2020-01-01;2025-01-31\n"
        "Regio;90000002;44A08;14;201,37;2020-01-01;\n"
    ),
}


def document() -> ReferenceDocument:
    """The reference document of the municipality of these worlds."""
    loaded = parse_files({name: text.encode() for name, text in REFERENCE.items()})
    assert not loaded.problems
    return resolve(loaded)[MUNICIPALITY]


days = st.sampled_from([day.isoformat() for day in DAYS])
providers = st.sampled_from(PROVIDERS)
names = st.sampled_from(["A1", "A2", "B1"])
references = st.sampled_from([f"R{n}" for n in range(6)])
codes = st.sampled_from([["0200"], ["8001"], ["0611"], ["0233"], ["0200", "9322"]])


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    unit = draw(st.sampled_from(["01", "04", "14", "82", "83"]))
    begin = draw(days)
    return {
        "client": draw(st.integers(0, 1)),
        "reference": draw(references),
        "previous": None,
        "allocation": draw(st.integers(1, 3)),
        "category": draw(st.sampled_from(["45", "44"])),
        "code": draw(st.sampled_from(CODES)),
        "begin": begin,
        "end": begin,
        "volume": draw(st.integers(0, 40)),
        "unit": unit,
        "tariff": None,
        "amount": draw(st.integers(0, 99_999)),
        "side": draw(st.sampled_from("DDDC")),
    }


@st.composite
def declarations(draw: st.DrawFn) -> AnyEvent:
    rows = draw(st.lists(lines(), min_size=1, max_size=5))
    period = draw(st.sampled_from([("2025-01-01", "2025-01-31"), ("2025-03-01", "2025-03-31")]))
    body = {
        "number": draw(st.sampled_from(["D1", "D2"])),
        "period_begin": period[0],
        "period_end": period[1],
        "declared_on": "2025-02-01",
        "total": 0,
        "clients": ["k1.een", "k1.twee"],
        "lines": {name: [row[name] for row in rows] for name in rows[0]},
    }
    digest = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    head = {"municipality": MUNICIPALITY, "provider": draw(providers), "findings": []}
    event: Any = {
        **head,
        "identification": draw(names),
        "dated": draw(days),
        "body": digest,
        **body,
    }
    return event  # type: ignore[no-any-return]


@st.composite
def answers(draw: st.DrawFn) -> AnyEvent:
    event: Any = {
        "municipality": MUNICIPALITY,
        "provider": draw(providers),
        "identification": draw(names),
        "dated": draw(days),
        "findings": [],
        "answers": {"identification": draw(names), "dated": draw(days)},
        "header_codes": ["0200"],
    }
    if draw(st.integers(0, 4)):
        listed = draw(st.lists(st.tuples(references, codes), max_size=3))
        event["declared"] = {
            "number": "D1",
            "submitted": 0,
            "granted": 0,
            "codes": draw(codes),
            "listed": bool(listed),
            "lines": [{"reference": ref, "amount": 0, "codes": found} for ref, found in listed],
        }
    return event  # type: ignore[no-any-return]


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    begin = draw(st.sampled_from(DAYS))
    content: dict[str, Any] = {
        "number": draw(st.integers(1, 3)),
        "stamp": draw(days) + draw(st.sampled_from(["T10:00:00", "T11:30:00"])),
        "begin": begin.isoformat(),
    }
    if draw(st.booleans()):
        content["end"] = (begin + timedelta(days=draw(st.integers(-5, 100)))).isoformat()
    if draw(st.booleans()):
        content["reason"] = draw(st.sampled_from(["13", "01", "04"]))
    if draw(st.integers(0, 4)):
        content["category"] = draw(st.sampled_from(["45", "44"]))
        if draw(st.integers(0, 3)):
            content["code"] = draw(st.sampled_from(CODES))
    if draw(st.integers(0, 3)):
        content["volume"] = draw(st.integers(0, 500))
        content["unit"] = draw(st.sampled_from(["01", "04", "14", "82", "83"]))
        content["frequency"] = draw(st.sampled_from("1246"))
    if draw(st.booleans()):
        content["reference"] = draw(st.sampled_from(["V1", "V2"]))
    if draw(st.booleans()):
        content["budget"] = draw(st.integers(0, 99_999))
    return content


@st.composite
def allocations(draw: st.DrawFn) -> AnyEvent:
    event: Any = {
        "municipality": MUNICIPALITY,
        "provider": draw(providers),
        "identification": draw(names),
        "dated": draw(days),
        "findings": [],
        "client": draw(st.sampled_from(["k1.een", "k1.twee"])),
        "age_band": "0-11",
        "allocations": draw(st.lists(contents(), min_size=1, max_size=3)),
    }
    return event  # type: ignore[no-any-return]


@st.composite
def requests(draw: st.DrawFn) -> AnyEvent:
    one = st.fixed_dictionaries(
        {
            "reference": st.sampled_from(["V1", "V2"]),
            "begin": days,
            "referrer": st.sampled_from(["01", "02", "08"]),
        }
    )
    event: Any = {
        "municipality": MUNICIPALITY,
        "provider": draw(providers),
        "identification": draw(names),
        "dated": draw(days),
        "findings": [],
        "client": "k1.een",
        "age_band": "0-11",
        "asked": draw(st.lists(one, min_size=1, max_size=2)),
    }
    return event  # type: ignore[no-any-return]


clients = st.sampled_from(["k1.een", "k1.twee"])
request_references = st.sampled_from(["V1", "V2"])
numbers = st.integers(1, 3)


def heads(**content: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An event of one provider with a content."""
    head: dict[str, st.SearchStrategy[Any]] = {
        "municipality": st.just(MUNICIPALITY),
        "provider": providers,
        "identification": names,
        "dated": days,
        "findings": st.just([]),
    }
    return st.fixed_dictionaries(head | content)


@st.composite
def care_events(draw: st.DrawFn) -> AnyEvent:
    """A 305 or 307, most on an allocation, some taken back."""
    moment = draw(st.sampled_from(["start", "stop"]))
    move: dict[str, st.SearchStrategy[Any]] = {"begin": days, "status": st.sampled_from("1113")}
    if moment == "stop":
        move |= {"reason": st.sampled_from(["20", "31"]), "end": days}
    product = st.fixed_dictionaries(
        move, optional={"allocation": numbers, "code": st.just("45A04")}
    )
    named = st.fixed_dictionaries(move | {"allocation": numbers})
    moves = st.lists(named | product, min_size=1, max_size=2)
    event: Any = draw(
        heads(client=clients, age_band=st.just("0-11"), moment=st.just(moment), moves=moves)
    )
    return event  # type: ignore[no-any-return]


@st.composite
def changes(draw: st.DrawFn) -> AnyEvent:
    """A 317."""
    wish: dict[str, st.SearchStrategy[Any]] = {"begin": days}
    size = {"volume": st.integers(0, 9), "budget": st.integers(0, 999), "end": days}
    wishes = st.fixed_dictionaries(wish | {"allocation": numbers}, optional=size)
    event: Any = draw(
        heads(
            client=clients,
            reference=request_references,
            reason=st.just("1"),
            unchanged=st.lists(numbers, max_size=2),
            changed=st.lists(wishes, max_size=2),
            added=st.lists(st.fixed_dictionaries(wish, optional=size), max_size=1),
        )
    )
    return event  # type: ignore[no-any-return]


@st.composite
def replies(draw: st.DrawFn) -> AnyEvent:
    """A 319, some because another municipality has to pay."""
    said = draw(st.sampled_from("12"))
    reason = {"reason": st.sampled_from(["2", "8"])} if said == "1" else {}
    event: Any = draw(heads(reference=request_references, reply=st.just(said), **reason))
    return event  # type: ignore[no-any-return]


about_care = care_events() | requests() | changes() | replies()


@st.composite
def resent(draw: st.DrawFn, world: list[AnyEvent]) -> AnyEvent:
    """A message of the world under another name: for a declaration the same body in a new message."""
    event: Any = {
        **draw(st.sampled_from(world)),
        "identification": draw(names),
        "dated": draw(days),
    }
    return event  # type: ignore[no-any-return]


@st.composite
def answered(draw: st.DrawFn, world: list[AnyEvent]) -> AnyEvent:
    """An answer to a message of the world, so that most answers meet what they answer."""
    event: Any = draw(answers())
    named = draw(st.sampled_from(world))
    event["provider"] = named["provider"]
    event["answers"] = {"identification": named["identification"], "dated": named["dated"]}
    return event  # type: ignore[no-any-return]


@st.composite
def worlds(draw: st.DrawFn) -> list[AnyEvent]:
    """Messages about money and about care, and some that answer or repeat them."""
    world = draw(st.lists(declarations() | allocations(), max_size=8))
    world += draw(st.lists(about_care, min_size=0 if world else 1, max_size=6))
    world += draw(st.lists(answered(world) | answers() | resent(world), max_size=8))
    return world
