"""When money became known, and in which months: that of trajectories as they are paid (betaling)."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from schemas.reference.lookup import Reference
from streams.figures.cells import Cells, Key
from streams.figures.committed import Commitments
from streams.figures.pricing import as_paid
from streams.figures.rounding import half_up
from streams.ledger.allocations import Chain, Held, Replaced
from streams.prognosis.monitor import Monitor

PROVIDER: Final = "90000001"
FIRST: Final = date(2025, 1, 10)
CODES: Final = ("45A01", "45A02", "45A11", "45A04", "45A99")
PRODUCTS: Final = (
    "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;verblijf;"
    "begrotingspost;geldig_vanaf;geldig_tot;betaling\n"
    "Regio;45A01;45;;;;;;;ambulant;2020-01-01;2025-02-28;50/50\n"
    "Regio;45A01;45;;;;;;;ambulant;2025-03-01;;70/30\n"
    "Regio;45A02;45;;;;;;;ambulant;2020-01-01;;100/0\n"
    "Regio;45A11;45;;;;;;;ambulant;2020-01-01;;0/100\n"
    "Regio;45A04;45;;;;;;;ambulant;2020-01-01;;maand\n"
)
TARIFFS: Final = (
    "gebied;agb;productcode;eenheid;tarief;geldig_vanaf;geldig_tot\n"
    "Regio;90000001;45A01;82;10,01;2020-01-01;2025-03-31\n"
    "Regio;90000001;45A01;82;13,37;2025-04-01;\n"
    "Regio;90000001;45A02;82;7,00;2020-01-01;2025-02-28\n"
    "Regio;90000001;45A11;82;9,99;2025-02-01;\n"
    "Regio;90000001;45A04;82;3,33;2020-01-01;\n"
)


def document(products: str = PRODUCTS, tariffs: str = TARIFFS) -> ReferenceDocument:
    """Reference data with all forms of payment, and with prices that begin, change and end."""
    files = {
        "gemeenten.csv": "gemeentecode;naam;regio\n9901;Proef;Regio\n",
        "producten.csv": products,
        "tarieven.csv": tariffs,
    }
    loaded = parse_files({name: text.encode() for name, text in files.items()})
    assert not loaded.problems
    return resolve(loaded)["9901"]


def by_day(products: str = PRODUCTS) -> ReferenceDocument:
    """The same, with nothing said of payment."""
    head, *rows = products.splitlines()
    return document("\n".join([head, *(row[: row.rindex(";") + 1] for row in rows), ""]))


def version(begin: str, end: str | None, stamp: str = "2025-01-02", **more: Any) -> Held:
    """A version of an allocation; two pieces of 45A01 when nothing else is said."""
    content: Any = {
        "number": 1,
        "stamp": f"{stamp}T10:00:00",
        "begin": begin,
        "category": "45",
        "code": "45A01",
        "volume": 2,
        "unit": "82",
        "frequency": "6",
        **more,
    }
    if end is not None:
        content["end"] = end
    return Held(content, PROVIDER, "k1.een")


def of(chains: Iterable[Chain], document: ReferenceDocument) -> Commitments:
    """The commitments of some allocations in 2025."""
    commitments = Commitments(Reference(document, date(2025, 12, 31)), 2025)
    commitments.apply(Replaced((), chain) for chain in chains)
    return commitments


def known(*chain: Held) -> dict[str, dict[str, int]]:
    """By care month and month of knowing, of one allocation."""
    return dict(sorted(by_month(of([chain], document()))))


def by_month(commitments: Commitments) -> Iterator[tuple[str, dict[str, int]]]:
    """What is known of each care month of each item."""
    for months in commitments.known.values():
        yield from months.items()


def bytes_of(commitments: Commitments) -> str:
    """All that commitments hold."""
    cells = {repr(key): _cell(commitments, key) for key in commitments}
    lapsed = [commitments.lapsed(year) for year in (2025, 2026)]
    known = {repr(item): months for item, months in commitments.known.items()}
    return json.dumps([known, cells, lapsed], sort_keys=True)


def _cell(commitments: Commitments, key: Key) -> list[str]:
    cell, (money, unpriced) = commitments[key], commitments.money(key, Cells())
    volumes = {unit: (str(volume.value()), n) for unit, (volume, n) in cell.volumes.items()}
    return [str(money.value()), str(unpriced), str(cell.parts), repr(sorted(volumes.items()))]


def test_half_is_in_the_first_month_and_half_in_the_last() -> None:
    """Two pieces of 10,01 from 20 January to 5 March: 10,01 and 10,01, nothing in February."""
    assert known(version("2025-01-20", "2025-03-05")) == {
        "2025-01": {"2025-01": 1_001},
        "2025-03": {"2025-01": 1_001},
    }


def test_an_odd_cent_goes_to_the_start() -> None:
    """One piece of 10,01: 5,01 and 5,00."""
    cents = known(version("2025-01-20", "2025-03-05", volume=1))
    assert [each["2025-01"] for each in cents.values()] == [501, 500]


def test_within_one_month_start_and_end_are_one_amount() -> None:
    assert known(version("2025-01-20", "2025-01-25")) == {"2025-01": {"2025-01": 2_002}}


def test_the_product_row_that_holds_at_the_begin_counts() -> None:
    """A trajectory that begins in March is paid 70/30, one that began before 50/50 until its end."""
    cents = known(version("2025-04-03", "2025-06-05"))
    assert cents == {"2025-04": {"2025-01": 1_872}, "2025-06": {"2025-01": 802}}


def test_the_whole_money_is_the_sum_over_months_with_other_prices() -> None:
    """A thousand pieces over 28 days of February and 31 of March at 10,01, and 30 of April at 13,37."""
    whole = sum(round(1_000 * d * t / 89) for d, t in ((28, 1_001), (31, 1_001), (30, 1_337)))
    cents = known(version("2025-02-01", "2025-04-30", volume=1_000))
    start, end = (each["2025-01"] for each in cents.values())
    assert list(cents) == ["2025-02", "2025-04"]
    assert start + end == whole
    assert start - end in {0, 1}


def test_months_before_the_first_price_add_nothing() -> None:
    """A piece a day, at 9,99 from February on and paid at the end."""
    cents = known(version("2025-01-01", "2025-02-28", code="45A11", volume=59))
    assert cents == {"2025-02": {"2025-01": 28 * 999}}


def test_months_after_the_last_price_have_that_price() -> None:
    """A piece a day in February and March, paid at the start: at 7,00, which ended in February."""
    held = version("2025-02-01", "2025-03-31", code="45A02", volume=59)
    assert known(held) == {"2025-02": {"2025-01": 59 * 700}}
    commitments = of([(held,)], document())
    assert commitments.lapsed(2025) == (31 * 700, 1)
    assert commitments.lapsed(2026) == (0, 0)
    key = Key("2025-03", "45", "45A02", PROVIDER)
    assert _shown(commitments, [key]) == (Fraction(), 1)


def _shown(commitments: Commitments, keys: Iterable[Key]) -> tuple[Fraction, int]:
    """Committed cents and unpriced months of some cells together."""
    found = [commitments.money(key, Cells()) for key in keys]
    money = sum((money.value() for money, _ in found), Fraction())
    return money, sum(unpriced for _, unpriced in found)


def test_of_an_open_end_only_the_start_is_moved() -> None:
    """A piece a day at 13,37 to the end of the year: 70 percent in November, 30 by day, to a cent."""
    cents = known(version("2025-11-01", None, volume=61))
    spread = {"2025-11": 30 * 1_337, "2025-12": 31 * 1_337}
    start = round(sum(spread.values()) * 0.7)
    assert sum(each["2025-01"] for each in cents.values()) == sum(spread.values())
    assert abs(cents["2025-12"]["2025-01"] - 0.3 * spread["2025-12"]) <= 1
    assert abs(cents["2025-11"]["2025-01"] - 0.3 * spread["2025-11"] - start) <= 1


def test_a_shorter_end_moves_the_end_payment_in_the_month_in_which_it_was_said() -> None:
    first = version("2025-01-20", "2025-12-05")
    second = version("2025-01-20", "2025-02-10", stamp="2025-02-03")
    assert known(first, second) == {
        "2025-01": {"2025-01": 1_001 + _late(), "2025-02": -_late()},
        "2025-02": {"2025-02": 1_001},
        "2025-12": {"2025-01": 1_001 + _late(), "2025-02": -1_001 - _late()},
    }


def _late() -> int:
    """By how much half is dearer while the trajectory still ran through April, in which prices rise."""
    months = known(version("2025-01-20", "2025-12-05"))
    return months["2025-01"]["2025-01"] - 1_001


def test_a_deleted_trajectory_leaves_what_was_known_until_then() -> None:
    first = version("2025-01-20", "2025-03-05")
    gone = version("2025-01-20", "2025-01-20", stamp="2025-02-03", reason="13")
    assert known(first, gone) == {
        "2025-01": {"2025-01": 1_001, "2025-02": -1_001},
        "2025-03": {"2025-01": 1_001, "2025-02": -1_001},
    }


def test_a_category_alone_has_no_payment() -> None:
    """A budget on a category: by day, whatever its products are paid by."""
    budget = version("2025-01-01", "2025-02-28", budget=59_000)
    content: Any = {k: v for k, v in budget.content.items() if k not in {"code", "volume", "unit"}}
    cents = known(Held(content, PROVIDER, "k1.een"))
    assert cents == {"2025-01": {"2025-01": 31_000}, "2025-02": {"2025-01": 28_000}}


def test_what_goes_on_without_an_end_is_known_for_the_year_after_too() -> None:
    """By day until the end of next year; committed until the end of this one. A whole amount stays inside."""
    daily = version("2025-11-01", None, code="45A04", unit="83", frequency="1", volume=10)
    commitments = of([(daily,)], document())
    assert max(month for month, _ in by_month(commitments)) == "2026-12"
    assert commitments.known_of(Key("2026-12", "45", "45A04", PROVIDER)) == {"2025-01": 310}
    assert sorted(key.care_month for key in commitments) == ["2025-11", "2025-12"]
    whole = version("2025-11-01", None, code="45A04", unit="83", volume=610)
    assert known(whole) == {"2025-11": {"2025-01": 300}, "2025-12": {"2025-01": 310}}


@pytest.mark.parametrize("power", [3, 12, 18, 30])
def test_amounts_of_any_size_are_exact(power: int) -> None:
    """A third of the days of a term of 90 in each month, also of more cents than fit in 64 bits."""
    amount = 10**power + 1
    held = version("2025-01-02", "2025-04-01", code="45A04", volume=amount, unit="83")
    commitments, days = of([(held,)], document()), {"01": 30, "02": 28, "03": 31, "04": 1}
    keys = {month: Key(f"2025-{month}", "45", "45A04", PROVIDER) for month in days}
    for month, key in keys.items():
        money = commitments.money(key, Cells())[0].value()
        assert money == Fraction(amount * days[month], 90)
        assert commitments.known_of(key) == {"2025-01": half_up(money)}
    commitments.apply([Replaced((held,), ())])
    assert bytes_of(commitments) == bytes_of(of([], document()))


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Versions of an allocation, of any product, with ends that move and go."""
    begin = FIRST + timedelta(days=draw(st.integers(0, 200)))
    stamps = draw(st.lists(st.integers(0, 300), min_size=1, max_size=3, unique=True))
    more = {
        "number": draw(st.integers(1, 9)),
        "code": draw(st.sampled_from(CODES)),
        "frequency": draw(st.sampled_from("1246")),
        "unit": draw(st.sampled_from(["82", "83"])),
    }
    ends = st.none() | st.integers(-3, 400).map(lambda days: begin + timedelta(days=days))
    versions = []
    for stamp in sorted(stamps):
        end = draw(ends)
        said = (FIRST + timedelta(days=stamp)).isoformat()
        cents = draw(st.integers(0, 99_999))
        until = None if end is None else end.isoformat()
        versions.append(version(begin.isoformat(), until, said, volume=cents, **more))
    return tuple(versions)


