"""Drift of intensity: false alarms as often as promised, drifts found, and nothing else taken for one."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.lookup import Reference
from schemas.reference.rows import Conversion
from streams.cli.main import main
from streams.figures.cells import Cell, Cells, Key
from streams.figures.committed import Commitments
from streams.figures.rollup import Figures
from streams.ledger.book import Book
from streams.ledger.states import State
from streams.local.folder import Folder
from streams.prognosis.drifting import COLUMNS, drifts
from streams.prognosis.forecast import Habits
from streams.prognosis.intensities import Month, Name, Series, intensities, unseasoned
from streams.prognosis.limits import OFTENEST, RAREST, limits
from streams.prognosis.monitor import monitors
from streams.prognosis.watching import BEGINNING, drifted
from streams.simulate.catalogue import CATALOGUE

START = 2022 * 12
HISTORY = 36


def steady(
    number: int, months: int, seed: int, lasting: float = 0.0, shift: float = 0.0
) -> list[Series]:
    """Series of unlike size and spread; from month `HISTORY` on `shift` spreads off."""
    chance = np.random.default_rng(seed)
    found = []
    for place in range(number):
        clients = int(chance.integers(6, 80))
        noise = sqrt(0.2 / clients + 0.0004)
        spread = 1.4 * exp(0.2 * chance.standard_normal()) * noise
        off = chance.standard_normal(months)
        for month in range(1, months):
            off[month] = lasting * off[month - 1] + sqrt(1 - lasting**2) * off[month]
        off[HISTORY:] += shift
        points = [
            Month(START + month, 2 + spread * float(each), noise, 1.0, clients, 100_000)
            for month, each in enumerate(off)
        ]
        found.append(Series(Name(f"{place:03}", None), "post", tuple(points), 0.0))
    return found


def until(every: Sequence[Series], months: int) -> list[Series]:
    """The series as they were after so many months."""
    return [replace(each, months=each.months[:months]) for each in every]


def raised(every: Sequence[Series], ends: range) -> set[tuple[str, str, int]]:
    """The alarms that were open at any of these ends: series, side, first month."""
    return {
        (series.name.product, alarm.side, alarm.months[0].number)
        for end in ends
        for series, alarm in drifted(until(every, end), 3)
    }


@pytest.mark.parametrize("lasting", [0.0, 0.3])
def test_steady_series_have_false_alarms_as_often_as_promised(lasting: float) -> None:
    """One a quarter over all, whether or not a month resembles the one before: 16 in four years."""
    found = sum(
        len(raised(steady(40, 60, seed, lasting), range(BEGINNING + 2, 61, 2))) for seed in range(4)
    )
    assert 0.5 < found / (4 * 16) < 1.4


def test_fewer_false_alarms_are_had_for_the_asking() -> None:
    every = [steady(40, 60, seed) for seed in range(4)]
    often, rarely = (sum(len(drifted(each, months)) for each in every) for months in (3.0, 60.0))
    assert rarely < often / 2


@pytest.mark.parametrize("shift", [1.0, -1.0])
def test_a_drift_of_one_spread_is_mostly_found_within_a_year(shift: float) -> None:
    every = [steady(12, HISTORY + 12, seed, shift=shift) for seed in range(5)]
    side = "up" if shift > 0 else "down"
    found = [
        {
            name
            for name, found, _ in raised(each, range(HISTORY + 2, HISTORY + 13, 2))
            if found == side
        }
        for each in every
    ]
    assert sum(map(len, found)) > 0.6 * 5 * 12


def test_a_jump_is_found_at_once() -> None:
    """Eight spreads off: nearly every series, in that very month."""
    every = steady(40, HISTORY + 1, 1, shift=8.0)
    found = drifted(every, 3)
    assert len(found) > 36
    assert all(alarm.side == "up" for _, alarm in found)


def test_a_drift_that_is_over_is_not_told_any_more() -> None:
    """After a year at twice the spread and half a year as before, nearly all are quiet again."""
    every = steady(20, HISTORY + 12, 3, shift=3.0)
    back = [
        replace(
            each,
            months=(
                *each.months,
                *(replace(month, number=month.number + HISTORY + 12) for month in each.months[:6]),
            ),
        )
        for each in every
    ]
    assert len(drifted(every, 3)) > 17
    assert len([alarm for _, alarm in drifted(back, 3) if alarm.side == "up"]) < 5


def test_what_has_been_told_for_a_year_is_usual() -> None:
    every = steady(20, HISTORY + 24, 5, shift=4.0)
    assert len(drifted(until(every, HISTORY + 10), 3)) > 18
    assert len([alarm for _, alarm in drifted(every, 3) if alarm.side == "up"]) < 5


def test_the_month_of_a_change_is_told() -> None:
    """Three spreads: the first month told is mostly that of the change, or the one beside it."""
    found = drifted(steady(40, HISTORY + 8, 7, shift=3.0), 3)
    near = [alarm for _, alarm in found if abs(alarm.months[0].number - START - HISTORY) <= 1]
    assert len(near) > 0.8 * len(found) > 25


def seasonal(line: str, height: float) -> Series:
    """Three years of a series that only has a season."""
    months = [
        Month(START + month, height * (month % 12 == 11), 0.1, 1.0, 20, 1) for month in range(36)
    ]
    return Series(Name(line, None), line, tuple(months), 0.0)


def test_a_season_is_taken_out_line_by_line() -> None:
    """Each December ten percent more is a season of that line, of which three fifths count after three years."""
    high, flat = unseasoned([seasonal("hoog", 0.1), seasonal("vlak", 0.0)])
    assert high.months[11].value - high.months[0].value == pytest.approx(0.1 * 2 / 5)
    assert [month.value for month in flat.months] == [0.0] * 36
    several = unseasoned(
        [replace(seasonal("hoog", 0.1), name=Name(str(n), None)) for n in range(9)]
    )
    assert several[0].months[11].value - several[0].months[0].value < 0.01


@settings(max_examples=25)
@given(st.floats(1, 1e9), st.sampled_from([12, 18, 24]))
def test_limits_rise_with_the_months_between_false_alarms(months: float, history: int) -> None:
    """They exist for any wish, inside the bounds for one series, and are wider for a short history."""
    found, more = limits(months, history), limits(1.5 * months, history)
    assert limits(OFTENEST, history).cusum <= found.cusum <= limits(RAREST, history).cusum
    assert found.cusum <= more.cusum
    assert limits(months, 12).cusum >= found.cusum
    assert 3.5 <= found.jump <= 5


@settings(max_examples=25)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 50), st.floats(-30, 30), st.floats(0.02, 3), st.integers(5, 99)
            ),
            max_size=40,
            unique_by=lambda month: month[0],
        ),
        max_size=6,
    )
)
def test_any_series_is_judged(rows: list[list[tuple[int, float, float, int]]]) -> None:
    """Gaps, equal months, one odd month: an alarm has finite numbers, and the order makes no difference."""
    every = [
        Series(
            Name(str(place), None),
            None,
            tuple(
                Month(START + number, value, noise, 1.0, clients, 1)
                for number, value, noise, clients in sorted(months)
            ),
            0.0,
        )
        for place, months in enumerate(rows)
        if months
    ]
    found = drifted(every, 3)
    assert all(np.isfinite([alarm.z, alarm.cusum, alarm.usual]).all() for _, alarm in found)
    assert {series.name: alarm for series, alarm in found} == {
        series.name: alarm for series, alarm in drifted(every[::-1], 3)
    }


AS_OF = date(2025, 6, 30)
LAST = 2025 * 12 + 5
CLIENTS = 20


class Town:
    """A municipality made by hand: care of a year and a half to three and a half, in cells."""

    def __init__(self, *conversions: Conversion) -> None:
        self.cells = Cells()
        self.document: ReferenceDocument = empty_document("9901").model_copy(
            update={"conversions": conversions}
        )

    def care(  # noqa: PLR0913  # a test names only what it is about
        self,
        months: range,
        minutes: Callable[[int], float],
        *,
        code: str = "45A04",
        provider: str = "90000001",
        clients: int = CLIENTS,
        unit: str = "01",
        price: int = 100,
        delay: Callable[[int], int] = lambda _: 1,
    ) -> "Town":
        """Each client gets so many minutes a month, half to one and a half times, at a price in cents.

        Every month is a little off; it is declared after `delay` months.
        """
        chance = random.Random(f"{code}{provider}")
        for month in months:
            key = Key(_text(month), code[:2], code, provider)
            arrived = month + delay(month)
            each = minutes(month) * chance.uniform(0.97, 1.03)
            volumes = [round(each * (0.5 + place / (clients - 1))) for place in range(clients)]
            if arrived > LAST:
                continue
            cell = self.cells.setdefault(key, Cell())
            for client, volume in enumerate(volumes):
                cell.clients[f"{provider}-{client}"] = price * volume
            cell.units[unit] = sum(volumes)
            cell.cents[State.GRANTED] = price * sum(volumes)
            cell.lines[State.GRANTED] = clients
            cell.arrived[_text(arrived)] = price * sum(volumes)
        return self

    def drifts(self, **asked: Any) -> list[dict[str, Any]]:
        """The rows on 30 June 2025."""
        return drifts([self.figures()], **asked)

    def series(self) -> dict[str, Series]:
        """The series on 30 June 2025 by product."""
        parts = [self.figures()]
        past = Habits().past(parts, LAST)
        return {each.name.product: each for each in intensities(parts, past)}

    def figures(self) -> Figures:
        """The municipality on 30 June 2025."""
        reference = Reference(self.document, AS_OF)
        book = Book("9901")
        book.advance(AS_OF)
        cells = Cells()
        for key in sorted(self.cells, key=str):
            cells[key] = self.cells[key]
        return Figures("9901", reference, cells, Commitments(reference, 2025), book)


def _text(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


ALL = range(START, LAST + 1)
OTHERS = ("45A05", "45A06", "45A48", "45A49")


def town(*conversions: Conversion) -> Town:
    """Four products in which nothing happens."""
    found = Town(*conversions)
    for code in OTHERS:
        found.care(ALL, lambda _: 300, code=code)
    return found


def more(factor: float, since: int, usual: float = 300) -> Callable[[int], float]:
    """Minutes that are so many times as many from a month on."""
    return lambda month: usual * (factor if month >= since else 1)


def test_nothing_is_told_of_a_steady_town() -> None:
    assert town().care(ALL, lambda _: 300).drifts() == []


def test_a_drift_is_told_with_its_size_and_what_it_costs() -> None:
    """Thirty percent more since January 2025, judged to May: seven months at 20 x 90 minutes x 1 euro."""
    (row,) = town().care(ALL, more(1.3, 2025 * 12)).drifts()
    assert tuple(row) == COLUMNS
    assert (row["product"], row["provider"], row["direction"]) == ("45A04", None, "up")
    assert (row["since"], row["months"]) == ("2025-01", 5)
    assert row["change_percent"] == pytest.approx(30, abs=5)
    assert row["clients"] == CLIENTS
    assert row["effect_cents_year"] == pytest.approx(7 * 20 * 90 * 100, rel=0.2)
    assert row["cusum"] > row["threshold"] or row["z"] > 3.5
    assert "meer eenheden" in row["reason"]


def test_less_care_is_told_as_less() -> None:
    (row,) = town().care(ALL, more(0.7, 2025 * 12)).drifts()
    assert row["direction"] == "down"
    assert row["effect_cents_year"] < 0
    assert "minder eenheden" in row["reason"]


def test_what_costs_little_is_left_out() -> None:
    changed = town().care(ALL, more(1.3, 2025 * 12))
    (row,) = changed.drifts()
    assert changed.drifts(minimum=row["effect_cents_year"] + 1) == []
    assert changed.drifts(minimum=row["effect_cents_year"]) == [row]


def test_more_clients_are_no_drift() -> None:
    """Twice as many children with as much care each is growth, not intensity."""
    grown = town().care(range(START, 2025 * 12), lambda _: 300)
    grown.care(range(2025 * 12, LAST + 1), lambda _: 300, clients=2 * CLIENTS)
    assert grown.drifts() == []


def test_few_clients_are_not_judged() -> None:
    """Of four clients one is a quarter of what there is to see."""
    assert town().care(ALL, more(2, 2025 * 12), clients=4).drifts() == []


def test_the_same_change_with_fewer_clients_says_less() -> None:
    """With 60 clients six percent more is a drift, with six it is not."""
    changes = more(1.06, 2024 * 12 + 9, 3000)
    assert town().care(ALL, changes, clients=60).drifts() != []
    assert town().care(ALL, changes, clients=6).drifts() == []


def test_a_change_of_code_is_no_drift() -> None:
    """Hours under an old code are minutes under the new one: sixty times as many units."""
    row = Conversion.model_validate(
        {
            "gebied": "9901",
            "ingangsdatum": "2025-01-01",
            "oud": "45H01",
            "nieuw": "45A04",
            "gewicht": "1",
            "eenheidsfactor": "60",
        }
    )
    switched = 2025 * 12

    def converted(factor: float, *known: Conversion) -> list[dict[str, Any]]:
        found = town(*known).care(range(START, switched), lambda _: 50, code="45H01")
        return found.care(range(switched, LAST + 1), lambda _: 3000 * factor).drifts()

    assert converted(1.0, row) == []
    (told,) = converted(1.4, row)
    assert (told["product"], told["direction"]) == ("45A04", "up")


def test_a_provider_that_bills_later_is_no_drift_but_is_named() -> None:
    """From the care of March on two months later, of a provider that gives half as much per child."""

    def late(month: int) -> int:
        return 3 if month >= 2025 * 12 + 1 else 1

    other = town().care(ALL, lambda _: 300)
    for code in OTHERS:
        other.care(ALL, lambda _: 150, code=code, provider="90000002", delay=late)
    rows = other.drifts()
    assert [(row["provider"], row["direction"]) for row in rows] == [("90000002", "later")]
    assert rows[0]["billing_changed"]
    assert "later" in rows[0]["reason"]
    assert other.drifts(by_provider=True) == rows


@pytest.mark.parametrize("ago", range(2, 18))
def test_a_change_of_billing_is_told_for_half_a_year(ago: int) -> None:
    """After that it is how the provider bills, and no drift either."""
    other = town().care(ALL, lambda _: 300)
    for code in OTHERS:
        other.care(
            ALL,
            lambda _: 300,
            code=code,
            provider="90000002",
            delay=lambda month: 3 if month >= LAST - ago else 1,
        )
    rows = other.drifts()
    assert [row["provider"] for row in rows] == ["90000002"] * (ago < 6)


def test_while_billing_changes_a_provider_is_not_said_to_drift() -> None:
    """Twice as much per child from February on is told, unless the same provider then began to bill later."""
    changed = 2025 * 12 + 1

    def told(late: int, since: int = changed) -> list[tuple[str | None, str]]:
        other = town()
        for code in ("45A04", *OTHERS):
            other.care(
                ALL,
                more(2 if code == "45A04" else 1, changed),
                code=code,
                provider="90000002",
                delay=lambda month: late if month >= since else 1,
            )
        return [(row["product"], row["direction"]) for row in other.drifts(by_provider=True)]

    assert told(1) == [("45A04", "up")]
    assert told(3) == [(None, "later")]
    assert told(3, since=changed - 9) == [("45A04", "up")]


def slow() -> Town:
    """A tenth of the clients are of a provider that declares four months later, as it always did."""
    found = town().care(ALL, more(1.3, 2025 * 12), clients=18)
    for code, clients in {"45A04": 2, **dict.fromkeys(OTHERS, CLIENTS)}.items():
        minutes = more(1.3 if code == "45A04" else 1, 2025 * 12)
        found.care(ALL, minutes, code=code, provider="90000004", clients=clients, delay=lambda _: 4)
    return found


def test_what_is_not_declared_yet_counts_in_the_effect() -> None:
    """Three of the five months miss a tenth, and two are all there: clients and euros are completed.

    With two providers the curve of one is a good deal that of both, so it is more than a tenth.
    """
    (row,) = slow().drifts()
    assert row["clients"] in (20, 21)  # 19 would be what is declared
    assert row["effect_cents_year"] == pytest.approx(7 * 20.6 * 90 * 100, rel=0.04)


def test_a_month_that_is_not_declared_wholly_is_less_sure() -> None:
    months = slow().series()["45A04"].months
    assert months[-1].share < 0.92
    assert months[-6].share > 0.98
    assert months[-1].noise > months[-6].noise * sqrt(20 / 18) * 1.03


def test_a_product_that_has_ended_does_not_drift() -> None:
    """What changed in 2024 and was not bought any more from April 2025 on costs nothing."""
    assert town().care(range(START, 2025 * 12 + 2), more(1.5, 2024 * 12 + 9)).drifts() == []
    assert town().care(ALL, more(1.5, 2024 * 12 + 9)).drifts() != []


def test_a_provider_that_drifts_is_found_among_its_peers() -> None:
    """By product and provider the row names who."""
    mixed = town().care(ALL, lambda _: 300, provider="90000002").care(ALL, more(1.4, 2025 * 12))
    assert [row["provider"] for row in mixed.drifts(by_provider=True)] == ["90000001"]


def test_credits_and_corrections_make_no_drift() -> None:
    """January was credited and declared anew, of March all was taken back, of April more than all."""
    corrected = town().care(ALL, lambda _: 300)

    def cell(month: str) -> Cell:
        return corrected.cells[Key(month, "45", "45A04", "90000001")]

    total = cell("2025-01").declared
    cell("2025-01").arrived.update({"2025-03": -total, "2025-04": total})
    for month, left in (("2025-03", 0), ("2025-04", -1)):
        cell(month).clients = {
            client: left * cents for client, cents in cell(month).clients.items()
        }
        cell(month).units["01"] *= left
        cell(month).cents[State.GRANTED] *= left
        cell(month).arrived["2025-06"] = (left - 1) * total
    assert corrected.drifts() == []


def test_codes_of_one_group_with_unlike_units_are_weighed_at_their_price() -> None:
    """Minutes become minutes of one code and days of another: who moves to which is no drift."""
    rows = [
        Conversion.model_validate(
            {
                "gebied": "9901",
                "ingangsdatum": "2025-01-01",
                "oud": "45H01",
                "nieuw": code,
                "gewicht": "0,5",
                "eenheidsfactor": factor,
            }
        )
        for code, factor in (("45A04", "1"), ("45A07", "0,1"))
    ]
    split = town(*rows).care(range(START, 2025 * 12), lambda _: 3000, code="45H01")
    after = range(2025 * 12, LAST + 1)
    split.care(after, lambda _: 3000, clients=15)
    split.care(
        after, lambda _: 300, code="45A07", provider="90000003", clients=5, unit="14", price=1000
    )
    assert split.drifts() == []


def test_money_as_a_volume_is_no_intensity() -> None:
    """Euros (83) rise with the tariff."""
    assert town().care(ALL, more(2, 2025 * 12), unit="83").drifts() == []


def test_the_order_of_cells_makes_no_difference() -> None:
    first = town().care(ALL, more(1.3, 2025 * 12), provider="90000002").care(ALL, lambda _: 300)
    second = Town().care(ALL, lambda _: 300).care(ALL, more(1.3, 2025 * 12), provider="90000002")
    for code in reversed(OTHERS):
        second.care(ALL, lambda _: 300, code=code)
    assert first.drifts(by_provider=True) == second.drifts(by_provider=True) != []


def test_an_empty_town_has_no_drift() -> None:
    assert Town().drifts() == []


@pytest.fixture(scope="module")
def harmonised(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[list[AnyEvent], dict[str, ReferenceDocument]]:
    """A fifth of Zoetermeer, whose 23 products grow from January 2025 on."""
    home = tmp_path_factory.mktemp("zoetermeer") / "map"
    argv = ["simulate", "--scenario", "zoetermeer-2018", "--seed", "1", "--scale", "0.2"]
    assert main([*argv, "--out", str(home)]) == 0
    folder = Folder(home, pytest.fail)
    return list(folder.events()), dict(folder.documents())


def test_the_products_of_the_harmonisation_lead_the_list_by_the_summer(
    harmonised: tuple[list[AnyEvent], dict[str, ReferenceDocument]],
) -> None:
    """Three quarters of the euros that are told are theirs, the first five all; in any order of messages."""
    events, documents = harmonised
    (there,) = monitors(events, documents, date(2025, 7, 31))
    rows = drifts(there.parts())
    drifting = [row for row in rows if row["product"]]
    planted = {code for code, product in CATALOGUE.items() if product.drifts}
    sums = [
        sum(abs(row["effect_cents_year"]) for row in drifting if row["product"] in codes)
        for codes in (planted, {row["product"] for row in drifting})
    ]
    assert {row["product"] for row in drifting[:5]} <= planted
    assert sums[0] > 0.75 * sums[1]
    assert all(row["direction"] == "up" for row in drifting[:5])
    shuffled = events[::2][::-1] + events[1::2] + events[:500]
    (back,) = monitors(shuffled, documents, date(2025, 7, 31))
    assert drifts(back.parts()) == rows
