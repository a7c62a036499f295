"""What both programs measure about themselves, from their first record to their last."""

import json
import resource
import sys
import time


class Meter:
    """Seconds, CPU seconds and memory between `start` and `report`."""

    def __init__(self) -> None:
        """Measure nothing yet."""
        self._begun = self._used = 0.0

    def start(self) -> None:
        """Begin, if it has not begun; called for every record or batch."""
        if not self._begun:
            self._begun, self._used = time.monotonic(), _cpu()

    def report(self, lines: int, cents: int) -> None:
        """Print the result as JSON: `cents` shows that both counted the same."""
        result = {
            "seconds": time.monotonic() - self._begun,
            "cpu": _cpu() - self._used,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "lines": lines,
            "cents": cents,
        }
        print(json.dumps(result))
        sys.stdout.flush()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
