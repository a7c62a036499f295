"""An ordinary world is silent about what its messages can't do to each other."""

from pathlib import Path

import pytest

from streams.cli.main import main
from streams.ledger.signals import RULES

BEHAVIOUR = {"BW02", "BW05", "OP271", "OP272", "OP274", "OP288", "OP346", "OP380"}
"""What people do in it: come late or not at all, use less than was allocated, renew anew."""

TOLD = {"BW01", "BW03", "BW04"} | {
    name for name, rule in RULES.items() if rule.about in {"care", "request"}
}


def test_a_simulated_region_keeps_the_order_of_its_messages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Starts, stops, requests and answers fit each other and the allocations; some only come late."""
    world = str(tmp_path / "world")
    assert main(["simulate", "--scenario", "regio-klein", "--seed", "3", "--out", world]) == 0
    capsys.readouterr()
    rules = ",".join(sorted(TOLD - BEHAVIOUR))
    assert main(["signals", world, "--as-of", "2026-03-31", "--rule", rules]) == 0
    assert capsys.readouterr().out == "[]\n"
