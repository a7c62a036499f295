"""Every query of every panel, on a real Prometheus that scrapes two real workers' metrics.

The second worker also shows the first one's municipality, as happens for a scrape when a book
changes hands: nothing may count twice.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from grafana import boards, drawing, lint, preview
from tests.boards.examples import AMBULANT, PROTECTION, STAY, valuations
from tests.boards.scraping import scraped
from tests.conftest import need
from tests.servers import Prometheus

pytestmark = pytest.mark.integration
BOARD: dict[str, Any] = json.loads(boards.rendered()["gemeente.json"])
PANELS = {panel["id"]: panel for panel in lint.panels(BOARD)}
# Rows of each table and groups of each chart of Voorbeeldstad; a large figure has one value a query.
ROWS = {20: 4, 30: 10, 31: 10, 40: 6, 41: 4, 50: 3}
# Queries that leave rows out: a line without a budget, a contract without a ceiling.
FEWER = {
    (20, "A"): 2,
    (20, "C"): 2,
    (20, "D"): 2,
    (20, "J"): 2,
    (50, "A"): 2,
    (50, "C"): 2,
    (50, "D"): 2,
}


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    need("prometheus")
    first, second = valuations()
    with scraped(tmp_path_factory.mktemp("prometheus"), [first], [first, second]) as server:
        yield server


@pytest.fixture(scope="module")
def source(prometheus: Prometheus) -> preview.Source:
    return preview.Source(prometheus.url, {"gemeente": "9901", "jaar": "2025"})


def frame(source: preview.Source, panel: int) -> drawing.Frame:
    answers = {one["refId"]: source.now(one["expr"]) for one in PANELS[panel]["targets"]}
    return drawing.merged(answers, PANELS[panel]["transformations"])


@pytest.mark.parametrize(
    ("panel", "ref"),
    [(panel["id"], one["refId"]) for panel in PANELS.values() for one in panel["targets"]],
)
def test_every_query_gives_as_many_series_as_its_panel_shows(
    source: preview.Source, panel: int, ref: str
) -> None:
    [expr] = [one["expr"] for one in PANELS[panel]["targets"] if one["refId"] == ref]
    expected = FEWER.get((panel, ref), ROWS.get(panel, 1))
    assert len(source.now(expr)) == expected
    if PANELS[panel]["type"] == "timeseries":
        assert source.course(expr)


@pytest.mark.parametrize("panel", ROWS)
def test_the_queries_of_a_table_fall_into_the_same_rows(source: preview.Source, panel: int) -> None:
    assert len(frame(source, panel).rows) == ROWS[panel]


def test_large_figures_are_the_valuations_to_the_cent(source: preview.Source) -> None:
    total = valuations()[0].total
    expected = {
        11: total.prognosis_cents,
        13: total.budget_cents,
        14: total.declared_cents,
        16: total.committed_cents,
        61: total.open_cents,
        62: total.rejected_cents,
    }
    shown = {number: source.now(PANELS[number]["targets"][0]["expr"])[0][1] for number in expected}
    assert {number: round(value * 100) for number, value in shown.items()} == expected


def test_a_line_tells_its_state_in_words(source: preview.Source) -> None:
    table = frame(source, 20)
    looks = [preview.look(PANELS[20], heading) for heading in table.headings]
    words = {
        str(row[0]): [
            drawing.cell(row[place], looks[place]).partition(">")[2].removesuffix("</span>")
            for place in (4, 10)
        ]
        for row in table.rows
    }
    assert words == {
        AMBULANT: ["vanaf 80%", "waarschijnlijk erboven"],
        STAY: ["vanaf 100%", "boven de begroting"],
        PROTECTION: ["niet vastgesteld", "niet vastgesteld"],
        "(geen post)": ["niet vastgesteld", "niet vastgesteld"],
    }


def test_shares_of_segments_make_a_whole(source: preview.Source) -> None:
    assert sum(
        row[1] for row in frame(source, 41).rows if isinstance(row[1], float)
    ) == pytest.approx(100)


def test_completeness_of_a_month_is_the_mean_over_lines(source: preview.Source) -> None:
    shown = {row[0]: row[4] for row in frame(source, 31).rows}
    assert shown["2025-10"] == pytest.approx(41)
    assert shown["2025-07"] == pytest.approx(100)


def test_variables_offer_the_municipalities_by_name(prometheus: Prometheus) -> None:
    """Grafana writes each series as text, and its regex cuts the code and the name from that."""
    [choice] = [one for one in BOARD["templating"]["list"] if one["name"] == "gemeente"]
    cut = re.compile(choice["regex"].strip("/").replace("(?<", "(?P<"))
    found = prometheus.query(choice["definition"].removeprefix("query_result(").removesuffix(")"))
    offered = set()
    for series in found:
        labels = ",".join(f'{name}="{value}"' for name, value in series["metric"].items())
        if match := cut.search(f"{{{labels}}} 1 0"):
            offered.add((match["value"], match["text"]))
    assert offered == {("9901", "Voorbeeldstad"), ("9902", "Voorbeelddorp")}


def test_the_preview_shows_dutch_amounts_and_says_what_it_is(prometheus: Prometheus) -> None:
    page = preview.page(BOARD, prometheus.url, {"gemeente": "9901"})
    assert "geen Grafana" in page
    assert "€ 97.000.000" in page
    assert "Aanbieder Zuid &amp; Co" in page
