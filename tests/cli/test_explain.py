"""`budgetwacht explain`: its rows, its periods, and what it says in Dutch."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.dutch import NBSP
from schemas.ijw import Message
from streams.cli.main import main
from streams.prognosis import explaining
from tests.core.letters import BAS, FIXED_HEAD, OTHER_CARE, World, allocate, declare, line, product

COLUMNS: Final = [
    "effect",
    "amount_cents",
    "share",
    "before_cents",
    "after_cents",
    "change_cents",
    "before_expected_cents",
    "after_expected_cents",
]
EFFECTS: Final = explaining.EFFECTS["lmdi"]
YEARS: Final = ("--from", "2024", "--to", "2025", "--as-of", "2027-12-31")


def care(year: int, cents: int, volume: int, **other: Any) -> Message:
    """A declaration of January in a year."""
    provider = other.pop("provider", "90000001")
    name = f"{year}{provider[-1]}"
    return declare(
        line(f"R{name}", cents, month=f"{year}-01", volume=volume, **other),
        name=f"A{name}",
        number=f"D{name}",
        dated=f"{year}-02-05",
        period=f"{year}-01",
        provider=provider,
    )


def stories(*, last: int = 30_000) -> tuple[Message, ...]:
    """Anna gets twice the hours at a higher tariff; Bas begins at another provider."""
    return (
        care(2024, 10_000, 1),
        care(2025, last, 2),
        care(2025, 5_000, 1, bsn=BAS, provider=OTHER_CARE),
    )


def explained(world: World, *argv: str) -> list[dict[str, Any]]:
    """The rows that aren't nothing."""
    rows: list[dict[str, Any]] = json.loads(world.text("explain", *YEARS, *argv))
    return [row for row in rows if row["amount_cents"]]


def test_there_is_a_flat_row_for_each_effect(tmp_path: Path) -> None:
    """Keys, effect, amount and share, beside the amounts of both periods."""
    rows = json.loads(World(tmp_path, *stories()).text("explain", *YEARS))
    assert [row["effect"] for row in rows] == list(EFFECTS)
    assert all(list(row) == ["municipality", *COLUMNS] for row in rows)
    assert sum(row["amount_cents"] for row in rows) == rows[0]["change_cents"] == 25_000
    assert (rows[0]["before_cents"], rows[0]["after_cents"]) == (10_000, 35_000)
    shares = {row["effect"]: row["share"] for row in rows}
    assert shares.pop("not_declared") is None
    assert sum(shares.values()) == pytest.approx(1, abs=1e-5)


def test_what_has_no_effect_has_a_share_of_nothing(tmp_path: Path) -> None:
    """Zero without a sign where costs fall; empty where they don't change."""
    fallen = World(tmp_path / "fallen", care(2024, 10_000, 1), care(2025, 4_000, 1))
    shares = {
        row["effect"]: str(row["share"]) for row in json.loads(fallen.text("explain", *YEARS))
    }
    assert shares == dict.fromkeys(EFFECTS, "0.0") | {"tariff": "1.0", "not_declared": "None"}
    same = World(tmp_path / "same", care(2024, 10_000, 1), care(2025, 10_000, 1))
    assert {row["share"] for row in json.loads(same.text("explain", *YEARS))} == {None}


def test_csv_and_table_hold_the_same_rows(tmp_path: Path) -> None:
    """Under the same names."""
    world = World(tmp_path, *stories())
    rows = json.loads(world.text("explain", *YEARS))
    text = world.text("explain", *YEARS, "--format", "csv")
    assert [row["amount_cents"] for row in csv.DictReader(io.StringIO(text), delimiter=";")] == [
        str(row["amount_cents"]) for row in rows
    ]
    table = world.text("explain", *YEARS, "--format", "table").splitlines()
    assert table[0].split() == ["municipality", *COLUMNS]
    assert len(table) == len(rows) + 1


def test_parts_by_any_key_add_up_to_the_whole(tmp_path: Path) -> None:
    """Effect by effect."""
    world = World(tmp_path, *stories(), vaste_kosten=FIXED_HEAD + "9901;Vast;pgb;x;2025-03;7\n")
    whole = {row["effect"]: row["amount_cents"] for row in explained(world)}
    assert whole["fixed"] == 700
    for by in ("provider,product", "budget_line", "region", "segment,category,municipality"):
        sums = dict.fromkeys(whole, 0)
        for row in explained(world, "--by", by):
            sums[row["effect"]] += row["amount_cents"]
        assert sums == whole, by


