"""Renewals: allocations that go on with a former one, beside new ones, by the day of the decision.

A renewal is an allocation that begins within the agreed gap after, or during, an earlier one of the same
client, provider and product (or a product code it was converted from); or the same allocation with a later end than its version before. It has a
new request when its ReferentieAanbieder is not that of what came before (315 or 317; a 317 names no
referrer). The day is the Toewijzingsdatum: that of the first version, or of the version that lengthens.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple

from streams.figures.granted import Granted, granted
from streams.figures.presence import CARE, Client, Values, comparable, tabled
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import Figures
from streams.figures.rounding import ratio
from streams.ledger.allocations import Held

_COLUMNS: Final = (
    "new",
    "new_clients",
    "renewals",
    "renewals_with_request",
    "renewals_by_change",
    "renewals_without_request",
)


class Decision(NamedTuple):
    """That something was allocated: `renews` what came before; `reference` of its new request."""

    one: Granted
    decided: str
    renews: bool
    reference: str | None


def renewals(figures: Sequence[Figures], question: Question) -> list[Row]:
    """New allocations and renewals decided in a year, with and without a new request.

    `renewals_by_change` are those of which the request is a known 317; `new_clients` have no earlier
    decision in what the row is about.
    """
    changes = {
        (each.municipality, said.provider, said.content["reference"])
        for each in figures
        for said in each.book.requests.changes
    }
    counts: dict[Values, Counter[str]] = defaultdict(Counter)
    known: dict[Values, dict[Client, str]] = defaultdict(dict)
    for decision in _decisions(figures, question.gap_days):
        one, values = decision.one, decision.one.values(question.by)
        client = one.figures.municipality, one.held.client
        known[values][client] = min(decision.decided, known[values].get(client, decision.decided))
        if int(decision.decided[:4]) == question.year:
            counts[values].update(_names(decision, changes))
    rows: dict[Values, Row] = {}
    for values, count in counts.items():
        years = [int(decided[:4]) for decided in known[values].values()]
        count["new_clients"] = years.count(question.year)
        rows[*values, question.year] = {name: count[name] for name in _COLUMNS} | {
            "share_without_request": ratio(count["renewals_without_request"], count["renewals"])
        }
    return tabled((*question.by, "year"), rows)


def _names(decision: Decision, changes: set[tuple[str, str, str]]) -> list[str]:
    """What a decision adds one to."""
    if not decision.renews:
        return ["new"]
    if decision.reference is None:
        return ["renewals", "renewals_without_request"]
    one = decision.one
    asked = one.figures.municipality, one.held.provider, decision.reference
    found = ["renewals", "renewals_with_request"]
    return [*found, "renewals_by_change"] if asked in changes else found


def _decisions(figures: Sequence[Figures], gap_days: int) -> Iterator[Decision]:
    name_of = comparable(figures)
    alike: dict[tuple[object, ...], list[Granted]] = defaultdict(list)
    for one in granted(figures):
        yield from _lengthened(one)
        town, content = one.figures.municipality, one.held.content
        code = name_of(town, content.get("code"))
        product = (None, code) if code else (content.get("category"), None)
        alike[town, one.held.client, one.held.provider, *product].append(one)
    for same in alike.values():
        yield from _continued(same, gap_days)


def _lengthened(one: Granted) -> Iterator[Decision]:
    """The versions of an allocation that moved its end to a later day."""
    versions = [held for held in one.chain if not held.deleted]
    references = {versions[0].content.get("reference")}
    end = _end(versions[0])
    for held in versions[1:]:
        reference = held.content.get("reference")
        if _end(held) > end:
            fresh = None if reference in references else reference
            yield Decision(one, held.content["stamp"][:10], renews=True, reference=fresh)
        references.add(reference)
        end = _end(held)


def _continued(same: list[Granted], gap_days: int) -> Iterator[Decision]:
    """The allocations of one client, provider and product: each new, or going on with one before."""
    references: set[str | None] = set()
    end = 0
    same.sort(key=lambda one: one.held.content["begin"])
    for begin, together in groupby(same, key=lambda one: one.held.content["begin"]):
        beginning = list(together)
        for one in beginning:
            reference = one.chain[0].content.get("reference")
            renews = bool(end) and _ordinal(begin) - end - 1 <= gap_days
            fresh = None if reference in references else reference
            yield Decision(one, one.decided, renews, fresh)
        end = max(end, *(_end(one.held) for one in beginning))
        references |= {held.content.get("reference") for one in beginning for held in one.chain}


def _end(held: Held) -> int:
    """The last day as an ordinal; an open end is later than any."""
    content = held.content
    return _ordinal(content["end"]) if "end" in content else date.max.toordinal() + 1


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


RENEWALS: Final = Kept(renewals, CARE, "verlengingen met en zonder nieuw verzoek, naast nieuwe")
