"""The 325 that answers a declaration: at which level a fault turns it down, and what it says (IV087)."""

import stat
from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import Finding
from schemas.ijw import Message, Tree
from schemas.ijw.answering import answer_to
from schemas.ijw.read import read_message
from schemas.ijw.rules import check_message
from schemas.ijw.write import write_message
from schemas.intake import Pseudonymiser, to_event
from streams.cli.main import main
from streams.ledger.book import Book
from streams.ledger.states import State
from tests.core.letters import ANNA, BAS, TOWN, World, allocate, declare, product
from tests.language.official import accepts, needs_schemas
from tests.signals.worlds import PRICES, priced

ON = date(2025, 2, 15)
CLIENT = "Bericht/Declaratie/Clienten/Client[{}]"
LINE = CLIENT + "/Prestaties/Prestatie[{}]"
DECLARED = declare(
    priced("R1", 10_000, cents=10_000, code="44A08", category="44", allocation=2),
    priced("R2", 10_000, cents=10_000, code="44A08", category="44", allocation=3),
    priced("R3", 10_000, cents=-10_000, bsn=BAS, previous="R0"),
    priced("R4", 10_000, cents=20_000, volume=2, bsn=BAS, code="44A08", category="44"),
)


def found(code: str, path: str) -> Finding:
    """A finding; which rule it is doesn't matter to the answer."""
    return {"rule": "TR000", "code": code, "path": path}


def answered(*findings: Finding) -> Tree:
    """The answer to the declaration with these findings."""
    return answer_to(DECLARED, findings, "A1", ON).tree


def codes(tree: Tree) -> list[str]:
    """The return codes of a part of an answer."""
    listed: list[str] = tree["RetourCodes"]["RetourCode"]
    return listed


def listed(tree: Tree) -> dict[str, list[str]]:
    """Return codes by reference of the lines that are listed."""
    clients = tree["DeclaratieAntwoord"]["Clienten"]["Client"]
    return {
        line["ProductReferentie"]["ReferentieNummer"]: codes(line)
        for client in clients
        for line in client["Prestaties"]["Prestatie"]
    }


def test_without_findings_all_is_granted_and_nothing_listed() -> None:
    tree = answered()
    body = tree["DeclaratieAntwoord"]
    assert (codes(tree["Header"]), codes(body)) == (["0200"], ["8001"])
    assert "Clienten" not in body
    assert body["TotaalToegekendBedrag"] == body["TotaalIngediendBedrag"]


def test_a_line_that_is_refused_is_copied_with_its_codes_under_its_client() -> None:
    tree = answered(found("9338", LINE.format(1, 2)), found("0611", f"{LINE.format(1, 2)}/X"))
    body = tree["DeclaratieAntwoord"]
    (client,) = body["Clienten"]["Client"]
    (line,) = client["Prestaties"]["Prestatie"]
    own = DECLARED.tree["Declaratie"]["Clienten"]["Client"][0]["Prestaties"]["Prestatie"][1]
    assert line == own | {"RetourCodes": {"RetourCode": ["0611", "9338"]}}
    assert (client["Bsn"], codes(client), codes(body)) == (ANNA, ["0200"], ["0200"])
    assert body["TotaalToegekendBedrag"] == {"TotaalBedrag": 20_000, "DebetCredit": "D"}


def test_a_refused_credit_is_added_to_what_is_granted() -> None:
    body = answered(found("8017", LINE.format(2, 1)))["DeclaratieAntwoord"]
    assert body["TotaalToegekendBedrag"] == {"TotaalBedrag": 40_000, "DebetCredit": "D"}


def test_of_a_refused_client_no_line_is_assessed() -> None:
    tree = answered(found("S300", CLIENT.format(2)), found("9338", LINE.format(2, 1)))
    (client,) = tree["DeclaratieAntwoord"]["Clienten"]["Client"]
    assert codes(client) == ["S300"]
    assert listed(tree) == {"R3": ["0233"], "R4": ["0233"]}


