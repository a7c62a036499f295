"""Figures of money in worlds small enough to check by hand: a test a promise of docs/figures-money.md."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument
from streams.cli.main import main
from tests.core.letters import World, declare, line
from tests.figures.money_stories import (
    ANNA,
    BAS,
    BUDGETS_HEAD,
    CONTRACTS_HEAD,
    CONVERSIONS_HEAD,
    FIXED_HEAD,
    MEASURES_HEAD,
    PRODUCTS_HEAD,
    allocated,
    column,
    documents,
    figure,
    paid,
    stopped,
)

MONEY: Final = (
    *("accrual", "burn", "categories", "comparable", "completeness"),
    *("contracts", "fixed", "intensity", "measures", "mix"),
)
PLAIN: Final = documents()


# Contracts

LUMP: Final = documents(
    contracten=CONTRACTS_HEAD + "lump;90000001;9901;2025;;1200,00;80;120;;;lumpsum\n"
)


@pytest.mark.parametrize(
    ("percent", "state", "settled"),
    [
        (75, "below", -6_000),
        (80, "within", 0),
        (100, "within", 0),
        (120, "within", 0),
        (130, "above", 12_000),
    ],
)
def test_a_lump_sum_is_final_within_its_bandwidth_and_settled_outside(
    percent: int, state: str, settled: int
) -> None:
    (row,) = figure("contracts", [paid("2025-03", 1200 * percent)], LUMP)
    assert (row["lower_cents"], row["upper_cents"]) == (96_000, 144_000)
    assert (row["state"], row["settlement_cents"], row["paid_cents"]) == (state, settled, 120_000)
    assert row["ceiling_share"] == percent / 100


def test_a_shortfall_is_settled_only_when_the_year_is_over_and_an_excess_at_once() -> None:
    short, much = [paid("2025-03", 10_000)], [paid("2025-03", 150_000)]
    settled = [
        figure("contracts", events, LUMP, as_of=day)[0]["settlement_cents"]
        for events in (short, much)
        for day in ("2025-06-30", "2025-12-31")
    ]
    assert settled == [0, -86_000, 6_000, 6_000]


def test_a_lump_sum_is_paid_in_twelfths_up_to_the_month_of_the_as_of_date() -> None:
    odd = documents(contracten=CONTRACTS_HEAD + "lump;90000001;9901;2025;;1,00;;;;;lumpsum\n")
    days = ("2024-12-31", "2025-01-01", "2025-06-01", "2025-12-01", "2026-02-01")
    found = [figure("contracts", [paid("2025-01", 5)], odd, as_of=d)[0]["paid_cents"] for d in days]
    assert found == [0, 8, 50, 100, 100]


def test_price_times_quantity_pays_what_is_declared_and_settles_nothing() -> None:
    pxq = documents(contracten=CONTRACTS_HEAD + "p;90000001;9901;2025;;10,00;80;120;;;pxq\n")
    (row,) = figure("contracts", [paid("2025-01", 5_000)], pxq)
    assert (row["paid_cents"], row["settlement_cents"], row["state"]) == (5_000, 0, "above")


def test_a_regional_contract_is_one_ceiling_with_each_municipality_s_part_under_it() -> None:
    region = documents(
        contracten=CONTRACTS_HEAD
        + "r;90000001;Regio;2025;45A04;100,00;;;;;\n"
        + "eigen;90000001;9902;2025;;50,00;;;;;\n"
    )
    events = [
        paid("2025-01", 6_000),
        paid("2025-01", 2_000, town="9902"),
        paid("2025-01", 500, code="44A08", town="9902"),
    ]
    own, whole, first, second = figure("contracts", events, region)
    assert (own["municipality"], own["declared_cents"]) == ("9902", 2_500)
    assert (whole["level"], whole["municipality"], whole["declared_cents"]) == (
        "contract",
        None,
        8_000,
    )
    assert (first["municipality"], first["contract_share"]) == ("9901", 0.75)
    assert (second["municipality"], second["contract_share"]) == ("9902", 0.25)


def test_a_municipality_s_own_contract_goes_before_its_region_s_of_the_same_name() -> None:
    both = documents(
        contracten=CONTRACTS_HEAD
        + "c;90000001;Regio;2025;;100,00;;;;;\nc;90000001;9901;2025;;10,00;;;;;\n"
    )
    events = [paid("2025-01", 600), paid("2025-01", 200, town="9902")]
    found = {
        row["area"]: row["declared_cents"]
        for row in figure("contracts", events, both)
        if row["level"] == "contract"
    }
    assert found == {"9901": 600, "Regio": 200}


# Accrual

TRAJECTORIES: Final = documents(
    producten=PRODUCTS_HEAD
    + "Regio;45A05;45;;;;;;;;2020-01-01;;50/50\nRegio;45A07;45;;;;;;;;2020-01-01;;70/30\n"
)
JUNE_JULY: Final = allocated("2025-06-01", "2025-07-31")  # 30 and 31 days


def accrued(
    *events: AnyEvent, as_of: str = "2025-12-31", known: dict[str, ReferenceDocument] = TRAJECTORIES
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Periodised and due cents by month."""
    rows = figure("accrual", events, known, as_of=as_of)
    periodised = column(rows, "care_month", "periodised_cents")
    due = column(rows, "care_month", "due_cents")
    return (
        {month: cents for month, cents in periodised.items() if cents},
        {month: cents for month, cents in due.items() if cents},
    )


