"""One model per reference file: a row of it, read from its texts.

The Dutch column names are the validation aliases, the attributes are the words of the design.
Amounts are whole cents, tariffs exact cents, dates are inclusive. ``KEY`` names what a row is
about: two rows with one key that say different things contradict each other, unless a later
``known_since`` makes the second a revision of the first. ``OPTIONAL`` names the columns that a file may
lack.
"""

import datetime as dt
from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from schemas.reference import cells

Positive = AfterValidator(cells.positive)
NotNegative = AfterValidator(cells.not_negative)


class Row(BaseModel):
    """What every row has: a file, a key, and the day it became known (None: from the start)."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)
    FILE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]
    OPTIONAL: ClassVar[frozenset[str]] = frozenset({"bekend_sinds"})
    known_since: cells.Day | None = Field(default=None, validation_alias="bekend_sinds")

    @property
    def key(self) -> tuple[object, ...]:
        """The values of ``KEY``."""
        return tuple(getattr(self, name) for name in self.KEY)

    def known_on(self, as_of: dt.date) -> bool:
        """Whether this row counts for someone who looks on the as-of date."""
        return self.known_since is None or self.known_since <= as_of

    @classmethod
    def columns(cls) -> dict[str, str]:
        """Attribute by Dutch column name, ``bekend_sinds`` included."""
        return {str(field.validation_alias): name for name, field in cls.model_fields.items()}


class Municipal(Row):
    """A row about one municipality."""

    municipality: cells.MunicipalityCode = Field(validation_alias="gemeentecode")


class Areal(Row):
    """A row about one municipality or about all those of a region."""

    area: cells.Area = Field(validation_alias="gebied")

    @property
    def own(self) -> bool:
        """Whether the row names a municipality itself; such a row beats its region's."""
        return self.area.isdigit()


