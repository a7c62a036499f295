"""Worker and region process on a real broker, through kills and a municipal merger in the middle.

In the end the topics hold what the same messages say in one process.
"""

import random
import shutil
import time
import urllib.request
from datetime import date
from pathlib import Path

import pytest

from schemas.outputs import RegionalValuation
from streams.local.folder import Folder
from streams.local.regions import regions_of
from streams.workers.letters import values
from streams.workers.reading import records
from streams.workers.topics import FIGURES, REGIONS
from tests.integration.installation import PROGRAM, Installation, eventually
from tests.servers import free_port
from tests.servers.monitoring import fetch
from tests.servers.process import Command

pytestmark = pytest.mark.integration

LAST = date(2025, 9, 30)
MERGED = (
    "gemeentecode;naam;regio;opvolger;per\n"
    "9901;Waterwoude;Kleine Regio;9902;2025-07-01\n9902;Zandwoude;Kleine Regio;;\n"
    "9903;Lindehout;Kleine Regio;;\n"
)
WEIGHTS = "gemeentecode;jaar;sleutel\n9901;2025;1\n9902;2025;1\n9903;2025;1\n"


class RegionProcess(Command):
    """A region process with a health page."""

    def __init__(self, installation: Installation) -> None:
        self.port = free_port()
        self._environment = {
            **installation.environment,
            "BUDGETWACHT_REGION_PORT": str(self.port),
        }
        url = f"http://127.0.0.1:{self.port}/health"
        command = [*PROGRAM, "region", "run"]
        super().__init__("region", installation.directory, command, lambda: bool(fetch(url)))

    def begin(self) -> None:
        """Start, and wait until it answers."""
        self.start(self._environment)

    def metrics(self) -> str:
        """Its metrics page."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as page:
            return str(page.read().decode())


def published(installation: Installation) -> RegionalValuation | None:
    """The region as it stands on the topic now."""
    found = [RegionalValuation.model_validate_json(each) for each in values(installation.settings, REGIONS)]  # fmt: skip
    return found[-1] if found else None


def test_the_region_on_the_topic_is_that_of_the_folder_through_kills_and_a_merger(
    installation: Installation, region: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "samen"
    shutil.copytree(region, folder)
    (folder / "referentie" / "gemeenten.csv").write_text(MERGED)
    (folder / "referentie" / "verevening.csv").write_text(WEIGHTS)
    expected = regions_of(Folder(folder, lambda _line: None), LAST, LAST.year)["Kleine Regio"]
    assert [each.municipality for each in expected.municipalities] == ["9902", "9903"]
    chance = random.Random()
    files = sorted((region / "berichten").rglob("*.xml"))
    chance.shuffle(files)
    half = len(files) // 2
    worker, process = installation.worker("worker"), RegionProcess(installation)
    try:
        worker.begin()
        process.begin()
        installation.run("reference", "load", region / "referentie")
        installation.run("tick", "--as-of", "2025-06-30")
        installation.run("ingest", *files[:half])
        eventually(lambda: bool(published(installation)), "a first region")
        process.kill()
        # The merger becomes known while messages flow; the worker dies with copies in flight.
        ingest = installation.popen("ingest", *files[half:])
        installation.run("reference", "load", folder / "referentie")
        time.sleep(chance.random())
        worker.kill()
        ingest.communicate()
        worker.begin()
        process.begin()
        installation.run("tick", "--as-of", LAST.isoformat())
        time.sleep(chance.random())
        process.kill()
        process.begin()
        eventually(lambda: installation.lag() == 0, "all committed")
        eventually(lambda: published(installation) == expected, "the region of the folder")
        figures = {each.key: each.value for each in records(installation.settings, FIGURES)}
        assert [key for key, value in figures.items() if value is None] == [b"9901"]
        assert not installation.letters()
        assert 'budgetwacht_region_municipalities{region="Kleine Regio",year="2025"} 2.0' in (
            process.metrics()
        )
        begun = time.monotonic()
        process.stop()
        assert time.monotonic() - begun < 5, "SIGTERM took too long"
    finally:
        worker.stop()
        process.stop()
