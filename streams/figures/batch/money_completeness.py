"""The oracle of completeness: chain ladder over the lines' months of arrival (Mack 1993), naively.

Inside a month: what of the month's declarations each provider usually has sent by that day.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from statistics import fmean
from typing import Final

from schemas.events import AnyEvent
from streams.figures.batch.money import (
    Documents,
    Fact,
    Row,
    Town,
    areas_of,
    facts_of,
    rounded,
    towns,
)
from streams.figures.question import Question

OLDEST: Final = 24
"""The age, in months after the care month, at which everything counts as declared."""

YEAR: Final = 12
"""Months that tell on which days providers declare."""

BILL: Final = 0.1
"""Less than this share of a provider's largest month is a correction, no bill."""

UNTAUGHT: Final = (0.05, 0.75, 0.90, 0.96, 0.98, 0.99)
"""Shares by age where there is nothing to learn from."""


def completeness(events: Iterable[AnyEvent], documents: Documents, question: Question) -> list[Row]:
    """The rows of `completeness`."""
    rows = []
    for area, known in areas_of(towns(events, documents, question.as_of), question.by):
        facts = [fact for town in known for fact in facts_of(town)]
        shares = _shares(facts, question)
        sent = _sent(known, question.as_of)
        for year in (question.year - 1, question.year):
            for month in (f"{year:04}-{number:02}" for number in range(1, 13)):
                declared = sum(fact.cents for fact in facts if fact.month == month)
                share = _at(shares, _closed(question.as_of) - _number(month) + sent)
                expected = rounded(declared / Fraction(str(share))) if share else None
                row = {"care_month": month, "declared_cents": declared, "declared_share": share}
                rows.append({**area, **row, "expected_cents": expected})
    return rows


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _closed(as_of: date) -> int:
    """The last month that is over at the end of the day."""
    return _number((as_of + timedelta(days=1)).isoformat()) - 1


def _nets(facts: Iterable[Fact]) -> dict[tuple[int, int], int]:
    nets: dict[tuple[int, int], int] = defaultdict(int)
    for fact in facts:
        nets[_number(fact.month), _number(fact.arrived)] += fact.cents
    return nets


def _shares(facts: Iterable[Fact], question: Question) -> list[float]:
    """The share declared at each age, from 0 to `OLDEST`: factors of the last two years' months."""
    closed = _closed(question.as_of)
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


def _at(shares: list[float], age: float) -> float:
    """The share at an age between whole months; nothing of a month to come."""
    if age < 0:
        return 0.0
    if age >= OLDEST:
        return 1.0
    low = int(age)
    return round(shares[low] + (age - low) * (shares[low + 1] - shares[low]), 6)


def _sent(known: Sequence[Town], as_of: date) -> float:
    """The share of this month's declarations that is in, providers weighed by their last year."""
    closed = _closed(as_of)
    if _number(as_of.isoformat()) == closed:
        return 0.0
    billed: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for line in (line for town in known for line in town.lines if line.state != "void"):
        dated = line.event["dated"]
        cents = line["amount"] if line["side"] == "D" else -line["amount"]
        billed[line.event["provider"], _number(dated)].append((int(dated[8:]), cents))
    year = {key: sums for key, sums in billed.items() if closed - YEAR < key[1] <= closed}
    usual: dict[str, int] = defaultdict(int)
    largest: dict[str, int] = defaultdict(int)
    for (provider, _), sums in year.items():
        whole = sum(cents for _, cents in sums)
        usual[provider] += whole
        largest[provider] = max(largest[provider], whole)
    least = {provider: BILL * cents for provider, cents in largest.items()}
    months: dict[str, list[list[float]]] = defaultdict(list)
    for (provider, _), sums in year.items():
        whole = sum(cents for _, cents in sums)
        if whole > 0 and whole >= least[provider]:
            upto = (sum(cents for day, cents in sums if day <= last) for last in range(1, 32))
            months[provider].append(
                [min(1.0, part / whole) if part >= least[provider] else 0.0 for part in upto]
            )
    weights = {provider: cents for provider, cents in usual.items() if cents > 0}
    if not weights:
        return as_of.day / monthrange(as_of.year, as_of.month)[1]
    every = [month for each in months.values() for month in each]
    now = {each: sum(cents for _, cents in billed.get((each, closed + 1), [])) for each in weights}
    heard = {each for each, cents in now.items() if cents > 0 and cents >= least[each]}
    sent = sum(weights[each] * _by_day(months[each], every, as_of.day - 1) for each in heard)
    return sent / sum(weights.values())


def _by_day(own: list[list[float]], every: list[list[float]], day: int) -> float:
    """The mean share in by a day, over how often anything is; two months of all beside one's own."""
    begun = min(place for place in range(31) if any(month[place] > 0 for month in every))
    at = max(day, begun)

    def drawn(values: Iterable[float], all_: Iterable[float]) -> float:
        return (sum(values) + 2 * fmean(all_)) / (len(own) + 2)

    money = drawn((month[at] for month in own), (month[at] for month in every))
    any_ = drawn((month[at] > 0 for month in own), (month[at] > 0 for month in every))
    return money / any_
