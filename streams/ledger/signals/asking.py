"""Requests (315, 317) and their answers (319): what they break together, deadlines aside.

Allowed are a request and then an allocation, or being turned down (1); before either it may be under
investigation (2). A provider may have one request of a client open at a time (OP350).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streams.ledger.requests import Said
from streams.ledger.signals.known import ENDLESS, Known
from streams.ledger.signals.signal import Signal, signal


@dataclass(slots=True)
class _Asking:
    """What one message asks: since when, and from which day all of it is `settled`."""

    since: str
    settled: str
    references: list[str]


def misasked(known: Known) -> Iterator[Signal]:
    """The rules that requests, answers and references to requests break."""
    book = known.book.requests
    requests: list[Said[Any]] = [*book.asked, *book.changes]
    yield from _reused(known, requests)
    yield from _answered_oddly(known, {(each.provider, _reference(each)) for each in requests})
    yield from _beside_open(known, requests)


def _reference(said: Said[Any]) -> str:
    reference: str = said.content["reference"]
    return reference


def _settled(known: Known, provider: str, reference: str) -> str:
    """The day of the allocation or of being turned down, whichever was first."""
    turned_down = known.book.requests.replies.get(provider, reference, "1")
    granted = known.granted.get((provider, reference), ENDLESS)
    return min(granted, turned_down.first if turned_down else ENDLESS)


def _reused(known: Known, requests: list[Said[Any]]) -> Iterator[Signal]:
    """TR347: other contents, another client or another kind of request under one reference."""
    book = known.book.requests
    for each in requests:
        key = each.provider, _reference(each)
        if each.rivals or (book.asked.get(*key) and book.changes.get(*key)):
            yield signal("TR347", *key)


def _answered_oddly(known: Known, requests: set[tuple[str, str]]) -> Iterator[Signal]:
    """TR355 and TR379: to what was not asked. TR359 and TR365: after an allocation, or a refusal."""
    turned_down = {
        (each.provider, each.content["reference"]): each.first
        for each in known.book.requests.replies
        if each.content["reply"] == "1"
    }
    for each in known.book.requests.replies:
        key = each.provider, each.content["reference"]
        if key not in requests:
            yield signal("TR355", *key, message=each.identification)
        if each.first > known.granted.get(key, ENDLESS):
            yield signal("TR359", *key, message=each.identification)
        if each.first > turned_down.get(key, ENDLESS):
            yield signal("TR365", *key, message=each.identification)
    for key, granted in known.granted.items():
        if granted > turned_down.get(key, ENDLESS):
            yield signal("TR365", *key)
    for number, held in known.held.items():
        reference = held.content.get("reference")
        if reference is not None and (held.provider, reference) not in requests:
            yield signal("TR379", held.provider, str(number))


def _beside_open(known: Known, requests: list[Said[Any]]) -> Iterator[Signal]:
    """TR374: made while what an earlier message asked was not settled."""
    messages: dict[tuple[str, str, str, str], _Asking] = {}
    for each in requests:
        reference, name = _reference(each), (each.dated, each.identification)
        settled = _settled(known, each.provider, reference)
        asking = messages.setdefault(
            (each.provider, each.client, *name), _Asking(each.first, settled, [])
        )
        asking.since = min(asking.since, each.first)
        asking.settled = max(asking.settled, settled)
        asking.references.append(reference)
    until: dict[tuple[str, str], str] = {}
    for key, asking in sorted(messages.items(), key=lambda one: (one[1].since, one[0])):
        provider, client, _, message = key
        if asking.since < until.get((provider, client), ""):
            for reference in asking.references:
                yield signal("TR374", provider, reference, message=message)
        until[provider, client] = max(asking.settled, until.get((provider, client), ""))
