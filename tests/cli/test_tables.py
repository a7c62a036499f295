"""`budgetwacht tables`: the tables of the reports, held against what `replay` and `prognosis` print."""

import csv
import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from schemas.events import AnyEvent
from streams.cli.main import main
from streams.cli.tables import FORMATS
from streams.figures.rollup import rows
from streams.local.folder import Folder
from streams.local.tables import TABLES, Asked
from streams.local.tables.render import NOTHING
from streams.prognosis.monitor import monitors
from tests.core.letters import (
    BUDGETS_HEAD,
    FIXED_HEAD,
    World,
    allocate,
    answer,
    ask,
    day,
    declare,
    line,
    product,
)

AS_OF = "2025-10-31"
YEARS = (2023, 2024, 2025)
A_CLIENT = re.compile(r"(?<![\d.])9999\d{5}(?!\d)|k1\.")


def silent(line: str) -> None:
    """No file of these worlds is bad."""
    raise AssertionError(line)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three simulated municipalities, two years."""
    folder = tmp_path_factory.mktemp("regio")
    assert main(["simulate", "--scenario", "regio-klein", "--seed", "3", "--out", str(folder)]) == 0
    return Folder(folder, silent)


@pytest.fixture(scope="module")
def events(region: Folder) -> list[AnyEvent]:
    """Its messages."""
    return list(region.events())


@pytest.fixture(scope="module")
def asked(region: Folder, events: list[AnyEvent]) -> Asked:
    """All three together."""
    return Asked(monitors(events, region.documents(), day(AS_OF)), day(AS_OF), 2025)


def printed(folder: Path, name: str, *argv: str, as_of: str = AS_OF) -> str:
    """A table as the command prints it."""
    out = io.StringIO()
    with redirect_stdout(out):
        assert main(["tables", name, str(folder), "--as-of", as_of, *argv]) == 0
    return out.getvalue()


def data(folder: Path, name: str, as_of: str = AS_OF) -> dict[str, Any]:
    """A table of the command as data."""
    found: dict[str, Any] = json.loads(printed(folder, name, "--format", "json", as_of=as_of))
    return found


def cells(asked: Asked, *by: str) -> list[dict[str, Any]]:
    """The rows of `replay`."""
    return rows(asked.parts, by)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_says_what_it_is_in_every_form(
    region: Folder, events: list[AnyEvent], asked: Asked, name: str
) -> None:
    """A title, heads that differ, rows, the as-of date, no client; the same bytes in any order."""
    told = TABLES[name](asked)
    heads = [column.head for column in told.columns]
    assert len(set(heads)) == len(heads)
    assert told.title.endswith("Waterwoude, Zandhoven, Lindehout")
    assert told.notes[-1].startswith("Peildatum 31 oktober 2025")
    assert bool(told.rows) == (name != "maatregelen")  # this region takes none
    backwards = Asked(
        monitors(reversed(events), region.documents(), asked.as_of), asked.as_of, asked.year
    )
    again = TABLES[name](backwards)
    for form in FORMATS.values():
        assert form(told) == form(again)
        assert not A_CLIENT.search(form(told))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_of_nothing_is_empty(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No messages, no rows; no error, and a person sees that it is so."""
    world = World(tmp_path)
    assert not data(world.home, name)["rows"]
    assert main(["tables", name, str(world.home), "--as-of", AS_OF]) == 0
    assert NOTHING in capsys.readouterr().out.splitlines()


def test_costs_by_kind_are_what_replay_finds(asked: Asked) -> None:
    """Zoetermeer's table 4: each budget line and year, and the total with every client once."""
    told = TABLES["kosten-per-soort"](asked)
    lines = {row["kind"]: row for row in told.rows} | {"Totaal": told.totals[0]}
    found = [(cell["budget_line"], cell) for cell in cells(asked, "budget_line", "year")]
    found += [("Totaal", cell) for cell in cells(asked, "year")]
    for kind, cell in found:
        if cell["year"] in YEARS and cell["clients"]:
            row = lines[kind]
            assert row[f"cents_{cell['year']}"] == cell["declared_cents"]
            assert row[f"clients_{cell['year']}"] == cell["clients"]


