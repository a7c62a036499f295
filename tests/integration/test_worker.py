"""The worker on a real broker: exact through crashes, and deaf to poison."""

import random
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from schemas.outputs import Alert, Valuation
from streams.alerts.rules import judge
from streams.local.folder import Folder
from streams.notify.mail import Mail
from streams.notify.recipients import addressees, contact
from streams.prognosis.monitor import Monitor
from tests.conftest import PrometheusFactory
from tests.integration.installation import PATIENCE, PROGRAM, Installation, Worker, eventually
from tests.servers import Redis, Smtp, free_port
from tests.servers.monitoring import fetch
from tests.servers.process import Command
from tests.workers.world import CODES, declaration, poison, refer, rejection, tell, tick

pytestmark = pytest.mark.integration

MEASURES = ("rejected", "granted", "open", "submitted", "void", "declared", "committed")
MOMENTS = (date(2025, 4, 30), date(2025, 9, 30), date(2025, 12, 31))


def test_the_figures_on_the_topic_are_those_of_replay(
    installation: Installation, region: Path
) -> None:
    worker = installation.worker("worker")
    worker.begin()
    try:
        installation.run("reference", "load", region / "referentie")
        installation.run("ingest", region / "berichten")
        installation.run("tick", "--as-of", "2025-09-30")
        eventually(lambda: installation.lag() == 0, "all committed")
        _same_as_replay(installation, region, "2025-09-30")
        begun = time.monotonic()
    finally:
        worker.stop()
    assert time.monotonic() - begun < 5, "SIGTERM took too long"


def test_poison_on_every_topic_hurts_no_neighbour(installation: Installation) -> None:
    worker = installation.worker("worker")
    worker.begin()
    try:
        refer(installation)
        tell(installation, "JW323", declaration("9901", 1, "2026-01-20", [20_000, 5]))
        refused = poison(installation)
        tell(installation, "JW323", declaration("9901", 2, "2026-02-20", [300]))
        tell(installation, "JW325", rejection("9901", 1, "2026-01-20", 20_000))
        tick(installation, date(2026, 6, 30))
        eventually(lambda: installation.lag() == 0, "all committed")
        assert installation.figures()["9901"].total.declared_cents == 305
        assert set(installation.figures()) == set(CODES)
        letters = installation.letters()
        assert len(letters) == refused
        prefix = installation.settings.topic_prefix
        assert {letter.topic.removeprefix(prefix) for letter in letters} == {
            "allocations",
            "care-events",
            "requests",
            "declarations",
            "declaration-answers",
            "reference",
            "ticks",
        }
        out, _ = installation.run("dead-letters", "list")
        assert "columns of unequal length" in out
        assert "k1." not in out
        assert worker.healthy()
        refused_now = sum(
            float(line.rpartition(" ")[2])
            for line in worker.metrics()
            if line.startswith("budgetwacht_worker_dead_letters_total")
        )
        assert refused_now == refused
    finally:
        worker.stop()


def test_a_worker_refuses_topics_that_would_lose_books(installation: Installation) -> None:
    installation.environment["BUDGETWACHT_PARTITIONS"] = "8"
    _, err = installation.run("worker", code=1)
    assert "partitions is 4, moet 8 zijn" in err


def test_nothing_is_lost_or_counted_twice_through_kills(
    installation: Installation,
    region: Path,
    redis_server: Redis,
    smtp: Smtp,
    prometheus_factory: PrometheusFactory,
) -> None:
    """Shows 3: SIGKILL at random moments with work in flight, and workers that come and go."""
    chance = random.Random()
    files = sorted((region / "berichten").rglob("*.xml"))
    chance.shuffle(files)
    quarter = len(files) // 4
    first, second = installation.worker("first"), installation.worker("second")
    notifier = _notifier(installation, redis_server, smtp)
    prometheus = prometheus_factory(_scraping(first, second))
    installation.run("reference", "load", region / "referentie")
    try:
        notifier.start(installation.environment)
        first.begin()
        for part in range(2):  # killed while it keeps up, and then while it catches up
            _ingest_and_kill(
                installation, first, files[part * quarter : (part + 1) * quarter], chance
            )
            first.begin()
        second.begin()  # joins while messages flow
        _ingest_and_kill(installation, first, files[2 * quarter : 3 * quarter], chance)
        first.begin()
        ingest = installation.popen("ingest", *files[3 * quarter :])
        time.sleep(chance.random())
        second.stop()  # leaves while messages flow
        ingest.communicate()
        eventually(lambda: installation.lag() == 0, "all messages committed")
        for moment in MOMENTS:
            installation.run("tick", "--as-of", moment.isoformat())
            if moment == MOMENTS[1]:
                time.sleep(chance.random() / 4)
                first.kill()
                first.begin()
            eventually(lambda: installation.lag() == 0, "the tick committed")
        second.begin()  # joins again: some books move once more
        as_of = MOMENTS[-1].isoformat()
        _same_as_replay(installation, region, as_of)
        expected = _expected_alerts(region)
        _same_alerts(installation.alerts(), expected)
        _same_in_prometheus(prometheus.query, installation.figures())
        _exactly_these_mails(smtp, region, expected)
    finally:
        for process in (first, second, notifier):
            process.stop()


