"""The tables that hold money against a plan: budgets, contracts, measures, and what is not in yet."""

from streams.figures.question import Row
from streams.figures.rounding import ratio
from streams.local.tables import names
from streams.local.tables.asked import Asked
from streams.local.tables.table import Column, Table, added


def budgets(asked: Asked) -> Table:
    """The social domain's report: budget versions and the prognosis, of this year and the next."""
    lines: dict[str | None, Row] = {}
    columns = [Column("line", "Begrotingspost")]
    for year in (asked.year, asked.year + 1):
        columns += _versions(asked, year, lines)
        columns += _outlook(asked, year, lines)
    rows = [lines[line] for line in sorted(lines, key=lambda line: (line is None, line or ""))]
    amounts = [column.name for column in columns if column.form == "euros"]
    return Table(
        f"Begroting en prognose, {asked.where}",
        columns,
        rows,
        [{"line": "Totaal", **added(rows, amounts)}] if rows else [],
        (
            (
                "Een wijziging is het verschil met de versie ervoor. Kosten: gedeclareerd (goedgekeurd of "
                "nog open); vast: de vaste kosten van het hele jaar."
            ),
            (
                "Prognose: verwachte kosten van het hele jaar, vaste kosten inbegrepen. Verschil: "
                "begroting min prognose; onder nul is een overschrijding."
            ),
            asked.known_on,
        ),
    )


def _line(lines: dict[str | None, Row], line: str | None) -> Row:
    return lines.setdefault(line, {"line": line or names.NONE})


def _versions(asked: Asked, year: int, lines: dict[str | None, Row]) -> list[Column]:
    """Fill in the versions of a year's budget: the first as an amount, others as a change."""
    found = [row for row in asked.rows("burn", year=year) if row["level"] == "line"]
    adopted = sorted(
        (row for row in found if row["version"]),
        key=lambda row: (row["adopted_on"], row["version"]),
    )
    columns: dict[str, Column] = {}
    for row in adopted:
        name = f"{row['version']}_{year}"
        columns.setdefault(name, Column(name, f"{year} {row['version']}", "euros"))
        change = row["budget_cents"] if row["change_cents"] is None else row["change_cents"]
        told = _line(lines, row["budget_line"])
        told[name] = told.get(name, 0) + change
    return list(columns.values())


def _outlook(asked: Asked, year: int, lines: dict[str | None, Row]) -> list[Column]:
    """Fill in what the lines of a year have cost and will cost; what has yet to begin has no costs."""
    columns = [
        Column(f"declared_{year}", f"Kosten {year} tot nu", "euros"),
        Column(f"fixed_{year}", f"Vast {year}", "euros"),
        Column(f"prognosis_{year}", f"Prognose {year}", "euros"),
        Column(f"difference_{year}", f"Verschil {year}", "euros"),
    ]
    found = [line for each in asked.valuations(year) for line in each.budget_lines]
    budgeted = any(line.budget_cents is not None for line in found)
    for line in found:
        left = (line.budget_cents or 0) - line.prognosis_cents if budgeted else None
        cents = line.declared_cents, line.fixed_cents, line.prognosis_cents, left
        told = _line(lines, line.budget_line or None)
        for column, each in zip(columns, cents, strict=True):
            if each is not None:
                told[column.name] = told.get(column.name, 0) + each
    return columns if year <= asked.as_of.year else columns[2:]


