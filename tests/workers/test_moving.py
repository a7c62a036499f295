"""Moving overwrites nothing, loses nothing, and takes only what was meant."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.workers.moving import move, reserve


def holding(content: bytes) -> Callable[[Path], bool]:
    return lambda path: path.read_bytes() == content


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(params=["same file system", "another"])
def put(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path, bytes, Path], bool]:
    """Moves a file in both ways there are; another file system refuses to rename from in/ to out/."""
    if request.param == "another":
        replace = Path.replace

        def refusing(self: Path, target: Path) -> Path:
            if self.parent.name != target.parent.name:
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", refusing)

    def act(file: Path, content: bytes, folder: Path) -> bool:
        return move(file, reserve(folder, file.name), holding(content))

    return act


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def test_a_file_moves_with_its_content(
    put: Callable[[Path, bytes, Path], bool], inbox: Path, tmp_path: Path
) -> None:
    (inbox / "a.xml").write_bytes(b"one")
    assert put(inbox / "a.xml", b"one", tmp_path / "out")
    assert files(tmp_path) == {"out/a.xml": b"one"}


def test_a_name_that_is_taken_is_numbered(
    put: Callable[[Path, bytes, Path], bool], inbox: Path, tmp_path: Path
) -> None:
    for content in (b"one", b"two", b"three"):
        (inbox / "a.xml").write_bytes(content)
        put(inbox / "a.xml", content, tmp_path / "out")
    assert files(tmp_path) == {
        "out/a.xml": b"one",
        "out/a-2.xml": b"two",
        "out/a-3.xml": b"three",
    }


def test_the_same_content_under_the_same_name_is_kept_once(
    put: Callable[[Path, bytes, Path], bool], inbox: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        (inbox / "a.xml").write_bytes(b"one")
        put(inbox / "a.xml", b"one", tmp_path / "out")
    assert files(tmp_path) == {"out/a.xml": b"one"}


def test_what_is_not_what_was_read_stays(
    put: Callable[[Path, bytes, Path], bool], inbox: Path, tmp_path: Path
) -> None:
    (inbox / "a.xml").write_bytes(b"new")
    assert not put(inbox / "a.xml", b"one", tmp_path / "out")
    assert files(tmp_path) == {"in/a.xml": b"new"}


def test_a_file_that_comes_in_its_place_at_the_last_moment_is_put_back(
    inbox: Path, tmp_path: Path
) -> None:
    """Between the last look and the move: the look says yes once, to what is then replaced."""
    (inbox / "a.xml").write_bytes(b"new")
    looks = iter([True])

    def same(path: Path) -> bool:
        return next(looks, path.read_bytes() == b"one")

    assert not move(inbox / "a.xml", reserve(tmp_path / "out", "a.xml"), same)
    assert files(tmp_path) == {"in/a.xml": b"new"}


def test_the_original_of_a_copy_is_not_taken_away_when_another_took_its_place(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.xml").write_bytes(b"one")
    replace = Path.replace

    def refusing(self: Path, target: Path) -> Path:
        if self.parent != target.parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        if self == inbox / "a.xml":
            self.write_bytes(b"new")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refusing)
    assert move(inbox / "a.xml", reserve(tmp_path / "out", "a.xml"), holding(b"one"))
    assert files(tmp_path) == {"in/a.xml": b"new", "out/a.xml": b"one"}


def test_a_move_that_fails_leaves_everything_as_it_was(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.xml").write_bytes(b"one")
    place = reserve(tmp_path / "out", "a.xml")

    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", denied)
    with pytest.raises(PermissionError):
        move(inbox / "a.xml", place, holding(b"one"))
    assert files(tmp_path) == {"in/a.xml": b"one"}


def test_a_copy_whose_original_can_not_be_taken_away_is_no_move(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every next attempt would leave one more copy."""
    (inbox / "a.xml").write_bytes(b"one")
    replace = Path.replace

    def denied(self: Path, target: Path) -> Path:
        if self.parent != target.parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        if self.parent == inbox:
            raise PermissionError(errno.EACCES, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", denied)
    with pytest.raises(PermissionError):
        move(inbox / "a.xml", reserve(tmp_path / "out", "a.xml"), holding(b"one"))
    assert files(tmp_path) == {"in/a.xml": b"one"}


def test_a_real_other_file_system(inbox: Path, tmp_path: Path) -> None:
    other = Path("/dev/shm")  # noqa: S108 - a file system that Linux always has
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other file system here")
    (inbox / "a.xml").write_bytes(b"one")
    folder = other / f"budgetwacht-{os.getpid()}"
    try:
        assert move(inbox / "a.xml", reserve(folder, "a.xml"), holding(b"one"))
        assert files(folder) == {"a.xml": b"one"}
        assert files(tmp_path) == {}
    finally:
        (folder / "a.xml").unlink(missing_ok=True)
        folder.rmdir()
