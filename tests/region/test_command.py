"""`budgetwacht region show`: the regions of a folder, part by part."""

import json
import shutil
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from streams.cli.main import main

TOWNS = (
    "gemeentecode;naam;regio\n9901;Waterwoude;Kleine Regio\n9902;Zandhoven;Kleine Regio\n"
    "9903;Lindehout;Kleine Regio\n9904;Leegveld;Kleine Regio\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated region of three, and a fourth that has nothing but a name and weights."""
    made = tmp_path_factory.mktemp("regio") / "klein"
    simulate = ["simulate", "--scenario", "regio-klein", "--seed", "3", "--scale", "0.4"]
    assert main([*simulate, "--out", str(made)]) == 0
    (made / "referentie" / "gemeenten.csv").write_text(TOWNS)
    weights = "".join(f"{code};2025;{code[-1]}\n" for code in ("9901", "9902", "9903", "9904"))
    (made / "referentie" / "verevening.csv").write_text(f"gemeentecode;jaar;sleutel\n{weights}")
    return made


def told(*arguments: str | Path) -> Any:
    printed = StringIO()
    with redirect_stdout(printed):
        assert main([*map(str, arguments)]) == 0
    return json.loads(printed.getvalue())


@cache
def shown(folder: Path, part: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = told(
        *("region", "show", folder, "--as-of", "2025-09-30", "--part", part)
    )
    assert {(row["region"], row["year"]) for row in rows} == {("Kleine Regio", 2025)}
    return rows


def test_the_total_is_that_of_replay_and_of_the_prognoses(folder: Path) -> None:
    [total] = shown(folder, "total")
    [row] = [
        each
        for each in told("replay", folder, "--as-of", "2025-09-30", "--by", "region,year")
        if each["year"] == 2025
    ]
    for measure in (
        "declared_cents",
        "open_cents",
        "rejected_cents",
        "void_cents",
        "lines",
        "clients",
    ):
        assert total[measure] == row[measure] != 0, measure
    assert abs(total["committed_cents"] - row["committed_cents"]) <= 2
    expected = told("prognosis", folder, "--as-of", "2025-09-30")
    for name in (
        "prognosis_cents",
        "lower80_cents",
        "upper95_cents",
        "fixed_cents",
        "budget_cents",
    ):
        assert total[name] == sum(each[name] for each in expected), name
    assert (total["behind"], total["missing"]) == ("", "")


def test_every_part_adds_up_to_the_total(folder: Path) -> None:
    [total] = shown(folder, "total")
    for part in ("budget_lines", "municipalities", "segments", "products"):
        declared = sum(row["declared_cents"] for row in shown(folder, part))
        assert declared == total["declared_cents"], part
    assert round(sum(row["declared_share"] for row in shown(folder, "municipalities")), 5) == 1


def test_a_contract_of_the_region_stands_above_its_municipalities(folder: Path) -> None:
    rows = shown(folder, "contracts")
    wholes = {row["contract"]: row for row in rows if row["municipality"] is None}
    assert wholes
    for name, whole in wholes.items():
        parts = [row for row in rows if row["contract"] == name and row["municipality"]]
        assert [row["municipality"] for row in parts] == ["9901", "9902", "9903", "9904"]
        assert sum(row["declared_cents"] for row in parts) == whole["declared_cents"]
    assert any(whole["ceiling_cents"] and whole["declared_cents"] for whole in wholes.values())


def test_contracts_are_those_of_the_figure_of_that_name(folder: Path) -> None:
    found = {
        (row["contract"], row["provider"], row["municipality"]): row["declared_cents"]
        for row in told("figures", "contracts", folder, "--as-of", "2025-09-30", "--year", "2025")
        if not row["area"].isdigit() and row["declared_cents"]
    }
    assert found == {
        (row["contract"], row["provider"], row["municipality"]): row["declared_cents"]
        for row in shown(folder, "contracts")
        if row["declared_cents"]
    }


def test_who_has_nothing_but_a_weight_pays_its_share(folder: Path) -> None:
    rows = shown(folder, "settlements")
    assert [row["weight_share"] for row in rows] == [0.1, 0.2, 0.3, 0.4]
    assert sum(row["declared_settled_cents"] for row in rows) == 0
    assert rows[-1]["declared_cents"] == 0
    assert rows[-1]["declared_settled_cents"] > 0


def test_after_a_merger_the_region_is_the_same_and_the_old_one_is_gone(
    folder: Path, tmp_path: Path
) -> None:
    """Two become one in the middle of the year: their money, lines and young clients go along."""
    merged = tmp_path / "samen"
    shutil.copytree(folder, merged)
    (merged / "referentie" / "gemeenten.csv").write_text(
        "gemeentecode;naam;regio;opvolger;per\n"
        "9901;Waterwoude;Kleine Regio;9902;2025-07-01\n9902;Zandwoude;Kleine Regio;;\n"
        "9903;Lindehout;Kleine Regio;;\n9904;Leegveld;Kleine Regio;;\n"
    )
    [apart], [together] = shown(folder, "total"), shown(merged, "total")
    for name in ("declared_cents", "lines", "budget_cents", "missing"):
        assert together[name] == apart[name], name
    codes = [row["municipality"] for row in shown(merged, "municipalities")]
    assert codes == ["9902", "9903", "9904"]
