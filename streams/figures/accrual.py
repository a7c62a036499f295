"""Accrual: money by the month in which care was given, beside what was declared and when it came in.

    declared     by care month (ProductPeriode), as everywhere
    periodised   the same money; that of trajectories is put in the months of their care (`trajectories`)
    due          of trajectories whose price is known: the value of a month's care, up to and including
                 the month of the as-of date, less what was declared for that month
    fixed        the fixed costs of the month
    cash         the same money as declared, by the month in which its declaration came in

Over all months periodised and cash both add up to declared, and due adds up to what has been delivered
and is not declared yet; negative is paid ahead. A trajectory's price follows from its start payment:
start amount over start share. Rejected and void lines are in none of these; a credit takes its debit
away in each.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from streams.figures.areas import AREAS
from streams.figures.cells import Key
from streams.figures.fixed import charges
from streams.figures.intensity import WINDOWED
from streams.figures.question import Kept, Question, Row
from streams.figures.rollup import KEYS, Figures, Value, sortable
from streams.figures.trajectories import Trajectory, spread, trajectories

COLUMNS: Final = ("declared", "periodised", "due", "fixed", "cash")

Values = tuple[Value, ...]


@dataclass
class _Sums:
    """Cents by place, month and column; `label` gives the place of a cell."""

    label: Callable[[Figures, Key], Values]

    def __post_init__(self) -> None:
        self.cents: dict[tuple[Values, str], dict[str, int]] = defaultdict(
            lambda: dict.fromkeys(COLUMNS, 0)
        )

    def add(self, place: Values, month: str, column: str, cents: int) -> None:
        """Add to a sum."""
        self.cents[place, month][column] += cents

    def add_cells(self, figures: Figures) -> None:
        """Add what was declared, by care month and by the month of coming in."""
        for key, cell in figures.cells.items():
            place = self.label(figures, key)
            self.add(place, key.care_month, "declared", cell.declared)
            self.add(place, key.care_month, "periodised", cell.declared)
            for month, cents in cell.arrived.items():
                self.add(place, month, "cash", cents)

    def add_trajectory(self, figures: Figures, each: Trajectory, until: str) -> None:
        """Move a trajectory's money to the months of its care, and add what is due of it."""
        if not each.days:
            return
        for month, lines in each.lines.items():
            place = self.label(figures, each.at(month))
            for cents in lines:
                self.add(place, month, "periodised", -cents)
                for other, part in spread(cents, each.days):
                    self.add(place, other, "periodised", part)
        price, start = each.price(), each.start
        if price is None or start is None:
            return
        for month, lines in each.lines.items():
            self.add(self.label(figures, each.at(month)), month, "due", -sum(lines))
        place = self.label(figures, each.at(start))
        for month, part in spread(price, each.days):
            if month <= until:
                self.add(place, month, "due", part)


def compute(figures: Sequence[Figures], question: Question) -> list[Row]:
    """A row per combination of keys and month of the year with money."""
    labels = [KEYS[name] for name in question.by]
    sums = _Sums(lambda each, key: tuple([label(each, key) for label in labels]))
    for each in figures:
        sums.add_cells(each)
        for trajectory in trajectories(each):
            sums.add_trajectory(each, trajectory, question.as_of.isoformat()[:7])
        for charge, cents in charges([each], question.year).items():
            place = _place_of_charge(each, charge.budget_line, question.by)
            sums.add(place, charge.month, "fixed", cents)
    return [
        {
            **dict(zip(question.by, place, strict=True)),
            "care_month": month,
            **{f"{column}_cents": cents for column, cents in columns.items()},
        }
        for (place, month), columns in sorted(
            sums.cents.items(), key=lambda each: (sortable(each[0][0]), each[0][1])
        )
        if month.startswith(f"{question.year:04}-") and any(columns.values())
    ]


def _place_of_charge(figures: Figures, budget_line: str, by: Sequence[str]) -> Values:
    """Where a fixed cost stands: it has an area and a budget line, and no care."""
    nowhere = Key("", None, None, "")
    known = {name: KEYS[name](figures, nowhere) for name in by if name in AREAS}
    known["budget_line"] = budget_line
    return tuple([known.get(name) for name in by])


ACCRUAL: Final = Kept(
    compute, WINDOWED, "geld per zorgmaand na periodisering, met nog te verwachten en kas ernaast"
)
