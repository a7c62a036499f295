"""Regions are sums of the latest valuations: any order, any repetition, to the cent."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.outputs import RegionalValuation, Valuation
from streams.figures.region import ADDED, regions
from streams.figures.rollup import rows
from streams.prognosis.monitor import monitors
from tests.alerts.valuations import budget_line, contract_use, valuation
from tests.core.test_mergers import MERGED, merging
from tests.core.worlds import DAYS
from tests.region.worlds import KNOWN, documents, product, total, valued

WORLDS = st.lists(valued(), max_size=5, unique_by=lambda one: (one.municipality, one.as_of))


def latest(world: list[Valuation]) -> dict[str, Valuation]:
    return {each.municipality: each for each in sorted(world, key=lambda one: one.as_of)}


def summed(world: list[Valuation], region: RegionalValuation) -> list[Valuation]:
    """What should be in the sums of a region."""
    return [
        each
        for each in latest(world).values()
        if each.region == region.region and each.year == region.year
    ]


@settings(max_examples=40)
@given(world=WORLDS, data=st.data())
def test_order_and_repetition_change_no_byte(world: list[Valuation], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(world))) if world else []
    order = data.draw(st.permutations([*world, *again]))
    assert _bytes(regions(order, KNOWN)) == _bytes(regions(world, KNOWN))


@settings(max_examples=40)
@given(world=WORLDS)
def test_a_valuation_that_was_replaced_leaves_no_trace(world: list[Valuation]) -> None:
    """So a process that starts anew on the compacted topic publishes the same."""
    assert _bytes(regions(latest(world).values(), KNOWN)) == _bytes(regions(world, KNOWN))


@settings(max_examples=40)
@given(world=WORLDS)
def test_sums_equal_their_parts_to_the_cent(world: list[Valuation]) -> None:
    for region in regions(world, KNOWN).values():
        parts = summed(world, region)
        assert [each.municipality for each in region.municipalities] == sorted(
            each.municipality for each in parts
        )
        for name in ADDED:
            assert getattr(region.total, name) == sum(getattr(one.total, name) for one in parts)
            assert getattr(region.total, name) == sum(
                getattr(line, name) for line in region.budget_lines
            )
        declared = sum(use.declared_cents for one in parts for use in one.products)
        assert sum(use.declared_cents for use in region.products) == declared
        segments = sum(use.declared_cents for one in parts for use in one.segments)
        assert sum(use.declared_cents for use in region.segments) == segments


@settings(max_examples=40)
@given(world=WORLDS)
def test_what_is_settled_adds_up_to_nothing(world: list[Valuation]) -> None:
    for region in regions(world, KNOWN).values():
        assert sum(each.declared_settled_cents for each in region.settlements) == 0
        assert sum(each.prognosis_settled_cents for each in region.settlements) == 0
        for each in region.settlements:
            whole = sum(other.declared_cents for other in region.settlements)
            assert abs(each.declared_due_cents - whole * each.weight_share) <= 1 + abs(whole) / 1e6


@settings(max_examples=40)
@given(world=WORLDS)
def test_a_regional_contract_is_what_its_municipalities_declared_under_it(
    world: list[Valuation],
) -> None:
    for region in regions(world, KNOWN).values():
        found = {each.contract: each for each in region.contracts}
        for name in ("C1", "C2"):
            wanted = {
                one.municipality: use.declared_cents
                for one in summed(world, region)
                for use in one.contracts
                if (use.contract, use.area) == (name, region.region)
            }
            if wanted:
                parts = {each.municipality: each.declared_cents for each in found[name].parts}
                assert (found[name].declared_cents, parts) == (sum(wanted.values()), wanted)
            else:
                assert name not in found


@settings(max_examples=30)
@given(world=merging(), as_of=st.sampled_from(DAYS))
def test_a_region_equals_replay_by_region(world: list[AnyEvent], as_of: date) -> None:
    """Also through mergers over regions; committed money but for half a cent a municipality."""
    found = monitors(world, MERGED, as_of)
    values = [each.valuation() for each in found]
    rolled = regions([each for each in values if each], MERGED)
    wanted = {
        row["region"]: row
        for row in rows([part for each in found for part in each.parts()], ["region", "year"])
        if row["year"] == as_of.year
    }
    for name, region in rolled.items():
        row: dict[str, Any] = wanted.pop(name, {})
        for measure in ("declared_cents", "void_cents", "rejected_cents", "lines", "clients"):
            assert getattr(region.total, measure) == row.get(measure, 0)
        off = region.total.committed_cents - row.get("committed_cents", 0)
        assert abs(off) <= len(region.municipalities) / 2
    assert not wanted


def town(code: str, as_of: date, declared: int = 100, **changes: Any) -> Valuation:
    line = budget_line(declared_cents=declared, prognosis_cents=declared)
    return valuation(
        (line,),
        municipality=code,
        region="Noord",
        as_of=as_of,
        year=as_of.year,
        total=total((line,)),
        **changes,
    )


def test_who_is_behind_or_missing_is_named() -> None:
    """A valuation of last year can't be added: its municipality is missing."""
    held = [town("9901", date(2026, 3, 1)), town("9902", date(2026, 3, 2))]
    region = regions(held, KNOWN)["Noord"]
    assert (region.as_of, region.newest) == (date(2026, 3, 1), date(2026, 3, 2))
    assert (region.behind, region.missing) == (("9901",), ("9905",))
    late = regions([town("9901", date(2025, 12, 31)), held[1]], KNOWN)["Noord"]
    assert (late.behind, late.missing) == ((), ("9901", "9905"))
    assert late.total.declared_cents == 100


