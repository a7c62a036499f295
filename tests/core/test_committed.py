"""Committed money, month by month, worked out by hand from design.md's paragraph "Committed"."""

from pathlib import Path
from typing import Any

import pytest

from schemas.ijw import Tree
from tests.core.letters import (
    CARE,
    OTHER_CARE,
    World,
    allocate,
    declare,
    line,
    product,
    tariffs,
)

FLAT = tariffs("9901;90000001;45A04;04;1,00;2020-01-01;")
"""One euro an hour: committed cents are hundred times the volume."""


def committed(home: Path, *products: Tree, tarieven: str = FLAT, **more: Any) -> dict[str, int]:
    """Committed cents by care month of allocations of one client at one provider."""
    return World(home, allocate(*products), tarieven=tarieven, **more).months()


def test_per_day_is_volume_times_days(tmp_path: Path) -> None:
    """Frequency 1: V*d. Three hours a day from 30 January to 2 February."""
    found = committed(
        tmp_path, product(begin="2025-01-30", end="2025-02-02", omvang=(3, "04", "1"))
    )
    assert found == {"2025-01": 600, "2025-02": 600}


def test_per_week_is_a_seventh_a_day(tmp_path: Path) -> None:
    """Frequency 2: V*d/7. Two hours a week, 1 January to 28 February: 2*31/7 and 2*28/7 hours."""
    found = committed(
        tmp_path, product(begin="2025-01-01", end="2025-02-28", omvang=(2, "04", "2"))
    )
    assert found == {"2025-01": 886, "2025-02": 800}


def test_per_month_is_pro_rata_the_days_of_that_month(tmp_path: Path) -> None:
    """Frequency 4: V*d/days(month). Thirty hours a month from 16 January to 10 February."""
    found = committed(
        tmp_path, product(begin="2025-01-16", end="2025-02-10", omvang=(30, "04", "4"))
    )
    assert found == {"2025-01": 1_548, "2025-02": 1_071}  # 30*16/31 = 15,48; 30*10/28 = 10,71


def test_february_of_a_leap_year_has_29_days(tmp_path: Path) -> None:
    """Frequency 4 in February 2024: half a month is 14,5 days."""
    found = committed(
        tmp_path,
        product(1, begin="2024-02-01", end="2024-02-14", omvang=(29, "04", "4")),
        product(2, begin="2024-02-29", end="2024-02-29", omvang=(29, "04", "4")),
    )
    assert found == {"2024-02": 1_500}


def test_in_all_is_spread_over_all_days(tmp_path: Path) -> None:
    """Frequency 6: V*d/D. Ninety hours over 31 + 28 + 31 days."""
    found = committed(
        tmp_path, product(begin="2025-01-01", end="2025-03-31", omvang=(90, "04", "6"))
    )
    assert found == {"2025-01": 3_100, "2025-02": 2_800, "2025-03": 3_100}


def test_the_first_and_the_last_day_count(tmp_path: Path) -> None:
    """Dates are inclusive: an allocation of one day has one day."""
    found = committed(
        tmp_path, product(begin="2025-06-30", end="2025-06-30", omvang=(7, "04", "1"))
    )
    assert found == {"2025-06": 700}


def test_minutes_on_an_hour_tariff_convert_by_sixty(tmp_path: Path) -> None:
    """01 and 04 convert by sixty: 90 minutes at 60 euros an hour are 90 euros."""
    per_hour = tariffs("9901;90000001;45A04;04;60,00;2021-01-01;")
    day = product(begin="2025-01-01", end="2025-01-01", omvang=(90, "01", "1"))
    assert committed(tmp_path, day, tarieven=per_hour) == {"2025-01": 9_000}


def test_hours_on_a_minute_tariff_convert_by_sixty(tmp_path: Path) -> None:
    """01 and 04 convert by sixty: 2 hours at 1,50 a minute are 180 euros."""
    per_minute = tariffs("9901;90000001;45A04;01;1,50;2021-01-01;")
    day = product(begin="2025-01-01", end="2025-01-01", omvang=(2, "04", "1"))
    assert committed(tmp_path, day, tarieven=per_minute) == {"2025-01": 18_000}