def test_a_refused_declaration_lists_nothing_and_grants_nothing() -> None:
    tree = answered(found("9333", "Bericht/Declaratie/X"), found("9338", LINE.format(1, 1)))
    body = tree["DeclaratieAntwoord"]
    assert (codes(tree["Header"]), codes(body)) == (["0200"], ["9333"])
    assert "Clienten" not in body
    assert body["TotaalToegekendBedrag"] == {"TotaalBedrag": 0, "DebetCredit": "D"}


@pytest.mark.parametrize(
    ("code", "path", "said"),
    [
        ("9056", "Bericht/Header/BerichtIdentificatie", "9056"),
        ("0001", LINE.format(1, 1), "0001"),
        ("0001", "Bericht/Declaratie/TotaalIngediendBedrag", "0001"),
    ],
)
def test_a_fault_of_the_header_or_of_form_leaves_only_a_header(
    code: str, path: str, said: str
) -> None:
    """Whatever else is wrong."""
    tree = answered(found("9333", "Bericht/Declaratie"), found(code, path))
    assert tree.keys() == {"Header"}
    assert codes(tree["Header"]) == [said]


def test_lines_that_share_a_reference_are_refused_together() -> None:
    """An answer goes by reference: of two with one name it can't refuse the second only."""
    twice = declare(priced("R1", 10_000), priced("R1", 10_000, bsn=BAS, allocation=2))
    tree = answer_to(twice, [found("8021", LINE.format(2, 1))], "A1", ON).tree
    clients = tree["DeclaratieAntwoord"]["Clienten"]["Client"]
    assert [client["Bsn"] for client in clients] == [ANNA, BAS]
    assert not check_message(Message("JW325", tree))


def test_it_goes_back_to_who_declared_and_names_what_it_answers() -> None:
    top, asked = answered()["Header"], DECLARED.tree["Header"]
    assert (top["Afzender"], top["Ontvanger"]) == (asked["Ontvanger"], asked["Afzender"])
    assert top["DeclaratieIdentificatie"] == asked["BerichtIdentificatie"]
    assert top["BerichtIdentificatie"] == {"Identificatie": "A1", "Dagtekening": ON}


PLACES = [(1, 1), (1, 2), (2, 1), (2, 2)]
FINDINGS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["9338", "0611", "9321"]),
            st.sampled_from([LINE.format(*place) for place in PLACES]),
        ),
        st.tuples(st.just("S300"), st.sampled_from([CLIENT.format(1), CLIENT.format(2)])),
        st.tuples(st.just("9333"), st.just("Bericht/Declaratie/DeclaratieNummer")),
        st.tuples(st.just("0001"), st.just(LINE.format(1, 1))),
    ),
    max_size=5,
)


def states(declared: Message, reply: Message) -> list[State]:
    """The states of a declaration's lines when it and its answer are folded."""
    book = Book(TOWN)
    book.advance(ON)
    for message in (reply, declared):
        book.fold(to_event(message, Pseudonymiser(b"test")))
    (declaration,) = book.declarations
    return [State(each) for each in declaration.states]


def predicted(findings: Iterable[tuple[str, str]]) -> list[State]:
    """What findings must make of the four lines, told in the words of IV087."""
    given_codes = {code for code, _ in findings}
    if given_codes & {"0001", "9333"}:
        return [State.VOID] * 4
    paths = {path for _, path in findings}
    refused = [LINE.format(*place) in paths or CLIENT.format(place[0]) in paths for place in PLACES]
    return [State.REJECTED if each else State.GRANTED for each in refused]


@settings(max_examples=60)
@given(FINDINGS)
def test_folded_with_its_declaration_it_leads_to_what_was_found(
    findings: list[tuple[str, str]],
) -> None:
    """Whichever faults: it breaks no rule itself, adds up (TR342), and lines get the state predicted."""
    reply = answer_to(DECLARED, (found(*each) for each in findings), "A1", ON)
    read = read_message(write_message(reply))
    assert read == reply
    assert not check_message(read)
    assert states(DECLARED, read) == predicted(findings)