def test_a_trajectory_s_money_is_put_in_the_months_of_its_care_by_calendar_day() -> None:
    """Half of 610 euros over 61 days: 5 euros a day."""
    periodised, due = accrued(JUNE_JULY, paid("2025-06", 30_500, code="45A05"), as_of="2025-06-30")
    assert periodised == {"2025-06": 15_000, "2025-07": 15_500}
    assert due == {"2025-06": 30_000 - 30_500}


def test_what_is_delivered_and_not_declared_is_due_until_the_end_payment() -> None:
    start, end = (paid(month, 30_500, code="45A05") for month in ("2025-06", "2025-07"))
    _, due = accrued(JUNE_JULY, start)
    assert due == {"2025-06": -500, "2025-07": 31_000}
    periodised, due = accrued(JUNE_JULY, start, end)
    assert periodised == {"2025-06": 30_000, "2025-07": 31_000}
    assert due == {"2025-06": -500, "2025-07": 500}


def test_a_start_of_seventy_percent_tells_the_whole_price() -> None:
    care = allocated("2025-06-01", "2025-07-31", code="45A07")
    _, due = accrued(care, paid("2025-06", 42_700, code="45A07"))
    assert due == {"2025-06": 30_000 - 42_700, "2025-07": 31_000}


def test_a_stop_ends_the_care_and_a_temporary_one_or_one_taken_back_does_not() -> None:
    """30 days in June and 10 in July: 610 euros over 40 days."""
    start = paid("2025-06", 30_500, code="45A05")
    stop = stopped("2025-07-10")
    assert accrued(JUNE_JULY, start, stop)[0] == {"2025-06": 22_875, "2025-07": 7_625}
    whole = {"2025-06": 15_000, "2025-07": 15_500}
    assert accrued(JUNE_JULY, start, stopped("2025-07-10", reason="20"))[0] == whole
    assert accrued(JUNE_JULY, start, stopped("2025-07-10", client=BAS))[0] == whole
    back = stopped("2025-07-10", status="3", dated="2025-02-01")
    assert accrued(JUNE_JULY, start, stop, back)[0] == whole


def test_start_and_end_in_one_month_are_the_whole_price() -> None:
    short = allocated("2025-06-02", "2025-06-20")
    _, due = accrued(short, *(paid("2025-06", 30_500, code="45A05") for _ in range(2)))
    assert due == {}


def test_an_open_end_runs_to_december_of_the_as_of_year() -> None:
    """November and December have 61 days."""
    periodised, _ = accrued(
        allocated("2025-11-01", None), paid("2025-11", 6_100, code="45A05"), as_of="2025-11-30"
    )
    assert periodised == {"2025-11": 3_000, "2025-12": 3_100}


def test_a_credit_takes_its_debit_away_in_every_month() -> None:
    """An odd amount, so that halves are rounded."""
    debit, credit = (paid("2025-06", cents, code="45A05") for cents in (30_501, -30_501))
    assert accrued(JUNE_JULY, debit, credit) == ({}, {})


@pytest.mark.parametrize(
    "other",
    [
        allocated("2025-06-01", "2025-07-31", number=2),
        allocated("2025-06-01", "2025-07-31", client=BAS),
        allocated("2025-06-01", "2025-05-31"),
        allocated("2025-05-31", "2025-05-31", reason="01"),
    ],
    ids=["unknown", "another client's", "without days", "deleted"],
)
def test_money_whose_allocation_tells_nothing_stays_in_its_month(other: AnyEvent) -> None:
    periodised, due = accrued(other, paid("2025-06", 30_500, code="45A05"))
    assert (periodised, due) == ({"2025-06": 30_500}, {})