def test_a_municipality_that_was_followed_up_is_not_missing_and_its_weight_goes_along() -> None:
    known = documents(
        "9901;A;Noord;9902;2026-01-01\n9902;B;Noord;;\n9903;C;Noord;;\n",
        "9901;2025;1\n9901;2026;50\n9902;2025;2\n9902;2026;3\n9903;2025;1\n9903;2026;1\n",
    )
    for year, shares in {2025: (0.75, 0.25), 2026: (0.75, 0.25)}.items():
        held = [
            town(code, date(2026, 3, 1)).model_copy(update={"year": year})
            for code in ("9902", "9903")
        ]
        region = regions(held, known)["Noord"]
        assert region.missing == ()
        assert tuple(each.weight_share for each in region.settlements) == shares, year


def test_to_pay_and_to_receive() -> None:
    """Weights 3 and 4.5: of 1,000 cents in all, 400 and 600 are due; who declared less pays."""
    held = [town("9901", date(2026, 3, 1), 900), town("9902", date(2026, 3, 1), 100)]
    settled = regions(held, KNOWN)["Noord"].settlements
    assert [each.declared_due_cents for each in settled] == [400, 600]
    assert [each.declared_settled_cents for each in settled] == [-500, 500]


def test_without_weights_nothing_is_settled() -> None:
    assert (
        regions([town("9901", date(2026, 3, 1))], documents(TOWNS_ONLY))["Noord"].settlements == ()
    )


TOWNS_ONLY = "9901;A;Noord;;\n"


def test_products_are_added_where_they_are_labelled_alike() -> None:
    """A product that one municipality has in another segment stays apart, so segments still add up."""
    first = town("9901", date(2026, 3, 1), products=(product("45A04", "B", 10),))
    same = town("9902", date(2026, 3, 1), products=(product("45A04", "B", 20),))
    other = town("9902", date(2026, 3, 1), products=(product("45A04", "C", 20),))
    [both] = regions([first, same], KNOWN)["Noord"].products
    assert (both.declared_cents, both.client_months, both.cents_per_client_month) == (30, 6, 5.0)
    assert len(regions([first, other], KNOWN)["Noord"].products) == 2


def test_the_ceiling_of_a_region_is_one_ceiling() -> None:
    uses = {"9901": 60_000, "9902": 50_000}
    held = [
        town(
            code,
            date(2026, 3, 1),
            contracts=(contract_use("R", area="Noord", declared_cents=cents),),
        )
        for code, cents in uses.items()
    ]
    [contract] = regions(held, KNOWN)["Noord"].contracts
    assert (contract.ceiling_cents, contract.declared_cents) == (100_000, 110_000)


@pytest.mark.parametrize("budgets", [(None, None), (5, None), (5, 7)])
def test_the_number_of_budgets_behind_a_regional_budget_is_told(
    budgets: tuple[int | None, int | None],
) -> None:
    held = [
        town(code, date(2026, 3, 1)).model_copy(
            update={"budget_lines": (budget_line(budget_cents=cents),)}
        )
        for code, cents in zip(("9901", "9902"), budgets, strict=True)
    ]
    [line] = regions(held, KNOWN)["Noord"].budget_lines
    told = [cents for cents in budgets if cents is not None]
    assert (line.budgeted, line.budget_cents) == (len(told), sum(told) if told else None)


def _bytes(found: dict[str, RegionalValuation]) -> dict[str, str]:
    return {name: region.model_dump_json() for name, region in found.items()}
