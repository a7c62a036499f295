"""What messages of several kinds share, as trees: the header, who it is about, what is allocated.

Names and addresses are the same for everyone: no one is behind them.
"""

from datetime import date
from typing import Any, Final

from schemas.ijw import Tree
from streams.simulate.allocation import Allocation
from streams.simulate.people import Client

_CODES: Final = {
    "JW301": "436",
    "JW305": "438",
    "JW307": "440",
    "JW315": "446",
    "JW317": "486",
    "JW319": "488",
    "JW323": "490",
    "JW325": "491",
}
VERSION: Final[Tree] = {"BasisschemaXsdVersie": "1.0.0", "BerichtXsdVersie": "1.0.0"}


def header(kind: str, sender: str, receiver: str, identification: str, dated: date) -> Tree:
    """The header of a message."""
    return {
        "BerichtCode": _CODES[kind],
        "BerichtVersie": 3,
        "BerichtSubversie": 2,
        "Afzender": sender,
        "Ontvanger": receiver,
        "BerichtIdentificatie": {"Identificatie": identification, "Dagtekening": dated},
        "XsdVersie": VERSION,
    }


def person(client: Client) -> Tree:
    """Who a message is about, with a name as short as the standard allows."""
    return {
        "Bsn": client.bsn,
        "Geboortedatum": {"Datum": client.born},
        "Geslacht": client.sex,
        "Naam": {"Geslachtsnaam": {"Achternaam": "Test"}},
    }


def present(fields: dict[str, Any]) -> Tree:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def product(allocation: Allocation) -> Tree:
    """The Product of an allocation: with its code when that was allocated, else its category alone."""
    code = allocation.product.code if allocation.product.form == "specific" else None
    return present({"Categorie": allocation.product.category, "Code": code})


def volume(allocation: Allocation, more: int = 0) -> Tree | None:
    """The Omvang of an allocation, with so much more; None when it has no volume."""
    if allocation.volume is None:
        return None
    return {
        "Volume": allocation.volume + more,
        "Eenheid": allocation.product.unit,
        "Frequentie": allocation.product.frequency,
    }
