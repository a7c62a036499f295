"""Deadlines of the standard that were missed: OP090, OP271, OP272, OP274, OP346 and OP359.

A deadline is counted from the day in the message (Dagtekening), as messages don't tell when they came,
and is missed once the as-of date is past its last day. An answer that comes too late does not undo
that: the signal stays, and says on which day the deadline was met after all. Of what was said more
than once the first time counts; a request counts from the last time it was made.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from schemas.events import ReplyEvent
from schemas.workdays import nth_working_day
from streams.ledger.care import Moment
from streams.ledger.requests import Said
from streams.ledger.signals.course import FOR_A_WHILE, on_care
from streams.ledger.signals.known import Known, ended, told_on
from streams.ledger.signals.signal import Signal, of, signal

FEW_DAYS: Final = 5
ANSWER_DAYS: Final = 10
"""Working days within which a declaration is answered (OP090x4)."""

_TWO_WEEKS: Final = timedelta(weeks=2)
_EIGHT_WEEKS: Final = timedelta(weeks=8)
_REJECTED, _INVESTIGATED = "1", "2"
_ANOTHER_TOWN: Final = "8"  # WJ759: woonplaatsbeginsel


def working_days_after(day: str, count: int) -> str:
    """The working day that is `count` after a day."""
    return nth_working_day(date.fromisoformat(day), count).isoformat()


def missed(known: Known) -> Iterator[Signal]:
    """Every deadline that was missed by the as-of date."""
    yield from _declarations(known)
    yield from _care(known)
    for asked in known.book.requests.asked:
        yield from _request("OP274", asked, asked.content["reference"], known)
    for change in known.book.requests.changes:
        yield from _request("OP346", change, change.content["reference"], known)


def _is_missed(due: str, met: str, known: Known) -> bool:
    return (met or known.as_of.isoformat()) > due


def _declarations(known: Known) -> Iterator[Signal]:
    """OP090: each message has its answer, also one that makes it void."""
    declarations = known.book.declarations
    for each in declarations:
        for name in each.names:
            due = working_days_after(name[0], ANSWER_DAYS)
            met = declarations.answered_on(each.provider, name) or ""
            if _is_missed(due, met, known):
                yield signal(
                    *("OP090x4", each.provider, each.number),
                    **of(each),
                    message=name[1],
                    day=due,
                    met=met,
                )


def _request(rule: str, asked: Said[Any], reference: str, known: Known) -> Iterator[Signal]:
    """The first answer and the final one; who sends a request on to another town has two weeks."""
    provider, message = asked.provider, asked.identification
    turned_down = known.book.requests.replies.get(provider, reference, _REJECTED)
    investigated = known.book.requests.replies.get(provider, reference, _INVESTIGATED)
    final = _earliest(known.granted.get((provider, reference)), _first(turned_down))
    first = _earliest(final, _first(investigated))
    due = working_days_after(asked.dated, FEW_DAYS)
    if turned_down is not None and turned_down.content.get("reason") == _ANOTHER_TOWN:
        rule, due = "OP359", _later(asked.dated, _TWO_WEEKS)
    if _is_missed(due, first, known):
        yield signal(rule, provider, reference, message=message, day=due, met=first)
    due = _later(asked.dated, _EIGHT_WEEKS)
    if rule != "OP359" and investigated is not None and _is_missed(due, final, known):
        yield signal(f"{rule}-8W", provider, reference, message=message, day=due, met=final)


def _first(reply: Said[ReplyEvent] | None) -> str:
    return reply.first if reply else ""


def _earliest(*days: str | None) -> str:
    """The first of the days that there are; "" when there is none."""
    return min(filter(None, days), default="")


def _later(day: str, term: timedelta) -> str:
    return (min(date.fromisoformat(day), date.max - term) + term).isoformat()


def _care(known: Known) -> Iterator[Signal]:
    """OP271 and OP272: starts and stops that came late.

    A begin or an end that is corrected is as early as what was taken back for it; a definitive stop
    after one for a while is told when it is known (OP272).
    """
    replaced = _first_taken_back(known)
    for moment in known.book.care:
        due = working_days_after(_since(moment, known), FEW_DAYS)
        if moment.said <= due:
            continue
        start = moment.moment == "start"
        said = min(moment.said, replaced.get((moment.moment, *moment.begun), moment.said))
        if said > due and (start or not _after_a_while(moment, known)):
            yield on_care("OP271" if start else "OP272", moment, met=said, day=due)


def _since(moment: Moment, known: Known) -> str:
    """The day on which the term begins: the begin or end, or when it was allocated if that was later."""
    day = moment.content["begin"] if moment.moment == "start" else ended(moment)
    chain = known.chains.get(moment.allocation) if moment.allocation is not None else None
    return max(day, told_on(chain[0])) if chain else day


def _first_taken_back(known: Known) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for moment in known.book.care.taken_back():
        if moment.said:
            key = (moment.moment, *moment.begun)
            found[key] = min(moment.said, found.get(key, moment.said))
    return found


def _after_a_while(stop: Moment, known: Known) -> bool:
    stops = known.courses[stop.begun].stops[stop.content["begin"]]
    return stop.content.get("reason") != FOR_A_WHILE and any(
        each.content.get("reason") == FOR_A_WHILE for each in stops
    )
