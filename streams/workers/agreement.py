"""The incremental computation against the batch computation, for one municipality at a time.

Both work on the same messages: on one side the figures of a monitor, kept as they came, on the other
every figure straight from its definition. What differs first is named. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from schemas.events import AnyEvent
from schemas.reference.document import ReferenceDocument
from schemas.reference.mergers import continued
from streams.figures.batch import ORACLES, tabulate
from streams.figures.question import Question
from streams.figures.rollup import KEYS, rows
from streams.prognosis.monitor import Monitor
from streams.prognosis.register import FIGURES
from streams.workers.difference import Difference, Row, first_row

YEARS: Final = ("municipality", "year")


@dataclass
class Standing:
    """The messages and reference data that stand under a municipality, also of those it has followed up."""

    events: list[AnyEvent] = field(default_factory=list)
    documents: dict[str, ReferenceDocument] = field(default_factory=dict)
    _measures: dict[tuple[date, tuple[str, ...]], list[Row]] = field(default_factory=dict)

    def measures(self, as_of: date, by: tuple[str, ...]) -> list[Row]:
        """The measures by the batch computation, made once: of a city they take minutes."""
        if (as_of, by) not in self._measures:
            self._measures[as_of, by] = list(tabulate(self.events, self.documents, as_of, by))
        return self._measures[as_of, by]


def standing(
    events: Iterable[AnyEvent], documents: Mapping[str, ReferenceDocument], as_of: date
) -> dict[str, Standing]:
    """What stands under each municipality on an as-of date."""
    origins: dict[str, Standing] = defaultdict(Standing)
    for event in events:
        origins[event["municipality"]].events.append(event)
    for code, document in documents.items():
        origins[code].documents[code] = document
    found: dict[str, Standing] = defaultdict(Standing)
    for origin in sorted(origins):
        under = found[continued(origin, documents, as_of)]
        under.events += origins[origin].events
        under.documents |= origins[origin].documents
    return found


def figure_differences(
    monitor: Monitor, theirs: Standing, names: Iterable[str] = ()
) -> Iterator[Difference]:
    """The first difference in the measures, and in each figure named.

    `theirs` is what stands under the municipality on the monitor's as-of date.
    """
    as_of = monitor.as_of
    if as_of is None:
        return
    code = monitor.municipality
    for by in (YEARS, tuple(KEYS)):
        parts = monitor.by_referrer() if "referrer" in by else monitor.parts()
        found = first_row(rows(parts, by), theirs.measures(as_of, by), by)
        if found:
            yield Difference("measures", found[0], code, *found[1:])
            break
    for name in sorted(names):
        yield from _figure(name, monitor, theirs, as_of)


def _figure(name: str, monitor: Monitor, theirs: Standing, as_of: date) -> Iterator[Difference]:
    kept = FIGURES[name]
    whole = tuple(key for key in KEYS if key in kept.keys)
    for by in (tuple(key for key in whole if key == "municipality"), whole):
        question = Question(as_of, as_of.year, by)
        ours = kept.compute(monitor.parts(), question)
        found = first_row(ours, ORACLES[name](theirs.events, theirs.documents, question), by)
        if found:
            yield Difference(name, found[0], monitor.municipality, *found[1:])
            return


def checkable() -> list[str]:
    """The figures that have both an incremental and a batch computation."""
    return sorted(FIGURES.keys() & ORACLES.keys())
