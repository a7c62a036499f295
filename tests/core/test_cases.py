"""The cases of docs/cases.md: what the messages say, what the figures show, which signal appears."""

import json
from datetime import date
from pathlib import Path

import pytest

from schemas.ijw import Message, Tree
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.lookup import Reference
from streams.cli.main import main
from streams.ledger.book import Book
from streams.ledger.signals import RULES, signals
from tests.core.letters import (
    ANNA,
    OTHER_CARE,
    TOWN,
    World,
    allocate,
    answer,
    day,
    declare,
    line,
    measures,
    product,
    tariffs,
)
from tests.signals.worlds import document

NEXT_TOWN = "9902"
END = "2025-12-31"
STATES = ("rejected", "granted", "open", "void")
A = allocate(product())
D1 = declare(line("R1", 10_000))
EVERYWHERE = tariffs("Proefregio;90000001;45A04;04;90,00;2021-01-01;")


def book_as_of(as_of: str, *messages: Message, town: str = TOWN) -> Book:
    """The book of a town, of what was dated by a day."""
    book = Book(town)
    book.advance(day(as_of))
    for message in messages:
        event = to_event(message, Pseudonymiser(b"test"))
        if event["municipality"] == town:
            book.fold(event)
    return book


def signalled(as_of: str, *messages: Message, town: str = TOWN) -> list[tuple[str, str]]:
    """Rule and subject of each signal on a day: what a 325 would carry, and on allocations.

    What is only late, or listed with another amount, is not what these cases are about.
    """
    found = signals(book_as_of(as_of, *messages, town=town), Reference(document(), day(as_of)))
    return [
        (each.rule, each.subject)
        for each in found
        if RULES[each.rule].rejects or each.rule in {"IV013", "TR385"}
    ]


def later(
    *lines: Tree, dated: str = "2025-03-05", number: str = "D2", period: str = "2025-02"
) -> Message:
    """A second declaration."""
    return declare(*lines, name="A2", number=number, dated=dated, period=period)


def changed(*products: Tree, dated: str = "2025-03-01") -> Message:
    """A second 301 about the same client."""
    return allocate(*products, name="T2", dated=dated)


class TestAClientWhoMoves:
    """The old town ends the allocation (07), the new one gives its own."""

    messages = (
        allocate(product()),
        changed(product(end="2025-02-28", reason="07", stamp="2025-02-20T10:00:00")),
        allocate(product(begin="2025-03-01"), dated="2025-02-25", town=NEXT_TOWN),
        declare(line("R1", 90_000), line("R2", 90_000, month="2025-02"), period="2025-02"),
        declare(
            line("R1", 90_000, month="2025-03"),
            period="2025-03",
            town=NEXT_TOWN,
            dated="2025-04-04",
        ),
    )

    def test_each_town_has_its_own_months(self, tmp_path: Path) -> None:
        """Committed and declared end at the old town where they begin at the new one."""
        cells = World(tmp_path, *self.messages, tarieven=EVERYWHERE).replay("municipality")
        found = {cell["municipality"]: measures(cell, "committed", "declared") for cell in cells}
        assert found == {TOWN: (180_000, 180_000), NEXT_TOWN: (900_000, 90_000)}

    def test_the_region_counts_the_client_in_both(self, tmp_path: Path) -> None:
        """Clients add up over municipalities."""
        (cell,) = World(tmp_path, *self.messages).replay("region")
        assert cell["clients"] == 2

    def test_care_after_the_move_is_signalled_at_the_old_town(self, tmp_path: Path) -> None:
        """A line of March on the old allocation counts until it is answered, with 9308."""
        late = later(line("R3", 90_000, month="2025-03"), dated="2025-04-04", period="2025-03")
        messages = *self.messages, late
        assert signalled(END, *messages) == [("TR308", "R3")]
        assert World(tmp_path, *messages).replay()[0]["open_cents"] == 270_000


