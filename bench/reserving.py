"""`make bench-reserving`: analytic errors here beside chainladder-python's bootstrap of the same triangles.

For each triangle it prints the CPU seconds that chain ladder, Mack's error, the one-year view and the over-dispersed
Poisson error take here, and those of chainladder-python's bootstrap of the latter with its own number of samples
(1,000) and a chain ladder on each. Each runs alone, as a process of its own; QUIX_PYTHON names the Python with
chainladder-python. The standard errors of the two stand beside each other: a bootstrap gives the same within its
noise and its bias. Exit code 1 when the whole is less than a hundred times faster.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import process_time
from typing import Final

from streams.prognosis.reserving.mack import mack
from streams.prognosis.reserving.merz_wuthrich import moves
from streams.prognosis.reserving.odp import over_dispersed_poisson
from streams.prognosis.reserving.triangle import Triangle
from tests.prognosis.triangles import shipped

ROOT: Final = Path(__file__).parents[1]
TARGET: Final = 100
NAMES: Final = (
    "raa",
    "genins",
    "mw2008",
    "mw2014",
    "abc",
    "ukmotor",
    "liab GeneralLiab",
    "mcl paid",
    "usauto paid",
    "usaa paid",
    "tail_sample paid",
    "clrd wkcomp CumPaidLoss",
)
"""Square triangles that a bootstrap of the over-dispersed Poisson model can bear."""


def main() -> int:
    """Print a line per triangle and the ratio of the whole."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    program = [os.environ["QUIX_PYTHON"], "-m", "bench.reserving_bootstrap", *NAMES]
    done = subprocess.run(program, stdout=subprocess.PIPE, check=True, cwd=ROOT, env=environment)
    theirs: dict[str, list[float]] = json.loads(done.stdout.decode().splitlines()[-1])
    print(f"{'':26}{'here':>12}{'bootstrap':>12}{'ratio':>9}{'se here':>16}{'bootstrap':>16}")
    all_here = all_there = 0.0
    for name in NAMES:
        here, own = _measure(shipped()[name].triangle)
        there, other = theirs[name]
        all_here, all_there = all_here + here, all_there + there
        print(
            f"{name:26}{here:>11.6f}s{there:>11.3f}s{there / here:>9,.0f}{own:>16,.1f}{other:>16,.1f}"
        )
    ratio = all_there / all_here
    print(f"{'all':26}{all_here:>11.6f}s{all_there:>11.3f}s{ratio:>9,.0f}")
    return 0 if ratio >= TARGET else 1


def _measure(triangle: Triangle) -> tuple[float, float]:
    """CPU seconds of one valuation, the mean of twenty, and the Poisson model's total error."""
    started = process_time()
    for _ in range(20):
        moves(triangle, mack(triangle))
        fit = over_dispersed_poisson(triangle)
    return (process_time() - started) / 20, fit.errors.total_se


if __name__ == "__main__":
    sys.exit(main())
