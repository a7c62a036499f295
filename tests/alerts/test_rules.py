"""What raises an alert, that it does so once, and which one of several tells the story."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outputs import Alert, Valuation
from streams.alerts.rules import BUDGET_LADDER, CONTRACT_LADDER, judge
from tests.alerts.valuations import budget_line, contract_use, valuation

NOTHING: frozenset[str] = frozenset()
CENTS = st.integers(-50_000, 150_000)


def rungs(alerts: list[Alert]) -> list[tuple[str, int]]:
    return [(alert.kind, alert.level) for alert in alerts]


@pytest.mark.parametrize(
    ("declared", "levels"),
    [
        (79_999, []),
        (80_000, [80]),
        (89_999, [80]),
        (90_000, [80, 90]),
        (99_999, [80, 90]),
        (100_000, [80, 90, 100]),
        (109_999, [80, 90, 100]),
        (110_000, [80, 90, 100, 110]),
    ],
)
def test_declared_money_reaches_a_level_at_exactly_its_percentage(
    declared: int, levels: list[int]
) -> None:
    line = valuation((budget_line(declared_cents=declared),))
    contract = valuation(contracts=(contract_use(declared_cents=declared),))
    assert rungs(judge(line, NOTHING)) == [("declared", level) for level in levels]
    assert rungs(judge(contract, NOTHING)) == [("contract", level) for level in levels]


def test_one_cent_decides_also_in_amounts_that_floats_cannot_tell_apart() -> None:
    budget = 10**17 + 5
    at = valuation((budget_line(declared_cents=budget * 4 // 5, budget_cents=budget),))
    under = valuation((budget_line(declared_cents=budget * 4 // 5 - 1, budget_cents=budget),))
    assert rungs(judge(at, NOTHING)) == [("declared", 80)]
    assert judge(under, NOTHING) == []


def test_a_prognosis_raises_only_above_the_budget() -> None:
    at = valuation((budget_line(prognosis_cents=100_000),))
    over = valuation((budget_line(prognosis_cents=100_001),))
    assert judge(at, NOTHING) == []
    assert [(alert.kind, alert.level, alert.value_cents) for alert in judge(over, NOTHING)] == [
        ("prognosis", 100, 100_001)
    ]


def test_fixed_costs_do_not_count_as_declared() -> None:
    assert judge(valuation((budget_line(fixed_cents=100_000),)), NOTHING) == []


def test_without_a_budget_or_ceiling_there_is_no_alert() -> None:
    line = budget_line(budget_cents=None, budget_version=None, declared_cents=1, prognosis_cents=1)
    contract = contract_use(ceiling_cents=None, declared_cents=1)
    assert judge(valuation((line,), (contract,)), NOTHING) == []


def test_any_money_on_a_budget_of_nothing_is_over_every_level() -> None:
    line = budget_line(budget_cents=0, declared_cents=1, prognosis_cents=1)
    assert len(judge(valuation((line,)), NOTHING)) == len(BUDGET_LADDER)
    assert judge(valuation((budget_line(budget_cents=0),)), NOTHING) == []
    corrected = budget_line(budget_cents=0, declared_cents=-1)
    assert judge(valuation((corrected,)), NOTHING) == []


def test_of_levels_reached_together_only_the_most_urgent_is_the_highest() -> None:
    line = budget_line(declared_cents=101_000, prognosis_cents=120_000)
    alerts = judge(valuation((line,), (contract_use(declared_cents=90_000),)), NOTHING)
    assert rungs([alert for alert in alerts if alert.highest]) == [
        ("declared", 100),
        ("contract", 90),
    ]


def test_a_level_reached_later_is_the_highest_of_its_moment() -> None:
    early = judge(valuation((budget_line(prognosis_cents=120_000),)), NOTHING)
    late = valuation((budget_line(declared_cents=80_000, prognosis_cents=120_000),))
    alerts = judge(late, frozenset(alert.id for alert in early))
    assert [(alert.kind, alert.level, alert.highest) for alert in alerts] == [
        ("declared", 80, True)
    ]


def test_a_prognosis_over_the_budget_tells_more_than_ninety_percent_declared() -> None:
    line = budget_line(declared_cents=95_000, prognosis_cents=120_000)
    last = judge(valuation((line,)), NOTHING)[-1]
    assert (last.kind, last.highest) == ("prognosis", True)


def test_the_same_fact_has_the_same_id_whatever_the_amount_and_the_date() -> None:
    once = judge(valuation((budget_line(declared_cents=80_000),)), NOTHING)
    later = valuation((budget_line(declared_cents=85_000),), as_of=date(2026, 12, 1), name="Anders")
    assert [alert.id for alert in judge(later, NOTHING)] == [alert.id for alert in once]


@pytest.mark.parametrize(
    "other",
    [
        valuation((budget_line(declared_cents=80_000, budget_version="2"),)),
        valuation((budget_line("Verblijf", declared_cents=80_000),)),
        valuation((budget_line(declared_cents=80_000),), year=2025),
        valuation((budget_line(declared_cents=80_000),), municipality="0518"),
        valuation(contracts=(contract_use("Ambulant", declared_cents=80_000),)),
    ],
)
def test_another_fact_has_another_id(other: Valuation) -> None:
    known = judge(valuation((budget_line(declared_cents=80_000),)), NOTHING)
    assert len(judge(other, frozenset(alert.id for alert in known))) == 1


def test_providers_and_ceilings_of_one_contract_are_told_apart() -> None:
    uses = (
        contract_use(declared_cents=80_000),
        contract_use(declared_cents=80_000, provider="90000002"),
        contract_use(declared_cents=80_000, ceiling_cents=99_000),
    )
    assert len({alert.id for alert in judge(valuation(contracts=uses), NOTHING)}) == 3


def test_an_alert_carries_the_evidence_it_was_judged_on() -> None:
    line = budget_line(
        declared_cents=80_000,
        committed_cents=70_000,
        prognosis_cents=95_000,
        lower80_cents=90_000,
        upper80_cents=99_000,
        completeness=0.71,
    )
    (alert,) = judge(valuation((line,)), NOTHING)
    assert alert.model_dump(exclude={"id"}) == {
        "kind": "declared",
        "state": "raised",
        "level": 80,
        "highest": True,
        "municipality": "0637",
        "municipality_name": "Zoetermeer",
        "year": 2026,
        "as_of": date(2026, 11, 23),
        "subject": "Ambulant",
        "provider": None,
        "provider_name": None,
        "contract_manager": None,
        "limit_cents": 100_000,
        "limit_version": "1",
        "value_cents": 80_000,
        "declared_cents": 80_000,
        "committed_cents": 70_000,
        "prognosis_cents": 95_000,
        "lower80_cents": 90_000,
        "upper80_cents": 99_000,
        "completeness": 0.71,
    }


def test_an_id_can_be_read_out_over_the_phone() -> None:
    (alert,) = judge(valuation((budget_line(declared_cents=80_000),)), NOTHING)
    assert len(alert.id) == 12
    assert set(alert.id) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@st.composite
def worlds(draw: st.DrawFn) -> Valuation:
    lines = tuple(
        budget_line(
            name,
            declared_cents=draw(CENTS),
            prognosis_cents=draw(CENTS),
            budget_cents=draw(st.sampled_from([None, 0, 100_000])),
            budget_version=draw(st.sampled_from(["1", "2"])),
        )
        for name in ("Ambulant", "Verblijf")
    )
    contracts = tuple(contract_use(name, declared_cents=draw(CENTS)) for name in ("C1", "C2"))
    return valuation(lines, contracts)


@given(st.lists(worlds(), max_size=8))
def test_whatever_happens_in_a_year_each_id_is_raised_once(worlds: list[Valuation]) -> None:
    raised: list[str] = []
    for world in worlds:
        alerts = judge(world, frozenset(raised))
        raised += [alert.id for alert in alerts]
        stories = [(alert.subject, alert.kind == "contract") for alert in alerts if alert.highest]
        assert len(stories) == len(set(stories))
        assert {(alert.subject, alert.kind == "contract") for alert in alerts} == set(stories)
    assert len(raised) == len(set(raised))


@given(worlds())
def test_the_same_valuation_again_raises_nothing(world: Valuation) -> None:
    alerts = judge(world, NOTHING)
    assert judge(world, frozenset(alert.id for alert in alerts)) == []


@given(worlds())
def test_the_order_of_lines_and_contracts_does_not_matter(world: Valuation) -> None:
    turned = world.model_copy(
        update={
            "budget_lines": world.budget_lines[::-1],
            "contracts": world.contracts[::-1],
        }
    )
    assert set(judge(turned, NOTHING)) == set(judge(world, NOTHING))


@given(worlds())
def test_a_ladder_is_climbed_without_leaving_out_a_rung(world: Valuation) -> None:
    """Who is at 100 percent of the budget has been told of 90: lower levels are never missing."""
    for alert in judge(world, NOTHING):
        ladder = CONTRACT_LADDER if alert.kind == "contract" else BUDGET_LADDER
        lower = {
            (rung.kind, rung.level)
            for rung in ladder
            if rung.kind == alert.kind and rung.level < alert.level
        }
        same = [
            other
            for other in judge(world, NOTHING)
            if other.subject == alert.subject and other.kind == alert.kind
        ]
        assert lower <= set(rungs(same))


def test_a_contract_of_the_region_is_not_judged_by_one_of_its_municipalities() -> None:
    """Its ceiling is that of all of them together."""
    full = contract_use(declared_cents=100_000)
    assert judge(valuation(contracts=(full,)), NOTHING)
    shared = full.model_copy(update={"area": "Haaglanden"})
    assert judge(valuation(contracts=(shared,)), NOTHING) == []
