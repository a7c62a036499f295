"""Measures, clients, units, months and as-of dates: one test a promise of design.md, through `replay`."""

from pathlib import Path

from tests.core.letters import (
    ANNA,
    BAS,
    OTHER_CARE,
    World,
    allocate,
    answer,
    declare,
    line,
    product,
)


def test_the_care_month_is_that_of_the_begin_of_the_product_period(tmp_path: Path) -> None:
    """Care month = month of ProductPeriode's begin, whatever the declaration's own period."""
    late = declare(
        line("R1", 10, month="2024-11"), line("R2", 3, month="2025-02"), period="2025-03"
    )
    assert World(tmp_path, late).months("declared_cents") == {"2024-11": 10, "2025-02": 3}


def test_a_period_over_two_months_counts_in_the_first(tmp_path: Path) -> None:
    """Only the begin of a ProductPeriode says the month."""
    long = line("R1", 10, month="2025-01")
    long["ProductPeriode"]["Begindatum"] = long["ProductPeriode"]["Begindatum"].replace(day=31)
    long["ProductPeriode"]["Einddatum"] = long["ProductPeriode"]["Einddatum"].replace(month=3)
    assert World(tmp_path, declare(long)).months("declared_cents") == {"2025-01": 10}


def test_a_year_is_that_of_the_care_month(tmp_path: Path) -> None:
    """Care of December declared in January belongs to the old year."""
    world = World(tmp_path, declare(line("R1", 10, month="2024-12"), line("R2", 3)))
    cells = {cell["year"]: cell["declared_cents"] for cell in world.replay("year")}
    assert cells in ({2024: 10, 2025: 3}, {"2024": 10, "2025": 3})


def test_a_client_is_counted_once(tmp_path: Path) -> None:
    """`clients` = distinct clients: two lines of Anna and one of Bas are two clients."""
    three = declare(line("R1"), line("R2", month="2025-02"), line("R3", bsn=BAS))
    assert World(tmp_path, three).total()["clients"] == 2


def test_a_client_of_net_zero_is_not_counted(tmp_path: Path) -> None:
    """Only clients whose net declared amount over the cell is not zero: a credit can take one away."""
    world = World(tmp_path, declare(line("R1", 500), line("R2", -500, previous="R1")))
    cell = world.total()
    assert (cell["clients"], cell["declared_cents"], cell["lines"]) == (0, 0, 2)


def test_net_zero_is_a_matter_of_the_cell(tmp_path: Path) -> None:
    """Debit in January, credit in February: a client of both months, and of no year."""
    world = World(
        tmp_path, declare(line("R1", 500), line("R2", -500, month="2025-02", previous="R1"))
    )
    assert world.months("clients") == {"2025-01": 1, "2025-02": 1}
    assert [cell["clients"] for cell in world.replay("year")] == [0]


def test_a_net_negative_client_is_a_client(tmp_path: Path) -> None:
    """Not zero means not zero: a client with only a credit counts."""
    world = World(tmp_path, declare(line("R2", -500, previous="R1")))
    assert world.total()["clients"] == 1


def test_rejected_and_void_money_makes_no_client(tmp_path: Path) -> None:
    """`clients` goes by net declared money: rejected lines are submitted, not declared."""
    asked = declare(line("R1", 500), line("R1", 300, bsn=BAS))
    cell = World(tmp_path, asked, answer(asked, {"R1": ["0611"]})).total()
    assert (cell["clients"], cell["declared_cents"]) == (0, 0)


def test_clients_add_up_over_municipalities_only(tmp_path: Path) -> None:
    """A client is (municipality, client): one child in two municipalities is two in the region."""
    world = World(tmp_path, declare(line()), declare(line(), town="9902"))
    assert [cell["clients"] for cell in world.replay("municipality")] == [1, 1]
    assert [cell["clients"] for cell in world.replay("region")] == [2]


def test_one_child_at_two_providers_is_one_client(tmp_path: Path) -> None:
    """Distinct over the cell: at each provider one, together one."""
    world = World(tmp_path, declare(line()), declare(line(), provider=OTHER_CARE))
    assert [cell["clients"] for cell in world.replay("provider")] == [1, 1]
    assert world.total()["clients"] == 1


def test_two_childrens_money_that_cancels_still_counts_both(tmp_path: Path) -> None:
    """The net is taken per client, not over the cell."""
    world = World(tmp_path, declare(line("R1", 500, bsn=ANNA), line("R2", -500, bsn=BAS)))
    assert world.total()["clients"] == 2


