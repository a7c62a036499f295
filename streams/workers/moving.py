"""Moving a file without overwriting anything, also to another file system.

A name is reserved by making it (which only one program can), then the file is put over it. Moving
takes whatever stands under the old name at that very moment: so what arrived is checked, and put
back when it isn't what was meant. A kill leaves at worst an empty file under the reserved name, or a
copy beside the original; never less.
"""

import errno
import filecmp
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """A name that is ours, and the files that had the name before it was numbered."""

    path: Path
    before: tuple[Path, ...] = ()


def reserve(folder: Path, name: str, beside: str = "") -> Place:
    """A vacant name in a folder, which is made: `a.xml`, else `a-2.xml` and so on. Raises OSError.

    With `beside` also the name with that behind it is vacant.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before: list[Path] = []
    for path in _names(folder, name):
        if not (beside and path.with_name(path.name + beside).exists()):
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                return Place(path, tuple(before))
        before.append(path)
    raise AssertionError  # names never end


def move(file: Path, place: Place, same: Callable[[Path], bool]) -> bool:
    """Move a file to its place if it is still the `same`; gives whether it stands there.

    When a file of that name and content was there already, that one stays and this one goes. Raises
    OSError when it can't be moved; then it stands where it stood.
    """
    try:
        moved = _is(same, file) and _put(file, place.path, same)
    finally:
        _free(place.path)
    twin = moved and any(_alike(each, place.path) for each in place.before)
    if twin:
        place.path.unlink()
    return moved and not twin


def _is(same: Callable[[Path], bool], file: Path) -> bool:
    try:
        return same(file)
    except OSError:
        return False


def _free(path: Path) -> None:
    """Give a reserved name up if nothing was put there."""
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def _put(file: Path, target: Path, same: Callable[[Path], bool]) -> bool:
    try:
        file.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return _carry(file, target, same)
    if _is(same, target):
        return True
    _put_back(target, file)
    return False


def _carry(file: Path, target: Path, same: Callable[[Path], bool]) -> bool:
    """Copy to another file system, and then take the original away."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copy2(file, part)
        with part.open("rb") as copy:
            os.fsync(copy.fileno())
        if not _is(same, part):
            return False
        part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)
    try:
        _take_away(file, same)
    except OSError:
        target.unlink()
        raise
    return True


def _take_away(file: Path, same: Callable[[Path], bool]) -> None:
    gone = file.with_name(f".{file.name}.{os.getpid()}.weg")
    file.replace(gone)
    if _is(same, gone):
        gone.unlink()
    else:
        _put_back(gone, file)


def _sync(folder: Path) -> None:
    """Have a new name in a folder survive a power cut, before the old one goes."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _put_back(target: Path, file: Path) -> None:
    """Give a file that came in between its place back, or one beside it."""
    target.replace(reserve(file.parent, file.name).path)


def _alike(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _names(folder: Path, name: str) -> Iterator[Path]:
    yield folder / name
    whole = Path(name)
    yield from (folder / f"{whole.stem}-{number}{whole.suffix}" for number in count(2))
