"""Triangles to value: those that chainladder-python ships, with its results, and ones made at random.

bench/reserving_reference.py wrote the file; none of the tests needs chainladder-python.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from streams.prognosis.reserving.triangle import Row, Triangle, triangle

_FILE: Final = Path(__file__).with_name("reserving_reference.json")

BY_ORIGIN: Final = ("ultimates", "se", "bf", "benktander", "cape_cod", "cape_cod_decay")

Numbers = list[float | None]


@dataclass(frozen=True)
class Shipped:
    """A triangle and what chainladder-python makes of it; no results where it can't begin."""

    name: str
    triangle: Triangle
    results: dict[str, Numbers] | None


@cache
def shipped() -> dict[str, Shipped]:
    """All of them, by name."""
    return {each["name"]: _filled(each) for each in json.loads(_FILE.read_text())}


def _filled(each: dict[str, Any]) -> Shipped:
    """Without the origins that have no amount: one triangle ships with two of them."""
    kept = [place for place, row in enumerate(each["rows"]) if any(c is not None for c in row)]
    results = each["results"] and {
        key: [values[place] for place in kept] if key in BY_ORIGIN else values
        for key, values in each["results"].items()
    }
    return Shipped(each["name"], numbered([each["rows"][place] for place in kept]), results)


def numbered(rows: Sequence[Row]) -> Triangle:
    """A triangle whose origins and ages are called by their number."""
    width = max(map(len, rows))
    return triangle([f"o{i}" for i in range(len(rows))], [str(k) for k in range(width)], rows)


@st.composite
def grown(draw: st.DrawFn, *, least: int = 3, gaps: bool = False) -> Triangle:
    """A triangle of positive amounts: any shape whose rows get no longer, and every age known twice but the last.

    With `gaps`, a row may lack its first amounts.
    """
    width = draw(st.integers(least, 6))
    lengths = [width, *sorted(draw(st.lists(st.integers(1, width), max_size=4)), reverse=True)]
    lengths[1:1] = [width - 1]
    rows: list[Row] = []
    for place, length in enumerate(lengths):
        amount, row = draw(st.floats(10, 1000)), []
        for _ in range(length):
            row.append(amount)
            amount *= draw(st.floats(0.8, 3))
        first = draw(st.integers(0, length - 1)) if gaps and place > 1 else 0
        rows.append([*[None] * first, *row[first:]])
    return numbered(rows)
