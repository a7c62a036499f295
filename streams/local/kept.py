"""The file of kept prognoses: lines of JSON, only ever added to.

A prognosis that is in it stands, whatever would be computed today: it is what was said on that day.
"""

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from schemas.errors import BudgetwachtError
from schemas.kept import Kept


class BadKept(BudgetwachtError):
    """A line that is no kept prognosis; the text says where and why."""

    exit_code = 2


def read_kept(path: Path) -> list[Kept]:
    """All kept prognoses; none when there is no file yet. Raises `BadKept`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise BadKept(f"{path}: kan niet gelezen worden ({error})") from None
    found: dict[object, Kept] = {}
    for number, line in enumerate(lines, 1):
        try:
            each = Kept.model_validate_json(line)
        except ValidationError as error:
            reason = error.errors(include_url=False)[0]
            place = ".".join(map(str, reason["loc"]))
            raise BadKept(
                f"{path}, regel {number}: geen bewaarde prognose ({place or 'json'}: {reason['msg']})"
            ) from None
        found.setdefault(each.key, each)
    return list(found.values())


def keep(path: Path, made: Iterable[Kept]) -> None:
    """Add prognoses behind what is there. Raises `BadKept` when that can't be done."""
    text = "".join(f"{each.model_dump_json()}\n" for each in made)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadKept(f"{path}: kan niet geschreven worden ({error.strerror})") from None