def test_more_than_two_decimals_are_kept(tmp_path: Path) -> None:
    """A tariff of 1,5333 a minute times 1000 minutes is 1.533,30, not 1.530,00."""
    fine = tariffs("9901;90000001;45A04;01;1,5333;2021-01-01;")
    day = product(begin="2025-01-01", end="2025-01-01", omvang=(1000, "01", "1"))
    assert committed(tmp_path, day, tarieven=fine) == {"2025-01": 153_330}


def test_any_other_unit_mismatch_is_unpriced(tmp_path: Path) -> None:
    """Etmalen on an hour tariff have no price: `unpriced` counts the allocation months."""
    world = World(
        tmp_path,
        allocate(product(begin="2025-01-20", end="2025-03-03", omvang=(1, "14", "1"))),
        declare(line("R1", month="2025-02")),
    )
    cell = world.total()
    assert (cell["committed_cents"], cell["unpriced"]) == (0, 3)


def test_the_tariff_is_that_of_the_first_of_the_month(tmp_path: Path) -> None:
    """A tariff that starts on 2 February prices March, also of care that starts in between."""
    two = tariffs(
        "9901;90000001;45A04;04;1,00;2021-01-01;2025-02-01",
        "9901;90000001;45A04;04;2,00;2025-02-02;",
    )
    days = product(begin="2025-02-10", end="2025-03-01", omvang=(1, "04", "1"))
    assert committed(tmp_path, days, tarieven=two) == {"2025-02": 1_900, "2025-03": 200}


def test_expired_rows_do_not_count(tmp_path: Path) -> None:
    """The own row expired, so the region's prices; without one the month is unpriced."""
    rows = tariffs(
        "9901;90000001;45A04;04;2,00;2021-01-01;2025-01-31",
        "Proefregio;90000001;45A04;04;1,00;2021-01-01;2025-02-28",
    )
    world = World(
        tmp_path,
        allocate(product(begin="2025-01-31", end="2025-03-31", omvang=(1, "04", "1"))),
        tarieven=rows,
    )
    assert world.months() == {"2025-01": 200, "2025-02": 2_800}
    (cell,) = world.replay()
    assert cell["unpriced"] == 1


def test_the_own_row_beats_the_regions(tmp_path: Path) -> None:
    """Own row of the municipality before its region's, whichever is dearer or newer."""
    rows = tariffs(
        "Proefregio;90000001;45A04;04;9,00;2025-01-01;",
        "9901;90000001;45A04;04;2,00;2021-01-01;",
    )
    day = product(begin="2025-01-01", end="2025-01-01", omvang=(1, "04", "1"))
    assert committed(tmp_path, day, tarieven=rows) == {"2025-01": 200}


def test_a_tariff_is_a_providers_own(tmp_path: Path) -> None:
    """Another provider's tariff prices nothing."""
    rows = tariffs("9901;90000002;45A04;04;2,00;2021-01-01;")
    day = product(begin="2025-01-01", end="2025-01-01", omvang=(1, "04", "1"))
    assert committed(tmp_path, day, tarieven=rows) == {}


def test_euros_are_cents_already(tmp_path: Path) -> None:
    """Unit 83: the volume is in cents, no tariff is asked."""
    euros = product(begin="2025-01-01", end="2025-02-28", omvang=(5_900, "83", "6"))
    assert committed(tmp_path, euros, tarieven=tariffs()) == {"2025-01": 3_100, "2025-02": 2_800}


def test_euros_a_month_are_pro_rata_too(tmp_path: Path) -> None:
    """Unit 83 keeps its frequency: 31 euros a month from the 21st is 11 euros."""
    euros = product(begin="2025-01-21", end="2025-01-31", omvang=(3_100, "83", "4"), code="45A99")
    assert committed(tmp_path, euros, tarieven=tariffs()) == {"2025-01": 1_100}


def test_a_budget_is_spread_over_all_days_without_tariff(tmp_path: Path) -> None:
    """Budget without volume: Budget*d/D."""
    budget = product(begin="2025-01-01", end="2025-02-28", code=None, omvang=None, budget=59_000)
    assert committed(tmp_path, budget, tarieven=tariffs()) == {"2025-01": 31_000, "2025-02": 28_000}


