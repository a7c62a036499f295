"""Topics against table against batch, per municipality: what `budgetwacht reconcile` decides.

(a) the table holds what the input topics say (`sources`); (b) the figures that follow from the table by
the incremental computation are those of the batch computation over the topics' messages; (c) the
latest valuation on `figures` is the one that follows from the table. Pure: evidence in, verdicts out.

What is merely behind is no difference: records that no worker has committed yet, and a valuation that
is older than the last change of its book while a worker may still be about to value it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from schemas.errors import BudgetwachtError
from schemas.events import KINDS, AnyEvent, decode
from schemas.outputs import Valuation
from schemas.reference.document import ReferenceDocument
from streams.prognosis.monitor import Monitor, monitors
from streams.workers.agreement import YEARS, Standing, figure_differences, standing
from streams.workers.difference import Difference, differing
from streams.workers.partition import Partition, kind_in, municipality_of
from streams.workers.sources import Entry, Sources

Status = Literal["klopt", "loopt achter", "verouderd", "verschilt"]

GRACE: Final = 10_000
"""Milliseconds beside twice the valuation interval in which a worker is given time to value a book."""


@dataclass
class Verdict:
    """What holds for a municipality; without a code for what belongs to none.

    `messages` and `lines` count those that stand in the table, `declared_cents` is by the batch.
    `behind` says what is not there yet, in Dutch.
    """

    municipality: str | None
    name: str = ""
    as_of: date | None = None
    messages: int = 0
    lines: int = 0
    declared_cents: int = 0
    differences: list[Difference] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    status: Status = "klopt"


@dataclass(frozen=True)
class Evidence:
    """What was read from the broker.

    `figures` has the latest valuation of each municipality and when it was sent (milliseconds since
    1970), None for one that was taken away; `published` the ids on `alerts`; `running` is whether a
    worker is there; `now` in the same milliseconds.
    """

    sources: Sources
    figures: Mapping[str, tuple[Valuation | None, int]]
    published: Mapping[str, frozenset[str]]
    running: bool
    now: int
    interval: float
    _standing: dict[date, dict[str, Standing]] = field(default_factory=dict)

    def standing(self, as_of: date) -> dict[str, Standing]:
        """What stands under each municipality; partitions mostly have one as-of date."""
        if as_of not in self._standing:
            sources = self.sources
            self._standing[as_of] = standing(sources.events, sources.documents, as_of)
        return self._standing[as_of]


def verdicts(evidence: Evidence, only: frozenset[str], names: Sequence[str]) -> Iterator[Verdict]:
    """A verdict for each municipality (`only` these, or all), in order of code; then for what has none."""
    sources = evidence.sources
    found: dict[str | None, list[Difference]] = defaultdict(list)
    for difference in sources.differences(evidence.published):
        found[difference.municipality].append(difference)
    books = _books(sources)
    codes = {*books, *evidence.figures, *(code for code in (*found, *sources.waiting) if code)}
    for code in sorted(codes & only if only else codes):
        yield _verdict(code, books.get(code), found[code], evidence, names)
    rest = Verdict(None, differences=found[None])
    if not only and (rest.differences or sources.waiting.get(None)):
        _behind(rest, sources.waiting.get(None, 0), running=evidence.running)
        yield rest


def folder_verdicts(
    events: Sequence[AnyEvent],
    documents: Mapping[str, ReferenceDocument],
    as_of: date,
    only: frozenset[str],
    names: Sequence[str],
) -> Iterator[Verdict]:
    """(b) alone, over a set of messages: incremental against batch for each municipality."""
    whole = standing(events, documents, as_of)
    for monitor in monitors(events, documents, as_of):
        code = monitor.municipality
        if only and code not in only:
            continue
        verdict = Verdict(code, monitor.document.name or "", as_of)
        _count(verdict, whole[code])
        verdict.differences += figure_differences(monitor, whole[code], names)
        _judge(verdict, running=True)
        yield verdict


@dataclass
class _Book:
    """A municipality as the table remembers it, and when it last changed."""

    monitor: Monitor
    changed: int


def _books(sources: Sources) -> dict[str, _Book]:
    found = {}
    for number, whole in sources.table.items():
        part = {key: entry for key, entry in whole.items() if _sound(key, entry)}
        partition = Partition(number, {key: entry.value for key, entry in part.items()})
        changed: dict[str, int] = defaultdict(int)
        for key, entry in part.items():
            if kind_in(key) != "alerts":
                code = municipality_of(key)
                changed[code] = max(changed[code], entry.timestamp)
        ticked = changed[str(number)]
        for code, monitor in partition.monitors.items():
            found[code] = _Book(monitor, max(changed[code], ticked))
    return found


def _sound(key: str, entry: Entry) -> bool:
    """Whether an entry can be recalled; one that can't was found to be altered or extra."""
    with suppress(BudgetwachtError, ValueError, TypeError):
        kind, code = kind_in(key), municipality_of(key)
        if kind in KINDS:
            decode(kind, entry.value)
        elif kind == "ref":
            return ReferenceDocument.decode(entry.value).code == code
        elif kind == "tick":
            date.fromisoformat(entry.value.decode())
        else:
            return kind == "alerts" and bool(frozenset(json.loads(entry.value)))
        return True
    return False


