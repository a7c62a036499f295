"""Why care cost more or less in one period than in another, in whole cents and without a rest.

Care of a product at a provider was worth, in a period,

    V = clients * duration * products per client * mix * intensity * tariff

clients              distinct clients of the municipality
duration             client-months of each of them
products per client  client-product-months for each client-month (stacking)
mix                  this product's and provider's share of all client-product-months
intensity            units for each of its client-product-months: units per client per month
tariff               cents for each unit

LMDI (`decomposition`) gives each factor its part of the change, per municipality, product and provider.
There the parts become whole cents, so any roll-up is the sum of its parts. Beside them stand:

new, vanished   products without care in the other period; a product that begins or ends at one provider
                while others go on with it is mix
credits         care that is a net credit in a period: no factor can be negative
conversion      money under another budget line, segment or category than most of the same care: what
                one has more, others have less
fixed           fixed costs
not_declared    what is still expected of a period (`forecast`), beside what has been declared

Declared money is what is explained: of a period that isn't declared completely clients and duration are
too low by what `not_declared` makes up for. Intensity and tariff hardly suffer. Exchanging the periods
turns every sign; new and vanished change places.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from streams.figures.cells import Key
from streams.figures.rollup import Figures, Value, first_of, sortable
from streams.figures.spans import Span
from streams.prognosis.comparing import (
    NAMES,
    Care,
    Cares,
    Place,
    Town,
    Worth,
    cares,
    whole,
    worths,
)
from streams.prognosis.curves import month_number
from streams.prognosis.decomposition import lmdi, shared
from streams.prognosis.forecast import Place as Awaited
from streams.prognosis.forecast import forecast, now_of
from streams.prognosis.panel import AHEAD, BACK

FACTORS: Final = ("clients", "duration", "products_per_client", "mix", "intensity", "tariff")
"""The effects that are factors, in the order of `Worth.factors`."""

EFFECTS: Final = (
    *FACTORS,
    *("new", "vanished", "credits", "conversion", "fixed", "not_declared"),
)

Pair = tuple[int, int]
"""Cents before and after."""


@dataclass
class Change:
    """What something costs in both periods, and each effect: cents.

    `expected` is the part of what it costs, before and after, that is still to be declared.
    """

    before: int = 0
    after: int = 0
    expected: Pair = (0, 0)
    effects: Counter[str] = field(default_factory=Counter)

    @property
    def cents(self) -> int:
        """The change: the sum of the effects."""
        return self.after - self.before

    def add(self, pair: Pair, effects: Mapping[str, int], expected: Pair = (0, 0)) -> None:
        """Add money, the effects that its change is the sum of, and what of it is expected."""
        self.before += pair[0]
        self.after += pair[1]
        self.expected = self.expected[0] + expected[0], self.expected[1] + expected[1]
        for effect, cents in effects.items():
            self.effects[effect] += cents


Changes = dict[Place, Change]
"""Changes by where they belong, at their finest."""


def rolled(found: Mapping[Place, Change], by: Sequence[str]) -> dict[tuple[Value, ...], Change]:
    """Changes rolled up by some of `NAMES`, sorted."""
    columns = [NAMES.index(name) for name in by]
    sums: dict[tuple[Value, ...], Change] = defaultdict(Change)
    for place, change in found.items():
        into = sums[tuple([place[column] for column in columns])]
        into.add((change.before, change.after), change.effects, change.expected)
    return {values: sums[values] for values in sorted(sums, key=sortable)}


def explain(parts: Sequence[Figures], before: Span, after: Span) -> Changes:
    """The change of a municipality's parts between two spans of care months, at its finest."""
    town, spans = Town(parts), (before, after)
    found: Changes = defaultdict(Change)
    _explain_care(town, spans, found)
    for place, pair in _paired(_fixed(parts, before), _fixed(parts, after)):
        found[place].add(pair, {"fixed": pair[1] - pair[0]})
    for place, pair in _paired(*_expected(town, spans)):
        found[place].add(pair, {"not_declared": pair[1] - pair[0]}, pair)
    return dict(found)


