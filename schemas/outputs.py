"""What leaves a worker: valuations on `figures`, alerts on `alerts`, dead letters.

A valuation is deterministic: the book of a municipality, its reference data and an as-of date give
the same bytes every time. Amounts are integer cents, debit minus credit; months are "YYYY-MM".
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Output(BaseModel):
    """Frozen, and strict about unknown fields: a reader and a writer of another version must notice."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Amounts(Output):
    """The measures of design.md over a cell, in cents; `lines` counts submitted lines."""

    rejected_cents: int
    granted_cents: int
    open_cents: int
    submitted_cents: int
    void_cents: int
    declared_cents: int
    lines: int
    clients: int
    committed_cents: int
    unpriced: int


class Outlook(Output):
    """A prognosis of a year's cost, fixed costs included, with its terms.

    `completeness` is the expected share of the year to date that has been declared, 0 to 1; None when
    nothing is due yet. `overrun_probability` is None without a budget, and when no care is expected.
    `realisation` is the realisation ratio (uitnutting) used. Bounds hold with 80 and 95 percent.
    `crossing_date` is the day of care on which the budget is expected to be used up, None for never.
    `prognosis_cents` = declared + fixed + `expected_cents` (what is still to be declared), which is the
    sum of its terms: care given that is still to be declared (`late`), care to come of allocations that
    are known (`allocated`) and of those that aren't yet (`usual`), care without a priced allocation
    (`loose`), and money that will be refused (`refused`, negative). `windows` is how many past windows
    the bounds were measured on; 0: they come from the model alone.
    """

    prognosis_cents: int
    lower80_cents: int
    upper80_cents: int
    lower95_cents: int
    upper95_cents: int
    expected_cents: int
    late_cents: int = 0
    allocated_cents: int = 0
    usual_cents: int = 0
    loose_cents: int = 0
    refused_cents: int = 0
    windows: int = 0
    completeness: float | None
    realisation: float
    overrun_probability: float | None
    crossing_date: date | None = None


class BudgetLine(Amounts, Outlook):
    """One begrotingspost in one year. Without an adopted budget `budget_cents` is None."""

    budget_line: str
    budget_cents: int | None
    budget_version: str | None
    fixed_cents: int


class ContractUse(Output):
    """Declared by one provider under one contract, against its ceiling.

    `area` None: a contract of this municipality alone. Else a contract of that region: the ceiling is
    the region's, and `declared_cents` this municipality's part of what is declared under it.
    """

    contract: str
    provider: str
    provider_name: str
    area: str | None = None
    ceiling_cents: int | None
    declared_cents: int
    contract_manager: str


class ProductUse(Output):
    """A product in the year: `units` and cents per client per care month are its intensity."""

    product: str
    category: str
    description: str
    segment: str
    budget_line: str | None
    unit: str
    units: int
    declared_cents: int
    committed_cents: int
    clients: int
    client_months: int
    units_per_client_month: float
    cents_per_client_month: float


class SegmentShare(Output):
    """A segment's share of the declared money of the year, 0 to 1."""

    segment: str
    declared_cents: int
    share: float


class CareMonth(Output):
    """A care month of one budget line; completeness 0 to 1."""

    care_month: str
    budget_line: str | None
    declared_cents: int
    committed_cents: int
    clients: int
    completeness: float


class Valuation(Output):
    """All figures of a municipality for one year, as of a date (peildatum)."""

    municipality: str
    name: str
    region: str | None
    as_of: date
    year: int
    total: BudgetLine
    budget_lines: tuple[BudgetLine, ...]
    contracts: tuple[ContractUse, ...]
    products: tuple[ProductUse, ...]
    segments: tuple[SegmentShare, ...]
    months: tuple[CareMonth, ...]


