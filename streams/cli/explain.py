"""`budgetwacht explain`: why care cost more or less in one period than in another.

As of today, where no date is given: who asks why usually has all messages there are.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.errors import BudgetwachtError
from streams.cli import output
from streams.figures.spans import Span

if TYPE_CHECKING:
    from schemas.reference.document import ReferenceDocument
    from streams.figures.rollup import Value
    from streams.prognosis.explaining import Change, Changes

NAME: Final = "explain"
HELP: Final = "leg uit waarom de kosten van twee perioden verschillen"

COLUMNS: Final = (
    "effect",
    "amount_cents",
    "share",
    "before_cents",
    "after_cents",
    "change_cents",
    "before_expected_cents",
    "after_expected_cents",
)

DUTCH: Final = {
    "municipality": "gemeente",
    "region": "regio",
    "product": "product",
    "category": "categorie",
    "segment": "segment",
    "profile": "profiel",
    "intensity": "intensiteit",
    "stay": "verblijf",
    "provider": "aanbieder",
    "budget_line": "begrotingspost",
}


class Period(NamedTuple):
    """A period as it was asked for, and its care months."""

    text: str
    span: Span

    @property
    def told(self) -> str:
        """What it is called in a sentence."""
        return self.text.replace("..", " tot en met ")


def period(text: str) -> Period:
    """A year, quarter or month, or from one to another. Raises `argparse.ArgumentTypeError`."""
    first, _, last = text.partition("..")
    begin, end = _one(first), _one(last or first)
    if begin is None or end is None or text.endswith(".."):
        raise argparse.ArgumentTypeError(
            f"{text!r} is geen periode; schrijf 2024, 2024-Q1, 2024-03 of 2024-01..2024-09"
        )
    if end.last < begin.first:
        raise argparse.ArgumentTypeError(f"{text!r} eindigt voordat het begint")
    return Period(text, Span(begin.first, end.last))


def _one(text: str) -> Span | None:
    found = re.fullmatch(r"([12]\d{3})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", text)
    if found is None:
        return None
    year, quarter, month = found.groups()
    if month:
        return Span(text, text)
    if quarter:
        return Span(f"{year}-{3 * int(quarter) - 2:02}", f"{year}-{3 * int(quarter):02}")
    return Span(f"{year}-01", f"{year}-12")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    output.add_folder(parser)
    forms = "2024, 2024-Q1, 2024-03 of 2024-01..2024-09"
    for name, told in (("from", "van welke periode"), ("to", "naar welke periode")):
        parser.add_argument(
            f"--{name}",
            dest=f"{name}_period",
            required=True,
            type=period,
            metavar="PERIODE",
            help=f"{told}: {forms}",
        )
    output.add_as_of(parser, required=False)
    output.add_by(parser, "municipality", sorted(DUTCH))
    parser.add_argument(
        "--method",
        choices=("lmdi", "pvm"),
        default="lmdi",
        help="lmdi: jeugdigen, duur, stapeling, mix, intensiteit en tarief (standaard);"
        " pvm: volume, mix en prijs per product",
    )
    parser.add_argument(
        "--format",
        choices=("json", "csv", "table", "text"),
        default="json",
        help="json voor een programma (standaard), csv, table, of text: uitleg in zinnen",
    )


def run(args: argparse.Namespace) -> int:
    """Print a row per cell and effect, or sentences per cell."""
    from streams.local.folder import Folder
    from streams.prognosis.dividing import METHODS
    from streams.prognosis.explaining import EFFECTS, explain, rolled
    from streams.prognosis.monitor import monitors

    by = output.keys(args.by)
    if wrong := [name for name in by if name not in DUTCH]:
        raise BudgetwachtError(
            f"explain kan niet per {', '.join(wrong)}; kies uit {', '.join(DUTCH)}"
        )
    before, after = args.from_period, args.to_period
    _tell_lengths(before, after)
    folder = Folder(args.folder, lambda line: print(line, file=sys.stderr))
    documents = folder.documents()
    found: Changes = {}
    as_of = args.as_of or date.today()  # noqa: DTZ011  # the user's own calendar day
    for monitor in monitors(folder.events(), documents, as_of):
        found |= explain(monitor.parts(), before.span, after.span, METHODS[args.method])
    if args.format == "text":
        texts = list(_texts(found, by, (before, after), documents))
        print("\n\n".join(texts or ["Er zijn geen kosten in deze perioden."]))
    else:
        rows = _rows(rolled(found, by), by, EFFECTS[args.method])
        output.write(rows, [*by, *COLUMNS], args.format)
    return 0


def _tell_lengths(before: Period, after: Period) -> None:
    lengths = [_months(each.span) for each in (before, after)]
    if lengths[0] != lengths[1]:
        print(
            f"let op: {before.told} telt {lengths[0]} maanden en {after.told} {lengths[1]};"
            " een deel van het verschil is alleen dat",
            file=sys.stderr,
        )


def _months(span: Span) -> int:
    return (
        (int(span.last[:4]) - int(span.first[:4])) * 12
        + int(span.last[5:])
        - int(span.first[5:])
        + 1
    )


def _rows(
    found: "Mapping[tuple[Value, ...], Change]", by: list[str], effects: Iterable[str]
) -> list[dict[str, Any]]:
    return [
        {
            **dict(zip(by, values, strict=True)),
            "effect": effect,
            "amount_cents": change.effects[effect],
            "share": _share(effect, change),
            "before_cents": change.before,
            "after_cents": change.after,
            "change_cents": change.cents,
            "before_expected_cents": change.expected[0],
            "after_expected_cents": change.expected[1],
        }
        for values, change in found.items()
        for effect in effects
    ]


def _share(effect: str, change: "Change") -> float | None:
    """An effect over the change in the end; None of nothing, which has no sign, and for what is no cause."""
    from streams.figures.rounding import ratio

    if effect == "not_declared":
        return None
    cents = change.effects[effect]
    return ratio(cents, change.rise) if cents else ratio(0, abs(change.rise))


def _texts(
    found: "Changes",
    by: list[str],
    periods: tuple[Period, Period],
    documents: "Mapping[str, ReferenceDocument]",
) -> Iterable[str]:
    """A paragraph per cell, in the order of the cells."""
    from streams.prognosis.explaining import rolled
    from streams.prognosis.sentences import sentences

    told = {
        row.code: row.description or ""
        for _, document in sorted(documents.items())
        for row in sorted(document.products, key=lambda row: row.valid_from)
    }
    products: dict[tuple[Value, ...], dict[Value, Change]] = defaultdict(dict)
    if "product" not in by:
        for (*cell, product), change in rolled(found, [*by, "product"]).items():
            products[tuple(cell)][product] = change
    names = periods[0].told, periods[1].told
    for values, change in rolled(found, by).items():
        heading = ", ".join(
            f"{DUTCH[name]} {'(geen)' if value is None else value}"
            for name, value in zip(by, values, strict=True)
        )
        yield "\n".join([f"{heading}:", *sentences(change, products[values], names, told)])
