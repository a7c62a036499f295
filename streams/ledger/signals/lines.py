"""The lines of a book as the rules see them, and when one counts.

Rules judge debits and credits that are open or granted: what the municipality pays, or may. A rejected
line was judged already and a void one was never sent. What open lines leave room for is decided as
if the rules were followed: an open line that breaks one takes no volume, no budget and no debit
away, a granted line always does.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from schemas.events import Side
from schemas.reference.lookup import Reference
from streams.ledger.allocations import Held
from streams.ledger.declarations import Declaration, Declarations
from streams.ledger.states import DECLARED, State

Place = tuple[str, str, int]
"""Of a line: its provider, the digest of its declaration's content, and its place in that, from 0."""


class Line(NamedTuple):
    """One line with its state; dates as ISO texts, `amount` and `tariff` in cents, `client` a pseudonym."""

    declaration: Declaration
    row: int
    state: int
    client: str
    reference: str
    previous: str | None
    allocation: int
    category: str
    code: str
    begin: str
    end: str
    volume: int
    unit: str
    tariff: int | None
    amount: int
    side: Side

    @property
    def provider(self) -> str:
        """The AGB code of who declared it."""
        return self.declaration.provider

    @property
    def place(self) -> Place:
        """What tells it from every other line, whatever its reference."""
        return self.declaration.provider, self.declaration.body, self.row

    @property
    def counts(self) -> bool:
        """Whether it is open or granted."""
        return self.state in DECLARED

    @property
    def granted(self) -> bool:
        """Whether the municipality pays it."""
        return self.state == State.GRANTED


Broken = tuple[str, Line]
"""A rule and the line that breaks it."""

LineRule = Callable[[Line, Held, Reference], bool]
"""Whether a debit breaks a rule, given its allocation and the reference data."""


def standing(declarations: Declarations) -> list[Declaration]:
    """The declarations that are not wholly void, in the order of design.md's "before"."""
    found = [(each.order, each.provider, each) for each in declarations if each.order is not None]
    return [each for *_, each in sorted(found, key=lambda one: one[:2])]


def lines_of(declaration: Declaration) -> Iterator[Line]:
    """The lines of a declaration in the order of the message."""
    columns, clients = declaration.lines, declaration.clients
    contents = zip(*(columns[name] for name in _COLUMNS), strict=True)  # type: ignore[literal-required]
    owners = (clients[index] for index in columns["client"])
    for row, (state, owner, content) in enumerate(
        zip(declaration.states, owners, contents, strict=True)
    ):
        yield Line(declaration, row, state, owner, *content)


_COLUMNS: Final = Line._fields[4:]


def granted_before(line: Line, deleted: Held) -> bool:
    """Whether a line was granted no later than its allocation was deleted."""
    answer = line.declaration.answer
    return line.granted and answer is not None and answer["dated"] <= deleted.content["stamp"][:10]


@cache
def month_end(month: str) -> str:
    """The last day of a month (YYYY-MM)."""
    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02}"


@cache
def day(text: str) -> date:
    """The date in the text of a line, whose form alone was checked: 30 February is the 28th."""
    real = min(text, month_end(text[:7]))
    return date.fromisoformat(max(real, date.min.isoformat()))
