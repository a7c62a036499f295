"""What allocations and declarations contradict each other in, lines aside."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from streams.ledger.allocations import Allocations, Held
from streams.ledger.declarations import Declaration
from streams.ledger.signals.lines import Broken, lines_of
from streams.ledger.states import State

_ENDLESS: Final = "9999-12-31"


def ambiguous(allocations: Allocations) -> Iterator[tuple[str, int]]:
    """IV013 and TR332: numbers with two contents under one stamp, or of two clients or providers."""
    yield from (("IV013", number) for number in allocations.contested())
    yield from (("TR332", number) for number in allocations.shared())


def stacking(held: Iterable[Held]) -> Iterator[tuple[str, Held]]:
    """TR302 and OP259: allocations of a client at a provider that begin while an earlier one runs.

    TR302 is for the same product, OP259 for a generic allocation beside any other.
    """
    groups: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for each in held:
        if not each.deleted and each.content["begin"] <= each.content.get("end", _ENDLESS):
            groups[each.provider, each.client].append(each)
    for group in groups.values():
        yield from _stacked(
            sorted(group, key=lambda one: (one.content["begin"], one.content["number"]))
        )


def _stacked(group: Iterable[Held]) -> Iterator[tuple[str, Held]]:
    """Each group in the order of its begins, so that only the latest end so far matters."""
    ends: dict[tuple[str | None, str | None], str] = {}
    for each in group:
        content = each.content
        product = content.get("category"), content.get("code")
        begin, end = content["begin"], content.get("end", _ENDLESS)
        generic = product == (None, None)
        if (generic and begin <= max(ends.values(), default="")) or (
            not generic and begin <= ends.get((None, None), "")
        ):
            yield "OP259", each
        if not generic and begin <= ends.get(product, ""):
            yield "TR302", each
        ends[product] = max(end, ends.get(product, ""))


def taken_names(declarations: Iterable[Declaration]) -> Iterator[Broken]:
    """TR333 and TR314: lines under a number, or with a reference, that an earlier one took.

    Answered lines too; a void line takes no reference. `declarations` earliest first.
    """
    numbers: set[tuple[str, str]] = set()
    references: set[tuple[str, str]] = set()
    for declaration in declarations:
        provider = declaration.provider
        repeated = (provider, declaration.number) in numbers
        numbers.add((provider, declaration.number))
        for line in lines_of(declaration):
            if repeated or (provider, line.reference) in references:
                yield "TR333" if repeated else "TR314", line
            if line.state != State.VOID:
                references.add((provider, line.reference))


def misanswered(declarations: Iterable[Declaration]) -> Iterator[tuple[str, Declaration, str]]:
    """TR366 and TR376: answers that list a reference or give a number their declaration lacks."""
    for declaration in declarations:
        declared = declaration.answer.get("declared") if declaration.answer else None
        if declared is None:
            continue
        own = set(declaration.lines["reference"])
        for line in declared["lines"]:
            if line["reference"] not in own:
                yield "TR366", declaration, line["reference"]
        if declared["number"] != declaration.number:
            yield "TR376", declaration, declaration.number
