"""The gauges of a worker say what its valuations say, to the cent, and count no money twice."""

import re
import subprocess
from collections.abc import Iterable

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric

from schemas.outputs import Valuation
from streams.metrics.collector import ValuationCollector
from streams.metrics.operation import Operation
from tests.boards.examples import AMBULANT, STAY, valuations
from tests.conftest import need


def collected(valuations: Iterable[Valuation]) -> dict[str, Metric]:
    collector = ValuationCollector(lambda: valuations)
    return {family.name.removeprefix("budgetwacht_"): family for family in collector.collect()}


def cents(family: Metric, **labels: str) -> list[int]:
    """The values of the samples with these labels, back in cents."""
    found = [one for one in family.samples if labels.items() <= one.labels.items()]
    return [round(one.value * 100) for one in found]


@pytest.fixture
def town() -> Valuation:
    return valuations()[0]


def test_amounts_are_the_valuations_to_the_cent(town: Valuation) -> None:
    found = collected([town])
    fields = {
        "declared": "declared_cents",
        "prognosis_upper95": "upper95_cents",
        "fixed": "fixed_cents",
    }
    for name, field in fields.items():
        post = cents(found[f"budget_line_{name}_euros"], budget_line=STAY)
        assert post == [getattr(town.budget_lines[1], field)]
        assert cents(found[f"municipality_{name}_euros"]) == [getattr(town.total, field)]


@pytest.mark.parametrize("level", ["budget_line", "product", "segment"])
def test_a_sum_over_a_level_is_the_total(town: Valuation, level: str) -> None:
    """The total has a name of its own, so it is not in the sum."""
    family = collected([town])[f"{level}_declared_euros"]
    assert sum(cents(family)) == town.total.declared_cents


def test_what_is_not_known_has_no_series(town: Valuation) -> None:
    found = collected([town])
    assert len(found["budget_line_budget_euros"].samples) == 2
    assert len(found["contract_ceiling_euros"].samples) == 2
    assert "budget_line_overrun_ratio" not in found


def test_money_without_budget_line_product_or_segment_says_so(town: Valuation) -> None:
    """To Prometheus an empty label is no label, and to a reader no word."""
    found = collected([town])
    words = {
        "product": "(geen productcode)",
        "segment": "(geen segment)",
        "budget_line": "(geen post)",
    }
    assert cents(found["product_declared_euros"], **words) == [50_000_01]
    for level, label in (("segment", "segment"), ("budget_line", "budget_line")):
        assert cents(found[f"{level}_declared_euros"], **{label: words[label]}) == [50_000_01]


def test_a_volume_in_euros_is_in_euros(town: Valuation) -> None:
    """On the wire it is in cents, as all other money."""
    product = town.products[0].model_copy(update={"unit": "83", "units": 4_734_636})
    found = collected([town.model_copy(update={"products": (product,)})])
    assert [one.value for one in found["product_units"].samples] == [47_346.36]


def test_care_months_go_back_to_last_year_and_no_further(town: Valuation) -> None:
    old = town.months[0].model_copy(update={"care_month": "2023-12"})
    found = collected([town.model_copy(update={"months": (old, *town.months)})])
    months = {one.labels["care_month"] for one in found["care_month_declared_euros"].samples}
    assert (min(months), max(months)) == ("2024-01", "2025-10")


def test_a_book_that_is_no_longer_owned_is_gone_at_the_next_scrape() -> None:
    owned = valuations()
    collector = ValuationCollector(lambda: owned)
    assert "9902" in str(list(collector.collect()))
    del owned[1]
    assert "9902" not in str(list(collector.collect()))


def test_of_two_valuations_of_one_book_the_later_speaks(town: Valuation) -> None:
    """A label set twice in a scrape would make Prometheus refuse it whole."""
    total = town.total.model_copy(update={"declared_cents": 123_45})
    later = town.model_copy(update={"total": total, "as_of": town.as_of.replace(day=1, month=11)})
    assert cents(collected([later, town])["municipality_declared_euros"]) == [123_45]


def test_two_years_stand_side_by_side(town: Valuation) -> None:
    older = town.model_copy(update={"year": 2024})
    family = collected([town, older])["budget_line_declared_euros"]
    assert cents(family, year="2024", budget_line=AMBULANT) == cents(
        family, year="2025", budget_line=AMBULANT
    )


def test_a_worker_without_books_shows_nothing() -> None:
    assert collected([]) == {}


def test_promtool_finds_nothing_to_say(town: Valuation) -> None:
    need("promtool")
    registry = CollectorRegistry()
    registry.register(ValuationCollector(lambda: [town]))
    Operation(["declarations"], registry).refused("declarations", "foreign")
    text = generate_latest(registry)
    said = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, check=False
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, b"", b"")
    assert not re.search(rb"9999\d{5}", text)


def test_a_contract_of_the_region_is_not_shown_by_one_of_its_municipalities(
    town: Valuation,
) -> None:
    shared = tuple(each.model_copy(update={"area": "R"}) for each in town.contracts)
    assert "contract_declared_euros" in collected([town])
    assert "contract_declared_euros" not in collected(
        [town.model_copy(update={"contracts": shared})]
    )
