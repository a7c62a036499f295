"""`make bench`: the worker and a Quix Streams program do the same job on the same topic.

For messages of 5, 40 and 1,000 lines it prints, for each of the two, lines a second, CPU seconds
per million lines and memory, and the ratio worker : Quix of the lines a second and of the CPU. Both
decode with the same code, keep the same books, and end when all is durable. Each runs alone, as a
process of its own, beside one broker on this machine; QUIX_PYTHON names the Python with Quix.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.load import fill
from streams.settings import Settings
from streams.workers.topics import Topics
from tests.servers import Kafka

ROOT = Path(__file__).parents[1]
PARTITIONS = 4
SIZES = {5: 400_000, 40: 1_200_000, 1_000: 1_200_000}  # lines in all, by lines a message
TARGET = 0.5  # of Quix at 40 lines; a later issue asks for more than 1

Result = dict[str, float]


def main() -> int:
    """Exit code 1 when the two don't count the same money, or the target is missed."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the load")
    parser.add_argument("--lines", type=int, nargs="*", default=list(SIZES), choices=list(SIZES))
    args = parser.parse_args()
    met = True
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as directory,
        Kafka(Path(directory) / "kafka", heap="1g") as kafka,
    ):
        print(f"{'lines':>6} {'':8} {'lines/s':>10} {'CPU s/1e6':>10} {'MB':>7}")
        for lines in args.lines:
            messages = max(1, int(SIZES[lines] * args.scale) // lines)
            met &= _compare(kafka, Path(directory), messages, lines)
    return 0 if met else 1


def _compare(kafka: Kafka, directory: Path, messages: int, lines: int) -> bool:
    prefix = f"bench-{lines}-"
    environment = {
        "BUDGETWACHT_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "BUDGETWACHT_TOPIC_PREFIX": prefix,
        "BUDGETWACHT_PARTITIONS": str(PARTITIONS),
        "BUDGETWACHT_HEALTH_PORT": "0",
        "BUDGETWACHT_VALUATION_INTERVAL": "1000000",  # Quix's program values nothing either
    }
    Topics(Settings(kafka_bootstrap=kafka.bootstrap, topic_prefix=prefix)).create()
    fill(kafka.bootstrap, prefix, PARTITIONS, messages, lines)
    numbers = [str(messages), str(lines)]
    state = str(directory / f"quix-{lines}")
    program = [os.environ["QUIX_PYTHON"], "-m", "bench.quix_load"]
    quix = _run([*program, kafka.bootstrap, prefix, state, *numbers], environment)
    worker = _run([sys.executable, "-m", "bench.worker_load", *numbers], environment)
    _show(lines, "quix", quix)
    _show(lines, "worker", worker)
    speed = quix["seconds"] / worker["seconds"]
    print(f"{lines:>6} {'ratio':8} {speed:>10.2f} {worker['cpu'] / quix['cpu']:>10.2f}", flush=True)
    if quix["cents"] != worker["cents"]:
        print(f"the two differ: {quix['cents']} and {worker['cents']} cents")
        return False
    return lines != 40 or speed >= TARGET


def _run(command: list[str], environment: dict[str, str]) -> Result:
    """The report of a program, which is the last line that it prints."""
    done = subprocess.run(
        command,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    result: Result = json.loads(done.stdout.decode().strip().splitlines()[-1])
    return result


def _show(lines: int, name: str, result: Result) -> None:
    speed = result["lines"] / result["seconds"]
    cost = result["cpu"] * 1e6 / result["lines"]
    print(f"{lines:>6} {name:8} {speed:>10,.0f} {cost:>10.2f} {result['megabytes']:>7,.0f}")


if __name__ == "__main__":
    sys.exit(main())
