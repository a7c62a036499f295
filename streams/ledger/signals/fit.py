"""Whether a debit fits its allocation, its contract and its declaration, by itself."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from schemas.reference.lookup import HOUR, MINUTE, Reference
from streams.ledger.allocations import Held
from streams.ledger.signals.lines import Broken, Line, LineRule, day, granted_before, month_end


def _other_client(line: Line, held: Held, _: Reference) -> bool:
    return line.client != held.client


def _other_category(line: Line, held: Held, _: Reference) -> bool:
    """TR339; a generic allocation has no category to differ from."""
    return held.content.get("category", line.category) != line.category


def _other_code(line: Line, held: Held, _: Reference) -> bool:
    """TR340; a generic or aspecific allocation has no code to differ from."""
    return held.content.get("code", line.code) != line.code


def comparable(unit: str, allowed: str) -> bool:
    """Whether volume in a unit may be declared on an allocation in another: minutes on hours may."""
    return unit == allowed or (unit, allowed) == (MINUTE, HOUR)


def _other_unit(line: Line, held: Held, _: Reference) -> bool:
    return not comparable(line.unit, held.content.get("unit", line.unit))


def _begins_early(line: Line, held: Held, _: Reference) -> bool:
    return line.begin < held.content["begin"]


def _ends_late(line: Line, held: Held, _: Reference) -> bool:
    return line.end > held.content.get("end", line.end)


def _begins_oddly(line: Line, held: Held, reference: Reference) -> bool:
    """TR387: on the first of the month, or with the allocation if that is later."""
    first = max(f"{line.begin[:7]}-01", held.content["begin"])
    return not _begins_early(line, held, reference) and line.begin != first


def _ends_oddly(line: Line, held: Held, reference: Reference) -> bool:
    """TR388: on the last of the month, or with the allocation if that is earlier."""
    last = month_end(line.end[:7])
    end = min(last, held.content.get("end", last))
    return not _ends_late(line, held, reference) and line.end != end


def _off_tariff(line: Line, _: Held, reference: Reference) -> bool:
    """TR418. Without a price in the contract, or on the line (unit 83), there is nothing to compare."""
    if line.tariff is None:
        return False
    on, provider, code = day(line.begin), line.provider, line.code
    units = (line.unit, HOUR) if line.unit == MINUTE else (line.unit,)
    prices = {unit: reference.tariff(provider, code, unit, on) for unit in units}
    cents = {
        _half_up(price / 60 if unit != line.unit else price)
        for unit, price in prices.items()
        if price is not None
    }
    return bool(cents) and line.tariff not in cents


def _half_up(cents: Fraction) -> int:
    return (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)


def _in_future(line: Line, _: Held, __: Reference) -> bool:
    """TR319: after the period that is declared."""
    return line.end > line.declaration.period_end


def _too_old(line: Line, _: Held, __: Reference) -> bool:
    """TR335: more than five years before the declaration is dated."""
    on = line.declaration.declared_on
    return (int(line.end[:4]) + 5, line.end[4:]) < (int(on[:4]), on[4:])


FITS: Final[tuple[tuple[str, LineRule], ...]] = (
    ("TR304", _other_client),
    ("TR307", _begins_early),
    ("TR308", _ends_late),
    ("TR319", _in_future),
    ("TR335", _too_old),
    ("TR339", _other_category),
    ("TR340", _other_code),
    ("TR341", _other_unit),
    ("TR387", _begins_oddly),
    ("TR388", _ends_oddly),
    ("TR418", _off_tariff),
)
"""What is asked of a debit on an allocation that is known and not deleted."""


def misfits(
    debits: Iterable[Line], held: Mapping[int, Held], reference: Reference
) -> Iterator[Broken]:
    """The rules that debits break by themselves.

    An allocation that is unknown, another provider's (TR338) or deleted (TR384) leaves no more to ask.
    """
    for line in debits:
        own = held.get(line.allocation)
        if own is None or own.provider != line.provider:
            yield "TR338", line
        elif own.deleted:
            if not granted_before(line, own):  # then it's the deletion that is wrong (TR385)
                yield "TR384", line
        else:
            yield from ((rule, line) for rule, breaks in FITS if breaks(line, own, reference))
