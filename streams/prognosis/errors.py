"""How wrong this prognosis has been: it is made again for past windows, with what was known then.

For a year of which `elapsed` months are over, every window of twelve months that ended at least three
months ago is forecast as of its month `elapsed`; ln(actual / forecast) is its error, for the whole and
for each budget line. Windows overlap, so `OVERLAP` of them count as one. What has to be learnt of months
that are over is known the better, the longer the history h; what has to be guessed of months to come is not.
So of the whole an error counts times (h then / h now) ^ (elapsed / 12).

Before there are windows, and with a little weight beside them, stands a spread of the model's own, from
what is uncertain in any municipality: what is still to come, and single clients. With u the share of the cost
that is still to come, the whole errs by about OPEN * u^2: next month is known better than the month after. With
x the cost of each client in a year, clients that come, go and change independently spread it by about u * CASE *
sqrt(sum x^2) / sum x: large for a small municipality with one expensive case, small for a city. A floor is added
to either: corrections years later, and credits.

What is less than a budget line may be a few clients, so that one more or less makes half of it or twice as
much: no ratio of costs tells of that. The errors of such a part are ln((actual + a) / (forecast + a)), with a
what `BESIDE` of a client costs in what is left of the year. Of its own clients and those it is spread by
PART_CASE * sqrt(u^1.5 * sum x^2 + a^2) / (sum x + a), with sum x scaled to its forecast; and with n equal
clients that weighs `FEW` / n more, because windows in which little happened tell little. Of a large part neither
matters.

A break is not in past errors. Providers that seem to bill otherwise are in doubt by what it matters; and a
forecast that moved in three months by more than `BREAK` of its spreads is in doubt by all that it moved, times
what of the cost that was still to come then still is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import hypot, sqrt
from typing import Final

import numpy as np

from streams.prognosis.expecting import Position, closing, forecast_then, still_to_come
from streams.prognosis.learning import Learnt, School
from streams.prognosis.panel import Floats, Ints, Known, Panel, added, summed

OVERLAP: Final = 6
"""Windows that count as one: neighbours share eleven of their twelve months."""

WINDOWS: Final = 12
"""The latest windows count: earlier forecasts were made with less history, and erred more."""

RIPE: Final = 3
"""Months after which a window's cost is taken as known, but for what is still expected to come of it."""

RECENTLY: Final = 3
"""Months within which a break is to be seen in the bounds."""

WARM_UP: Final = (18, 6)
"""Months of history that a forecast of the past must have had to be like one of now: a year and a half,
so that it knew of seasons; half a year when there are no such windows."""

STATED_WEIGHT: Final = 0.25
"""What the stated spread weighs against measured windows: of 36 simulated municipalities of three kinds
more made the bounds too wide."""

FLOOR, OPEN, CASE = 0.001, 0.02, 0.3
"""Spread that is always there; of what is still to come; and of single clients, who come, go and change.
From simulated municipalities of 1 to 60 million euro a year."""

BREAK: Final = 2.0
"""Spreads of three months ago beyond which a forecast has moved more than errors explain."""

WIDEST: Final = 0.60
"""The largest spread shown: beyond it the bounds say nothing."""


@dataclass(frozen=True)
class Errors:
    """Errors of past windows, the latest first: `whole` of each, `lines` (windows, lines), nan for none."""

    whole: Floats
    lines: Floats

    @property
    def windows(self) -> int:
        """How many windows there were."""
        return len(self.whole)


@dataclass(frozen=True)
class _Window:
    """Twelve care months of the past, and the month at whose end they are forecast.

    `history` is what had been known then of the months of history of now, as a share.
    """

    care: Ints
    closed: int
    history: float


def past_errors(school: School, closed: int, elapsed: int) -> Errors:
    """The errors at `elapsed` months into each earlier window, as known at the end of month `closed`."""
    return _errors(school, closed, _windows(school, closed, elapsed))


