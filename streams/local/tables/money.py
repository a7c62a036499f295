"""The tables about what care costs: by kind, category, segment, provider, contract and measure."""

from fractions import Fraction

from streams.figures.question import Row
from streams.figures.rounding import half_up, ratio
from streams.local.tables import names
from streams.local.tables.asked import Asked
from streams.local.tables.table import Column, Table, added

LARGEST = 20
"""Providers with a row of their own; together they have most of the money of a municipality."""

_DECLARED = "Kosten: gedeclareerd (goedgekeurd of nog open), naar de maand van de zorg."
_LATE = "De laatste maanden zijn nog niet volledig gedeclareerd: zie de tabel volledigheid."
_ONCE = "Wie van meer soorten zorg krijgt, telt bij elke soort en in het totaal een keer."


def kinds(asked: Asked) -> Table:
    """Zoetermeer, tables 3 and 4: costs and clients by kind of care (budget line) and year."""
    lines: dict[str | None, Row] = {}
    total: Row = {"kind": "Totaal"}
    for row in asked.rows("clients", "budget_line"):
        kind = row["budget_line"]
        lines.setdefault(kind, {"kind": kind or names.NONE}).update(_of_year(row))
    for row in asked.rows("clients"):
        total |= _of_year(row)
    rows = [lines[kind] for kind in sorted(lines, key=lambda kind: (kind is None, kind or ""))]
    return Table(
        f"Kosten en jeugdigen per soort jeugdhulp, {asked.where}",
        (
            Column("kind", "Soort jeugdhulp"),
            *(Column(f"cents_{year}", f"Kosten {year}", "euros") for year in asked.years),
            *(Column(f"clients_{year}", f"Jeugdigen {year}", "number") for year in asked.years),
        ),
        rows,
        [total] if rows else [],
        (
            f"{_DECLARED} De soort is de begrotingspost van het product.",
            _ONCE,
            _LATE,
            asked.known_on,
        ),
    )


def _of_year(row: Row) -> Row:
    year = row["year"]
    return {f"cents_{year}": row["declared_cents"], f"clients_{year}": row["clients"]}


def categories(asked: Asked) -> Table:
    """BMWE: costs, clients and costs per client of each product category, and what changed."""
    found: dict[tuple[str, str | None], Row] = {}
    for row in asked.rows("categories"):
        told = found.setdefault((row["level"], row["category"]), {})
        year = row["year"]
        told |= {
            f"cents_{year}": row["declared_cents"],
            f"clients_{year}": row["clients"],
            f"per_client_{year}": _whole(row["cents_per_client"]),
            "change_cents": row["change_cents"] if year == asked.year else None,
            "change_share": row["change_share"] if year == asked.year else None,
        }
    shown = (asked.year - 1, asked.year)
    rows = [
        {"category": names.category(code), **told}
        for (level, code), told in found.items()
        if level == "category"
    ]
    return Table(
        f"Kosten en jeugdigen per categorie, {asked.where}",
        (
            Column("category", "Categorie"),
            *(Column(f"cents_{year}", f"Kosten {year}", "euros") for year in shown),
            *(Column(f"clients_{year}", f"Jeugdigen {year}", "number") for year in shown),
            *(Column(f"per_client_{year}", f"Per jeugdige {year}", "euros") for year in shown),
            Column("change_cents", "Verschil", "euros"),
            Column("change_share", "% verschil", "percent"),
        ),
        rows,
        [{"category": "Totaal", **found["total", None]}] if rows else [],
        (
            (
                f"{_DECLARED} Van {asked.year}: {asked.months}; het verschil is met dezelfde maanden van "
                f"{asked.year - 1}."
            ),
            _ONCE,
            _LATE,
            asked.known_on,
        ),
    )


