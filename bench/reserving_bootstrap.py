"""chainladder-python's bootstrap of the over-dispersed Poisson model, timed; `bench.reserving` runs it.

It runs in a virtual environment of its own. The last line is JSON: by triangle the CPU seconds and the
standard error of the total reserve.
"""

import json
import sys
import warnings
from time import process_time
from typing import Any

import chainladder as cl

from bench.reserving_reference import samples


def bootstrap(sample: Any) -> float:
    """The standard error of the total of a thousand samples, chainladder-python's own number."""
    resampled = cl.BootstrapODPSample(random_state=42).fit_transform(sample)
    totals = cl.Chainladder().fit(resampled).ibnr_.sum("origin").values
    return float(totals.std())


def main() -> None:
    """Time every triangle that is named, once, after a first one to warm up."""
    warnings.simplefilter("ignore")
    found, names = {}, sys.argv[1:]
    bootstrap(cl.load_sample("raa"))
    for name, sample in samples():
        if name in names:
            started = process_time()
            error = bootstrap(sample)
            found[name] = [process_time() - started, error]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
