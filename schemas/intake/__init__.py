"""Intake: from a message as sent to an event that may be kept.

Here, before anything else sees them, client numbers become pseudonyms and names, dates of birth,
addresses, comments and free text are dropped. What stays of a date of birth is an age band.
"""

from collections.abc import Callable, Iterable
from typing import Final

from schemas.errors import Unreadable
from schemas.events import AnyEvent, Finding
from schemas.ijw import Message, Tree
from schemas.intake.care import (
    allocation_event,
    care_event,
    change_event,
    reply_event,
    request_event,
)
from schemas.intake.money import answer_event, declaration_event
from schemas.intake.person import Pseudonymiser, age_band

__all__ = ["Pseudonymiser", "age_band", "to_event"]


def to_event(
    message: Message, pseudonym: Pseudonymiser, findings: Iterable[Finding] = ()
) -> AnyEvent:
    """The event of a message, with the findings of its own rules.

    Raises `Unreadable` for a message that does not become an event.
    """
    event = _EVENTS.get(message.kind)
    if event is None:
        raise Unreadable(f"{message.kind} wordt niet ingelezen", "eerste element")
    return event(message.tree, pseudonym, list(findings))


_EVENTS: Final[dict[str, Callable[[Tree, Pseudonymiser, list[Finding]], AnyEvent]]] = {
    "JW301": allocation_event,
    "JW305": care_event,
    "JW307": care_event,
    "JW315": request_event,
    "JW317": change_event,
    "JW319": lambda tree, _, findings: reply_event(tree, findings),
    "JW323": declaration_event,
    "JW325": lambda tree, _, findings: answer_event(tree, findings),
}
