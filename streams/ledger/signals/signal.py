"""A signal: a broken rule and what it is about, never naming a client."""

from typing import NamedTuple, TypedDict, Unpack

from streams.ledger.declarations import Declaration
from streams.ledger.signals.rules import RULES


class Signal(NamedTuple):
    """A broken rule and its return code.

    `subject` is the ReferentieNummer of a line, the ToewijzingNummer of an allocation (or, for care
    without one, its product), the DeclaratieNummer of a declaration or the ReferentieAanbieder of a
    request. `declaration` is the DeclaratieNummer and `body` the digest of the content where it is
    about a declaration or a line of one, `row` the place of the line in it, counted from 0 (-1: not
    about a line that is there).

    `message` is the Identificatie of the message where what it is about was said in one. `day` is the
    day it is about: the last one of a deadline, or the day on which care began or ended. `met` is the
    day on which a missed deadline was met all the same, "" while it is not.
    """

    rule: str
    code: str
    provider: str
    subject: str
    declaration: str = ""
    body: str = ""
    row: int = -1
    message: str = ""
    day: str = ""
    met: str = ""


class Declared(TypedDict):
    """Which declaration a signal is about."""

    declaration: str
    body: str


class About(TypedDict, total=False):
    """What else a signal may say of what it is about, under the names of `Signal`."""

    declaration: str
    body: str
    message: str
    day: str
    met: str


def signal(rule: str, provider: str, subject: str, **about: Unpack[About]) -> Signal:
    """The signal of a rule that something other than a line breaks."""
    return Signal(rule, RULES[rule].code, provider, subject, **about)


def of(declaration: Declaration) -> Declared:
    """What a signal about a declaration, or about a line of one, says of it."""
    return {"declaration": declaration.number, "body": declaration.body}
