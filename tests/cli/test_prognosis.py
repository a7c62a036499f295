"""`budgetwacht prognosis`: its columns, its budgets, and what must hold of any prognosis."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.ijw import Message
from schemas.outputs import BudgetLine, Valuation
from streams.cli.main import main
from streams.local.folder import Folder
from streams.prognosis.monitor import monitors
from streams.prognosis.valuation import value
from tests.core.letters import (
    BUDGETS_HEAD,
    FIXED_HEAD,
    World,
    allocate,
    declare,
    line,
    product,
    tariffs,
)

COLUMNS: Final = [
    "year",
    "declared_cents",
    "fixed_cents",
    "committed_cents",
    "prognosis_cents",
    "lower80_cents",
    "upper80_cents",
    "lower95_cents",
    "upper95_cents",
    "budget_cents",
    "overrun_probability",
    "crossing_date",
    "completeness",
]
BOUNDS: Final = (
    "lower95_cents",
    "lower80_cents",
    "prognosis_cents",
    "upper80_cents",
    "upper95_cents",
)


def budgets(*rows: str) -> str:
    """A begroting.csv of Proefstad: rows of year;line;version;adopted;euros."""
    return BUDGETS_HEAD + "".join(f"9901;{row}\n" for row in rows)


def fixed(*rows: str) -> str:
    """A vaste_kosten.csv of Proefstad: rows of line;month;euros."""
    return FIXED_HEAD + "".join("9901;{};overig;x;{};{}\n".format(*row.split(";")) for row in rows)


def history() -> tuple[Message, ...]:
    """Two years of a child: ten hours a month, allocated long before, eight declared in the next month."""
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    care = allocate(product(begin="2024-01-01", end="2025-12-31", stamp="2022-12-01T10:00:00"), dated="2022-12-01")  # fmt: skip
    asked = [
        declare(
            line(f"R{place}", 72_000, month=month, volume=8),
            name=f"A{place}",
            number=f"D{place}",
            dated=f"{following}-10",
            period=month,
        )
        for place, (month, following) in enumerate(
            zip(months, [*months[1:], "2026-01"], strict=True)
        )
    ]
    return care, *asked


def test_a_prognosis_is_a_flat_object_for_each_municipality(tmp_path: Path) -> None:
    """Without --by one cell a municipality, its columns in the order of the design."""
    world = World(tmp_path, declare(line()), declare(line(), town="9902"))
    cells = world.prognosis(as_of="2025-03-31")
    assert [cell["municipality"] for cell in cells] == ["9901", "9902"]
    assert [list(cell) for cell in cells] == [["municipality", *COLUMNS]] * 2


def test_a_steady_child_costs_what_it_always_did(tmp_path: Path) -> None:
    """Eight of ten hours at 90 euros, every month: 8.640 euros a year, whenever it is asked."""
    world = World(tmp_path, *history())
    for as_of in ("2025-01-31", "2025-06-30", "2025-12-31", "2026-01-31"):
        (cell,) = world.prognosis(as_of=as_of, year=2025)
        assert cell["prognosis_cents"] == pytest.approx(864_000, rel=0.01), as_of
        assert cell["committed_cents"] == 12 * 90_000
    assert cell["completeness"] == pytest.approx(1, abs=0.001)
    assert cell["declared_cents"] == 864_000


@pytest.mark.parametrize("as_of", ["2024-12-31", "2025-01-31", "2025-06-30"])
def test_tariffs_that_have_ended_stay_in_the_prognosis_and_are_told(
    tmp_path: Path, as_of: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A year of which no tariff is loaded yet: nothing is committed, ten hours at 90 euros are expected."""
    ended = tariffs("9901;90000001;45A04;04;90,00;2021-01-01;2024-12-31")
    world = World(tmp_path, *history(), tarieven=ended)
    (cell,) = world.prognosis(as_of=as_of, year=2025)
    assert cell["committed_cents"] == 0
    assert cell["prognosis_cents"] == pytest.approx(864_000, rel=0.01)
    assert capsys.readouterr().err == (
        "budgetwacht: gemeente 9901: 12 toewijzingsmaanden van 2025 hebben geen geldig tarief. De prognose "
        "rekent met het laatste tarief dat gold: voor \N{EURO SIGN}\N{NO-BREAK SPACE}10.800 aan toewijzingen. "
        "Vul tarieven.csv aan.\n"
    )
    world.prognosis(as_of=as_of, year=2024)
    assert not capsys.readouterr().err


