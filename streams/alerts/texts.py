"""From an alert to a letter: the template of its kind and the receiver's role, filled in.

Every number comes from the alert itself, so a letter can't say more than the alert knows.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from schemas.dutch import euros, long_date, percent, rounded_euros
from schemas.outputs import Alert
from schemas.reference.cells import RoleWord
from streams.alerts.letter import Letter
from streams.alerts.rules import SEVERITIES
from streams.alerts.templates import TEMPLATES, URGENCY, Position

N = TypeVar("N", int, float)


def compose(alert: Alert, role: RoleWord, dashboard_url: str, contact: str) -> Letter:
    """The letter that tells an alert to someone in a role.

    `dashboard_url` is the root of the boards; `contact` is whom a provider can turn to. Raises
    KeyError when alerts of this kind are not for this role.
    """
    template = TEMPLATES[alert.kind, role]
    words = _words(alert) | {"contact": contact}
    headline, news = template.news[_position(alert)]
    tag, colour = URGENCY[None if template.official else SEVERITIES[alert.kind, alert.level]]
    about = f"{template.about}: {headline}".format_map(words)
    return Letter(
        subject=f"[{tag}] {about}" if tag else about,
        tag=tag,
        colour=colour,
        news=news.format_map(words),
        facts=tuple(
            (name.format_map(words), words[key]) for name, key in template.facts if words[key]
        ),
        notes=template.notes,
        steps=template.steps,
        link=None if template.official else board(dashboard_url, alert),
        closing=tuple(text.format_map(words) for text in template.closing),
        reference=alert.id,
    )


def board(dashboard_url: str, alert: Alert) -> str:
    """The address of the board that shows what an alert is about: its municipality in its year."""
    root = dashboard_url.rstrip("/")
    return f"{root}/d/bw-gemeente?var-gemeente={alert.municipality}&var-jaar={alert.year}"


def _position(alert: Alert) -> Position:
    if not alert.limit_cents:
        return "no limit"
    if alert.value_cents == alert.limit_cents:
        return "at"
    return "over" if alert.value_cents > alert.limit_cents else "under"


def _words(alert: Alert) -> dict[str, str]:
    """Every word a template may use; what the alert doesn't know is empty."""
    limit_name = "plafond" if alert.kind == "contract" else "budget"
    return {
        "municipality": alert.municipality_name,
        "subject": alert.subject,
        "year": str(alert.year),
        "as_of": long_date(alert.as_of),
        "limit_name": limit_name,
        "version": f" (versie {alert.limit_version})" if alert.limit_version else "",
        "limit": euros(alert.limit_cents),
        "percent": _share(alert),
        "difference": _difference(alert, limit_name),
        "declared": euros(alert.declared_cents),
        "provider_name": alert.provider_name or "",
        "provider": f"{alert.provider_name} (AGB-code {alert.provider})",
        "manager": alert.contract_manager or "",
    } | _outlook(alert)


def _share(alert: Alert) -> str:
    if not alert.limit_cents:
        return ""
    return percent(Fraction(alert.value_cents, alert.limit_cents))


def _difference(alert: Alert, limit_name: str) -> str:
    cents = alert.value_cents - alert.limit_cents
    amount = rounded_euros if alert.kind == "prognosis" else euros
    return (
        f"{amount(abs(cents))} {'boven' if cents > 0 else 'onder'} het {limit_name}"
        if cents
        else ""
    )


def _outlook(alert: Alert) -> dict[str, str]:
    """What is expected of the whole year: rounded, for nobody knows it to the cent."""
    low, high = (
        _known(alert.lower80_cents, rounded_euros),
        _known(alert.upper80_cents, rounded_euros),
    )
    complete = _known(alert.completeness, percent)
    return {
        "expected": _known(alert.prognosis_cents, rounded_euros),
        "range": f"{low} tot {high}" if low and high else "",
        "committed": _known(alert.committed_cents, euros),
        "completeness": f"{complete} van de verwachte declaraties is binnen" if complete else "",
    }


def _known(value: N | None, form: Callable[[N], str]) -> str:
    return "" if value is None else form(value)
