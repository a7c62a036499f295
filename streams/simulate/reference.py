"""The reference files of a simulated world, with the headers that the design fixes.

Amounts are euros with a decimal comma. Some rows stand under the region instead of the municipality,
so that resolving a region to its municipalities is used.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from streams.simulate.catalogue import PROBATION, PROTECTION, STAY, Product
from streams.simulate.contracts import Contract, contracts_of
from streams.simulate.months import label
from streams.simulate.plan import products_of
from streams.simulate.scenario import FixedCost, Scenario
from streams.simulate.simulation import Simulation
from streams.simulate.tariffs import tariff_unit

Row = Iterable[object]
_HEADERS: Final = {
    "gemeenten": "gemeentecode;naam;regio;opvolger;per",
    "inwoners": "gemeentecode;jaar;jeugdigen",
    "verevening": "gemeentecode;jaar;sleutel",
    "aanbieders": "agb;naam;email;webhook",
    "producten": "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;"
    "variant;verblijf;begrotingspost;geldig_vanaf;geldig_tot;betaling",
    "tarieven": "gebied;agb;productcode;eenheid;tarief;geldig_vanaf;geldig_tot",
    "begroting": "gemeentecode;jaar;begrotingspost;versie;vastgesteld_op;bedrag",
    "contracten": "contract;agb;gebied;jaar;productcodes;plafond;ondergrens;bovengrens;"
    "declaratietermijn_maanden;contractmanager;bekostiging",
    "vaste_kosten": "gemeentecode;begrotingspost;soort;omschrijving;maand;bedrag",
    "productomzetting": "gebied;ingangsdatum;oud;nieuw;gewicht;eenheidsfactor",
    "maatregelen": "maatregel;gemeentecode;productcodes;ingangsdatum;jaar;beoogde_besparing",
    "ontvangers": "rol;naam;email;gebied;contract;agb;frequentie",
}
_PROFILES: Final = {
    "A": "begeleiding",
    "B": "opvoeden en opgroeien",
    "C": "specialistische hulp",
    "D": "gedwongen kader",
}
_OPEN: Final = ""


def reference_files(simulation: Simulation) -> Mapping[str, str]:
    """The text of every reference file by its name."""
    contracts = contracts_of(simulation)
    rows: Mapping[str, Iterable[Row]] = {
        "gemeenten": _municipalities(simulation.scenario),
        "inwoners": _inhabitants(simulation),
        "verevening": _shares(simulation.scenario),
        "aanbieders": _providers(simulation),
        "producten": _products(simulation.scenario),
        "tarieven": _tariffs(simulation),
        "begroting": _budgets(simulation),
        "contracten": _contracts(contracts),
        "vaste_kosten": _fixed_costs(simulation),
        "productomzetting": _conversions(simulation.scenario),
        "maatregelen": _measures(simulation),
        "ontvangers": _recipients(simulation, contracts),
    }
    return {f"{name}.csv": _table(header, rows[name]) for name, header in _HEADERS.items()}


def _table(header: str, rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(header.split(";"))
    writer.writerows(rows)
    return text.getvalue()


def _euros(cents: float) -> str:
    whole, part = divmod(abs(round(cents)), 100)
    return f"{'-' if cents < 0 else ''}{whole},{part:02d}"


def _number(value: float) -> str:
    """A number as short as it can be, with a decimal comma."""
    return f"{value:g}".replace(".", ",")


# --- who and what


def _municipalities(scenario: Scenario) -> Iterator[Row]:
    for municipality in scenario.municipalities:
        per = municipality.until + timedelta(days=1) if municipality.until else _OPEN
        yield municipality.code, municipality.name, scenario.region, municipality.successor, per


def _inhabitants(simulation: Simulation) -> Iterator[Row]:
    for municipality in simulation.scenario.municipalities:
        for year, young in zip(simulation.scenario.years, municipality.young, strict=True):
            if young:
                yield municipality.code, year, round(young * simulation.scale)


def _shares(scenario: Scenario) -> Iterator[Row]:
    for municipality in scenario.municipalities:
        for year, weight in zip(scenario.years, municipality.shares, strict=False):
            if weight:
                yield municipality.code, year, _number(weight)


def _providers(simulation: Simulation) -> Iterator[Row]:
    for provider in simulation.providers:
        yield provider.agb, provider.name, _address(provider.name), ""


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '-')}@example.nl"


def _products(scenario: Scenario) -> Iterator[Row]:
    """One row for each product under the region; stay again under each municipality's own code."""
    opening = date(scenario.first_year - 1, 1, 1)
    made = scenario.harmonisation
    for product in products_of(scenario):
        until = made.on - timedelta(days=1) if made and product.heirs else _OPEN
        own = [m.code for m in scenario.municipalities] if product.line == STAY else []
        for area in [scenario.region, *own]:
            yield (
                *(area, product.code, product.category, product.description),
                *(product.segment, _PROFILES[product.segment], _intensity(product)),
                *("output" if product.output else "inspanning", _stays(product), product.line),
                *(opening, until, scenario.payments.get(product.code, _OPEN)),
            )