def contracts(asked: Asked) -> Table:
    """Diemen and the study for VWS: each contract against its ceiling and bandwidth."""
    rows = [
        {
            **row,
            "name": asked.name_of(row["provider"]),
            "financing": row["financing"] or "pxq",
            "state": names.STATES.get(row["state"] or ""),
        }
        for row in asked.rows("contracts")
        if row["level"] == "contract"
    ]
    amounts = "ceiling_cents", "declared_cents", "committed_cents", "settlement_cents"
    return Table(
        f"Contracten in {asked.year}, {asked.where}",
        (
            Column("contract", "Contract"),
            Column("name", "Aanbieder"),
            Column("area", "Gebied"),
            Column("financing", "Bekostiging"),
            Column("lower_cents", "Ondergrens", "euros"),
            Column("ceiling_cents", "Plafond", "euros"),
            Column("upper_cents", "Bovengrens", "euros"),
            Column("declared_cents", "Kosten", "euros"),
            Column("ceiling_share", "% van plafond", "percent"),
            Column("state", "Bandbreedte"),
            Column("committed_cents", "Toegewezen", "euros"),
            Column("settlement_cents", "Verrekening", "euros"),
        ),
        rows,
        [{"contract": "Totaal", **added(rows, amounts)}] if rows else [],
        (
            (
                "Kosten: gedeclareerd (goedgekeurd of nog open) over zorg in het jaar, van een regionaal "
                "contract alleen van de gemeenten in deze map. Toegewezen: wat toewijzingen kunnen kosten."
            ),
            "Bandbreedte: waar de kosten nu liggen; vroeg in het jaar is onder gewoon.",
            asked.known_on,
        ),
    )


def measures(asked: Asked) -> Table:
    """Zoetermeer's action plan: what each measure was meant to save, and what it seems to do."""
    rows = asked.rows("measures")
    amounts = (
        *("intended_cents", "intended_to_date_cents"),
        *("realised_cents", "fewer_cents", "drop_cents"),
    )
    return Table(
        f"Maatregelen in {asked.year}, {asked.where}",
        (
            Column("measure", "Maatregel"),
            Column("starts_on", "Vanaf"),
            Column("intended_cents", "Beoogd", "euros"),
            Column("intended_to_date_cents", "Beoogd tot nu", "euros"),
            Column("realised_cents", "Goedkoper", "euros"),
            Column("fewer_cents", "Minder zorg", "euros"),
            Column("drop_cents", "Samen", "euros"),
        ),
        rows,
        [{"measure": "Totaal", **added(rows, amounts)}] if rows else [],
        (
            (
                f"Maanden: {asked.months}, vanaf de maand van ingang, naast dezelfde maanden een jaar "
                "eerder. Onder nul: het werd duurder of meer."
            ),
            (
                "Goedkoper: wat de zorg van nu minder kost per jeugdige per maand. Minder zorg: minder "
                "jeugdigen en maanden. Beide zijn een aanwijzing: tarieven en wat nog gedeclareerd moet "
                "worden, zitten er ook in. Maatregelen over dezelfde producten tellen in het totaal dubbel."
            ),
            asked.known_on,
        ),
    )


def completeness(asked: Asked) -> Table:
    """How much of each care month has been declared, and what is expected still."""
    rows = []
    for row in asked.rows("completeness"):
        expected = row["expected_cents"]
        left = None if expected is None else expected - row["declared_cents"]
        rows.append({**row, "left_cents": left})
    columns = "declared_cents", "expected_cents", "left_cents"
    totals = []
    for year in (asked.year - 1, asked.year):
        sums = added((row for row in rows if row["care_month"].startswith(str(year))), columns)
        share = ratio(sums["declared_cents"] or 0, sums["expected_cents"] or 0)
        totals.append({"care_month": str(year), "declared_share": share, **sums})
    return Table(
        f"Volledigheid per zorgmaand, {asked.where}",
        (
            Column("care_month", "Zorgmaand"),
            Column("declared_cents", "Kosten", "euros"),
            Column("declared_share", "% gedeclareerd", "percent"),
            Column("expected_cents", "Verwacht", "euros"),
            Column("left_cents", "Nog te komen", "euros"),
        ),
        rows,
        totals,
        (
            (
                "Gedeclareerd: het deel van de zorg in die maand dat naar ervaring nu gedeclareerd is. Verwacht: "
                "kosten gedeeld door dat deel; maanden die nog komen, tellen niet mee."
            ),
            asked.known_on,
        ),
    )
