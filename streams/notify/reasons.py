"""Why a mail is sent or not: a pure decision with a name, which becomes a metric's label.

The life of a mail in the outbox: absent, planned, and then sent or refused (by the mail server, for
good). What has no row here stays as it is.
"""

from collections.abc import Mapping
from typing import Literal

from schemas.outputs import Alert

MailState = Literal["absent", "planned", "sent", "refused"]
Reason = Literal["planned", "not-highest", "already-planned", "already-sent", "already-refused"]

# An alert is read again after a crash or a loss in Redis: each mail goes on from where it stood.
AGAIN: Mapping[MailState, Reason] = {
    "absent": "planned",
    "planned": "already-planned",
    "sent": "already-sent",
    "refused": "already-refused",
}
LONGEST_REST = 300.0  # seconds; a mail server that is back shall not wait longer for us


def decide(alert: Alert, state: MailState) -> Reason:
    """Whether a mail about this alert is planned, given how far it is, or why not."""
    return AGAIN[state] if alert.highest else "not-highest"


def rest(failures: int) -> float:
    """Seconds to leave a mail server alone after so many failures in a row (1 or more)."""
    return min(LONGEST_REST, float(2 ** min(failures, 16) // 2))
