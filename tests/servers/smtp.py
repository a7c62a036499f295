"""A mail server that keeps what it receives in memory, and can refuse on demand."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.process import free_port


@dataclass(frozen=True)
class Mail:
    """One accepted mail: the envelope's addresses and the message."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class Smtp:
    """A server on `host`:`port`; `mails` holds the accepted ones in order of arrival.

    `refusal` (e.g. "451 later") is the answer to every mail while it is set.
    """

    host = "127.0.0.1"

    def __init__(self, port: int | None = None) -> None:
        """Prepare a server; it can be started and stopped more than once."""
        self.port = port or free_port()
        self.mails: list[Mail] = []
        self.refusal: str | None = None
        self._controller: Controller | None = None

    def start(self) -> Self:
        """Listen; returns when connections are accepted."""
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop listening; the mails stay readable."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail, or refuse it."""
        if self.refusal is not None:
            return self.refusal
        content = envelope.content
        message = email.message_from_bytes(
            content if isinstance(content, bytes) else (content or "").encode(),
            policy=email.policy.default,
        )
        recipients = tuple(str(recipient) for recipient in envelope.rcpt_tos)
        self.mails.append(Mail(str(envelope.mail_from), recipients, message))
        return "250 OK"