@pytest.mark.parametrize(
    ("period", "cents"),
    [
        ("2024", 111_000),
        ("2024-Q1", 11_000),
        ("2024-01", 1_000),
        ("2024-01..2024-03", 11_000),
        ("2024-Q1..2024-Q4", 111_000),
        ("2023..2024", 111_000),
    ],
)
def test_a_period_is_a_year_a_quarter_a_month_or_a_range(
    tmp_path: Path, period: str, cents: int
) -> None:
    """Whole care months, both ends included."""
    months = {"2024-01": 1_000, "2024-03": 10_000, "2024-12": 100_000}
    lines = [line(f"R{month}", cents, month=month) for month, cents in months.items()]
    world = World(tmp_path, declare(*lines, dated="2025-02-05"))
    argv = ("--from", period, "--to", "2026", "--as-of", "2027-12-31")
    assert json.loads(world.text("explain", *argv))[0]["before_cents"] == cents


@pytest.mark.parametrize(
    "period",
    [
        "24",
        "2024-Q5",
        "2024-13",
        "2024-1",
        "2024-03..2024-01",
        "2024..",
        "..2024",
        "2024-01-01",
        "",
    ],
)
def test_what_is_no_period_is_refused(
    tmp_path: Path, period: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what it should look like."""
    with pytest.raises(SystemExit):
        main(["explain", str(tmp_path), f"--from={period}", "--to=2025", "--as-of=2025-12-31"])
    assert "is geen periode" in (said := capsys.readouterr().err) or "eindigt voordat" in said


def test_periods_of_unequal_length_are_compared_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr, so that rows stay rows."""
    world = World(tmp_path, *stories())
    world.text("explain", "--from", "2024", "--to", "2025-Q1", "--as-of", "2027-12-31")
    assert "2024 telt 12 maanden en 2025-Q1 3" in capsys.readouterr().err
    world.text("explain", *YEARS)
    assert not capsys.readouterr().err


def test_without_an_as_of_date_all_that_is_dated_by_today_counts(tmp_path: Path) -> None:
    """As the stable command line has it: only the periods must be given."""
    argv = ("explain", "--from", "2024", "--to", "2025")
    rows = json.loads(World(tmp_path, *stories()).text(*argv))
    assert sum(row["amount_cents"] for row in rows) == 25_000


def test_a_key_that_says_when_or_who_referred_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Naming those that can be asked."""
    World(tmp_path, *stories())
    assert main(["explain", str(tmp_path), *YEARS, "--by", "care_month"]) != 0
    assert "kan niet per care_month; kies uit" in capsys.readouterr().err


def test_the_sentences_begin_with_the_change_and_its_largest_cause(tmp_path: Path) -> None:
    """One client twice the hours, three times the money: intensity first, then tariff; no client is named."""
    world = World(tmp_path, care(2024, 10_000, 1), care(2025, 30_000, 2))
    text = world.text("explain", *YEARS, "--format", "text").replace(NBSP, " ").splitlines()
    assert text == [
        "gemeente 9901:",
        "De kosten zijn € 200 hoger (200 procent): € 300 in 2025, € 100 in 2024.",
        "Het meeste komt door meer hulp per jeugdige per maand (intensiteit).",
        "- meer hulp per jeugdige per maand (intensiteit): € 126 hoger (63 procent van de stijging)",
        "- hogere tarieven: € 74 hoger (37 procent van de stijging)",
        (
            "Duurder door meer hulp per jeugdige én een hoger tarief: 1 product, samen € 200 hoger"
            " (63 procent intensiteit, 37 procent tarief): 45A04 Ambulant."
        ),
    ]


def every_month() -> list[Message]:
    """A child with the same care every month of two years, declared in the next one."""
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    return [
        declare(
            line(f"R{place}", 72_000, month=month, volume=8),
            name=f"A{place}",
            number=f"D{place}",
            dated=f"{following}-10",
            period=month,
        )
        for place, (month, following) in enumerate(pairwise(months))
    ]


def test_what_is_expected_of_no_product_is_of_the_products_that_are_declared(
    tmp_path: Path,
) -> None:
    """The allocation names a category alone; what is declared of it has a product. Nothing is new."""
    meant = product(
        begin="2024-01-01", end="2025-12-31", code=None, omvang=None, budget=24 * 72_000,
        stamp="2023-12-01T10:00:00",
    )  # fmt: skip
    world = World(tmp_path, allocate(meant, dated="2023-12-01"), *every_month())
    argv = ("explain", "--from", "2024-Q3", "--to", "2025-Q3", "--as-of", "2025-09-30")
    rows = json.loads(world.text(*argv, "--by", "product"))
    assert {row["product"] for row in rows} == {"45A04"}
    assert rows[0]["after_expected_cents"] == pytest.approx(72_000, rel=0.05)
    effects = {row["effect"]: row["amount_cents"] for row in rows}
    assert not effects["new"]
    assert not effects["mix"]


def test_what_is_still_to_be_declared_explains_nothing_and_is_said(tmp_path: Path) -> None:
    """A child with the same care every month, in a year that is half over, costs what it did."""
    world = World(tmp_path, *every_month())
    argv = ("explain", "--from", "2024", "--to", "2025", "--as-of", "2025-06-30")
    rows = {row["effect"]: row for row in json.loads(world.text(*argv))}
    awaited = rows["not_declared"]["amount_cents"]
    assert awaited == -rows["duration"]["after_expected_cents"] < -6 * 72_000
    assert rows["duration"]["after_cents"] == 5 * 72_000
    causes = {name: row["amount_cents"] for name, row in rows.items() if name != "not_declared"}
    assert sum(causes.values()) == 5 * 72_000 - awaited - 12 * 72_000
    assert abs(causes.pop("duration")) < 72_000
    assert not any(causes.values())
    text = world.text(*argv, "--format", "text").replace(NBSP, " ")
    assert "De kosten zijn naar verwachting " in text
    assert "Van 2025 is naar schatting € " in text
    assert "Dat is hier al meegeteld." in text


def test_volume_mix_and_price_can_be_asked_for(tmp_path: Path) -> None:
    """Of 3 hours for 50 euros more each than 1 hour of 100: 200 volume, 150 price."""
    world = World(tmp_path, care(2024, 10_000, 1), care(2025, 45_000, 3))
    rows = explained(world, "--method", "pvm", "--by", "product")
    assert {row["effect"]: row["amount_cents"] for row in rows} == {
        "volume": 20_000,
        "price": 15_000,
    }
    text = world.text("explain", *YEARS, "--method", "pvm", "--format", "text")
    assert f"- meer hulp (volume): €{NBSP}200 hoger (57 procent van de stijging)" in text
    assert f"- hogere prijzen bij dezelfde aanbieder: €{NBSP}150 hoger" in text


def test_a_cause_larger_than_the_change_has_no_share(tmp_path: Path) -> None:
    """Twice the hours at half of the price, and a little more."""
    world = World(tmp_path, care(2024, 10_000, 1), care(2025, 10_100, 2))
    text = world.text("explain", *YEARS, "--format", "text").replace(NBSP, " ").splitlines()
    assert text[3:5] == [
        "- meer hulp per jeugdige per maand (intensiteit): € 70 hoger",
        "- lagere tarieven: € 69 lager",
    ]


def test_equal_costs_are_said_to_be_equal(tmp_path: Path) -> None:
    """Without a cause."""
    world = World(tmp_path, care(2024, 10_000, 1), care(2025, 10_000, 1))
    text = world.text("explain", *YEARS, "--format", "text").replace(NBSP, " ")
    assert text == "gemeente 9901:\nDe kosten zijn gelijk gebleven: € 100 in 2025, € 100 in 2024.\n"


def test_a_folder_without_anything_explains_nothing(tmp_path: Path) -> None:
    """No rows, and a sentence that says so."""
    world = World(tmp_path)
    assert json.loads(world.text("explain", *YEARS)) == []
    assert (
        world.text("explain", *YEARS, "--format", "text")
        == "Er zijn geen kosten in deze perioden.\n"
    )
