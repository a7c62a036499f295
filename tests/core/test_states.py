"""What a line's money is: one test a promise of design.md, on XML files through `budgetwacht replay`."""

from pathlib import Path

import pytest

from schemas.ijw import Message
from tests.core.letters import OTHER_CARE, World, answer, declare, line, measures

STATES = ("rejected", "granted", "open", "void")
D1 = declare(line("R1", 10_000), line("R2", 2_500), name="A1", number="D1", dated="2025-02-05")
D2 = declare(line("R3", 700), name="A2", number="D2", dated="2025-02-06")


def states(home: Path, *messages: Message, as_of: str = "2025-12-31") -> tuple[int, ...]:
    """Rejected, granted, open and void cents of a world with only declarations and answers."""
    return measures(World(home, *messages).total(as_of=as_of), *STATES)


def test_a_declaration_without_answer_is_open(tmp_path: Path) -> None:
    """Without an answer and without a rule against it a line is `open`."""
    assert states(tmp_path, D1) == (0, 0, 12_500, 0)


def test_lines_that_an_answer_does_not_list_are_granted(tmp_path: Path) -> None:
    """An answer without clients grants every line."""
    assert states(tmp_path, D1, answer(D1)) == (0, 12_500, 0, 0)


@pytest.mark.parametrize("code", ["0611", "9322", "0233"])
def test_a_listed_line_with_a_code_is_rejected(tmp_path: Path, code: str) -> None:
    """A listed line with a code outside 0200 and 8001 is rejected, 0233 too; the others are granted."""
    reply = answer(D1, {"R2": [code]})
    assert states(tmp_path, D1, reply) == (2_500, 10_000, 0, 0)


def test_one_code_outside_the_two_good_ones_rejects(tmp_path: Path) -> None:
    """A line listed with 0200 and 9322 is rejected: one bad code is enough."""
    assert states(tmp_path, D1, answer(D1, {"R2": ["0200", "9322"]})) == (2_500, 10_000, 0, 0)


@pytest.mark.parametrize("code", ["0200", "8001"])
def test_a_listed_line_with_good_codes_alone_is_granted(tmp_path: Path, code: str) -> None:
    """Being listed rejects nothing: 0200 and 8001 grant."""
    assert states(tmp_path, D1, answer(D1, {"R2": [code]})) == (0, 12_500, 0, 0)


def test_listed_references_that_the_declaration_lacks_move_no_money(tmp_path: Path) -> None:
    """A listed reference that is not in the declaration is a signal: no amount changes."""
    assert states(tmp_path, D1, answer(D1, {"R9": ["0611"]})) == (0, 12_500, 0, 0)


def test_a_header_only_answer_voids_everything(tmp_path: Path) -> None:
    """No DeclaratieAntwoord: wholly void, whatever the header's codes."""
    reply = answer(D1, header_only=True, header_codes=("0001",))
    assert states(tmp_path, D1, reply) == (0, 0, 0, 12_500)


def test_a_declaration_level_code_without_clients_voids_everything(tmp_path: Path) -> None:
    """A declaration-level code outside 0200 and 8001 with no clients: wholly void."""
    assert states(tmp_path, D1, answer(D1, codes=("9333",))) == (0, 0, 0, 12_500)


def test_a_good_and_a_bad_declaration_level_code_void_everything(tmp_path: Path) -> None:
    """One bad declaration-level code is enough to void a declaration."""
    assert states(tmp_path, D1, answer(D1, codes=("0200", "9333"))) == (0, 0, 0, 12_500)


def test_a_declaration_level_code_with_clients_is_not_wholly_void(tmp_path: Path) -> None:
    """With clients listed, a declaration-level code voids nothing: the listed lines decide."""
    reply = answer(D1, {"R2": ["0611"]}, codes=("9333",))
    assert states(tmp_path, D1, reply) == (2_500, 10_000, 0, 0)


def test_void_is_no_part_of_submitted_and_not_a_line(tmp_path: Path) -> None:
    """`submitted` is rejected, granted and open together, `void` apart; `lines` counts submitted lines."""
    cell = World(tmp_path, D1, D2, answer(D1, header_only=True)).total()
    assert measures(cell, "submitted", "declared", "void") == (700, 700, 12_500)
    assert cell["lines"] == 1


