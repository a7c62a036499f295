"""What goes otherwise than the standard asks, on purpose: so that who looks for it can be checked."""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class Deviation:
    """A rule that is broken on purpose, by messages that are right in themselves.

    `subject` is the ToewijzingNummer or the ReferentieAanbieder it is about, `day` that of the
    message that came late or should not have come.
    """

    rule: str
    municipality: str
    provider: str
    subject: str
    day: date


LATE_START: Final = "OP271"
LATE_STOP: Final = "OP272"
LATE_GRANT: Final = "OP274"
LATE_CHANGE: Final = "OP346"
RENEWED: Final = "OP380"
STACKED: Final = "TR302"