def test_the_budget_table_shows_versions_prognosis_and_next_year(tmp_path: Path) -> None:
    """The social domain's report: the first version, each change, costs, prognosis, difference."""
    world = World(
        tmp_path,
        declare(line("R1", 10_000)),
        begroting=BUDGETS_HEAD
        + "9901;2025;Ambulant;primitief;2024-11-01;1000\n"
        + "9901;2025;Ambulant;1e wijziging;2025-03-01;1200,50\n"
        + "9901;2025;Verblijf;primitief;2024-11-01;50\n"
        + "9901;2025;Verblijf;2e wijziging;2026-01-01;60\n"
        + "9901;2026;Ambulant;primitief;2025-09-01;900\n",
        vaste_kosten=FIXED_HEAD + "9901;Verblijf;overig;Vervoer;2025;120\n",
    )
    told = data(world.home, "begroting")
    assert [column["head"] for column in told["columns"]] == [
        "Begrotingspost",
        "2025 primitief",
        "2025 1e wijziging",
        *("Kosten 2025 tot nu", "Vast 2025", "Prognose 2025", "Verschil 2025"),
        "2026 primitief",
        *("Prognose 2026", "Verschil 2026"),
    ]
    ambulant, stay = told["rows"]
    assert (ambulant["primitief_2025"], ambulant["1e wijziging_2025"]) == (100_000, 20_050)
    assert (stay["primitief_2025"], stay["1e wijziging_2025"], stay["fixed_2025"]) == (
        *(5_000, None, 12_000),
    )
    for cell in world.prognosis("municipality", "budget_line", as_of=AS_OF):
        row = ambulant if cell["budget_line"] == "Ambulant" else stay
        assert row["prognosis_2025"] == cell["prognosis_cents"]
        assert row["difference_2025"] == cell["budget_cents"] - cell["prognosis_cents"]


def test_budget_totals_are_the_sums_of_their_columns(asked: Asked) -> None:
    """Over three municipalities; the difference of the total is budget less prognosis."""
    told = TABLES["begroting"](asked)
    (total,) = told.totals
    for column in told.columns:
        if column.form == "euros":
            values = [row.get(column.name) or 0 for row in told.rows]
            assert (total[column.name] or 0) == sum(values)
    budget = total["primitief_2025"] + total["1e wijziging_2025"]
    assert total["difference_2025"] == budget - total["prognosis_2025"]


def test_clients_of_years_and_who_was_there_before(tmp_path: Path) -> None:
    """Per 100 young inhabitants, with stay, and the share of last year's clients."""
    old = declare(line("R1", 10_000, month="2024-03"), name="A0", number="D0")
    other = line("R3", 5_000, bsn="999990019", code="44A08", category="44", unit="14")
    world = World(
        tmp_path,
        old,
        declare(line("R2", 10_000), other),
        inwoners="gemeentecode;jaar;jeugdigen\n9901;2025;40\n",
    )
    row = data(world.home, "jeugdigen")["rows"][-1]
    assert (row["year"], row["clients"], row["clients_per_100_young"]) == (2025, 2, 5.0)
    assert (row["clients_with_stay"], row["known"], row["share_known"]) == (1, 1, 0.5)


def test_flows_add_up_in_every_year(asked: Asked) -> None:
    """Begin + instroom - uitstroom = eind."""
    found = TABLES["stromen"](asked).rows
    assert [row["year"] for row in found] == [2024, 2025]
    for row in found:
        assert row["start"] + row["inflow"] - row["outflow"] == row["end"]


def test_referrers_are_named_with_their_shares(tmp_path: Path) -> None:
    """One allocation asked for by a GP, one made by the municipality itself."""
    world = World(
        tmp_path,
        ask("V1", "02"),
        allocate(product(1, asked="V1"), product(2)),
        declare(line("R1", 30_000), line("R2", 10_000, allocation=2)),
    )
    found = data(world.home, "verwijzers")["rows"]
    assert [
        (row["referrer"], row["share_of_allocations"], row["share_of_money"]) for row in found
    ] == [
        ("Huisarts", 0.5, 0.75),
        ("Gemeente zelf, zonder verzoek", 0.5, 0.25),
    ]


def test_segments_are_split_and_add_up(asked: Asked) -> None:
    """Diemen: the classes of a segment are its money, the segments all money, shifts their total."""
    told = TABLES["segmenten"](asked)
    (total,) = told.totals
    wholes = [row for row in told.rows if row["intensity"] == "alle"]
    classes = [row for row in told.rows if row["intensity"] != "alle"]
    for part in (wholes, classes):
        assert sum(row["declared_cents"] for row in part) == total["declared_cents"]
        assert sum(row["before_declared_cents"] for row in part) == total["before_declared_cents"]
    assert sum(row["shift_cents"] for row in wholes) == total["shift_cents"]
    assert sum(row["share"] for row in wholes) == pytest.approx(1)


