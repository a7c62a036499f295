"""The demonstration: what `make demo` shows a first visitor."""

from datetime import date
from pathlib import Path

import pytest

from schemas.dutch import rounded_euros
from streams.cli.main import main
from streams.local.folder import Folder
from streams.local.months import month_ends, tell


def test_demo_ends_with_the_table_the_alerts_and_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every figure of the closing table is the valuation of the folder; what it says to type works."""
    world = tmp_path / "wereld"
    assert main(["demo", "--scenario", "regio-klein", "--scale", "1", "--out", str(world)]) == 0
    shown = capsys.readouterr().out
    folder = Folder(world, pytest.fail)
    told = list(tell(folder.events(), folder.documents(), month_ends(2025)))
    last = [each.valuation for each in told if each.valuation.as_of == date(2025, 12, 31)]
    assert [valuation.municipality for valuation in last] == ["9901", "9902", "9903"]
    for valuation in last:
        assert f"({valuation.municipality}), 2025, peildatum 31 december 2025" in shown
        for line in (*valuation.budget_lines, valuation.total):
            for cents in (line.declared_cents, line.committed_cents, line.prognosis_cents):
                assert rounded_euros(cents) in shown
    mailed = [alert for each in told for alert in each.alerts if alert.highest]
    assert mailed
    assert f"Meldingen ({len(mailed)}):" in shown
    further = shown.partition("Zelf verder kijken:\n")[2].splitlines()
    assert len(further) == 3
    for typed in further:
        assert str(world) in typed
        assert main(typed.split()[1:]) == 0


def test_telling_a_year_month_by_month_ends_where_a_replay_of_its_last_day_does(
    tmp_path: Path,
) -> None:
    """Twelve ticks or one: the same valuation."""
    world = tmp_path / "wereld"
    main(["simulate", "--scenario", "regio-klein", "--seed", "3", "--out", str(world)])
    folder = Folder(world, pytest.fail)
    monthly = [
        each.valuation for each in tell(folder.events(), folder.documents(), month_ends(2025))
    ]
    once = [
        each.valuation for each in tell(folder.events(), folder.documents(), [date(2025, 12, 31)])
    ]
    assert monthly[-3:] == once
