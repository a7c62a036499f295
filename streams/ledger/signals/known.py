"""What the rules look at: a book on an as-of date, with the indexes that more than one rule needs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from schemas.reference.lookup import Reference
from streams.ledger.allocations import Chain, Held
from streams.ledger.book import Book
from streams.ledger.care import Key, Moment
from streams.ledger.declarations import Declaration
from streams.ledger.signals.lines import Line, lines_of, standing

ENDLESS: Final = "9999-12-31"

Span = tuple[str, str]
"""Care from one day up to and including another (`ENDLESS`: it still runs)."""


@dataclass(frozen=True)
class Terms:
    """The terms and bounds that the standard leaves open.

    `start_days` after an allocation begins its care should have been started: two months, our choice.
    `silent_months` is how many whole care months of running care may stay without a line: three,
    the term within which declarations usually come (field/ijw.md section 3.1). `use_percent` of an
    allocation should be declared in the end: below 80 hints at under-use or a wrong allocation (the
    KPI catalogue, field/ijw.md section 6).
    """

    start_days: int = 61
    silent_months: int = 3
    use_percent: int = 80


class Course:
    """The starts and stops of one client's care by one provider, of one allocation or product."""

    __slots__ = ("starts", "stops")  # there is one for every allocation

    def __init__(self) -> None:
        self.starts: list[Moment] = []
        self.stops: dict[str, list[Moment]] = {}

    def spans(self) -> list[Span]:
        """Each start with the latest stop that names it, by begin."""
        return sorted(
            (
                begin := start.content["begin"],
                max((ended(stop) for stop in self.stops.get(begin, ())), default=ENDLESS),
            )
            for start in self.starts
        )


class Known:
    """A book seen with reference data on an as-of date; each index is made when first asked for."""

    def __init__(self, book: Book, reference: Reference, terms: Terms) -> None:
        self.book = book
        self.reference = reference
        self.terms = terms

    @property
    def as_of(self) -> date:
        """The as-of date (peildatum), which is included."""
        return self.reference.as_of

    @cached_property
    def chains(self) -> dict[int, Chain]:
        """The versions of each allocation, by ToewijzingNummer."""
        return {chain[-1].content["number"]: chain for chain in self.book.allocations}

    @cached_property
    def held(self) -> dict[int, Held]:
        """The winners by ToewijzingNummer."""
        return {number: chain[-1] for number, chain in self.chains.items()}

    @cached_property
    def granted(self) -> dict[tuple[str, str], str]:
        """By provider and ReferentieAanbieder the first Toewijzingsdatum of what was allocated on it."""
        found: dict[tuple[str, str], str] = {}
        for chain in self.chains.values():
            for held in chain:
                if "reference" in held.content:
                    key, day = (held.provider, held.content["reference"]), told_on(held)
                    found[key] = min(day, found.get(key, day))
        return found

    @cached_property
    def declarations(self) -> list[Declaration]:
        """The declarations that are not wholly void, earliest first."""
        return standing(self.book.declarations)

    @cached_property
    def lines(self) -> list[Line]:
        """Their lines, earliest first."""
        return [line for declaration in self.declarations for line in lines_of(declaration)]

    @cached_property
    def courses(self) -> dict[Key, Course]:
        """The care that was told of, by whose it is and what of (`Moment.begun`)."""
        found: dict[Key, Course] = defaultdict(Course)
        for moment in self.book.care:
            course = found[moment.begun]
            if moment.moment == "start":
                course.starts.append(moment)
            else:
                course.stops.setdefault(moment.content["begin"], []).append(moment)
        return dict(found)

    @cached_property
    def spans(self) -> dict[int, list[Span]]:
        """By ToewijzingNummer the care of its own client by its own provider, if any was started."""
        found: dict[int, list[Span]] = {}
        for number, held in self.held.items():
            course = self.courses.get((held.provider, held.client, str(number)))
            if course is not None and course.starts:
                found[number] = course.spans()
        return found


def told_on(held: Held) -> str:
    """The day on which a version of an allocation was made: its Toewijzingsdatum.

    It stands for the day its message came, which a message that is sent again does not change (IV013).
    """
    return held.content["stamp"][:10]


def ended(stop: Moment) -> str:
    """The day on which a stop says the care ended."""
    return stop.content.get("end", ENDLESS)