def test_declared_is_granted_and_open(tmp_path: Path) -> None:
    """`declared` = granted + open; rejected lines count as submitted."""
    cell = World(tmp_path, D1, D2, answer(D1, {"R2": ["0611"]})).total()
    assert measures(cell, "submitted", "declared", "rejected") == (13_200, 10_700, 2_500)
    assert cell["lines"] == 3


def test_a_used_declaration_number_voids_the_later_declaration(tmp_path: Path) -> None:
    """9333: not answered, and its DeclaratieNummer belongs to an earlier declaration."""
    again = declare(line("R3", 700), name="A2", number="D1", dated="2025-02-06")
    assert states(tmp_path, again, D1) == (0, 0, 12_500, 700)


def test_on_one_day_the_identification_decides_which_came_before(tmp_path: Path) -> None:
    """Before = by (Dagtekening, Identificatie as text): "A10" comes before "A9"."""
    nine = declare(line("R1", 1), name="A9", number="D1")
    ten = declare(line("R2", 20), name="A10", number="D1")
    assert states(tmp_path, nine, ten) == (0, 0, 20, 1)


def test_a_wholly_void_declaration_takes_no_number_and_no_references(tmp_path: Path) -> None:
    """Wholly void: as if never sent, so a corrected file may reuse number and references."""
    again = declare(
        line("R1", 9_000), line("R2", 2_500), name="A2", number="D1", dated="2025-03-01"
    )
    reply = answer(D1, header_only=True)
    assert states(tmp_path, D1, again, reply) == (0, 0, 11_500, 12_500)


def test_an_answer_to_the_first_frees_the_second_and_a_new_one_takes_it_back(
    tmp_path: Path,
) -> None:
    """States come and go with messages: a later answer replaces the void one wholly."""
    again = declare(line("R1", 9_000), name="A2", number="D1", dated="2025-03-01")
    void = answer(D1, header_only=True, name="B1", dated="2025-03-05")
    good = answer(D1, name="B2", dated="2025-03-09")
    assert states(tmp_path, D1, again, void, as_of="2025-03-05") == (0, 0, 9_000, 12_500)
    assert states(tmp_path, D1, again, void, good) == (0, 12_500, 0, 9_000)


def test_a_used_reference_voids_the_line_alone(tmp_path: Path) -> None:
    """8021: a line whose reference was used before is void; its neighbours are not."""
    later = declare(line("R1", 40), line("R5", 5), name="A2", number="D2", dated="2025-02-06")
    assert states(tmp_path, D1, later) == (0, 0, 12_505, 40)


def test_a_reference_repeated_inside_one_message_counts_once(tmp_path: Path) -> None:
    """8021 inside one message: the place in the message decides, the first line stands."""
    once = declare(line("R1", 40), line("R1", 300), line("R1", 2_000))
    assert states(tmp_path, once) == (0, 0, 40, 2_300)


def test_references_and_numbers_are_a_providers_own(tmp_path: Path) -> None:
    """Keys hold within a provider: another's number and references are free."""
    other = declare(line("R1", 40), name="A2", number="D1", provider=OTHER_CARE, dated="2025-02-06")
    assert states(tmp_path, D1, other) == (0, 0, 12_540, 0)


def test_a_rejected_line_takes_its_reference(tmp_path: Path) -> None:
    """A reference used by a rejected line is used: that declaration isn't wholly void."""
    later = declare(line("R2", 40), name="A2", number="D2", dated="2025-02-20")
    reply = answer(D1, {"R2": ["0611"]})
    assert states(tmp_path, D1, reply, later) == (2_500, 10_000, 0, 40)


def test_a_void_line_takes_no_reference(tmp_path: Path) -> None:
    """A line that is itself void takes none: R3 in a 9333-void declaration stays free."""
    void = declare(line("R3", 700), name="A2", number="D1", dated="2025-02-06")
    later = declare(line("R3", 40), name="A3", number="D3", dated="2025-02-07")
    assert states(tmp_path, D1, void, later) == (0, 0, 12_540, 700)


def test_a_number_voided_by_a_rule_still_belongs_to_its_first_declaration(tmp_path: Path) -> None:
    """Three declarations under one number: the first stands, both later ones are void."""
    second = declare(line("R3", 700), name="A2", number="D1", dated="2025-02-06")
    third = declare(line("R4", 40), name="A3", number="D1", dated="2025-02-07")
    assert states(tmp_path, third, second, D1) == (0, 0, 12_500, 740)
    freed = answer(D1, header_only=True)
    assert states(tmp_path / "freed", third, second, D1, freed) == (0, 0, 700, 12_540)


