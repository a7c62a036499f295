"""On which days providers declare: what is sent of a month follows each provider's own days."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.reference.document import empty_document
from schemas.reference.lookup import Reference
from streams.figures.cells import Cells
from streams.figures.committed import Commitments
from streams.figures.rollup import Figures
from streams.figures.spans import month_text
from streams.ledger.book import Book
from streams.prognosis.rhythm import DAYS, LITTLE, MONTHS, rhythm

CLOSED = 2025 * 12 + 5
ONE, OTHER, NEW = "90000001", "90000002", "90000003"


def _figures(billed: dict[tuple[int, str, int], int]) -> list[Figures]:
    """Figures in which nothing but bills is known: cents by month, provider and day."""
    cells = Cells()
    for (month, provider, day), cents in billed.items():
        cells.billed.setdefault(month_text(month), {})[provider, f"{day:02}"] = cents
    reference = Reference(empty_document("9999"), date(2025, 7, 20))
    return [Figures("9999", reference, cells, Commitments(reference, 2025), Book("9999"))]


def _monthly(provider: str, day: int, months: int = MONTHS) -> dict[tuple[int, str, int], int]:
    return {(CLOSED - ago, provider, day): 100 for ago in range(months)}


def test_who_bills_once_a_month_has_sent_all_or_nothing() -> None:
    learnt = rhythm(_figures(_monthly(ONE, 10)), CLOSED)
    for day in range(1, DAYS + 1):
        assert learnt.sent([ONE], day, {ONE}) == pytest.approx([1.0])
        assert learnt.sent([ONE], day, set()) == [0.0]


def test_who_bills_in_parts_has_sent_the_parts_of_those_days() -> None:
    halves = {**_monthly(ONE, 5), **_monthly(ONE, 20)}
    learnt = rhythm(_figures(halves), CLOSED)
    assert learnt.sent([ONE], 12, {ONE}) == pytest.approx([0.5])
    assert learnt.sent([ONE], 25, {ONE}) == pytest.approx([1.0])


def test_a_provider_without_a_past_is_like_all_and_nobody_is_even() -> None:
    learnt = rhythm(_figures(_monthly(ONE, 10)), CLOSED)
    assert NEW not in learnt.own
    assert learnt.sent([NEW], 15, {NEW}) == learnt.sent([ONE], 15, {ONE})
    nothing = rhythm(_figures({}), CLOSED)
    assert nothing.sent([NEW], 15, {NEW}) == pytest.approx([15 / DAYS])
    assert nothing.sent([NEW], 0, {NEW}) == [0.0]


def test_only_who_declared_this_month_is_heard() -> None:
    bills = {(CLOSED + 1, ONE, 3): 100, (CLOSED, OTHER, 3): 100}
    figures = _figures(bills)
    assert rhythm(figures, CLOSED).heard(figures, CLOSED + 1) == {ONE}


def test_a_correction_between_the_bills_of_a_quarter_is_no_bill() -> None:
    bills = {(CLOSED - ago, ONE, 20): 3_000 for ago in range(2, MONTHS, 3)}
    corrections = {(CLOSED - ago, ONE, 3 + ago): 30 for ago in range(-1, MONTHS)}
    figures = _figures({**bills, **corrections})
    learnt = rhythm(figures, CLOSED)
    assert learnt.heard(figures, CLOSED + 1) == set()
    assert learnt.sent([ONE], 20, {ONE})[0] > 0.98


@given(
    st.dictionaries(
        st.tuples(
            st.integers(CLOSED - MONTHS - 2, CLOSED + 1),
            st.sampled_from([ONE, OTHER]),
            st.integers(1, DAYS),
        ),
        st.integers(-500, 1000),
        max_size=40,
    ),
    st.integers(0, DAYS),
)
def test_any_bills_give_shares(billed: dict[tuple[int, str, int], int], day: int) -> None:
    learnt = rhythm(_figures(billed), CLOSED)
    for who in ({ONE, OTHER}, {ONE}, set()):
        sent = learnt.sent([ONE, OTHER, NEW], day, who)
        assert ((sent >= 0) & (sent <= 1)).all()


@given(
    st.lists(
        st.dictionaries(st.integers(1, DAYS), st.integers(1, 1000), min_size=1),
        min_size=MONTHS,
        max_size=MONTHS,
    ),
    st.integers(1, DAYS),
)
def test_over_the_months_learnt_from_the_shares_are_right_on_average(
    months: list[dict[int, int]], day: int
) -> None:
    billed = {(CLOSED - a, ONE, d): c for a, bills in enumerate(months) for d, c in bills.items()}
    learnt = rhythm(_figures(billed), CLOSED)
    least = LITTLE * max(sum(m.values()) for m in months)
    months = [m for m in months if sum(m.values()) >= least]
    in_ = [sum(c for d, c in m.items() if d <= day) for m in months]
    true = [i / sum(m.values()) if i >= least else 0.0 for i, m in zip(in_, months, strict=True)]
    told = [learnt.sent([ONE], day, {ONE} if share else set())[0] for share in true]
    assert sum(told) == pytest.approx(sum(true))


@given(
    st.dictionaries(
        st.tuples(
            st.integers(CLOSED - 3, CLOSED), st.sampled_from([ONE, OTHER, NEW]), st.integers(1, 9)
        ),
        st.integers(1, 1000),
        max_size=12,
    ),
    st.randoms(),
)
def test_equal_books_give_equal_floats_in_any_order(
    billed: dict[tuple[int, str, int], int], random: Random
) -> None:
    shuffled = list(billed.items())
    random.shuffle(shuffled)
    one, other = (rhythm(_figures(each), CLOSED) for each in (billed, dict(shuffled)))
    assert one.every.tolist() == other.every.tolist()
    assert {k: v.tolist() for k, v in one.own.items()} == {
        k: v.tolist() for k, v in other.own.items()
    }
