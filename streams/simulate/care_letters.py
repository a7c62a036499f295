"""Starts and stops of care as messages (305, 307): one a client, provider and day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from schemas.ijw import Message, Tree
from streams.simulate.care import Moment
from streams.simulate.heads import header, person, present, product

START, STOP = "JW305", "JW307"
_LIST = {START: ("StartProducten", "StartProduct"), STOP: ("StopProducten", "StopProduct")}

Letter = tuple[date, str, str, list[Moment]]
"""The day, the kind of message, the provider, and what it tells."""


def letters(moments: Iterable[Moment]) -> list[Letter]:
    """Moments by the message they are told in, in the order of the days."""
    together: dict[tuple[date, str, str, int], list[Moment]] = defaultdict(list)
    for moment in moments:
        allocation = moment.allocation
        kind = STOP if moment.reason else START
        key = moment.dated, kind, allocation.provider.agb, allocation.client.number
        together[key].append(moment)
    ordered = sorted(together.items(), key=lambda item: item[0])
    return [(dated, kind, agb, told) for (dated, kind, agb, _), told in ordered]


def care_message(municipality: str, identification: str, letter: Letter) -> Message:
    """The 305 or 307 of a letter."""
    dated, kind, agb, moments = letter
    outer, inner = _LIST[kind]
    client = person(moments[0].allocation.client)
    return Message(
        kind,
        {
            "Header": header(kind, agb, municipality, identification, dated),
            "Client": client | {outer: {inner: [_told(moment) for moment in moments]}},
        },
    )


def _told(moment: Moment) -> Tree:
    return {
        "ToewijzingNummer": moment.allocation.number,
        "Product": product(moment.allocation),
        "ToewijzingIngangsdatum": moment.allocation.begin,
        "Begindatum": moment.begin,
        "StatusAanlevering": moment.status,
        **present({"RedenBeeindiging": moment.reason or None, "Einddatum": moment.end}),
    }
