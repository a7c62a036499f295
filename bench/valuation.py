"""`python -m bench.valuation`: what a full valuation of a municipality costs.

One simulated municipality (zoetermeer-2018: four years, 35 million euro a year at scale 1) is read into a
monitor as of September of its last year, but for its last declarations. Printed, in CPU seconds: the first
valuation, from books alone, and how much of it pricing all allocations took; the prognoses of the day that
are kept; a valuation after each of the last declarations; and, with `--towns`, valuing so many towns of half
that size from nothing, one after the other (342 is the whole country), reading apart.
"""

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from datetime import date
from statistics import median
from time import process_time

from bench.town import town
from schemas.events import AnyEvent, is_declaration
from schemas.reference.document import ReferenceDocument
from streams.prognosis.monitor import Monitor
from streams.simulate.worlds import scenario

AS_OF = date(2025, 9, 15)
CHANGES = 20
AFTER, NOTHING, COUNTRY = 0.050, 2.0, 300.0  # seconds that issue 5 allows


def main() -> int:
    """Exit code 1 when a valuation costs more than it may."""
    parser = argparse.ArgumentParser(prog="bench.valuation")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the municipality")
    parser.add_argument("--towns", type=int, default=0, help="value so many towns as well")
    args = parser.parse_args()
    events, document = _world(args.scale)
    late = [event for event in events if is_declaration(event)][-CHANGES:]
    monitor = _monitor([event for event in events if event not in late], document)
    priced = _timed(monitor.parts)
    nothing = priced + _timed(monitor.valuation)
    kept = _timed(monitor.prognoses)
    after = []
    for event in late:
        monitor.fold(event)
        after.append(_timed(monitor.valuation))
    print(f"from nothing {nothing:.3f} s, {priced:.3f} of it pricing; prognoses {kept:.3f} s")
    print(f"after a change {median(after) * 1000:.0f} ms (median)")
    met = nothing < NOTHING and median(after) < AFTER
    if args.towns:
        events, document = _world(args.scale / 2)
        spent = sum(_timed(_monitor(events, document).valuation) for _ in range(args.towns))
        print(
            f"{args.towns} towns: {spent:.0f} s, that is {spent / args.towns * 342:.0f} s for 342"
        )
        met &= spent / args.towns * 342 < COUNTRY
    return 0 if met else 1


def _world(scale: float) -> tuple[list[AnyEvent], ReferenceDocument]:
    events, document = town(scenario("zoetermeer-2018"), 1, scale)
    known = sorted(
        (event for event in events if event["dated"] <= AS_OF.isoformat()),
        key=lambda event: event["dated"],
    )
    return known, document


def _monitor(events: Sequence[AnyEvent], document: ReferenceDocument) -> Monitor:
    monitor = Monitor(document.code)
    monitor.refer(document)
    monitor.tick(AS_OF)
    for event in events:
        monitor.fold(event)
    gc.collect()
    return monitor


def _timed(action: Callable[[], object]) -> float:
    started = process_time()
    action()
    return process_time() - started


if __name__ == "__main__":
    sys.exit(main())