def test_cash_is_in_the_month_of_the_declaration_and_fixed_costs_in_their_own() -> None:
    known = documents(vaste_kosten=FIXED_HEAD + "9901;Lokaal;pgb;;2025-02;9,00\n")
    rows = figure("accrual", [paid("2025-01", 700, dated="2025-03-09")], known)
    assert column(rows, "care_month", "declared_cents") == {
        "2025-01": 700,
        "2025-02": 0,
        "2025-03": 0,
    }
    assert column(rows, "care_month", "cash_cents")["2025-03"] == 700
    assert column(rows, "care_month", "fixed_cents")["2025-02"] == 900


# Fixed costs and burn


def test_a_year_s_fixed_cost_is_in_twelfths_that_add_up() -> None:
    known = documents(vaste_kosten=FIXED_HEAD + "9901;Lokaal;taakgericht;Team;2025;100,01\n")
    cents = list(column(figure("fixed", [], known), "care_month", "fixed_cents").values())
    assert (len(cents), sum(cents), set(cents)) == (12, 10_001, {833, 834})


BUDGETS: Final = documents(
    producten=PRODUCTS_HEAD + "Regio;45A04;45;;;;;;;Ambulant;2020-01-01;;\n",
    begroting=BUDGETS_HEAD
    + "9901;2025;Ambulant;primitief;2024-11-01;100,00\n"
    + "9901;2025;Ambulant;1;2025-05-01;80,00\n"
    + "9901;2025;Verblijf;primitief;2024-11-01;30,00\n"
    + "9901;2025;Verblijf;1;2025-09-01;40,00\n",
    vaste_kosten=FIXED_HEAD + "9901;Verblijf;pgb;;2025;12,00\n",
)


def test_every_version_of_a_budget_stands_beside_what_was_spent() -> None:
    rows = figure("burn", [paid("2025-01", 4_000)], BUDGETS, as_of="2025-07-02")
    shown = [
        (row["budget_line"], row["version"], row["budget_cents"], row["change_cents"])
        for row in rows
    ]
    assert shown == [
        ("Ambulant", "primitief", 10_000, None),
        ("Ambulant", "1", 8_000, -2_000),
        ("Verblijf", "primitief", 3_000, None),
        (None, "primitief", 13_000, None),
        (None, "1", 11_000, -2_000),
    ]
    assert [row["burned_share"] for row in rows[:2]] == [0.4, 0.5]
    assert (rows[2]["fixed_pgb_cents"], rows[2]["fixed_year_cents"]) == (700, 1_200)
    assert (rows[4]["spent_cents"], rows[4]["year_share"]) == (4_700, round(183 / 365, 6))


def test_money_without_a_budget_line_is_in_the_total_and_in_a_row_of_its_own() -> None:
    rows = figure("burn", [paid("2025-01", 4_000, code="45A99")], BUDGETS, as_of="2025-01-31")
    assert (rows[0]["budget_line"], rows[0]["level"], rows[0]["budget_cents"]) == (
        None,
        "line",
        None,
    )
    assert (rows[0]["spent_cents"], rows[-1]["spent_cents"]) == (4_000, 4_100)


# Intensity and mix


def test_intensity_is_units_and_cents_per_client_month_against_the_same_months_a_year_before() -> (
    None
):
    events = [
        paid("2024-04", 3_000, volume=60, unit="01"),
        paid("2025-04", 9_000, volume=2, unit="04"),
        paid("2025-05", 6_000, volume=60, unit="01", client=BAS),
        paid("2025-06", 7_777, volume=60, unit="01"),
    ]
    rows = figure("intensity", events, PLAIN, as_of="2025-06-29")
    assert column(rows, "window", "last_month") == dict.fromkeys(
        ("months_3", "months_12", "year_to_date"), "2025-05"
    )
    row = rows[0]
    assert (row["client_months"], row["units_01"], row["unit"]) == (2, 180, "01")
    assert (row["units_per_client_month"], row["cents_per_client_month"]) == (90.0, 7_500.0)
    assert (row["units_ratio"], row["cents_ratio"]) == (1.5, 2.5)


def test_a_client_counts_once_a_month_per_cell() -> None:
    """Two products of one client: two client-months by product, one in all."""
    events = [paid("2025-04", 100), paid("2025-04", 100, code="44A08")]
    of_all = figure("intensity", events, PLAIN)[0]["client_months"]
    by_product = figure("intensity", events, PLAIN, by=("product",))
    assert of_all == 1
    assert column(by_product, "product", "client_months") == {"44A08": 1, "45A04": 1}


SEGMENTS: Final = documents(
    producten=PRODUCTS_HEAD
    + "Regio;45A04;45;;B;;;;;;2020-01-01;;\nRegio;44A08;44;;C;;;;;;2020-01-01;;\n"
    + "Regio;44A09;44;;D;;;;;;2020-01-01;;\n"
)


