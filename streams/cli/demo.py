"""`budgetwacht demo`: a simulated year, told month by month, without anything but Python."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from schemas.errors import BudgetwachtError

if TYPE_CHECKING:
    from schemas.outputs import Alert, BudgetLine, Valuation
    from streams.local.months import Told

T = TypeVar("T")

NAME: Final = "demo"
HELP: Final = "laat een verzonnen jaar zien: van berichten tot verbruik, prognose en meldingen"

WIDTH: Final = 32
"""Characters of the progress bar."""

KINDS: Final = {
    "declared": "gedeclareerd: {level}% van de begroting",
    "prognosis": "prognose boven de begroting",
    "contract": "gedeclareerd: {level}% van het plafond",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Scenario, scale, seed and folder."""
    parser.add_argument(
        "--scenario",
        default="zoetermeer-2018",
        metavar="NAAM",
        help="wereld (standaard zoetermeer-2018)",
    )
    parser.add_argument(
        "--scale", type=float, default=0.2, metavar="X", help="deel van de gemeente (standaard 0.2)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="begin van het toeval (standaard 1)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(".budgetwacht/demo"),
        metavar="MAP",
        help="map voor de berichten (standaard .budgetwacht/demo)",
    )


def run(args: argparse.Namespace) -> int:
    """Simulate a world, tell its last year and show where it ended."""
    from streams.local.folder import Folder
    from streams.local.months import month_ends, tell
    from streams.simulate.folder import prepare, write
    from streams.simulate.simulation import simulate
    from streams.simulate.worlds import scenario

    if args.scale <= 0:
        raise BudgetwachtError("--scale moet groter zijn dan nul")
    world = scenario(args.scenario, args.seed)
    progress = Progress()
    print(world.told)
    with progress.step("Berichten maken"):
        prepare(args.out, force=True)
        written = write(simulate(world, args.seed, args.scale), args.out)
    year = max(written.cents)
    folder = Folder(args.out, lambda line: print(line, file=sys.stderr))
    files = folder.files()
    with progress.step("Berichten lezen"):
        events = list(progress.over(folder.events(), len(files)))
    days = month_ends(year)
    told: list[Told] = []
    with progress.step(f"{year} per maand"):
        count = len({event["municipality"] for event in events}) * len(days)
        told += progress.over(tell(events, folder.documents(), days), count)
    last = [each.valuation for each in told if each.valuation.as_of == days[-1]]
    print("\n".join(report(last, [alert for each in told for alert in each.alerts])))
    print(f"\nDe berichten en referentiebestanden staan in {args.out}")
    print("Zelf verder kijken:")
    seen = f"{args.out} --as-of {days[-1]}"
    for further in (
        f"tables segmenten {seen}",
        f"tables stromen {seen}",
        f"replay {seen} --by care_month,product --format table",
    ):
        print(f"  {sys.argv[0]} {further}")
    return 0


def report(valuations: Sequence["Valuation"], alerts: Sequence["Alert"]) -> list[str]:
    """The closing table per budget line, and the alerts that would be mailed, in their order."""
    lines: list[str] = []
    for valuation in valuations:
        lines += ["", *_budget_table(valuation)]
    mailed = [alert for alert in alerts if alert.highest]
    lines += ["", f"Meldingen ({len(mailed)}):"]
    return [*lines, *(_alert(alert) for alert in mailed)]


def _budget_table(valuation: "Valuation") -> list[str]:
    from schemas.dutch import long_date

    head = [
        "Begrotingspost",
        "Begroting",
        "Gedeclareerd",
        "Toegewezen",
        "Prognose",
        "Bandbreedte (80%)",
        "Verbruik",
    ]
    named = [(line.budget_line or "(geen post)", line) for line in valuation.budget_lines]
    rows = [head, *(_row(name, line) for name, line in named), _row("Totaal", valuation.total)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    aligned = [
        "  ".join(
            text.ljust(width) if place == 0 else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    rule = "-" * len(aligned[0])
    title = f"{valuation.name} ({valuation.municipality}), {valuation.year}, peildatum {long_date(valuation.as_of)}"
    return [title, aligned[0], rule, *aligned[1:-1], rule, aligned[-1]]


def _row(name: str, line: "BudgetLine") -> list[str]:
    from schemas.dutch import percent, rounded_euros

    budget = line.budget_cents
    return [
        name,
        "-" if budget is None else rounded_euros(budget),
        rounded_euros(line.declared_cents),
        rounded_euros(line.committed_cents),
        rounded_euros(line.prognosis_cents),
        f"{rounded_euros(line.lower80_cents)} - {rounded_euros(line.upper80_cents)}",
        percent(line.declared_cents / budget) if budget else "-",
    ]


def _alert(alert: "Alert") -> str:
    from schemas.dutch import long_date, rounded_euros

    what = KINDS[alert.kind].format(level=alert.level)
    amounts = f"{rounded_euros(alert.value_cents)} van {rounded_euros(alert.limit_cents)}"
    return f"  {long_date(alert.as_of):>18}  {alert.municipality_name}, {alert.subject}: {what} ({amounts})"


@dataclass
class Progress:
    """A progress bar on a terminal; a line a step elsewhere."""

    title: str = ""
    shown: int = field(default=-1)

    def step(self, title: str) -> "Progress":
        """Name what follows."""
        self.title, self.shown = title, -1
        return self

    def __enter__(self) -> None:
        self._draw(0)

    def __exit__(self, *_: object) -> None:
        self._draw(WIDTH)
        print(file=sys.stderr)

    def over(self, items: Iterator[T], count: int) -> Iterator[T]:
        """Pass items on, drawing how far along `count` they are."""
        for number, item in enumerate(items, start=1):
            self._draw(min(WIDTH, WIDTH * number // max(count, 1)))
            yield item

    def _draw(self, filled: int) -> None:
        if filled != self.shown and (sys.stderr.isatty() or filled == 0):
            bar = "#" * filled + "." * (WIDTH - filled)
            text = f"\r{self.title:<18} [{bar}]" if sys.stderr.isatty() else f"{self.title} ..."
            print(text, end="", file=sys.stderr, flush=True)
            self.shown = filled
