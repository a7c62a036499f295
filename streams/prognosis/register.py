"""Every figure by name: what `budgetwacht figures` prints and `reconcile` holds against the batch."""

from typing import Final

from streams.figures.accrual import ACCRUAL
from streams.figures.burn import BURN
from streams.figures.categories import CATEGORIES
from streams.figures.comparable import COMPARABLE
from streams.figures.contracts import CONTRACTS
from streams.figures.fixed import FIXED
from streams.figures.intensity import INTENSITY
from streams.figures.measures import MEASURES
from streams.figures.mix import MIX
from streams.figures.question import Kept
from streams.prognosis.completeness import COMPLETENESS

FIGURES: Final[dict[str, Kept]] = {
    "accrual": ACCRUAL,
    "burn": BURN,
    "categories": CATEGORIES,
    "comparable": COMPARABLE,
    "completeness": COMPLETENESS,
    "contracts": CONTRACTS,
    "fixed": FIXED,
    "intensity": INTENSITY,
    "measures": MEASURES,
    "mix": MIX,
}
