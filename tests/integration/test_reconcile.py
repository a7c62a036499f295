"""`reconcile` on a real broker: all agrees after a region was taken in, and damage is named by its place."""

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient

from streams.workers.reading import records
from streams.workers.topics import CHANGELOG, FIGURES
from tests.integration.installation import Installation, eventually
from tests.workers.world import declaration, refer, tell, tick

pytestmark = pytest.mark.integration


@pytest.fixture
def taken_in(installation: Installation, region: Path) -> Installation:
    """A region in the books, valued; the worker has stopped."""
    worker = installation.worker("worker")
    worker.begin()
    try:
        installation.run("reference", "load", region / "referentie")
        installation.run("ingest", region / "berichten")
        installation.run("tick", "--as-of", "2025-09-30")
        eventually(lambda: installation.lag() == 0, "all committed", 180)
        eventually(lambda: bool(installation.figures()), "figures")
        out, _ = installation.run("reconcile")
    finally:
        worker.stop()
    assert out.count(": klopt, ") == len(out.splitlines()) == 3, out
    return installation


def reconciled(installation: Installation, *options: str) -> list[dict[str, Any]]:
    """All that `reconcile` says, when something differs."""
    out, _ = installation.run("reconcile", "--format", "json", *options, code=1)
    found: list[dict[str, Any]] = json.loads(out)
    return found


def differences(found: list[dict[str, Any]], check: str) -> list[dict[str, Any]]:
    return [each for one in found for each in one["differences"] if each["check"] == check]


def test_a_region_agrees_until_one_record_of_each_kind_is_damaged(taken_in: Installation) -> None:
    settings = taken_in.settings
    out, _ = taken_in.run("reconcile", "--figures", "--municipality", "9903")
    assert out.startswith("9903 "), out
    assert ": klopt, " in out

    entry = next(
        each for each in records(settings, CHANGELOG) if (each.key or b"").startswith(b"JW323:9902")
    )
    damaged = json.loads(entry.value or b"")
    damaged["lines"]["amount"][0] += 1
    taken_in.produce(CHANGELOG, entry.partition, entry.key, json.dumps(damaged).encode())
    found = reconciled(taken_in)
    (named,) = differences(found, "table")
    assert (named["problem"], named["municipality"]) == ("altered", "9902")
    assert (entry.key or b"").decode() in named["place"]
    assert f"book-changelog:{entry.partition}:" in named["place"]
    (measures,) = differences(found, "measures")
    assert measures["found"] == measures["expected"] + 1
    assert [one["status"] for one in found] == ["klopt", "verschilt", "klopt"]
    taken_in.produce(CHANGELOG, entry.partition, entry.key, entry.value)
    taken_in.run("reconcile")

    message = next(
        each for each in records(settings, "declarations") if (each.key or b"") == b"9903"
    )
    changed = json.loads(message.value or b"")
    changed["lines"]["amount"][0] += 1
    place, head = message.partition, list(message.headers or ())
    taken_in.produce("declarations", place, message.key, json.dumps(changed).encode(), head)
    (named,) = differences(reconciled(taken_in, "--municipality", "9903"), "table")
    assert named["problem"] == "doubled"
    assert f"declarations:{place}:{message.offset} " in named["place"]

    figure = next(each for each in records(settings, FIGURES) if each.key == b"9901")
    wrong = json.loads(figure.value or b"")
    wrong["total"]["declared_cents"] += 1
    taken_in.produce(FIGURES, figure.partition, figure.key, json.dumps(wrong).encode())
    (named,) = differences(reconciled(taken_in, "--municipality", "9901"), "valuation")
    assert named["place"] in ("total.declared_cents", "as_of")


def test_nothing_differs_while_messages_flow_and_a_worker_is_killed(
    installation: Installation, region: Path
) -> None:
    """It reads beside a running worker: what is under way is behind, and never wrong."""
    worker = installation.worker("worker")
    installation.run("reference", "load", region / "referentie")
    installation.run("tick", "--as-of", "2025-09-30")
    worker.begin()
    ingest = installation.popen("ingest", region / "berichten")
    try:
        looks = 0
        while ingest.poll() is None or installation.lag():
            process = installation.popen("reconcile")
            out, err = process.communicate()
            assert process.returncode in (0, 1), err
            assert "verschilt" not in out, out
            looks += 1
            if looks == 1:
                worker.kill()
                worker.begin()
        assert looks > 1, "nothing was under way"
        eventually(
            lambda: installation.popen("reconcile").communicate()[0].count(": klopt, ") == 3,
            "all agrees in the end",
        )
    finally:
        ingest.communicate()
        worker.stop()


def test_a_damaged_table_is_mended_by_reading_the_topics_anew(installation: Installation) -> None:
    """As docs/operation.md tells it: workers off, changelog and offsets away, workers on."""
    worker = installation.worker("worker")
    refer(installation)
    tell(installation, "JW323", declaration("9901", 1, "2026-01-20", [500]))
    tick(installation, date(2026, 6, 30))
    worker.begin()
    try:
        eventually(lambda: installation.lag() == 0, "all committed")
        worker.stop()
        entry = next(
            each
            for each in records(installation.settings, CHANGELOG)
            if (each.key or b"").startswith(b"JW323")
        )
        installation.produce(CHANGELOG, entry.partition, entry.key, None)
        (named,) = differences(reconciled(installation), "table")
        assert named["problem"] == "missing"
        assert named["place"].startswith(f"declarations:{entry.partition}:0 ")

        prefix = installation.settings.topic_prefix
        with closing(KafkaAdminClient(bootstrap_servers=installation.kafka.bootstrap)) as admin:
            admin.delete_topics([f"{prefix}{CHANGELOG}"])
            eventually(
                lambda: f"{prefix}{CHANGELOG}" not in admin.list_topics(), "the topic is gone"
            )
            admin.delete_groups([f"{prefix}worker"])
        installation.run("topics", "create")
        worker.begin()
        eventually(lambda: installation.lag() == 0, "all committed again")
        eventually(
            lambda: "verschilt" not in installation.popen("reconcile").communicate()[0],
            "it agrees again",
        )
        eventually(
            lambda: installation.figures()["9901"].total.declared_cents == 500,
            "what was valued before its messages were read again is valued anew",
        )
    finally:
        worker.stop()


def test_what_no_worker_has_read_is_behind(installation: Installation) -> None:
    refer(installation)
    tell(installation, "JW323", declaration("9901", 1, "2026-01-20", [5]))
    out, _ = installation.run("reconcile", code=1)
    assert "verouderd" in out
    assert "verschilt" not in out


def test_it_can_not_be_told_without_a_broker(installation: Installation) -> None:
    installation.environment["BUDGETWACHT_KAFKA_BOOTSTRAP"] = "127.0.0.1:9"
    _, err = installation.run("reconcile", code=2)
    assert len(err.splitlines()) == 1
    _, err = installation.run("reconcile", "--folder", installation.directory, code=2)
    assert "--as-of" in err


def test_a_folder_agrees_without_a_broker(installation: Installation, region: Path) -> None:
    installation.environment["BUDGETWACHT_KAFKA_BOOTSTRAP"] = "127.0.0.1:9"
    out, _ = installation.run("reconcile", "--folder", region, "--as-of", "2025-06-30")
    assert out.count(": klopt, ") == 3
    installation.run(
        "reconcile", "--folder", region, "--as-of", "2025-06-30", "--municipality", "1", code=2
    )