class TestAClientWhoTurnsEighteen:
    """Born on 15 May 2007; messages of January and of June."""

    @staticmethod
    def of(dated: str, number: int) -> Message:
        """An allocation from the day of its message."""
        message = allocate(product(number, begin=dated), name=f"T{number}", dated=dated)
        message.tree["Client"]["Geboortedatum"]["Datum"] = date(2007, 5, 15)
        return message

    def test_the_age_band_follows_the_messages(self) -> None:
        """The band on a day is the oldest one said by then: until June nobody said it."""
        book = book_as_of("2025-12-31", self.of("2025-01-10", 1), self.of("2025-06-10", 2))
        client = Pseudonymiser(b"test")(ANNA)
        bands = [book.ages.band(client, on) for on in ("2025-01-10", "2025-05-20", "2025-06-10")]
        assert bands == ["12-17", "12-17", "18-23"]

    def test_nothing_ends_by_itself(self, tmp_path: Path) -> None:
        """Care after the birthday is committed, declared and signalled as any other."""
        after = later(line("R2", 90_000, month="2025-08"), dated="2025-09-03", period="2025-08")
        messages = self.of("2025-01-01", 1), after
        cell = World(tmp_path, *messages).total()
        assert measures(cell, "committed", "declared") == (12 * 90_000, 90_000)
        assert signalled(END, *messages) == []