@needs_schemas
@settings(max_examples=20)
@given(FINDINGS)
def test_it_is_valid_by_the_official_schemas(findings: list[tuple[str, str]]) -> None:
    reply = answer_to(DECLARED, (found(*each) for each in findings), "A1", ON)
    assert accepts("JW325", write_message(reply))


# --- the command


def _files(folder: Path, *messages: Message) -> list[str]:
    names = [folder / f"declared{place}.xml" for place, _ in enumerate(messages)]
    for name, message in zip(names, messages, strict=True):
        name.write_bytes(write_message(message))
    return [str(name) for name in names]


def _check(world: World, files: list[str], out: Path, *more: str) -> int:
    words = ["check", *files, "--against", str(world.home), "--answer", str(out)]
    return main([*words, "--answered-on", "2025-02-15", *more])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A town that allocated one product."""
    return World(tmp_path / "world", allocate(product()), tarieven=PRICES)


WRONG = declare(priced("R1", 9_000, cents=9_000), priced("R2", 9_000, allocation=2))


def test_the_command_writes_the_answer_for_its_owner_only_and_prints_nothing_of_it(
    tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answer.xml"
    assert _check(world, _files(tmp_path, WRONG), out) == 1
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    tree = read_message(out.read_bytes()).tree
    assert listed(tree) == {"R2": ["9338", "9346"]}
    printed = capsys.readouterr()
    assert ANNA not in printed.out + printed.err
    assert main(["check", str(out)]) == 0


def test_the_same_answer_comes_out_each_time(tmp_path: Path, world: World) -> None:
    files, out = _files(tmp_path, WRONG), tmp_path / "answer.xml"
    _check(world, files, out)
    before = out.read_bytes()
    _check(world, files, out)
    assert out.read_bytes() == before


def test_answers_to_several_files_go_to_a_folder(tmp_path: Path, world: World) -> None:
    """A message that is no declaration gets none."""
    other = declare(priced("R9", 9_000), name="A9", number="D9")
    files, out = _files(tmp_path, WRONG, other, allocate(product())), tmp_path / "answers"
    _check(world, files, out)
    names = [f"declared{place}_JW325.xml" for place in (0, 1)]
    assert sorted(path.name for path in out.iterdir()) == names
    told = [read_message((out / name).read_bytes()).tree["Header"] for name in names]
    assert len({each["BerichtIdentificatie"]["Identificatie"] for each in told}) == 2


def test_an_unreadable_declaration_gets_no_answer(tmp_path: Path, world: World) -> None:
    broken, out = tmp_path / "broken.xml", tmp_path / "answer.xml"
    broken.write_text("<Bericht/>")
    assert _check(world, [str(broken)], out) == 2
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--answer", "out.xml"], "--against"),
        (["--answer", "out.xml", "--against", "{home}", "--answered-on", "2025-02-04"], "voor"),
    ],
)
def test_what_can_not_be_answered_is_said(
    tmp_path: Path,
    world: World,
    words: list[str],
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    filled = [str(tmp_path / w) if w == "out.xml" else w.format(home=world.home) for w in words]
    assert main(["check", *_files(tmp_path, WRONG), *filled]) == 1
    assert reason in capsys.readouterr().err


def test_an_answer_that_can_not_be_written_is_an_error(
    tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("mine")
    assert _check(world, _files(tmp_path, WRONG), tmp_path / "taken" / "answer.xml") == 1
    assert "kan niet worden geschreven" in capsys.readouterr().err


def test_two_files_of_one_name_can_not_share_an_answer(tmp_path: Path, world: World) -> None:
    """Nothing is written then."""
    (tmp_path / "a").mkdir()
    files = [*_files(tmp_path, WRONG), *_files(tmp_path / "a", WRONG)]
    assert _check(world, files, tmp_path / "answers") == 1
    assert not (tmp_path / "answers").exists()


def test_an_answer_does_not_change_what_it_answers() -> None:
    before: Any = deepcopy(DECLARED.tree)
    answered(found("9338", LINE.format(1, 1)))
    assert before == DECLARED.tree
