"""A year told month by month from a folder: what would have been known, and which alerts raised, when.

The monitors are those of a worker; only the clock is the calendar of the year that is told.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from schemas.events import AnyEvent
from schemas.outputs import Alert, Valuation
from schemas.reference.document import ReferenceDocument, empty_document
from schemas.reference.mergers import heirs
from streams.alerts.rules import judge
from streams.prognosis.monitor import Monitor


@dataclass(frozen=True)
class Told:
    """A month's end: the valuation of one municipality, and the alerts that it raised."""

    valuation: Valuation
    alerts: tuple[Alert, ...]


def month_ends(year: int) -> list[date]:
    """The last days of the months of a year."""
    return [date(year, month, monthrange(year, month)[1]) for month in range(1, 13)]


def tell(
    events: Iterable[AnyEvent], documents: Mapping[str, ReferenceDocument], days: Iterable[date]
) -> Iterator[Told]:
    """Value every municipality on each day, in order of day and code."""
    monitors: dict[str, Monitor] = {}
    for event in events:
        for code in heirs(event["municipality"], documents):
            if code not in monitors:
                monitors[code] = Monitor(code)
                monitors[code].refer(documents.get(code, empty_document(code)))
            monitors[code].fold(event)
    raised: dict[str, frozenset[str]] = dict.fromkeys(monitors, frozenset())
    for day in days:
        for code in sorted(monitors):
            monitors[code].tick(day)
            valuation = monitors[code].valuation()
            if valuation is not None:
                alerts = judge(valuation, raised[code])
                raised[code] |= {alert.id for alert in alerts}
                yield Told(valuation, tuple(alerts))
