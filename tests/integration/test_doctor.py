"""`doctor` on real servers: well when all is well, and quick and clear when nothing is there."""

import os
import time
from datetime import date
from pathlib import Path

import pytest

from tests.integration.installation import Installation, eventually
from tests.servers import Redis, free_port
from tests.workers.world import poison, refer, tick

pytestmark = pytest.mark.integration


def test_an_installation_that_is_well(installation: Installation, redis_server: Redis) -> None:
    installation.environment["BUDGETWACHT_REDIS_URL"] = redis_server.url
    out, _ = installation.run("doctor")
    for told in (
        "goed    sleutel",
        "goed    redis",
        "goed    broker",
        "goed    topics",
        "let op  worker: er draait geen worker",
        "let op  peildatum: nog niet gezet",
        "let op  referentie: nog niet geladen",
        "goed    dead letters",
    ):
        assert told in out, out
    refer(installation)
    out, _ = installation.run("doctor", code=1)
    assert "fout    worker: er draait geen worker en er wachten 3 berichten" in out
    worker = installation.worker("worker")
    worker.begin()
    try:
        tick(installation, date.today())  # noqa: DTZ011 - as the user's calendar says
        refused = poison(installation)
        eventually(lambda: installation.lag() == 0, "all committed")
        out, _ = installation.run("doctor")
    finally:
        worker.stop()
    assert "goed    worker: 1 actief" in out
    assert "goed    achterstand" in out
    assert "goed    peildatum" in out
    assert "goed    referentie: geladen voor 3 gemeenten" in out
    assert f"let op  dead letters: {refused} " in out


def test_topics_that_are_not_as_they_must_be_are_named(
    installation: Installation, redis_server: Redis
) -> None:
    installation.environment |= {
        "BUDGETWACHT_REDIS_URL": redis_server.url,
        "BUDGETWACHT_PARTITIONS": "8",
    }
    out, _ = installation.run("doctor", code=1)
    prefix = installation.settings.topic_prefix
    assert f"fout    topics: {prefix}allocations: partitions is 4, moet 8 zijn" in out
    installation.environment["BUDGETWACHT_TOPIC_PREFIX"] = f"{prefix}none-"
    out, _ = installation.run("doctor", code=1)
    assert "Doe: budgetwacht topics create" in out


def test_without_servers_it_says_so_within_seconds(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("x" * 40)
    installation.environment |= {
        "BUDGETWACHT_KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}",
        "BUDGETWACHT_REDIS_URL": f"redis://:wachtwoord@127.0.0.1:{free_port()}/0",
        "BUDGETWACHT_PSEUDONYM_KEY_FILE": str(tmp_path / "key"),
    }
    os.chmod(tmp_path / "key", 0o600)  # noqa: PTH101 - as a shell would
    begun = time.monotonic()
    out, err = installation.run("doctor", code=1)
    assert time.monotonic() - begun < 20, "ten seconds, on a machine that is not busy"
    assert "fout    broker" in out
    assert "fout    redis" in out
    assert "wachtwoord" not in out + err
