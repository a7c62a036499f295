"""Dead letters: what is open follows from the records on the topic, whatever their order and number."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import Unreadable
from schemas.outputs import DeadLetter
from streams.workers.ingest import file_letter
from streams.workers.letters import name, summary
from streams.workers.retry import find


def letter(offset: int, seen: str, retried: str | None = None) -> DeadLetter:
    """A letter of a record."""
    return DeadLetter(
        topic="declarations",
        partition=1,
        offset=offset,
        place="value",
        reason="is absent",
        digest="00",
        size=0,
        seen=seen,
        retried=retried,
    )


def still_open(letters: Sequence[DeadLetter]) -> list[tuple[str, str]]:
    return [(name(each), each.seen) for each in summary(letters) if not each.retried]


WRITTEN = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03"]),
        st.sampled_from([None, "2026-02-01"]),
    ),
    max_size=8,
)


@settings(max_examples=60)
@given(WRITTEN, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_what_is_open(
    written: list[tuple[int, str, str | None]], chance: object
) -> None:
    letters = [letter(*each) for each in written]
    shuffled = [*letters, *letters[:3]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summary(shuffled) == summary(letters)


@settings(max_examples=60)
@given(WRITTEN)
def test_closing_what_is_open_leaves_nothing_open(
    written: list[tuple[int, str, str | None]],
) -> None:
    letters = [letter(*each) for each in written]
    closing = [each.model_copy(update={"retried": "2026-02-02"}) for each in summary(letters)]
    assert still_open([*letters, *closing]) == []


def test_what_is_refused_again_after_it_was_closed_is_open_again() -> None:
    closed = [letter(1, "2026-01-01"), letter(1, "2026-01-01", "2026-01-02")]
    assert still_open(closed) == []
    assert still_open([*closed, letter(1, "2026-01-03")]) == [("declarations:1:1", "2026-01-03")]


def test_a_letter_of_an_older_version_is_read() -> None:
    old = letter(1, "2026-01-01").model_dump_json(exclude={"retried"})
    assert DeadLetter.model_validate_json(old) == letter(1, "2026-01-01")


def test_files_are_found_by_content_and_what_could_not_be_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/other-name.xml").write_bytes(b"<one")
    (tmp_path / "closed.xml").write_bytes(b"now it can be read")
    (tmp_path / "same-size.xml").write_bytes(b"<two")
    refused = Unreadable("not well-formed")
    one = file_letter(Path("one.xml"), b"<one", refused)
    closed = file_letter(Path("closed.xml"), b"", Unreadable("Permission denied"))
    gone = file_letter(Path("gone.xml"), b"<six", refused)
    assert {key[0]: path.name for key, path in find([one, closed, gone], tmp_path).items()} == {
        "one.xml": "other-name.xml",
        "closed.xml": "closed.xml",
    }


def test_a_file_name_that_is_no_text_makes_a_letter_all_the_same() -> None:
    made = file_letter(Path("b\udce9richt.xml"), b"<half", Unreadable("not well-formed"))
    assert DeadLetter.model_validate_json(made.model_dump_json()) == made
    assert made.digest == hashlib.sha256(b"<half").hexdigest()