def test_only_what_was_known_counts(tmp_path: Path) -> None:
    """As of 31 March two months are declared: messages dated later don't exist."""
    (cell,) = World(tmp_path, *history()).prognosis(as_of="2025-03-31")
    assert cell["declared_cents"] == 2 * 72_000


def test_the_latest_budget_adopted_by_the_as_of_date_counts(tmp_path: Path) -> None:
    """Budget rows count from `vastgesteld_op`, that day included; the latest version stands."""
    world = World(
        tmp_path,
        declare(line()),
        begroting=budgets("2025;Ambulant;1;2024-11-07;100", "2025;Ambulant;2;2025-06-15;150,50"),
    )
    found = {
        as_of: world.prognosis(as_of=as_of, year=2025)[0]["budget_cents"]
        for as_of in ("2025-06-14", "2025-06-15")
    }
    assert found == {"2025-06-14": 10_000, "2025-06-15": 15_050}


def test_without_an_adopted_budget_there_is_no_overrun(tmp_path: Path) -> None:
    """No budget known yet: null, and no probability."""
    world = World(tmp_path, declare(line()), begroting=budgets("2025;Ambulant;1;2025-04-01;100"))
    (cell,) = world.prognosis(as_of="2025-03-31")
    assert (cell["budget_cents"], cell["overrun_probability"]) == (None, None)


def test_a_total_is_the_sum_of_its_lines(tmp_path: Path) -> None:
    """Declared, fixed, prognosis and budget add up to the cent, of lines of any kind."""
    world = World(
        tmp_path,
        *history(),
        declare(
            line("X1", 12_345, code="44A08", category="44", unit="14"),
            line("X2", 678, code="45A99"),
            name="B1",
            number="E1",
        ),
        begroting=budgets("2025;Ambulant;1;2024-11-07;7000", "2025;Leeg;1;2024-11-07;0,01"),
        vaste_kosten=fixed("Ambulant;2025-01;10", "Vast;2025-07;0,33", "Vast;2024-07;9"),
    )
    lines = world.prognosis("municipality", "budget_line", as_of="2025-08-15")
    (total,) = world.prognosis(as_of="2025-08-15")
    assert [each["budget_line"] for each in lines] == ["Ambulant", "Leeg", "Vast", "Verblijf", None]
    for measure in ("declared_cents", "fixed_cents", "prognosis_cents", "budget_cents"):
        assert sum(each[measure] or 0 for each in lines) == total[measure], measure
    assert (total["fixed_cents"], total["budget_cents"]) == (1_033, 700_001)


def test_fixed_costs_are_in_the_prognosis(tmp_path: Path) -> None:
    """Fixed costs of the whole year are included, and certain."""
    bare = World(tmp_path / "bare", *history())
    more = World(
        tmp_path / "more",
        *history(),
        vaste_kosten=fixed("Ambulant;2025-01;1000", "Ambulant;2025-12;500", "Ambulant;2026-01;7"),
    )
    (before,), (after,) = (world.prognosis(as_of="2025-05-31") for world in (bare, more))
    for bound in BOUNDS:
        assert after[bound] - before[bound] == 150_000
    assert after["fixed_cents"] == 150_000


def test_fixed_costs_use_up_the_budget(tmp_path: Path) -> None:
    """Probability and day of the overrun are about care and fixed costs together.

    Care of 8.640 euros, 720 a month, and 10.000 fixed in July, against 14.500: over, and in July
    (4.320 by the end of June; the 10.720 of July pass 14.500 on its thirtieth day).
    """
    world = World(
        tmp_path,
        *history(),
        begroting=budgets("2025;Ambulant;1;2024-11-07;14500"),
        vaste_kosten=fixed("Ambulant;2025-07;10000"),
    )
    (cell,) = world.prognosis(as_of="2026-01-31", year=2025)
    assert cell["overrun_probability"] > 0.99
    assert cell["crossing_date"] == "2025-07-30"


def test_without_an_overrun_there_is_no_day(tmp_path: Path) -> None:
    """A budget that is enough is never used up."""
    world = World(tmp_path, *history(), begroting=budgets("2025;Ambulant;1;2024-11-07;90000"))
    (cell,) = world.prognosis(as_of="2025-06-30")
    assert cell["crossing_date"] is None


