"""How amounts, percentages and dates read in Dutch, for everything a person sees.

Exact: cents stay integers, shares may be `Fraction`, and rounding is half away from zero. The
forms follow the CLDR's for nl; the space behind the euro sign doesn't break.
"""

from datetime import date
from fractions import Fraction

NBSP = "\N{NO-BREAK SPACE}"
MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


def euros(cents: int) -> str:
    """An amount to the cent: `€ 1.254.998,35`, below zero `€ -12.345,60`."""
    return f"€{NBSP}{_decimal(cents, 2)}"


def rounded_euros(cents: int) -> str:
    """An amount in whole euros, for what is estimated and not counted: `€ 1.254.998`."""
    return f"€{NBSP}{_decimal(_half_up(Fraction(cents, 100)), 0)}"


def percent(share: Fraction | float) -> str:
    """A share (1 is the whole) with one decimal: `103,2%`."""
    return f"{_decimal(_half_up(Fraction(share) * 1000), 1)}%"


def number(value: Fraction | float, decimals: int = 0) -> str:
    """A count or a mean: `4.085`, with one decimal `14,6`."""
    return _decimal(_half_up(Fraction(value) * 10**decimals), decimals)


def long_date(day: date) -> str:
    """A day in running text: `23 november 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _half_up(value: Fraction) -> int:
    size = (2 * abs(value) + 1) // 2
    return size if value >= 0 else -size


def _decimal(units: int, decimals: int) -> str:
    """Units of the last decimal as a Dutch number: point for thousands, comma for the decimals."""
    whole, rest = divmod(abs(units), 10**decimals)
    sign = "-" if units < 0 else ""
    tail = f",{rest:0{decimals}d}" if decimals else ""
    return f"{sign}{whole:,}".replace(",", ".") + tail