def _errors(school: School, closed: int, windows: Sequence[_Window]) -> Errors:
    panel = school.panel
    lines = len(panel.lines)
    forecast, actual = np.zeros((len(windows), lines)), np.zeros((len(windows), lines))
    became = forecast_then(school, school.learn(closed), np.arange(closed + 1))
    for place, window in enumerate(windows):
        then = forecast_then(school, school.learn(window.closed), window.care)
        forecast[place] = added(panel.line_of_group, then.sum(axis=1), lines)
        actual[place] = added(panel.line_of_group, became[:, window.care].sum(axis=1), lines)
    return Errors(_ratio(forecast.sum(axis=1), actual.sum(axis=1)), _ratio(forecast, actual))


def _with_history(school: School, closed: int, elapsed: int) -> Errors:
    """Past errors, those of the whole as they would have been with the history of now.

    On fifty simulated municipalities in which nothing happens, bounds then held for 80 and 97 percent on
    average; without, for 90 and 100.
    """
    windows = _windows(school, closed, elapsed)
    found = _errors(school, closed, windows)
    history = np.array([window.history for window in windows], dtype=np.float64)
    return replace(found, whole=found.whole * history ** min(1.0, max(0, elapsed) / 12))


def _windows(school: School, closed: int, elapsed: int) -> list[_Window]:
    """The windows whose forecast `elapsed` months into them was fair, the latest first."""
    begun = _begin(school)
    for history in WARM_UP:
        first = max(begun + 12, begun + history + 12 - elapsed)
        ends = range(closed - RIPE - max(0, elapsed - 12), first - 1, -1)[:WINDOWS]
        if ends:
            care = [np.arange(max(0, end - 11), end + 1) for end in ends]
            then = [min(closed, end - 12 + elapsed) for end in ends]
            shares = [(month - begun + 1) / max(1, closed - begun + 1) for month in then]
            return [_Window(*each) for each in zip(care, then, shares, strict=True)]
    return []


def _begin(school: School) -> int:
    """The first care month with declarations of any size, of all of which that came in."""
    said = school.said[:, :, school.panel.closed].sum(axis=0)
    large = np.flatnonzero(said > 0.1 * said.max(initial=0.0))
    if not large.size:
        return school.panel.months
    return max(int(large[0]), school.since(school.panel.closed))


@dataclass(frozen=True)
class Track:
    """How the forecast of one budget line of a year, or of all, has fared.

    Past errors as far into their windows as the year is, and as it was three months ago; `moved` is ln of
    what the year was expected to cost now and then, 0 where nothing tells; `left` the share of what was
    still to come then that is so now, 0 to 1; `doubt` the spread from providers that seem to bill otherwise
    than before.
    """

    now: Floats
    before: Floats
    moved: float
    left: float
    doubt: float


UNTRACKED: Final = Track(np.empty(0), np.empty(0), 0.0, 1.0, 0.0)
"""Of a line of which the past knows nothing."""


@dataclass(frozen=True)
class Record:
    """How the forecast of a year has fared: the parts of `Track` by budget line, and last of all."""

    now: Errors
    before: Errors
    moved: Floats
    left: Floats
    doubt: Floats

    def line(self, place: int) -> Track:
        """That of the budget line at a place in the panel."""
        return self._track(self.now.lines[:, place], self.before.lines[:, place], place)

    def whole(self) -> Track:
        """That of all lines together."""
        return self._track(self.now.whole, self.before.whole, -1)

    def _track(self, now: Floats, before: Floats, place: int) -> Track:
        told = (float(each[place]) for each in (self.moved, self.left, self.doubt))
        return Track(now, before, *told)


