"""Every figure by name: what `budgetwacht figures` prints and `reconcile` holds against the batch."""

from typing import Final

from streams.figures.question import Kept

FIGURES: Final[dict[str, Kept]] = {}
