"""Who sends children into care: allocations and money by type of referrer (COD327).

Two keys part what the messages tell. `referrer` is the type in the request (315) that an allocation
names, None when none is known. `request` says why: `toewijzing` a known 315; `wijziging` a known 317,
which names no referrer; `geen` an allocation without ReferentieAanbieder, which the municipality made
itself (IV097: its own access, beside type 01); `onbekend` a request or an allocation we do not have.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from streams.figures.granted import granted
from streams.figures.presence import CARE, Values, tabled
from streams.figures.question import Kept, Question, Row
from streams.figures.referrers import referrer_of, split
from streams.figures.rollup import Figures, Tally, tallies
from streams.figures.rounding import ratio
from streams.ledger.allocations import Chain
from streams.ledger.book import Book

Sent = tuple[str | None, str]
"""The two keys: `referrer` and `request`."""


def referrers(figures: Sequence[Figures], question: Question) -> list[Row]:
    """The allocations decided in a year, and the declared and committed money of its care months."""
    counts: Counter[Values] = Counter()
    for one in granted(figures):
        if int(one.decided[:4]) == question.year:
            book = one.figures.book
            own = book.allocations.chain(one.held.content["number"])
            counts[*one.values(question.by), *_sent(book, own)] += 1
    money = _money(figures, question)
    rows = {
        values: _measures(counts[values], money.get(values, Tally()))
        for values in counts.keys() | money.keys()
    }
    _add_shares(rows)
    by = (*question.by, "year", "referrer", "request")
    found = {
        (*values[:-2], question.year, *values[-2:]): row
        for values, row in rows.items()
        if any(row.values())
    }
    return tabled(by, found)


def _money(figures: Sequence[Figures], question: Question) -> dict[Values, Tally]:
    parts: dict[Sent, list[Figures]] = defaultdict(list)
    for each in figures:
        for sent, part in split(each, each.book, _sent).items():
            parts[sent].append(part)
    return {
        (*values, *sent): tally
        for sent, some in parts.items()
        for values, tally in tallies(some, question.by, [f"{question.year:04}"]).items()
    }


def _measures(allocations: int, tally: Tally) -> Row:
    return {
        "allocations": allocations,
        "share_of_allocations": None,
        "clients": tally.counted_clients,
        "declared_cents": tally.declared,
        "share_of_money": None,
        "committed_cents": tally.committed.cents(),
    }


def _add_shares(rows: dict[Values, Row]) -> None:
    """Give each row its share in all rows that differ from it in referrer and request alone."""
    totals: dict[Values, Counter[str]] = defaultdict(Counter)
    for values, row in rows.items():
        for name in ("allocations", "declared_cents"):
            totals[values[:-2]][name] += row[name]
    for values, row in rows.items():
        total = totals[values[:-2]]
        row["share_of_allocations"] = ratio(row["allocations"], total["allocations"])
        row["share_of_money"] = ratio(row["declared_cents"], total["declared_cents"])


def _sent(book: Book, chain: Chain) -> Sent:
    referrer = referrer_of(book, chain)
    if referrer is not None:
        return referrer, "toewijzing"
    asked = [
        (held.provider, held.content["reference"]) for held in chain if "reference" in held.content
    ]
    if chain and not asked:
        return None, "geen"
    changed = any(book.requests.changes.get(*each) for each in asked)
    return None, "wijziging" if changed else "onbekend"


REFERRERS: Final = Kept(referrers, CARE, "verwijzers: deel van de toewijzingen en van het geld")
