"""Amounts, percentages and dates as a Dutch reader expects them."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dutch import NBSP, euros, long_date, percent, rounded_euros


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (125_499_835, "1.254.998,35"),
        (-1_234_560, "-12.345,60"),
        (0, "0,00"),
        (7, "0,07"),
        (-7, "-0,07"),
        (99_999, "999,99"),
        (100_000, "1.000,00"),
    ],
)
def test_an_amount_has_points_for_thousands_and_a_space_that_does_not_break(
    cents: int, text: str
) -> None:
    assert euros(cents) == f"€\u00a0{text}"


@given(st.integers())
def test_no_cent_is_lost_in_the_text_of_an_amount(cents: int) -> None:
    text = euros(cents).removeprefix(f"€{NBSP}")
    assert int(text.replace(".", "").replace(",", "")) == cents


@pytest.mark.parametrize(
    ("cents", "text"),
    [(149, "1"), (150, "2"), (-149, "-1"), (-150, "-2"), (-49, "0"), (145_500_049, "1.455.000")],
)
def test_an_estimate_is_rounded_to_whole_euros_half_away_from_zero(cents: int, text: str) -> None:
    assert rounded_euros(cents) == f"€\u00a0{text}"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(1032, 1000), "103,2%"),
        (Fraction(79_999_999, 100_000_000), "80,0%"),
        (0.71, "71,0%"),
        (1, "100,0%"),
        (Fraction(-1, 16), "-6,3%"),
        (Fraction(123_456), "12.345.600,0%"),
    ],
)
def test_a_share_reads_as_a_percentage_with_one_decimal(share: Fraction | float, text: str) -> None:
    assert percent(share) == text


def test_a_day_is_written_out() -> None:
    assert long_date(date(2026, 11, 23)) == "23 november 2026"
    assert long_date(date(2025, 3, 1)) == "1 maart 2025"
