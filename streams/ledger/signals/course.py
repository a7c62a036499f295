"""The order of starts (305) and stops (307): TR019, TR063, TR069, TR071, TR326 and TR413 to TR415.

Allowed are start, stop; start, stop for a while (20), stop for good; and after any stop a new start.
A stop belongs to the start whose begin it names. Care without an allocation number is not held against
an allocation: parties may agree on that for tasks. TR074 (the same said twice) is no rule here: a
message that says what is known already changes nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from streams.ledger.care import Moment
from streams.ledger.signals.known import ENDLESS, Course, Known, ended
from streams.ledger.signals.signal import Signal, signal

FOR_A_WHILE: Final = "20"
"""The one RedenBeeindiging (JZ588) that is not for good."""

_Broken = tuple[str, Moment]


def misordered(known: Known) -> Iterator[Signal]:
    """The rules that starts and stops break."""
    broken = [("TR019", moment) for moment in known.book.care if not _allocated(moment, known)]
    broken += _taken_back(known)
    for course in known.courses.values():
        broken += _unstopped(course)
        for stops in course.stops.values():
            broken += _repeated(sorted(stops, key=_order))
    broken += _unstarted(known)
    return (on_care(rule, moment) for rule, moment in broken)


def on_care(rule: str, moment: Moment, met: str = "", day: str = "") -> Signal:
    """A signal about a start or a stop, on the day it began or ended unless another is given."""
    content = moment.content
    subject = str(content.get("allocation", "")) or content.get("code") or content.get("category")
    day = day or (content["begin"] if moment.moment == "start" else ended(moment))
    message = moment.identification
    return signal(rule, moment.provider, subject or "", message=message, day=day, met=met)


def _allocated(moment: Moment, known: Known) -> bool:
    if moment.allocation is None:
        return True
    held = known.held.get(moment.allocation)
    owner = moment.provider, moment.client
    return held is not None and not held.deleted and (held.provider, held.client) == owner


def _taken_back(known: Known) -> Iterator[_Broken]:
    """TR063: never said. TR071: a start that was said to have stopped by then."""
    for moment in known.book.care.taken_back():
        if not moment.said:
            yield "TR063", moment
        elif moment.moment == "start" and _stops_of(moment, known, until=moment.dated):
            yield "TR071", moment


def _unstarted(known: Known) -> Iterator[_Broken]:
    """TR069: no start has the begin; one that was taken back after the stop breaks TR071 instead."""
    gone = {
        (*moment.begun, moment.content["begin"]): moment.dated
        for moment in known.book.care.taken_back()
        if moment.moment == "start" and moment.said
    }
    for begun, course in known.courses.items():
        begins = {start.content["begin"] for start in course.starts}
        for begin in course.stops.keys() - begins:
            taken_back = gone.get((*begun, begin), "")
            yield from (("TR069", stop) for stop in course.stops[begin] if stop.said > taken_back)


def _stops_of(start: Moment, known: Known, until: str) -> list[Moment]:
    course = known.courses.get(start.begun)
    stops = course.stops.get(start.content["begin"], ()) if course else ()
    return [stop for stop in stops if stop.said <= until]


def _unstopped(course: Course) -> Iterator[_Broken]:
    """TR326: the start before it has no stop that ends no later than this one begins."""
    until = ""
    for start in sorted(course.starts, key=lambda each: each.content["begin"]):
        begin = start.content["begin"]
        if begin < until:
            yield "TR326", start
        until = max(map(ended, course.stops.get(begin, ())), default=ENDLESS)


def _order(stop: Moment) -> tuple[str, bool, str, str]:
    """In the order of the messages; of one day, what stops for a while goes first."""
    for_good = stop.content.get("reason") != FOR_A_WHILE
    return stop.dated, for_good, ended(stop), stop.identification


def _repeated(stops: Iterable[Moment]) -> Iterator[_Broken]:
    """TR413 to TR415, of stops that name one begin."""
    before: list[Moment] = []
    for stop in stops:
        reasons = {each.content.get("reason") for each in before}
        for_a_while = stop.content.get("reason") == FOR_A_WHILE
        if for_a_while and FOR_A_WHILE in reasons:
            yield "TR413", stop
        if reasons - {FOR_A_WHILE}:
            yield "TR415", stop
        if before and ended(stop) < max(map(ended, before)):
            yield "TR414", stop
        before.append(stop)