def test_what_a_shift_costs_adds_up_and_is_centred_on_the_mean() -> None:
    """Of four client-months one goes from B (1 euro) to C (3 euros): 2 euros, C 1.50 and B 0.50."""
    before = [*(paid(f"2024-0{n}", 100) for n in (1, 2, 3)), paid("2024-04", 300, code="44A08")]
    now = [
        *(paid(f"2025-0{n}", 111) for n in (1, 2)),
        *(paid(f"2025-0{n}", 333, code="44A08") for n in (3, 4)),
    ]
    rows = figure("mix", [*before, *now], SEGMENTS)
    segments = [row for row in rows if row["dimension"] == "segment"]
    assert column(segments, "value", "shift_cents") == {"B": 50, "C": 150}
    assert column(segments, "value", "client_months_share") == {"B": 0.5, "C": 0.5}
    assert column(segments, "value", "before_declared_share") == {"B": 0.5, "C": 0.5}


def test_a_new_category_is_all_mix_at_its_own_price() -> None:
    """Two client-months at 1 euro become one at 1 euro and one at 5: 4 euros of mix."""
    events = [
        *(paid(f"2024-0{n}", 100) for n in (1, 2)),
        paid("2025-01", 100),
        paid("2025-02", 500, code="44A09"),
    ]
    rows = [row for row in figure("mix", events, SEGMENTS) if row["dimension"] == "segment"]
    assert column(rows, "value", "shift_cents") == {"B": 0, "D": 400}


def test_without_a_year_before_a_shift_has_no_price() -> None:
    rows = figure("mix", [paid("2025-01", 100)], SEGMENTS)
    assert {row["shift_cents"] for row in rows} == {None}


# Comparable products


def test_two_old_codes_that_become_one_are_one_group_with_units_of_the_new() -> None:
    known = documents(
        productomzetting=CONVERSIONS_HEAD
        + "Regio;2025-01-01;OUD1;NIEUW;1;1\nRegio;2025-01-01;OUD2;NIEUW;1;0,5\n"
    )
    events = [
        paid("2024-03", 100, code="OUD1", volume=10),
        paid("2024-03", 300, code="OUD2", volume=10),
        paid("2025-03", 500, code="NIEUW", volume=12),
    ]
    rows = figure("comparable", events, known)
    groups = {row["year"]: row for row in rows if row["level"] == "group"}
    assert {row["group"] for row in rows} == {"NIEUW"}
    assert (groups[2024]["units"], groups[2025]["units"]) == (15.0, 12.0)
    assert (groups[2024]["client_months"], groups[2024]["cents_per_client_month"]) == (1, 400.0)


def test_one_old_code_that_becomes_two_is_split_by_weights_and_not_a_cent_is_lost() -> None:
    known = documents(
        productomzetting=CONVERSIONS_HEAD
        + "Regio;2025-01-01;OUD;NA;2;3\nRegio;2025-01-01;OUD;NB;4;1\n"
    )
    events = [paid("2024-03", 100, code="OUD", volume=6), paid("2025-03", 60, code="OUD", volume=3)]
    rows = [row for row in figure("comparable", events, known) if row["level"] == "code"]
    then, now = ([row for row in rows if row["year"] == year] for year in (2024, 2025))
    assert column(then, "product", "declared_cents") == {"NA": 33, "NB": 67}
    assert column(then, "product", "units") == {"NA": 6.0, "NB": 4.0}
    assert column(now, "product", "declared_cents") == {"NA": 20, "NB": 40}


def test_day_parts_that_become_hours_are_told_in_the_minutes_that_hours_are_kept_in() -> None:
    """A day part is four hours, so the factor is 4 and ten of them are 2,400 minutes."""
    known = documents(productomzetting=CONVERSIONS_HEAD + "Regio;2025-01-01;OUD;NIEUW;1;4\n")
    events = [
        paid("2024-03", 100, code="OUD", volume=10, unit="16"),
        paid("2025-03", 100, code="NIEUW", volume=40, unit="04"),
    ]
    rows = figure("comparable", events, known)
    groups = {row["year"]: row["units"] for row in rows if row["level"] == "group"}
    assert groups == {2024: 2_400.0, 2025: 2_400.0}