@settings(max_examples=200, deadline=None)
@given(chain=chains())
def test_a_profile_moves_money_over_months_and_makes_none(chain: Chain) -> None:
    """Of every version as much is known as by day, in its own months, and committed is not touched."""
    paid, plain = of([chain], document()), of([chain], by_day())
    assert _by_stamp(paid) == _by_stamp(plain)
    months = {month for each in chain for month in _months(each)}
    assert {month for month, _ in by_month(paid)} <= months
    assert {key: _cell(paid, key) for key in paid} == {key: _cell(plain, key) for key in plain}


def _months(version: Held) -> set[str]:
    """Its months, also those of no cent: in the last of them a trajectory is paid all the same."""
    commitments = of([(version,)], by_day())
    return {key.care_month for key in commitments} | {month for month, _ in by_month(commitments)}


def _by_stamp(commitments: Commitments) -> dict[str, int]:
    sums: dict[str, int] = {}
    for _, cents in by_month(commitments):
        for stamp, amount in cents.items():
            sums[stamp] = sums.get(stamp, 0) + amount
    return {stamp: amount for stamp, amount in sums.items() if amount}


@settings(max_examples=200, deadline=None)
@given(chain=chains())
def test_a_tariff_that_lapses_is_known_as_if_it_went_on(chain: Chain) -> None:
    """What is committed lacks as much, and as many months have no price, as `lapsed` tells."""
    lapses = of([chain], document())
    goes_on = of([chain], document(tariffs=TARIFFS.replace("2020-01-01;2025-02-28", "2020-01-01;")))
    assert lapses.known == goes_on.known
    assert lapses.keys() == goes_on.keys()
    (less, unpriced), (money, others) = _shown(lapses, lapses), _shown(goes_on, goes_on)
    told = [lapses.lapsed(year) for year in (2025, 2026)]
    assert unpriced - others == sum(months for _, months in told)
    assert abs(money - less - sum(cents for cents, _ in told)) <= 1  # each year to half a cent


