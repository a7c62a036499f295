"""What the past teaches is learnt once a day, and what it was learnt with doesn't stay."""

import gc
from datetime import date
from weakref import ref

import pytest

from streams.prognosis import forecast
from streams.prognosis.forecast import foretold
from streams.prognosis.learning import School
from streams.prognosis.monitor import Monitor
from streams.prognosis.panel import Panel


@pytest.mark.parametrize("day", [date(2025, 2, 10), date(2025, 9, 15)])
def test_one_school_teaches_all_that_is_told_of_a_day(
    day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The valuation and every year's prognosis; a city's school is tens of megabytes, and goes."""
    schools = []

    def counted(panel: Panel) -> School:
        school = School(panel)
        schools.append(ref(school))
        return school

    monkeypatch.setattr(forecast, "School", counted)
    monitor = Monitor("0363")
    monitor.tick(day)
    monitor.valuation()
    monitor.prognoses()
    gc.collect()
    assert [school() for school in schools] == [None]


@pytest.mark.parametrize(
    ("day", "years"),
    [
        (date(2025, 3, 31), [2024, 2025, 2026]),
        (date(2025, 4, 1), [2025, 2026]),
        (date(2025, 12, 31), [2025, 2026]),
    ],
)
def test_the_year_before_is_foretold_until_march(day: date, years: list[int]) -> None:
    """The year itself and the next always are."""
    assert list(foretold(day)) == years
