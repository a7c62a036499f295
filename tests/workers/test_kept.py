"""Every prognosis that was shown is kept on the day it was made, once, whatever happens to the worker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kept import Kept, KeptDay
from streams.prognosis.monitor import Monitor
from streams.workers.kept import firsts
from streams.workers.topics import ALERTS, PROGNOSES
from tests.prognosis.test_backtest import kept
from tests.workers.cluster import Broker, Process, run
from tests.workers.test_mergers import BOTH, EVENTS, load
from tests.workers.world import CODES, declaration, place, refer, tell, tell_with_a_defect, tick

if TYPE_CHECKING:
    from schemas.outputs import Valuation

DAYS = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 4, 1), date(2026, 12, 31))


def months(broker: Broker, days: Sequence[date] = DAYS) -> Broker:
    """Declarations between ticks; everything is processed before the next tick comes."""
    refer(broker)
    for number, day in enumerate(days):
        for code in CODES[: number + 1]:
            tell(broker, "JW323", declaration(code, number, day.isoformat(), [20_000, 7 + number]))
        run(broker, 6)
        tick(broker, day)
        run(broker, 6)
    return broker


def first(days: Iterable[KeptDay]) -> dict[tuple[str, date], KeptDay]:
    """What a reader takes for kept."""
    found: dict[tuple[str, date], KeptDay] = {}
    for day in days:
        found.setdefault(day.key, day)
    return found


def whole(day: KeptDay, year: int) -> Kept:
    """The municipality's own prognosis of a year."""
    (found,) = [
        each for each in day.prognoses if each.level == "municipality" and each.year == year
    ]
    return found


def test_what_is_kept_of_a_day_is_what_was_shown() -> None:
    broker = Broker()
    shown: dict[tuple[str, date], Valuation] = {}
    refer(broker)
    for day in DAYS:
        for code in CODES:
            tell(broker, "JW323", declaration(code, day.month, day.isoformat(), [20_000, 9]))
        tick(broker, day)
        run(broker, 1_000)
        shown |= {(code, day): each for code, each in broker.figures().items()}
    found = first(broker.kept())
    assert found.keys() == shown.keys()
    for key, valuation in shown.items():
        names = Kept.model_fields.keys() & valuation.total.model_fields_set - {"budget_line"}
        assert len(names) > 7
        assert whole(found[key], key[1].year).model_dump(include=names) == (
            valuation.total.model_dump(include=names)
        )
        lines = [
            each
            for each in found[key].prognoses
            if each.level == "budget_line" and each.year == key[1].year
        ]
        assert {each.budget_line or "": each.prognosis_cents for each in lines} == {
            line.budget_line: line.prognosis_cents for line in valuation.budget_lines
        }


def test_each_day_is_kept_once_for_every_municipality_with_care() -> None:
    found = months(Broker()).kept()
    assert sorted(day.key for day in found) == sorted(
        (code, day) for number, day in enumerate(DAYS) for code in CODES[: number + 1]
    )
    for day in found:
        assert {(each.municipality, each.as_of) for each in day.prognoses} == {day.key}
        late = {day.as_of.year - 1} if day.as_of.month <= 3 else set()
        assert {each.year for each in day.prognoses} <= late | {day.as_of.year, day.as_of.year + 1}


def test_a_record_has_the_key_and_the_partition_of_its_municipality() -> None:
    broker = months(Broker())
    for each in broker.outputs:
        if each.topic == PROGNOSES:
            day = KeptDay.model_validate_json(each.value or b"")
            code = day.municipality
            assert (each.key, each.partition) == (code.encode(), place(code, broker.partitions))


def test_a_crash_at_any_effect_keeps_the_same() -> None:
    calm = months(Broker(), DAYS[:2])
    expected = first(calm.kept())
    repeated = 0
    for effect in range(1, calm.effects + 1):
        found = months(Broker(crash_at=frozenset([effect])), DAYS[:2]).kept()
        assert first(found) == expected, effect
        repeated += len(found) > len(expected)
    assert repeated, "no crash came between keeping and remembering"


def test_what_comes_later_on_a_day_changes_nothing_that_was_kept() -> None:
    """Messages, a repeated tick, an earlier one, a worker that starts anew: figures move, no more."""
    broker = months(Broker())
    before = broker.kept()
    shown = broker.figures()["9901"].total.prognosis_cents
    tell(broker, "JW323", declaration("9901", 8, "2026-12-30", [70_000]))
    tell(broker, "JW323", declaration("9903", 9, "2026-12-30", [5]))
    run(broker, 6)
    for day in (DAYS[-1], DAYS[0]):
        tick(broker, day)
        run(broker, 6)
    assert broker.figures()["9901"].total.prognosis_cents != shown
    assert broker.kept() == before


