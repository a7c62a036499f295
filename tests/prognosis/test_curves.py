"""Development curves: the chain ladder's shares, and nothing of later months."""

import pytest

from streams.prognosis.curves import FIRST_DECLARED, at, curve

DELAYS = range(19)


def test_a_curve_is_the_chain_ladders() -> None:
    """Shares are the products of f_k = sum C_{i,k+1} / sum C_{i,k} over the rows that have both.

    Ages 0, 1, 2: rows (10, 30, 60), (20, 50, -), (30, -, -) at the end of month 2; f_1 comes from one
    row only, so the shares before are asked: 0.8. f_0 = (40 + 70) / (10 + 20).
    """
    triangle = {
        (0, 0): 10.0, (0, 1): 30.0, (0, 2): 60.0,
        (1, 1): 20.0, (1, 2): 50.0,
        (2, 2): 30.0,
    }  # fmt: skip
    shares = curve(triangle, 2, range(3), {0: 0.1, 1: 0.8})
    assert shares == {2: 1.0, 1: 0.8, 0: pytest.approx(0.8 * 30 / 110)}
    known = curve(triangle | {(-1, -1): 10.0, (-1, 0): 10.0, (-1, 1): 20.0}, 2, range(3), {})
    assert known[1] == pytest.approx((40 + 20) / (100 + 40))


def test_a_curve_knows_nothing_of_later_months() -> None:
    """What became known after the month it is learnt at changes nothing."""
    triangle = {(care, care + age): 10.0 for care in range(12) for age in range(3)}
    later = triangle | {(3, 20): 1e6, (20, 20): 1e6}
    assert curve(triangle, 13, range(4), {}) == curve(later, 13, range(4), {})


def test_a_curve_never_falls_and_stays_between_nothing_and_all() -> None:
    """Credits that outweigh debits can't make a share negative or above one."""
    triangle = {(care, care + age): cents for care in range(24) for age, cents in enumerate((100.0, -150.0, 80.0))}  # fmt: skip
    shares = list(curve(triangle, 24, DELAYS, FIRST_DECLARED).values())
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize(
    ("age", "share"),
    [(-2, 0.0), (-0.5, 0.0), (0, 0.2), (0.5, 0.5), (1, 0.8), (1.25, 0.85), (2, 1.0), (9.5, 1.0)],
)
def test_between_months_a_curve_is_a_straight_line(age: float, share: float) -> None:
    """Nothing is declared of a month to come; after the last age all is."""
    assert at({0: 0.2, 1: 0.8, 2: 1.0}, age) == pytest.approx(share)


def test_a_curve_of_leads_is_flat_before_its_first_age() -> None:
    """Allocations are known ahead: further ahead than was measured is as known as at the first age."""
    assert at({-1: 0.3, 0: 1.0}, -5) == 0.3