def test_categories_show_money_clients_and_money_per_client(asked: Asked) -> None:
    """BMWE: a category costs what `replay` says, for so many clients; changes add up."""
    told = TABLES["categorieen"](asked)
    by_code = {row["category"][:2]: row for row in told.rows}
    for cell in cells(asked, "category", "year"):
        if cell["year"] == 2024 and cell["category"]:
            row = by_code[cell["category"]]
            assert row["cents_2024"] == cell["declared_cents"]
            assert row["clients_2024"] == cell["clients"]
    for name in ("cents_2024", "change_cents"):
        assert sum(row.get(name) or 0 for row in told.rows) == told.totals[0][name]


def test_providers_come_largest_first_and_add_up(asked: Asked) -> None:
    """Money of all providers is all money."""
    told = TABLES["aanbieders"](asked)
    money = [row["declared_cents"] for row in told.rows]
    assert money == sorted(money, reverse=True)
    assert sum(money) == told.totals[0]["declared_cents"]


def test_contracts_stand_beside_their_ceiling(asked: Asked) -> None:
    """Each contract once, a region's too, with its place in the bandwidth."""
    found = TABLES["contracten"](asked).rows
    whole = [row for row in asked.rows("contracts") if row["level"] == "contract"]
    assert [row["declared_cents"] for row in found] == [row["declared_cents"] for row in whole]
    assert {row["state"] for row in found} <= {"onder", "binnen", "boven"}


def test_completeness_has_twenty_four_months_and_two_years(asked: Asked) -> None:
    """What is still to come is expected less declared."""
    told = TABLES["volledigheid"](asked)
    assert (len(told.rows), len(told.totals)) == (24, 2)
    for row in told.rows:
        if row["expected_cents"] is not None:
            assert row["left_cents"] == row["expected_cents"] - row["declared_cents"]


def test_measures_are_intended_and_seem_to_save(tmp_path: Path) -> None:
    """Half of a year's saving was meant by June; the care became cheaper by 40 euros a month."""
    lines = [
        line(f"R{year}{month}", cents, month=f"{year}-0{month}")
        for year, cents in ((2024, 10_000), (2025, 6_000))
        for month in range(1, 7)
    ]
    world = World(
        tmp_path,
        declare(*lines, period="2025-06", dated="2025-06-30"),
        maatregelen=(
            "maatregel;gemeentecode;productcodes;ingangsdatum;jaar;beoogde_besparing\n"
            "Toets;9901;45A04;2025-01-01;2025;600\n"
        ),
    )
    (row,) = data(world.home, "maatregelen", as_of="2025-06-30")["rows"]
    amounts = ("intended_cents", "intended_to_date_cents", "realised_cents", "fewer_cents")
    assert [row[name] for name in amounts] == [60_000, 30_000, 24_000, 0]


def test_one_municipality_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--municipality` keeps to one; one that isn't there is an error that names those that are."""
    folder = World(tmp_path, declare(line()), declare(line(), town="9902")).home
    assert "Proefstad, Buurstad" in printed(folder, "jeugdigen")
    alone = printed(folder, "jeugdigen", "--municipality", "9902")
    assert alone.startswith("Jeugdigen in jeugdhulp, Buurstad\n")
    argv = ["tables", "begroting", str(folder), "--as-of", AS_OF, "--municipality", "0518"]
    assert main(argv) == 1
    assert "9901, 9902" in capsys.readouterr().err


MILLION = declare(line("R1", 75_000_000), line("R2", 50_499_835))


def test_people_read_dutch_numbers(tmp_path: Path) -> None:
    """Thousands with points, whole euros, percents with a comma, a stripe for no value."""
    folder = World(tmp_path, MILLION, answer(MILLION)).home
    assert "€\N{NO-BREAK SPACE}1.254.998" in printed(folder, "categorieen")
    assert re.search(r"^2025 +1 +- +0 +0,0% +- ", printed(folder, "jeugdigen"), re.MULTILINE)


def test_excel_reads_decimal_commas(tmp_path: Path) -> None:
    """A byte order mark, `;`, cents behind a comma and no points; the total comes last."""
    told = printed(World(tmp_path, MILLION).home, "categorieen", "--format", "csv")
    assert told.startswith("\N{ZERO WIDTH NO-BREAK SPACE}Categorie;")
    found = list(csv.reader(io.StringIO(told[1:]), delimiter=";"))
    assert found[1][:5] == ["45 Ambulant", "", "1254998,35", "", "1"]
    assert found[-1][0] == "Totaal"
