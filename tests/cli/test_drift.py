"""`budgetwacht drift`: its columns and formats, and what it asks of who asks."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from schemas.ijw import Message
from streams.cli.main import main
from tests.core.letters import ANNA, BAS, World, declare, line

COLUMNS = [
    "municipality",
    "product",
    "provider",
    "direction",
    "since",
    "months",
    "change_percent",
    "clients",
    "effect_cents_year",
    "z",
    "cusum",
    "threshold",
    "billing_changed",
    "reason",
]
CHILDREN = (ANNA, BAS, "999999990", "999990020", "999990032", "999990044", "999990056")
ARGV = ("drift", "--as-of", "2025-07-31")


def care(*codes: str, since: str = "2025-01", factor: int = 2) -> list[Message]:
    """Three years and a half of seven children: four to six hours a month, and more of the first code.

    Each month is declared in the next one.
    """
    months = [f"{year}-{month:02}" for year in range(2022, 2026) for month in range(1, 13)]
    asked = []
    for place, (month, following) in enumerate(pairwise(months[:43])):
        lines = [
            line(
                f"{code}-{place}-{child}",
                9_000 * hours,
                month=month,
                bsn=bsn,
                code=code,
                volume=hours,
            )
            for code in codes
            for child, bsn in enumerate(CHILDREN)
            for hours in [
                (4 + (child + place) % 3) * (factor if code == codes[0] and month >= since else 1)
            ]
        ]
        asked.append(
            declare(
                *lines,
                name=f"A{place}",
                number=f"D{place}",
                dated=f"{following}-10",
                period=month,
            )
        )
    return asked


def rows(world: World, *argv: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(world.text(*ARGV, *argv))
    return found


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A town where hours of 45A04 double in January 2025, and those of 45A05 do not."""
    return World(tmp_path_factory.mktemp("town"), *care("45A04", "45A05"))


def test_a_drift_is_a_flat_object_with_a_reason(doubled: World) -> None:
    """What a child gets has doubled since January 2025: one sentence says so."""
    (row,) = rows(doubled)
    assert list(row) == COLUMNS
    assert (row["municipality"], row["product"], row["provider"]) == ("9901", "45A04", None)
    assert (row["direction"], row["since"], row["months"]) == ("up", "2025-01", 6)
    assert row["change_percent"] == pytest.approx(100, abs=1)
    assert row["clients"] == 7
    # Six months of 7 children x 5 hours x 90 euros more.
    assert row["effect_cents_year"] == pytest.approx(6 * 7 * 5 * 9_000, rel=0.02)
    assert row["reason"].startswith("Product 45A04: sinds januari 2025 krijgt een jeugdige ")
    assert row["reason"].count(".") >= 1


def test_by_provider_the_row_names_it(doubled: World) -> None:
    (row,) = rows(doubled, "--by", "product,provider")
    assert (row["product"], row["provider"]) == ("45A04", "90000001")
    assert "bij aanbieder 90000001" in row["reason"]


def test_less_than_the_minimum_is_left_out(doubled: World) -> None:
    assert rows(doubled, "--minimum", "1000000") == []
    assert len(rows(doubled, "--minimum", "0,01")) == 1


def test_only_what_was_known_counts(doubled: World) -> None:
    """At the end of January nothing of January has been declared."""
    found: list[Any] = json.loads(doubled.text("drift", "--as-of", "2025-01-31"))
    assert found == []


def test_any_order_of_files_gives_the_same_bytes(tmp_path: Path, doubled: World) -> None:
    """Messages in another order, and some of them twice."""
    messages = care("45A04", "45A05")
    again = World(tmp_path, *messages[::-1], *messages[:5])
    assert again.text(*ARGV) == doubled.text(*ARGV)


def test_csv_and_table_have_the_same_columns(doubled: World) -> None:
    (row,) = rows(doubled)
    (read,) = csv.DictReader(io.StringIO(doubled.text(*ARGV, "--format", "csv")), delimiter=";")
    assert read == {key: "" if value is None else str(value) for key, value in row.items()}
    assert doubled.text(*ARGV, "--format", "table").split()[: len(COLUMNS)] == COLUMNS


def test_no_client_number_is_printed(doubled: World) -> None:
    assert not any(bsn in doubled.text(*ARGV) for bsn in CHILDREN)


@pytest.mark.parametrize("by", ["provider", "product,segment", "onzin"])
def test_other_keys_are_an_error(
    doubled: World, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Units add up within a product only."""
    assert main([ARGV[0], str(doubled.home), *ARGV[1:], "--by", by]) == 1
    assert capsys.readouterr().err.startswith("budgetwacht: ")


@pytest.mark.parametrize("value", ["0", "-3", "nan", "inf", "veel"])
def test_a_rate_is_a_number_above_nothing(
    doubled: World, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([ARGV[0], str(doubled.home), *ARGV[1:], f"--false-alarm-months={value}"])
    assert "geen getal boven nul" in capsys.readouterr().err


def test_an_empty_folder_has_no_drift(tmp_path: Path) -> None:
    assert rows(World(tmp_path)) == []
