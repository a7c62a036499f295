"""The volume arithmetic (IV076 to IV079), with the standard's worked examples."""

from datetime import date
from typing import Any

import pytest

from schemas.events import Allocation
from schemas.reference.lookup import Reference
from streams.ledger.signals.volume import (
    hours,
    is_output,
    most_in_all,
    most_in_month,
    sundays,
    weeks,
)
from tests.core.letters import allocate, day, declare, product
from tests.signals.worlds import AS_OF, REFERENCE, care, document, rules_of

OUTPUT = Reference(
    document(
        "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;"
        "verblijf;begrotingspost;geldig_vanaf;geldig_tot\n"
        "9901;45A04;45;;;;;output;;;2021-01-01;\n"
        "9901;45A05;45;;;;;taak;;;2021-01-01;\n"
        "9901;45A06;45;;;;;inspanning;;;2021-01-01;\n"
    ),
    AS_OF,
)


def allocation(begin: str, end: str | None, frequency: str = "2", **content: Any) -> Allocation:
    """One unit each week (or what `frequency` says) of a product."""
    found: Any = {"number": 1, "stamp": "2025-01-01T10:00:00", "begin": begin, "code": "45A04"}
    found |= {"volume": 1, "unit": "04", "frequency": frequency} | content
    return found | {"end": end} if end else found  # type: ignore[no-any-return]


def months(what: Allocation, reference: Reference = REFERENCE) -> list[int | None]:
    """The most for each month that an allocation, within a year, touches."""
    year, first, last = what["begin"][:4], int(what["begin"][5:7]), int(what["end"][5:7])
    return [
        most_in_month(what, f"{year}-{month:02}", reference) for month in range(first, last + 1)
    ]


def test_months_may_sum_to_more_than_the_whole() -> None:
    """IV077: 4 + 5 + 5 = 14 weeks in the months, 13 in the whole allocation; both hold."""
    quarter = allocation("2021-02-01", "2021-04-30")
    assert months(quarter) == [4, 5, 5]
    assert most_in_all(quarter, REFERENCE) == 13


def test_a_line_within_its_month_may_be_over_the_whole() -> None:
    """The fourteenth week is not declared twice."""
    quarter = allocate(product(begin="2021-02-01", end="2021-04-30", omvang=(1, "04", "2")))
    declared = [
        declare(
            care("R1", "2021-02-01", "2021-02-28", 4, month="2021-02"),
            care("R2", "2021-03-01", "2021-03-31", 5, month="2021-03"),
            care("R3", "2021-04-01", "2021-04-30", last, month="2021-04"),
        )
        for last in (4, 5, 6)
    ]
    assert not rules_of(quarter, declared[0])
    assert rules_of(quarter, declared[1]) == [("TR322", "R3")]
    assert rules_of(quarter, declared[2]) == [("TR321", "R3"), ("TR322", "R3")]


def test_no_month_has_more_than_six_weeks() -> None:
    """IV077, confirmed for 2020 to 2030; never fewer than four."""
    found = {
        weeks(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - date.resolution)
        for year in range(2020, 2031)
        for month in range(1, 13)
    }
    assert found == {4, 5, 6}


@pytest.mark.parametrize(
    ("begin", "end", "touched", "ended"),
    [
        ("2025-09-01", "2025-09-07", 1, 1),  # Monday to Sunday
        ("2025-09-07", "2025-09-08", 2, 1),  # Sunday and Monday
        ("2025-09-01", "2025-09-06", 1, 0),
        ("2025-09-03", "2025-09-03", 1, 0),
        ("2024-12-30", "2025-01-05", 1, 1),  # one week in two years
    ],
)
def test_weeks_run_from_monday_to_sunday(begin: str, end: str, touched: int, ended: int) -> None:
    """A week that is touched counts for effort, its Sunday for output."""
    assert weeks(day(begin), day(end)) == touched
    assert sundays(day(begin), day(end)) == ended


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2025-08-04", "2025-08-31", [4]),  # ends on a Sunday
        ("2025-08-04", "2025-09-04", [5, 0]),  # on a Thursday: its week goes with the last Sunday
        ("2025-08-04", "2025-09-10", [4, 2]),
        ("2025-09-30", "2025-10-03", [0, 1]),  # no Sunday at all
    ],
)
def test_output_counts_sundays_and_a_broken_last_week(
    begin: str, end: str, expected: list[int]
) -> None:
    """IV076; over the whole that is what effort has too."""
    whole = allocation(begin, end)
    assert months(whole, OUTPUT) == expected
    assert most_in_all(whole, REFERENCE) == sum(expected)


def test_a_broken_month_has_the_volume_of_a_whole_one() -> None:
    """IV078."""
    whole = allocation("2025-01-20", "2025-03-02", "4", volume=8)
    assert months(whole) == [8, 8, 8]
    assert months(whole, OUTPUT) == [8, 8, 8]
    assert most_in_all(whole, REFERENCE) == 24


def test_a_day_counts_days_and_a_whole_has_no_months() -> None:
    """Frequencies 1 and 6."""
    daily = allocation("2025-01-20", "2025-02-10", "1", volume=2)
    assert (months(daily), most_in_all(daily, REFERENCE)) == ([24, 20], 44)
    once = allocation("2025-01-20", "2025-02-10", "6", volume=2)
    assert (months(once), most_in_all(once, REFERENCE)) == ([None, None], 2)


