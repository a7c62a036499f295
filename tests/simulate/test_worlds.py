"""The worlds come out as they are told: calibration, events, determinism, reference data."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from schemas.reference.load import parse_files
from streams.simulate.catalogue import CATALOGUE, LINES
from streams.simulate.claim import Claim
from streams.simulate.declarations import Declaration
from streams.simulate.people import TooManyClients
from streams.simulate.plan import growths
from streams.simulate.reference import reference_files
from streams.simulate.simulation import Simulation, simulate
from streams.simulate.worlds import REGIO_KLEIN, ZOETERMEER_2018, UnknownScenario, scenario


def _granted(world: Simulation) -> Iterator[tuple[Declaration, Claim]]:
    """Lines that count as declared: not void, not refused, each once."""
    for declaration in world.declarations:
        if declaration.again or declaration.void:
            continue
        for claim in declaration.claims:
            if not (declaration.answer and claim.refused_with):
                yield declaration, claim


def _cents(world: Simulation) -> dict[tuple[str, int], int]:
    cents: dict[tuple[str, int], int] = defaultdict(int)
    for _, claim in _granted(world):
        cents[claim.allocation.product.line, claim.begin.year] += claim.signed
    return cents


# --- zoetermeer-2018 against the report (whole euros of a tenth of the city)


def test_the_city_costs_what_the_report_says(city: Simulation) -> None:
    cents = _cents(city)
    reported = {2022: 27.4, 2023: 30.8, 2024: 34.2, 2025: 37.1}  # millions, transport included
    for year, millions in reported.items():
        total = sum(cents[line, year] for line in LINES) / city.scale / 100 / 1e6 + 0.3
        assert total == pytest.approx(millions, rel=0.03)


def test_the_lines_share_the_money_as_in_table_4(city: Simulation) -> None:
    cents = _cents(city)
    wanted = city.scenario.municipalities[0].care
    for line in LINES[:2]:
        for place, year in enumerate(city.scenario.years):
            found = cents[line, year] / city.scale / 100
            assert found == pytest.approx(wanted[line][place], rel=0.07)


def test_the_last_year_overruns_a_budget_at_the_level_of_the_year_before(city: Simulation) -> None:
    cents = _cents(city)
    files = {name: text.encode() for name, text in reference_files(city).items()}
    loaded = parse_files(files)
    budget = sum(b.amount_cents for b in loaded.budgets if b.year == 2025)
    fixed = sum(f.amount_cents for f in loaded.fixed_costs if f.care_month.startswith("2025"))
    spent = sum(cents[line, 2025] for line in LINES) + fixed
    assert 1.05 < spent / budget < 1.12


def test_clients_and_the_share_known_from_the_year_before(city: Simulation) -> None:
    clients: dict[int, set[str]] = defaultdict(set)
    for _, claim in _granted(city):
        clients[claim.begin.year].add(claim.allocation.client.bsn)
    told = city.scenario.municipalities[0].clients
    for (year, found), wanted in zip(sorted(clients.items()), told, strict=True):
        assert len(found) == pytest.approx(wanted * city.scale, rel=0.05), year
    for before, year in pairwise(sorted(clients)):
        known = len(clients[year] & clients[before]) / len(clients[year])
        assert 0.68 < known < 0.82


def test_23_products_grow_by_intensity_and_tariff_as_told() -> None:
    factors = growths(ZOETERMEER_2018)
    assert len(factors) == 23
    for growth in factors.values():
        by_use, by_tariff = math.log(growth.use), math.log(growth.tariff)
        assert by_use / (by_use + by_tariff) == pytest.approx(0.85)


def test_the_growth_of_those_products_is_mostly_intensity(city: Simulation) -> None:
    """Additive decomposition by LMDI over what was delivered in both years."""
    units: dict[tuple[str, int], float] = defaultdict(float)
    cents: dict[tuple[str, int], float] = defaultdict(float)
    clients: dict[tuple[str, int], set[tuple[str, int]]] = defaultdict(set)
    for _, claim in _granted(city):
        product = claim.allocation.product
        key = (product.code, claim.begin.year)
        sign = 1 if claim.side == "D" else -1
        units[key] += sign * claim.units / (60 if claim.unit == "01" else 1)
        cents[key] += claim.signed
        clients[key].add((claim.allocation.client.bsn, claim.begin.month))
    intensity = tariff = 0.0
    for code in growths(city.scenario):
        old, new = (code, 2024), (code, 2025)
        mean = (cents[new] - cents[old]) / math.log(cents[new] / cents[old])
        more = len(clients[new]) / len(clients[old])
        intensity += mean * math.log(units[new] / units[old] / more)
        tariff += mean * math.log(cents[new] / units[new] / (cents[old] / units[old]))
    assert intensity / (intensity + tariff) == pytest.approx(0.85, abs=0.06)
    assert (intensity + tariff) / 100 / city.scale == pytest.approx(2_800_000, rel=0.25)


def test_most_is_declared_in_the_month_after_and_a_tail_much_later(city: Simulation) -> None:
    delays: Counter[int] = Counter()
    for declaration, claim in _granted(city):
        if claim.side == "D":
            delays[declaration.month - (claim.begin.year * 12 + claim.begin.month - 1)] += 1
    total = sum(delays.values())
    assert 0.4 < delays[0] / total < 0.75
    assert 0.15 < sum(delays[d] for d in (1, 2)) / total < 0.45
    assert 0.002 < sum(n for d, n in delays.items() if d > 6) / total < 0.05


def test_a_few_lines_are_refused_and_a_few_corrected(city: Simulation) -> None:
    lines = [c for d in city.declarations if d.answer and not d.void for c in d.claims]
    refused = sum(bool(claim.refused_with) for claim in lines) / len(lines)
    credited = sum(claim.side == "C" for claim in lines) / len(lines)
    assert 0.015 < refused < 0.035
    assert 0.005 < credited < 0.02


def test_of_an_allocation_in_use_a_share_of_its_own_for_each_product_is_used(
    city: Simulation,
) -> None:
    used: dict[str, float] = defaultdict(float)
    allowed: dict[str, float] = defaultdict(float)
    for life in city.lives:
        for delivery in life.delivered:
            allocation, product = delivery.allocation, delivery.allocation.product
            if product.frequency == "2" and allocation.volume and not product.full_stay:
                code, minutes = product.code, (delivery.unit, product.unit) == ("01", "04")
                used[code] += delivery.units / (60 if minutes else 1)
                allowed[code] += allocation.volume * ((delivery.end - delivery.begin).days + 1) / 7
    assert 0.78 < sum(used.values()) / sum(allowed.values()) < 0.9
    ratios = [used[code] / allowed[code] for code in used if allowed[code] > 500]
    assert max(ratios) - min(ratios) > 0.03


def test_more_than_half_of_new_care_comes_from_the_doctor_and_the_municipality(
    city: Simulation,
) -> None:
    """As figure 3 of the report says; what institutions, specialists and courts send falls."""
    (life,) = city.lives
    sent: dict[int, Counter[str]] = defaultdict(Counter)
    for request in life.requests:
        if request.referrer and not request.refused:
            sent[request.settled.year][request.referrer] += 1
    own = [a for a in life.allocations if not (a.reference or a.mistaken or a.episode.initial)]
    first = {a.episode: a for a in reversed(own)}.values()
    access = sum(a.begin == a.episode.begin for a in first)
    total: Counter[str] = sum(sent.values(), Counter())
    assert total.keys() == {"01", "02", "03", "04", "05", "06", "08"}
    assert (total["02"] + total["01"] + access) / (total.total() + access) > 0.5
    early, late = (
        sum(sent[year][kind] for kind in ("04", "05", "08")) / sent[year].total()
        for year in (2022, 2025)
    )
    assert late < early


def test_sixty_to_eighty_providers_declare() -> None:
    assert 60 <= ZOETERMEER_2018.providers <= 80


# --- regio-klein has everything


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_small_region_has_every_kind_of_event(seed: int) -> None:
    world = simulate(REGIO_KLEIN, seed)
    assert _kinds_of_declaration(world) >= {
        *("late", "refused", "credit", "new debit", "void 0001", "void 9333", "sent again"),
        *("0611", "9321", "9338", "9389", "minutes for hours", "euros", "pieces", "days"),
        *("minutes", "unanswered"),
    }
    assert _kinds_of_allocation(world) >= {
        *("deleted", "extended", "shortened", "contract changed", "renewed", "open end"),
        *("budget", "category alone", "asked for", "own access", "late"),
    }
    paths = [path for path, _ in world.messages()]
    assert any("nogmaals" in path for path in paths)
    assert _money_events(world) == {"line over budget", "over own ceiling", "regional contract"}


def _kinds_of_declaration(world: Simulation) -> set[str]:
    kinds: set[str] = set()
    units = {"83": "euros", "82": "pieces", "14": "days", "01": "minutes"}
    for declaration in world.declarations:
        kinds.add("sent again" if declaration.again else "")
        kinds.add(f"void {declaration.void_with}" if declaration.answer else "unanswered")
        for claim in declaration.claims:
            hours = claim.allocation.product.unit == "04" and claim.unit == "01"
            late = declaration.dated - claim.end > timedelta(days=75)
            kinds |= {claim.refused_with, units.get(claim.unit, ""), "late" if late else ""}
            kinds |= {"minutes for hours" if hours else "", "refused" if claim.refused_with else ""}
            kinds.add("credit" if claim.side == "C" else "")
        undone = {(c.allocation, c.begin) for c in declaration.claims if c.side == "C"}
        debits = {(c.allocation, c.begin) for c in declaration.claims if c.side == "D"}
        kinds.add("new debit" if undone & debits else "")
    return kinds


def _kinds_of_allocation(world: Simulation) -> set[str]:
    kinds: set[str] = set()
    reasons = {"13": "deleted", "04": "extended", "05": "shortened", "03": "contract changed"}
    for life in world.lives:
        covered: Counter[object] = Counter()
        for allocation in life.allocations:
            covered[allocation.episode] += 1
            kinds |= {reasons.get(v.reason or "", "") for v in allocation.versions}
            kinds.add("open end" if allocation.versions[0].end is None else "")
            kinds.add("budget" if allocation.budget else "")
            nothing = allocation.budget is None and allocation.volume is None
            kinds.add("category alone" if nothing else "")
            kinds.add("asked for" if allocation.reference else "own access")
            kinds.add("late" if allocation.versions[0].sent > allocation.begin else "")
        kinds.add("renewed" if max(covered.values()) > 1 else "")
    return kinds


def _money_events(world: Simulation) -> set[str]:
    loaded = parse_files({name: text.encode() for name, text in reference_files(world).items()})
    lines: Counter[tuple[str, int, str]] = Counter()
    providers: Counter[tuple[str, int, str]] = Counter()
    for declaration, claim in _granted(world):
        place = (declaration.municipality, claim.begin.year)
        lines[*place, claim.allocation.product.line] += claim.signed
        providers[*place, declaration.provider.agb] += claim.signed
    events: set[str] = set()
    latest = {(b.municipality, b.year, b.budget_line): b.amount_cents for b in loaded.budgets}
    if any(lines[key] > amount for key, amount in latest.items()):
        events.add("line over budget")
    for contract in loaded.contracts:
        if not contract.own:
            events.add("regional contract")
        elif providers[contract.area, contract.year, contract.provider] > (
            contract.ceiling_cents or 0
        ):
            events.add("over own ceiling")
    return events


# --- both


@pytest.mark.parametrize(("name", "scale"), [("regio-klein", 1.0), ("zoetermeer-2018", 0.02)])
def test_the_reference_files_load_without_a_remark(name: str, scale: float) -> None:
    files = reference_files(simulate(scenario(name), 4, scale))
    loaded = parse_files({file: text.encode() for file, text in files.items()})
    assert loaded.problems == ()
    products = {row.code for row in loaded.products}
    assert {row.code for row in loaded.tariffs} <= products
    assert {line for row in loaded.products if (line := row.budget_line)} == set(LINES)
    assert any(not row.own for row in loaded.tariffs)


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    one, same, other = (
        list(simulate(ZOETERMEER_2018, seed, 0.02).messages()) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_only_as_many_clients_as_there_are_test_numbers() -> None:
    with pytest.raises(TooManyClients, match="9091"):
        simulate(ZOETERMEER_2018, 1, 2.0)


def test_an_unknown_scenario_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownScenario, match="regio-klein, regio-tien, zoetermeer-2018"):
        scenario("zoetermer")


def test_old_codes_end_at_the_harmonisation(city: Simulation) -> None:
    made = date(2025, 1, 1)
    for _, claim in _granted(city):
        old = bool(CATALOGUE[claim.allocation.product.code].heirs)
        assert not (old and claim.begin >= made)
