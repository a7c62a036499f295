"""`reconcile` finds nothing where nothing is wrong, and names exactly the place that was damaged."""

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from schemas.outputs import Valuation
from streams.workers.difference import Difference, differing, first_row
from streams.workers.reconcile import Evidence, Verdict, verdicts
from streams.workers.records import Reader
from streams.workers.sources import Entry, Sources
from streams.workers.topics import FIGURES
from tests.workers.cluster import PREFIX, Broker, Process, run
from tests.workers.test_mergers import BOTH, CHAIN, finished
from tests.workers.world import CODES, declaration, place, poison, refer, tell, tick, world

AGES = 1_000_000  # milliseconds: long after the last change


@dataclass
class Kept:
    """What a broker holds, ready to be damaged."""

    broker: Broker
    table: dict[int, dict[str, Entry]]
    figures: dict[str, tuple[Valuation | None, int]]
    letters: set[tuple[str, int, int]]
    running: bool = True
    now: int = AGES
    committed: dict[tuple[str, int], int] = field(default_factory=dict)

    def judged(self, *names: str) -> dict[str | None, Verdict]:
        """The verdicts by municipality."""
        reader = Reader(PREFIX, self.broker.partitions)
        sources = Sources(reader, self.table, self.committed, frozenset(self.letters))
        for log in self.broker.inputs.values():
            for record in log:
                sources.read(record)
        published: dict[str, frozenset[str]] = defaultdict(frozenset)
        for alert in self.broker.alerts():
            published[alert.municipality] |= {alert.id}
        evidence = Evidence(sources, self.figures, published, self.running, self.now, 1.0)
        return {each.municipality: each for each in verdicts(evidence, frozenset(), names)}

    def differences(self) -> list[Difference]:
        """All differences that are found."""
        return [each for verdict in self.judged().values() for each in verdict.differences]

    def change(self, partition: int, key: str, value: bytes) -> None:
        """Another record in the changelog."""
        self.table[partition][key] = Entry(value, 999, 50_000)


def kept(broker: Broker) -> Kept:
    """What a broker holds after its worker has ended; a changelog record is a second younger than the last."""
    table: dict[int, dict[str, Entry]] = {}
    for partition, log in broker.changelog.items():
        entries = enumerate(log)
        table[partition] = {key: Entry(value, at, 1_000 * at) for at, (key, value) in entries}
    sent = [each for each in broker.outputs if each.topic == FIGURES]
    figures: dict[str, tuple[Valuation | None, int]] = {
        each.key.decode(): (
            Valuation.model_validate_json(each.value) if each.value else None,
            100_000,
        )
        for each in sent
    }
    letters = {
        (letter.topic.removeprefix(PREFIX), letter.partition or 0, letter.offset or 0)
        for letter in broker.letters()
    }
    committed = {
        (topic.removeprefix(PREFIX), partition): offset
        for (topic, partition), offset in broker.committed.items()
    }
    return Kept(broker, table, figures, letters, committed=committed)


@pytest.fixture
def sound() -> Kept:
    """A world with duplicates and poison, processed to its end."""
    broker = Broker()
    world(broker)
    run(broker, 6)
    return kept(broker)


def messages(table: dict[int, dict[str, Entry]]) -> list[tuple[int, str]]:
    """Partition and key of every message in the table."""
    return [(number, key) for number, part in table.items() for key in part if key[:2] == "JW"]


def test_a_sound_world_agrees(sound: Kept) -> None:
    """Also where poison stands among the good records."""
    assert len(sound.letters) == poison(Broker())
    judged = sound.judged()
    assert {code: verdict.status for code, verdict in judged.items()} == dict.fromkeys(
        CODES, "klopt"
    )
    assert {code: judged[code].declared_cents for code in CODES} == {
        code: found.total.declared_cents for code, (found, _) in sound.figures.items() if found
    }
    assert sum(verdict.messages for verdict in judged.values()) == len(messages(sound.table))


@pytest.mark.parametrize("crash", [7, 23, 60])
def test_a_world_that_crashed_agrees_as_well(crash: int) -> None:
    broker = Broker(crash_at=frozenset([crash]))
    world(broker)
    run(broker, 6)
    assert {each.status for each in kept(broker).judged().values()} == {"klopt"}


