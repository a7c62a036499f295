"""The form of a mail, the decision to send one, and how long a mail server is left alone."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from schemas.errors import Misconfigured
from schemas.reference.cells import RoleWord
from streams.notify.mail import Mail, message, sender
from streams.notify.reasons import MailState, decide, rest
from tests.notify.worlds import contract_alert, line_alerts

NOW = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)


def mail(role: RoleWord = "controller", address: str = "conny@example.nl") -> Mail:
    alert = contract_alert(provider_name="Zorg & Ünïe BV")
    return Mail(alert=alert, role=role, name="Conny de Vries, MSc", address=address, contact="Cas")


def sent(mail: Mail) -> EmailMessage:
    """The mail as a receiver's program reads it from the wire."""
    made = message(mail, sender("budgetwacht@example.nl"), "https://borden.example.nl", NOW)
    return email.message_from_bytes(made.as_bytes(), policy=email.policy.default)


def test_a_mail_has_its_text_first_and_then_the_page() -> None:
    made = sent(mail())
    assert made.get_content_type() == "multipart/alternative"
    text, page = made.iter_parts()
    assert [text.get_content_type(), page.get_content_type()] == ["text/plain", "text/html"]
    for part in (text, page):
        assert part.get_content_charset() == "utf-8"
        assert "Zorg &" in part.get_content()
        assert "Plafond 2026" in part.get_content()


def test_a_mail_says_what_it_is() -> None:
    made = sent(mail())
    assert made["Content-Language"] == "nl"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Date"].datetime == NOW
    assert made["From"] == "Budgetwacht <budgetwacht@example.nl>"
    assert made["To"].addresses[0].display_name == "Conny de Vries, MSc"
    assert made["To"].addresses[0].addr_spec == "conny@example.nl"
    assert made["Subject"] == (
        "[Ter informatie] Contract C1 (Zorg & Ünïe BV) 2026 – gemeente Zoetermeer: "
        "85,0% van het plafond gedeclareerd"
    )


def test_the_same_alert_to_the_same_address_has_the_same_id() -> None:
    first, again = mail(), mail("contractmanager", "CONNY@example.nl")
    assert sent(first)["Message-ID"] == sent(again)["Message-ID"]
    assert sent(first)["Message-ID"].startswith(f"<{first.alert.id}.")
    assert sent(first)["Message-ID"] != sent(mail(address="cas@example.nl"))["Message-ID"]
    assert "conny" not in sent(first)["Message-ID"].lower()


@pytest.mark.parametrize("address", ["a..b@example.nl", "(@example.nl"])
def test_an_address_that_cannot_stand_in_a_mail_is_an_error(address: str) -> None:
    with pytest.raises(ValueError, match="no e-mail address"):
        sent(mail(address=address))


@pytest.mark.parametrize("address", ["", "nobody", "a..b@example.nl", "a b@example.nl"])
def test_a_wrong_sender_is_told_before_the_first_mail(address: str) -> None:
    with pytest.raises(Misconfigured, match="SMTP_FROM"):
        sender(address)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("absent", "planned"),
        ("planned", "already-planned"),
        ("sent", "already-sent"),
        ("refused", "already-refused"),
    ],
)
def test_a_mail_is_planned_once_and_only_for_the_highest_level(
    state: MailState, reason: str
) -> None:
    (alert,) = line_alerts()
    assert decide(alert, state) == reason
    assert decide(alert.model_copy(update={"highest": False}), state) == "not-highest"


def test_a_mail_server_is_left_alone_ever_longer_up_to_five_minutes() -> None:
    rests = [rest(failures) for failures in range(1, 40)]
    assert rests[:5] == [1, 2, 4, 8, 16]
    assert rests == sorted(rests)
    assert rests[-1] == 300
