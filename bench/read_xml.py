"""`python -m bench.read_xml`: what reading a declaration costs, beside lxml and ElementTree.

In one run on one core, CPU time, the best of some rounds, in lines a second: `read_message`, with
the rules, and with the event; then lxml and the standard library that parse the same bytes and take
the same twelve texts of each line out of the tree, unchecked. After that the largest memory of a
process of its own that reads one file, and 200.
"""

import argparse
import gc
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from time import process_time
from typing import Any
from xml.etree import ElementTree as ET

from lxml import etree

from schemas.ijw import Message, Tree
from schemas.ijw.bsn import TEST_RANGE, passes_eleven_test
from schemas.ijw.grammar import COMMON_NAMESPACE, NAMESPACE
from schemas.ijw.read import read_message
from schemas.ijw.rules import check_message
from schemas.ijw.write import write_message
from schemas.intake import Pseudonymiser, to_event

Reader = Callable[[bytes], object]

TARGET = 50_000  # lines a second for read_message, on one core
ROUNDS = 5
CLIENT_LINES = 4

_OWN, _SHARED = f"{{{NAMESPACE.format('jw323')}}}", f"{{{COMMON_NAMESPACE}}}"
_TAGS = (
    f"{_SHARED}ReferentieNummer",
    f"{_SHARED}VorigReferentieNummer",
    f"{_OWN}ToewijzingNummer",
    f"{_OWN}ProductCategorie",
    f"{_OWN}ProductCode",
    f"{_SHARED}Begindatum",
    f"{_SHARED}Einddatum",
    f"{_OWN}GeleverdVolume",
    f"{_OWN}Eenheid",
    f"{_OWN}ProductTarief",
    f"{_SHARED}Bedrag",
    f"{_SHARED}DebetCredit",
)


def declaration(lines: int) -> bytes:
    """A declaration of `lines` lines, four a client, one in ten a credit."""
    numbers = [str(number) for number in TEST_RANGE if passes_eleven_test(str(number))]
    clients = [
        {
            "Bsn": numbers[first // CLIENT_LINES % len(numbers)],
            "Prestaties": {"Prestatie": [_line(n) for n in range(first, first + CLIENT_LINES)]},
        }
        for first in range(0, lines, CLIENT_LINES)
    ]
    period = {"Begindatum": date(2026, 2, 1), "Einddatum": date(2026, 2, 28)}
    versions = {"BasisschemaXsdVersie": "1.0.0", "BerichtXsdVersie": "1.0.0"}
    header = {
        "BerichtCode": "490",
        "BerichtVersie": 3,
        "BerichtSubversie": 2,
        "Afzender": "90000001",
        "Ontvanger": "9901",
        "BerichtIdentificatie": {"Identificatie": "B1", "Dagtekening": date(2026, 3, 6)},
        "XsdVersie": versions,
    }
    body = {
        "DeclaratieNummer": "B1",
        "DeclaratiePeriode": period,
        "DeclaratieDagtekening": date(2026, 3, 6),
        "TotaalIngediendBedrag": {"TotaalBedrag": 0, "DebetCredit": "D"},
        "Clienten": {"Client": clients},
    }
    return write_message(Message("JW323", {"Header": header, "Declaratie": body}))


def _line(number: int) -> Tree:
    month, credit = 1 + number % 12, number % 10 == 0
    reference = {"ReferentieNummer": f"R{number:08}"}
    return {
        "ProductReferentie": {**reference, "VorigReferentieNummer": f"Q{number:08}"}
        if credit
        else reference,
        "ToewijzingNummer": 700_000 + number // CLIENT_LINES,
        "ProductCategorie": "45",
        "ProductCode": f"45A{number % 23:02}",
        "ProductPeriode": {"Begindatum": date(2025, month, 1), "Einddatum": date(2025, month, 28)},
        "GeleverdVolume": 11,
        "Eenheid": "04",
        "ProductTarief": 9000,
        "IngediendBedrag": {"Bedrag": 99_000, "DebetCredit": "C" if credit else "D"},
    }


def with_lxml(data: bytes) -> list[tuple[Any, ...]]:
    """What a reader by hand on lxml does: parse, and take the texts out."""
    return _texts(etree.fromstring(data))


def with_standard_library(data: bytes) -> list[tuple[Any, ...]]:
    """The same on ElementTree."""
    return _texts(ET.fromstring(data))  # noqa: S314  # it was written here


def _texts(root: Any) -> list[tuple[Any, ...]]:
    lines = root.iter(f"{_OWN}Prestatie")
    return [tuple(map({each.tag: each.text for each in line.iter()}.get, _TAGS)) for line in lines]


def speeds(readers: Sequence[Reader], data: bytes, lines: int) -> list[float]:
    """Lines a second of CPU time of each, in turns, the best of some rounds."""
    best = [float("inf")] * len(readers)
    for _ in range(ROUNDS):
        for index, read in enumerate(readers):
            gc.collect()
            begun = process_time()
            read(data)
            best[index] = min(best[index], process_time() - begun)
    return [lines / seconds for seconds in best]


def memory(files: int, lines: int) -> float:
    """The largest memory (MB) of a process that reads so many files one after the other."""
    command = [sys.executable, "-m", "bench.read_xml", "--read", str(files), "--lines", str(lines)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    """Exit code 1 when `read_message` misses its target."""
    parser = argparse.ArgumentParser(prog="bench.read_xml")
    parser.add_argument("--lines", type=int, default=20_000, help="lines in the declaration")
    parser.add_argument("--read", type=int, help="only read so many files and print the memory")
    args = parser.parse_args()
    if args.read:
        for number in range(args.read):
            read_message(declaration(args.lines + number % 2 * CLIENT_LINES))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return 0
    return _compare(args.lines)


def _compare(lines: int) -> int:
    data = declaration(lines)
    pseudonym = Pseudonymiser(b"only to measure, no secret at all")

    def judged(data: bytes) -> object:
        return check_message(read_message(data))

    def event(data: bytes) -> object:
        return to_event(read_message(data), pseudonym)

    readers: dict[str, Reader] = {
        "read_message": read_message,
        "read_message + check_message": judged,
        "read_message + to_event": event,
        "lxml, twelve texts a line": with_lxml,
        "ElementTree, the same": with_standard_library,
    }
    print(f"one declaration of {lines:,} lines, {len(data) / 1e6:.1f} MB")
    found = speeds(list(readers.values()), data, lines)
    for name, speed in zip(readers, found, strict=True):
        print(f"{name:<30} {speed:>9,.0f} lines/s")
    for files in (1, 200):
        print(f"{'memory, files read: ' + str(files):<30} {memory(files, 2_000):>9,.0f} MB")
    return 0 if found[0] >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