def _ingest_and_kill(
    installation: Installation, worker: Worker, files: list[Path], chance: random.Random
) -> None:
    """Kill a worker in the middle of its work: some is remembered, and some is not."""
    before = installation.remembered()
    moment = before + chance.randrange(1, len(files) // 2)
    ingest = installation.popen("ingest", *files)
    eventually(lambda: installation.remembered() >= moment, f"{moment} remembered")
    worker.kill()
    remembered = installation.remembered() - before
    ingest.communicate(timeout=PATIENCE)
    assert ingest.returncode == 0
    assert 0 < remembered < len(files) * 0.9, "nothing was in flight"


def _same_as_replay(installation: Installation, region: Path, as_of: str) -> None:
    """Every measure of every municipality and budget line of the year, to the cent."""
    figures = installation.figures()
    year = int(as_of[:4])
    for row in installation.replay(region, as_of, "municipality,year"):
        if row["year"] == year:
            _same_measures(figures[row["municipality"]].total.model_dump(), row)
    lines = {
        (code, line.budget_line): line.model_dump()
        for code, valuation in figures.items()
        for line in valuation.budget_lines
    }
    for row in installation.replay(region, as_of, "municipality,year,budget_line"):
        if row["year"] == year:
            _same_measures(lines.pop((row["municipality"], row["budget_line"] or "")), row)
    assert not [key for key, line in lines.items() if line["lines"] or line["committed_cents"]]


def _same_measures(found: dict[str, object], row: dict[str, object]) -> None:
    names = [*(f"{measure}_cents" for measure in MEASURES), "lines", "clients", "unpriced"]
    assert {name: found[name] for name in names} == {name: row[name] for name in names}


def _expected_alerts(region: Path) -> dict[str, Alert]:
    """What the same core says of the same messages at the same moments, without a broker."""
    folder = Folder(region, report=lambda _line: None)
    documents = folder.documents()
    monitors = {code: Monitor(code) for code in documents}
    for code, document in documents.items():
        monitors[code].refer(document)
    for event in folder.events():
        monitors[event["municipality"]].fold(event)
    raised: dict[str, Alert] = {}
    for moment in MOMENTS:
        for monitor in monitors.values():
            monitor.tick(moment)
            valuation = monitor.valuation()
            assert valuation
            raised |= {alert.id: alert for alert in judge(valuation, frozenset(raised))}
    assert raised
    return raised


def _same_alerts(found: list[Alert], expected: dict[str, Alert]) -> None:
    """Each fact under one id. After a kill it may be told twice, in the same words."""
    assert [alert for alert in found if alert != expected.get(alert.id)] == []
    told = {alert.id for alert in found}
    assert [alert for alert in expected.values() if alert.id not in told] == []


def _same_in_prometheus(query: object, figures: dict[str, Valuation]) -> None:
    def shown() -> dict[str, int]:
        assert callable(query)
        rows = query("sum by (municipality) (budgetwacht_municipality_declared_euros)")
        return {row["metric"]["municipality"]: round(float(row["value"][1]) * 100) for row in rows}

    wanted = {code: valuation.total.declared_cents for code, valuation in figures.items()}
    eventually(lambda: shown() == wanted, f"Prometheus shows {wanted}")


def _exactly_these_mails(smtp: Smtp, region: Path, expected: dict[str, Alert]) -> None:
    documents = Folder(region, report=lambda _line: None).documents()
    wanted = Counter()  # type: Counter[str]
    for alert in expected.values():
        document = documents[alert.municipality]
        for person in addressees(alert, document, MOMENTS[-1]) if alert.highest else ():
            mail = Mail(
                alert=alert, contact=contact(alert, document, MOMENTS[-1]), **person._asdict()
            )
            wanted[mail.key] += 1
    eventually(lambda: len(smtp.mails) >= len(wanted), f"{len(wanted)} mails")
    time.sleep(1.5)  # one too many would come now
    found = Counter(
        str(mail.message["Message-ID"]).strip("<>").partition("@")[0] for mail in smtp.mails
    )
    assert found == wanted


def _scraping(*workers: Worker) -> str:
    targets = ", ".join(f"'127.0.0.1:{worker.port}'" for worker in workers)
    return f"""\
global: {{scrape_interval: 1s}}
scrape_configs:
- job_name: workers
  static_configs: [{{targets: [{targets}]}}]
"""


def _notifier(installation: Installation, redis_server: Redis, smtp: Smtp) -> Command:
    port = free_port()
    installation.environment |= {
        "BUDGETWACHT_REDIS_URL": redis_server.url,
        "BUDGETWACHT_SMTP_HOST": smtp.host,
        "BUDGETWACHT_SMTP_PORT": str(smtp.port),
        "BUDGETWACHT_NOTIFIER_PORT": str(port),
    }
    return Command(
        "notifier",
        installation.directory,
        [*PROGRAM, "notifier"],
        lambda: bool(fetch(f"http://127.0.0.1:{port}/health")),
    )
