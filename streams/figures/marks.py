"""Books of cells that tell their readers what changed since they last looked.

Each reader has marks of its own, so that none takes away what another has yet to see. A book holds them
weakly: a reader that is gone costs nothing.
"""

from collections.abc import Collection, Hashable, Iterable
from typing import Final, Generic, TypeVar
from weakref import WeakSet

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

NEVER: Final = "9999-12"


class Marks(Generic[K]):
    """What changed in one book, for one reader, who takes it away.

    `keys` are of cells that came, changed or went; `earliest` is the first month ("YYYY-MM") of which it
    has changed what was known by its end, `NEVER` when there is none.
    """

    def __init__(self, keys: Iterable[K]) -> None:
        """Marks of a reader to whom these keys are new."""
        self.keys = dict.fromkeys(keys)
        self.earliest = NEVER

    def take_keys(self) -> dict[K, None]:
        """The keys that changed, which are forgotten."""
        taken, self.keys = self.keys, {}
        return taken

    def take_earliest(self) -> str:
        """The first month that knows otherwise, which is forgotten."""
        taken, self.earliest = self.earliest, NEVER
        return taken


class Marked(dict[K, V]):
    """A book of cells whose readers have marks."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: WeakSet[Marks[K]] = WeakSet()

    def marks(self) -> Marks[K]:
        """The marks of a new reader, to whom every key is new."""
        marks = Marks(self)
        self._marks.add(marks)
        return marks

    def _mark(self, keys: Collection[K], earliest: str) -> None:
        for marks in self._marks:
            marks.keys.update(dict.fromkeys(keys))
            marks.earliest = min(marks.earliest, earliest)
