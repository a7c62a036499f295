"""Why care cost more or less in one period than in another, in whole cents and without a rest.

Care of a product at a provider is worth, in a period,

    V = clients * duration * products per client * mix * intensity * tariff

clients              distinct clients of the municipality
duration             client-months of each of them
products per client  client-product-months for each client-month (stacking)
mix                  this product's and provider's share of all client-product-months
intensity            units for each of its client-product-months: units per client per month
tariff               cents for each unit

LMDI (`decomposition`) gives each factor its part of the change, per municipality, product and provider;
or volume, mix and price are told apart (`dividing`). There the parts become whole cents, so any roll-up
is the sum of its parts. Beside them stand:

new, vanished   products without care in the other period; a product that begins or ends at one provider
                while others go on with it is mix
credits         care that is a net credit in a period: no factor can be negative
conversion      money under another budget line, segment or category than most of the same care: what
                one has more, others have less
fixed           fixed costs
not_declared    what is still expected of a period, which is not in what has been declared of it

All but the last explain care as it will be in the end (`completing`), so that late billing looks like no
fewer clients; the last one takes off what is not in the books, and with it they add up to the change of
what is. Exchanging the periods turns every sign of the factors; new and vanished change places.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from streams.figures.rollup import Figures, Value, sortable
from streams.figures.spans import Span
from streams.prognosis.comparing import NAMES, Care, Concern, Place, Town, measure
from streams.prognosis.completing import periods
from streams.prognosis.dividing import METHODS, PARTS_OF, Divide, Effects, Pairs

BESIDE: Final = ("new", "vanished", "credits", "conversion", "fixed", "not_declared")
"""The effects beside those of a method."""

EFFECTS: Final = {method: (*parts, *BESIDE) for method, parts in PARTS_OF.items()}
"""The effects by method."""

Pair = tuple[int, int]
"""Cents before and after."""


@dataclass
class Change:
    """What has been declared and fixed in both periods, and each effect: cents.

    `expected` is what is still to be declared on top of it, before and after.
    """

    before: int = 0
    after: int = 0
    expected: Pair = (0, 0)
    effects: Counter[str] = field(default_factory=Counter)

    @property
    def cents(self) -> int:
        """The change in the books: the sum of the effects."""
        return self.after - self.before

    @property
    def costs(self) -> Pair:
        """What both periods cost in the end."""
        return self.before + self.expected[0], self.after + self.expected[1]

    @property
    def rise(self) -> int:
        """The change in the end: the sum of the effects but for what is not declared."""
        return self.costs[1] - self.costs[0]

    def add(self, pair: Pair, effects: Mapping[str, int], expected: Pair = (0, 0)) -> None:
        """Add money, the effects that its change is the sum of, and what is expected beside it."""
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


def explain(
    parts: Sequence[Figures], before: Span, after: Span, divide: Divide = METHODS["lmdi"]
) -> Changes:
    """The change of a municipality's parts between two spans of care months, at its finest.

    `divide` is one of `dividing.METHODS`.
    """
    found: Changes = defaultdict(Change)
    _explain_care(Town(parts), (before, after), divide, found)
    for place, pair in _paired(_fixed(parts, before), _fixed(parts, after)):
        found[place].add(pair, {"fixed": pair[1] - pair[0]})
    return dict(found)


def _paired(
    before: Mapping[Place, int], after: Mapping[Place, int]
) -> Iterator[tuple[Place, Pair]]:
    for place in {*before, *after}:
        yield place, (before.get(place, 0), after.get(place, 0))


def _explain_care(town: Town, spans: tuple[Span, Span], divide: Divide, found: Changes) -> None:
    old, new = periods(town, spans)
    products: dict[Value, list[Concern]] = defaultdict(list)
    for concern in sorted({*old.cares, *new.cares}, key=sortable):
        products[concern[0]].append(concern)
    for concerns in products.values():
        cares = [(old.care(concern), new.care(concern)) for concern in concerns]
        unit = measure([care for pair in cares for care in pair], town.old)
        pairs = [(old.worth(concern, unit), new.worth(concern, unit)) for concern in concerns]
        for pair, effects in zip(cares, _effects(pairs, divide), strict=True):
            credited = min(0, pair[1].worth) - min(0, pair[0].worth)
            _place(pair, {**effects, "credits": credited}, found)


def _effects(pairs: Pairs, divide: Divide) -> Sequence[Effects]:
    """The effects of one product, of which a period may have nothing."""
    before, after = (any(worth.cents for worth in period) for period in zip(*pairs, strict=True))
    if before and after:
        return divide(pairs)
    name = "new" if after else "vanished"
    return [{name: new.cents - old.cents} for old, new in pairs]


def _place(pair: tuple[Care, Care], effects: Effects, found: Changes) -> None:
    """Book effects where most of the money stands; what stands elsewhere is converted."""
    change = {place: Change() for care in pair for place in (*care.places, *care.awaited)}
    for place, cents in _paired(*(care.places for care in pair)):
        change[place].add(cents, {})
    for place, cents in _paired(*(care.awaited for care in pair)):
        change[place].add((0, 0), {"not_declared": cents[0] - cents[1]}, cents)
    home = min(change, key=lambda place: (-sum(change[place].costs), sortable(place)))
    for place, each in change.items():
        own = effects if place == home else {}
        each.effects.update({**own, "conversion": each.rise - sum(own.values())})
        found[place].add((each.before, each.after), each.effects, each.expected)


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
