"""Every figure by name: what `budgetwacht figures` prints and `reconcile` holds against the batch."""

from typing import Final

from streams.figures.accrual import ACCRUAL
from streams.figures.ages import AGE_BANDS
from streams.figures.burn import BURN
from streams.figures.categories import CATEGORIES
from streams.figures.clients import CLIENT_MONTHS, CLIENTS
from streams.figures.comparable import COMPARABLE
from streams.figures.contracts import CONTRACTS
from streams.figures.fixed import FIXED
from streams.figures.flows import FLOWS
from streams.figures.intensity import INTENSITY
from streams.figures.known import KNOWN_CLIENTS
from streams.figures.measures import MEASURES
from streams.figures.mix import MIX
from streams.figures.question import Kept
from streams.figures.referred import REFERRERS
from streams.figures.renewals import RENEWALS
from streams.figures.stacking import STACKING
from streams.figures.stay import STAY_LENGTH
from streams.prognosis.completeness import COMPLETENESS

FIGURES: Final[dict[str, Kept]] = {
    "accrual": ACCRUAL,
    "age_bands": AGE_BANDS,
    "burn": BURN,
    "categories": CATEGORIES,
    "client_months": CLIENT_MONTHS,
    "clients": CLIENTS,
    "comparable": COMPARABLE,
    "completeness": COMPLETENESS,
    "contracts": CONTRACTS,
    "fixed": FIXED,
    "flows": FLOWS,
    "intensity": INTENSITY,
    "known_clients": KNOWN_CLIENTS,
    "measures": MEASURES,
    "mix": MIX,
    "referrers": REFERRERS,
    "renewals": RENEWALS,
    "stacking": STACKING,
    "stay_length": STAY_LENGTH,
}
