"""What allocations and declarations contradict each other in, lines aside."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from streams.ledger.allocations import Allocations, Held
from streams.ledger.declarations import Declaration
from streams.ledger.signals.known import ENDLESS, Known
from streams.ledger.signals.lines import Broken, Line
from streams.ledger.signals.signal import Signal, of, signal
from streams.ledger.states import State


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
        if not each.deleted and each.content["begin"] <= each.content.get("end", ENDLESS):
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
        begin, end = content["begin"], content.get("end", ENDLESS)
        generic = product == (None, None)
        if (generic and begin <= max(ends.values(), default="")) or (
            not generic and begin <= ends.get((None, None), "")
        ):
            yield "OP259", each
        if not generic and begin <= ends.get(product, ""):
            yield "TR302", each
        ends[product] = max(end, ends.get(product, ""))


def taken_names(lines: Iterable[Line]) -> Iterator[Broken]:
    """TR056, TR333 and TR314: lines in a message, under a number or with a reference whose name was taken.

    Answered lines too; a void line takes no reference. `lines` earliest first. Of a declaration that
    was sent twice the first message that stands is asked for its Identificatie.
    """
    messages: dict[tuple[str, str], Declaration] = {}
    first: dict[tuple[str, str], Declaration] = {}
    references: set[tuple[str, str]] = set()
    for line in lines:
        declaration, name = line.declaration, (line.provider, line.reference)
        number = line.provider, declaration.number
        message = line.provider, declaration.identification
        if messages.setdefault(message, declaration) is not declaration:
            yield "TR056", line
        elif first.setdefault(number, declaration) is not declaration:
            yield "TR333", line
        elif name in references:
            yield "TR314", line
        if line.state != State.VOID:
            references.add(name)


def misanswered(known: Known) -> Iterator[Signal]:
    """What answers say otherwise than the declarations that they answer.

    TR366: a reference that is not in it. TR367: another amount. TR376: another number. TR358: another
    total. TR342: a granted sum that is not that of the lines which are not rejected.
    """
    for each in known.declarations:
        declared = each.answer.get("declared") if each.answer else None
        if declared is None:
            continue
        amounts, granted = _amounts(each)
        found = {
            ("TR366" if line["reference"] not in amounts else "TR367", line["reference"])
            for line in declared["lines"]
            if line["amount"] not in amounts.get(line["reference"], ())
        }
        odd = (
            ("TR376", declared["number"] != each.number),
            ("TR358", declared["submitted"] != each.total),
            ("TR342", declared["granted"] != granted),
        )
        found.update((rule, each.number) for rule, broken in odd if broken)
        for rule, subject in found:
            yield signal(rule, each.provider, subject, **of(each))


def _amounts(declaration: Declaration) -> tuple[dict[str, set[int]], int]:
    """Signed cents: those of each reference, and the sum of the lines that are granted."""
    found: dict[str, set[int]] = defaultdict(set)
    granted = 0
    lines, states = declaration.lines, declaration.states
    columns = (lines["reference"], lines["amount"], lines["side"])
    for state, reference, amount, side in zip(states, *columns, strict=True):
        cents = amount if side == "D" else -amount
        found[reference].add(cents)
        granted += cents if state == State.GRANTED else 0
    return found, granted
