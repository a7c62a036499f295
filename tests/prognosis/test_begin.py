"""The first messages of a municipality: what came before them is not taken for a habit."""

import numpy as np
import pytest

from streams.prognosis.expecting import forecast_then
from streams.prognosis.learning import School
from streams.prognosis.panel import Item
from tests.prognosis.worlds import Row, panel_of

ITEMS = [Item(f"9000000{number}", "45", "45A04") for number in range(4)]
BEGIN = 24
MONTHS = 60
ALLOCATED, USED = 10_000, 8_500


def _town(allocations_from: int) -> tuple[list[Row], list[Row]]:
    """Steady care of which all is declared within eight months; declarations come in from `BEGIN` on."""
    declared, committed = [], []
    for item in ITEMS:
        for month in range(MONTHS):
            known = max(month - 12, 0)
            if month >= allocations_from:
                committed.append((item, month, max(known, allocations_from), ALLOCATED))
            for delay, share in ((1, 0.7), (2, 0.2), (5, 0.08), (8, 0.02)):
                if month + delay >= BEGIN:
                    declared.append((item, month, month + delay, round(USED * share)))
    return declared, committed


@pytest.mark.parametrize("allocations_from", [0, BEGIN])
@pytest.mark.parametrize("over", range(1, 13))
def test_what_was_declared_before_messages_began_is_no_habit_of_declaring_late(
    allocations_from: int, over: int
) -> None:
    closed = BEGIN + over - 1
    school = School(panel_of(*_town(allocations_from), closed))
    care = np.arange(BEGIN, BEGIN + 12)
    learnt = school.learn(closed)
    cost = float(forecast_then(school, learnt, care).sum())
    # Until half a year is over little is mature, and late declarations have not been seen.
    assert cost == pytest.approx(12 * len(ITEMS) * USED, rel=0.12 if over < 6 else 0.03)
    assert not learnt.billing.lag.any()
    assert not learnt.billing.deaf.any()
