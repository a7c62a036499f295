"""`regio-tien`: ten invented municipalities in three years, with every form of financing and of change.

Made to hold figures against each other: contracts that merge and split codes (a harmonisation), a
municipality that is followed up by another, clients who move, output in parts, tasks and lump sums,
three versions of a budget, and every kind of fault in a declaration.
"""

from datetime import date
from typing import Final

from streams.simulate.catalogue import AMBULANT, STAY
from streams.simulate.scenario import (
    BudgetVersion,
    Contracts,
    FixedCost,
    Harmonisation,
    Measure,
    Municipality,
    Rates,
    Scenario,
)
from streams.simulate.worlds.budgets import (
    FIRST_CHANGE,
    PRIMITIVE,
    SECOND_CHANGE,
    by_line,
    version,
)

_YEARS: Final = (2023, 2024, 2025)
_EUROS: Final = (4_300, 2_700, 520, 200)
"""What a client costs in the first year, by line, over all clients."""
_GROWTH: Final = ((1.0, 1.1, 1.16), (1.0, 1.04, 1.1), (1.0, 1.0, 0.97), (1.0, 0.9, 0.9))
_YOUNG_PER_CLIENT: Final = 9

_PRODUCTS: Final = (
    *("45A04", "45A05", "45A06", "45A49", "45A50", "45A53", "45A70", "45A71", "45A73"),
    *("45A01", "45A02", "45A11", "45A12", "45H01", "45H11", "45H12", "45H13"),
    *("41A03", "41A18", "42A01", "42A03", "46A01", "50A01", "51A01"),
    *("44A07", "43A38", "43A08", "44A04", "43A03", "44A09"),
    *("48A01", "48A03", "47A08", "47A09"),
)
_PAYMENTS: Final = {
    **dict.fromkeys(("45A01", "45A02"), "50/50"),
    **dict.fromkeys(("45A11", "45A12"), "70/30"),
    **dict.fromkeys(("42A01", "44A04", "43A03", "47A08", "47A09"), "maand"),
    "51A01": "0/100",
}
_OLD: Final = ("9920", "Eikenmark")
_NEW: Final = ("9911", "Waterveld")
_LAST_DAY: Final = date(2024, 12, 31)
"""Eikenmark becomes part of Waterveld on the first day of the third year."""
_TOWNS: Final = (
    (*_NEW, 90, 1.04),
    ("9912", "Zandoord", 70, 0.9),
    ("9913", "Lindewijk", 60, 1.08),
    ("9914", "Hogehoek", 55, 0.97),
    ("9915", "Rietdam", 48, 1.02),
    ("9916", "Veenoord", 42, 0.86),
    ("9917", "Kerkbuurt", 36, 1.1),
    ("9918", "Duinstee", 30, 1.0),
    ("9919", "Bosrade", 26, 0.94),
    (*_OLD, 22, 1.05),
)
"""Code, name, clients in a year, and how wide the budget is."""


def _care(clients: int) -> list[tuple[int, ...]]:
    """Euros of each year, by line."""
    return [
        tuple(round(clients * euros * growth) for growth in growths)
        for euros, growths in zip(_EUROS, _GROWTH, strict=True)
    ]


def _fixed(clients: int, years: int) -> tuple[FixedCost, ...]:
    """A task, personal budgets and transport: in twelve parts of a year, by the month, by the month."""

    def euros(each: int) -> tuple[int, ...]:
        return tuple(each * clients if place < years else 0 for place in range(len(_YEARS)))

    return (
        FixedCost(AMBULANT, "taakgericht", "Lokaal team", euros(35), by_year=True),
        FixedCost(AMBULANT, "pgb", "Persoonsgebonden budgetten", euros(25)),
        FixedCost(STAY, "pgb", "Persoonsgebonden budgetten verblijf", euros(8)),
        FixedCost(AMBULANT, "overig", "Vervoersvoorzieningen", euros(6)),
    )


def _budgets(paying: tuple[int, ...], wide: float) -> tuple[BudgetVersion, ...]:
    """Three versions a year; `paying` are the clients of each year that the budget is for."""
    fixed = (12 * (35 + 25 + 6), 12 * 8, 0, 0)
    versions = []
    for place, (year, clients) in enumerate(zip(_YEARS, paying, strict=True)):
        if not clients:
            continue
        care = [line[max(place - 1, 0)] for line in _care(clients)]
        for name, on, change in (
            (PRIMITIVE, date(year - 1, 11, 7), 1.0),
            (FIRST_CHANGE, date(year, 6, 30), 1.02),
            (SECOND_CHANGE, date(year, 10, 27), 1.05),
        ):
            euros = [
                round(e * wide * change + f * clients) for e, f in zip(care, fixed, strict=True)
            ]
            versions.append(version(year, name, on, *euros))
    return tuple(versions)


def _measures(code: str, clients: int) -> tuple[Measure, ...]:
    if int(code) % 2:
        return ()
    return (
        Measure(
            "Minder uren per traject", ("45A04", "45A05"), date(2025, 1, 1), 2025, clients * 120
        ),
        Measure(
            "Pleegzorg voor verblijf", ("43A38", "43A08"), date(2024, 7, 1), 2025, clients * 90
        ),
    )


def _town(code: str, name: str, clients: int, wide: float) -> Municipality:
    """One of the ten; from the third year on Waterveld pays for the clients of Eikenmark."""
    ends, gains = (code, name) == _OLD, (code, name) == _NEW
    later = 0 if ends else clients + (_TOWNS[-1][2] if gains else 0)
    paying = (clients, clients, later)
    return Municipality(
        code=code,
        name=name,
        young=tuple(_YOUNG_PER_CLIENT * each for each in paying),
        clients=(clients,) * len(_YEARS),
        known=(0.0, 0.7, 0.73),
        care=by_line(*_care(clients)),
        fixed=_fixed(clients, 2 if ends else 3),
        budget=_budgets(paying, wide),
        measures=_measures(code, clients),
        shares=tuple(float(each) for each in paying),
        successor=_NEW[0] if ends else "",
        until=_LAST_DAY if ends else None,
    )


REGIO_TIEN: Final = Scenario(
    name="regio-tien",
    told="Tien verzonnen gemeenten in een regio, drie jaar (2023 tot en met 2025): alle manieren van "
    "betalen, nieuwe productcodes per 2024, een herindeling per 2025 en alle soorten fouten.",
    region="Tienregio",
    first_year=_YEARS[0],
    municipalities=tuple(_town(*town) for town in _TOWNS),
    products=_PRODUCTS,
    providers=14,
    index=(1.0, 1.03, 1.06),
    harmonisation=Harmonisation(date(2024, 1, 1), (AMBULANT, STAY), 120_000, 0.85),
    told_until=date(2026, 2, 27),
    contracts=Contracts(largest=2, regional=3, headroom=1.0, lumpsum=1),
    payments=_PAYMENTS,
    rates=Rates(
        rejected=0.04,
        corrected=0.03,
        void=0.015,
        deleted=0.04,
        moved=0.05,
        answered_twice=0.02,
        filed_late=0.01,
        faults=(
            *("0611", "8017", "8021", "9307", "9321", "9338"),
            *("9339", "9340", "9341", "9346", "9384", "9389"),
        ),
    ),
)
