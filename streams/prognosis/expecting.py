"""What is still to come, by care month, in the terms that a controller is shown.

By group and care month m, with p the share declared by now, s the season, l the level of use, r realisation, u what
comes without commitments, B committed so far, g the share of commitments known by now, A the usual commitment
of the days of m at its price level and season, gone along with what is known of months ahead (see `leads`, `learning`):

    C = A + w * (B / g - A)         what m will have been committed in the end; w is g ** 8, or less
    still to come = (1 - p) * s * l * (r * C + u) - q * open

Far ahead (g small) only A counts, because a wave of early renewals is mostly timing; near (g = 1) only B does.
The last part takes off what of the declared money without an answer will be refused: as much of it as of answered
money was (q).

A group's parts are shared over its items, and every amount is rounded to whole cents in the end, by item,
month and term: any sum is the sum of its parts.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from streams.prognosis.leads import USUAL
from streams.prognosis.learning import Learnt, School
from streams.prognosis.panel import Floats, Ints, Panel, added, aged, summed
from streams.prognosis.realisation import MATURE

TERMS: Final = ("late", "allocated", "usual", "loose", "refused")
"""The terms of what is still to come: care already given that is still to be declared; allocations known
for months to come; those not yet known; care without a priced allocation; money that will be refused."""


@dataclass(frozen=True)
class Position:
    """What is known now: cents by item and care month of the panel, `open` what has no answer yet."""

    declared: Floats
    committed: Floats
    open: Floats
    refused: float
    """share of answered money that was rejected, 0 to 1"""


@dataclass(frozen=True)
class Coming:
    """By group and care month: what comes of known allocations (a factor on them), of others, and loose."""

    of_known: Floats
    usual: Floats
    loose: Floats


@dataclass(frozen=True)
class Today:
    """How far the month after the last closed one is.

    The share of its days that have `passed`, and the share of its declarations that each provider has
    `sent`; all 0 to 1.
    """

    passed: float
    sent: Floats


def closing(panel: Panel) -> Today:
    """The end of a month."""
    return Today(0.0, np.zeros(len(panel.providers)))


def coming(panel: Panel, learnt: Learnt, care: Ints, today: Today) -> Coming:
    """What is still to come of the care months `care`; arrays of shape (groups, len(care))."""
    known, weight = learnt.lead(today.passed, care)
    season = learnt.season[:, (panel.first + care) % 12] * learnt.level(care)
    left = (1 - learnt.shares(panel.provider_of_group, today.sent, care)) * season[
        panel.line_of_group
    ]
    rate = left * learnt.realisation[:, None]
    unknown = np.maximum(0.0, 1 - known)
    grown = np.exp(learnt.trend * (care - learnt.closed) + learnt.drawn * unknown)
    by_day = (
        learnt.usual[:, None] * panel.prices[:, care] * learnt.yearly[:, care][panel.line_of_group]
    )
    usual = by_day * panel.days[care] * grown
    return Coming(
        of_known=rate * np.where(known > 0, weight / np.where(known > 0, known, 1.0), 0.0),
        usual=rate * usual * (1 - weight),
        loose=left * learnt.loose[:, None] * panel.prices[:, care],
    )


def still_to_come(
    panel: Panel, learnt: Learnt, position: Position, care: Ints, today: Today
) -> Ints:
    """Cents still to come by term, item and care month; shape (terms, items, len(care))."""
    found = coming(panel, learnt, care, today)
    of_item = panel.group_of_item
    allocated = found.of_known[of_item] * position.committed[:, care]
    usual = _usual(panel, learnt, position, care, found.usual)
    loose = found.loose[of_item] * _said_share(panel, learnt, position)[:, None]
    given = (care <= learnt.closed)[None, :]
    divided = _Division(panel, learnt, position)
    allocated, usual = divided(allocated), divided(usual)
    terms = (
        np.where(given, allocated + usual + loose, 0.0),
        *(np.where(given, 0.0, term) for term in (allocated, usual, loose)),
        -position.refused * position.open[:, care],
    )
    return np.asarray(np.rint(np.stack(terms)), dtype=np.int64)


class _Division:
    """Divides what comes of a group's allocations over its items as it turned out before.

    Allocations may name a category alone, or a product in whose place another is declared. Of mature months,
    with D declared of an item and F what its share of the group's allocations would have made of the group's
    D: an item keeps D / F of its part, at most all, and what an item declared beyond F, as a share of the
    group's D, goes to it. An item that nothing was declared of lately gets no more than its part.
    """

    def __init__(self, panel: Panel, learnt: Learnt, position: Position) -> None:
        self._of_item, self._groups = panel.group_of_item, len(panel.groups)
        then = learnt.closed
        ripe = aged(then, MATURE)
        declared = np.maximum(0.0, position.declared[:, ripe].sum(axis=1))
        committed = np.maximum(0.0, position.committed[:, ripe].sum(axis=1))
        all_declared, all_committed = self._all(declared), self._all(committed)
        share = committed / np.where(all_committed > 0, all_committed, 1.0)
        due = np.where(all_committed > 0, all_declared * share, declared)
        lately = position.declared[:, aged(then, range(MATURE[0]))].sum(axis=1) > 0
        beyond = np.where(lately, np.maximum(0.0, declared - due), 0.0)
        self._kept = np.where(due > 0, np.minimum(1.0, declared / np.where(due > 0, due, 1.0)), 1.0)
        self._more = beyond / np.where(all_declared > 0, all_declared, 1.0)

    def __call__(self, amount: Floats) -> Floats:
        """Amounts by item and care month, divided anew within each group and month."""
        whole = self._all(amount)
        parts = amount * self._kept[:, None] + whole * self._more[:, None]
        total = self._all(parts)
        return np.where(total > 0, parts * whole / np.where(total > 0, total, 1.0), amount)

    def _all(self, amount: Floats) -> Floats:
        return summed(amount, self._of_item, self._groups)[self._of_item]


def _usual(panel: Panel, learnt: Learnt, position: Position, care: Ints, amount: Floats) -> Floats:
    """A group's usual part over its items: as they are committed for the month, else as of late.

    A month for which a tenth of the usual is committed tells which products go on: after a change of
    codes the old ones don't.
    """
    recent = aged(learnt.closed, range(USUAL))
    late = np.maximum(0.0, position.committed[:, recent].sum(axis=1))[:, None]
    now = np.maximum(0.0, position.committed[:, care])
    groups, of_item = len(panel.groups), panel.group_of_item
    all_now, all_late = (summed(each, of_item, groups)[of_item] for each in (now, late))
    told = all_now >= 0.1 * all_late / USUAL
    share = np.where(
        told & (all_now > 0),
        now / np.where(all_now > 0, all_now, 1.0),
        late / np.where(all_late > 0, all_late, 1.0),
    )
    return np.asarray(amount[of_item] * share)


def _said_share(panel: Panel, learnt: Learnt, position: Position) -> Floats:
    """Each item's share of what its group declared of the last year."""
    year = aged(learnt.closed, range(12))
    said = np.maximum(0.0, position.declared[:, year].sum(axis=1))
    total = added(panel.group_of_item, said, len(panel.groups))[panel.group_of_item]
    return np.asarray(np.where(total > 0, said / np.where(total > 0, total, 1.0), 0.0))


def forecast_then(school: School, learnt: Learnt, care: Ints) -> Floats:
    """What care months were expected to cost in the end, at the end of `learnt.closed`.

    By group, shape (groups, len(care)); from what was known then. Nothing is open in it.
    """
    then, found = learnt.closed, coming(school.panel, learnt, care, closing(school.panel))
    known = school.meant[:, care, then] * found.of_known
    return np.asarray(school.said[:, care, then] + known + found.usual + found.loose)
