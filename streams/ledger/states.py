"""The states of a declared line, and the two rules that decide them.

Everything that decides a line's state lives here and in `declarations`. The municipality's answer
decides about money; a rule decides only while there is no answer:

    declaration            line                                   state
    wholly void            any                                    VOID
    answered               listed with a code that rejects        REJECTED
    answered               any other                              GRANTED
    number taken (9333)    any                                    VOID
    unanswered             reference taken earlier (8021)         VOID
    unanswered             any other                              OPEN

States are derived, never stepped through: any of them can follow any other as messages arrive.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from schemas.events import AnswerEvent


class State(IntEnum):
    """A line's state; ABSENT is a line the book does not hold (yet, or any more)."""

    ABSENT = 0
    OPEN = 1
    GRANTED = 2
    REJECTED = 3
    VOID = 4


DECLARED: Final = frozenset({State.OPEN, State.GRANTED})
"""Granted plus open: the default for burn and intensity."""

_HARMLESS: Final = frozenset({"0200", "8001"})


def rejects(codes: Iterable[str]) -> bool:
    """Whether return codes hold one that is not "no remarks" (0200) or "fully granted" (8001)."""
    return not _HARMLESS.issuperset(codes)


def is_wholly_void(answer: AnswerEvent) -> bool:
    """Whether an answer makes the message it names as if never sent (IV087, IV088)."""
    declared = answer.get("declared")
    return declared is None or (rejects(declared["codes"]) and not declared["listed"])