def test_a_line_with_only_fixed_costs_costs_just_that(tmp_path: Path) -> None:
    """No care, no uncertainty."""
    world = World(tmp_path, declare(line()), vaste_kosten=fixed("Vast;2025-07;12,50"))
    (cell,) = (
        each
        for each in world.prognosis("municipality", "budget_line", as_of="2025-05-31")
        if each["budget_line"] == "Vast"
    )
    assert {cell[bound] for bound in BOUNDS} == {1_250}


def test_the_year_is_that_of_the_as_of_date_unless_asked(tmp_path: Path) -> None:
    """`--year` asks for another: one that is over, one to come."""
    world = World(tmp_path, *history())
    found = {
        year: world.prognosis(as_of="2025-06-30", year=year)[0] for year in (None, 2024, 2025, 2026)
    }
    assert found[None] == found[2025]
    assert [cell["year"] for cell in found.values()] == [2025, 2024, 2025, 2026]
    assert found[2024]["prognosis_cents"] == pytest.approx(864_000, rel=0.01)
    assert found[2026]["declared_cents"] == 0


def test_a_year_too_far_ahead_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Allocations of the year after next are not known: half a year would be told as a whole one."""
    argv = ["prognosis", str(World(tmp_path, *history()).home), "--as-of", "2025-06-30", "--year"]
    assert main([*argv, "2026"]) == 0
    assert main([*argv, "2027"]) == 1
    assert "2026, het jaar na de peildatum" in capsys.readouterr().err


def test_a_crowded_budget_is_passed_almost_surely(tmp_path: Path) -> None:
    """The probability follows from prognosis and budget: far above, at nil, and far below."""
    chances = []
    for euros in ("0", "1000", "8640", "90000"):
        world = World(
            tmp_path / euros, *history(), begroting=budgets(f"2025;Ambulant;1;2024-11-07;{euros}")
        )
        chances.append(world.prognosis(as_of="2025-06-30")[0]["overrun_probability"])
    assert chances[:2] == pytest.approx([1, 0.999])  # over a budget of nothing there is no doubt
    assert 0.2 < chances[2] < 0.8
    assert chances[3] == pytest.approx(0.001)


def test_net_credits_give_bounds_in_order(tmp_path: Path) -> None:
    """More credits than debits: a negative prognosis, its lower bound the lowest."""
    (cell,) = World(tmp_path, declare(line(cents=-5_000))).prognosis(as_of="2025-03-31")
    assert [cell[bound] for bound in BOUNDS] == sorted(cell[bound] for bound in BOUNDS)
    assert cell["prognosis_cents"] == -5_000


def test_allocations_without_any_declaration_still_cost(tmp_path: Path) -> None:
    """Nothing declared yet, at any moment of the year: what is open is expected, not nothing."""
    world = World(tmp_path, allocate(product()))
    for as_of in ("2025-01-15", "2025-06-29", "2025-06-30", "2025-09-30"):
        (cell,) = world.prognosis(as_of=as_of)
        assert 0 < cell["lower95_cents"] < cell["prognosis_cents"] < cell["upper95_cents"], as_of


def test_csv_and_table_have_the_same_columns(tmp_path: Path) -> None:
    """The formats show the same."""
    world = World(tmp_path, *history())
    argv = ("prognosis", "--as-of", "2025-03-31", "--format")
    (cell,) = world.prognosis(as_of="2025-03-31")
    (row,) = csv.DictReader(io.StringIO(world.text(*argv, "csv")), delimiter=";")
    assert row == {key: "" if value is None else str(value) for key, value in cell.items()}
    assert world.text(*argv, "table").split()[: len(cell)] == list(cell)


@pytest.mark.parametrize("by", ["product,product", "onzin"])
def test_a_cell_without_prognosis_is_an_error(
    tmp_path: Path, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that is none: one clear line, exit code 1."""
    assert main(["prognosis", str(World(tmp_path).home), "--as-of", "2025-03-31", "--by", by]) == 1
    assert capsys.readouterr().err.startswith("budgetwacht: ")


Outlooks = Callable[[str, int | None], list[Valuation]]


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Outlooks:
    """The simulated small region: its valuations as of a date, for a year."""
    home = tmp_path_factory.mktemp("regio") / "klein"
    assert main(["simulate", "--scenario", "regio-klein", "--seed", "3", "--out", str(home)]) == 0
    folder = Folder(home, pytest.fail)
    events, documents = list(folder.events()), folder.documents()

    def valuations(as_of: str, year: int | None = None) -> list[Valuation]:
        found = monitors(events, documents, date.fromisoformat(as_of))
        return [value(each.parts(), year) for each in found]

    return valuations


