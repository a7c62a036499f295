"""`replay --by referrer`: who sent the care that is paid for."""

from pathlib import Path

from tests.core.letters import World, allocate, ask, declare, line, product


def shares(folder: Path, *messages: object, as_of: str = "2025-03-31") -> dict[str | None, int]:
    """Declared cents by referrer."""
    rows = World(folder, *messages).replay("referrer", as_of=as_of)  # type: ignore[arg-type]
    return {row["referrer"]: row["declared_cents"] for row in rows}


def test_a_line_follows_its_allocation_and_that_the_request_it_names(tmp_path: Path) -> None:
    """A request by the GP, an allocation without a request, and a line on no known allocation."""
    found = shares(
        tmp_path,
        ask("VOT1", "02"),
        allocate(product(1, asked="VOT1"), product(2)),
        declare(
            line("R1", 10_000, allocation=1),
            line("R2", 2_000, allocation=2),
            line("R3", 300, allocation=3),
        ),
    )
    assert found == {"02": 10_000, None: 2_300}


def test_committed_money_is_split_the_same_way(tmp_path: Path) -> None:
    """The parts add up to the whole."""
    messages = (
        ask("VOT1", "08"),
        allocate(product(1, asked="VOT1", budget=120_000, omvang=None), product(2)),
    )
    parts = World(tmp_path / "delen", *messages).replay("referrer", as_of="2025-03-31")
    (whole,) = World(tmp_path / "geheel", *messages).replay("municipality", as_of="2025-03-31")
    committed = {row["referrer"]: row["committed_cents"] for row in parts}
    assert committed["08"] == 120_000
    assert sum(committed.values()) == whole["committed_cents"]
    assert sum(row["unpriced"] for row in parts) <= whole["unpriced"]


def test_the_later_request_tells_who_referred(tmp_path: Path) -> None:
    """One reference, two requests: the later Dagtekening, whatever the order of the files."""
    messages = (
        ask("VOT1", "02", name="V2", dated="2025-01-20"),
        ask("VOT1", "03", name="V1", dated="2025-01-10"),
        allocate(product(1, asked="VOT1")),
        declare(line("R1", 10_000)),
    )
    assert shares(tmp_path / "a", *messages) == {"02": 10_000}
    assert shares(tmp_path / "b", *reversed(messages)) == {"02": 10_000}


def test_the_reference_of_another_provider_is_another_request(tmp_path: Path) -> None:
    """ReferentieAanbieder is unique per provider only (TR347)."""
    messages = (
        ask("VOT1", "02", provider="90000002"),
        allocate(product(1, asked="VOT1")),
        declare(line("R1", 10_000)),
    )
    assert shares(tmp_path, *messages) == {None: 10_000}
