"""The Dutch names of what rows are about: code lists of iJw 3.2, and what there is no value for."""

from typing import Final

NONE: Final = "(onbekend)"

CATEGORIES: Final = {
    "31": "Jeugdhulp door wijkteam",
    "32": "Ambulant op locatie aanbieder",
    "33": "Daghulp op locatie aanbieder",
    "34": "Jeugdhulp in netwerk jeugdige",
    "35": "Pleegzorg",
    "36": "Gezinsgericht",
    "37": "Gesloten plaatsing",
    "38": "Overig residentieel",
    "40": "Persoonlijke verzorging",
    "41": "Dagbehandeling",
    "42": "Vervoerdiensten",
    "43": "Verblijf (incl. behandeling)",
    "44": "Verblijf (excl. behandeling)",
    "45": "Ambulant",
    "46": "Crisis",
    "47": "Jeugdreclassering",
    "48": "Jeugdbescherming",
    "49": "Preventief justitieel kader",
    "50": "Maatwerkarrangementen",
    "51": "Generalistische basis-ggz",
    "52": "Specialistische ggz",
    "53": "Kindergeneeskunde",
    "54": "Jeugd-ggz",
    "55": "Landelijk ingekochte zorg",
}
"""Product categories (code list JZ020)."""

REFERRERS: Final = {
    "01": "Gemeente",
    "02": "Huisarts",
    "03": "Jeugdarts",
    "04": "Gecertificeerde instelling",
    "05": "Medisch specialist",
    "06": "Geen verwijzer of zelf",
    "08": "Rechter, OM of JJI",
}
"""Types of referrer (code list COD327)."""

REQUESTS: Final = {
    "geen": "Gemeente zelf, zonder verzoek",
    "wijziging": "Verzoek om wijziging (317)",
    "onbekend": "Onbekend",
}
"""Why a referrer is not known, as the figure `referrers` tells it."""

STATES: Final = {"below": "onder", "within": "binnen", "above": "boven"}
"""Where a contract's money lies in its bandwidth, as the figure `contracts` tells it."""


def category(code: str | None) -> str:
    """A product category with its name."""
    return NONE if code is None else f"{code} {CATEGORIES.get(code, '')}".rstrip()
