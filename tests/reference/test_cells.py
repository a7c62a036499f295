"""The cells of reference files: exact values, or a refusal that names the defect."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from schemas.reference import cells


def euros(cents: int) -> str:
    """The amount as the files write it."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02}"


@given(st.integers(-(10**14) + 1, 10**14 - 1))
def test_reading_an_amount_undoes_writing_it(amount: int) -> None:
    assert cells.cents(euros(amount)) == amount


@given(st.integers(0, 10**9), st.integers(1, 12))
def test_a_tariff_keeps_every_decimal(digits: int, places: int) -> None:
    text = f"{digits // 10**places},{digits % 10**places:0{places}}"
    assert cells.tariff(text) == Fraction(digits * 100, 10**places)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (cells.cents, "12", 1200),
        (cells.cents, "12,5", 1250),
        (cells.cents, "-0,05", -5),
        (cells.tariff, "1,6667", Fraction(16667, 100)),
        (cells.day, "2024-02-29", date(2024, 2, 29)),
        (cells.month, "2026-03", "2026-03"),
        (cells.month, "2026-03-01", "2026-03"),
        (cells.area, "0363", "0363"),
        (cells.area, "Haaglanden", "Haaglanden"),
        (cells.words, "Jeugd \u00a0 met\n verblijf", "Jeugd met verblijf"),
        (cells.words, "e\u0301e\u0301n", "één"),
        (cells.yes, "Ja", True),
        (cells.yes, "nee", False),
        (cells.codes, "45A04, 44A01,,45A04", ("44A01", "45A04")),
    ],
)
def test_a_good_cell_has_one_value(parse: Callable[[str], Any], text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "reason"),
    [
        (cells.cents, "1.254,00", "punt"),
        (cells.cents, "1254.00", "punt"),
        (cells.cents, "12,500", "twee decimalen"),
        (cells.cents, "12,", "geen getal"),
        (cells.cents, "€ 12", "geen getal"),
        (cells.cents, "1e3", "geen getal"),
        (cells.cents, "\u0661\u0662", "geen getal"),
        (cells.tariff, "-1,00", "kleiner dan nul"),
        (cells.tariff, "1/3", "geen getal"),
        (cells.day, "2026-02-30", "niet bestaat"),
        (cells.day, "01-02-2026", "geen datum"),
        (cells.day, "20260201", "geen datum"),
        (cells.month, "2026-13", "geen maand"),
        (cells.month, "2026-03-02", "geen maand"),
        (cells.area, "363", "gemeentecode"),
        (cells.region, "0363", "geen naam"),
        (cells.yes, "j", "ja of nee"),
        (cells.words, "post\u200bzegel", "niet zichtbaar"),
    ],
)
def test_a_bad_cell_is_refused_with_its_defect(
    parse: Callable[[str], Any], text: str, reason: str
) -> None:
    with pytest.raises(PydanticCustomError, match=reason):
        parse(text)


@given(st.text(max_size=8))
def test_any_text_is_a_value_or_a_refusal(text: str) -> None:
    for parse in (cells.cents, cells.tariff, cells.day, cells.month, cells.words, cells.area):
        try:
            parse(text)
        except PydanticCustomError:
            continue