def record(school: School, learnt: Learnt, elapsed: int, care: Ints) -> Record:
    """The record at the end of the panel's last month; `care` are the months of the year."""
    closed, panel = learnt.closed, school.panel
    inside = care[(care >= 0) & (care < panel.months)]
    now = forecast_then(school, learnt, inside).sum(axis=1)
    moved, left = np.zeros(len(panel.lines) + 1), np.ones(len(panel.lines) + 1)
    if min(closed, elapsed) >= RECENTLY:
        ago = closed - RECENTLY
        then = forecast_then(school, school.learn(ago), inside).sum(axis=1)
        moved = np.nan_to_num(_ratio(_lines_and_all(panel, then), _lines_and_all(panel, now)))
        due_now, due_then = (
            _lines_and_all(panel, cost - school.said[:, inside, month].sum(axis=1))
            for cost, month in ((now, closed), (then, ago))
        )
        left = np.clip(due_now / np.where(due_then > 0, due_then, np.inf), 0.0, 1.0)
    errors, before = (
        _with_history(school, closed, months) for months in (elapsed, elapsed - RECENTLY)
    )
    return Record(errors, before, moved, left, _doubt(school, learnt, inside, now))


def _doubt(school: School, learnt: Learnt, care: Ints, now: Floats) -> Floats:
    """What it would matter if the providers that seem to bill otherwise did not, each on its own.

    After two months that a change has been seen for, half of it is in doubt, after three a third, ...
    """
    panel, billing = school.panel, learnt.billing
    usual = replace(learnt, billing=billing.unchanged())
    matters = now - forecast_then(school, usual, care).sum(axis=1)
    seen = np.maximum(1, learnt.closed - billing.since + 1)
    variance = np.zeros(len(panel.lines) + 1)
    for provider in np.flatnonzero(billing.lag):
        mine = np.where(panel.provider_of_group == provider, matters, 0.0)
        variance += np.square(_lines_and_all(panel, mine)) / seen[provider] ** 2
    cost = np.abs(_lines_and_all(panel, now))
    return np.asarray(np.sqrt(variance) / np.where(cost > 0, cost, 1.0))


def _lines_and_all(panel: Panel, of_group: Floats) -> Floats:
    """Sums by budget line, and last of all."""
    by_line = added(panel.line_of_group, of_group, len(panel.lines))
    return np.append(by_line, by_line.sum())


def _ratio(forecast: Floats, actual: Floats) -> Floats:
    good = (forecast > 0) & (actual > 0)
    found: Floats = np.where(
        good, np.log(np.where(good, actual, 1.0) / np.where(good, forecast, 1.0)), np.nan
    )
    return found


def stated(undeclared: float, clients: Iterable[int]) -> float:
    """The model's own spread: `undeclared` (0 to 1) is still to come; cents a year by client."""
    open_ = _open(undeclared)
    return sqrt((OPEN * open_**2) ** 2 + (CASE * open_ * _concentration(clients)) ** 2)


def _open(undeclared: float) -> float:
    """A share of a year's cost, from 0 to 1 also where credits make it less or more."""
    return min(1.0, max(0.0, undeclared))


def _concentration(clients: Iterable[int]) -> float:
    """sqrt(sum x^2) / sum x of what clients cost: 1 of a single one, 1 / sqrt(n) of n equal ones."""
    costs = [cents for cents in clients if cents > 0]  # whole numbers: any order adds up the same
    total = sum(costs)
    return sqrt(sum(cost * cost for cost in costs)) / total if total > 0 else 1.0


def spread(errors: Floats, model: float, stated_weight: float = STATED_WEIGHT) -> float:
    """The spread from past errors, weighed against a stated one."""
    told = errors[~np.isnan(errors)]
    weight = len(told) / OVERLAP
    squares = float(np.square(told).sum()) / OVERLAP
    measured = (squares + stated_weight * model**2) / (weight + stated_weight)
    return min(WIDEST, sqrt(measured + FLOOR**2))


def spread_now(track: Track, model: float) -> tuple[float, int]:
    """The spread of ln(cost / prognosis), and the windows it was measured on; `model` as in `stated`."""
    now, before = (spread(each, model) for each in (track.now, track.before))
    surprise = track.moved * track.left if abs(track.moved) > BREAK * before else 0.0
    windows = int((~np.isnan(track.now)).sum())
    return min(WIDEST, sqrt(now**2 + surprise**2 + track.doubt**2)), windows


