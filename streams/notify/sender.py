"""Sending the mails that are due, so that one that can't be sent holds up no other.

A mail server that can't be worked with is left alone for a while, ever longer up to five minutes;
the mails wait in the outbox. A mail that it refuses for now waits in the same way by itself.
"""

import logging
import smtplib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event

from streams.notify.health import Health, Meters
from streams.notify.mail import Mail, message, sender
from streams.notify.outbox import Outbox
from streams.notify.reasons import rest
from streams.notify.smtp import Refused, connected, hand_over
from streams.settings import Settings

log = logging.getLogger(__name__)
BATCH = 20  # mails a step: with the slowest mail server Kafka still hears from us in time


class Sender:
    """Sends by the settings, from the outbox. Raises `Misconfigured` when there is no sender."""

    def __init__(self, settings: Settings, outbox: Outbox, health: Health, meters: Meters) -> None:
        self._settings = settings
        self._outbox = outbox
        self._health = health
        self._meters = meters
        self._from = sender(settings.smtp_from)
        self._failures = 0  # of the mail server, in a row
        self._resume = 0.0  # until then it is left alone

    def send(self, partitions: Sequence[int], stopping: Event) -> None:
        """Send what is due in these partitions, at most a batch. Raises redis.RedisError."""
        waiting = sum(map(self._outbox.waiting, partitions))
        self._meters.serving(len(partitions), waiting)
        now = time.time()
        if now < self._resume:
            return
        due = [(p, mail) for p in partitions for mail in self._outbox.due(p, now, BATCH)]
        try:
            if due:
                self._deliver(due[:BATCH], stopping)
        except (OSError, smtplib.SMTPException) as error:
            self._failures += 1
            self._resume = time.time() + rest(self._failures)
            self._health.failed("smtp", error)

    def _deliver(self, due: Sequence[tuple[int, Mail]], stopping: Event) -> None:
        with connected(self._settings) as server:
            for partition, mail in due:
                if not stopping.is_set():
                    self._note(partition, mail, self._hand_over(server, mail))
        self._failures = 0
        self._health.worked("smtp")

    def _hand_over(self, server: smtplib.SMTP, mail: Mail) -> Refused | None:
        root, now = self._settings.dashboard_url, datetime.now(UTC)
        try:
            ready = message(mail, self._from, root, now)
        except ValueError as error:
            return Refused(for_good=True, code=0, text=str(error))
        return hand_over(server, ready)

    def _note(self, partition: int, mail: Mail, refused: Refused | None) -> None:
        if refused is None:
            self._outbox.sent(partition, mail)
            result = "sent"
        elif refused.for_good:
            self._outbox.refuse(partition, mail, f"{refused.code} {refused.text}")
            result = "refused"
        else:
            self._outbox.postpone(partition, mail, time.time())
            result = "postponed"
        self._meters.count(mail.role, result)
        code = refused.code if refused else 250
        log.info("alert %s to %s: %s (%d)", mail.alert.id, mail.role, result, code)