def whole(line: BudgetLine) -> bool:
    """Whether every number of a line is one, and its bounds stand in order."""
    cell = line.model_dump()
    numbers = [number for number in cell.values() if isinstance(number, int | float)]
    ordered = [cell[bound] for bound in BOUNDS]
    return (
        all(map(isfinite, numbers))
        and ordered == sorted(ordered)
        and 0 <= (line.completeness or 0) <= 1
    )


@pytest.mark.parametrize(
    "as_of", ["2024-02-29", "2025-01-01", "2025-05-17", "2025-12-31", "2026-04-30"]
)
def test_any_prognosis_of_a_region_is_whole(region: Outlooks, as_of: str) -> None:
    """Numbers, in order, and lines that add up to their municipality."""
    found = region(as_of, None)
    assert len(found) == 3
    for valuation in found:
        total, lines = valuation.total, valuation.budget_lines
        assert all(map(whole, [*lines, total]))
        assert sum(each.declared_cents for each in lines) == total.declared_cents
        assert sum(each.fixed_cents for each in lines) == total.fixed_cents
        assert sum(each.prognosis_cents for each in lines) == total.prognosis_cents


def test_the_end_of_a_simulated_year_is_near_what_it_became(region: Outlooks) -> None:
    """A month after the year all three municipalities are foretold within a tenth."""
    pairs = zip(region("2026-01-31", 2025), region("2027-12-31", 2025), strict=True)
    for early, final in pairs:
        became = final.total.declared_cents + final.total.fixed_cents
        assert early.total.prognosis_cents == pytest.approx(became, rel=0.1)


@pytest.mark.parametrize("by", ["region", "product", "provider,budget_line", "segment", "contract"])
def test_any_key_adds_up_to_the_municipality(tmp_path: Path, by: str) -> None:
    """Declared and prognosis, to the cent; fixed costs where a cell is a budget line or more."""
    world = World(
        tmp_path,
        *history(),
        declare(line("X1", 12_345, code="44A08", category="44", unit="14"), name="B1", number="E1"),
        begroting=budgets("2025;Ambulant;1;2024-11-07;7000"),
        vaste_kosten=fixed("Ambulant;2025-01;10"),
    )
    (total,) = world.prognosis(as_of="2025-08-15")
    cells = world.prognosis(*by.split(","), as_of="2025-08-15")
    fixed_cents = 1_000 if by == "region" else 0
    assert [list(cell) for cell in cells] == [[*by.split(","), *COLUMNS]] * len(cells)
    assert sum(cell["declared_cents"] for cell in cells) == total["declared_cents"]
    assert sum(cell["prognosis_cents"] for cell in cells) == total["prognosis_cents"] - 1_000 + (
        fixed_cents
    )
    assert {cell["budget_cents"] for cell in cells} == {700_000 if by == "region" else None}


CHECKS: Final = [
    "chain_ladder_cents",
    "chain_ladder_se_cents",
    "commitments_cents",
    "run_rate_cents",
    "differs",
]


def test_checks_stand_beside_the_prognosis(tmp_path: Path) -> None:
    """A steady child: each of the three tells the same year but the run rate, which knows no delay."""
    world = World(tmp_path, *history(), vaste_kosten=fixed("Ambulant;2025-01;10"))
    (plain,) = world.prognosis(as_of="2025-06-30")
    (cell,) = json.loads(world.text("prognosis", "--as-of", "2025-06-30", "--checks"))
    assert list(cell) == [*plain, *CHECKS]
    assert {name: cell[name] for name in plain} == plain
    for name in ("chain_ladder_cents", "commitments_cents"):
        assert cell[name] == pytest.approx(865_000, rel=0.01)
    assert cell["run_rate_cents"] == 5 * 72_000 * 2 + 1_000
    assert cell["differs"] is None


def what_if(world: World, *rows: str, by: str = "municipality") -> list[dict[str, Any]]:
    """The rows of a what-if."""
    file = world.home / "stappen.csv"
    file.write_text("".join(f"{row}\n" for row in (WHAT_IF_HEAD, *rows)), encoding="utf-8")
    argv = ("--as-of", "2025-06-30", "--by", by, "--what-if", str(file))
    found: list[dict[str, Any]] = json.loads(world.text("prognosis", *argv))
    return found


WHAT_IF_HEAD: Final = "soort;vanaf;percentage;agb;productcode;maatregel"
MEASURES: Final = (
    "maatregel;gemeentecode;productcodes;ingangsdatum;jaar;beoogde_besparing\n"
    "Wijkteams;9901;45A04;2025-01-01;2025;120\n"
)


