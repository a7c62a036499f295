"""The monthly intensity of each product of one municipality, as far as it can be judged.

Intensity is units per client-month (`figures/use.py`); what is followed is its logarithm, with the
season of its budget line taken out. A month can be judged when at least `DECLARED` of it has been
declared, by the delay curves of the providers of the series, their lag included (`learning`), and at
least `FEWEST` clients tell of it. Volumes of codes that conversions join are one series, in units of
today's codes; where those differ in unit, each is weighed at its mean price. Volumes that are money
(83) are no measure of care, and have no series.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import log, sqrt
from statistics import median
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.figures.conversions import Conversions, groups, standing
from streams.figures.pricing import EUROS
from streams.figures.rollup import Figures, first_of
from streams.figures.spans import month_number
from streams.prognosis.forecast import Past
from streams.prognosis.learning import Learnt
from streams.prognosis.panel import Floats, Item, lines_of

DECLARED: Final = 0.8
"""Least share of a month that is declared when it is judged (field/prognosis.md section 5)."""

FEWEST: Final = 5
"""Least clients of a month that is judged: of fewer, one client is most of what there is to see."""

REMEMBERED: Final = 60
"""Closed care months that are looked at: a baseline of two years and three years to judge."""

WEIGHED: Final = 18
"""Latest closed months by which the providers of a series are weighed."""

ROUNDED: Final = 0.02
"""Least spread of a month's intensity: volumes are rounded to whole units, also where all are alike."""

UNSEEN: Final = 2
"""Years without a season that are put beside those of a budget line: one year alone may be chance."""

LATELY: Final = 6
"""Latest care months in which a change of billing began lately. It is seen in the latest five (`billing`),
so it is told for a month or more; it is held to for two years, but then nobody needs to look any more."""


class Name(NamedTuple):
    """What a series is about: a group of codes by its first code; None for all providers together."""

    product: str
    provider: str | None


@dataclass(frozen=True, slots=True)
class Month:
    """A judged care month (absolute): `value` is ln of intensity without its season.

    `share` of it is declared; `noise` is the spread of `value` when clients differ by chance alone.
    """

    number: int
    value: float
    noise: float
    share: float
    clients: int
    cents: int


@dataclass(frozen=True)
class Series:
    """The judged months of one product (of a provider), oldest first.

    `late` is the share of its money at providers that have changed their billing lately.
    """

    name: Name
    line: str | None
    months: tuple[Month, ...]
    late: float


@dataclass
class _Use:
    """What is declared of a series in one month, by code of today."""

    units: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    clients: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    cents: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """by provider"""

    def in_care(self) -> list[int]:
        """The cents of each client who has any."""
        return [cents for cents in self.clients.values() if cents]

    def volume(self, worth: Mapping[str, Fraction]) -> float:
        """Units over all codes, each counted as often as it is worth."""
        return float(sum(units * worth.get(code, 1) for code, units in self.units.items()))


def intensities(parts: Sequence[Figures], past: Past, *, by_provider: bool = False) -> list[Series]:
    """The series of a municipality's parts in order of name; those without a month are left out."""
    closed = past.panel.first + past.learnt.closed
    uses, worth = _gathered(
        parts, range(closed - REMEMBERED + 1, closed + 1), by_provider=by_provider
    )
    names = sorted(uses, key=lambda name: (name.product, name.provider or ""))
    lines = lines_of(parts, [Item("", None, name.product) for name in names])
    found = [
        _series(name, line, uses[name], (worth[name.product], past))
        for name, line in zip(names, lines, strict=True)
    ]
    return unseasoned([each for each in found if each.months])