def _paired(
    before: Mapping[Place, int], after: Mapping[Place, int]
) -> Iterator[tuple[Place, Pair]]:
    for place in {*before, *after}:
        yield place, (before.get(place, 0), after.get(place, 0))


def _explain_care(town: Town, spans: tuple[Span, Span], found: Changes) -> None:
    old, new = (cares(town, span) for span in spans)
    wholes = whole(old), whole(new)
    lasting = _products(old) & _products(new)
    for concern in {*old, *new}:
        pair = old.get(concern, Care()), new.get(concern, Care())
        effects = _effects(worths(pair, wholes, town.old), new_product=concern[0] not in lasting)
        _place(pair, effects, found)


def _products(found: Cares) -> set[Value]:
    """The products with care that is no net credit."""
    return {product for (product, _), care in found.items() if care.cents > 0}


def _effects(pair: tuple[Worth, Worth], *, new_product: bool) -> dict[str, int]:
    """The effects of one product at one provider: cents that add up to its change."""
    before, after = (max(0, worth.cents) for worth in pair)
    credited = min(0, pair[1].cents) - min(0, pair[0].cents)
    if before and after:
        return _factors(*pair)
    name = "mix" if not new_product else "vanished" if before else "new"
    return {name: after - before, "credits": credited}


def _factors(before: Worth, after: Worth) -> dict[str, int]:
    """The effects of the factors; reckoned one way only, so that the other way is its mirror image."""
    if after < before:
        return {name: -cents for name, cents in _factors(after, before).items()}
    parts = lmdi(before.factors(), after.factors())
    return dict(zip(FACTORS, shared(parts, after.cents - before.cents), strict=True))


def _place(pair: tuple[Care, Care], effects: Mapping[str, int], found: Changes) -> None:
    """Book effects where most of the money stands; what stands elsewhere is converted."""
    before, after = (care.places for care in pair)
    money = dict(_paired(before, after))
    home = min(money, key=lambda place: (-sum(money[place]), sortable(place)))
    for place, (old, new) in money.items():
        own = effects if place == home else {}
        found[place].add((old, new), {**own, "conversion": new - old - sum(own.values())})


def _fixed(parts: Sequence[Figures], span: Span) -> dict[Place, int]:
    """The fixed costs of a period."""
    sums: dict[Place, int] = defaultdict(int)
    for part in parts:
        for year in range(int(span.first[:4]), int(span.last[:4]) + 1):
            for line, months in part.reference.fixed_costs(year).items():
                cents = sum(cents for month, cents in months.items() if span.holds(month))
                sums[_of_line(part, line)] += cents
    return sums


def _of_line(part: Figures, line: str) -> Place:
    known = {
        "municipality": part.municipality,
        "region": part.reference.document.region,
        "budget_line": line,
    }
    return tuple([known.get(name) for name in NAMES])


def _expected(town: Town, spans: tuple[Span, Span]) -> tuple[dict[Place, int], dict[Place, int]]:
    """What is still expected of each period."""
    months = [range(month_number(span.first), month_number(span.last) + 1) for span in spans]
    parts = [part for part, _ in town.parts]
    closed = now_of(parts[0].reference.as_of).closed
    first, stop = min(each.start for each in months), max(each.stop for each in months)
    found = forecast(parts, range(max(first, closed - BACK), min(stop, closed + AHEAD + 1)))
    before, after = (
        {
            place: sum(terms.values())
            for place, terms in found.expected(partial(_awaited, town), each).items()
        }
        for each in months
    )
    return before, after


def _awaited(town: Town, awaited: Awaited) -> Place:
    """Where expected money belongs; its budget line is the forecast's."""
    item, line, number = awaited
    key = Key(f"{number // 12:04}-{number % 12 + 1:02}", item.category, item.product, item.provider)
    code, day = item.product or "", first_of(key.care_month)
    parts = [part for part, _ in town.parts]
    part = next((each for each in parts if each.reference.product(code, day)), parts[0])
    place = list(town.place(part, key))
    place[NAMES.index("budget_line")] = line
    return tuple(place)
