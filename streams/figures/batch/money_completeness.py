"""The oracle of completeness: chain ladder over the lines' months of arrival (Mack 1993), naively."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from typing import Final

from schemas.events import AnyEvent
from streams.figures.batch.money import Documents, Fact, Row, areas_of, facts_of, rounded, towns
from streams.figures.question import Question

OLDEST: Final = 18
"""The age, in months after the care month, at which everything counts as declared."""

UNTAUGHT: Final = (0.05, 0.75, 0.90, 0.96, 0.98, 0.99)
"""Shares by age where there is nothing to learn from."""


def completeness(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `completeness`."""
    rows = []
    for area, known in areas_of(towns(events, documents, question.as_of), question.by):
        facts = [fact for town in known for fact in facts_of(town)]
        shares = _shares(facts, question)
        for year in (question.year - 1, question.year):
            for month in (f"{year:04}-{number:02}" for number in range(1, 13)):
                declared = sum(fact.cents for fact in facts if fact.month == month)
                share = _at(shares, month, question)
                expected = rounded(declared / Fraction(str(share))) if share else None
                row = {"care_month": month, "declared_cents": declared, "declared_share": share}
                rows.append({**area, **row, "expected_cents": expected})
    return rows


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _nets(facts: Iterable[Fact]) -> dict[tuple[int, int], int]:
    nets: dict[tuple[int, int], int] = defaultdict(int)
    for fact in facts:
        nets[_number(fact.month), _number(fact.arrived)] += fact.cents
    return nets


def _shares(facts: Iterable[Fact], question: Question) -> list[float]:
    """The share declared at each age, from 0 to `OLDEST`: factors of the last two years' months."""
    tomorrow = question.as_of + timedelta(days=1)
    closed = _number(tomorrow.isoformat()) - 1
    months: dict[int, list[int]] = defaultdict(lambda: [0] * (OLDEST + 1))
    for (care, known), cents in _nets(facts).items():
        if cents and closed - 24 < care <= closed and known <= closed:
            age = min(max(known - care, 0), OLDEST)
            for later in range(age, OLDEST + 1):
                months[care][later] += cents
    shares = [1.0]
    for age in range(OLDEST - 1, -1, -1):
        seen = [upto for care, upto in months.items() if care + age + 1 <= closed]
        here, there = sum(upto[age] for upto in seen), sum(upto[age + 1] for upto in seen)
        usual = UNTAUGHT[age] if age < len(UNTAUGHT) else 1.0
        learnt = len(seen) >= 2 and there > 0
        share = shares[0] * max(0.0, here / there) if learnt else min(shares[0], usual)
        shares.insert(0, min(1.0, share))
    return shares


def _at(shares: list[float], month: str, question: Question) -> float:
    """The share at the month's age on the as-of date, days counted; nothing of a month to come."""
    as_of = question.as_of
    if month > as_of.isoformat()[:7]:
        return 0.0
    tomorrow = as_of + timedelta(days=1)
    length = (as_of.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    part = 1.0 if tomorrow.day == 1 else as_of.day / length.day
    age = _number(as_of.isoformat()) - _number(month) - 1 + part
    if age < 0:
        return 0.0
    if age >= OLDEST:
        return 1.0
    low = int(age)
    return round(shares[low] + (age - low) * (shares[low + 1] - shares[low]), 6)