def test_conversions_follow_each_other_and_an_own_row_goes_before_the_region_s() -> None:
    known = documents(
        productomzetting=CONVERSIONS_HEAD
        + "Regio;2024-01-01;A;B;1;2\nRegio;2025-01-01;B;C;1;5\n9902;2025-01-01;B;D;1;7\n"
    )
    events = [
        paid("2023-12", 10, code="A", volume=1),
        paid("2024-02", 20, code="B", volume=1),
        paid("2024-02", 40, code="B", volume=1, town="9902"),
    ]
    rows = figure("comparable", events, known)
    units = {
        (row["municipality"], row["product"]): row["units"]
        for row in rows
        if row["level"] == "code"
    }
    assert units == {("9901", "C"): 5.0, ("9902", "D"): 7.0}
    assert {row["group"] for row in rows} == {"A"}


def test_a_code_that_goes_on_beside_its_new_one_is_itself_from_that_month_on() -> None:
    known = documents(
        productomzetting=CONVERSIONS_HEAD
        + "Regio;2025-02-01;OUD;OUD;1;1\nRegio;2025-02-01;OUD;NIEUW;1;1\n"
    )
    events = [paid(month, 100, code="OUD") for month in ("2025-01", "2025-02")]
    rows = [row for row in figure("comparable", events, known) if row["level"] == "code"]
    assert column(rows, "product", "declared_cents") == {"NIEUW": 50, "OUD": 150}


# Measures, categories, completeness


def test_a_measure_s_intended_saving_is_spread_over_its_months_and_the_realised_one_is_beside_it() -> (
    None
):
    """From July on, so a sixth a month; care is a euro cheaper, and there is a client-month less."""
    known = documents(maatregelen=MEASURES_HEAD + "Korter;9901;45A04;2025-07-15;2025;600,00\n")
    events = [
        *(paid(f"2024-0{n}", 500) for n in (7, 8, 9)),
        *(paid(f"2025-0{n}", 400) for n in (7, 8)),
        paid("2025-06", 99_999),
        paid("2025-07", 99_999, code="44A08"),
    ]
    (row,) = figure("measures", events, known, as_of="2025-09-30")
    assert (row["intended_cents"], row["intended_to_date_cents"]) == (60_000, 30_000)
    assert (row["realised_cents"], row["fewer_cents"], row["drop_cents"]) == (200, 500, 700)


def test_a_measure_from_before_the_year_counts_in_twelfths() -> None:
    known = documents(maatregelen=MEASURES_HEAD + "Al;9901;;2023-07-15;2025;120,00\n")
    found = [
        figure("measures", [paid("2025-01", 1)], known, as_of=day)[0]["intended_to_date_cents"]
        for day in ("2025-01-30", "2025-01-31", "2025-12-31")
    ]
    assert found == [0, 1_000, 12_000]


def test_a_category_s_change_is_over_the_months_that_are_over() -> None:
    events = [
        paid("2024-02", 1_000),
        paid("2024-02", 500, client=BAS),
        paid("2024-11", 9_000),
        paid("2025-02", 2_000, client=ANNA),
        paid("2025-04", 7_000),
    ]
    rows = figure("categories", events, PLAIN, as_of="2025-04-15")
    by_year = {row["year"]: row for row in rows if row["level"] == "category"}
    assert (by_year[2025]["declared_cents"], by_year[2025]["change_cents"]) == (2_000, 500)
    assert (by_year[2025]["change_clients"], by_year[2025]["cents_per_client"]) == (-1, 2_000.0)
    assert (by_year[2024]["declared_cents"], by_year[2024]["clients"]) == (10_500, 2)


def test_completeness_before_any_history_is_the_stated_share_of_each_age() -> None:
    rows = figure("completeness", [paid("2025-02", 750)], PLAIN, as_of="2025-03-31")
    shares = column(rows, "care_month", "declared_share")
    assert (shares["2025-03"], shares["2025-02"], shares["2025-04"]) == (0.05, 0.75, 0.0)
    assert column(rows, "care_month", "expected_cents")["2025-02"] == 1_000


# The command


@pytest.mark.parametrize("name", MONEY)
def test_a_figure_of_money_is_one_command(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    budget = "9901;2025;Ambulant;primitief;2024-11-01;100,00\n"
    files = {
        "begroting": BUDGETS_HEAD + budget,
        "vaste_kosten": FIXED_HEAD + "9901;Lokaal;pgb;;2025;12,00\n",
        "contracten": CONTRACTS_HEAD + "c;90000001;9901;2025;;10,00;;;;;\n",
        "maatregelen": MEASURES_HEAD + "Al;9901;;2023-07-15;2025;120,00\n",
    }
    world = World(tmp_path, declare(line()), **files)
    assert main(["figures", name, str(world.home), "--as-of", "2025-12-31"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert all(row["municipality"] == "9901" for row in rows)
