"""Panels made by hand: what was declared and committed, and when it became known."""

from calendar import monthrange
from collections.abc import Iterable

import numpy as np

from streams.prognosis.panel import Item, Known, Panel, in_order

FIRST = 2022 * 12
"""January 2022."""

Row = tuple[Item, int, int, int]
"""Item, care month and month of knowing (months from `FIRST`), cents."""

CARE = Item("90000001", "45", "45A04")
STAY = Item("90000002", "44", "44A08")


def panel_of(
    declared: Iterable[Row], committed: Iterable[Row], closed: int, ahead: int = 24
) -> Panel:
    """The panel at the end of month `closed`: what became known later is left out."""
    months = closed + 1 + ahead
    said = [row for row in declared if row[2] <= closed and row[1] < months]
    meant = [row for row in committed if row[2] <= closed and row[1] < months]
    items = sorted({row[0] for row in (*said, *meant)}, key=in_order)
    lines = (None, *sorted({line_of(item) for item in items}))
    return Panel(
        items=tuple(items),
        lines=lines,
        line_of_item=np.array([lines.index(line_of(item)) for item in items], dtype=np.int64),
        first=FIRST,
        months=months,
        closed=closed,
        declared=_known(said, items),
        committed=_known(meant, items),
        levels=np.ones((len(items), months)),
    )


def line_of(item: Item) -> str:
    """The budget line of an item here: its category's."""
    return f"post {item.category}"


def _known(rows: list[Row], items: list[Item]) -> Known:
    table = np.array(
        sorted((items.index(item), *rest) for item, *rest in rows), dtype=np.int64
    ).reshape(-1, 4)
    return Known(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.float64))


def days_of(care: int) -> int:
    """The days of a care month."""
    return monthrange((FIRST + care) // 12, (FIRST + care) % 12 + 1)[1]


def steady(
    item: Item, months: int, used: int = 80, meant: int = 100, delay: int = 1
) -> tuple[list[Row], list[Row]]:
    """Months of care, each allocated a year ahead and declared `delay` months later."""
    declared = [(item, month, month + delay, used) for month in range(months)]
    committed = [(item, month, max(0, month - 12), meant) for month in range(months)]
    return declared, committed
