"""An installation for each test, and one small simulated region for all."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.integration.installation import Installation
from tests.servers import Kafka

_numbers = count(1)


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `simulate --scenario regio-klein`: three municipalities, two years."""
    from streams.cli.main import main

    folder = tmp_path_factory.mktemp("regio-klein")
    assert main(["simulate", "--scenario", "regio-klein", "--seed", "3", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def installation(kafka: Kafka, tmp_path: Path) -> Iterator[Installation]:
    """Topics of its own on the shared broker; `create` has run."""
    made = Installation(kafka, tmp_path, f"it{next(_numbers)}-")
    made.run("topics", "create")
    yield made
    made.close()
