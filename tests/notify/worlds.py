"""A municipality with its people, and alerts about it."""

from typing import Any

from schemas.outputs import Alert
from schemas.reference.document import ReferenceDocument
from schemas.reference.rows import Provider, Recipient
from streams.alerts.rules import judge
from tests.alerts.valuations import budget_line, contract_use, valuation


def person(role: str, name: str, **fields: str) -> Recipient:
    """Someone with an address made of their name, told at once about all of Zoetermeer."""
    row = {"rol": role, "naam": name, "email": f"{name.lower()}@example.nl", "frequentie": "direct"}
    return Recipient.model_validate({**row, "gebied": "0637"} | fields)


CONNY = person("controller", "Conny")
CAS = person("contractmanager", "Cas")
PROVIDER = Provider.model_validate(
    {"agb": "90000001", "naam": "Zorgvuldig BV", "email": "post@zorgvuldig.example.nl"}
)


def document(*people: Recipient, code: str = "0637") -> ReferenceDocument:
    """Zoetermeer with one provider that has an address."""
    return ReferenceDocument(code=code, name="Zoetermeer", providers=(PROVIDER,), recipients=people)


def line_alerts(number: int = 1, municipality: str = "0637") -> list[Alert]:
    """The alerts of budget lines at 85 percent, one each."""
    lines = tuple(budget_line(f"Post {n}", declared_cents=85_000) for n in range(number))
    return judge(valuation(lines, municipality=municipality), frozenset())


def contract_alert(**fields: Any) -> Alert:
    """The alert of contract C1 with the provider 90000001 at 85 percent."""
    (alert,) = judge(
        valuation(contracts=(contract_use(declared_cents=85_000, **fields),)), frozenset()
    )
    return alert