def test_a_budget_without_product_is_committed_without_product(tmp_path: Path) -> None:
    """A generic allocation (no Product) has no product: null, and its budget counts."""
    generic = product(
        begin="2025-01-01", end="2025-01-31", code=None, category=None, omvang=None, budget=310
    )
    cells = World(tmp_path, allocate(generic)).replay("product", "category", "budget_line")
    assert [(cell["product"], cell["category"], cell["budget_line"]) for cell in cells] == [
        (None, None, None)
    ]
    assert cells[0]["committed_cents"] == 310


def test_volume_beats_budget(tmp_path: Path) -> None:
    """Budget counts only without volume (CD077 forbids both)."""
    both = product(begin="2025-01-01", end="2025-01-01", omvang=(1, "04", "1"), budget=59_000)
    assert committed(tmp_path, both) == {"2025-01": 100}


def test_neither_volume_nor_budget_is_unpriced(tmp_path: Path) -> None:
    """Neither: unpriced, one for every month of the allocation."""
    bare = product(begin="2025-01-31", end="2025-02-01", code=None, omvang=None)
    world = World(tmp_path, allocate(bare), declare(line()))
    assert world.total()["unpriced"] == 2


def test_a_category_without_code_is_priced_at_the_mean_tariff(tmp_path: Path) -> None:
    """Net declared cents over net declared volume of that provider, category and unit: 900/6 = 1,50."""
    world = World(
        tmp_path,
        allocate(product(begin="2025-03-01", end="2025-03-31", code=None, omvang=(4, "04", "4"))),
        declare(
            line("R1", 1_000, volume=7),
            line("R2", -100, volume=1, previous="R0"),
            line("R3", 7_777, volume=1, unit="14"),
            line("R4", 8_888, volume=1, category="44", code="44A08"),
        ),
        declare(line("R1", 9_999), provider=OTHER_CARE),
        tarieven=tariffs(),
    )
    assert world.months()["2025-03"] == 600


def test_rejected_and_void_lines_have_no_part_in_the_mean_tariff(tmp_path: Path) -> None:
    """Declared = granted + open: the void line's price counts for nothing."""
    world = World(
        tmp_path,
        allocate(product(begin="2025-03-01", end="2025-03-31", code=None, omvang=(4, "04", "4"))),
        declare(line("R1", 300, volume=2), line("R1", 99_999, volume=1)),
    )
    assert world.months()["2025-03"] == 600


def test_without_declared_volume_a_category_is_unpriced(tmp_path: Path) -> None:
    """No mean tariff (nothing declared, or net volume nil): unpriced, no crash."""
    asked = allocate(product(begin="2025-03-01", end="2025-04-30", code=None))
    bare = World(tmp_path / "bare", asked, declare(line(code="44A08", category="44")))
    assert bare.total()["unpriced"] == 2
    nil = World(
        tmp_path / "nil",
        asked,
        declare(line("R1", 1_000, volume=7), line("R2", -100, volume=7, previous="R0")),
    )
    assert nil.total()["unpriced"] == 2
    zero = World(tmp_path / "zero", asked, declare(line("R1", 1_000, volume=0)))
    assert zero.total()["unpriced"] == 2


def test_an_open_end_runs_to_the_end_of_the_as_of_year(tmp_path: Path) -> None:
    """An open end runs, for these sums, to 31 December of the as-of year."""
    world = World(
        tmp_path,
        allocate(product(begin="2025-12-01", end=None, omvang=(1, "04", "1"))),
        tarieven=FLAT,
    )
    assert world.months(as_of="2025-01-01") == {"2025-12": 3_100}
    assert len(world.months(as_of="2026-01-01")) == 13


def test_an_open_end_that_begins_after_the_as_of_year_is_nothing_yet(tmp_path: Path) -> None:
    """Its end for these sums comes before its begin: nothing, not even unpriced."""
    world = World(
        tmp_path, allocate(product(begin="2026-01-01", end=None)), declare(line()), tarieven=FLAT
    )
    assert world.total(as_of="2025-12-31")["committed_cents"] == 0
    assert world.total(as_of="2025-12-31")["unpriced"] == 0
    assert world.total(as_of="2026-01-01")["committed_cents"] > 0


