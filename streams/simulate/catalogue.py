"""The products of the simulated worlds: codes and names after the standard product list (JZ21).

Tariffs, volumes and durations are the simulator's own, of the size that public tariff lists of
2022 show. Codes with an H are bilateral (IV075), of before the harmonisation, and continue under a
code of the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from streams.simulate.products_table import MORE_ROWS, ROWS

Form = Literal["specific", "budget", "open"]

HOUR: Final = "04"
MINUTE: Final = "01"
DAY: Final = "14"
PIECE: Final = "82"
EURO: Final = "83"
PER_DAY: Final = "1"
PER_WEEK: Final = "2"
PER_MONTH: Final = "4"
IN_TOTAL: Final = "6"

AMBULANT: Final = "Jeugdhulp zonder verblijf"
STAY: Final = "Jeugdhulp met verblijf"
PROTECTION: Final = "Jeugdbescherming"
PROBATION: Final = "Jeugdreclassering"
_USED: Final = (0.78, 0.87, 0.82, 0.91)
"""What is used of an allocation while care lasts, of one product more than of another, in turn.
With allocations that run on after care has ended that makes about four fifths in all."""
_BEGIN_AND_END: Final = 2
_MOST_DAYS: Final = 7
"""Days of stay in a week; a day can't be the frequency of stay (CS338)."""
LINES: Final = (AMBULANT, STAY, PROTECTION, PROBATION)
_LINE: Final = dict(zip("ZVBR", LINES, strict=True))


class Heir(NamedTuple):
    """A code that an old one continues under: for which share, and the new units for one old."""

    weight: float
    unit_factor: float


@dataclass(frozen=True, slots=True)
class Product:
    """One product.

    `need` is what a client uses on average per day, week, month or in all, by `frequency`, in the
    `unit` of its allocation; `price` the cents of one unit in the first year (of one euro: none);
    `months` the mean duration of an episode; `weight` the share of its line's episodes, relative.
    `form` is how it is allocated: with volume, as a budget on the category, or as a category alone;
    `used` the share of an allocation that is used on average. `heirs` are the codes it continues
    under at a harmonisation, `at_start` the share of a trajectory that is paid at its start.
    """

    code: str
    description: str
    line: str
    segment: str
    unit: str
    frequency: str
    need: float
    price: int
    months: int
    weight: float
    form: Form
    drifts: bool
    heirs: Mapping[str, Heir]
    at_start: float
    used: float

    @property
    def category(self) -> str:
        """The product category (JZ020)."""
        return self.code[:2]

    @property
    def output(self) -> bool:
        """Whether it is paid by result (units 82 and 83) and not by effort."""
        return self.unit in {PIECE, EURO}

    @property
    def full_stay(self) -> bool:
        """Whether it is stay on nearly every day of the week, the same for everyone."""
        return self.unit == DAY and self.frequency == PER_WEEK and self.need > _MOST_DAYS - 1

    @property
    def monthly_cents(self) -> float:
        """What an episode costs in an average month, at the tariff of the first year."""
        per_month = {PER_DAY: 365.25 / 12, PER_WEEK: 365.25 / 84, PER_MONTH: 1.0}
        share = per_month.get(self.frequency, 1 / self.months)
        return self.need * share * (100 if self.unit == EURO else self.unit_price)

    @property
    def unit_price(self) -> float:
        """Cents of one allocated unit; minutes are priced by the hour (IV081)."""
        return self.price / 60 if self.unit == MINUTE else self.price


def _product(number: int, row: str) -> Product:
    code, name, line, segment, unit, need, price, months, weight, marks = row.split(";")
    unit, frequency = unit.split("/")
    words = dict(mark.partition("=")[::2] for mark in marks.split())
    at_start = int(words["start"]) / 100 if "start" in words else _at_start(float(need))
    form: Form = "budget" if "budget" in words else "open" if "open" in words else "specific"
    return Product(
        *(code, name, _LINE[line], segment, unit, frequency),
        *(float(need), round(float(price) * 100), int(months), float(weight)),
        form=form,
        drifts="drift" in words,
        heirs=_heirs(words.get("to", "")),
        at_start=at_start,
        used=_USED[number % len(_USED)],
    )


def _at_start(pieces: float) -> float:
    """Two pieces are one at the start and one at the end; anything else is paid at the end."""
    return 0.5 if round(pieces) == _BEGIN_AND_END else 0.0


def _heirs(text: str) -> Mapping[str, Heir]:
    """Heirs as the table gives them: CODE:weight:factor, or CODE alone."""
    parts = [heir.split(":") for heir in text.split(",") if heir]
    return {code: Heir(*map(float, numbers)) if numbers else Heir(1, 1) for code, *numbers in parts}


CATALOGUE: Final = {
    product.code: product
    for number, row in enumerate([*ROWS.strip().splitlines(), *MORE_ROWS.strip().splitlines()])
    for product in [_product(number, row)]
}
USUAL: Final = tuple(row.partition(";")[0] for row in ROWS.strip().splitlines())
"""The codes of the first table, which most of a municipality's care has."""
