"""Figures split by the type of referrer (verwijzer): who sent the care that is paid for.

A line follows its allocation, an allocation the request (315) whose ReferentieAanbieder it carries: of
its versions the latest that carries that of a known one, for a request for change (317) names no
referrer. Without an allocation in the book, without a reference or without that request it is None.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from streams.figures.cells import Cells
from streams.figures.committed import Commitments
from streams.figures.rollup import Figures
from streams.ledger.allocations import Chain, Replaced
from streams.ledger.book import Book
from streams.ledger.declarations import Move
from streams.ledger.states import State

L = TypeVar("L")


def by_referrer(figures: Figures, book: Book) -> list[Figures]:
    """The figures of a book in parts, one a referrer; together they are the whole."""
    found = split(figures, book, referrer_of)
    known = sorted(found, key=lambda referrer: referrer or "")
    return [replace(found[referrer], referrer=referrer) for referrer in known]


def split(figures: Figures, book: Book, label: Callable[[Book, Chain], L]) -> dict[L, Figures]:
    """The figures of a book in parts, by what an allocation is called; empty: a line without one."""
    moves: dict[L, list[Move]] = defaultdict(list)
    chains: dict[L, list[Replaced]] = defaultdict(list)
    labels: dict[int, L] = {}
    for chain in book.allocations:
        name = labels[chain[-1].content["number"]] = label(book, chain)
        chains[name].append(Replaced((), chain))
    other = label(book, ())
    for declaration in book.declarations:
        numbers = declaration.lines["allocation"]
        for place, (number, state) in enumerate(zip(numbers, declaration.states, strict=True)):
            dates = declaration.arrived, declaration.answered
            move = (declaration, place, int(State.ABSENT), state, *dates)
            moves[labels.get(number, other)].append(move)
    return {name: _part(figures, moves[name], chains[name]) for name in {*moves, *chains}}


def referrer_of(book: Book, chain: Chain) -> str | None:
    """The type of referrer (COD327) of an allocation."""
    asked = (
        book.requests.referrer(held.provider, held.content.get("reference"))
        for held in reversed(chain)
    )
    return next(filter(None, asked), None)


def _part(figures: Figures, moves: list[Move], chains: list[Replaced]) -> Figures:
    cells, commitments = Cells(), Commitments(figures.reference, figures.reference.as_of.year)
    cells.apply(moves)
    cells.rates = figures.cells.rates  # a mean tariff is that of all lines
    commitments.apply(chains)
    return replace(figures, cells=cells, commitments=commitments)