class TestAClientWithTwoProviders:
    """Anna is with two providers, each with an allocation of its own."""

    messages = (
        allocate(product(1)),
        allocate(product(2), name="T2", provider=OTHER_CARE),
        declare(line("R1", 10_000)),
        declare(line("R1", 2_000, allocation=2), provider=OTHER_CARE),
    )

    def test_the_client_counts_once_in_all_and_once_at_each(self, tmp_path: Path) -> None:
        """Clients don't add up over providers."""
        world = World(tmp_path, *self.messages)
        assert [cell["clients"] for cell in world.replay("provider")] == [1, 1]
        assert (world.total()["clients"], world.total()["declared_cents"]) == (1, 12_000)

    def test_care_is_stacked(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One client with two providers in one month: all money is with such clients."""
        folder = World(tmp_path, *self.messages).home
        assert main(["figures", "stacking", str(folder), "--as-of", END]) == 0
        (row,) = json.loads(capsys.readouterr().out)
        assert (row["providers_1"], row["providers_2"]) == (0, 1)
        assert row["providers_2_plus_share_of_money"] == 1

    def test_no_rule_is_broken(self) -> None:
        """References and allocations are a provider's own."""
        assert signalled(END, *self.messages) == []


class TestADeletedAllocationWithLines:
    """Two lines stand on allocation 1 when a later 301 deletes it (13)."""

    gone = changed(product(end="2025-01-01", reason="13", stamp="2025-03-01T10:00:00"))
    messages = A, D1, gone

    def test_its_commitment_goes_its_declared_money_stays(self, tmp_path: Path) -> None:
        """Deleting moves committed money only."""
        cell = World(tmp_path, *self.messages).total()
        assert measures(cell, "committed", "declared") == (0, 10_000)

    def test_its_lines_are_signalled_from_the_deletion_on(self) -> None:
        """TR384 (9384) as long as they count."""
        assert signalled("2025-02-28", *self.messages) == []
        assert signalled("2025-03-01", *self.messages) == [("TR384", "R1")]

    def test_lines_granted_before_are_signalled_on_the_allocation(self) -> None:
        """TR385 (9385): what was granted has to be taken back before an allocation is deleted."""
        messages = *self.messages, answer(D1)
        assert signalled(END, *messages) == [("TR385", "1")]

    def test_an_answer_that_refuses_them_ends_the_signal(self, tmp_path: Path) -> None:
        """A refused line is judged already."""
        messages = *self.messages, answer(D1, {"R1": ["9384"]}, dated="2025-03-05")
        assert signalled(END, *messages) == []
        assert measures(World(tmp_path, *messages).total(), *STATES) == (10_000, 0, 0, 0)


class TestACreditBeforeItsDebit:
    """The credit is dated 5 February, the debit it names 5 March."""

    credit = declare(line("R2", -10_000, previous="R1"), name="A0", number="D0")
    debit = later(line("R1", 10_000))

    def test_it_is_taken_off_from_its_own_date(self, tmp_path: Path) -> None:
        """Below zero in February, nothing in March."""
        world = World(tmp_path, self.credit, self.debit)
        declared = [world.total(as_of=f"2025-0{n}")["declared_cents"] for n in ("2-28", "3-31")]
        assert declared == [-10_000, 0]

    def test_its_signal_changes_when_the_debit_comes(self) -> None:
        """TR323: no such debit; then IV085: the debit was not granted before."""
        messages = A, self.credit, self.debit
        assert signalled("2025-02-28", *messages) == [("TR323", "R2")]
        assert signalled("2025-03-31", *messages) == [("IV085", "R2")]

    @pytest.mark.parametrize("first", [0, 1])
    def test_the_order_of_arrival_is_nothing(self, tmp_path: Path, first: int) -> None:
        """A debit dated before its credit pairs with it, whichever file is read first."""
        debit, credit = D1, later(line("R2", -10_000, previous="R1"))
        files = (debit, credit) if first else (credit, debit)
        granted = answer(debit)
        assert World(tmp_path, *files, granted).total()["declared_cents"] == 0
        assert signalled(END, A, *files, granted) == []


class TestADeclarationAnsweredTwice:
    """An answer of 15 February refuses R1, one of 20 February refuses R2."""

    asked = declare(line("R1", 10_000), line("R2", 2_500))
    first = answer(asked, {"R1": ["0611"]}, name="B1", dated="2025-02-15")
    second = answer(asked, {"R2": ["9308"]}, name="B2", dated="2025-02-20")

    def test_the_second_replaces_the_first_wholly(self, tmp_path: Path) -> None:
        """R1 is granted after all: nothing of the first answer is kept."""
        world = World(tmp_path, self.asked, self.first, self.second)
        found = [measures(world.total(as_of=f"2025-02-{n}"), *STATES) for n in (14, 15, 20)]
        assert found == [(0, 0, 12_500, 0), (10_000, 2_500, 0, 0), (2_500, 10_000, 0, 0)]

    def test_an_earlier_one_that_arrives_later_changes_nothing(self, tmp_path: Path) -> None:
        """Dagtekening decides, not arrival."""
        world = World(tmp_path, self.asked, self.second)
        before = world.total()
        world.add(self.first)
        assert world.total() == before

    def test_an_answer_before_its_declaration_waits(self, tmp_path: Path) -> None:
        """It is there, says nothing, and decides when the declaration comes."""
        world = World(tmp_path, self.second)
        assert world.replay() == []
        world.add(self.asked)
        assert measures(world.total(), *STATES) == (2_500, 10_000, 0, 0)


class TestARefusedDeclarationSentAgain:
    """What the resend is called decides whether it counts."""

    refused = answer(D1, {"R1": ["0611"]})

    @pytest.mark.parametrize(
        ("again", "expected", "found"),
        [
            (later(line("R3", 9_000)), (10_000, 0, 9_000, 0), []),
            (later(line("R1", 9_000)), (10_000, 0, 0, 9_000), [("TR314", "R1")]),
            (later(line("R3", 9_000), number="D1"), (10_000, 0, 0, 9_000), [("TR333", "R3")]),
        ],
        ids=["own reference", "used reference", "used number"],
    )
    def test_a_refused_line_took_reference_and_number(
        self, tmp_path: Path, again: Message, expected: object, found: object
    ) -> None:
        """New reference and number: it counts. A used reference (8021) or number (9333): void."""
        messages = D1, self.refused, again
        assert measures(World(tmp_path, *messages).total(), *STATES) == expected
        assert signalled(END, A, *messages) == found

    def test_a_wholly_refused_message_took_neither(self, tmp_path: Path) -> None:
        """A header-only answer: as if never sent, so the same names may be used again."""
        messages = D1, answer(D1, header_only=True), later(line("R1", 9_000), number="D1")
        assert measures(World(tmp_path, *messages).total(), *STATES) == (0, 0, 9_000, 10_000)
        assert signalled(END, A, *messages) == []


def test_one_number_with_other_content_is_void_until_it_is_answered(tmp_path: Path) -> None:
    """9333: the later declaration counts for nothing; the municipality's answer may still grant it."""
    other = later(line("R3", 700, month="2025-02"), number="D1")
    world = World(tmp_path, D1, other)
    assert measures(world.total(), *STATES) == (0, 0, 10_000, 700)
    assert signalled(END, A, D1, other) == [("TR333", "R3")]
    world.add(answer(other, name="B2", dated="2025-03-15"))
    assert measures(world.total(), *STATES) == (0, 700, 10_000, 0)


def test_the_same_declaration_in_two_messages_counts_once(tmp_path: Path) -> None:
    """Same content, another Identificatie: one declaration, and no rule is broken."""
    again = declare(line("R1", 10_000), name="A9", dated="2025-03-01")
    assert World(tmp_path, D1, again).total()["declared_cents"] == 10_000
    assert signalled(END, A, D1, again) == []


def test_a_line_on_another_providers_allocation_counts_and_is_signalled(tmp_path: Path) -> None:
    """TR338 (9338): the provider has no such allocation; open money counts all the same."""
    strange = declare(line("R1", 10_000), provider=OTHER_CARE)
    cell = World(tmp_path, A, strange).total()
    assert cell["open_cents"] == 10_000
    assert signalled(END, A, strange) == [("TR338", "R1")]


@pytest.mark.parametrize(("minutes", "found"), [(629, []), (630, [("TR321", "R1")])])
def test_hours_declared_in_minutes_are_the_same_hours(
    tmp_path: Path, minutes: int, found: list[tuple[str, str]]
) -> None:
    """Ten hours a month, in minutes: shown as minutes, held against the allocation as whole hours."""
    asked = declare(line("R1", 90_000, volume=minutes, unit="01"))
    assert World(tmp_path, A, asked).total()["units_01"] == minutes
    assert signalled(END, A, asked) == found


def test_two_contents_under_one_stamp_are_signalled(tmp_path: Path) -> None:
    """IV013: the larger canonical bytes win, whatever the order; "20" is more than "10"."""
    twice = A, changed(product(omvang=(20, "04", "4")), dated="2025-01-01")
    for place, files in enumerate((twice, twice[::-1])):
        cell = World(tmp_path / str(place), *files).total()
        assert cell["committed_cents"] == 12 * 20 * 9_000
    assert signalled(END, *twice) == [("IV013", "1")]


def test_a_merger_continues_the_figures_under_the_successor(tmp_path: Path) -> None:
    """Old messages count on, under the new code; the two towns' numbers don't meet."""
    towns = (
        "gemeentecode;naam;regio;opvolger;per\n"
        "9901;Proefstad;Proefregio;9902;2025-03-01\n"
        "9902;Buurstad;Proefregio;;\n"
    )
    same_names = declare(line("R1", 300), town=NEXT_TOWN)
    world = World(tmp_path, D1, same_names, gemeenten=towns)
    before, after = (
        {cell["municipality"]: cell["declared_cents"] for cell in world.replay(as_of=on)}
        for on in ("2025-02-28", "2025-03-01")
    )
    assert before == {TOWN: 10_000, NEXT_TOWN: 300}
    assert after == {NEXT_TOWN: 10_300}
