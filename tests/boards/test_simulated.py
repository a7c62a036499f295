"""The board on the figures of a simulated region: nothing empty, and all roads lead to the total."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from grafana import boards, lint, preview
from schemas.outputs import Valuation
from streams.local.folder import Folder
from streams.prognosis.monitor import Monitor
from streams.simulate.folder import write
from streams.simulate.simulation import simulate
from streams.simulate.worlds import scenario
from tests.boards.scraping import scraped
from tests.conftest import need

pytestmark = pytest.mark.integration
AS_OF = dt.date(2025, 9, 15)
BOARD: dict[str, Any] = json.loads(boards.rendered()["gemeente.json"])


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> list[Valuation]:
    """Three municipalities, halfway September."""
    path = tmp_path_factory.mktemp("region")
    write(simulate(scenario("regio-klein"), 1, 1.0), path)
    folder = Folder(path, pytest.fail)
    monitors = {code: Monitor(code) for code in folder.documents()}
    for code, document in folder.documents().items():
        monitors[code].refer(document)
    for event in folder.events():
        monitors[event["municipality"]].fold(event)
    for monitor in monitors.values():
        monitor.tick(AS_OF)
    return [found for monitor in monitors.values() if (found := monitor.valuation())]


@pytest.fixture(scope="module")
def sources(
    region: Sequence[Valuation], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[preview.Source]]:
    need("prometheus")
    with scraped(tmp_path_factory.mktemp("prometheus"), region) as prometheus:
        yield [
            preview.Source(prometheus.url, {"gemeente": one.municipality, "jaar": "2025"})
            for one in region
        ]


def test_no_query_of_any_panel_is_empty(sources: Sequence[preview.Source]) -> None:
    empty = [
        (panel["title"], target["refId"])
        for source in sources
        for panel in lint.panels(BOARD)
        for target in panel["targets"]
        if not source.now(target["expr"])
    ]
    assert len(sources) == 3
    assert empty == []


@pytest.mark.parametrize("panel", [20, 30, 40])
def test_the_rows_of_a_panel_add_up_to_what_was_declared(
    sources: Sequence[preview.Source], region: Sequence[Valuation], panel: int
) -> None:
    [shown] = [one for one in lint.panels(BOARD) if one["id"] == panel]
    [expr] = [
        one["expr"] for one in shown["targets"] if one["refId"] == ("B" if panel == 20 else "A")
    ]
    sums = [round(100 * sum(value for _, value in source.now(expr))) for source in sources]
    assert sums == [one.total.declared_cents for one in region]
