"""Figures split by the type of referrer (verwijzer): who sent the care that is paid for.

A line follows its allocation, an allocation the request (315) whose ReferentieAanbieder it carries.
Without an allocation in the book, without a reference or without that request it is None.
"""

from collections import defaultdict
from dataclasses import replace

from streams.figures.cells import Cells
from streams.figures.committed import Commitments
from streams.figures.rollup import Figures
from streams.ledger.allocations import Held, Replaced
from streams.ledger.book import Book
from streams.ledger.declarations import Move
from streams.ledger.states import State


def by_referrer(figures: Figures, book: Book) -> list[Figures]:
    """The figures of a book in parts, one a referrer; together they are the whole."""
    moves: dict[str | None, list[Move]] = defaultdict(list)
    chains: dict[str | None, list[Replaced]] = defaultdict(list)
    referrers: dict[int, str | None] = {}
    for chain in book.allocations:
        referrer = referrers[chain[-1].content["number"]] = _referrer(book, chain[-1])
        chains[referrer].append(Replaced((), chain))
    for declaration in book.declarations:
        numbers = declaration.lines["allocation"]
        for place, (number, state) in enumerate(zip(numbers, declaration.states, strict=True)):
            move = (declaration, place, int(State.ABSENT), state, declaration.arrived)
            moves[referrers.get(number)].append(move)
    known = sorted({*moves, *chains}, key=lambda referrer: referrer or "")
    return [_part(figures, moves[referrer], chains[referrer], referrer) for referrer in known]


def _referrer(book: Book, held: Held) -> str | None:
    return book.requests.referrer(held.provider, held.content.get("reference"))


def _part(
    figures: Figures, moves: list[Move], chains: list[Replaced], referrer: str | None
) -> Figures:
    cells, commitments = Cells(), Commitments(figures.reference, figures.reference.as_of.year)
    cells.apply(moves)
    cells.rates = figures.cells.rates  # a mean tariff is that of all lines
    commitments.apply(chains)
    return replace(figures, cells=cells, commitments=commitments, referrer=referrer)