class Period(Row):
    """A row that holds from one day up to and including another (None: no end)."""

    valid_from: cells.Day = Field(validation_alias="geldig_vanaf")
    valid_to: cells.Day | None = Field(default=None, validation_alias="geldig_tot")

    def valid_on(self, day: dt.date) -> bool:
        """Whether the day lies within the period, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @field_validator("valid_to")
    @classmethod
    def _ends_after_begin(cls, end: dt.date | None, info: ValidationInfo) -> dt.date | None:
        begin = info.data.get("valid_from")
        if end and begin and end < begin:
            raise cells.refuse("ligt voor geldig_vanaf")
        return end


class Municipality(Row):
    """A municipality, the region it belongs to, and the one that follows it up from a day on, if any."""

    FILE: ClassVar[str] = "gemeenten.csv"
    KEY: ClassVar[tuple[str, ...]] = ("code",)
    OPTIONAL: ClassVar[frozenset[str]] = Row.OPTIONAL | {"opvolger", "per"}
    code: cells.MunicipalityCode = Field(validation_alias="gemeentecode")
    name: cells.Text = Field(validation_alias="naam")
    region: cells.Region | None = Field(default=None, validation_alias="regio")
    successor: cells.MunicipalityCode | None = Field(default=None, validation_alias="opvolger")
    succeeded_on: cells.Day | None = Field(
        default=None, validation_alias="per", validate_default=True
    )

    @field_validator("succeeded_on")
    @classmethod
    def _with_successor(cls, per: dt.date | None, info: ValidationInfo) -> dt.date | None:
        successor = info.data.get("successor")
        if (per is None) != (successor is None):
            raise cells.refuse("hoort bij een opvolger: vul beide kolommen, of geen van beide")
        if successor is not None and successor == info.data.get("code"):
            raise cells.refuse("hoort bij een opvolger die een andere gemeente is")
        return per


class Inhabitants(Municipal):
    """The number of young people who live in a municipality in a year."""

    FILE: ClassVar[str] = "inwoners.csv"
    KEY: ClassVar[tuple[str, ...]] = ("municipality", "year")
    year: cells.Year = Field(validation_alias="jaar")
    young: cells.Count = Field(validation_alias="jeugdigen")


class Share(Municipal):
    """A municipality's weight in the costs that its region shares (verevening) in a year.

    Weights of a region count relative to each other.
    """

    FILE: ClassVar[str] = "verevening.csv"
    KEY: ClassVar[tuple[str, ...]] = ("municipality", "year")
    year: cells.Year = Field(validation_alias="jaar")
    weight: Annotated[cells.Number, NotNegative] = Field(validation_alias="sleutel")


class Provider(Row):
    """A provider of care, and where it can be reached."""

    FILE: ClassVar[str] = "aanbieders.csv"
    KEY: ClassVar[tuple[str, ...]] = ("provider",)
    provider: cells.ProviderCode = Field(validation_alias="agb")
    name: cells.Text = Field(validation_alias="naam")
    email: cells.Email | None = Field(default=None, validation_alias="email")
    webhook: cells.WebAddress | None = Field(default=None, validation_alias="webhook")


class Product(Areal, Period):
    """A product, the local labels it carries and the budget line that pays it.

    ``volume_method`` says how its volume is held against an allocation (empty: as the standard does
    for its variant). ``payment`` is the part of a trajectory's price that is paid at its start, the
    rest at its end, 0 to 1 (empty: paid by the care month).
    """

    FILE: ClassVar[str] = "producten.csv"
    KEY: ClassVar[tuple[str, ...]] = ("area", "code", "valid_from")
    OPTIONAL: ClassVar[frozenset[str]] = Row.OPTIONAL | {"volumemethode", "betaling"}
    code: cells.ProductCode = Field(validation_alias="productcode")
    category: cells.Category = Field(validation_alias="productcategorie")
    description: cells.Text | None = Field(default=None, validation_alias="omschrijving")
    segment: cells.Text | None = Field(default=None, validation_alias="segment")
    profile: cells.Text | None = Field(default=None, validation_alias="profiel")
    intensity: cells.Text | None = Field(default=None, validation_alias="intensiteit")
    variant: cells.Variant | None = Field(default=None, validation_alias="variant")
    stay: cells.YesNo | None = Field(default=None, validation_alias="verblijf")
    budget_line: cells.Text | None = Field(default=None, validation_alias="begrotingspost")
    volume_method: cells.VolumeMethod | None = Field(default=None, validation_alias="volumemethode")
    payment: cells.Payment | None = Field(default=None, validation_alias="betaling")


class Tariff(Areal, Period):
    """The price of one unit of a product of a provider, in exact cents."""

    FILE: ClassVar[str] = "tarieven.csv"
    KEY: ClassVar[tuple[str, ...]] = ("area", "provider", "code", "unit", "valid_from")
    provider: cells.ProviderCode = Field(validation_alias="agb")
    code: cells.ProductCode = Field(validation_alias="productcode")
    unit: cells.Unit = Field(validation_alias="eenheid")
    tariff: cells.Tariff = Field(validation_alias="tarief")


class Budget(Municipal):
    """What a version of the budget, adopted on a day, sets apart for a line in a year."""

    FILE: ClassVar[str] = "begroting.csv"
    KEY: ClassVar[tuple[str, ...]] = ("municipality", "year", "budget_line", "version")
    year: cells.Year = Field(validation_alias="jaar")
    budget_line: cells.Text = Field(validation_alias="begrotingspost")
    version: cells.Text = Field(validation_alias="versie")
    adopted_on: cells.Day = Field(validation_alias="vastgesteld_op")
    amount_cents: Annotated[cells.Cents, NotNegative] = Field(validation_alias="bedrag")


class Contract(Areal):
    """A year of a contract with a provider: products (none named: all), ceiling, bandwidth.

    ``lower_percent`` and ``upper_percent`` are percents of the ceiling; the term, in months, is
    information and no hard cap. ``financing`` lumpsum: the ceiling is paid in twelve parts, and what
    was produced outside the bandwidth is settled; otherwise (pxq) what is declared is paid.
    """

    FILE: ClassVar[str] = "contracten.csv"
    KEY: ClassVar[tuple[str, ...]] = ("contract", "provider", "area", "year")
    OPTIONAL: ClassVar[frozenset[str]] = Row.OPTIONAL | {"bekostiging"}
    contract: cells.Text = Field(validation_alias="contract")
    provider: cells.ProviderCode = Field(validation_alias="agb")
    year: cells.Year = Field(validation_alias="jaar")
    codes: cells.ProductCodes = Field(default=(), validation_alias="productcodes")
    ceiling_cents: Annotated[cells.Cents, NotNegative] | None = Field(
        default=None, validation_alias="plafond"
    )
    lower_percent: Annotated[cells.Number, NotNegative] | None = Field(
        default=None, validation_alias="ondergrens"
    )
    upper_percent: Annotated[cells.Number, NotNegative] | None = Field(
        default=None, validation_alias="bovengrens"
    )
    term_months: cells.Count | None = Field(
        default=None, validation_alias="declaratietermijn_maanden"
    )
    manager: cells.Text | None = Field(default=None, validation_alias="contractmanager")
    financing: cells.Financing | None = Field(default=None, validation_alias="bekostiging")

    def covers(self, provider: str, product: str | None) -> bool:
        """Whether a provider's product is bought under this contract; without codes each of its products is."""
        return self.provider == provider and (not self.codes or product in self.codes)

    @field_validator("upper_percent")
    @classmethod
    def _above_lower(cls, upper: Fraction | None, info: ValidationInfo) -> Fraction | None:
        lower = info.data.get("lower_percent")
        if upper is not None and lower is not None and upper < lower:
            raise cells.refuse("ligt onder de ondergrens")
        return upper


