"""Requests for change (317) against the allocations that ran on the day they were made.

What runs is what was allocated by then, not deleted, and not ended: on the day of the request itself
parties may not know of each other's messages, so an allocation of that day may be named and left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from schemas.events import ChangeEvent, Wish
from streams.ledger.allocations import Chain, Held
from streams.ledger.requests import Said
from streams.ledger.signals.known import ENDLESS, Known, told_on
from streams.ledger.signals.signal import Signal, signal

_OLD: Final = "2020-12-31"
"""The last end of an allocation that may have a volume without a product code (CD080)."""


def _in_the_past(wish: Wish, held: Held, dated: str) -> bool:
    return held.content["begin"] != wish["begin"] <= dated


def _budget_midway(wish: Wish, held: Held, _: str) -> bool:
    budget = wish.get("budget", held.content.get("budget"))
    return budget != held.content.get("budget") and wish["begin"] != held.content["begin"]


def _wants_volume(wish: Wish) -> bool:
    return "volume" in wish and wish.get("end", ENDLESS) > _OLD


def _volume_on_generic(wish: Wish, held: Held, _: str) -> bool:
    return _wants_volume(wish) and "category" not in held.content


def _no_volume(wish: Wish, held: Held, _: str) -> bool:
    return "volume" not in wish and "code" in held.content


def _volume_on_aspecific(wish: Wish, held: Held, _: str) -> bool:
    return _wants_volume(wish) and "category" in held.content and "code" not in held.content


_WISHES: Final[tuple[tuple[str, Callable[[Wish, Held, str], bool]], ...]] = (
    ("TR357", _in_the_past),
    ("TR373", _budget_midway),
    ("TR375", _volume_on_generic),
    ("TR411", _no_volume),
    ("TR412", _volume_on_aspecific),
)
"""What is asked of a wished change of an allocation that runs."""


def miswished(known: Known) -> Iterator[Signal]:
    """The rules that requests for change break."""
    owned: dict[tuple[str, str], list[Chain]] = defaultdict(list)
    for chain in known.chains.values():
        owned[chain[-1].provider, chain[-1].client].append(chain)
    for change in known.book.requests.changes:
        own = owned.get((change.provider, change.client), [])
        for rule in sorted(set(_broken(change, own))):
            reference, message = change.content["reference"], change.identification
            yield signal(rule, change.provider, reference, message=message)


def _broken(change: Said[ChangeEvent], own: list[Chain]) -> Iterator[str]:
    wanted, dated = change.content, change.dated
    running = {held.content["number"]: held for held in _versions(own, dated) if _runs(held, dated)}
    named = {*wanted["unchanged"], *(each.get("allocation") for each in wanted["changed"])}
    if any(
        number not in named
        for number, held in running.items()
        if held.content["begin"] <= dated and told_on(held) < dated
    ):
        yield "TR349"
    if any(number not in running for number in wanted["unchanged"]):
        yield "TR350"
    for wish in wanted["changed"]:
        held = running.get(wish.get("allocation", -1))
        if held is None:
            yield "TR351"
        else:
            yield from (rule for rule, breaks in _WISHES if breaks(wish, held, dated))


def _versions(own: list[Chain], dated: str) -> Iterator[Held]:
    """What was known of each allocation on a day."""
    for chain in own:
        by_then = [held for held in chain if told_on(held) <= dated]
        if by_then:
            yield by_then[-1]


def _runs(held: Held, dated: str) -> bool:
    return not held.deleted and held.content.get("end", ENDLESS) >= dated
