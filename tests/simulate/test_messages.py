"""What is written are valid iJw 3.2 messages that keep the standard's rules, alone and together."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from lxml import etree

from schemas.ijw import Message, Tree
from schemas.ijw.bsn import TEST_RANGE, passes_eleven_test
from schemas.ijw.read import read_message
from schemas.ijw.rules import check_message
from schemas.ijw.write import write_message
from streams.simulate.declarations import Declaration
from streams.simulate.letters import declaration_message
from streams.simulate.months import first, last, month_of
from streams.simulate.simulation import Simulation

SCHEMAS = Path(__file__).parents[3] / "shared" / "data" / "ijw" / "xsd"
KINDS = ("JW301", "JW305", "JW307", "JW315", "JW317", "JW319", "JW323", "JW325")
Messages = list[tuple[str, Message]]


@pytest.fixture(scope="session")
def official() -> dict[str, etree.XMLSchema]:
    if not SCHEMAS.is_dir():
        pytest.skip("the official schemas are not beside this repository")
    return {kind: etree.XMLSchema(file=str(SCHEMAS / f"{kind}.xsd")) for kind in KINDS}


def test_every_message_of_the_small_region_is_valid_by_the_official_schemas(
    region_messages: Messages, official: dict[str, etree.XMLSchema]
) -> None:
    for path, message in region_messages:
        schema = official[message.kind]
        valid = schema.validate(etree.fromstring(write_message(message)))
        assert valid, path


def test_a_sample_of_the_city_is_valid_by_the_official_schemas(
    city_messages: Messages, official: dict[str, etree.XMLSchema]
) -> None:
    for path, message in islice(city_messages, 0, None, 25):
        schema = official[message.kind]
        valid = schema.validate(etree.fromstring(write_message(message)))
        assert valid, path


def test_messages_are_read_back_as_they_were(region_messages: Messages) -> None:
    for path, message in region_messages:
        assert read_message(write_message(message)) == message, path


def test_a_sample_of_the_ten_is_valid_by_the_official_schemas(
    ten_messages: Messages, official: dict[str, etree.XMLSchema]
) -> None:
    for path, message in islice(ten_messages, 0, None, 25):
        schema = official[message.kind]
        valid = schema.validate(etree.fromstring(write_message(message)))
        assert valid, path


@pytest.mark.parametrize("name", ["region", "city", "ten"])
def test_no_message_breaks_a_rule_of_its_own_that_was_not_planted(
    name: str, request: pytest.FixtureRequest
) -> None:
    """Totals that don't add up (0001) and amounts that aren't volume times tariff (9346) were."""
    world: Simulation = request.getfixturevalue(name)
    planted = {
        (each.provider.agb, each.identification): Counter(_own_faults(each))
        for each in world.declarations
    }
    for path, message in request.getfixturevalue(f"{name}_messages"):
        header = message.tree["Header"]
        sent = header["Afzender"], header["BerichtIdentificatie"]["Identificatie"]
        wanted = planted[sent] if message.kind == "JW323" else Counter()
        assert Counter(found["rule"] for found in check_message(message)) == wanted, path


def _own_faults(declaration: Declaration) -> Iterator[str]:
    if declaration.void_with == "0001":
        yield "TR358"
    yield from ("TR346" for claim in declaration.refused if claim.refused_with == "9346")


def test_the_small_region_has_every_kind_of_message(region_messages: Messages) -> None:
    assert {message.kind for _, message in region_messages} == set(KINDS)


def test_every_client_number_is_in_the_test_range_and_belongs_to_one_client(
    region: Simulation, city: Simulation
) -> None:
    for world in (region, city):
        clients = {a.client for life in world.lives for a in life.allocations}
        assert len({client.bsn for client in clients}) == len(clients)
        for client in clients:
            assert int(client.bsn) in TEST_RANGE
            assert passes_eleven_test(client.bsn)


def test_identifications_are_unique_within_sender_and_kind(region_messages: Messages) -> None:
    seen: dict[tuple[str, str, str], Tree] = {}
    for path, message in region_messages:
        header = message.tree["Header"]
        identification = header["BerichtIdentificatie"]["Identificatie"]
        assert len(identification) <= 12
        key = (message.kind, header["Afzender"], identification)
        assert key not in seen or ("nogmaals" in path and seen[key] == message.tree), key
        seen[key] = message.tree


def test_no_file_name_is_used_twice(region_messages: Messages, city_messages: Messages) -> None:
    for messages in (region_messages, city_messages):
        paths = Counter(path for path, _ in messages)
        assert max(paths.values()) == 1


def _counting(world: Simulation) -> Iterator[Declaration]:
    """Declarations that are not void and not a second sending, oldest first."""
    for declaration in sorted(world.declarations, key=lambda d: (d.dated, d.identification)):
        if not declaration.again and not declaration.void:
            yield declaration


def test_references_and_declaration_numbers_are_used_once_by_what_is_not_void(
    region: Simulation, city: Simulation
) -> None:
    for world in (region, city):
        counting = list(_counting(world))
        numbers = Counter((d.provider.agb, d.number) for d in counting)
        references = Counter((d.provider.agb, c.reference) for d in counting for c in d.claims)
        assert max(numbers.values()) == 1
        assert max(references.values()) == 1


def test_a_provider_declares_once_a_month_to_a_municipality(city: Simulation) -> None:
    times = Counter((d.municipality, d.provider.agb, d.month) for d in _counting(city))
    assert max(times.values()) == 1


def test_lines_lie_within_their_month_and_allocation_and_are_not_ahead_of_their_declaration(
    region: Simulation, city: Simulation
) -> None:
    for world in (region, city):
        for declaration in world.declarations:
            for claim in declaration.claims:
                month, allocation = month_of(claim.begin), claim.allocation
                assert month <= declaration.month
                assert claim.begin == max(first(month), allocation.begin)  # TR387
                assert claim.end == min(last(month), allocation.end or date.max)  # TR388
                assert not allocation.mistaken
                assert allocation.versions[0].sent <= declaration.dated


def test_a_period_is_charged_once_and_credits_undo_a_granted_debit_of_an_earlier_message(
    region: Simulation, city: Simulation
) -> None:
    for world in (region, city):
        granted: dict[tuple[str, str], Tree] = {}
        charged: Counter[tuple[str, int, date]] = Counter()
        for declaration in _counting(world):
            before = dict(granted) if any(c.previous for c in declaration.claims) else granted
            body = declaration_message(declaration).tree["Declaratie"]
            lines = [p for c in body["Clienten"]["Client"] for p in c["Prestaties"]["Prestatie"]]
            for claim, line in zip(declaration.claims, lines, strict=True):
                key = (declaration.municipality, claim.allocation.number, claim.begin)
                if claim.refused_with:
                    continue
                granted[declaration.provider.agb, claim.reference] = line
                charged[key] += 1 if claim.side == "D" else -1
                assert charged[key] in {0, 1}, key
                if claim.side == "C":
                    undone = before.pop((declaration.provider.agb, claim.previous))
                    assert _without_marks(line) == _without_marks(undone)


def _without_marks(line: Tree) -> Tree:
    """A line without what a credit has of its own (IV091)."""
    amount = line["IngediendBedrag"]["Bedrag"]
    rest = {k: v for k, v in line.items() if k not in {"ProductReferentie", "IngediendBedrag"}}
    return rest | {"Bedrag": amount}


def test_granted_lines_stay_within_what_was_allocated(city: Simulation) -> None:
    for life in city.lives:
        for delivery in life.delivered:
            allocation, product = delivery.allocation, delivery.allocation.product
            if allocation.volume is None:
                continue
            minutes = 60 if (delivery.unit, product.unit) == ("01", "04") else 1
            most = {"1": 31, "2": 6}.get(product.frequency, 1) * allocation.volume * minutes
            assert 0 < delivery.units <= most


def test_answers_come_within_two_weeks_and_only_the_last_declarations_have_none(
    region: Simulation, city: Simulation
) -> None:
    for world in (region, city):
        until = world.scenario.told_until
        for declaration in world.declarations:
            if declaration.answer is None:
                assert declaration.dated > until - timedelta(days=15)
            else:
                waited = declaration.answer.dated - declaration.dated
                assert timedelta(days=1) <= waited <= timedelta(days=14)


def test_answers_name_their_declaration_and_add_up(region_messages: Messages) -> None:
    declared = {
        (m.tree["Header"]["Afzender"], m.tree["Header"]["BerichtIdentificatie"]["Identificatie"]): m
        for _, m in region_messages
        if m.kind == "JW323"
    }
    for _, message in region_messages:
        answer = message.tree.get("DeclaratieAntwoord")
        if message.kind != "JW325" or answer is None:
            continue
        header = message.tree["Header"]
        named = header["DeclaratieIdentificatie"]
        asked = declared[header["Ontvanger"], named["Identificatie"]].tree
        assert asked["Header"]["BerichtIdentificatie"] == named
        assert asked["Declaratie"]["DeclaratieNummer"] == answer["DeclaratieNummer"]
        assert asked["Declaratie"]["TotaalIngediendBedrag"] == answer["TotaalIngediendBedrag"]


def test_equal_stamps_of_an_allocation_have_equal_content(region_messages: Messages) -> None:
    said: dict[tuple[str, int, date, object], Tree] = {}
    for _, message in region_messages:
        if message.kind != "JW301":
            continue
        sender = message.tree["Header"]["Afzender"]
        for product in message.tree["Client"]["ToegewezenProducten"]["ToegewezenProduct"]:
            stamp = (product["Toewijzingsdatum"], product["Toewijzingstijd"])
            key = (sender, product["ToewijzingNummer"], *stamp)
            assert said.setdefault(key, product) == product


def test_the_last_301_of_a_client_at_a_provider_holds_the_last_state_of_each_open_allocation(
    region: Simulation, region_messages: Messages
) -> None:
    latest: dict[tuple[str, int], Tree] = defaultdict(dict)
    for _, message in region_messages:
        if message.kind == "JW301":
            for product in message.tree["Client"]["ToegewezenProducten"]["ToegewezenProduct"]:
                sender = message.tree["Header"]["Afzender"]
                key = (sender, product["ToewijzingNummer"])
                stamp = ("Toewijzingsdatum", "Toewijzingstijd")
                old = latest.get(key)
                if old is None or [product[s] for s in stamp] >= [old[s] for s in stamp]:
                    latest[key] = product
    until = last(region.scenario.months.stop - 1)
    for life in region.lives:
        for allocation in life.allocations:
            sent = [version for version in allocation.versions if version.sent <= until]
            product = latest[life.municipality.code, allocation.number]
            assert product.get("Einddatum") == sent[-1].end


def test_nothing_is_dated_outside_the_world(region_messages: Messages) -> None:
    for path, message in region_messages:
        dated = message.tree["Header"]["BerichtIdentificatie"]["Dagtekening"]
        assert date(2023, 10, 1) <= dated <= date(2026, 3, 20), path
        assert path.startswith(f"{dated:%Y-%m}/")
        assert message.kind != "JW301" or dated <= date(2025, 12, 31)
