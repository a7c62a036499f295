"""Who is told about an alert, from the municipality's reference data as it is known today.

- A budget line: its controllers, and the contract managers of the whole municipality (a manager of
  one contract or provider is told about that only).
- A contract: its provider, its contract managers and the controllers. Managers of the contract are
  those whose row names it or its provider and those whom contracten.csv names; without any, those
  of the area.
- A provider's people are the rows of ontvangers.csv, else the address of aanbieders.csv.

Nobody gets an alert twice: an address with several roles is told in the first of the order here,
a provider's before all, since that says the least.

Everyone is mailed at once. A weekly digest is a later stage: until then `frequentie` week is not
looked at, here and nowhere else, so that nobody misses an overrun.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from schemas.outputs import Alert
from schemas.reference.cells import RoleWord
from schemas.reference.document import ReferenceDocument
from schemas.reference.lookup import Reference
from schemas.reference.rows import Recipient

UNKNOWN_CONTACT = "de contractmanager van de gemeente"


class Addressee(NamedTuple):
    """Someone to mail, in the role in which they are told."""

    role: RoleWord
    name: str
    address: str


def addressees(alert: Alert, document: ReferenceDocument, today: date) -> tuple[Addressee, ...]:
    """Everyone who is told about this alert, each address once."""
    reference = Reference(document, today)
    told: dict[str, Addressee] = {}
    for person in _told(alert, reference):
        told.setdefault(person.address.casefold(), person)
    return tuple(told.values())


def contact(alert: Alert, document: ReferenceDocument, today: date) -> str:
    """To whom a provider can turn about a contract: a name, with the address if it is known."""
    managers = _managers(alert, Reference(document, today))
    if managers:
        return f"{managers[0].name} ({managers[0].email})"
    return alert.contract_manager or UNKNOWN_CONTACT


def _told(alert: Alert, reference: Reference) -> Iterator[Addressee]:
    if alert.kind == "contract":
        yield from _providers_people(alert, reference)
    yield from map(_addressee, _managers(alert, reference))
    yield from map(_addressee, reference.recipients("controller", **_about(alert)))


def _about(alert: Alert) -> dict[str, str | None]:
    """The contract and provider that an alert is about; neither for a budget line."""
    contract = alert.subject if alert.kind == "contract" else None
    return {"contract": contract, "provider": alert.provider}


def _managers(alert: Alert, reference: Reference) -> tuple[Recipient, ...]:
    people = reference.recipients("contractmanager", **_about(alert))
    named = tuple(person for person in people if _manages(person, alert))
    return named or people


def _manages(person: Recipient, alert: Alert) -> bool:
    own = person.contract is not None or person.provider is not None
    return own or alert.contract_manager in {person.name, person.email}


def _providers_people(alert: Alert, reference: Reference) -> Iterator[Addressee]:
    people = reference.recipients("aanbieder", **_about(alert))
    yield from map(_addressee, people)
    provider = reference.provider(alert.provider or "")
    if not people and provider and provider.email:
        yield Addressee("aanbieder", provider.name, provider.email)


def _addressee(person: Recipient) -> Addressee:
    return Addressee(person.role, person.name, person.email)
