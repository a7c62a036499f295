"""A simulation on disk: DIR/berichten/YYYY-MM/*.xml and DIR/referentie/*.csv, the same bytes every time."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import BudgetwachtError
from schemas.ijw.write import write_message
from streams.simulate.reference import reference_files
from streams.simulate.simulation import Simulation


class NotEmpty(BudgetwachtError):
    """The folder to write to holds something already."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a simulation came to: files by kind of message, lines that count, cents by care year."""

    files: Mapping[str, int]
    lines: int
    cents: Mapping[int, int]


def prepare(folder: Path, *, force: bool) -> None:
    """Make sure that the folder can be written to: new, empty, or (forced) without older messages.

    Raises `NotEmpty` without `force`; with it, only what an earlier simulation wrote is removed.
    """
    if folder.exists() and not folder.is_dir():
        raise NotEmpty(f"{folder.name} is geen map")
    if folder.is_dir() and any(folder.iterdir()):
        if not force:
            raise NotEmpty(f"map {folder} is niet leeg; gebruik --force om hem te overschrijven")
        for pattern in ("berichten/????-??/*.xml", "berichten/*/????-??/*.xml", "referentie/*.csv"):
            for old in folder.glob(pattern):
                old.unlink()


def write(simulation: Simulation, folder: Path) -> Written:
    """Write everything and tell what it came to."""
    files: Counter[str] = Counter()
    known: set[Path] = set()
    for name, message in simulation.messages():
        path = folder / "berichten" / name
        if path.parent not in known:
            path.parent.mkdir(parents=True, exist_ok=True)
            known.add(path.parent)
        path.write_bytes(write_message(message))
        files[message.kind] += 1
    reference = folder / "referentie"
    reference.mkdir(parents=True, exist_ok=True)
    for name, text in reference_files(simulation).items():
        (reference / name).write_bytes(text.encode())
    return Written(files, *_money(simulation))


def _money(simulation: Simulation) -> tuple[int, Mapping[int, int]]:
    """Lines of declarations that count, and what was granted or is open by care year, in cents."""
    lines = 0
    cents: dict[int, int] = defaultdict(int)
    for declaration in simulation.declarations:
        if declaration.void or declaration.again:
            continue
        lines += len(declaration.claims)
        for claim in declaration.claims:
            if not (declaration.answer and claim.refused_with):
                cents[claim.begin.year] += claim.signed
    return lines, dict(sorted(cents.items()))