def test_of_ticks_that_waited_together_the_last_day_is_kept() -> None:
    """A worker that was away over the weekend, or reads all topics anew: only that day was shown."""
    broker = Broker()
    refer(broker)
    for number, day in enumerate(DAYS):
        tell(broker, "JW323", declaration("9901", number, day.isoformat(), [20_000]))
        tick(broker, day)
    run(broker, 1_000)
    (kept_day,) = broker.kept()
    assert kept_day.key == ("9901", DAYS[-1])
    assert whole(kept_day, 2026).declared_cents == 20_000 * len(DAYS)


def test_after_a_merger_only_the_successor_is_kept() -> None:
    broker = Broker()
    load(broker, BOTH)
    for kind, event in EVENTS[:3]:
        tell(broker, kind, event)
    run(broker, 7)
    for day in DAYS[:2]:
        tick(broker, day)
        run(broker, 7)
    assert {day.key for day in broker.kept()} == {
        *((code, DAYS[0]) for code in CODES),
        ("9903", DAYS[1]),
    }


def test_what_is_kept_and_shown_is_as_if_made_from_nothing() -> None:
    """Both learn from one past, whoever looks first: what changed in closed months is noticed by each."""
    broker = Broker()
    refer(broker)
    for number in range(15):
        dated = f"{2025 + number // 12}-{number % 12 + 1:02}-20"
        tell(broker, "JW323", declaration("9901", number, dated, [20_000 + number]))
    process, now = Process(broker, 1_000), 0.0
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)):
        tick(broker, day)
        now = process.run(now)
        held = Process(broker, 1_000).worker.partitions.values()
        afresh = {code: each for part in held for code, each in part.monitors.items()}
        assert broker.figures() == {code: each.valuation() for code, each in afresh.items()}
        (kept_day,) = [each for each in broker.kept() if each.as_of == day]
        assert [*kept_day.prognoses] == afresh["9901"].prognoses()
        tell(broker, "JW323", declaration("9901", 50 + day.day, "2026-02-27", [90_000]))


def test_a_defect_in_keeping_costs_no_valuation_and_no_alert(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calm = months(Broker())

    def spoil(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Monitor, "prognoses", spoil)
    broker = months(Broker())
    assert broker.kept() == []
    assert broker.figures() == calm.figures()
    assert [each for each in broker.outputs if each.topic == ALERTS] == [
        each for each in calm.outputs if each.topic == ALERTS
    ]


def test_a_spoiled_book_is_kept_after_it_is_rebuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept can't be taken back, as a valuation can."""
    broker = Broker()
    tell_with_a_defect(broker, monkeypatch)
    tick(broker, DAYS[0])
    run(broker, 1_000)
    (kept_day,) = broker.kept()
    assert whole(kept_day, 2026).declared_cents == 500


@dataclass(frozen=True)
class Published:
    """A record as the reader gets it."""

    value: bytes | None
    timestamp: int
    topic: str = PROGNOSES
    partition: int = 0
    offset: int = 0
    key: bytes | None = b"9901"
    headers: tuple[tuple[str, bytes], ...] = ()


def published(day: KeptDay, made: datetime) -> Published:
    return Published(day.model_dump_json().encode(), round(made.timestamp() * 1000))


@given(st.lists(st.sampled_from(DAYS), max_size=12))
def test_of_a_day_that_was_published_again_the_first_counts(order: list[date]) -> None:
    """Whole: no line of the one beside a line of the other."""
    made = [
        KeptDay(
            municipality="9901",
            as_of=day,
            prognoses=(
                kept(prognosis=cents, as_of=day),
                kept(prognosis=cents, level="budget_line"),
            ),
        )
        for cents, day in enumerate(order)
    ]
    now = datetime(2026, 12, 31, tzinfo=UTC)
    assert [day for day, _ in firsts(published(each, now) for each in made)] == list(
        first(made).values()
    )


@pytest.mark.parametrize(
    ("made", "prompt"),
    [
        (datetime(2026, 3, 1, 6, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 23, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 3, 0, 0, tzinfo=UTC), False),
        (datetime(2026, 2, 27, 12, tzinfo=UTC), True),
    ],
)
def test_a_day_that_was_made_afterwards_says_so(made: datetime, prompt: bool) -> None:  # noqa: FBT001 - a column of the table
    day = KeptDay(municipality="9901", as_of=date(2026, 3, 1), prognoses=())
    assert list(firsts([published(day, made)])) == [(day, prompt)]


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"municipality": "9901"}'])
def test_what_is_no_kept_day_is_passed_over(value: bytes | None) -> None:
    assert list(firsts([Published(value, 0)])) == []
