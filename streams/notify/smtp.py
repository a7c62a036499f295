"""Hand a mail to the mail server, and say what became of it.

Three ends, by whose fault it is: the server took it; the server refuses this mail (for good or for
now); or the server can't be worked with at all, which is raised (OSError, SMTPException), because
then no other mail has a chance either.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import NamedTuple

from streams.settings import Settings

TIMEOUT = 15.0  # seconds for one answer of the server
PERMANENT = 500  # RFC 5321, 4.2.1: from here on a reply code means never


class Refused(NamedTuple):
    """A mail that was not taken: for good, or for now. `text` is the server's, for who mends it."""

    for_good: bool
    code: int
    text: str


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A session with the mail server, encrypted and logged in as the settings say."""
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    try:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def hand_over(server: smtplib.SMTP, message: EmailMessage) -> Refused | None:
    """Send a mail with one receiver; None when the server took it."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        ((code, text),) = error.recipients.values()
        return _refused(code, text)
    except smtplib.SMTPDataError as error:
        return _refused(error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        return Refused(for_good=True, code=PERMANENT, text=str(error))
    return None


def _refused(code: int, text: bytes | str) -> Refused:
    words = text if isinstance(text, str) else text.decode(errors="replace")
    return Refused(code >= PERMANENT, code, words)
