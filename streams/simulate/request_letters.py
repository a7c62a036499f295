"""Requests and the answers to them as messages (315, 317, 319)."""

from datetime import timedelta

from schemas.ijw import Message, Tree
from streams.simulate.allocation import Allocation
from streams.simulate.heads import header, person, present, product, volume
from streams.simulate.requests import Reply, Request

_WITH_CODE = frozenset({"02", "05"})
_BY_NAME = frozenset({"03", "04"})
_IN_A_WEEK = timedelta(days=7)
_FRAMEWORK = "1"
"""The provider has a framework contract (COD260: yes)."""


def request_message(municipality: str, identification: str, request: Request) -> Message:
    """The 315 or 317 of a request."""
    provider = request.allocation.provider.agb
    kind, client = ("JW315", _asks(request)) if request.referrer else ("JW317", _wishes(request))
    head = header(kind, provider, municipality, identification, request.dated)
    return Message(kind, {"Header": head, "Client": client})


def _asks(request: Request) -> Tree:
    allocation = request.allocation
    begin, end = allocation.begin, allocation.versions[0].end
    if request.refused:
        begin, end = request.dated + _IN_A_WEEK, end and request.dated + (end - begin)
    asked = {
        "ReferentieAanbieder": request.reference,
        "Product": product(allocation),
        "ToewijzingIngangsdatum": begin,
        "ToewijzingEinddatum": end,
        "Omvang": volume(allocation),
        "Budget": allocation.budget,
        "Verwijzer": _referrer(request.referrer),
        "Raamcontract": _FRAMEWORK,
    }
    products = {"AangevraagdProduct": [present(asked)]}
    return person(allocation.client) | {"AangevraagdeProducten": products}


def _referrer(kind: str) -> Tree:
    """Professionals have a code or a name, others neither (CD066 to CD068)."""
    if kind in _WITH_CODE:
        return {"Type": kind, "ZorgverlenerCode": f"010000{kind}"}
    return {"Type": kind} | ({"Naam": "Test"} if kind in _BY_NAME else {})


def _wishes(request: Request) -> Tree:
    allocation = request.allocation
    unchanged = [{"ToewijzingNummer": other.number} for other in request.running]
    wish: Tree = {"ReferentieAanbieder": request.reference, "RedenVerzoek": "1"}
    if unchanged:
        wish["OngewijzigdeProducten"] = {"OngewijzigdProduct": unchanged}
    if request.refused:
        wish["TeWijzigenProducten"] = {"TeWijzigenProduct": [_more(request, allocation)]}
    else:
        wish["NieuweProducten"] = {"NieuwProduct": [_new(allocation)]}
    return {"Bsn": allocation.client.bsn, "Verzoek": wish}


def _more(request: Request, allocation: Allocation) -> Tree:
    return present(
        {
            "ToewijzingNummer": allocation.number,
            "GewensteIngangsdatum": request.dated + _IN_A_WEEK,
            "Omvang": volume(allocation, more=1),
        }
    )


def _new(allocation: Allocation) -> Tree:
    return present(
        {
            "Product": product(allocation),
            "GewensteIngangsdatum": allocation.begin,
            "Einddatum": allocation.versions[0].end,
            "Omvang": volume(allocation),
            "Budget": allocation.budget,
        }
    )


def reply_message(
    municipality: str, identification: str, request: Request, reply: Reply
) -> Message:
    """A 319."""
    provider = request.allocation.provider.agb
    answer = {
        "ReferentieAanbieder": request.reference,
        "VerzoekAntwoord": reply.verdict,
        "RedenAfwijzingVerzoek": reply.reason or None,
    }
    head = header("JW319", municipality, provider, identification, reply.dated)
    return Message("JW319", {"Header": head, "Antwoord": present(answer)})