@pytest.mark.parametrize("towns", [BOTH, CHAIN])
def test_a_merger_agrees_and_a_copy_that_got_lost_is_named(towns: str) -> None:
    merged = kept(finished(towns, 3))
    judged = merged.judged()
    assert {each.status for each in judged.values()} == {"klopt"}
    assert judged["9903"].lines == 24
    partition, key = next(each for each in messages(merged.table) if ">9903" in each[1])
    del merged.table[partition][key]
    assert [each.problem for each in merged.differences() if each.check == "table"] == ["missing"]


def test_every_single_entry_that_is_changed_is_named(sound: Kept) -> None:
    for partition, key in messages(sound.table):
        damaged = replace(sound, table={n: dict(part) for n, part in sound.table.items()})
        damaged.change(partition, key, sound.table[partition][key].value.replace(b"9", b"8", 1))
        told = [each for each in damaged.differences() if each.check == "table"]
        assert [(each.problem, f"({key})" in each.place) for each in told] == [("altered", True)]
        assert f"book-changelog:{partition}:999" in told[0].place


def test_every_single_entry_that_is_lost_is_named_with_its_record(sound: Kept) -> None:
    for partition, part in sound.table.items():
        for key in part:
            if key.startswith("alerts:"):
                continue
            damaged = replace(sound, table={n: dict(each) for n, each in sound.table.items()})
            del damaged.table[partition][key]
            (told,) = [each for each in damaged.differences() if each.check == "table"]
            assert told.problem == "missing"
            assert told.place.endswith(f" ({key})")
            assert told.place.split(":")[1] == str(partition)


@pytest.mark.parametrize("key", ["JW323:9901:x:y:z", "ref:9909", "tick:7", "else", "JW323"])
def test_an_entry_that_no_record_accounts_for_is_named(sound: Kept, key: str) -> None:
    sound.change(0, key, b"{}")
    (told,) = sound.differences()
    assert (told.check, told.problem, f"({key})" in told.place) == ("table", "extra", True)


def test_an_alert_that_was_never_published_is_named(sound: Kept) -> None:
    where = place(CODES[0], 2)
    sound.change(where, f"alerts:{CODES[0]}", b'["never"]')
    (told,) = sound.differences()
    assert (told.problem, told.municipality) == ("unpublished", CODES[0])


def test_a_changed_amount_in_the_table_is_found_in_the_figures_too(sound: Kept) -> None:
    partition, key = next(
        each for each in messages(sound.table) if each[1].startswith("JW323:9902")
    )
    event = json.loads(sound.table[partition][key].value)
    event["lines"]["amount"][0] += 1
    sound.change(partition, key, json.dumps(event).encode())
    checks = [each.check for each in sound.differences()]
    assert checks == ["table", "measures", "valuation"]
    (measures,) = [each for each in sound.differences() if each.check == "measures"]
    assert measures.municipality == "9902"
    assert measures.place.startswith("municipality=9902, year=2026: ")
    assert measures.found == measures.expected + 1


def test_a_second_record_of_one_key_that_says_something_else_is_named(sound: Kept) -> None:
    changed = declaration("9901", 3, "2026-02-20", [20_000, 9_004])
    assert changed["number"] == "D3"
    tell(sound.broker, "JW323", changed)
    sound.committed["declarations", place("9901", 2)] += 1
    told = [each for each in sound.differences() if each.problem == "doubled"]
    assert len(told) == 1
    assert told[0].place.count("declarations:") == 2


def test_findings_of_another_version_are_no_other_message(sound: Kept) -> None:
    again = declaration("9901", 3, "2026-02-20", [20_000, 9_003])
    again["findings"] = [{"rule": "CS001", "code": "8001", "path": "Bericht"}]
    tell(sound.broker, "JW323", again)
    assert sound.differences() == []


def test_a_record_without_its_dead_letter_is_named(sound: Kept) -> None:
    for letter in sorted(sound.letters):
        fewer = replace(sound, letters=sound.letters - {letter})
        (told,) = fewer.differences()
        assert (told.problem, told.place) == ("unlettered", ":".join(map(str, letter)))


def test_a_record_that_was_refused_over_a_defect_is_missing_until_it_is_retried(
    sound: Kept,
) -> None:
    partition, key = messages(sound.table)[0]
    del sound.table[partition][key]
    told = [each for each in sound.differences() if each.check == "table"]
    assert [each.problem for each in told] == ["missing"]


def test_what_waits_to_be_processed_is_behind_and_not_wrong(sound: Kept) -> None:
    tell(sound.broker, "JW323", declaration("9901", 50, "2026-05-20", [1]))
    sound.broker.produce("declarations", place("9901", 2), b"9901", b"{", [])
    verdict = sound.judged()["9901"]
    assert (verdict.status, verdict.differences) == ("loopt achter", [])
    assert verdict.behind == ["1 berichten wachten op verwerking"]
    sound.running = False
    assert sound.judged()["9901"].status == "verouderd"
    assert sound.judged()["9902"].status == "klopt"


