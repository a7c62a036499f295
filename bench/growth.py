"""`python -m bench.growth`: whether a book's cost per line grows with its history.

One municipality takes in a million lines and their answers, through the same `Monitor` as a worker's.
For each tenth of them it prints CPU time per line, decoding included, and memory per line of the book so
far. In one run and one process, so the tenths are each other's peers: the last line gives the ratio of
the last tenth to the first.
"""

import argparse
import gc
import resource
import sys
from collections.abc import Iterator
from datetime import date
from itertools import islice
from time import process_time

from bench.load import declarations
from schemas.events import AnswerEvent, DeclarationEvent, decode, encode
from streams.prognosis.monitor import Monitor

MUNICIPALITY = "9900"
LINES = 40
GROWTH = 1.5  # of the last tenth to the first: noise of these machines, and larger dictionaries


def main() -> int:
    """Exit code 1 when the last tenth costs much more a line than the first."""
    parser = argparse.ArgumentParser(prog="bench.growth")
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines in all")
    args = parser.parse_args()
    messages = args.lines // LINES
    monitor = Monitor(MUNICIPALITY)
    monitor.tick(date(2026, 12, 31))
    stream = _wire(messages)
    gc.freeze()
    before = _megabytes()
    costs = []
    print(f"{'lines':>10} {'us/line':>8} {'bytes/line':>11}")
    for tenth in range(1, 11):
        costs.append(_take(monitor, islice(stream, messages // 10)))
        lines = tenth * (messages // 10) * LINES
        memory = (_megabytes() - before) * 2**20 / lines
        print(f"{lines:>10} {costs[-1] * 1e6:>8.2f} {memory:>11.0f}", flush=True)
    ratio = costs[-1] / costs[0]
    print(f"last tenth to first: {ratio:.2f}")
    return 0 if ratio < GROWTH else 1


def _wire(messages: int) -> Iterator[bytes]:
    """Declarations of one municipality as their record values."""
    for event in declarations(messages, LINES):
        yield encode("JW323", {**event, "municipality": MUNICIPALITY})


def _take(monitor: Monitor, values: Iterator[bytes]) -> float:
    """CPU seconds per line of decoding and folding declarations and their answers."""
    used, lines = 0.0, 0
    for value in values:
        started = process_time()
        event: DeclarationEvent = decode("JW323", value)  # type: ignore[assignment]
        monitor.fold(event)
        monitor.fold(_answer(event))
        used += process_time() - started
        lines += LINES
    return used / lines


def _answer(event: DeclarationEvent) -> AnswerEvent:
    """An answer that refuses the first line."""
    return {
        "municipality": MUNICIPALITY,
        "provider": event["provider"],
        "identification": f"A{event['identification']}",
        "dated": event["dated"],
        "findings": [],
        "answers": {"identification": event["identification"], "dated": event["dated"]},
        "header_codes": ["0200"],
        "declared": {
            "number": event["number"],
            "submitted": event["total"],
            "granted": event["total"] - event["lines"]["amount"][0],
            "codes": ["0200"],
            "listed": True,
            "lines": [
                {
                    "reference": event["lines"]["reference"][0],
                    "amount": event["lines"]["amount"][0],
                    "codes": ["0611"],
                }
            ],
        },
    }


def _megabytes() -> float:
    """The largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
