"""The tables about people: who was in care, who came and went, and who sent them."""

from streams.figures.rounding import ratio
from streams.local.tables import names
from streams.local.tables.asked import Asked
from streams.local.tables.table import Column, Row, Table, added

_IN_CARE = (
    "Een jeugdige telt mee met een gedeclareerd bedrag (goedgekeurd of nog open) dat niet nul is."
)


def clients(asked: Asked) -> Table:
    """Zoetermeer, tables 1 and 3 and paragraph 4.7: clients by year, and who was there before."""
    rows = []
    known = {year: asked.rows("known_clients", year=year) for year in asked.years}
    for row in asked.rows("clients"):
        earlier = {each["earlier_year"]: each for each in known[row["year"]]}
        before = earlier.get(row["year"] - 1, {})
        first = earlier[min(earlier)] if earlier else {}
        rows.append(
            {
                **row,
                "known": before.get("known"),
                "share_known": before.get("share_known"),
                "throughout": first.get("known_throughout"),
                "share_throughout": first.get("share_throughout"),
            }
        )
    return Table(
        f"Jeugdigen in jeugdhulp, {asked.where}",
        (
            Column("year", "Jaar"),
            Column("clients", "Jeugdigen", "number"),
            Column("clients_per_100_young", "Per 100 jongeren", "decimal"),
            Column("clients_with_stay", "Met verblijf", "number"),
            Column("share_with_stay", "% met verblijf", "percent"),
            Column("known", "Ook jaar ervoor", "number"),
            Column("share_known", "% jaar ervoor", "percent"),
            Column("throughout", "Elk jaar sinds begin", "number"),
            Column("share_throughout", "% elk jaar", "percent"),
            Column("declared_cents", "Kosten", "euros"),
            Column("cents_per_client", "Per jeugdige", "euros"),
        ),
        rows,
        notes=(
            _IN_CARE,
            (
                "Elk jaar sinds begin: in elk jaar vanaf het eerste jaar met berichten. Jongeren: het "
                "aantal uit inwoners.csv."
            ),
            asked.known_on,
        ),
    )


def flows(asked: Asked) -> Table:
    """Zoetermeer, paragraph 4.7, and the social domain's report: in, through, out, and renewals."""
    rows = []
    for year in asked.years:
        row: Row = {}
        for figure in ("flows", "renewals", "stay_length"):
            for found in asked.rows(figure, year=year):
                row |= found
        if "start" in row:
            there = row["start"] + row["inflow"]
            row["inflow_share"] = ratio(row["inflow"], there)
            row["outflow_share"] = ratio(row["outflow"], there)
            rows.append(row)
    return Table(
        f"Instroom, doorstroom en uitstroom, {asked.where}",
        (
            Column("year", "Jaar"),
            Column("start", "Begin", "number"),
            Column("inflow", "Instroom", "number"),
            Column("inflow_new", "w.v. nieuw", "number"),
            Column("inflow_share", "% instroom", "percent"),
            Column("through", "Doorstroom", "number"),
            Column("outflow", "Uitstroom", "number"),
            Column("outflow_definitive", "w.v. definitief", "number"),
            Column("outflow_share", "% uitstroom", "percent"),
            Column("end", "Eind", "number"),
            Column("renewals", "Verlengingen", "number"),
            Column("renewals_without_request", "w.v. zonder verzoek", "number"),
            Column("share_without_request", "% zonder verzoek", "percent"),
            Column("ended_mean_days", "Duur (dagen)", "number"),
        ),
        rows,
        notes=(
            "Begin + instroom - uitstroom = eind. Procenten: van wie er aan het begin was of instroomde.",
            (
                "Definitief: 31 dagen zonder zorg en niets meer te declareren. Doorstroom: van begin tot "
                "eind zonder onderbreking in zorg."
            ),
            (
                "Verlenging: een toewijzing die aansluit op een eerdere van dezelfde jeugdige, aanbieder "
                "en product. Duur: gemiddeld, van wie definitief uitstroomde."
            ),
            asked.known_on,
        ),
    )


