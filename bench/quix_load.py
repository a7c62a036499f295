"""The same job in Quix Streams 3.28: same decoding, same keys, same fold, RocksDB and changelog.

It runs in a virtual environment of its own, with this checkout on its path.
"""

import sys
from datetime import date
from typing import Any

from quixstreams import Application, State

from bench.meter import Meter
from schemas.events import decode, kind_of
from streams.ledger.keys import natural_key
from streams.prognosis.monitor import Monitor

BOOTSTRAP, PREFIX, STATE, TOTAL, LINES = (*sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5]))
AS_OF = date(2026, 12, 31)

monitors: dict[str, Monitor] = {}
meter = Meter()


def fold(value: bytes, key: bytes, _timestamp: int, headers: Any, state: State) -> bool:
    """One message: decoded, recognised or folded, and remembered under its natural key."""
    meter.start()
    kind = kind_of(dict(headers))
    event = decode(kind, value)
    code = event["municipality"]
    if key.decode() != code:
        raise ValueError(key)
    name = natural_key(kind, event)
    if state.exists(name):
        return False
    if code not in monitors:
        monitors[code] = Monitor(code)
        monitors[code].tick(AS_OF)
    monitors[code].fold(event)
    state.set_bytes(name, value)
    return True


def main() -> None:
    """Process the whole load, checkpoint included, and report."""
    app = Application(
        broker_address=BOOTSTRAP,
        consumer_group=f"{PREFIX}quix",
        auto_offset_reset="earliest",
        commit_interval=1.0,
        state_dir=STATE,
        loglevel="ERROR",
        consumer_extra_config={"fetch.message.max.bytes": 4 * 1024 * 1024},
        producer_extra_config={"compression.type": "zstd", "message.max.bytes": 17_000_000},
    )
    topic = app.topic(f"{PREFIX}declarations", key_deserializer="bytes", value_deserializer="bytes")
    app.dataframe(topic).apply(fold, stateful=True, metadata=True)
    app.run(count=TOTAL, collect=False)
    cents = sum(cell.declared for book in monitors.values() for cell in book.cells.values())
    meter.report(TOTAL * LINES, cents)


main()
