"""A municipal merger on the workers: the old municipality's messages reach the new one's books.

Whatever comes first (messages, reference data, ticks), wherever both stand and whatever crashes, the
figures are those of the same messages in one process.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from schemas.events import AnyEvent, encode, headers
from schemas.outputs import Valuation
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from schemas.reference.mergers import continued
from streams.prognosis.monitor import Monitor, monitors
from streams.workers.partition import owned
from streams.workers.records import SUCCESSOR
from tests.workers.cluster import Broker, Process, run
from tests.workers.world import CODES, LOGGED, declaration, place, rejection, tell, tick

LAST = date(2026, 12, 31)
HEADER = "gemeentecode;naam;regio;opvolger;per\n"
PLAIN = "".join(f"{code};Stad {code};Regio;;\n" for code in CODES)
BOTH = "9901;Oud;Regio;9903;2026-03-01\n9902;Ook oud;Regio;9903;2026-03-01\n9903;Nieuw;Regio;;\n"
CHAIN = "9901;Oud;Regio;9902;2026-03-01\n9902;Tussen;Regio;9903;2026-06-01\n9903;Nieuw;Regio;;\n"
EVENTS: list[tuple[str, AnyEvent]] = [
    ("JW323", declaration(code, number, f"2026-0{1 + number}-20", [1_000 * number, 7]))
    for number in range(4)
    for code in CODES
] + [("JW325", rejection("9901", 2, "2026-03-20", 2_000))]

Step = Callable[[Broker], None]


def documents(towns: str) -> dict[str, ReferenceDocument]:
    loaded = parse_files({"gemeenten.csv": f"{HEADER}{towns}".encode()})
    assert not loaded.problems
    return resolve(loaded)


def load(broker: Broker, towns: str) -> None:
    """What `reference load` does."""
    for code, document in documents(towns).items():
        broker.produce(
            "reference", place(code, broker.partitions), code.encode(), document.encode()
        )


def steps(towns: str, chance: random.Random) -> list[Step]:
    """Messages and reference data in any order, some twice, and ticks; the last tick at the end."""
    told: list[Step] = [lambda b, each=each: tell(b, *each) for each in [*EVENTS, *EVENTS[:5]]]  # type: ignore[misc]
    told += [lambda b: load(b, towns), lambda b: load(b, PLAIN), lambda b: load(b, towns)]
    told += [lambda b: tick(b, date(2026, 2, 1)), lambda b: tick(b, date(2026, 4, 1))]
    chance.shuffle(told)
    return [*told, lambda b: load(b, towns), lambda b: tick(b, LAST)]


def finished(
    towns: str, seed: int, partitions: int = 2, crash_at: frozenset[int] = frozenset()
) -> Broker:
    """A broker after all steps; half of them come while the worker has seen the first half."""
    broker = Broker(partitions, crash_at=crash_at)
    taken = steps(towns, random.Random(seed))
    for part in (taken[: len(taken) // 2], taken[len(taken) // 2 :]):
        for step in part:
            step(broker)
        run(broker, 7)
    return broker


def expected(towns: str, events: Sequence[tuple[str, AnyEvent]] = EVENTS) -> dict[str, Valuation]:
    """What the same messages say in one process; a town without messages is valued on Kafka too."""
    known = documents(towns)
    found = {code: Monitor(code) for code in known if continued(code, known, LAST) == code}
    for code, monitor in found.items():
        monitor.refer(known[code])
        monitor.tick(LAST)
    found |= {each.municipality: each for each in monitors((e for _, e in events), known, LAST)}
    valued = {code: monitor.valuation() for code, monitor in found.items()}
    return {code: valuation for code, valuation in valued.items() if valuation}


@pytest.mark.parametrize("partitions", [1, 2, 5])
@pytest.mark.parametrize("towns", [BOTH, CHAIN])
def test_the_figures_are_those_of_one_process_in_any_order(towns: str, partitions: int) -> None:
    wanted = expected(towns)
    assert set(wanted) == {"9903"}
    for seed in range(5):
        broker = finished(towns, seed, partitions)
        assert broker.figures() == wanted, seed
        assert not broker.letters()


def test_a_crash_at_any_effect_changes_nothing_in_the_end() -> None:
    calm = finished(CHAIN, 3)
    for effect in range(1, calm.effects + 1):
        broker = finished(CHAIN, 3, crash_at=frozenset([effect]))
        assert broker.figures() == calm.figures(), effect


def test_a_worker_that_starts_anew_has_the_same_books() -> None:
    broker = finished(BOTH, 5)
    restored = [*Process(broker, 7).worker.partitions.values()]
    held = {code: each for partition in restored for code, each in partition.monitors.items()}
    assert held["9903"].valuation() == broker.figures()["9903"]
    assert held["9901"].valuation() is held["9902"].valuation() is None


def test_before_the_merger_each_has_its_own_figures_and_afterwards_one_is_taken_away() -> None:
    broker = Broker()
    load(broker, BOTH)
    for kind, event in EVENTS[:3]:
        tell(broker, kind, event)
    tick(broker, date(2026, 2, 28))
    run(broker, 7)
    assert {code: each.total.lines for code, each in broker.figures().items()} == dict.fromkeys(
        CODES, 2
    )
    tick(broker, date(2026, 3, 1))
    run(broker, 7)
    assert {code: each.total.lines for code, each in broker.figures().items()} == {"9903": 6}
    assert [each.value for each in broker.outputs if each.key == b"9901"][-1] is None


def test_a_municipality_that_was_followed_up_leaves_the_metrics() -> None:
    broker = Broker()
    load(broker, BOTH)
    tick(broker, date(2026, 2, 28))
    process = Process(broker, 7)
    now = process.run(0.0)
    partitions = process.worker.partitions.values()
    assert {each.municipality for each in owned(partitions)} == set(CODES)
    tick(broker, date(2026, 3, 1))
    process.run(now)
    assert {each.municipality for each in owned(partitions)} == {"9903"}


def test_a_message_for_the_old_municipality_counts_after_the_merger_too() -> None:
    broker = finished(BOTH, 1)
    late = ("JW323", declaration("9901", 9, "2026-11-20", [500]))
    tell(broker, *late)
    run(broker, 7)
    assert broker.figures() == expected(BOTH, [*EVENTS, late])


def test_a_merger_that_is_called_off_gives_the_old_one_its_figures_back() -> None:
    broker = finished(BOTH, 1)
    load(broker, PLAIN)
    run(broker, 7)
    assert broker.figures() == expected(PLAIN)


def test_loading_the_same_reference_data_again_sends_nothing_again() -> None:
    broker = finished(BOTH, 1)
    before = {
        where: len(log) for where, log in broker.inputs.items() if "reference" not in where[0]
    }
    load(broker, BOTH)
    run(broker, 7)
    assert {where: len(broker.inputs[where]) for where in before} == before


def test_a_copy_for_a_municipality_that_follows_nobody_up_counts_nowhere() -> None:
    broker = finished(PLAIN, 1)
    event = declaration("9901", 8, "2026-01-20", [5])
    marked = [*headers("JW323", event, LOGGED), (SUCCESSOR, b"9903")]
    value = encode("JW323", event)
    broker.produce("declarations", place("9903", 2), b"9903", value, marked)
    run(broker, 7)
    assert broker.figures() == expected(PLAIN)
    assert not broker.letters()


def test_a_copy_under_another_key_than_it_says_is_refused() -> None:
    broker = finished(PLAIN, 1)
    event = declaration("9901", 8, "2026-01-20", [5])
    marked = [*headers("JW323", event, LOGGED), (SUCCESSOR, b"9903")]
    value = encode("JW323", event)
    broker.produce("declarations", place("9902", 2), b"9902", value, marked)
    run(broker, 7)
    assert [each.reason for each in broker.letters()] == ["is not the municipality of the value"]
