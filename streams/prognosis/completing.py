"""Care as it will be counted in the end: a period of which part is still to be declared, made complete.

Who bills late makes a period look as if it had fewer clients and months than it has. What is still
expected in cents (`forecast`) is therefore counted too, as more care like what has been declared. Of a
product at a provider and care month m, with D cents and p client-months declared, and E cents expected:

    price of a client-month   c = D / sum_m(p_m * s_m); where nothing is declared that of a year earlier
    client-months             sum_m(p_m + x_m), x_m = E_m / (c * s_m)

with s the season: what a month's care cost a year earlier, relative to what it would have at mean prices.

Of clients and their months more is seen than of care: who has two products is seen by either. How much
more follows from the care of a year earlier, of which each client-product-month would be seen with the
chance q_m that one of this period is: its share of p in p + x. Of products per client beyond the first,
and of clients, there are

    usual * (seen + a) / (likely + a)

usual   as many as a year earlier, likely what would be seen of those, seen what is
a       `DOUBT` times the share that is not declared: where little is seen, the usual weighs more

There are no fewer than are seen. "A year" is as many whole years as the period is long. A period of which
nothing is expected is counted as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, fsum, prod
from typing import Final

from streams.figures.spans import Span, month_number, moved
from streams.prognosis.awaiting import awaited, forecast_of
from streams.prognosis.comparing import (
    PRODUCT,
    PROVIDER,
    Care,
    Cares,
    Concern,
    Measure,
    Town,
    Whole,
    Worth,
    cares,
)

DOUBT: Final = 10.0
"""What must be seen to weigh as much as the usual: counts that differ by a third from one year to the
next (1 / 0.3 ** 2)."""

Months = Mapping[str, float]
"""A number for each care month ("YYYY-MM")."""

Presence = Mapping[tuple[str, str], int]
"""The number of products, each at its provider, that a client has in a care month."""


@dataclass(frozen=True)
class Period:
    """The care of a period as it will be: client-months by product and provider, and of all together.

    There are none of care without a price of a client-month.
    """

    cares: Cares
    months: Mapping[Concern, float]
    whole: Whole

    def care(self, concern: Concern) -> Care:
        """The care of a product at a provider."""
        return self.cares.get(concern, Care())

    def worth(self, concern: Concern, unit: Measure) -> Worth:
        """That in numbers; a net credit is worth nothing."""
        care = self.care(concern)
        cents = max(0, care.worth)
        grown = Fraction(cents, care.cents) if care.cents > 0 else Fraction()
        return Worth(cents, self.months.get(concern, 0.0), unit(care) * grown, self.whole)


def periods(town: Town, spans: Sequence[Span]) -> list[Period]:
    """The periods, with what is still expected of them."""
    known = forecast_of(town, spans)
    found = []
    for span in spans:
        care = cares(town, span)
        for place, month, cents in list(awaited(town, span, care, known)):
            concern = place[PRODUCT], str(place[PROVIDER])
            care.setdefault(concern, Care()).expected[place, month] += cents
        found.append(_completed(town, span, care))
    return found


def _completed(town: Town, span: Span, found: Cares) -> Period:
    earlier = _earlier(town, span)
    season = _season(earlier)
    prices = _prices(earlier, season) | _prices(found, season)
    declared = {concern: Counter(month for _, month in found[concern].present) for concern in found}
    late = {concern: _late(found[concern], prices.get(concern), season) for concern in found}
    months = {
        concern: max(0.0, fsum([*declared[concern].values(), *late[concern].values()]))
        for concern in found
    }
    shares = _shares(_added(declared.values()), _added(late.values()))
    usual = _presence(earlier)
    whole = _in_the_end(
        fsum(months.values()), _whole(_presence(found)), _whole(usual), _whole(usual, shares)
    )
    return Period(found, months, whole)


def _earlier(town: Town, span: Span) -> Cares:
    """The cents by client and month of as many whole years earlier, under the months of the period."""
    back = 12 * ceil((month_number(span.last) - month_number(span.first) + 1) / 12)
    then = cares(town, Span(moved(span.first, -back), moved(span.last, -back)))
    return {
        concern: Care(
            care.cents,
            {(who, moved(month, back)): cents for (who, month), cents in care.clients.items()},
        )
        for concern, care in then.items()
    }


def _season(earlier: Cares) -> Months:
    """What client-months of a month cost, relative to what they would at the mean price of each product."""
    cents, usual = Counter[str](), defaultdict[str, list[float]](list)
    for care in earlier.values():
        present = care.present
        for who in present:
            cents[who[1]] += care.clients[who]
            usual[who[1]].append(care.cents / len(present))
    return {month: cents[month] / fsum(each) for month, each in usual.items() if cents[month] > 0}


def _prices(found: Cares, season: Months) -> dict[Concern, float]:
    """Cents of a client-month in a month without season, of each product at each provider with any."""
    weights = {
        concern: fsum(season.get(month, 1.0) for _, month in care.present)
        for concern, care in found.items()
    }
    return {concern: found[concern].cents / weight for concern, weight in weights.items() if weight}


def _late(care: Care, price: float | None, season: Months) -> Months:
    """The client-months still to be declared, at a price; none without one."""
    cents = Counter[str]()
    for (_, month), each in care.expected.items():
        cents[month] += each
    return {month: each / price / season.get(month, 1.0) for month, each in cents.items() if price}


def _added(found: Iterable[Months]) -> Months:
    """The sum by care month."""
    numbers: dict[str, list[float]] = defaultdict(list)
    for each in found:
        for month, number in each.items():
            numbers[month].append(number)
    return {month: fsum(each) for month, each in numbers.items()}


def _shares(declared: Months, late: Months) -> Months:
    """The share of a month's client-product-months that is declared, 0 to 1."""
    whole = {month: declared.get(month, 0.0) + number for month, number in late.items()}
    return {
        month: min(1.0, declared.get(month, 0.0) / number) if number > 0 else 1.0
        for month, number in whole.items()
    }


