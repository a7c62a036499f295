"""What is still expected of a period, where it belongs: the forecast told in the places of `comparing`.

What is expected of allocations that name no product goes to what the provider has declared of that
category in the period, by amount; it stays without product while there is nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from streams.figures.cells import Key
from streams.figures.rollup import first_of, sortable
from streams.figures.spans import Span, month_number, month_text
from streams.prognosis.comparing import NAMES, PRODUCT, Cares, Place, Town
from streams.prognosis.decomposition import shared
from streams.prognosis.forecast import Forecast, forecast, now_of
from streams.prognosis.forecast import Place as Forecasted
from streams.prognosis.panel import AHEAD, BACK


def forecast_of(town: Town, spans: Sequence[Span]) -> Forecast:
    """One forecast of all months of some periods that there is a forecast of."""
    parts = [part for part, _ in town.parts]
    closed = now_of(parts[0].reference.as_of).closed
    first = min(month_number(span.first) for span in spans)
    last = max(month_number(span.last) for span in spans)
    return forecast(parts, range(max(first, closed - BACK), min(last, closed + AHEAD) + 1))


def awaited(
    town: Town, span: Span, found: Cares, known: Forecast
) -> Iterator[tuple[Place, str, int]]:
    """Place, care month and cents of what is still expected of a period with the care `found`."""
    declared = _by_category(found)
    months = range(month_number(span.first), month_number(span.last) + 1)
    expected = known.expected(lambda each: (_place(town, each), month_text(each[2])), months)
    for (place, month), terms in expected.items():
        cents = sum(terms.values())
        like = {} if place[PRODUCT] else declared[_category(place)]
        whole = sum(like.values())
        parts = shared([cents * each / whole for each in like.values()], cents)
        for own, part in zip(like or [place], parts or [cents], strict=True):
            yield own, month, part


def _by_category(found: Cares) -> Mapping[tuple[object, ...], Mapping[Place, int]]:
    """Declared cents above zero of each provider and category, by place in order."""
    sums: dict[tuple[object, ...], dict[Place, int]] = defaultdict(dict)
    places = {place: cents for care in found.values() for place, cents in care.places.items()}
    for place in sorted(places, key=sortable):
        if place[PRODUCT] and places[place] > 0:
            sums[_category(place)][place] = places[place]
    return sums


def _category(place: Place) -> tuple[object, ...]:
    return place[NAMES.index("provider")], place[NAMES.index("category")]


def _place(town: Town, expected: Forecasted) -> Place:
    """Where expected money belongs; its budget line is the forecast's."""
    item, line, number = expected
    key = Key(month_text(number), item.category, item.product, item.provider)
    code, day = item.product or "", first_of(key.care_month)
    parts = [part for part, _ in town.parts]
    part = next((each for each in parts if each.reference.product(code, day)), parts[0])
    place = list(town.place(part, key))
    place[NAMES.index("budget_line")] = line
    return tuple(place)
