"""A period of which part is still to be declared is counted as it will be; one that is declared as it is."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Any, Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.reference.document import empty_document
from streams.figures.rollup import Figures, tallies
from streams.figures.spans import Span, moved
from streams.prognosis.comparing import Town
from streams.prognosis.completing import periods
from streams.prognosis.dividing import FACTORS
from streams.prognosis.explaining import Change, explain, rolled
from streams.prognosis.monitor import monitors
from tests.core.worlds import MUNICIPALITY, worlds

LAST_YEAR, THIS_YEAR = Span("2024-01", "2024-06"), Span("2025-01", "2025-06")
EARLY, LATE = date(2025, 7, 31), date(2026, 12, 31)
EVER: Final = Span("2025-01", "2025-12")


def parts_of(events: Iterable[AnyEvent], as_of: date) -> list[Figures]:
    """The figures of the one municipality."""
    (monitor,) = monitors(events, {MUNICIPALITY: empty_document(MUNICIPALITY)}, as_of)
    return monitor.parts()


@settings(max_examples=40)
@given(worlds())
def test_what_is_declared_is_counted_as_it_is(world: list[AnyEvent]) -> None:
    """Years later nothing is expected, unless it is refused: who has money is a client then."""
    parts = parts_of(world, date(2031, 12, 31))
    (period,) = periods(Town(parts), [EVER])
    assume(not any(care.expected for care in period.cares.values()))
    present = [care.present for care in period.cares.values()]
    together = set().union(*present)
    assert period.whole == pytest.approx(
        (len({who for who, _ in together}), len(together), sum(map(len, present)))
    )
    assert period.months == {concern: len(care.present) for concern, care in period.cares.items()}


@settings(max_examples=60)
@given(worlds(), st.dates(date(2025, 1, 1), date(2026, 3, 31)))
def test_whatever_is_to_come_there_is_no_client_without_a_month(
    world: list[AnyEvent], as_of: date
) -> None:
    """Nor a client-month without a product; and all money is in the period's care."""
    parts = parts_of(world, as_of)
    (period,) = periods(Town(parts), [EVER])
    clients, months, product_months = period.whole
    assert 0 <= clients <= months * (1 + 1e-9)
    assert months <= product_months * (1 + 1e-9)
    known = sum(
        tally.declared
        for (month,), tally in tallies(parts, ("care_month",)).items()
        if EVER.holds(str(month))
    )
    assert sum(care.cents for care in period.cares.values()) == known


def steady(clients: int, left: int, seed: int) -> list[AnyEvent]:
    """Two years and a half of as many clients, of whom `left` are there in the last half year.

    Everybody has ambulant care every month, every third client a stay at another provider too. Of each
    line chance decides whether it is billed one, two or three months later.
    """
    chance = Random(seed)
    lines: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for number in range(30):
        month = moved("2023-01", number)
        for client in range(clients if month < "2025-01" else left):
            for provider, code in (("90000001", "45A04"), ("90000002", "44A08"))[
                : 1 + (client % 3 == 0)
            ]:
                billed = moved(month, chance.choice((1, 2, 3)))
                lines[provider, billed].append((f"c{client}", month, code))
    return [_declaration(*key, found) for key, found in lines.items()]


def _declaration(provider: str, month: str, lines: list[tuple[str, str, str]]) -> Any:
    """One of 100 euros for each client, month and code."""
    clients = sorted({client for client, _, _ in lines})
    rows = [
        {
            "client": clients.index(client), "reference": f"{client}-{care}", "previous": None,
            "allocation": 1, "category": code[:2], "code": code, "begin": f"{care}-01",
            "end": f"{care}-28", "volume": 60, "unit": "01", "tariff": None, "amount": 10_000, "side": "D",
        }
        for client, care, code in lines
    ]  # fmt: skip
    return {
        "municipality": MUNICIPALITY, "provider": provider, "findings": [], "identification": month,
        "dated": f"{month}-20", "body": f"{provider}{month}", "number": month,
        "period_begin": f"{month}-01", "period_end": f"{month}-28", "declared_on": f"{month}-20",
        "total": 10_000 * len(lines), "clients": clients,
        "lines": {name: [row[name] for row in rows] for name in rows[0]},
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("left", [240, 180])
def test_late_billing_takes_no_clients_and_gives_none(left: int, seed: int) -> None:
    """A sixth of half a year is still to come: what explains it is what does when it is there.

    Within a percent of what it costs, and what the forecast is off.
    """
    world = steady(240, left, seed)
    early, late = (
        _change(explain(parts_of(world, day), LAST_YEAR, THIS_YEAR)) for day in (EARLY, LATE)
    )
    assert early.after < 0.9 * late.after
    off = 0.01 * late.before + abs(early.costs[1] - late.after)
    for name in FACTORS:
        assert early.effects[name] == pytest.approx(late.effects[name], abs=off)


def _change(found: Any) -> Change:
    (change,) = rolled(found, ["municipality"]).values()
    return change


def test_a_period_that_is_still_to_come_has_the_clients_of_a_year_earlier() -> None:
    """As many for each client-month, of which there are as many as money is expected."""
    parts = parts_of(steady(90, 90, 1), date(2025, 6, 30))
    (period,) = periods(Town(parts), [Span("2025-07", "2025-12")])
    assert not any(care.cents for care in period.cares.values())
    clients, months, product_months = period.whole
    assert clients == pytest.approx(90, rel=0.02)
    assert months == pytest.approx(90 * 6, rel=0.02)
    assert product_months == pytest.approx(120 * 6, rel=0.02)