class FixedCost(Municipal):
    """What a budget line pays in a month, or in a year in twelve parts, without any declaration."""

    FILE: ClassVar[str] = "vaste_kosten.csv"
    KEY: ClassVar[tuple[str, ...]] = (
        *("municipality", "budget_line", "kind"),
        *("description", "care_month"),
    )
    budget_line: cells.Text = Field(validation_alias="begrotingspost")
    kind: cells.FixedKind = Field(validation_alias="soort")
    description: cells.Text | None = Field(default=None, validation_alias="omschrijving")
    care_month: cells.MonthOrYear = Field(validation_alias="maand")
    amount_cents: cells.Cents = Field(validation_alias="bedrag")

    @property
    def by_month(self) -> dict[str, int]:
        """Cents by care month (YYYY-MM); the twelfths of a year differ by a cent at most."""
        if len(self.care_month) > len("2026"):
            return {self.care_month: self.amount_cents}
        ends = [self.amount_cents * part // 12 for part in range(13)]
        return {
            f"{self.care_month}-{month:02}": ends[month] - ends[month - 1] for month in range(1, 13)
        }


class Conversion(Areal):
    """From a day on, a share (``weight``) of an old code continues under a new one.

    Units under the new code are the units under the old times ``unit_factor``.
    """

    FILE: ClassVar[str] = "productomzetting.csv"
    KEY: ClassVar[tuple[str, ...]] = ("area", "starts_on", "old", "new")
    starts_on: cells.Day = Field(validation_alias="ingangsdatum")
    old: cells.ProductCode = Field(validation_alias="oud")
    new: cells.ProductCode = Field(validation_alias="nieuw")
    weight: Annotated[cells.Number, Positive] = Field(validation_alias="gewicht")
    unit_factor: Annotated[cells.Number, Positive] = Field(validation_alias="eenheidsfactor")


class Measure(Municipal):
    """A measure that is meant to save an amount in a year (no products named: all)."""

    FILE: ClassVar[str] = "maatregelen.csv"
    KEY: ClassVar[tuple[str, ...]] = ("measure", "municipality", "year")
    measure: cells.Text = Field(validation_alias="maatregel")
    codes: cells.ProductCodes = Field(default=(), validation_alias="productcodes")
    starts_on: cells.Day = Field(validation_alias="ingangsdatum")
    year: cells.Year = Field(validation_alias="jaar")
    saving_cents: cells.Cents = Field(validation_alias="beoogde_besparing")


class Recipient(Row):
    """Someone who is told about overruns, at once or weekly, and about whose."""

    FILE: ClassVar[str] = "ontvangers.csv"
    KEY: ClassVar[tuple[str, ...]] = ("role", "email", "area", "contract", "provider")
    role: cells.Role = Field(validation_alias="rol")
    name: cells.Text = Field(validation_alias="naam")
    email: cells.Email = Field(validation_alias="email")
    area: cells.Area | None = Field(default=None, validation_alias="gebied", validate_default=True)
    contract: cells.Text | None = Field(
        default=None, validation_alias="contract", validate_default=True
    )
    provider: cells.ProviderCode | None = Field(
        default=None, validation_alias="agb", validate_default=True
    )
    frequency: cells.Frequency = Field(validation_alias="frequentie")

    # Empty never means everyone's: a row must say whose overruns may be mailed to this person.

    @field_validator("area")
    @classmethod
    def _controller_has_area(cls, area: str | None, info: ValidationInfo) -> str | None:
        if area is None and info.data.get("role") == "controller":
            raise cells.refuse("is leeg, maar een controller hoort bij een gebied")
        return area

    @field_validator("contract")
    @classmethod
    def _manager_has_contract(cls, contract: str | None, info: ValidationInfo) -> str | None:
        nowhere = contract is None and info.data.get("area") is None
        if nowhere and info.data.get("role") == "contractmanager":
            raise cells.refuse("is leeg, maar een contractmanager hoort bij een contract of gebied")
        return contract

    @field_validator("provider")
    @classmethod
    def _provider_has_code(cls, provider: str | None, info: ValidationInfo) -> str | None:
        if provider is None and info.data.get("role") == "aanbieder":
            raise cells.refuse("is leeg, maar een aanbieder heeft een AGB-code")
        return provider
