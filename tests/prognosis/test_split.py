"""A prognosis by every key: parts add up to wholes, to the cent, and agree with the valuation."""

from collections.abc import Sequence
from datetime import date
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from streams.cli.main import main
from streams.figures.rollup import Figures
from streams.local.folder import Folder
from streams.prognosis.cell import Cell
from streams.prognosis.errors import WIDEST
from streams.prognosis.expecting import TERMS
from streams.prognosis.forecast import forecast
from streams.prognosis.monitor import monitors
from streams.prognosis.outlook import years
from streams.prognosis.split import KEYS, Split, split_all
from streams.prognosis.steps import read_steps
from streams.prognosis.valuation import value
from streams.prognosis.whatif import answers
from tests.core.worlds import DAYS, document, worlds

Parts = list[list[Figures]]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The municipalities of a small simulated region on a day within a month."""
    home = tmp_path_factory.mktemp("regio") / "klein"
    argv = ["simulate", "--scenario", "regio-klein", "--seed", "5", "--scale", "0.1"]
    assert main([*argv, "--out", str(home)]) == 0
    folder = Folder(home, pytest.fail)
    found = monitors(folder.events(), folder.documents(), date(2025, 7, 12))
    return [each.parts() for each in found]


def split(parts: Parts, year: int) -> list[Split]:
    """The municipalities, forecast for a year."""
    return [Split(each, year, forecast(each, years(year - 1, year))) for each in parts]


def sums(cells: Sequence[Cell]) -> tuple[int, ...]:
    """What adds up: declared and every term."""
    declared = sum(cell.declared for cell in cells)
    return declared, *(sum(cell.terms[name] for cell in cells) for name in TERMS)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_roll_up_is_the_sum_of_its_parts(parts: Parts, year: int) -> None:
    """By any key or pair of keys: declared and each term are those of the municipality, to the cent."""
    splits = split(parts, year)
    whole = sums(list(split_all(splits, ("municipality",)).values()))
    assert whole[0] or whole[1:]
    for by in chain(combinations(KEYS, 1), combinations(KEYS, 2)):
        assert sums(list(split_all(splits, by).values())) == whole, by


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_municipality_and_its_lines_are_those_of_its_valuation(parts: Parts, year: int) -> None:
    """The same amounts, bounds, chances and days."""
    for each, one in zip(parts, split(parts, year), strict=True):
        valuation = value(each, year)
        total = one.cells(("municipality",))[valuation.municipality,].row()
        lines = {label: cell.row() for label, cell in one.cells(("budget_line",)).items()}
        told = {(line.budget_line or None,): line for line in valuation.budget_lines}
        assert list(lines) == list(told)
        for row, line in [(total, valuation.total), *((lines[key], told[key]) for key in told)]:
            shown = line.model_dump(mode="json")
            assert row == {name: shown[name] for name in row}


def test_bounds_stand_in_order_and_are_never_wider_than_said(parts: Parts) -> None:
    """Of any cell; a part is not surer than the whole it is a part of."""
    for one in split(parts, 2025):
        (whole,) = one.cells(("municipality",)).values()
        for by in combinations(KEYS[2:], 1):
            for cell in one.cells(by).values():
                low80, high80, low95, high95 = cell.ends
                assert low95 <= low80 <= cell.care <= high80 <= high95
                assert cell.spread <= WIDEST
                if by != ("budget_line",) and cell.care > 0:
                    assert cell.spread >= whole.spread


def test_less_than_a_budget_line_has_neither_budget_nor_fixed_costs(parts: Parts) -> None:
    """By product or provider there is no overrun to expect."""
    for by in (("product",), ("municipality", "provider"), ("budget_line", "product")):
        for cell in split_all(split(parts, 2025), by).values():
            row = cell.row()
            assert row["fixed_cents"] == 0
            assert (row["budget_cents"], row["overrun_probability"]) == (None, None)
            assert row["crossing_date"] is None


def test_a_contract_is_held_against_its_ceiling(parts: Parts) -> None:
    """Every ceiling counts once, however many municipalities it covers."""
    cells = split_all(split(parts, 2025), ("contract",))
    rows = [part.reference.contracts(2025) for each in parts for part in each]
    ceilings = {
        (row.area, row.contract, row.provider): row.ceiling_cents for each in rows for row in each
    }
    assert ceilings
    for (name,), cell in cells.items():
        own = [cents for (_, contract, _), cents in ceilings.items() if contract == name and cents]
        assert cell.budget == (sum(own) if own else None)
    assert sum(bool(cell.budget and cell.care) for cell in cells.values()) > 1


STEPS = read_steps(
    "soort;vanaf;percentage;agb\ninstroom;2025-02;10;\ntarief;2025-03;-3,7;90000001\n"
    "einde_contract;2025-05;;90000002\n"
)


@settings(max_examples=60)
@given(
    world=worlds(),
    day=st.sampled_from([date(2024, 12, 31), *DAYS[3::4], date(2026, 2, 28)]),
    year=st.sampled_from([2024, 2025, 2026]),
)
def test_in_any_world_parts_add_up_and_agree_with_the_valuation(
    world: list[AnyEvent], day: date, year: int
) -> None:
    """Also with checks beside it, and in what-ifs; nothing that can be folded breaks it."""
    code = document().code
    for monitor in monitors(world, {code: document()}, day):
        parts = monitor.parts()
        found = forecast(parts, years(year - 1, year))
        one = Split(parts, year, found)
        whole = one.cells(("municipality",))[code,]
        total = value(parts, year).total
        assert (whole.declared, whole.prognosis) == (total.declared_cents, total.prognosis_cents)
        for name in KEYS[1:]:
            assert sums(list(one.cells((name,)).values())) == sums([whole]), name
        cells = one.cells(("provider", "product"))
        checks = one.checks(("provider", "product"))
        assert sum(each.commitments or 0 for each in checks.values()) == sum(
            each.commitments or 0 for each in one.checks(()).values()
        )
        told = answers([(parts, found)], year, ("provider", "product"), STEPS)
        for label, each in told.items():
            after = each.cell.prognosis if each.cell else 0
            before = cells[label].prognosis if label in cells else 0
            assert after - before == sum(cents for _, cents in each.changes), label