def test_hours_are_added_to_minutes_as_sixty(tmp_path: Path) -> None:
    """`units` per unit code, 04 added to 01 as sixty; other units apart."""
    world = World(
        tmp_path,
        declare(
            line("R1", volume=90, unit="01"),
            line("R2", volume=2, unit="04"),
            line("R3", volume=5, unit="14"),
        ),
    )
    cell = world.total()
    assert (cell["units_01"], cell["units_14"]) == (210, 5)
    assert "units_04" not in cell


def test_units_are_net_declared_volume(tmp_path: Path) -> None:
    """Credits take volume off; rejected lines have none."""
    asked = declare(
        line("R1", 100, volume=3),
        line("R2", -100, volume=1, previous="R0"),
        line("R3", 100, volume=7),
    )
    cell = World(tmp_path, asked, answer(asked, {"R3": ["0611"]})).total()
    assert cell["units_01"] == 120


def test_as_of_includes_the_day_itself(tmp_path: Path) -> None:
    """Messages whose header Dagtekening is on or before the as-of date, and no other."""
    world = World(tmp_path, declare(line(), dated="2025-02-05"))
    assert world.replay(as_of="2025-02-04") == []
    assert world.total(as_of="2025-02-05")["open_cents"] == 10_000


def test_as_of_is_about_the_header_and_about_answers_and_allocations_too(tmp_path: Path) -> None:
    """An answer and an allocation of tomorrow are not known today."""
    asked = declare(line(), dated="2025-02-05")
    world = World(
        tmp_path, asked, answer(asked, dated="2025-02-15"), allocate(product(), dated="2025-02-20")
    )
    seen = [world.total(as_of=f"2025-02-{day}") for day in ("14", "15", "19", "20")]
    assert [cell["granted_cents"] for cell in seen] == [0, 10_000, 10_000, 10_000]
    assert [cell["committed_cents"] > 0 for cell in seen] == [False, False, False, True]


def test_a_second_identity_of_tomorrow_is_not_known_today(tmp_path: Path) -> None:
    """An answer to a resending counts only once the resending is known."""
    first = declare(line(), name="A1", dated="2025-02-05")
    resent = declare(line(), name="A7", dated="2025-03-01")
    world = World(tmp_path, first, resent, answer(resent, dated="2025-02-15"))
    assert world.total(as_of="2025-02-28")["open_cents"] == 10_000
    assert world.total(as_of="2025-03-01")["granted_cents"] == 10_000


def test_the_past_is_what_was_known_then(tmp_path: Path) -> None:
    """As of an earlier date a later, earlier-keyed message changes nothing."""
    world = World(
        tmp_path,
        declare(line("R1", 100), name="A9", number="D1", dated="2025-02-05"),
        declare(line("R1", 40), name="A1", number="D1", dated="2025-02-06"),
    )
    assert world.total(as_of="2025-02-05")["declared_cents"] == 100
    assert world.total(as_of="2025-02-06")["void_cents"] == 40


def test_segments_and_budget_lines_come_from_the_product_table(tmp_path: Path) -> None:
    """Segment and budget line are looked up; a product outside the table has none."""
    asked = declare(
        line("R1", 100), line("R2", 40, code="44A08", category="44"), line("R3", 3, code="45A99")
    )
    world = World(tmp_path, asked)
    found = {cell["segment"]: cell["declared_cents"] for cell in world.replay("segment")}
    assert found == {"B": 100, "C": 40, None: 3}
    found = {cell["budget_line"]: cell["declared_cents"] for cell in world.replay("budget_line")}
    assert found == {"Ambulant": 100, "Verblijf": 40, None: 3}


def test_a_municipalitys_own_product_row_beats_its_regions(tmp_path: Path) -> None:
    """The municipality's own row beats its region's, also when the region's stands first."""
    world = World(tmp_path, declare(line()))
    table = world.home / "referentie" / "producten.csv"
    own = "9901;45A04;45;Ambulant;X;;;inspanning;nee;Eigen;2021-01-01;\n"
    table.write_text(table.read_text(encoding="utf-8") + own, encoding="utf-8")
    assert [cell["budget_line"] for cell in world.replay("budget_line")] == ["Eigen"]
    assert [cell["segment"] for cell in world.replay("segment")] == ["X"]
    newer = "Proefregio;45A04;45;Ambulant;Y;;;inspanning;nee;Nieuw;2024-01-01;\n"
    table.write_text(table.read_text(encoding="utf-8") + newer, encoding="utf-8")
    assert [cell["segment"] for cell in world.replay("segment")] == ["X"]