def _presence(found: Cares) -> Presence:
    return Counter(who for care in found.values() for who in care.present)


def _whole(presence: Presence, shares: Months | None = None) -> Whole:
    """What is likely to be seen when of each month's client-product-months a share is; without: all."""
    unseen = {who: 1.0 - (shares or {}).get(who[1], 1.0) for who in presence}
    hidden: dict[str, list[float]] = defaultdict(list)
    for who, number in presence.items():
        hidden[who[0]].append(unseen[who] ** number)
    return Whole(
        clients=fsum(1.0 - prod(sorted(each)) for each in hidden.values()),
        months=fsum(1.0 - each for months in hidden.values() for each in months),
        product_months=fsum(number * (1.0 - unseen[who]) for who, number in presence.items()),
    )


def _in_the_end(product_months: float, seen: Whole, usual: Whole, likely: Whole) -> Whole:
    """All care of a period; `usual` is that of a year earlier, `likely` what would be seen of it."""
    if not product_months:
        return seen
    doubt = DOUBT * max(0.0, 1.0 - seen.product_months / product_months)
    stacked = _stacked(seen)
    if _stacked(usual) > 0:
        extra = seen.product_months - seen.months
        stacked = _told(_stacked(usual), _stacked(likely) * seen.months, extra, doubt)
    months = min(max(product_months / (1.0 + stacked), seen.months), product_months)
    clients = seen.clients or months
    if usual.months:
        each = months / usual.months
        clients = _told(usual.clients * each, likely.clients * each, seen.clients, doubt)
    return Whole(min(max(clients, seen.clients), months), months, product_months)


def _stacked(whole: Whole) -> float:
    """Products of a client in a month beyond the first."""
    return whole.product_months / whole.months - 1.0 if whole.months else 0.0


def _told(usual: float, likely: float, seen: float, doubt: float) -> float:
    """A number, by what is seen of it and what would be likely; without either as usual."""
    return usual * (seen + doubt) / (likely + doubt) if likely + doubt > 0 else usual