def test_an_open_end_has_no_whole() -> None:
    """Months are limited all the same; one volume for all needs no end."""
    assert most_in_all(allocation("2025-01-01", None, "4"), REFERENCE) is None
    assert most_in_month(allocation("2025-01-01", None, "4"), "2031-07", REFERENCE) == 1
    assert most_in_month(allocation("2025-01-01", None), "2025-08", OUTPUT) == 5
    assert most_in_all(allocation("2025-01-01", None, "6", volume=9), REFERENCE) == 9


def test_outside_the_allocation_and_without_a_volume_there_is_no_limit() -> None:
    """Other rules judge that."""
    assert most_in_month(allocation("2025-02-01", "2025-02-28"), "2025-03", REFERENCE) is None
    unlimited: Allocation = {"number": 1, "stamp": "2025-01-01T10:00:00", "begin": "2025-01-01"}
    assert most_in_month(unlimited, "2025-01", REFERENCE) is None
    assert most_in_all(unlimited, REFERENCE) is None


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, 0), (1, 1), (29, 1), (89, 1), (90, 2), (149, 2), (150, 3)]
)
def test_minutes_become_hours(minutes: int, expected: int) -> None:
    """IV079: rounded half up, one hour at the least."""
    assert hours(minutes) == expected


def test_minutes_and_hours_of_a_month_add_up() -> None:
    """Minutes are rounded once a month, whatever the lines."""
    ten = allocate(product(code=None, omvang=(10, "04", "4")))
    lines = [
        care("R1", "2025-01-01", "2025-01-31", 8, unit="04"),
        care("R2", "2025-01-01", "2025-01-31", 70, unit="01", code="45A05"),
    ]
    third = [
        care("R3", "2025-01-01", "2025-01-31", minutes, unit="01", code="45A06")
        for minutes in (79, 80)
    ]
    assert not rules_of(ten, declare(*lines, third[0]))
    assert rules_of(ten, declare(*lines, third[1])) == [("TR321", "R3")]


@pytest.mark.parametrize(
    ("code", "unit", "expected"),
    [
        ("45A04", "04", True),  # as the product says, whatever the unit
        ("45A06", "82", False),
        ("45A05", "82", True),  # the product says neither: as the unit
        ("45A05", "84", False),
        ("45A09", "83", True),  # a product that is not known
    ],
)
def test_the_method_is_the_products_else_the_units(code: str, unit: str, expected: bool) -> None:  # noqa: FBT001
    """Stuks and euros are output, the others effort."""
    what = allocation("2025-01-01", None, code=code, unit=unit)
    assert is_output(what, OUTPUT, date(2025, 1, 1)) == expected


def counted(method: str, variant: str = "") -> Reference:
    """A product of which volume counts by a method."""
    return Reference(
        document(
            "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;"
            "verblijf;begrotingspost;geldig_vanaf;geldig_tot;volumemethode\n"
            f"9901;45A04;45;;;;;{variant};;;2021-01-01;;{method}\n"
        ),
        AS_OF,
    )


def test_a_product_may_give_a_broken_month_its_part_by_days() -> None:
    """12 of 31 days, whole months, 2 of 30: rounded up, in the months and in the whole."""
    monthly = allocation("2025-01-20", "2025-04-02", "4", volume=8)
    assert months(monthly, counted("dagen")) == [4, 8, 8, 1]
    assert most_in_all(monthly, counted("dagen")) == 20  # 3.10 + 16 + 0.53
    short = allocation("2025-01-20", "2025-01-31", "4", volume=8)
    assert most_in_all(short, counted("dagen")) == 4


def test_a_product_may_count_weeks_as_days_by_seven() -> None:
    """28, 31 and 30 days; 89 in all."""
    quarter = allocation("2021-02-01", "2021-04-30")
    assert months(quarter, counted("weken")) == [4, 5, 5]
    assert most_in_all(quarter, counted("weken")) == 13
    broken = allocation("2025-01-26", "2025-01-27")  # a Sunday and a Monday: two ISO weeks
    assert (months(broken), months(broken, counted("weken"))) == ([2], [1])
    assert most_in_all(broken, counted("weken")) == 1


@pytest.mark.parametrize("method", ["dagen", "weken"])
def test_a_local_method_leaves_the_other_frequency_as_the_variant_says(method: str) -> None:
    """Days are about months, weeks about weeks."""
    other = allocation("2025-08-04", "2025-09-04", "2" if method == "dagen" else "4")
    variants = [counted(method, variant) for variant in ("output", "inspanning")]
    standard = [counted("", variant) for variant in ("output", "inspanning")]
    assert [months(other, each) for each in variants] == [months(other, each) for each in standard]


def test_the_method_of_a_product_goes_before_its_variant() -> None:
    """Output by the method of effort, and the other way round."""
    weekly = allocation("2025-08-04", "2025-09-04")
    assert months(weekly, counted("inspanning", "output")) == months(
        weekly, counted("", "inspanning")
    )
    assert months(weekly, counted("output", "inspanning")) == months(weekly, counted("", "output"))
    assert months(weekly, counted("", "output")) != months(weekly, counted("", "inspanning"))
