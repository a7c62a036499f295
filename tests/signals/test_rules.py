"""Each rule over several messages: a world that just keeps it, and one that breaks it alone."""

from itertools import permutations

import pytest

from streams.ledger.signals import RULES
from tests.signals import cases, cases_of_care
from tests.signals.cases import Case
from tests.signals.worlds import rules_of, signals_of

CASES = cases.CASES + cases_of_care.CASES
names = [f"{case.rule}-{number}" for number, case in enumerate(CASES)]


@pytest.mark.parametrize("case", CASES, ids=names)
def test_a_kept_rule_is_silent(case: Case) -> None:
    """And so is every other."""
    assert not rules_of(*case.keeps)


@pytest.mark.parametrize("case", CASES, ids=names)
def test_a_broken_rule_is_one_signal_whatever_the_order_and_the_repeats(case: Case) -> None:
    """With the return code of the rule, about what breaks it."""
    orders = list(permutations(case.breaks))
    for order in orders:
        found = signals_of(*order, *order[:1])
        assert [(each.rule, each.code, each.subject) for each in found] == [
            (case.rule, RULES[case.rule].code, case.subject)
        ]


def test_every_rule_has_a_case() -> None:
    """Neither a rule without a world nor a world without a rule."""
    assert {case.rule for case in CASES} == set(RULES)
