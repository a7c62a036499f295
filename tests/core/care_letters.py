"""Messages about care, written by hand: starts (305), stops (307), changes (317), answers (319)."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from schemas.ijw import Message, Tree
from tests.core.letters import ANNA, CARE, TOWN, VERSION, day, header

PERSON: Final = {
    "Geboortedatum": {"Datum": date(2014, 5, 1)},
    "Geslacht": "2",
    "Naam": {"Geslachtsnaam": {"Achternaam": "Geheimnaam"}},
}


def _moment(allocation: int | None, begin: str, status: str) -> Tree:
    named = {} if allocation is None else {"ToewijzingNummer": allocation}
    product = {"Product": {"Categorie": "45", "Code": "45A04"}}
    return named | product | {"Begindatum": day(begin), "StatusAanlevering": status}


def start(  # noqa: PLR0913  # a parameter an element: a test names only what it is about
    allocation: int | None = 1,
    begin: str = "2025-01-06",
    *,
    dated: str = "2025-01-08",
    name: str = "S1",
    status: str = "1",
    bsn: str = ANNA,
    provider: str = CARE,
) -> Message:
    """A JW305 of one product; status 3 takes it back."""
    moments = {"StartProducten": {"StartProduct": [_moment(allocation, begin, status)]}}
    top = header("JW305", provider, TOWN, name, dated) | {"XsdVersie": VERSION}
    return Message("JW305", {"Header": top, "Client": {"Bsn": bsn, **PERSON, **moments}})


def stop(  # noqa: PLR0913  # as above
    allocation: int | None = 1,
    begin: str = "2025-01-06",
    *,
    end: str = "2025-02-03",
    reason: str = "31",
    dated: str = "2025-02-05",
    name: str = "E1",
    status: str = "1",
) -> Message:
    """A JW307 of one product; reason 20 stops it for a while."""
    moment = _moment(allocation, begin, status)
    moment |= {"RedenBeeindiging": reason, "Einddatum": day(end)}
    top = header("JW307", CARE, TOWN, name, dated) | {"XsdVersie": VERSION}
    client = {"Bsn": ANNA, **PERSON, "StopProducten": {"StopProduct": [moment]}}
    return Message("JW307", {"Header": top, "Client": client})


def wish(
    allocation: int,
    begin: str,
    *,
    omvang: tuple[int, str, str] | None = (5, "04", "4"),
    budget: int | None = None,
) -> Tree:
    """A TeWijzigenProduct."""
    tree: Tree = {"ToewijzingNummer": allocation, "GewensteIngangsdatum": day(begin)}
    if omvang is not None:
        tree["Omvang"] = dict(zip(("Volume", "Eenheid", "Frequentie"), omvang, strict=True))
    return tree | ({} if budget is None else {"Budget": budget})


def change(
    reference: str,
    *wishes: Tree,
    unchanged: Iterable[int] = (),
    name: str = "W1",
    dated: str = "2025-02-12",
) -> Message:
    """A JW317."""
    wanted: Tree = {"ReferentieAanbieder": reference, "RedenVerzoek": "1"}
    kept = [{"ToewijzingNummer": number} for number in unchanged]
    if kept:
        wanted["OngewijzigdeProducten"] = {"OngewijzigdProduct": kept}
    if wishes:
        wanted["TeWijzigenProducten"] = {"TeWijzigenProduct": list(wishes)}
    top = header("JW317", CARE, TOWN, name, dated) | {"XsdVersie": VERSION}
    return Message("JW317", {"Header": top, "Client": {"Bsn": ANNA, "Verzoek": wanted}})


def reply(
    reference: str,
    said: str = "2",
    *,
    reason: str | None = None,
    name: str = "Y1",
    dated: str = "2025-02-13",
) -> Message:
    """A JW319: 1 turned down, 2 under investigation; reason 8 sends it on to the other town."""
    content: dict[str, Any] = {"ReferentieAanbieder": reference, "VerzoekAntwoord": said}
    if said == "1":
        content["RedenAfwijzingVerzoek"] = reason or "2"
    if reason == "8":
        content["Woonplaatsbeginsel"] = {"Gemeente": "9902"}
    top = header("JW319", TOWN, CARE, name, dated) | {"XsdVersie": VERSION}
    return Message("JW319", {"Header": top, "Antwoord": content})