def referrers(asked: Asked) -> Table:
    """Zoetermeer, figure 3: the shares of referrers in allocations and in money, beside a year ago."""
    before = {
        (row["referrer"], row["request"]): row
        for row in asked.rows("referrers", year=asked.year - 1)
    }
    now = {(row["referrer"], row["request"]): row for row in asked.rows("referrers")}
    rows = []
    for referrer, request in sorted(
        {*before, *now}, key=lambda key: (key[0] is None, *map(str, key))
    ):
        old, new = before.get((referrer, request), {}), now.get((referrer, request), {})
        rows.append(
            {
                "referrer": names.REFERRERS.get(referrer or "") or names.REQUESTS[request],
                "before_allocations": old.get("allocations", 0),
                "before_share": old.get("share_of_allocations"),
                **{name: new.get(name) for name in ("share_of_allocations", "share_of_money")},
                **{name: new.get(name, 0) for name in ("allocations", "declared_cents")},
            }
        )
    counted = "before_allocations", "allocations", "declared_cents"
    return Table(
        f"Verwijzers, {asked.where}",
        (
            Column("referrer", "Verwijzer"),
            Column("before_allocations", f"Toewijzingen {asked.year - 1}", "number"),
            Column("before_share", f"% toewijzingen {asked.year - 1}", "percent"),
            Column("allocations", f"Toewijzingen {asked.year}", "number"),
            Column("share_of_allocations", f"% toewijzingen {asked.year}", "percent"),
            Column("declared_cents", f"Kosten {asked.year}", "euros"),
            Column("share_of_money", f"% kosten {asked.year}", "percent"),
        ),
        rows,
        [{"referrer": "Totaal", **added(rows, counted)}] if rows else [],
        (
            (
                "Een toewijzing telt in het jaar waarin zij is afgegeven; de verwijzer staat in het "
                "verzoek (315) waar zij bij hoort."
            ),
            "Kosten: gedeclareerd (goedgekeurd of nog open) over zorg in het jaar.",
            asked.known_on,
        ),
    )


def ages(asked: Asked) -> Table:
    """Diemen: the age bands, with the young adults of 18 to 23."""
    rows = [
        {**row, "age_band": row["age_band"] or names.NONE, "year": str(row["year"])}
        for year in (asked.year - 1, asked.year)
        for row in asked.rows("age_bands", year=year)
    ]
    return Table(
        f"Leeftijdsgroepen, {asked.where}",
        (
            Column("year", "Jaar"),
            Column("age_band", "Leeftijd"),
            Column("clients", "Jeugdigen", "number"),
            Column("share_of_clients", "% jeugdigen", "percent"),
            Column("declared_cents", "Kosten", "euros"),
            Column("share_of_money", "% kosten", "percent"),
            Column("cents_per_client", "Per jeugdige", "euros"),
        ),
        rows,
        notes=(
            (
                "De groep is die op de laatste dag van elke zorgmaand: wie in het jaar van groep wisselt, "
                "telt in beide, elk met de eigen maanden."
            ),
            asked.known_on,
        ),
    )


def stacking(asked: Asked) -> Table:
    """The study for VWS: clients with several products or providers at once."""
    rows = [
        {
            **row,
            "products_2_plus": row["products_2"] + row["products_3_plus"],
            "providers_2_plus": row["providers_2"] + row["providers_3_plus"],
        }
        for year in asked.years
        for row in asked.rows("stacking", year=year)
    ]
    return Table(
        f"Zorgstapeling, {asked.where}",
        (
            Column("year", "Jaar"),
            Column("clients", "Jeugdigen", "number"),
            Column("products_2_plus", "Twee of meer producten", "number"),
            Column("products_2_plus_share_of_money", "% kosten (producten)", "percent"),
            Column("providers_2_plus", "Twee of meer aanbieders", "number"),
            Column("providers_2_plus_share_of_money", "% kosten (aanbieders)", "percent"),
        ),
        rows,
        notes=("Tegelijk: in dezelfde zorgmaand.", _IN_CARE, asked.known_on),
    )