class RegionalLine(Amounts):
    """A budget line of a region, or all of them: what its municipalities show, added, in cents.

    `clients` adds up because a client counts once in each municipality. `budget_cents` is the sum of the
    `budgeted` municipalities that have a budget for it; None when none has. Bounds are sums of bounds.
    """

    budget_line: str
    budget_cents: int | None
    budgeted: int
    fixed_cents: int
    expected_cents: int
    prognosis_cents: int
    lower80_cents: int
    upper80_cents: int
    lower95_cents: int
    upper95_cents: int


class RegionalPart(Output):
    """A municipality in its region; shares are of the region's declared and prognosis, 0 to 1."""

    municipality: str
    name: str
    as_of: date
    clients: int
    declared_cents: int
    committed_cents: int
    fixed_cents: int
    prognosis_cents: int
    budget_cents: int | None
    declared_share: float
    prognosis_share: float


class ContractPart(Output):
    """What one municipality declared under a contract of its region."""

    municipality: str
    declared_cents: int


class RegionalContract(Output):
    """A contract of the region: its ceiling against what all its municipalities declared together."""

    contract: str
    provider: str
    provider_name: str
    contract_manager: str
    ceiling_cents: int | None
    declared_cents: int
    parts: tuple[ContractPart, ...]


class Settlement(Output):
    """What a municipality pays into (positive) or receives from (negative) its region: verevening.

    `weight_share` is its part of the weights (0 to 1); `due` that part of what all together declared,
    or are expected to spend; settled is `due` minus its own. Over a region settled adds up to nothing.
    """

    municipality: str
    weight_share: float
    declared_cents: int
    declared_due_cents: int
    declared_settled_cents: int
    prognosis_cents: int
    prognosis_due_cents: int
    prognosis_settled_cents: int


class RegionalValuation(Output):
    """All figures of a region for one year: its municipalities' latest valuations, added.

    `as_of` is the oldest of their as-of dates and `newest` the latest; `behind` are the municipalities
    before the latest, `missing` those without a valuation of this year: they are in no sum.
    """

    region: str
    year: int
    as_of: date
    newest: date
    behind: tuple[str, ...]
    missing: tuple[str, ...]
    total: RegionalLine
    budget_lines: tuple[RegionalLine, ...]
    municipalities: tuple[RegionalPart, ...]
    contracts: tuple[RegionalContract, ...]
    products: tuple[ProductUse, ...]
    segments: tuple[SegmentShare, ...]
    settlements: tuple[Settlement, ...]


AlertKind = Literal["declared", "prognosis", "contract"]
AlertState = Literal["raised"]


class Alert(Output):
    """A change of state of an alert. `id` is the same for the same fact, whoever finds it and when.

    `kind` declared: declared money of a budget line passed `level` percent of its budget; prognosis:
    the prognosis did; contract: declared under a contract passed `level` percent of its ceiling.
    `subject` is the budget line or the contract. `highest` is False when a higher level of the same
    subject was reached at the same moment: then that one tells the story. Who is told is not in it:
    that follows from the municipality's reference document when it is sent.
    """

    id: str
    kind: AlertKind
    state: AlertState
    level: int
    highest: bool
    municipality: str
    municipality_name: str
    year: int
    as_of: date
    subject: str
    provider: str | None
    provider_name: str | None
    contract_manager: str | None
    limit_cents: int
    limit_version: str | None
    value_cents: int
    declared_cents: int
    committed_cents: int | None
    prognosis_cents: int | None
    lower80_cents: int | None
    upper80_cents: int | None
    completeness: float | None


class DeadLetter(Output):
    """A record that could not be read: where it stood and why, never what was in it.

    `topic`, `partition`, `offset` find the record; a file that ingest refused has its base name in
    `topic` and no partition or offset. `digest` is the SHA-256 of the refused bytes. `retried` is when
    it was put back or taken in after all; a letter that has it closes the one it repeats.
    """

    topic: str
    partition: int | None
    offset: int | None
    place: str
    reason: str
    digest: str
    size: int
    seen: str
    retried: str | None = None