@pytest.mark.parametrize("by", ["municipality", "municipality,product", "budget_line"])
def test_what_if_stands_beside_the_plain_prognosis_an_effect_a_row(tmp_path: Path, by: str) -> None:
    """Effects add up to the change, and the change is the difference of both prognoses."""
    budget = budgets("2025;Ambulant;1;2024-11-07;8640")
    world = World(tmp_path, *history(), begroting=budget, maatregelen=MEASURES)
    (plain,) = world.prognosis(*by.split(","), as_of="2025-06-30")
    whole, *effects = what_if(world, "tarief;2025-07;10;;45A04;", "maatregel;;;;;Wijkteams", by=by)
    assert {name: whole[name] for name in plain} == plain
    assert [each["whatif_effect"] for each in effects] == [
        "1. tarief 10% vanaf 2025-07 45A04",
        "2. maatregel Wijkteams",
    ]
    assert whole["whatif_effect"] is None
    changes = [each["whatif_change_cents"] for each in effects]
    assert changes[0] == pytest.approx(6 * 7_200, rel=0.02)
    assert changes[1] == -6_000
    assert sum(changes) == whole["whatif_change_cents"]
    assert whole["whatif_prognosis_cents"] == plain["prognosis_cents"] + sum(changes)
    assert whole["whatif_lower80_cents"] < whole["whatif_prognosis_cents"]
    assert {tuple(each) for each in effects} == {tuple(whole)}
    assert all(each["prognosis_cents"] is None for each in effects)
    if plain["budget_cents"]:
        assert whole["whatif_overrun_probability"] > plain["overrun_probability"]


def test_a_provider_that_goes_leaves_only_what_was_declared(tmp_path: Path) -> None:
    """From January on, of which nothing was declared yet but five months."""
    world = World(tmp_path, *history())
    (whole, _) = what_if(world, "einde_contract;2025-01;;90000001;;")
    assert whole["whatif_prognosis_cents"] == whole["declared_cents"] == 5 * 72_000


def test_without_steps_nothing_changes(tmp_path: Path) -> None:
    """An empty what-if is the prognosis."""
    (whole,) = what_if(World(tmp_path, *history()))
    assert whole["whatif_change_cents"] == 0
    for name in ("prognosis_cents", *BOUNDS):
        assert whole[f"whatif_{name}"] == whole[name]


@pytest.mark.parametrize(
    ("row", "code", "told"),
    [
        ("iets;;;;;", 2, "stappen.csv, regel 2, kolom soort"),
        ("maatregel;;;;;Anders", 1, "Wijkteams"),
    ],
)
def test_a_step_that_can_not_be_taken_is_an_error(
    tmp_path: Path, row: str, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it stands, or what there is to choose from."""
    world = World(tmp_path, *history(), maatregelen=MEASURES)
    file = world.home / "stappen.csv"
    file.write_text(f"{WHAT_IF_HEAD}\n{row}\n", encoding="utf-8")
    argv = ["prognosis", str(world.home), "--as-of", "2025-06-30", "--what-if"]
    assert main([*argv, str(file)]) == code
    assert told in capsys.readouterr().err
    assert main([*argv, str(world.home / "geen.csv")]) == 2


def test_a_merged_municipality_adds_up_by_any_key(tmp_path: Path) -> None:
    """From the day of the merger on its predecessor's care is in its cells, once."""
    towns = (
        "gemeentecode;naam;regio;opvolger;per\n"
        "9901;Proefstad;Proefregio;9902;2025-06-01\n9902;Buurstad;Proefregio;;\n"
    )
    own = declare(line("Z1", 7_000), name="Z1", number="Z1", town="9902")
    world = World(tmp_path, *history(), own, gemeenten=towns)
    before = {cell["municipality"] for cell in world.prognosis(as_of="2025-05-31")}
    (total,) = world.prognosis(as_of="2025-06-30")
    assert (before, total["municipality"]) == ({"9901", "9902"}, "9902")
    assert total["declared_cents"] == 5 * 72_000 + 7_000
    for by in ("region", "product", "provider", "segment", "category"):
        cells = world.prognosis(by, as_of="2025-06-30")
        assert sum(cell["declared_cents"] for cell in cells) == total["declared_cents"]
        assert sum(cell["prognosis_cents"] for cell in cells) == total["prognosis_cents"]
