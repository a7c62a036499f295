"""Cross-checks: what they come to in worlds that are known, and when they differ."""

import numpy as np
import pytest

from streams.figures.exact import Exact
from streams.prognosis.cell import Cell
from streams.prognosis.cross import NOTHING, Checks, cross_checks, together
from streams.prognosis.expecting import TERMS
from streams.prognosis.forecast import Forecast, Now, Past
from streams.prognosis.learning import School
from streams.prognosis.outlook import years
from streams.prognosis.rhythm import rhythm
from tests.prognosis.worlds import CARE, FIRST, STAY, Row, line_of, panel_of, steady

YEAR = 2025
JUNE = 41
"""June 2025 as a column: half of the year is over."""


def forecast_of(declared: list[Row], committed: list[Row], closed: int = JUNE) -> Forecast:
    """A forecast that expects nothing more: the checks don't ask it."""
    panel = panel_of(declared, committed, closed)
    school = School(panel)
    care = years(YEAR - 1, YEAR)
    shape = len(panel.items), len(care)
    lines = np.array([panel.lines.index(line_of(item)) for item in panel.items], dtype=np.int64)
    return Forecast(
        now=Now(FIRST + closed, 0),
        care=care,
        items=panel.items,
        still=np.zeros((len(TERMS), *shape), dtype=np.int64),
        lines=panel.lines,
        line=np.repeat(lines[:, None], len(care), axis=1),
        past=Past(panel, school.learn(closed), rhythm([], FIRST + closed), {}, {}),
    )


def checks_of(declared: list[Row], committed: list[Row], closed: int = JUNE) -> Checks:
    """The checks of all together."""
    (found,) = cross_checks(forecast_of(declared, committed, closed), YEAR, lambda _: 0).values()
    return found


def cell(care: int, spread: float, late: int = 100) -> Cell:
    """A cell of which `late` cents are still to be declared."""
    terms = {**dict.fromkeys(TERMS, 0), "late": late}
    ends = care, care, care, care
    return Cell(care - late, Exact(), terms, 500, {}, 0, 0, {}, spread, 0, ends)


def test_in_a_steady_world_all_but_the_run_rate_tell_the_year() -> None:
    """80 of 100 a month, declared a month later: 960, and no doubt; the run rate misses a month."""
    found = checks_of(*steady(CARE, 60, used=8_000, meant=10_000))
    assert found.chain_ladder == pytest.approx(96_000, abs=2)
    assert found.chain_ladder_se == pytest.approx(0, abs=1)
    assert found.commitments == pytest.approx(96_000, abs=12)
    assert found.run_rate == 5 * 8_000 * 12 // 6


def test_a_season_returns_in_the_chain_ladder() -> None:
    """July and August at half, every year: so will they be this year, with eleven months' worth."""
    declared, committed = steady(CARE, 60, used=8_000, meant=10_000)
    low = [
        (item, care, known, cents // 2 if care % 12 in (6, 7) else cents)
        for item, care, known, cents in declared
    ]
    found = checks_of(low, committed)
    assert found.chain_ladder == pytest.approx(88_000, rel=0.02)


def test_commitments_alone_do_not_see_what_is_declared_this_year() -> None:
    """A provider that stops declaring in April changes the chain ladder, not the commitments."""
    declared, committed = steady(CARE, 60, used=8_000, meant=10_000)
    silent = [row for row in declared if row[2] < JUNE - 1]
    usual, quiet = checks_of(declared, committed), checks_of(silent, committed)
    assert quiet.commitments == pytest.approx(usual.commitments, rel=0.02)
    assert (quiet.chain_ladder or 0) < 0.9 * (usual.chain_ladder or 0)


@pytest.mark.parametrize(("closed", "told"), [(35, 96_000), (34, None)])
def test_commitments_grow_as_those_of_the_year_before(closed: int, told: int | None) -> None:
    """Half of a year is allocated when it begins, each other month the month before; before that nothing."""
    declared, committed = steady(CARE, 72, used=8_000, meant=10_000)
    waved = [
        (item, care, care - 1 - (care % 12 if care % 12 < 6 else 0), cents)
        for item, care, _, cents in committed
    ]
    found = checks_of(declared, waved, closed).commitments
    assert found == (told and pytest.approx(told, rel=0.02))


def test_what_is_too_little_to_ladder_has_no_chain_ladder() -> None:
    """Less than a year of months, or none; before the year begins there is no rate either."""
    declared, committed = steady(CARE, 60, used=8_000, meant=10_000)
    late = [row for row in declared if row[1] > JUNE - 10]
    assert checks_of(late, committed).chain_ladder is None
    assert checks_of([], committed).chain_ladder is None
    early = checks_of(declared, committed, JUNE - 6)
    assert early.run_rate is None
    assert early.chain_ladder == pytest.approx(96_000, abs=2)


def test_a_year_that_is_over_and_declared_is_what_it_was() -> None:
    """Eighteen months later nothing is left to check but the sum itself."""
    found = checks_of(*steady(CARE, 66, used=8_000, meant=10_000), closed=65)
    assert (found.chain_ladder, found.run_rate) == (96_000, 96_000)


def test_each_item_is_in_one_cell() -> None:
    """Commitments and rates of the cells add up to those of all."""
    one, other = steady(CARE, 60, 8_000, 10_000), steady(STAY, 60, 70_000, 90_000, delay=2)
    world = [*one[0], *other[0]], [*one[1], *other[1]]
    parts = cross_checks(forecast_of(*world), YEAR, lambda place: place[0].provider)
    assert list(parts) == [CARE.provider, STAY.provider]
    whole = checks_of(*world)
    assert sum(each.commitments or 0 for each in parts.values()) == whole.commitments
    assert sum(each.run_rate or 0 for each in parts.values()) == whole.run_rate


@pytest.mark.parametrize(
    ("chain_ladder", "se", "commitments", "told"),
    [
        (1_000, 0, 1_000, None),
        (1_099, 0, 901, None),
        (1_101, 0, 1_000, "chain_ladder"),
        (1_101, 50, 1_000, None),
        (None, None, 899, "commitments"),
        (2_000, 1, 2_000, "chain_ladder,commitments"),
    ],
)
def test_a_gap_of_more_than_two_sigma_is_a_signal(
    chain_ladder: int | None, se: int | None, commitments: int, told: str | None
) -> None:
    """Of a prognosis of 1000 with a spread of 50: beyond 100, or more where a check is unsure too."""
    row = Checks(chain_ladder, se, commitments, 1).row(cell(1_000, 0.05))
    assert row["differs"] == told
    assert row["commitments_cents"] == commitments + 500
    assert row["run_rate_cents"] == 501


def test_a_year_that_is_declared_is_not_doubted() -> None:
    """Nothing is still to come: what allocations would have made of it is no matter."""
    row = Checks(9_000, 0, 9_000, 1).row(cell(1_000, 0.05, late=0))
    assert (row["commitments_cents"], row["differs"]) == (9_500, None)


def test_a_municipality_without_an_answer_leaves_its_region_without_one() -> None:
    """A sum of some is not the sum of all."""
    found = together([Checks(10, 1, 20, 30), Checks(None, None, 2, 3)])
    assert found == Checks(None, None, 22, 33)
    assert together([NOTHING, Checks(1, 2, 2, 3)]) == NOTHING
    assert together([Checks(10, 1, 20, 30), Checks(1, 2, 2, 3)]) == Checks(11, 3, 22, 33)
