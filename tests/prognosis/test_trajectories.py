"""Trajectories paid half at their start and half at their end: what a prognosis makes of their money.

From messages to forecast: a municipality of one provider that gives nothing but trajectories of six to
twelve months, known ten days before they begin and declared the month after each payment's. The same
messages are forecast with reference data that say how they are paid, and with data that do not.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any, Final

import pytest

from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from streams.figures.spans import month_number
from streams.prognosis.forecast import forecast
from streams.prognosis.monitor import Monitor

YEAR: Final = 2025 * 12
"""January of the year that is forecast, after four years of messages."""

PIECE: Final = 100_000
"""Cents of half a trajectory."""

HEAD: Final = {"municipality": "9901", "provider": "90000001", "findings": []}

INTAKES: Final[dict[str, Callable[[int], int]]] = {
    "steady": lambda _: 20,
    "seasonal": lambda month: 60 if month % 12 == 8 else 5,
    "grows": lambda month: 30 if month >= YEAR else 8,
    "seasonal, and falls": lambda month: (
        (60 if month % 12 == 8 else 5) // (3 if month >= YEAR - 4 else 1)
    ),
}
"""Trajectories that begin in a month."""


def test_a_steady_intake_is_foretold_month_by_month() -> None:
    """Errors of months, over all month ends: a third less."""
    paid, by_day = (sum(_off(errors) for errors in told("steady", pay)) for pay in _BOTH)
    assert paid < 0.67 * by_day
    assert paid < 0.21


def test_of_an_intake_that_is_seasonal_most_is_told_a_year_ahead() -> None:
    """At every month end of the year: of their days too little is known to tell as much."""
    assert max(abs(sum(errors)) for errors in told("seasonal", "50/50")) < 0.05


@pytest.mark.parametrize("intake", ["grows", "seasonal"])
def test_a_sharp_change_of_intake_is_told_much_sooner(intake: str) -> None:
    """The year as foretold at the ends of January to April: less than half of the error."""
    paid, by_day = (sum(abs(sum(each)) for each in told(intake, pay)[:4]) for pay in _BOTH)
    assert paid < 0.5 * by_day


@pytest.mark.parametrize("intake", INTAKES)
def test_what_is_begun_is_known_to_the_end(intake: str) -> None:
    """In November all that is paid in the year has begun, and nothing else is expected."""
    by_day, paid = (_off(told(intake, pay)[10]) for pay in ("maand", "50/50"))
    assert paid < 0.001
    assert by_day > 5 * paid


_BOTH: Final = ("50/50", "maand")


def _off(errors: list[float]) -> float:
    return sum(map(abs, errors))


@cache
def told(intake: str, payment: str) -> list[list[float]]:
    """At each month end the error of each month of the year, as a share of what the year became."""
    messages = sorted(_messages(INTAKES[intake]), key=lambda event: str(event["dated"]))
    became = _declared(messages)
    monitor, found = Monitor("9901"), []
    monitor.refer(_document(payment))
    for elapsed in range(12):
        as_of = _day(YEAR + elapsed, 31)
        monitor.tick(as_of)
        while messages and messages[0]["dated"] <= as_of.isoformat():
            monitor.fold(messages.pop(0))
        still = forecast(monitor.parts(), range(YEAR, YEAR + 12)).still.sum(axis=(0, 1))
        cost = still.tolist()
        for key, cell in monitor.cells.items():
            if YEAR <= month_number(key.care_month) < YEAR + 12:
                cost[month_number(key.care_month) - YEAR] += cell.declared
        found.append([(c - b) / sum(became) for c, b in zip(cost, became, strict=True)])
    return found


def _declared(messages: list[Any]) -> list[int]:
    """Cents of each month of the year, by all messages."""
    cents: dict[int, int] = defaultdict(int)
    for event in messages:
        if "lines" in event:
            cents[month_number(event["period_begin"])] += sum(event["lines"]["amount"])
    return [cents[month] for month in range(YEAR, YEAR + 12)]


def _messages(intake: Callable[[int], int]) -> Iterator[Any]:
    paid: dict[int, list[int]] = defaultdict(list)
    number = 0
    for month in range(YEAR - 48, YEAR + 12):
        for _ in range(intake(month)):
            number += 1
            final = month + 5 + number % 7
            yield _allocation(number, _day(month, 1 + 5 * (number % 6)), _day(final, 28))
            for each in (month, final):
                paid[each].append(number)
    for month, numbers in paid.items():
        yield _declaration(month, numbers)


def _allocation(number: int, begin: date, end: date) -> Any:
    before = begin.year * 12 + begin.month - 2
    sent = _day(before, 20).isoformat()
    content = {
        "number": number,
        "stamp": f"{sent}T10:00:00",
        "category": "45",
        "code": "45A01",
        "begin": begin.isoformat(),
        "end": end.isoformat(),
        "volume": 2,
        "unit": "82",
        "frequency": "6",
    }
    names = {"client": f"k1.{number}", "identification": f"T{number}", "dated": sent}
    return {**HEAD, **names, "age_band": "0-11", "allocations": [content]}


def _declaration(month: int, numbers: list[int]) -> Any:
    period = _day(month, 1).isoformat(), _day(month, 31).isoformat()
    sent, count = _day(month + 1, 10).isoformat(), len(numbers)
    lines = {
        "client": list(range(count)),
        "reference": [f"R{month}.{number}" for number in numbers],
        "previous": [None] * count,
        "allocation": numbers,
        "category": ["45"] * count,
        "code": ["45A01"] * count,
        "begin": [period[0]] * count,
        "end": [period[1]] * count,
        "volume": [1] * count,
        "unit": ["82"] * count,
        "tariff": [PIECE] * count,
        "amount": [PIECE] * count,
        "side": ["D"] * count,
    }
    return {
        **HEAD,
        "identification": f"D{month}",
        "body": f"D{month}",
        "number": f"D{month}",
        "dated": sent,
        "declared_on": sent,
        "total": PIECE * count,
        "period_begin": period[0],
        "period_end": period[1],
        "clients": [f"k1.{number}" for number in numbers],
        "lines": lines,
    }


def _day(month: int, day: int) -> date:
    """A day of an absolute month, or its last."""
    year, place = divmod(month, 12)
    return date(year, place + 1, min(day, monthrange(year, place + 1)[1]))


def _document(payment: str) -> ReferenceDocument:
    files = {
        "gemeenten.csv": "gemeentecode;naam;regio\n9901;Proef;Regio\n",
        "producten.csv": (
            "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;"
            "verblijf;begrotingspost;geldig_vanaf;geldig_tot;betaling\n"
            f"Regio;45A01;45;;;;;;;ambulant;2020-01-01;;{payment}\n"
        ),
        "tarieven.csv": (
            "gebied;agb;productcode;eenheid;tarief;geldig_vanaf;geldig_tot\n"
            "Regio;90000001;45A01;82;1000,00;2020-01-01;\n"
        ),
    }
    loaded = parse_files({name: text.encode() for name, text in files.items()})
    assert not loaded.problems
    return resolve(loaded)["9901"]
