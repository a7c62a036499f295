"""What if: steps that change what is still to come, one after the other, and what each comes to.

A step works on the amounts that the steps before it left, in cents by item, term and care month; its effect
is the difference, so effects add up to the change. What is declared stays as it is, and so do the habits and
the relative spread: a step is taken as certain.

    inflow        from a month on p percent more clients come in. They are p percent of what a month costs once
                  everyone who is in care came in after it, a twelfth of that in the first month, two in the
                  second: clients stay `STAY` months. Care already given is not changed
    tariff        what is still to be declared of months from then on becomes p percent dearer, of a provider,
                  a product, both, or all
    realisation   from a month on p percent more of allocations is used: of care without one nothing changes
    contract end  nothing comes of a provider from a month on, or of a product of it, but for the p percent that
                  goes on elsewhere at the same price (it stays under the provider's name)
    measure       the saving meant for the year (maatregelen.csv) in equal parts over its months, as in the figure
                  `measures`, of those that are still to come: taken off the measure's products, and no more
                  than comes of them
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.figures.rollup import Figures
from streams.figures.rounding import parted
from streams.prognosis.cell import Cell, Row
from streams.prognosis.expecting import TERMS
from streams.prognosis.forecast import Forecast
from streams.prognosis.outlook import years
from streams.prognosis.panel import Ints
from streams.prognosis.split import Label, Split, split_all
from streams.prognosis.steps import Step

STAY: Final = 12
"""Months that a client is taken to stay: after a year of more inflow the whole of care has grown."""

COLUMNS: Final = (
    "whatif_effect",
    "whatif_change_cents",
    "whatif_prognosis_cents",
    "whatif_lower80_cents",
    "whatif_upper80_cents",
    "whatif_lower95_cents",
    "whatif_upper95_cents",
    "whatif_overrun_probability",
    "whatif_crossing_date",
)

Made = tuple[Sequence[Figures], Forecast]
"""A municipality's parts and the forecast that was made of them."""

_LATE, _ALLOCATED, _USUAL, _LOOSE = (
    TERMS.index(n) for n in ("late", "allocated", "usual", "loose")
)
_USED: Final = [_LATE, _ALLOCATED, _USUAL]
_TO_COME: Final = [_ALLOCATED, _USUAL, _LOOSE]
_CARE: Final = [_LATE, *_TO_COME]


@dataclass(frozen=True)
class Answer:
    """A cell after all steps (None: nothing is left of it), and what each step did to it, in cents."""

    cell: Cell | None
    changes: Sequence[tuple[str, int]]

    def row(self) -> Row:
        """The columns of the cell as a whole."""
        whole: Row = dict.fromkeys(COLUMNS)
        whole["whatif_change_cents"] = sum(cents for _, cents in self.changes)
        found = self.cell.row() if self.cell else {}
        for name in COLUMNS[2:]:
            plain = name.removeprefix("whatif_")
            whole[name] = found.get(plain, 0 if name.endswith("_cents") else None)
        return whole

    def rows(self) -> list[Row]:
        """A row for each effect; they add up to the change."""
        return [
            dict.fromkeys(COLUMNS) | {"whatif_effect": name, "whatif_change_cents": cents}
            for name, cents in self.changes
        ]


def answers(
    made: Iterable[Made], year: int, by: Sequence[str], steps: Sequence[Step]
) -> dict[Label, Answer]:
    """What the steps do to the cells of several municipalities together."""
    changes: dict[Label, list[int]] = defaultdict(lambda: [0] * len(steps))
    after = []
    for parts, found in made:
        told = effects(found, parts, year, steps)
        label_of = partial(Split(parts, year, found).label, by)
        after.append(Split(parts, year, with_effects(found, told)))
        for place, effect in enumerate(told):
            moved = replace(found, still=effect).expected(label_of, years(year, year))
            for label, terms in moved.items():
                changes[label][place] += sum(terms.values())
    cells = split_all(after, by)
    names = [step.name for step in steps]
    return {
        label: Answer(cells.get(label), list(zip(names, changes[label], strict=True)))
        for label in [*cells, *(label for label in changes if label not in cells)]
    }