def test_volume_in_all_with_an_open_end_is_spread_to_the_end_of_the_year(tmp_path: Path) -> None:
    """Frequency 6 with an open end: D runs to 31 December too."""
    found = committed(tmp_path, product(begin="2025-12-01", end=None, omvang=(31, "04", "6")))
    assert found == {"2025-12": 3_100}


def test_end_before_begin_is_nothing(tmp_path: Path) -> None:
    """End before begin: no money and no unpriced month."""
    world = World(
        tmp_path,
        allocate(
            product(1, begin="2025-03-01", end="2025-02-01"),
            product(2, begin="2025-03-01", end="2025-02-28", omvang=None),
        ),
        declare(line()),
    )
    cell = world.total()
    assert (cell["committed_cents"], cell["unpriced"]) == (0, 0)


@pytest.mark.parametrize("reason", ["13", "01"])
def test_a_deleted_allocation_commits_nothing(tmp_path: Path, reason: str) -> None:
    """Deleted = RedenWijziging 13 or 01 with Einddatum = Ingangsdatum."""
    gone = product(
        begin="2025-03-01",
        end="2025-03-01",
        reason=reason,
        stamp="2025-03-01T09:00:00",
        omvang=(1, "04", "1"),
    )
    world = World(tmp_path, allocate(product()), allocate(gone, name="T2", dated="2025-03-01"))
    assert world.replay() == []


def test_only_13_and_01_on_one_day_delete(tmp_path: Path) -> None:
    """Another reason on one day, or 01 with a later end, is an allocation like any other."""
    found = committed(
        tmp_path,
        product(1, begin="2025-03-01", end="2025-03-01", reason="14", omvang=(1, "04", "1")),
        product(2, begin="2025-04-01", end="2025-04-02", reason="01", omvang=(1, "04", "1")),
        product(3, begin="2025-05-01", end=None, reason="13", omvang=(0, "04", "1")),
    )
    assert found == {"2025-03": 100, "2025-04": 200}


def test_the_highest_stamp_wins_whatever_the_message_date(tmp_path: Path) -> None:
    """Highest (Toewijzingsdatum, Toewijzingstijd) wins, in an earlier message too."""
    new = product(
        begin="2025-01-01", end="2025-01-01", omvang=(9, "04", "1"), stamp="2025-01-05T10:00:01"
    )
    old = product(
        begin="2025-01-01", end="2025-01-01", omvang=(5, "04", "1"), stamp="2025-01-05T10:00:00"
    )
    for name, pair in {"one": (new, old), "two": (old, new)}.items():
        messages = (
            allocate(pair[0], name="T1", dated="2025-01-05"),
            allocate(pair[1], name="T2", dated="2025-06-01"),
        )
        assert World(tmp_path / name, *messages, tarieven=FLAT).months() == {"2025-01": 900}


def test_equal_stamps_with_other_content_do_not_depend_on_the_message(tmp_path: Path) -> None:
    """Equal stamps: the larger canonical bytes win (sorted keys, the standard's names): V 9 over V 10."""
    nine = product(begin="2025-01-01", end="2025-01-01", omvang=(9, "04", "1"))
    ten = product(begin="2025-01-01", end="2025-01-01", omvang=(10, "04", "1"))
    for name, pair in {"one": (nine, ten), "two": (ten, nine)}.items():
        messages = allocate(pair[0]), allocate(pair[1], name="T2", dated="2025-02-01")
        assert World(tmp_path / name, *messages, tarieven=FLAT).months() == {"2025-01": 900}


@pytest.mark.parametrize("swap", [False, True])
def test_canonical_bytes_use_the_standards_names(tmp_path: Path, swap: bool) -> None:  # noqa: FBT001
    """At equal stamps the first differing key decides: "Ingangsdatum" sorts after "Einddatum".

    {"Einddatum": 2025-01-01, "Ingangsdatum": 2025-01-01} against {"Ingangsdatum": ..., no end}: the
    text with "Ingangsdatum" first is the larger, so the open end wins. Under English names it would
    be the other way about ("begin" before "end").
    """
    closed = product(begin="2025-12-31", end="2025-12-31", omvang=(9, "04", "1"))
    opened = product(begin="2025-12-01", end=None, omvang=(1, "04", "1"))
    pair = (opened, closed) if swap else (closed, opened)
    world = World(tmp_path, allocate(pair[0]), allocate(pair[1], name="T2"), tarieven=FLAT)
    assert world.months() == {"2025-12": 3_100}