PART_CASE, PART_POWER = 0.65, 0.75
"""As CASE, of less than a budget line: its clients also go to other products and providers, and come from them.
It is times u to a power below 1, because what is still to come late in a year is of fewer clients than the year.
With the power 1 the bounds of simulated products and providers held for 2 to 13 of 100 fewer a month after the
year than in January, with 0.5 for 5 to 14 more."""

BESIDE: Final = 0.2
"""Clients that a part may have more or less, whatever it is. With 0.1 the bounds of simulated providers under
10,000 euro still held too seldom; with 0.25 they were wider for it than they were better."""

FEW: Final = 6.0
"""What the stated spread of a part of one client weighs, in windows that count as one, beside `STATED_WEIGHT`.
With 3 to 12 the bounds of simulated providers of 10,000 to a million euro held more often, and missed by so
much less that they were better for it."""


def client_beside(undeclared: float, clients: Iterable[int]) -> int:
    """The cents that any part of a municipality may cost beside what it seems to, from its clients' costs.

    `undeclared` (0 to 1) is what of its year is still to come; cents a year by client.
    """
    costs = [cents for cents in clients if cents > 0]
    open_ = _open(undeclared)
    return round(BESIDE * open_ * sum(costs) / len(costs)) if costs else 0


def spread_of_part(
    errors: Floats, undeclared: float, clients: Iterable[int], beside: float = 0.0
) -> float:
    """The spread of ln((cost + a) / (prognosis + a)) of less than a budget line; as `spread` and `stated`.

    `beside` is a as a share of the prognosis, 0 or more; the errors are those with the same a.
    """
    concentration = _concentration(clients)
    open_ = _open(undeclared)
    model = PART_CASE * hypot(open_**PART_POWER * concentration, beside) / (1 + beside)
    return spread(errors, model, STATED_WEIGHT + FEW * concentration**2)


@dataclass(frozen=True)
class Fared:
    """What the items of a panel were forecast to cost in past windows, the latest first, and became.

    Cents, shape (windows, items).
    """

    forecast: Floats
    became: Floats

    def errors(self, place: Ints, size: int, beside: float = 0.0) -> Floats:
        """The errors of items added up by place, of which there are `size`; nan for none.

        To both what was forecast and what it became, `beside` cents are added where there was either. Shape
        (size, windows).
        """
        forecast, became = (summed(each.T, place, size) for each in (self.forecast, self.became))
        any_ = (forecast != 0) | (became != 0)
        return np.where(any_, _ratio(forecast + beside, became + beside), np.nan)


def fared(school: School, closed: int, elapsed: int) -> Fared:
    """How items fared at `elapsed` months into each earlier window, as known at the end of `closed`."""
    panel, windows = school.panel, _windows(school, closed, elapsed)
    shape = len(windows), len(panel.items)
    every = np.arange(closed + 1)
    now = _cost_of_items(panel, school.learn(closed), every)
    forecast = [
        _cost_of_items(panel, school.learn(window.closed), window.care).sum(axis=1)
        for window in windows
    ]
    became = [now[:, window.care].sum(axis=1) for window in windows]
    return Fared(np.array(forecast).reshape(shape), np.array(became).reshape(shape))


def _cost_of_items(panel: Panel, learnt: Learnt, care: Ints) -> Floats:
    """What the care months were expected to cost at the end of `learnt.closed`; (items, len(care))."""
    shape = len(panel.items), panel.months
    declared, committed = (
        _known_by(each, learnt.closed).by_item(*shape) for each in (panel.declared, panel.committed)
    )
    then = Position(declared, committed, np.zeros(shape), 0.0)
    still = still_to_come(panel, learnt, then, care, closing(panel))
    return np.asarray(declared[:, care] + still.sum(axis=0))


def _known_by(known: Known, month: int) -> Known:
    """What was known at the end of a month."""
    then = known.known <= month
    return Known(known.item[then], known.care[then], known.known[then], known.cents[then])
