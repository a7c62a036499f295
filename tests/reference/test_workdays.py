"""Working days: the published holidays, and what counting them means."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.workdays import easter, holidays, is_working_day, nth_working_day

days = st.dates(date(2014, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2020, "01-01 04-10 04-13 04-27 05-05 05-21 06-01 12-25 12-26"),
        (2024, "01-01 03-29 04-01 04-27 05-05 05-09 05-20 12-25 12-26"),
        (2025, "01-01 04-18 04-21 04-26 05-05 05-29 06-09 12-25 12-26"),  # 27 April is a Sunday
        (2026, "01-01 04-03 04-06 04-27 05-05 05-14 05-25 12-25 12-26"),
        (2027, "01-01 03-26 03-29 04-27 05-05 05-06 05-17 12-25 12-26"),
    ],
)
def test_the_holidays_of_a_year_are_the_published_ones(year: int, expected: str) -> None:
    """Of the Algemene termijnenwet."""
    found = sorted(each.isoformat()[5:] for each in holidays(year))
    assert found == expected.split()


@pytest.mark.parametrize(
    ("year", "expected"),
    [(1961, "04-02"), (2000, "04-23"), (2008, "03-23"), (2019, "04-21"), (2038, "04-25"), (2049, "04-18"), (2076, "04-19")],
)  # fmt: skip
def test_easter_is_that_of_the_calendar(year: int, expected: str) -> None:
    """The earliest and latest of a century, and the exceptions of the rule, too."""
    assert easter(year).isoformat() == f"{year}-{expected}"


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2025-01-03", 1, "2025-01-06"),  # over a weekend
        ("2025-04-17", 1, "2025-04-22"),  # over Good Friday and Easter
        ("2025-04-25", 5, "2025-05-02"),  # King's Day on a Saturday takes nothing
        ("2025-05-02", 1, "2025-05-06"),  # over Liberation Day
        ("2025-12-24", 4, "2026-01-02"),  # over Christmas and New Year
        ("2025-02-05", 10, "2025-02-19"),
        ("9999-12-30", 5, "9999-12-31"),
    ],
)
def test_a_deadline_skips_weekends_and_holidays(day: str, count: int, expected: str) -> None:
    """And stays within the calendar."""
    assert nth_working_day(date.fromisoformat(day), count).isoformat() == expected


@given(day=days, count=st.integers(1, 60))
def test_between_a_day_and_its_deadline_lie_that_many_working_days(day: date, count: int) -> None:
    """The deadline, a working day itself, included."""
    due = nth_working_day(day, count)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert is_working_day(due)
    assert sum(map(is_working_day, between)) == count


@given(day=days)
def test_a_weekend_has_no_working_day(day: date) -> None:
    """Whatever the week."""
    monday = day - timedelta(days=day.weekday())
    week = [is_working_day(monday + timedelta(days=n)) for n in range(7)]
    assert not any(week[5:])
