"""What the running system kept on a real broker is what it said on the day, and can be scored."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from schemas.kept import KeptDay
from streams.local.folder import Folder
from streams.local.kept import read_kept
from streams.prognosis.backtest import Backtest, monthly, scores
from streams.workers.letters import outputs
from streams.workers.topics import PROGNOSES
from tests.integration.installation import Installation, eventually
from tests.workers.world import declaration, refer, tell, tick

pytestmark = pytest.mark.integration

DAYS = (date(2025, 3, 31), date(2025, 4, 1), date(2025, 9, 30))


@contextmanager
def working(installation: Installation) -> Iterator[None]:
    """A worker that has taken everything in by the end."""
    worker = installation.worker("worker")
    worker.begin()
    try:
        yield
        eventually(lambda: installation.lag() == 0, "all committed")
    finally:
        worker.stop()


def test_a_running_system_keeps_what_a_replay_of_that_day_says_and_it_is_scored(
    installation: Installation, region: Path, tmp_path: Path
) -> None:
    """All messages came in before the ticks, so the two know the same; a worker is killed in between."""
    installation.run("reference", "load", region / "referentie")
    with working(installation):
        installation.run("ingest", region / "berichten")
    for day in DAYS:
        worker = installation.worker("killed")
        worker.begin()
        installation.run("tick", "--as-of", day.isoformat())
        worker.kill()
        with working(installation):
            pass

    file = tmp_path / "kept.jsonl"
    out, err = installation.run("kept", file)
    kept = {each.key: each for each in read_kept(file)}
    assert out.startswith(f"{file}: {len(kept)} prognoses erbij, {len(kept)} in totaal")
    assert "9 keer zijn prognoses van een dag later gemaakt" in err
    folder = Folder(region, report=pytest.fail)
    backtest = Backtest(folder.events(), folder.documents())
    assert kept == {each.key: each for made in backtest.play(DAYS) for each in made}

    before = file.read_bytes()
    out, err = installation.run("kept", file)
    assert out.startswith(f"{file}: 0 prognoses erbij")
    assert not err
    assert file.read_bytes() == before

    out, _ = installation.run("backtest", region, "--kept", file)
    expected = scores(monthly(kept.values()), backtest.known())
    assert {row["elapsed"] for row in expected} >= {15}
    assert json.loads(out) == expected


def declared(installation: Installation) -> int:
    return installation.figures()["9901"].total.declared_cents


def test_a_day_is_kept_once_whatever_comes_after_its_tick(installation: Installation) -> None:
    refer(installation)
    tell(installation, "JW323", declaration("9901", 1, "2026-01-20", [20_000]))
    with working(installation):
        eventually(lambda: installation.lag() == 0, "history committed")
        tick(installation, date(2026, 6, 30))
        eventually(lambda: installation.lag() == 0, "the tick committed")
        tell(installation, "JW323", declaration("9901", 2, "2026-02-20", [300]))
        tick(installation, date(2026, 6, 30))
    with working(installation):
        tell(installation, "JW323", declaration("9901", 3, "2026-03-20", [7]))
        eventually(lambda: declared(installation) == 20_307, "all valued")
    (day,) = outputs(installation.settings, PROGNOSES, KeptDay)
    assert day.key == ("9901", date(2026, 6, 30))
    assert {each.declared_cents for each in day.prognoses if each.year == 2026} == {20_000}