def _stays(product: Product) -> str:
    return "ja" if product.line == STAY else "nee"


def _intensity(product: Product) -> str:
    """The class of a product: as its name says, else by what a month costs."""
    for word in ("licht", "middel", "zwaar"):
        if f"({word}" in product.description:
            return word
    cents = product.monthly_cents / (5 if product.full_stay else 1)
    return "licht" if cents < 35_000 else "middel" if cents < 70_000 else "zwaar"


def _tariffs(simulation: Simulation) -> Iterator[Row]:
    """A row for each year, the last without end; those of the institutions under the region."""
    scenario = simulation.scenario
    final = scenario.years.stop - 1
    by_code = {product.code: product for product in products_of(scenario)}
    for (agb, code, year), cents in sorted(simulation.tariffs.items()):
        product = by_code[code]
        regional = product.line in {PROTECTION, PROBATION}
        areas = [scenario.region] if regional else [m.code for m in scenario.municipalities]
        for area in areas:
            period = (date(year, 1, 1), date(year, 12, 31) if year < final else _OPEN)
            yield area, agb, code, tariff_unit(product), _euros(cents), *period


def _conversions(scenario: Scenario) -> Iterator[Row]:
    made = scenario.harmonisation
    if made is None:
        return
    for product in products_of(scenario):
        for code, heir in product.heirs.items():
            numbers = (_number(heir.weight), _number(heir.unit_factor))
            yield scenario.region, made.on, product.code, code, *numbers


# --- money that was set


def _budgets(simulation: Simulation) -> Iterator[Row]:
    for municipality in simulation.scenario.municipalities:
        for version in municipality.budget:
            for line, euros in version.euros.items():
                amount = _euros(euros * 100 * simulation.scale)
                yield (
                    municipality.code,
                    version.year,
                    line,
                    version.version,
                    version.adopted_on,
                    amount,
                )


def _fixed_costs(simulation: Simulation) -> Iterator[Row]:
    for municipality in simulation.scenario.municipalities:
        for cost in municipality.fixed:
            for period, euros in _periods(simulation.scenario, cost):
                amount = _euros(euros * 100 * simulation.scale)
                what = (cost.line, cost.kind, cost.description)
                yield municipality.code, *what, period, amount


def _periods(scenario: Scenario, cost: FixedCost) -> Iterator[tuple[str, int]]:
    """The months, or the years, in which something is paid, and how many euros."""
    for year, monthly in zip(scenario.years, cost.monthly, strict=True):
        if monthly and cost.by_year:
            yield str(year), 12 * monthly
        elif monthly:
            yield from ((label(month), monthly) for month in range(year * 12, year * 12 + 12))


def _measures(simulation: Simulation) -> Iterator[Row]:
    for municipality in simulation.scenario.municipalities:
        for measure in municipality.measures:
            yield (
                *(measure.name, municipality.code, ",".join(measure.codes)),
                *(measure.starts_on, measure.year, _euros(measure.saving * 100 * simulation.scale)),
            )


# --- contracts and who is told


def _contracts(contracts: list[Contract]) -> Iterator[Row]:
    for contract in contracts:
        yield (
            *(contract.name, contract.agb, contract.area, contract.year, ""),
            *(_euros(contract.ceiling), "80", "120", "3", contract.manager, contract.financing),
        )


def _recipients(simulation: Simulation, contracts: list[Contract]) -> Iterator[Row]:
    """A controller for each municipality and one for the region, managers, and providers."""
    scenario = simulation.scenario
    for municipality in scenario.municipalities:
        name = f"Controller {municipality.name}"
        yield "controller", name, _address(name), municipality.code, "", "", "direct"
    name = f"Controller {scenario.region}"
    yield "controller", name, _address(name), scenario.region, "", "", "week"
    managed: dict[str, str] = {contract.name: contract.manager for contract in contracts}
    for contract_name, manager in managed.items():
        yield "contractmanager", manager, _address(manager), "", contract_name, "", "direct"
    names = {provider.agb: provider.name for provider in simulation.providers}
    for agb in dict.fromkeys(contract.agb for contract in contracts):
        yield "aanbieder", names[agb], _address(names[agb]), "", "", agb, "direct"