@settings(max_examples=200, deadline=None)
@given(chain=chains())
def test_a_trajectory_with_an_end_has_money_in_its_first_and_last_month_alone(chain: Chain) -> None:
    """As much in the first as the share of the row that holds at its begin, to half a cent."""
    last = chain[-1]
    row = Reference(document(), date(2025, 12, 31)).product(
        last.content["code"], date.fromisoformat(last.content["begin"])
    )
    if row is None or row.payment is None or "end" not in last.content:
        return
    months = {month: sum(cents.values()) for month, cents in by_month(of([(last,)], document()))}
    first, final = last.content["begin"][:7], last.content["end"][:7]
    assert months.keys() <= {first, final}
    whole = sum(months.values())
    if first != final:
        assert abs(months.get(first, 0) - row.payment * whole) <= Fraction(1, 2)


@settings(max_examples=200, deadline=None)
@given(
    money=st.lists(st.integers(0, 10_000), min_size=1, max_size=12),
    start=st.fractions(0, 1, max_denominator=100),
    ends=st.booleans(),
)
def test_payments_are_whole_cents_of_no_less_than_nothing(
    money: list[int], start: Fraction, *, ends: bool
) -> None:
    months = range(len(money))
    given_ = dict(zip(months, money, strict=True))
    paid = as_paid(given_, start, months[0], months[-1] if ends else None)
    assert sum(paid.values()) == sum(money)
    assert min(paid.values()) >= 0