def unseasoned(every: Sequence[Series]) -> list[Series]:
    """The series without the season of their budget line.

    It is how far a calendar month usually lies from the mean of its year: the median over the line's
    series and years that are there from January to December, `UNSEEN` of which would show none.
    """
    off: dict[tuple[str | None, int], list[float]] = defaultdict(list)
    for each in every:
        years: dict[int, list[Month]] = defaultdict(list)
        for month in each.months:
            years[month.number // 12].append(month)
        for months in years.values():
            if len(months) == 12:
                level = sum(month.value for month in months) / 12
                for month in months:
                    off[each.line, month.number % 12].append(month.value - level)
    season = {
        place: median(found) * len(found) / (len(found) + UNSEEN) for place, found in off.items()
    }
    return [
        replace(
            each,
            months=tuple(
                replace(month, value=month.value - season.get((each.line, month.number % 12), 0.0))
                for month in each.months
            ),
        )
        for each in every
    ]


Uses = dict[Name, dict[int, _Use]]


def _gathered(
    parts: Sequence[Figures], months: range, *, by_provider: bool
) -> tuple[Uses, dict[str, dict[str, Fraction]]]:
    """The use by series and month, and by group what a unit of each of its codes is worth."""
    rows = [standing(part.reference.conversions) for part in parts]
    names = groups(row for each in rows for row in each)
    units = _units(parts)
    uses: Uses = defaultdict(lambda: defaultdict(_Use))
    totals: dict[str, dict[str, list[Fraction]]] = defaultdict(
        lambda: defaultdict(lambda: [Fraction(), Fraction()])
    )
    for part, each in zip(parts, rows, strict=True):
        conversions = Conversions(each)
        for key, cell in part.cells.items():
            unit = units.get(key.product or "", EUROS)
            month = month_number(key.care_month)
            if key.product is None or unit == EUROS or month not in months:
                continue
            group = names.get(key.product, key.product)
            use = uses[Name(group, key.provider if by_provider else None)][month]
            for client, cents in cell.clients.items():
                use.clients[client] += cents
            use.cents[key.provider] += cell.declared
            for code, piece in conversions.pieces(key.product, first_of(key.care_month)).items():
                volume = cell.units.get(unit, 0) * piece.units
                use.units[code] += volume
                totals[group][code][0] += cell.declared * piece.money
                totals[group][code][1] += volume
    return uses, {group: _worth(codes, units) for group, codes in totals.items()}


def _units(parts: Iterable[Figures]) -> dict[str, str]:
    """The unit of each code: that with most volume, euros only where there is no other."""
    volumes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for part in parts:
        for key, cell in part.cells.items():
            for unit, volume in cell.units.items():
                volumes[key.product or ""][unit] += volume
    return {
        code: max((unit != EUROS, abs(volume), unit) for unit, volume in by_unit.items())[2]
        for code, by_unit in volumes.items()
    }


def _worth(
    codes: Mapping[str, Sequence[Fraction]], units: Mapping[str, str]
) -> dict[str, Fraction]:
    """The mean price of each code of a group that has several units; nothing where units add up."""
    if len({units[code] for code in codes if code in units}) <= 1:
        return {}
    return {
        code: cents / volume if volume > 0 else Fraction()
        for code, (cents, volume) in codes.items()
    }


def _series(
    name: Name,
    line: str | None,
    uses: Mapping[int, _Use],
    known: tuple[Mapping[str, Fraction], Past],
) -> Series:
    worth, past = known
    shares, late = _shares(uses, past)
    differ = _differ(uses.values())
    months = []
    for number in sorted(uses):
        clients, volume = len(uses[number].in_care()), uses[number].volume(worth)
        share = float(shares[number - past.panel.first])
        if share < DECLARED or clients < FEWEST or volume <= 0:
            continue
        months.append(
            Month(
                number=number,
                value=log(volume / clients),
                noise=sqrt(differ * (1 / clients + max(0.0, 1 - share) ** 2) + ROUNDED**2),
                share=share,
                clients=clients,
                cents=sum(uses[number].cents.values()),
            )
        )
    return Series(name, line, tuple(months), late)


def _shares(uses: Mapping[int, _Use], past: Past) -> tuple[Floats, float]:
    """The share declared of each column of the panel; how much is of providers that changed billing."""
    panel, learnt = past.panel, past.learnt
    weight = np.zeros(len(panel.providers))
    places = {provider: place for place, provider in enumerate(panel.providers)}
    recent = [number for number in uses if number > panel.first + learnt.closed - WEIGHED]
    for number in recent or uses:
        for provider, cents in uses[number].cents.items():
            if provider in places:
                weight[places[provider]] += max(0, cents)
    if not weight.any():
        return np.zeros(panel.months), 0.0
    every = np.arange(len(weight))
    declared = learnt.shares(every, np.zeros(len(every)), np.arange(panel.months))
    weight = weight / weight.sum()
    return weight @ declared, float(weight[changed_lately(learnt)].sum())


def changed_lately(learnt: Learnt) -> NDArray[np.bool_]:
    """Which providers bill later or earlier than before, for care of some of the latest months on."""
    billing = learnt.billing
    return np.asarray((billing.lag != 0) & (billing.since > learnt.closed - LATELY))


def _differ(uses: Iterable[_Use]) -> float:
    """How much clients differ: the usual squared coefficient of variation of a month's cents."""
    found = []
    for use in uses:
        cents = use.in_care()
        total = sum(cents)
        if len(cents) >= FEWEST and total > 0:
            squares = sum(each * each for each in cents)
            found.append((len(cents) * squares - total * total) / (total * total))
    return median(found) if found else 0.0
