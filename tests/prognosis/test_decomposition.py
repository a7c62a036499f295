"""Decomposition: the published examples to their digits, no rest ever, LMDI beside Shapley."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.prognosis.decomposition import Item, lmdi, logarithmic_mean, pvm, shapley, shared

Items = Sequence[Sequence[float]]

# The tests of the R package LMDIR, each a pair of periods with two items of three factors.
Y1971, Y1972 = [[1, 10, 2], [4, 5, 3]], [[4, 5, 3], [5, 6, 4]]
Y1973, Y1974 = [[8, 2, 4], [5, 7, 5]], [[10, 1, 5], [6, 8, 6]]
PUBLISHED: list[tuple[Items, Items, list[float], list[float]]] = [
    (
        Y1971,
        Y1972,
        [69.79006598, -9.455125793, 39.66505981],
        [74.33333333, -16.66666667, 42.33333333],
    ),
    (Y1972, Y1973, [42.96021467, -34.31902656, 50.3588119], [48.0, -41.5, 52.5]),
    (
        Y1973,
        Y1974,
        [54.01064234, -9.021284671, 54.01064234],
        [54.66666667, -10.33333333, 54.66666667],
    ),
]

# Ang, Zhang and Choi (1998), table 2, as in the tests of LMDIR: per item, a factor of zero.
LIMITS: list[tuple[Items, Items, Items]] = [
    (
        [[0, 10, 2], [4, 5, 3]],
        [[4, 5, 3], [5, 6, 4]],
        [[60, 0, 0], [19.31568569, 15.78206435, 24.90224996]],
    ),
    (
        [[1, 10, 2], [4, 5, 3]],
        [[4, 5, 3], [5, 6, 0]],
        [[50.47438029, -25.23719014, 14.76280986], [0, 0, -60]],
    ),
]

factors = st.lists(st.floats(0.01, 1000), min_size=4, max_size=4)
signed = st.lists(st.floats(-100, 100), min_size=4, max_size=4)


def summed(parts: Items) -> list[float]:
    return [sum(part) for part in zip(*parts, strict=True)]


@pytest.mark.parametrize(("before", "after", "by_lmdi", "by_shapley"), PUBLISHED)
def test_the_published_examples_come_out(
    before: Items, after: Items, by_lmdi: list[float], by_shapley: list[float]
) -> None:
    pairs = list(zip(before, after, strict=True))
    assert summed([lmdi(*pair) for pair in pairs]) == pytest.approx(by_lmdi, abs=1e-8)
    assert summed([shapley(*pair) for pair in pairs]) == pytest.approx(by_shapley, abs=1e-8)


@pytest.mark.parametrize(("before", "after", "expected"), LIMITS)
def test_a_factor_of_zero_has_its_analytic_limit(
    before: Items, after: Items, expected: Items
) -> None:
    for item, other, parts in zip(before, after, expected, strict=True):
        assert lmdi(item, other) == pytest.approx(parts, abs=1e-8)


def test_youth_care_of_five_products_with_a_new_and_a_vanished_one() -> None:
    """Clients, share, units a client and tariff of field/prognosis.md's example."""
    before = [[800, s, u, p] for s, u, p in [
        (0.5, 12, 85), (0.375, 10, 110), (0.1, 182.5, 210), (0, 8, 130), (0.025, 10, 95)]]  # fmt: skip
    after = [[855, n / 855, u, p] for n, u, p in [
        (420, 13, 89.25), (280, 9.5, 116.6), (95, 185, 222.6), (60, 8, 130), (0, 10, 95)]]  # fmt: skip
    parts = [lmdi(*pair) for pair in zip(before, after, strict=True)]
    assert summed(parts) == pytest.approx([281808.96, 357950.51, 66562.66, 242733.87], abs=0.005)
    assert parts[3] == pytest.approx([0, 62_400, 0, 0])
    assert parts[4] == pytest.approx([0, -19_000, 0, 0])
    exact = summed([shapley(*pair) for pair in zip(before, after, strict=True)])
    assert exact == pytest.approx([284587.39, 355005.45, 66587.59, 242875.57], abs=0.005)


