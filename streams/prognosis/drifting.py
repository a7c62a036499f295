"""Products whose intensity drifts, by what that costs for the rest of the year, and why we say so.

A row is a drift that is open on the as-of date: since when, how much, for how many clients, and what it
comes to. First it is looked whether a provider has lately begun to bill later or earlier (`billing`): such
a provider has a row of its own, and what its latest months seem to say about intensity is left out.

The effect is drift of intensity x clients x tariff x months still to come. As much of a month's money as
lies above (below) what is usual, change / (1 + change) of it, completed for what is not declared yet;
for the months of the as-of year after the last one judged. A drift of less than `minimum` is left out,
and a provider of which less money than that comes later or earlier.
"""

from collections.abc import Sequence
from math import exp
from typing import Final

import numpy as np

from schemas.dutch import MONTHS, percent, rounded_euros
from streams.figures.rollup import Figures, Row
from streams.figures.spans import month_text
from streams.prognosis.billing import LOOKED_AT
from streams.prognosis.forecast import Habits, Past, now_of
from streams.prognosis.intensities import Series, changed_lately, intensities
from streams.prognosis.panel import added
from streams.prognosis.realisation import MATURE
from streams.prognosis.watching import Alarm, drifted

QUARTER: Final = 3.0
"""Months between false alarms over all series of a municipality (field/prognosis.md section 5)."""

MINIMUM: Final = 250_000
"""Cents of the rest of the year below which a drift is not told: less than looking into it costs."""

SHOWN: Final = 6
"""Latest months of a drift that its size is the mean of."""

MOSTLY: Final = 0.5
"""A series with at least this share at providers that bill otherwise says nothing of those months."""

COLUMNS: Final = (
    "municipality",
    "product",
    "provider",
    "direction",
    "since",
    "months",
    "change_percent",
    "clients",
    "effect_cents_year",
    "z",
    "cusum",
    "threshold",
    "billing_changed",
    "reason",
)
"""Names of a row's fields, in order."""


def drifts(
    parts: Sequence[Figures],
    *,
    by_provider: bool = False,
    months: float = QUARTER,
    minimum: int = MINIMUM,
    habits: Habits | None = None,
) -> list[Row]:
    """The drifts of a municipality's parts as of their date, the dearest first; then changed billing.

    `months` are those between false alarms over all series together, `minimum` is in cents.
    """
    reference = parts[0].reference
    past = (habits or Habits()).past(parts, now_of(reference.as_of).closed)
    found = [
        _row(series, alarm, parts[0])
        for series, alarm in drifted(intensities(parts, past, by_provider=by_provider), months)
        if not _billed_otherwise(series, alarm, past)
    ]
    dear = [row for row in found if abs(row["effect_cents_year"]) >= minimum]
    dear.sort(
        key=lambda row: (-abs(row["effect_cents_year"]), row["product"], row["provider"] or "")
    )
    return [*dear, *_billing(parts[0].municipality, past, minimum)]


def _billed_otherwise(series: Series, alarm: Alarm, past: Past) -> bool:
    """Whether all there is to see may come from changed billing."""
    closed = past.panel.first + past.learnt.closed
    return series.late >= MOSTLY and alarm.months[0].number > closed - LOOKED_AT


def _row(series: Series, alarm: Alarm, own: Figures) -> Row:
    as_of = own.reference.as_of
    latest = alarm.months[-SHOWN:]
    change = exp(sum(month.value - alarm.usual for month in latest) / len(latest)) - 1
    monthly = sum(month.cents / month.share for month in latest) / len(latest)
    left = min(12, max(0, as_of.year * 12 + 11 - latest[-1].number))
    effect = round(change / (1 + change) * monthly * left)
    clients = round(sum(month.clients / month.share for month in latest) / len(latest))
    since = alarm.months[0].number
    return {
        "municipality": own.municipality,
        "product": series.name.product,
        "provider": series.name.provider,
        "direction": alarm.side,
        "since": month_text(since),
        "months": len(alarm.months),
        "change_percent": round(100 * change, 1),
        "clients": clients,
        "effect_cents_year": effect,
        "z": round(alarm.z, 2),
        "cusum": round(alarm.cusum, 2),
        "threshold": round(alarm.threshold, 2),
        "billing_changed": False,
        "reason": _reason(series, since, change, clients, effect),
    }


def _reason(series: Series, since: int, change: float, clients: int, effect: int) -> str:
    of = f" bij aanbieder {series.name.provider}" if series.name.provider else ""
    more, dearer = ("meer", "kost") if change > 0 else ("minder", "scheelt")
    return (
        f"Product {series.name.product}{of}: sinds {MONTHS[since % 12]} {since // 12} krijgt een "
        f"jeugdige {percent(abs(change))} {more} eenheden per maand dan gewoonlijk; bij {clients} "
        f"jeugdigen {dearer} dat de rest van het jaar ongeveer {rounded_euros(abs(effect))}."
    )


def _billing(municipality: str, past: Past, minimum: int) -> list[Row]:
    """The providers that have lately changed their billing of at least `minimum` cents, in order."""
    panel, learnt = past.panel, past.learnt
    mature = slice(max(0, learnt.closed - MATURE[-1]), max(1, learnt.closed - MATURE[0] + 1))
    cents = panel.declared.by_item(len(panel.items), panel.months)[:, mature].mean(axis=1)
    usual = added(panel.provider_of_group[panel.group_of_item], cents, len(panel.providers))
    told = changed_lately(learnt) & (abs(learnt.billing.lag) * usual >= minimum)
    return [
        _billing_row(municipality, panel.providers[place], int(learnt.billing.lag[place]))
        for place in np.flatnonzero(told).tolist()
    ]


def _billing_row(municipality: str, provider: str, lag: int) -> Row:
    many = "een maand" if abs(lag) == 1 else f"{abs(lag)} maanden"
    when, seems = ("later", "minder") if lag > 0 else ("eerder", "meer")
    return {
        **dict.fromkeys(COLUMNS),
        "municipality": municipality,
        "provider": provider,
        "direction": "later" if lag > 0 else "earlier",
        "months": abs(lag),
        "effect_cents_year": 0,
        "billing_changed": True,
        "reason": (
            f"Aanbieder {provider} declareert sinds kort {many} {when} dan eerst: dat de laatste "
            f"maanden {seems} gedeclareerd lijkt, is nog geen andere zorg."
        ),
    }