def segments(asked: Asked) -> Table:
    """Diemen: segments and their intensity classes, with what the shift between segments costs."""
    wholes = [row for row in asked.rows("mix") if row["dimension"] == "segment"]
    classes = [row for row in asked.rows("mix", "segment") if row["dimension"] == "intensity"]
    total = added(wholes, ("declared_cents", "before_declared_cents", "shift_cents"))
    rows = []
    for whole in wholes:
        parts = [row for row in classes if row["segment"] == whole["value"]]
        rows.append(_share(whole, total, whole["value"] or names.NONE, "alle"))
        rows += [_share(row, total, "", row["value"] or names.NONE) for row in parts]
    return Table(
        f"Segmenten en intensiteit, {asked.where}",
        (
            Column("segment", "Segment"),
            Column("intensity", "Intensiteit"),
            Column("clients", "Jeugdigen", "number"),
            Column("declared_cents", "Kosten", "euros"),
            Column("share", "% kosten", "percent"),
            Column("cents_per_client", "Per jeugdige", "euros"),
            Column("before_declared_cents", "Kosten jaar ervoor", "euros"),
            Column("before_share", "% jaar ervoor", "percent"),
            Column("change_cents", "Verschil", "euros"),
            Column("shift_cents", "Door verschuiving", "euros"),
        ),
        rows,
        [_share({**total, **_people(asked)}, total, "Totaal", "")] if rows else [],
        (
            f"{_DECLARED} Maanden: {asked.months}, naast dezelfde maanden een jaar eerder.",
            (
                "Door verschuiving: wat het kost dat een groter of kleiner deel van de zorg in dit "
                "segment valt, bij de prijzen van een jaar eerder; bij een intensiteit: binnen het segment."
            ),
            _LATE,
            asked.known_on,
        ),
    )


def _whole(cents: float | None) -> int | None:
    """A mean in whole cents."""
    return None if cents is None else half_up(Fraction(cents))


def _growth(times: float | None) -> float | None:
    """A ratio as what it differs from one."""
    return None if times is None else times - 1


def _people(asked: Asked) -> Row:
    """The clients of the months of the year that are over, each once."""
    clients = (
        row["clients"]
        for row in asked.rows("categories")
        if row["level"] == "total" and row["year"] == asked.year
    )
    return {"clients": next(clients, 0)}


def _share(row: Row, total: Row, segment: str, intensity: str) -> Row:
    before, clients = row["before_declared_cents"] or 0, row.get("clients")
    return {
        "segment": segment,
        "intensity": intensity,
        "clients": clients,
        "declared_cents": row["declared_cents"],
        "share": ratio(row["declared_cents"], total["declared_cents"]),
        "cents_per_client": _whole(ratio(row["declared_cents"], clients or 0)),
        "before_declared_cents": before,
        "before_share": ratio(before, total["before_declared_cents"]),
        "change_cents": row["declared_cents"] - before,
        "shift_cents": row["shift_cents"],
    }


def providers(asked: Asked) -> Table:
    """The largest providers: money, clients, what a client costs, and how that changed."""
    costs = [row for row in asked.rows("categories", "provider") if row["level"] == "total"]
    costs = [row for row in costs if row["year"] == asked.year]
    costs.sort(key=lambda row: (-row["declared_cents"], row["provider"]))
    intensity = {
        row["provider"]: row
        for row in asked.rows("intensity", "provider")
        if row["window"] == "year_to_date"
    }
    whole = added(costs, ("declared_cents", "change_cents"))
    total = {**whole, **_people(asked), "provider": "Totaal", "name": ""}
    rows = [
        {
            **row,
            "name": asked.name_of(row["provider"]),
            "share": ratio(row["declared_cents"], whole["declared_cents"]),
            "per_client": _whole(row["cents_per_client"]),
            "per_month": _whole(intensity.get(row["provider"], {}).get("cents_per_client_month")),
            "dearer": _growth(intensity.get(row["provider"], {}).get("cents_ratio")),
        }
        for row in costs[:LARGEST]
    ]
    others = {
        **added(costs[LARGEST:], ("declared_cents", "change_cents")),
        "provider": "Overige",
        "name": f"{len(costs) - LARGEST} aanbieders",
    }
    return Table(
        f"Grootste aanbieders, {asked.where}",
        (
            Column("provider", "AGB-code"),
            Column("name", "Aanbieder"),
            Column("declared_cents", "Kosten", "euros"),
            Column("share", "% kosten", "percent"),
            Column("clients", "Jeugdigen", "number"),
            Column("per_client", "Per jeugdige", "euros"),
            Column("per_month", "Per jeugdige per maand", "euros"),
            Column("dearer", "Duurder", "percent"),
            Column("change_cents", "Verschil kosten", "euros"),
        ),
        [*rows, others] if len(costs) > LARGEST else rows,
        [total] if rows else [],
        (
            f"{_DECLARED} Maanden: {asked.months}, naast dezelfde maanden een jaar eerder.",
            "Duurder: zoveel meer (of minder, onder nul) kost een jeugdige per maand dan een jaar eerder.",
            _LATE,
            asked.known_on,
        ),
    )