def test_a_municipality_of_which_nothing_was_read_is_behind() -> None:
    broker = Broker()
    tell(broker, "JW323", declaration("9901", 1, "2026-01-20", [5]))
    assert kept(broker).judged()["9901"].status == "loopt achter"


def test_a_tick_that_waits_is_behind(sound: Kept) -> None:
    tick(sound.broker, date(2027, 12, 31))
    assert sound.judged()[None].status == "loopt achter"
    assert sound.differences() == []


def test_a_valuation_from_before_the_last_change_is_stale_for_a_while(sound: Kept) -> None:
    tell(sound.broker, "JW323", declaration("9901", 50, "2026-05-20", [1]))
    process = Process(sound.broker, 1_000)
    process.run(1.0)
    later = kept(sound.broker)
    later.figures = sound.figures
    partition = place("9901", 2)
    (key,) = later.table[partition].keys() - sound.table[partition].keys()
    entry = later.table[partition][key]
    later.table[partition][key] = replace(entry, timestamp=200_000)
    later.now = 201_000
    assert later.judged()["9901"].behind == ["het cijfer is van voor de laatste wijziging"]
    later.now = AGES
    assert [each.check for each in later.differences()] == ["valuation"]
    later.running = False
    assert later.judged()["9901"].status == "verouderd"


def fields(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every leaf of a valuation and a way to reach it."""
    if isinstance(value, dict):
        return [each for key, one in value.items() for each in fields(one, f"{path}/{key}")]
    if isinstance(value, list):
        return [each for n, one in enumerate(value) for each in fields(one, f"{path}/{n}")]
    return [(path, value)]


def test_every_single_number_of_a_figure_that_is_changed_is_named(sound: Kept) -> None:
    found, sent = sound.figures["9903"]
    assert found
    whole = found.model_dump(mode="json")
    for path, value in fields(whole):
        if not isinstance(value, int | float):
            continue
        damaged = json.loads(json.dumps(whole))
        *way, last = path.strip("/").split("/")
        inner = damaged
        for step in way:
            inner = inner[int(step) if step.isdigit() else step]
        inner[last] = value + 1
        sound.figures["9903"] = Valuation.model_validate(damaged), sent
        (told,) = sound.differences()
        assert (told.check, told.municipality) == ("valuation", "9903")
        assert told.place.split(".")[-1] == last
        assert told.found == pytest.approx(told.expected + 1)


def test_a_figure_of_nothing_and_a_figure_that_is_lost_are_named(sound: Kept) -> None:
    sound.figures["9909"] = sound.figures["9901"]
    del sound.figures["9901"]
    told = {each.problem: each.municipality for each in sound.differences()}
    assert told == {"missing": "9901", "extra": "9901"}


def test_without_a_tick_there_is_no_figure_to_compare() -> None:
    broker = Broker()
    refer(broker)
    tell(broker, "JW323", declaration("9901", 1, "2026-01-20", [5]))
    run(broker, 6)
    (verdict,) = [each for each in kept(broker).judged().values() if each.messages]
    assert (verdict.status, verdict.as_of, verdict.messages) == ("klopt", None, 1)


def test_the_figures_of_the_register_agree_too(sound: Kept) -> None:
    from streams.workers.agreement import checkable

    assert {each.status for each in sound.judged(*checkable()).values()} == {"klopt"}


def test_rows_that_lack_one_or_have_one_too_many() -> None:
    one, two, three = ({"key": n, "cents": n} for n in (1, 2, 3))
    assert first_row([one, three], [one, two, three], ["key"]) == ("missing", "key=2", None, None)
    assert first_row([one, two, three], [one, three], ["key"]) == ("extra", "key=2", None, None)
    assert first_row([one, two | {"cents": 5}], [one, two], ["key"]) == (
        "differs",
        "key=2: cents",
        5,
        2,
    )
    assert first_row([one, two], [one, two], ["key"]) is None


def test_floats_differ_when_more_than_their_last_digits_do() -> None:
    assert not list(differing({"a": 0.1 + 0.2}, {"a": 0.3}))
    assert list(
        differing(
            {"a": [{"product": "45A04", "share": 0.5}]}, {"a": [{"product": "45A04", "share": 0.6}]}
        )
    ) == [("a[45A04].share", 0.5, 0.6)]
