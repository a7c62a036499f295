"""The committed boards are what the code makes, and keep to the rules."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from grafana import boards, lint
from streams.cli import boards as command

Spoil = Callable[[dict[str, Any]], object]


@pytest.fixture
def board() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(boards.rendered()["gemeente.json"])
    return made


def test_regenerating_changes_no_byte() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in boards.FOLDER.iterdir()}
    assert boards.rendered() == committed


def test_the_boards_keep_to_the_rules(board: dict[str, Any]) -> None:
    assert list(lint.breaches(board)) == []


def _set(field: str, value: object) -> Spoil:
    return lambda board: lint.panels(board)[0].update({field: value})  # type: ignore[attr-defined]


def _query(expr: str) -> Spoil:
    return lambda board: lint.panels(board)[0]["targets"][0].update(expr=expr)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_set("title", ""), "no title"),
        (_set("description", ""), "no description"),
        (_set("targets", []), "no targets"),
        (_set("id", 11), "id 11 stands 2 times"),
        (_set("fieldConfig", {"defaults": {}}), "no unit"),
        (_query("sum("), "does not parse"),
        (_query("1 > 2"), "does not parse"),
        (_query("rate(budgetwacht_worker_lag_records[5m])"), "which is no counter"),
        (lambda board: board.update(editable=True), "can be edited"),
        (lambda board: board.pop("uid"), "no uid"),
        (lambda board: board["templating"]["list"].pop(0), "variable of type datasource"),
        (
            lambda board: lint.panels(board)[0]["targets"][0].update(datasource={"uid": "x"}),
            "passes the datasource variable by",
        ),
    ],
)
def test_a_broken_rule_is_told(board: dict[str, Any], spoil: Spoil, said: str) -> None:
    spoil(board)
    found = list(lint.breaches(board))
    assert len(found) == 1
    assert said in found[0]


def test_texts_are_dutch_formats_follow_the_reader(board: dict[str, Any]) -> None:
    """`percentunit` and `currencyEUR` would show a decimal point to a Dutch reader."""
    units = {panel["fieldConfig"]["defaults"]["unit"] for panel in lint.panels(board)}
    assert units == {
        "currency:financial:€ ",
        "currency:financial:%:suffix",
        "locale",
        "none",
        "time:DD-MM-YYYY",
        "time:DD-MM-YYYY HH:mm",
    }


def test_check_tells_which_file_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(boards, "FOLDER", tmp_path)
    assert command.run(argparse.Namespace(action="check")) == 1
    assert "gemeente.json differs" in capsys.readouterr().out
    assert command.run(argparse.Namespace(action="build")) == 0
    assert command.run(argparse.Namespace(action="check")) == 0
    (tmp_path / "old.json").write_text("{}")
    assert command.run(argparse.Namespace(action="check")) == 1


def test_provisioning_names_the_datasource_and_no_editing() -> None:
    folder = boards.FOLDER.parent / "provisioning"
    [source] = yaml.safe_load((folder / "datasources/prometheus.yml").read_text())["datasources"]
    assert (source["type"], source["editable"]) == ("prometheus", False)
    [provider] = yaml.safe_load((folder / "dashboards/budgetwacht.yml").read_text())["providers"]
    assert (provider["type"], provider["allowUiUpdates"]) == ("file", False)
