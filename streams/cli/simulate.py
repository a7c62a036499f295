"""`budgetwacht simulate`: write the messages and reference files of a simulated world."""

import argparse
import time
from pathlib import Path

from schemas.errors import Misconfigured
from streams.simulate.folder import Written, prepare, write
from streams.simulate.simulation import simulate
from streams.simulate.worlds import SCENARIOS, scenario

NAME = "simulate"
HELP = "maak berichten en referentiebestanden van een verzonnen gemeente of regio"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Scenario, seed, folder and scale."""
    names = ", ".join(sorted(SCENARIOS))
    parser.add_argument("--scenario", required=True, metavar="NAAM", help=f"een van: {names}")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="begin van het toeval (standaard 1)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="MAP", help="map om te vullen")
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        metavar="X",
        help="deel van de jeugdigen en het geld: 0.05 is vijf procent (standaard 1)",
    )
    parser.add_argument("--force", action="store_true", help="ook als de map niet leeg is")


def run(args: argparse.Namespace) -> int:
    """Simulate, write and tell what was written."""
    if args.scale <= 0:
        raise Misconfigured("--scale moet groter zijn dan nul")
    world = scenario(args.scenario, args.seed)
    prepare(args.out, force=args.force)
    begun = time.monotonic()
    written = write(simulate(world, args.seed, args.scale), args.out)
    print(world.told)
    _tell(written, args.out, time.monotonic() - begun)
    return 0


def _tell(written: Written, folder: Path, seconds: float) -> None:
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(written.files.items()))
    print(
        f"{sum(written.files.values())} berichten ({kinds}) en de referentiebestanden in {folder}"
    )
    print(f"{written.lines} declaratieregels; {seconds:.1f} seconden")
    for year, cents in written.cents.items():
        euros = f"{cents // 100:,}".replace(",", ".")
        print(f"zorgjaar {year}: € {euros} goedgekeurd of nog open")