@settings(max_examples=200, deadline=None)
@given(data=st.data(), first=chains(), second=chains(), other=chains())
def test_there_and_back_is_the_same_to_the_byte(
    data: st.DataObject, first: Chain, second: Chain, other: Chain
) -> None:
    """Any chain in the place of another, and back; and with all gone nothing is left."""
    commitments = of([other, first], document())
    before = bytes_of(commitments)
    cut = data.draw(st.integers(0, len(first)))
    for was, now in ((first, second), (second, first[:cut]), (first[:cut], first)):
        commitments.apply([Replaced(was, now)])
    assert bytes_of(commitments) == before
    commitments.apply([Replaced(other, ()), Replaced(first, ())])
    assert bytes_of(commitments) == bytes_of(of([], document()))


def test_commitments_are_made_anew_when_a_payment_changes() -> None:
    """As for a tariff: what is known then is what it is made from nothing."""
    held = version("2025-01-20", "2025-03-05")
    event: Any = {
        "municipality": "9901",
        "provider": PROVIDER,
        "client": "k1.een",
        "identification": "T1",
        "dated": "2025-01-02",
        "findings": [],
        "age_band": "0-11",
        "allocations": [held.content],
    }
    monitor = Monitor("9901")
    monitor.refer(by_day())
    monitor.tick(date(2025, 12, 31))
    monitor.fold(event)
    assert bytes_of(monitor.parts()[0].commitments) == bytes_of(of([(held,)], by_day()))
    monitor.refer(document())
    assert bytes_of(monitor.parts()[0].commitments) == bytes_of(of([(held,)], document()))