def _verdict(
    code: str,
    book: _Book | None,
    differences: list[Difference],
    evidence: Evidence,
    names: Sequence[str],
) -> Verdict:
    sources = evidence.sources
    verdict = Verdict(code, differences=differences)
    verdict.messages = sum(1 for event in sources.events if event["municipality"] == code)
    if book is not None:
        monitor = book.monitor
        verdict.name, verdict.as_of = monitor.document.name or "", monitor.as_of
        if monitor.as_of is not None and not monitor.ended:
            theirs = evidence.standing(monitor.as_of)[code]
            _count(verdict, theirs)
            differences.extend(figure_differences(monitor, theirs, names))
    _behind(verdict, sources.waiting.get(code, 0), running=evidence.running)
    _value(verdict, book, evidence)
    return verdict


def _count(verdict: Verdict, theirs: Standing) -> None:
    verdict.messages = len(theirs.events)
    if verdict.as_of is not None:
        for row in theirs.measures(verdict.as_of, YEARS):
            verdict.lines += row["lines"]
            verdict.declared_cents += row["declared_cents"]


def _behind(verdict: Verdict, waiting: int, *, running: bool) -> None:
    if waiting:
        verdict.behind.append(f"{waiting} berichten wachten op verwerking")
    _judge(verdict, running=running)


def _judge(verdict: Verdict, *, running: bool) -> None:
    if verdict.differences:
        verdict.status = "verschilt"
    elif verdict.behind:
        verdict.status = "loopt achter" if running else "verouderd"


def _value(verdict: Verdict, book: _Book | None, evidence: Evidence) -> None:
    """(c): the valuation on the topic against that of the book."""
    said, sent = evidence.figures.get(verdict.municipality or "", (None, 0))
    expected = book.monitor.valuation() if book else None
    first = _first_field(said, expected)
    if first is None:
        return
    if book and book.changed > sent and _may_come(book, evidence):
        verdict.behind.append("het cijfer is van voor de laatste wijziging")
    elif verdict.behind:
        verdict.behind.append("het cijfer is van voor wat nog wacht")
    else:
        verdict.differences.append(Difference("valuation", *first))
    _judge(verdict, running=evidence.running)


def _may_come(book: _Book, evidence: Evidence) -> bool:
    """Whether a worker may still be about to value a book, or none is there to do it."""
    patience = 2_000 * evidence.interval + GRACE
    return not evidence.running or evidence.now - book.changed < patience


def _first_field(found: Valuation | None, expected: Valuation | None) -> Any:
    """(problem, municipality, place, found, expected) of the first field that differs, or None."""
    if found is None and expected is None:
        return None
    if found is None or expected is None:
        code = (found or expected).municipality  # type: ignore[union-attr] # one of the two is there
        return "extra" if found else "missing", code, "het cijfer op figures"
    for path, one, other in differing(
        found.model_dump(mode="json"), expected.model_dump(mode="json")
    ):
        return "differs", expected.municipality, path, one, other
    return None