def test_the_municipalitys_answer_beats_the_rules(tmp_path: Path) -> None:
    """Answered, a line that breaks 8021 or 9333 is granted all the same: it gets a signal."""
    number = declare(line("R3", 700), name="A2", number="D1", dated="2025-02-06")
    reference = declare(line("R1", 40), name="A3", number="D3", dated="2025-02-07")
    replies = answer(number), answer(reference, name="B2")
    assert states(tmp_path, D1, number, reference, *replies) == (0, 740, 12_500, 0)


def test_a_granted_line_that_broke_a_rule_takes_its_reference(tmp_path: Path) -> None:
    """Granted, it is not void: a reference in a granted 9333 declaration is used."""
    number = declare(line("R3", 700), name="A2", number="D1", dated="2025-02-06")
    later = declare(line("R3", 40), name="A3", number="D3", dated="2025-02-07")
    assert states(tmp_path, D1, number, later, answer(number)) == (0, 700, 12_500, 40)


def test_a_late_earlier_declaration_turns_a_counted_line_void(tmp_path: Path) -> None:
    """Dagtekening decides, not arrival: the earlier message that comes last takes the reference."""
    world = World(tmp_path, D1)
    assert measures(world.total(), *STATES) == (0, 0, 12_500, 0)
    world.add(declare(line("R1", 40), name="A0", number="D0", dated="2025-01-20"))
    assert measures(world.total(), *STATES) == (0, 0, 2_540, 10_000)
    world.add(answer(D1))
    assert measures(world.total(), *STATES) == (0, 12_500, 40, 0)


def test_an_answer_may_come_before_its_declaration(tmp_path: Path) -> None:
    """An answer waits for the declaration it names."""
    world = World(tmp_path, answer(D1, {"R2": ["0611"]}))
    assert world.replay() == []
    world.add(D1)
    assert measures(world.total(), *STATES) == (2_500, 10_000, 0, 0)


def test_a_later_answer_replaces_the_earlier_wholly(tmp_path: Path) -> None:
    """The latest (Dagtekening, Identificatie) stands alone: nothing of the earlier one is kept."""
    first = answer(D1, {"R1": ["0611"]}, name="B1", dated="2025-02-15")
    second = answer(D1, {"R2": ["0611"]}, name="B2", dated="2025-02-16")
    assert states(tmp_path, D1, second, first) == (2_500, 10_000, 0, 0)


def test_on_one_day_the_answers_identification_decides(tmp_path: Path) -> None:
    """(Dagtekening, Identificatie as text): of B9 and B10 on a day, B9 is the latest."""
    ten = answer(D1, {"R1": ["0611"]}, name="B10")
    nine = answer(D1, name="B9")
    assert states(tmp_path, D1, nine, ten) == (0, 12_500, 0, 0)


def test_an_answer_names_the_message_never_the_number(tmp_path: Path) -> None:
    """A 9333 answer carries a valid declaration's number, and must not touch that declaration."""
    again = declare(line("R3", 700), name="A2", number="D1", dated="2025-02-06")
    reply = answer(again, codes=("9333",))
    assert states(tmp_path, D1, again, reply) == (0, 0, 12_500, 700)


def test_an_answer_names_identification_and_day(tmp_path: Path) -> None:
    """The same Identificatie with another Dagtekening is another message."""
    other_day = declare(line("R1", 1), name="A1", number="D9", dated="2025-02-04")
    assert states(tmp_path, D1, answer(other_day)) == (0, 0, 12_500, 0)


def test_an_answer_is_about_its_own_provider(tmp_path: Path) -> None:
    """Two providers may give their messages one name: an answer reaches its receiver's alone."""
    other = declare(line("R1", 40), name="A1", number="D1", provider=OTHER_CARE)
    assert states(tmp_path, D1, other, answer(other)) == (0, 40, 12_500, 0)


def test_the_same_body_in_a_new_message_is_the_same_declaration(tmp_path: Path) -> None:
    """Resent under a second identity, a declaration is one declaration: no money twice, no 9333."""
    resent = declare(line("R1", 10_000), line("R2", 2_500), name="A7", dated="2025-03-01")
    assert states(tmp_path, resent, D1) == (0, 0, 12_500, 0)


