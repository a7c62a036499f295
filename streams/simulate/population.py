"""Who receives care: clients, and their episodes (one product at one provider, without a gap).

Episodes start so that the stock of `plan.py` is kept; who gets them follows from how many clients
a year should have and how many of those it should share with the year before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp
from typing import Final

from streams.simulate.catalogue import CATALOGUE, IN_TOTAL, PIECE, Product
from streams.simulate.chance import Chance, even_share, normal_quantile
from streams.simulate.months import ONE_DAY, first, month_of, same_day
from streams.simulate.people import Client, Episode
from streams.simulate.plan import stock
from streams.simulate.providers import Offer, Provider
from streams.simulate.scenario import Municipality, Scenario

_ACTIVE_SHARE: Final = 0.71
"""Of a year's clients, who is in care on its first day: with 25 percent new ones that leaves some
who come back."""
_STRENGTH_SPREAD: Final = 0.3
_MEMORY: Final = 1 / 6
"""How much of a month's lag is remembered when products are chosen."""
_STAYS: Final = 0.6
"""A client that goes on with something else stays at the provider, if it offers that."""


@dataclass
class Population:
    """One municipality's clients and episodes, built month by month. Use `episodes` after `live`."""

    scenario: Scenario
    municipality: Municipality
    offers: Mapping[str, list[Offer]]
    numbers: Iterator[tuple[int, str]]
    chance: Chance
    scale: float
    episodes: list[Episode] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    _active: list[tuple[int, str, Episode]] = field(default_factory=list)
    """in care: the month in which it ends, the code it has now, the episode"""
    _owed_new: float = 0.0
    _owed_back: float = 0.0

    def __post_init__(self) -> None:
        self._levels = stock(self.scenario, self.municipality, self.scale)
        self._people = self.chance.stream("people", self.municipality.code)
        self._care = self.chance.stream("care", self.municipality.code)
        self._debt = dict.fromkeys(self._levels, 0.0)
        self._counts = dict.fromkeys(self._levels, 0)
        self._starts = {code: self._care.random() for code in self._levels}

    def live(self) -> None:
        """Let all months happen."""
        for month in self.scenario.months:
            ended = self._end(month)
            if month % 12 == 0:
                self._open_year(month)
            picks = list(self._wanted(month))
            self._people.shuffle(picks)
            self._give(picks, ended, month)

    # --- what is needed

    def _end(self, month: int) -> list[Client]:
        """End what ends in this month; the clients who have nothing left."""
        if month == self.scenario.harmonised_month:
            self._active = [(stop, e.heir or code, e) for stop, code, e in self._active]
        ended = [entry for entry in self._active if entry[0] <= month]
        self._active = [entry for entry in self._active if entry[0] > month]
        still = {id(entry[2].client) for entry in self._active}
        left = {id(e.client): e.client for _, _, e in ended if id(e.client) not in still}
        return list(left.values())

    def _wanted(self, month: int) -> Iterator[Product]:
        """The products to start this month: each line is filled up to its money."""
        place = month - self.scenario.months.start
        counts = dict.fromkeys(self._levels, 0)
        for _, code, _ in self._active:
            counts[code] += 1
        for line in self.municipality.care:
            levels = {
                code: monthly[place]
                for code, monthly in self._levels.items()
                if CATALOGUE[code].line == line and monthly[place] > 0
            }
            yield from self._filled(levels, counts)

    def _filled(self, levels: Mapping[str, float], counts: dict[str, int]) -> Iterator[Product]:
        """Products of one line until its money is reached, each time the one that lags most.

        Lagging counts the past too, so that a product which is wanted for a tenth of an episode
        gets one for a tenth of the time.
        """
        gap = sum((v - counts[c]) * CATALOGUE[c].monthly_cents for c, v in levels.items())
        for code, level in levels.items():
            self._debt[code] += (level - counts[code]) * _MEMORY
        while levels:
            code = max(levels, key=lambda c: (levels[c] - counts[c] + self._debt[c]) / levels[c])
            gap -= CATALOGUE[code].monthly_cents
            if gap < -CATALOGUE[code].monthly_cents / 2:
                return
            counts[code] += 1
            yield CATALOGUE[code]

    # --- who gets it

    def _open_year(self, month: int) -> None:
        """Set how many new clients and how many former ones the year still needs."""
        year = month // 12 - self.scenario.first_year
        wanted = self.municipality.clients[year] * self.scale
        if not year:
            self._owed_new = wanted * (1 - _ACTIVE_SHARE)
            return
        present = sum(client.until >= first(month) for client in self.clients)
        self._owed_new = wanted * (1 - self.municipality.known[year])
        self._owed_back = max(0.0, wanted - present - self._owed_new)

    def _give(self, picks: list[Product], ended: list[Client], month: int) -> None:
        """Hand out this month's products to new, former, continuing and present clients."""
        opening = month == self.scenario.months.start
        left = 12 - month % 12
        new = round(self._active_path(month)) if opening else self._due_new(left)
        back = [] if opening else self._due_back(month, left)
        active = {id(entry[2].client): entry[2].client for entry in self._active}
        room = round(self._active_path(month)) - len(active) - new - len(back)
        going_on = self._people.sample(ended, max(0, min(room, len(ended))))
        receivers = [
            *back,
            *going_on,
            *(self._new_client(month) for _ in range(min(new, len(picks)))),
        ]
        if not opening:
            self._owed_new -= min(new, max(0, len(picks) - len(back) - len(going_on)))
        present = [*active.values(), *receivers]
        for number, product in enumerate(picks):
            self._start(product, receivers[number : number + 1], present, month)

    def _due_new(self, left: int) -> int:
        return int(self._owed_new / left + self._people.random())

    def _due_back(self, month: int, left: int) -> list[Client]:
        """Former clients who come back: in care last year, not on this year's first day."""
        since, until = first(month - month % 12 - 12), first(month - month % 12)
        due = int(self._owed_back / left + self._people.random())
        pool = [client for client in self.clients if since <= client.until < until] if due else []
        chosen = self._people.sample(pool, min(due, len(pool)))
        self._owed_back -= len(chosen)
        return chosen

    def _active_path(self, month: int) -> float:
        """How many clients are in care at the same time: a line from one January to the next."""
        clients = self.municipality.clients
        year, part = divmod(month - self.scenario.months.start, 12)
        following = clients[min(year + 1, len(clients) - 1)]
        mean = clients[year] + (following - clients[year]) * part / 12
        return _ACTIVE_SHARE * self.scale * mean

    def _new_client(self, month: int) -> Client:
        age = self._people.triangular(1, 17.5, 11)
        born = first(month) - timedelta(days=round(age * 365.25))
        sex = self._people.choices("120", (54, 45, 1))[0]
        client = Client(*next(self.numbers), born, sex)
        self.clients.append(client)
        return client

    def _start(
        self, product: Product, receiver: list[Client], present: list[Client], month: int
    ) -> None:
        """Start an episode for the receiver, or else for someone who is in care and hasn't it."""
        opening = month == self.scenario.months.start
        day = 1 if opening else self._care.randint(1, 28)
        for client in [*receiver, *self._people.sample(present, min(4, len(present)))]:
            seamless = bool(receiver) and client.until >= first(month)
            begin = client.until + ONE_DAY if seamless else same_day(month, day)
            if not any(_same(e.product, product) and e.end >= begin for e in client.episodes):
                self._add(client, product, begin, opening=opening)
                return

    def _add(self, client: Client, product: Product, begin: date, *, opening: bool) -> None:
        number = self._counts[product.code]
        self._counts[product.code] += 1
        start = self._starts[product.code]
        whole = self._duration(product)
        months = self._remaining(product, whole) if opening else whole
        # What was taken over at the start ends spread over a month, like everything else.
        day = self._care.randint(1, 28) if opening else begin.day
        end = same_day(month_of(begin) + months, day) - ONE_DAY
        strength = _strength(product, even_share(number * 7 + 3, start))
        if product.unit != PIECE:
            strength *= months / whole if product.frequency == IN_TOTAL else 1.0
        provider = self._provider(client, product, even_share(number, start))
        heir = _heir(product, even_share(number * 3 + 1, start))
        episode = Episode(client, product, provider, begin, end, strength, opening, heir)
        client.episodes.append(episode)
        client.until = max(client.until, end)
        self.episodes.append(episode)
        self._active.append((month_of(begin) + months, product.code, episode))

    def _remaining(self, product: Product, whole: int) -> int:
        """Of an episode that runs when the world starts: part of a trajectory; else no less."""
        if product.frequency != IN_TOTAL:
            return whole
        return max(1, round(whole * self._care.random()))

    def _duration(self, product: Product) -> int:
        if product.frequency == IN_TOTAL:
            return max(1, round(product.months * self._care.uniform(0.7, 1.3)))
        return max(1, round(self._care.expovariate(1 / product.months)))

    def _provider(self, client: Client, product: Product, share: float) -> Provider:
        offers = self.offers[product.code]
        known = [
            o.provider for e in client.episodes[-1:] for o in offers if o.provider is e.provider
        ]
        if known and self._care.random() < _STAYS:
            return known[0]
        for offer in offers:
            share -= offer.share
            if share <= 0:
                return offer.provider
        return offers[-1].provider


def _same(one: Product, other: Product) -> bool:
    """Whether two products can be one after the harmonisation."""
    return not (one.heirs.keys() or {one.code}).isdisjoint(other.heirs.keys() or {other.code})


def _heir(product: Product, share: float) -> str | None:
    """The code that an episode continues under at a harmonisation: each heir its share."""
    for code, heir in product.heirs.items():
        share -= heir.weight
        if share <= 0:
            return code
    return next(iter(product.heirs), None)


def _strength(product: Product, share: float) -> float:
    """What a client needs relative to the mean: lognormal, mean 1; full stays and pieces don't vary."""
    if product.full_stay or product.unit == PIECE:
        return 1.0
    spread = _STRENGTH_SPREAD
    return exp(spread * normal_quantile(share) - spread**2 / 2)
