"""What a table is asked about: some municipalities on a date, and a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from schemas.dutch import MONTHS, long_date
from schemas.outputs import Valuation
from streams.figures.question import Question, Row
from streams.figures.rollup import Figures
from streams.figures.spans import to_date
from streams.prognosis.monitor import Monitor
from streams.prognosis.register import FIGURES
from streams.prognosis.valuation import value


@dataclass(frozen=True)
class Asked:
    """Municipalities seen together, as of a date, for a calendar year."""

    monitors: Sequence[Monitor]
    as_of: date
    year: int

    @cached_property
    def parts(self) -> list[Figures]:
        """The figures of all of them."""
        return [part for monitor in self.monitors for part in monitor.parts()]

    def rows(self, figure: str, *by: str, year: int | None = None) -> list[Row]:
        """The rows of a figure, by its name in the register; all municipalities are one cell."""
        question = Question(self.as_of, self.year if year is None else year, by)
        return FIGURES[figure].compute(self.parts, question)

    def valuations(self, year: int) -> list[Valuation]:
        """The prognosis of each municipality for a year."""
        found = (monitor.parts() for monitor in self.monitors if not monitor.ended)
        return [value(parts, year) for parts in found if parts]

    @property
    def where(self) -> str:
        """The names of the municipalities."""
        documents = [monitor.document for monitor in self.monitors]
        return ", ".join(each.name or each.code for each in documents) or "geen gemeente"

    def name_of(self, provider: str) -> str:
        """The name of a provider; its AGB code when it has none."""
        found = (part.reference.provider(provider) for part in self.parts)
        return next((each.name for each in found if each is not None), provider)

    @property
    def known_on(self) -> str:
        """The note on the as-of date."""
        return f"Peildatum {long_date(self.as_of)}: later gedateerde berichten tellen niet mee."

    @property
    def months(self) -> str:
        """The months of the year that are over, in words."""
        span = to_date(self.as_of, self.year)
        if span.last < span.first:
            return f"nog geen hele maand van {self.year}"
        last = MONTHS[int(span.last[5:]) - 1]
        return (
            f"januari {self.year}"
            if last == MONTHS[0]
            else f"januari tot en met {last} {self.year}"
        )

    @property
    def years(self) -> list[int]:
        """The year and the two before it, as the reports show beside each other."""
        return [self.year - 2, self.year - 1, self.year]
