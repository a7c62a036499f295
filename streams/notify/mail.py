"""One alert to one person, as it waits in the outbox and as it goes to the mail server.

Its key, and so its Message-ID, follows from the alert and the address alone: a mail that is sent
twice is the same mail to every program that looks at the id.
"""

import hashlib
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from pydantic import BaseModel, ConfigDict

from schemas.errors import Misconfigured
from schemas.outputs import Alert
from schemas.reference.cells import RoleWord
from streams.alerts.letter import html, plain
from streams.alerts.texts import compose

FROM_NAME = "Budgetwacht"
DOMAIN = "budgetwacht"  # of our ids: it need not be a host


class Mail(BaseModel):
    """What must be known to write the mail again, whenever it is sent."""

    model_config = ConfigDict(frozen=True)

    alert: Alert
    role: RoleWord
    name: str
    address: str
    contact: str

    @property
    def key(self) -> str:
        """The idempotency key; the address is in it as a digest only."""
        digest = hashlib.sha256(self.address.casefold().encode()).hexdigest()[:16]
        return f"{self.alert.id}.{digest}"


def sender(smtp_from: str) -> Address:
    """From whom mails come. Raises `Misconfigured` when that is no address."""
    try:
        return _address(FROM_NAME, smtp_from)
    except ValueError:
        raise Misconfigured("BUDGETWACHT_SMTP_FROM is geen e-mailadres") from None


def message(mail: Mail, sender: Address, dashboard_url: str, now: datetime) -> EmailMessage:
    """The mail, complete as plain text first, then as HTML.

    Raises ValueError when the receiver's address can't stand in a mail.
    """
    letter = compose(mail.alert, mail.role, dashboard_url, mail.contact)
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = _address(mail.name, mail.address)
    made["Subject"] = letter.subject
    made["Date"] = now
    made["Message-ID"] = f"<{mail.key}@{DOMAIN}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(plain(letter))
    made.add_alternative(html(letter), subtype="html")
    made["Content-Language"] = "nl"  # last: set_content drops every Content- header
    return made


def _address(name: str, address: str) -> Address:
    try:
        return Address(name, addr_spec=address)
    except (ValueError, IndexError, MessageError):  # all three are how Python's parser gives up
        raise ValueError("no e-mail address") from None
