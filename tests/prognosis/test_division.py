"""What comes of a group's allocations goes to the products that were declared, and none of it is lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.prognosis.expecting import TERMS, Position, closing, coming, still_to_come
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from tests.prognosis.worlds import CARE, STAY, panel_of

CLOSED = 35
AHEAD = np.arange(CLOSED + 1, CLOSED + 13)
OTHER = Item(CARE.provider, CARE.category, "45A05")
ANY = Item(CARE.provider, CARE.category, None)

rows = st.lists(
    st.tuples(
        st.sampled_from([CARE, OTHER, ANY, STAY]),
        st.integers(0, CLOSED + 12),
        st.integers(0, CLOSED),
        st.integers(-500, 10_000),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(rows, rows)
def test_a_group_is_expected_to_cost_the_same_however_it_is_divided(
    declared: list[tuple[Item, int, int, int]], committed: list[tuple[Item, int, int, int]]
) -> None:
    said = [(item, min(care, known), known, cents) for item, care, known, cents in declared]
    panel = panel_of(said, committed, CLOSED)
    learnt = School(panel).learn(CLOSED)
    shape = len(panel.items), panel.months
    position = Position(
        panel.declared.by_item(*shape), panel.committed.by_item(*shape), np.zeros(shape), 0.0
    )
    allocated = still_to_come(panel, learnt, position, AHEAD, closing(panel))[
        TERMS.index("allocated")
    ]
    known = np.zeros((2, len(panel.groups), len(AHEAD)))
    np.add.at(known[0], panel.group_of_item, position.committed[:, AHEAD])
    np.add.at(known[1], panel.group_of_item, allocated)
    whole = coming(panel, learnt, AHEAD, closing(panel)).of_known * known[0]
    assert known[1] == pytest.approx(whole, abs=len(panel.items))  # each part is rounded


@pytest.mark.parametrize("named", [ANY, OTHER])
def test_what_is_allocated_as_one_and_declared_as_another_is_expected_as_the_other(
    named: Item,
) -> None:
    committed = [(named, month, max(0, month - 12), 100) for month in range(CLOSED + 13)]
    declared = [(CARE, month, month + 1, 80) for month in range(CLOSED)]
    panel = panel_of(declared, committed, CLOSED)
    learnt = School(panel).learn(CLOSED)
    shape = len(panel.items), panel.months
    position = Position(
        panel.declared.by_item(*shape), panel.committed.by_item(*shape), np.zeros(shape), 0.0
    )
    still = still_to_come(panel, learnt, position, AHEAD, closing(panel)).sum(axis=(0, 2))
    by_item = dict(zip(panel.items, still.tolist(), strict=True))
    assert by_item[named] == 0
    assert by_item[CARE] == pytest.approx(12 * 80, rel=0.05)
