"""What a scenario says: a world as data, with no code of its own.

Everything that differs between worlds stands in these records; a new world is a new value in
`worlds.py`. Amounts of a scenario are whole euros, of the world as a whole (scale 1); tuples hold
one value for each year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class FixedCost:
    """What a budget line pays each month without a declaration; `monthly` euros for each year."""

    line: str
    kind: str
    description: str
    monthly: tuple[int, ...]
    by_year: bool = False
    """written as one amount a year, in twelve parts"""


@dataclass(frozen=True, slots=True)
class BudgetVersion:
    """One version of a year's budget: when it was adopted, and euros for each line, fixed included."""

    year: int
    version: str
    adopted_on: date
    euros: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that is meant to save euros in a year on some products."""

    name: str
    codes: tuple[str, ...]
    starts_on: date
    year: int
    saving: int


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality: its care as it should come out, and what it planned.

    `care` is what declarations should come to for each line, in euros by care year; `clients` how
    many different clients receive care in a year, and `known` the share of them that was a client
    the year before.
    """

    code: str
    name: str
    young: tuple[int, ...]
    clients: tuple[int, ...]
    known: tuple[float, ...]
    care: Mapping[str, tuple[int, ...]]
    fixed: tuple[FixedCost, ...]
    budget: tuple[BudgetVersion, ...]
    measures: tuple[Measure, ...] = ()
    shares: tuple[float, ...] = ()
    """its weights in what the region shares (verevening)"""
    successor: str = ""
    until: date | None = None
    """followed up (herindeling): by whom, and its own last day"""


@dataclass(frozen=True, slots=True)
class Harmonisation:
    """New contracts on a day: one tariff for each product, old codes merged, allocations renewed.

    From that day the drifting products cost `growth` euros a year more, `by_intensity` of it through
    more units for each client, the rest through tariffs.
    """

    on: date
    lines: tuple[str, ...]
    growth: int
    by_intensity: float


@dataclass(frozen=True, slots=True)
class Rates:
    """How often things go otherwise than planned, as shares of the cases they can happen to."""

    rejected: float = 0.022
    """lines refused by the municipality"""
    corrected: float = 0.012
    """granted lines credited later"""
    credited_only: float = 0.15
    """of those, without a new debit"""
    void: float = 0.008
    """declarations refused as a whole"""
    sent_twice: float = 0.01
    """messages delivered twice"""
    repeated: float = 0.02
    """301s sent again under a new identification"""
    deleted: float = 0.012
    """allocations made by mistake and deleted"""
    extended: float = 0.4
    """renewals by a moved end date, the others by a new number"""
    shortened: float = 0.75
    """early ends that are reported, the others just run out"""
    late: float = 0.22
    """allocations sent after care began"""
    told_late: float = 0.012
    """starts and stops of care that are told too late"""
    told_wrong: float = 0.02
    """starts that are taken back and told anew"""
    paused: float = 0.03
    """care of some length that stops for a while"""
    answered_late: float = 0.02
    """requests that are granted too late"""
    investigated: float = 0.06
    """requests that are under investigation first"""
    turned_down: float = 0.04
    """requests that come to nothing, beside each that is granted"""
    moved: float = 0.0
    """clients with long care who move to the next municipality"""
    asked_to_renew: float = 0.3
    """renewals under a new number that the provider asked for"""
    answered_twice: float = 0.0
    """answers that are replaced by a better one some days later"""
    filed_late: float = 0.0
    """files that turn up months after their message was dated"""
    faults: tuple[str, ...] = ("0611", "9321", "9321", "9338", "9389")
    """what refused lines are refused for, each as often as it stands here (return codes)"""


@dataclass(frozen=True, slots=True)
class Later:
    """Providers of together `share` of the care who, from care month `since` on, bill `months` later."""

    since: date
    share: float
    months: int = 1


@dataclass(frozen=True, slots=True)
class Contracts:
    """Contracts with a ceiling: what the provider cost the year before, times `headroom`.

    The `regional` largest providers have one for the region, the `largest` others of each
    municipality one of its own.
    """

    largest: int
    regional: int
    headroom: float
    lumpsum: int = 0
    """of the regional ones, the last so many pay their ceiling in twelve parts (bekostiging lumpsum)"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world to simulate. `told` is said to the user: what it is, after which source, and when."""

    name: str
    told: str
    region: str
    first_year: int
    municipalities: tuple[Municipality, ...]
    products: tuple[str, ...]
    providers: int
    index: tuple[float, ...]
    """tariffs of each year relative to the first"""
    harmonisation: Harmonisation | None
    contracts: Contracts
    rates: Rates = field(default_factory=Rates)
    told_until: date = date(2026, 6, 30)
    """the last day of which messages are written"""
    payments: Mapping[str, str] = field(default_factory=dict)
    """how products are paid (betaling), by code: 50/50, 70/30 or maand"""
    later: Later | None = None
    outages: float = 0.3
    """share of the providers that once send no declaration for two months"""

    @property
    def years(self) -> range:
        """The care years."""
        return range(self.first_year, self.first_year + len(self.index))

    @property
    def months(self) -> range:
        """The care months."""
        return range(self.first_year * 12, (self.first_year + len(self.index)) * 12)

    @property
    def harmonised_month(self) -> int | None:
        """The month in which the harmonisation falls, if any."""
        made = self.harmonisation
        return made.on.year * 12 + made.on.month - 1 if made else None