@given(factors, factors)
def test_lmdi_leaves_no_rest_and_turns_its_sign(before: list[float], after: list[float]) -> None:
    parts, back = lmdi(before, after), lmdi(after, before)
    scale = max(prod(before), prod(after))
    assert sum(parts) == pytest.approx(prod(after) - prod(before), abs=1e-9 * scale)
    assert parts == pytest.approx([-part for part in back], abs=1e-9 * scale)


@given(signed, signed)
def test_shapley_leaves_no_rest_whatever_the_signs(before: list[float], after: list[float]) -> None:
    parts = shapley(before, after)
    scale = max(1.0, *(abs(part) for part in parts))
    assert sum(parts) == pytest.approx(prod(after) - prod(before), abs=1e-9 * scale)


@given(factors, st.integers(0, 3), st.floats(0.01, 1000))
def test_what_changes_alone_takes_all(before: list[float], place: int, value: float) -> None:
    after = [*before[:place], value, *before[place + 1 :]]
    change = prod(after) - prod(before)
    scale = max(prod(before), prod(after))
    for parts in (lmdi(before, after), shapley(before, after)):
        assert parts[place] == pytest.approx(change, abs=1e-9 * scale)
        assert all(part == 0 for i, part in enumerate(parts) if i != place)


def test_a_negative_factor_is_refused_by_lmdi() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        lmdi([1.0, -2.0], [1.0, 2.0])


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_the_logarithmic_mean_lies_between_the_two_others(a: float, b: float) -> None:
    found = logarithmic_mean(a, b)
    assert found == logarithmic_mean(b, a) or found == pytest.approx(logarithmic_mean(b, a))
    assert (a * b) ** 0.5 * (1 - 1e-9) <= found <= (a + b) / 2 * (1 + 1e-9)


@given(st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=12), st.integers(-3, 3))
def test_shares_in_cents_add_up_and_stay_within_a_cent(parts: list[float], off: int) -> None:
    total = round(sum(parts)) + off
    cents = shared(parts, total)
    assert sum(cents) == total
    spread = (total - sum(parts)) / len(parts)
    assert all(abs(c - p - spread) < 1 + 1e-6 for c, p in zip(cents, parts, strict=True))


def test_volume_mix_and_price_of_the_field_note() -> None:
    """Quantities 100, 200 to 150, 150 at prices 10, 5 and 11, 6 (field/prognosis.md 4)."""
    before = [(Fraction(100), 1_000), (Fraction(200), 1_000)]
    after = [(Fraction(150), 1_650), (Fraction(150), 900)]
    assert [sum(part) for part in zip(*pvm(before, after), strict=True)] == [0, 250, 300]


def test_an_item_without_quantity_before_is_mix() -> None:
    """It had no price; the volume is that of all items together."""
    before: list[Item] = [(Fraction(10), 100), (Fraction(0), 0)]
    after: list[Item] = [(Fraction(10), 100), (Fraction(10), 300)]
    assert [list(map(int, parts)) for parts in pvm(before, after)] == [[100, -100, 0], [0, 300, 0]]


quantities = st.tuples(st.integers(1, 1000).map(Fraction), st.integers(0, 10**9))


@given(st.lists(st.tuples(quantities, quantities), min_size=1, max_size=6))
def test_volume_mix_and_price_leave_no_rest(items: list[tuple[Item, Item]]) -> None:
    """Of no item; and at one price that doesn't change all is volume."""
    before, after = ([pair[place] for pair in items] for place in (0, 1))
    for parts, old, new in zip(pvm(before, after), before, after, strict=True):
        assert sum(parts) == new[1] - old[1]
    one, other = (
        [(quantity, 7 * int(quantity)) for quantity, _ in each] for each in (before, after)
    )
    _, mix, price = (sum(part) for part in zip(*pvm(one, other), strict=True))
    assert mix == price == 0
