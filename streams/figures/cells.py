"""Cells: money, lines, units and clients per care month, category, product and provider.

A cell is the finest place the measures of design.md are kept in; any roll-up is a sum of cells. The
care month is the month of the ProductPeriode's begin. Amounts are cents, debit minus credit.
"""

from calendar import monthrange
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple, TypeVar

from streams.figures.marks import NEVER, Marked
from streams.ledger.declarations import Move
from streams.ledger.states import DECLARED, State

K = TypeVar("K")

HOURS: Final = "04"
MINUTES: Final = "01"

UNITS: Final = ("01", "14", "16", "82", "83", "84")
"""Unit codes (WJ756) that volumes are added up in: hours (04) count as sixty minutes (01)."""


class Key(NamedTuple):
    """Where money belongs: `product` and `category` are None for an allocation without them."""

    care_month: str
    category: str | None
    product: str | None
    provider: str


class Cell:
    """The measures of one cell.

    `cents` by line state; `lines` counts lines by state; `units` net declared volume by unit code;
    `clients` net declared cents by client; `broken` the part of them that is over less than the whole
    month, by client and the ProductPeriode's begin and end (what is not in it is over the whole month:
    most lines are); `arrived` net declared cents by the month ("YYYY-MM") of the message; `refused`
    rejected cents by that month and the later one of the answer: in between they were declared.
    """

    __slots__ = ("arrived", "broken", "cents", "clients", "lines", "refused", "units")

    def __init__(self) -> None:
        self.cents = [0, 0, 0, 0, 0]
        self.lines = [0, 0, 0, 0, 0]
        self.units: dict[str, int] = {}
        self.clients: dict[str, int] = {}
        self.broken: dict[tuple[str, str, str], int] = {}
        self.arrived: dict[str, int] = {}
        self.refused: dict[tuple[str, str], int] = {}

    @property
    def declared(self) -> int:
        """Granted plus open, in cents."""
        return self.cents[State.GRANTED] + self.cents[State.OPEN]


class Cells(Marked[Key, Cell]):
    """The cells of one municipality; a cell exists while a line is in it.

    `cents` are those of all cells together, by line state. `rates` holds net declared (cents, volume) by
    provider, category and unit: their quotient is the mean tariff of allocations without a product code.
    `billed` holds the cents that came in, whatever was answered since, by month ("YYYY-MM"), and by
    provider and day of that month ("01" to "31").
    """

    def __init__(self) -> None:
        super().__init__()
        self.cents = [0, 0, 0, 0, 0]
        self.rates: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.billed: dict[str, dict[tuple[str, str], int]] = {}

    def apply(self, moves: Iterable[Move]) -> None:
        """Take the ledger's changes in; a line leaves its old state and enters its new one."""
        touched: set[tuple[str, str, str, str]] = set()
        earliest = NEVER
        for declaration, place, old, new, arrived, answered in moves:
            lines = declaration.lines
            category, provider = lines["category"][place], declaration.provider
            key = (lines["begin"][place][:7], category, lines["code"][place], provider)
            touched.add(key)
            cell = self.get(key)  # type: ignore[call-overload]  # a plain tuple finds a Key, and is quicker made
            if cell is None:
                cell = self[Key(*key)] = Cell()
            cents, volume = lines["amount"][place], lines["volume"][place]
            if lines["side"][place] == "C":
                cents, volume = -cents, -volume
            if old:
                self.cents[old] -= cents
                cell.cents[old] -= cents
                cell.lines[old] -= 1
            if new:
                self.cents[new] += cents
                cell.cents[new] += cents
                cell.lines[new] += 1
            counted = _COUNTED[new] - _COUNTED[old]
            if counted:
                client = declaration.clients[lines["client"][place]]
                unit = lines["unit"][place]
                if unit == HOURS:
                    unit, volume = MINUTES, volume * 60
                _add(cell.units, unit, counted * volume)
                _add(cell.clients, client, counted * cents)
                begin, end = lines["begin"][place], lines["end"][place]
                if begin[8:] != "01" or end != last_day(key[0]):
                    _add(cell.broken, (client, begin, end), counted * cents)
                _add(cell.arrived, arrived[:7], counted * cents)
                rate = (provider, category, unit)
                before = self.rates.get(rate, _NOTHING)
                self.rates[rate] = before[0] + counted * cents, before[1] + counted * volume
            self._bill(provider, arrived, (_SAID[new] - _SAID[old]) * cents)
            known = _date(cell, (old, new), arrived[:7], answered[:7], cents)
            earliest = min(earliest, known)
            if old and not any(cell.lines):
                del self[Key(*key)]
        self._mark([Key(*key) for key in touched], earliest)

    def _bill(self, provider: str, arrived: str, cents: int) -> None:
        if not cents:
            return
        month = self.billed.setdefault(arrived[:7], {})
        _add(month, (provider, arrived[8:10]), cents)
        if not month:
            del self.billed[arrived[:7]]


def _date(cell: Cell, states: tuple[int, int], arrived: str, answered: str, cents: int) -> str:
    """Note that rejected money was declared until its answer; gives the first month that knows otherwise."""
    old, new = states
    first = arrived if _SAID[new] != _SAID[old] else NEVER
    refused = (new == _REJECTED) - (old == _REJECTED)
    if refused:
        first = min(first, answered)
        if arrived < answered:
            _add(cell.refused, (arrived, answered), refused * cents)
    return first


_NOTHING: Final = (0, 0)
_REJECTED: Final = int(State.REJECTED)
_COUNTED: Final = tuple(state in DECLARED for state in State)
_SAID: Final = tuple(state in DECLARED or state == State.REJECTED for state in State)
"""By state: whether it counts as declared; whether it did until an answer."""


@cache
def last_day(care_month: str) -> str:
    """The last day of a care month ("YYYY-MM"), ISO."""
    return f"{care_month}-{monthrange(int(care_month[:4]), int(care_month[5:]))[1]}"


def _add(sums: dict[K, int], key: K, amount: int) -> None:
    """Add to a sum; sums that come to nothing are not kept, so equal states are equal dictionaries."""
    total = sums.get(key, 0) + amount
    if total:
        sums[key] = total
    else:
        sums.pop(key, None)