def test_free_text_does_not_decide(tmp_path: Path) -> None:
    """The canonical bytes hold no free text: a comment neither wins nor loses."""
    big = product(begin="2025-01-01", end="2025-01-01", omvang=(9, "04", "1"))
    small = product(begin="2025-01-01", end="2025-01-01", omvang=(1, "04", "1"), comment="zzzzz")
    world = World(tmp_path, allocate(big), allocate(small, name="T2"), tarieven=FLAT)
    assert world.months() == {"2025-01": 900}


def test_absence_from_a_later_301_ends_nothing(tmp_path: Path) -> None:
    """A snapshot that leaves an allocation out does not end it."""
    first = product(1, begin="2025-01-01", end="2025-01-01", omvang=(9, "04", "1"))
    second = product(2, begin="2025-02-01", end="2025-02-01", omvang=(1, "04", "1"))
    world = World(
        tmp_path,
        allocate(first),
        allocate(second, name="T2", dated="2025-03-01"),
        tarieven=FLAT,
    )
    assert world.months() == {"2025-01": 900, "2025-02": 100}


def test_an_allocation_is_keyed_by_its_number_alone(tmp_path: Path) -> None:
    """Key: ToewijzingNummer in the municipality; the winner takes provider and client along."""
    old = allocate(product(begin="2025-01-01", end="2025-01-01", omvang=(5, "04", "1")))
    new = allocate(
        product(
            begin="2025-01-01", end="2025-01-01", omvang=(9, "04", "1"), stamp="2025-02-01T00:00:00"
        ),
        provider=OTHER_CARE,
        name="T2",
        dated="2025-02-01",
    )
    both = tariffs(
        f"9901;{CARE};45A04;04;1,00;2021-01-01;", f"9901;{OTHER_CARE};45A04;04;1,00;2021-01-01;"
    )
    cells = World(tmp_path, old, new, tarieven=both).replay("provider")
    assert [(cell["provider"], cell["committed_cents"]) for cell in cells] == [(OTHER_CARE, 900)]


def test_declarations_do_not_reduce_what_is_committed(tmp_path: Path) -> None:
    """Stops, declarations and the as-of date don't reduce it."""
    asked = allocate(product(begin="2025-01-01", end="2025-01-31", omvang=(31, "04", "1")))
    world = World(tmp_path, asked, declare(line("R1", 99_999)), tarieven=FLAT)
    for as_of in ("2025-01-01", "2025-06-30", "2026-06-30"):
        assert world.months(as_of=as_of)["2025-01"] == 96_100


def test_rounding_is_half_up_when_a_cell_leaves_the_core(tmp_path: Path) -> None:
    """0,5 cent is a cent; two halves in one cell are one cent, not two: sums first, then rounding."""
    half = tariffs("9901;90000001;45A04;04;0,005;2021-01-01;")
    one = product(1, begin="2025-01-01", end="2025-01-01", omvang=(1, "04", "1"))
    two = product(2, begin="2025-02-01", end="2025-02-01", omvang=(1, "04", "1"))
    world = World(tmp_path, allocate(one, two), tarieven=half)
    assert world.months() == {"2025-01": 1, "2025-02": 1}
    assert world.total()["committed_cents"] == 1


def test_sevenths_add_up_exactly(tmp_path: Path) -> None:
    """Exact fractions inside: seven allocations of a seventh make one whole."""
    day = [
        product(number, begin="2025-01-01", end="2025-01-01", omvang=(1, "04", "2"))
        for number in range(7)
    ]
    assert committed(tmp_path, *day) == {"2025-01": 100}


def test_the_product_code_finds_the_budget_line_of_committed_money(tmp_path: Path) -> None:
    """Committed money rolls up like declared money."""
    world = World(
        tmp_path, allocate(product(begin="2025-01-01", end="2025-01-01", omvang=(1, "04", "1")))
    )
    (cell,) = world.replay("budget_line", "segment", "product", "category")
    assert (cell["budget_line"], cell["segment"]) == ("Ambulant", "B")
    assert (cell["product"], cell["category"]) == ("45A04", "45")