@pytest.mark.parametrize("asked", ["A1", "A7"])
def test_a_declaration_is_answered_under_either_identity(tmp_path: Path, asked: str) -> None:
    """The same body in a new message is the same declaration, under both identities."""
    resent = declare(line("R1", 10_000), line("R2", 2_500), name="A7", dated="2025-03-01")
    reply = answer({"A1": D1, "A7": resent}[asked], {"R2": ["0611"]}, dated="2025-03-05")
    assert states(tmp_path, resent, D1, reply) == (2_500, 10_000, 0, 0)


def test_the_latest_answer_counts_over_both_identities(tmp_path: Path) -> None:
    """Answers to two identities of one declaration compete: the latest stands."""
    resent = declare(line("R1", 10_000), line("R2", 2_500), name="A7", dated="2025-03-01")
    first = answer(D1, {"R1": ["0611"]}, name="B1", dated="2025-03-06")
    second = answer(resent, {"R2": ["0611"]}, name="B2", dated="2025-03-05")
    assert states(tmp_path, resent, D1, first, second) == (10_000, 2_500, 0, 0)


@pytest.mark.parametrize("granted", [True, False])
def test_a_refused_resending_leaves_the_first_message_standing(
    tmp_path: Path,
    granted: bool,  # noqa: FBT001
) -> None:
    """A wholly void answer makes the message it names as if never sent, and no other message."""
    resent = declare(line("R1", 10_000), line("R2", 2_500), name="A7", dated="2025-03-01")
    refused = answer(resent, codes=("9333",), name="B2", dated="2025-03-06")
    replies = [answer(D1), refused] if granted else [refused]
    expected = (0, 12_500, 0, 0) if granted else (0, 0, 12_500, 0)
    assert states(tmp_path, resent, D1, *replies) == expected


def test_a_resending_after_a_technical_refusal_is_open_again(tmp_path: Path) -> None:
    """0001 on the first message, the same body sent anew: open, and its place is the new day's."""
    resent = declare(line("R1", 10_000), line("R2", 2_500), name="A7", dated="2025-03-01")
    between = declare(line("R1", 40), name="A3", number="D3", dated="2025-02-20")
    refused = answer(D1, header_only=True, header_codes=("0001",))
    assert states(tmp_path, resent, D1, refused, between) == (0, 0, 2_540, 10_000)


def test_a_declaration_takes_its_place_by_its_earliest_identity(tmp_path: Path) -> None:
    """Known since its first message, a resent declaration still comes before what lay between."""
    between = declare(line("R1", 40), name="A3", number="D3", dated="2025-02-20")
    resent = declare(line("R1", 10_000), line("R2", 2_500), name="A7", dated="2025-03-01")
    assert states(tmp_path, resent, between, D1) == (0, 0, 12_500, 40)


def test_another_body_under_one_message_name_is_another_declaration(tmp_path: Path) -> None:
    """Key of a declaration: provider, number, content; so two contents are two declarations."""
    changed = declare(line("R8", 40), name="A1", number="D8", dated="2025-02-05")
    assert states(tmp_path, D1, changed) == (0, 0, 12_540, 0)
    both = states(tmp_path / "answered", D1, changed, answer(D1))
    assert both == (0, 12_540, 0, 0)


def test_credits_are_taken_off(tmp_path: Path) -> None:
    """Amounts are debit minus credit; a credit and a new debit leave the difference."""
    correction = declare(
        line("R3", -2_500, previous="R2"),
        line("R4", 2_000),
        name="A2",
        number="D2",
        dated="2025-03-01",
    )
    cell = World(tmp_path, D1, answer(D1), correction).total()
    assert measures(cell, *STATES) == (0, 12_500, -500, 0)
    assert measures(cell, "declared", "submitted") == (12_000, 12_000)
    assert cell["lines"] == 4


def test_rules_over_messages_never_change_an_amount(tmp_path: Path) -> None:
    """Lines without an allocation, on a deleted one, and twice for one month all count."""
    odd = declare(line("R1", 100, allocation=77), line("R2", 100), line("R3", 100))
    assert states(tmp_path, odd) == (0, 0, 300, 0)


def test_a_message_that_breaks_its_own_rules_is_folded(tmp_path: Path) -> None:
    """Readable iJw 3.2 is always folded: a wrong client number, total and volume count all the same."""
    wrong = declare(line("R1", 100, bsn="123456789", volume=0, unit="83"))
    wrong.tree["Declaratie"]["TotaalIngediendBedrag"]["TotaalBedrag"] = 5
    assert states(tmp_path, wrong) == (0, 0, 100, 0)
