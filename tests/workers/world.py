"""A small world of two municipalities on two partitions, with everything that can go wrong in it."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Protocol, cast

import pytest
from kafka.partitioner.default import murmur2

from schemas.events import KINDS, AnswerEvent, AnyEvent, DeclarationEvent, Lines, encode, headers
from schemas.reference.document import resolve
from schemas.reference.load import Loaded
from schemas.reference.rows import Budget, Municipality, Product
from streams.prognosis.monitor import Monitor

CODES = ("9901", "9902", "9903")
LOGGED = datetime(2026, 1, 1, tzinfo=UTC)


class Inputs(Protocol):
    """What messages can be put on: a broker in memory, or a real one."""

    partitions: int

    def produce(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Append to an input topic."""


def place(code: str, partitions: int) -> int:
    """The partition of a municipality, by the default partitioner."""
    return int(murmur2(code.encode()) & 0x7FFFFFFF) % partitions


def declaration(code: str, number: int, dated: str, cents: list[int]) -> DeclarationEvent:
    """A declaration with a line of each amount, for care in the month of its date."""
    count = len(cents)
    lines = {
        "client": [0] * count,
        "reference": [f"R{number}-{line}" for line in range(count)],
        "previous": [None] * count,
        "allocation": [700_000 + number] * count,
        "category": ["45"] * count,
        "code": ["45A04"] * count,
        "begin": [f"{dated[:7]}-01"] * count,
        "end": [f"{dated[:7]}-28"] * count,
        "volume": [60] * count,
        "unit": ["01"] * count,
        "tariff": [None] * count,
        "amount": cents,
        "side": ["D"] * count,
    }
    return {
        "municipality": code,
        "provider": "90000001",
        "identification": f"T{number}",
        "dated": dated,
        "findings": [],
        "number": f"D{number}",
        "body": f"{number:032x}",
        "period_begin": f"{dated[:7]}-01",
        "period_end": f"{dated[:7]}-28",
        "declared_on": dated,
        "total": sum(cents),
        "clients": [f"k1.{number % 3}"],
        "lines": cast("Lines", lines),
    }


def rejection(code: str, number: int, dated: str, cents: int) -> AnswerEvent:
    """An answer that rejects the first line of declaration `number`, dated `dated` too."""
    return {
        "municipality": code,
        "provider": "90000001",
        "identification": f"A{number}",
        "dated": dated,
        "findings": [],
        "answers": {"identification": f"T{number}", "dated": dated},
        "header_codes": ["0200"],
        "declared": {
            "number": f"D{number}",
            "submitted": cents,
            "granted": 0,
            "codes": ["0200"],
            "listed": True,
            "lines": [{"reference": f"R{number}-0", "amount": cents, "codes": ["8022"]}],
        },
    }


def tell(broker: Inputs, kind: str, event: AnyEvent) -> None:
    """Put a message on its topic."""
    code = event["municipality"]
    where = place(code, broker.partitions)
    value = encode(kind, event)
    broker.produce(KINDS[kind].topic, where, code.encode(), value, headers(kind, event, LOGGED))


def tell_with_a_defect(broker: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six declarations, of which the fourth meets a defect that leaves money of nobody's in its book."""
    fold = Monitor.fold

    def spoil(self: Monitor, event: AnyEvent) -> bool:
        if event["identification"] == "T3":
            fold(self, declaration("9901", 77, "2026-01-01", [5_000_000]))
            raise ZeroDivisionError
        return fold(self, event)

    monkeypatch.setattr(Monitor, "fold", spoil)
    refer(broker)
    for number in range(6):
        tell(broker, "JW323", declaration("9901", number, "2026-01-20", [100]))


def tick(broker: Inputs, as_of: date) -> None:
    """Put an as-of date on every partition."""
    for partition in range(broker.partitions):
        value = json.dumps({"as_of": as_of.isoformat()}).encode()
        broker.produce("ticks", partition, None, value)


def refer(broker: Inputs) -> None:
    """Give every municipality a budget of 1,000 euros for its one product."""
    loaded = Loaded(
        municipalities=tuple(Municipality(code=code, name=f"Stad {code}") for code in CODES),
        products=tuple(
            Product.model_validate(
                {
                    "area": code,
                    "code": "45A04",
                    "category": "45",
                    "segment": "ambulant",
                    "budget_line": "Ambulant",
                    "valid_from": date(2025, 1, 1),
                },
                by_name=True,
            )
            for code in CODES
        ),
        budgets=tuple(
            Budget(
                municipality=code,
                year=2026,
                budget_line="Ambulant",
                version="1",
                adopted_on=date(2025, 11, 1),
                amount_cents=100_000,
            )
            for code in CODES
        ),
    )
    for code, document in resolve(loaded).items():
        where = place(code, broker.partitions)
        broker.produce("reference", where, code.encode(), document.encode())


def poison(broker: Inputs) -> int:
    """Put records that can't be used among the good ones; gives how many."""
    code = CODES[0]
    where, key = place(code, broker.partitions), code.encode()
    event = declaration(code, 99, "2026-02-01", [1])
    good, head = encode("JW323", event), headers("JW323", event, LOGGED)
    uneven = json.loads(good)
    uneven["lines"]["amount"].append(2)
    broker.produce("declarations", where, key, b"{", head)
    broker.produce("declarations", where, key, None, head)
    broker.produce("declarations", where, None, good, head)
    broker.produce("declarations", where, b"9902", good, head)
    broker.produce("declarations", (where + 1) % broker.partitions, key, good, head)
    broker.produce("declarations", where, key, good, [])
    broker.produce("declarations", where, key, json.dumps(uneven).encode(), head)
    broker.produce("allocations", where, key, good, head)
    broker.produce("care-events", where, key, good, head)
    broker.produce("requests", where, key, b"hello", [("ce_type", b"else")])
    broker.produce("declaration-answers", where, key, b"[]", head)
    broker.produce("reference", where, key, b"{}")
    broker.produce("ticks", where, None, b'{"as_of": "soon"}')
    return 13


def world(broker: Inputs) -> None:
    """Fill the inputs: four months, a rejection that takes back, duplicates, poison, ticks."""
    refer(broker)
    tick(broker, date(2026, 2, 28))
    for number in range(12):
        code = CODES[number % 3]
        dated = f"2026-{1 + number // 3:02d}-20"
        event = declaration(code, number, dated, [20_000, 9_000 + number])
        tell(broker, "JW323", event)
        if number % 4 == 0:
            tell(broker, "JW323", event)
    tell(broker, "JW325", rejection("9902", 1, "2026-01-20", 20_000))
    poison(broker)
    tick(broker, date(2026, 3, 31))
    tick(broker, date(2026, 12, 31))
