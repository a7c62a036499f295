"""`regio-tien` holds what the figures need: every form of financing, of change and of fault."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import pytest

from schemas.ijw import Message, Tree
from schemas.reference.load import Loaded, parse_files
from streams.simulate.post import Life
from streams.simulate.reference import reference_files
from streams.simulate.simulation import Simulation
from streams.simulate.worlds import REGIO_TIEN

OLD, NEW, MERGED = "9920", "9911", date(2025, 1, 1)
Messages = list[tuple[str, Message]]


@pytest.fixture(scope="module")
def loaded(ten: Simulation) -> Loaded:
    found = parse_files({name: text.encode() for name, text in reference_files(ten).items()})
    assert found.problems == ()
    return found


def _life(world: Simulation, code: str) -> Life:
    (life,) = (each for each in world.lives if each.municipality.code == code)
    return life


def test_it_is_of_a_size_to_hold_figures_against_each_other(
    ten: Simulation, ten_messages: Messages
) -> None:
    assert len(ten.lives) == 10
    assert len(ten.scenario.years) == 3
    lines = sum(len(d.claims) for d in ten.declarations if not (d.void or d.again))
    assert 10_000 < lines < 25_000
    kinds = Counter(message.kind for _, message in ten_messages)
    assert min(kinds[f"JW{number}"] for number in (301, 305, 307, 315, 317, 319, 323, 325)) > 50


def test_every_kind_of_fault_is_in_it(ten: Simulation) -> None:
    refused = Counter(claim.refused_with for d in ten.declarations for claim in d.refused)
    assert refused.keys() == set(REGIO_TIEN.rates.faults)
    assert {d.void_with for d in ten.declarations} == {"", "0001", "9333"}
    deleted = {id(a) for life in ten.lives for a in life.allocations if a.mistaken}
    on_deleted = [c for d in ten.declarations for c in d.claims if id(c.allocation) in deleted]
    assert on_deleted
    assert {claim.refused_with for claim in on_deleted} == {"9384"}


def test_output_is_paid_at_start_and_end_in_the_agreed_parts(
    ten: Simulation, loaded: Loaded
) -> None:
    """5 and 5 of ten pieces for 50/50, 7 and 3 for 70/30."""
    payments = {row.code: row.payment for row in loaded.products}
    assert payments["45A01"] == Fraction(1, 2)
    assert payments["45A11"] == Fraction(7, 10)
    pieces: dict[int, list[int]] = defaultdict(list)
    for life in ten.lives:
        for delivery in life.delivered:
            allocation = delivery.allocation
            whole = allocation.begin.replace(day=1) != allocation.care_end.replace(day=1)
            ended = allocation.care_end < date(2025, 12, 31)
            if allocation.product.code == "45A11" and whole and ended:
                pieces[id(allocation)].append(delivery.units)
    assert [7, 3] in pieces.values()
    assert {tuple(each) for each in pieces.values()} <= {(7, 3), (3,)}


def test_tasks_lump_sums_and_personal_budgets_are_in_the_reference_files(loaded: Loaded) -> None:
    kinds = {(row.kind, len(row.care_month)) for row in loaded.fixed_costs}
    assert kinds == {("taakgericht", len("2025")), ("pgb", len("2025-01")), ("overig", 7)}
    assert {row.financing for row in loaded.contracts} == {"pxq", "lumpsum"}
    lump_sums = [row for row in loaded.contracts if row.financing == "lumpsum"]
    assert {(row.lower_percent, row.upper_percent) for row in lump_sums} == {
        (Fraction(80), Fraction(120))
    }
    assert {row.own for row in loaded.contracts} == {True, False}


def test_codes_are_merged_and_split_with_weights_and_unit_factors(
    ten: Simulation, loaded: Loaded
) -> None:
    heirs: dict[str, dict[str, tuple[Fraction, Fraction]]] = defaultdict(dict)
    for row in loaded.conversions:
        heirs[row.old][row.new] = (row.weight, row.unit_factor)
    assert {sum(weight for weight, _ in new.values()) for new in heirs.values()} == {1}
    assert max(map(len, heirs.values())) == 2
    assert len([old for old, new in heirs.items() if "45A70" in new]) == 2
    assert heirs["45H11"]["45A71"] == (Fraction(3, 5), Fraction(4))
    used = {
        (delivery.allocation.episode.product.code, delivery.allocation.product.code)
        for life in ten.lives
        for delivery in life.delivered
    }
    assert {("45H12", "45A70"), ("45H12", "45A73")} <= used


def test_a_year_has_three_versions_of_its_budget(loaded: Loaded) -> None:
    versions = {row.version for row in loaded.budgets if row.municipality == NEW}
    assert versions == {"primitief", "1e wijziging", "2e wijziging"}


def test_new_care_of_a_municipality_that_ended_is_its_successors(
    ten: Simulation, loaded: Loaded
) -> None:
    """What it allocated before keeps its code, also in declarations of later care."""
    (row,) = (each for each in loaded.municipalities if each.successor)
    assert (row.code, row.successor, row.succeeded_on) == (OLD, NEW, MERGED)
    numbers = {
        code: {a.number for a in _life(ten, code).allocations if a.number > 500_000}
        for code in (OLD, NEW)
    }
    assert not numbers[OLD]
    assert numbers[NEW]
    assert all(a.versions[0].sent < MERGED for a in _life(ten, OLD).allocations)
    later = [d for d in _life(ten, OLD).declarations if d.month >= 2025 * 12]
    assert any(claim.begin >= MERGED for each in later for claim in each.claims)


def _towns(world: Simulation) -> Iterator[set[str]]:
    """The municipalities of each client, a merged one aside."""
    towns: dict[int, set[str]] = defaultdict(set)
    for life in world.lives:
        for allocation in life.allocations:
            if allocation.number < 500_000:
                towns[allocation.client.number].add(life.municipality.code)
    yield from towns.values()


def test_clients_move_turn_18_and_have_two_providers(ten: Simulation) -> None:
    assert sum(len(towns) > 1 for towns in _towns(ten)) >= 5
    reasons = {v.reason for life in ten.lives for a in life.allocations for v in a.versions}
    assert "07" in reasons
    eighteen = timedelta(days=18 * 365.25)
    grown = [
        a
        for life in ten.lives
        for a in life.allocations
        if a.begin < a.client.born + eighteen < a.care_end
    ]
    assert grown
    providers: dict[int, set[str]] = defaultdict(set)
    for life in ten.lives:
        for delivery in life.delivered:
            if delivery.month == 2024 * 12 + 5:
                client = delivery.allocation.client.number
                providers[client].add(delivery.allocation.provider.agb)
    assert max(map(len, providers.values())) >= 2


def test_some_files_turn_up_after_all_others_and_some_declarations_are_answered_twice(
    ten: Simulation, ten_messages: Messages
) -> None:
    late = {id(message): path for path, message in ten_messages if path.startswith("nagekomen/")}
    kinds = {message.kind for _, message in ten_messages if id(message) in late}
    assert {"JW301", "JW323", "JW325"} <= kinds
    twice = [d for d in ten.declarations if d.revoked]
    assert twice
    for each in twice:
        assert each.answer is not None
        assert each.revoked is not None
        assert each.revoked.dated <= each.answer.dated


def test_some_credits_are_read_before_their_debit(ten_messages: Messages) -> None:
    """In the order of the paths, as a folder is read."""
    read = [
        (sender, line)
        for sender, line in _lines(sorted(ten_messages, key=lambda named: named[0]))
        if "ONBEKEND" not in line.get("VorigReferentieNummer", "")
    ]
    debits = [(sender, line["ReferentieNummer"]) for sender, line in read]
    place = {name: at for at, name in reversed(list(enumerate(debits)))}
    assert any(
        place[sender, line["VorigReferentieNummer"]] > at
        for at, (sender, line) in enumerate(read)
        if "VorigReferentieNummer" in line
    )


def _lines(messages: Messages) -> Iterator[tuple[str, Tree]]:
    """Provider and ProductReferentie of every declared line."""
    for _, message in messages:
        if message.kind == "JW323":
            sender = message.tree["Header"]["Afzender"]
            for client in message.tree["Declaratie"]["Clienten"]["Client"]:
                for line in client["Prestaties"]["Prestatie"]:
                    yield sender, line["ProductReferentie"]