def effects(
    found: Forecast, parts: Sequence[Figures], year: int, steps: Sequence[Step]
) -> list[Ints]:
    """The effect of each step on `Forecast.still`, in the same shape; cents."""
    still, told = found.still, []
    for step in steps:
        changed = EFFECTS[step.kind](replace(found, still=still), parts, year, step)
        told.append(changed - still)
        still = changed
    return told


def with_effects(found: Forecast, changes: Sequence[Ints]) -> Forecast:
    """The forecast after all effects."""
    return replace(found, still=sum(changes, start=found.still))


def _scaled(
    found: Forecast, step: Step, terms: Sequence[int], factor: float | NDArray[np.float64]
) -> Ints:
    """The amounts of a step's items and months, of some terms, times a factor (by month)."""
    inside = _items(found, step)[:, None] & (np.array(found.care) >= step.start)[None, :]
    changed = found.still.copy()
    for term in terms:
        scaled = np.rint(found.still[term] * factor).astype(np.int64)
        changed[term] = np.where(inside, scaled, found.still[term])
    return changed


def _items(found: Forecast, step: Step) -> NDArray[np.bool_]:
    return np.array(
        [
            step.provider in {"", item.provider} and step.product in {"", item.product}
            for item in found.items
        ],
        dtype=np.bool_,
    )


def _inflow(found: Forecast, _: Sequence[Figures], __: int, step: Step) -> Ints:
    months = np.array(found.care)
    grown = np.clip((months - step.start + 1) / STAY, 0.0, 1.0)
    return _scaled(found, step, _TO_COME, 1 + step.share * grown)


def _tariff(found: Forecast, _: Sequence[Figures], __: int, step: Step) -> Ints:
    return _scaled(found, step, _CARE, 1 + step.share)


def _realisation(found: Forecast, _: Sequence[Figures], __: int, step: Step) -> Ints:
    return _scaled(found, step, _USED, 1 + step.share)


def _contract_end(found: Forecast, _: Sequence[Figures], __: int, step: Step) -> Ints:
    return _scaled(found, step, _CARE, step.share)


def _measure(found: Forecast, parts: Sequence[Figures], year: int, step: Step) -> Ints:
    changed = found.still.copy()
    rows = [
        row
        for part in parts
        for row in part.reference.measures(year)
        if row.measure == step.measure
    ]
    for row in rows:
        begin = max(year * 12, row.starts_on.year * 12 + row.starts_on.month - 1)
        months = range(begin, year * 12 + 12)
        items = [
            n for n, item in enumerate(found.items) if not row.codes or item.product in row.codes
        ]
        for month, cents in zip(months, _evenly(row.saving_cents, len(months)), strict=True):
            if month > found.now.closed and month in found.care and items:
                _take(changed, items, found.care.index(month), cents)
    return changed


def _evenly(cents: int, months: int) -> list[int]:
    return parted(Fraction(cents, months) for _ in range(months))


def _take(changed: Ints, items: Sequence[int], column: int, cents: int) -> None:
    """Take an amount off what comes of some items in a month, each its part; no more than there is."""
    place = np.ix_(_TO_COME, items)
    there = np.maximum(0, changed[:, :, column][place])
    weights = there.ravel().tolist()
    if total := sum(weights):
        taken = np.array(
            parted(Fraction(min(cents, total) * weight, total) for weight in weights),
            dtype=np.int64,
        )
        changed[:, :, column][place] -= taken.reshape(there.shape)


EFFECTS: Final[Mapping[str, Callable[[Forecast, Sequence[Figures], int, Step], Ints]]] = {
    "instroom": _inflow,
    "tarief": _tariff,
    "uitnutting": _realisation,
    "einde_contract": _contract_end,
    "maatregel": _measure,
}
