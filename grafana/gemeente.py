"""The board of one municipality, for its finance controller.

It tells one story from top to bottom: does the year stay within the budget, on which budget line
not, how sure is that (care months that are not declared in full yet), what drives it (products,
segments), who delivers it (contracts), and can these figures be trusted.
"""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as model

from grafana.panels import SOURCE, Text, Value, bars, course, numbers, rows
from grafana.queries import MONTHS, figure, percent, verdict, weighted
from grafana.words import VOLUMES

UID = "bw-gemeente"
TOTAL = "municipality"
HEIGHT = 4  # rows of a large figure


def board() -> dashboard.Dashboard:
    """The whole board."""
    made = (
        dashboard.Dashboard("Gemeente: blijft de jeugdhulp binnen de begroting?")
        .uid(UID)
        .description("Begroting, declaraties, toewijzingen en prognose van één gemeente.")
        .tags(["budgetwacht"])
        .readonly()
        .timezone("Europe/Amsterdam")
        .week_start("monday")
        .fiscal_year_start_month(0)
        .time("now/y", "now")
        .refresh("1m")
    )
    for variable in _variables():
        made.with_variable(variable)
    for part in (_year, _budget_lines, _months, _products, _contracts, _quality):
        part(made)
    return made


def _variables() -> list[dashboard.DatasourceVariable | dashboard.QueryVariable]:
    names = "max by (municipality, name) (budgetwacht_municipality_info)"
    years = 'label_values(budgetwacht_municipality_declared_euros{municipality="$gemeente"}, year)'
    return [
        dashboard.DatasourceVariable("datasource").label("Gegevensbron").type("prometheus"),
        _choice("gemeente", "Gemeente", f"query_result({names})")
        .regex('/municipality="(?<value>[^"]+)".*name="(?<text>[^"]+)"/')
        .sort(model.VariableSort.ALPHABETICAL_ASC),
        _choice("jaar", "Jaar", years).sort(model.VariableSort.NUMERICAL_DESC),
    ]


def _choice(name: str, label: str, query: str) -> dashboard.QueryVariable:
    made = dashboard.QueryVariable(name).label(label).datasource(SOURCE).definition(query)
    made.query({"query": query, "refId": f"variable-{name}"})
    return made.refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED).allow_custom_value(
        allow_custom_value=False
    )


def _row(made: dashboard.Dashboard, number: int, title: str) -> None:
    made.with_row(dashboard.Row(title).id(number))


def _total(name: str) -> str:
    return figure(f"{TOTAL}_{name}_euros")


def _year(made: dashboard.Dashboard) -> None:
    _row(made, 1, "Blijft het jaar binnen de begroting?")
    declared, budget = _total("declared"), _total("budget")

    def one(number: int, title: str, description: str, *values: Value) -> None:
        width = 6 if number < 14 else 4 if number == 18 else 5
        made.with_panel(numbers(Text(number, title, description, width, HEIGHT), *values))

    one(
        10,
        "Verwachting",
        "De prognose naast de begroting. 'Kan erboven komen': de prognose ligt binnen de "
        "begroting, maar de bovenkant van de bandbreedte niet.",
        Value("Verwachting", verdict(TOTAL), "verdict"),
    )
    one(
        11,
        "Prognose heel het jaar",
        "Wat de zorg van dit jaar naar verwachting kost: gedeclareerd, plus wat nog gedeclareerd "
        "wordt, plus vaste kosten.",
        Value("Prognose", _total("prognosis")),
    )
    one(
        12,
        "Bandbreedte van de prognose",
        "De kosten van het jaar liggen met 80 procent zekerheid tussen deze twee bedragen.",
        Value("van", _total("prognosis_lower80")),
        Value("tot", _total("prognosis_upper80")),
    )
    one(
        13,
        "Begroting",
        "De laatst vastgestelde begroting van het jaar, alle posten samen.",
        Value("Begroting", budget),
    )
    one(
        14,
        "Gedeclareerd",
        "Ingediend voor zorg in dit jaar, zonder wat is afgekeurd. Debet min credit.",
        Value("Gedeclareerd", declared),
    )
    one(
        15,
        "Verbruik van de begroting",
        "Gedeclareerd als deel van de begroting. Vaste kosten tellen hierin niet mee.",
        Value("Verbruik", percent(declared, budget), "percent"),
    )
    one(
        16,
        "Toegewezen",
        "Wat de toewijzingen van dit jaar kosten als ze helemaal worden gebruikt, tegen het "
        "tarief van het contract.",
        Value("Toegewezen", _total("committed")),
    )
    one(
        17,
        "Volledigheid",
        "Welk deel van de kosten tot nu toe naar verwachting al gedeclareerd is. Laag betekent: "
        "er komt nog veel.",
        Value("Volledigheid", f"100 * {figure(f'{TOTAL}_completeness_ratio')}", "percent"),
    )
    one(
        18,
        "Peildatum",
        "Berichten tot en met deze dag tellen mee.",
        Value("Peildatum", f"1000 * {figure('as_of_timestamp_seconds')}", "date"),
    )


def _budget_lines(made: dashboard.Dashboard) -> None:
    _row(made, 2, "Op welke begrotingspost gaat het mis?")

    def line(name: str) -> str:
        return figure(f"budget_line_{name}_euros", "budget_line")

    use = percent(line("declared"), line("budget"))
    ready = f"100 * {figure('budget_line_completeness_ratio', 'budget_line')}"
    columns = [
        Value("Begroting", line("budget")),
        Value("Gedeclareerd", line("declared")),
        Value("Verbruik", use, "percent"),
        Value("Stand", use, "use"),
        Value("Toegewezen", line("committed")),
        Value("Vaste kosten", line("fixed")),
        Value("Prognose", line("prognosis")),
        Value("80%: van", line("prognosis_lower80")),
        Value("80%: tot", line("prognosis_upper80")),
        Value("Verwachting", verdict("budget_line", "budget_line"), "verdict"),
        Value("Volledigheid", ready, "percent"),
    ]
    description = (
        "Stand: hoever het gedeclareerde bedrag is. Verwachting: de prognose met haar bandbreedte "
        "naast de begroting van de post. De prognose bevat de vaste kosten."
    )
    text = Text(20, "Begrotingsposten", description, 24, 8)
    made.with_panel(rows(text, {"budget_line": "Begrotingspost"}, columns))
    made.with_panel(
        course(
            Text(
                21,
                "Zoals het toen bekend was",
                "Per dag wat op dat moment was ontvangen en verwacht, voor het hele jaar. Dit is "
                "de datum van ontvangst, niet de maand van de zorg.",
                24,
                8,
            ),
            Value("Begroting", _total("budget")),
            Value("Gedeclareerd", _total("declared")),
            Value("Prognose", _total("prognosis")),
            Value("Prognose, 80%: van", _total("prognosis_lower80")),
            Value("Prognose, 80%: tot", _total("prognosis_upper80")),
        )
    )


def _months(made: dashboard.Dashboard) -> None:
    _row(made, 3, "Hoe zeker is het? Per maand waarin de zorg is gegeven")

    def month(name: str) -> str:
        return figure(f"care_month_{name}_euros", "care_month", of=MONTHS)

    ready = weighted("care_month_completeness_ratio", "care_month_committed_euros", "care_month")
    money = [Value("Gedeclareerd", month("declared")), Value("Toegewezen", month("committed"))]
    share = [
        Value("Gebruik", percent(month("declared"), month("committed")), "percent"),
        Value("Volledigheid", f"100 * {ready}", "percent"),
    ]
    description = (
        "Recente maanden zijn laag omdat declaraties later komen, niet omdat er minder zorg is. "
        "Kijk naar de volledigheid in de tabel hiernaast."
    )
    text = Text(30, "Gedeclareerd en toegewezen per zorgmaand", description, 14, 9)
    made.with_panel(bars(text, ("care_month", "Zorgmaand"), money))
    description = (
        "Gebruik: gedeclareerd als deel van toegewezen. Volledigheid: het deel van de maand dat "
        "naar verwachting gedeclareerd is; over posten gewogen naar wat is toegewezen."
    )
    text = Text(31, "Volledigheid per zorgmaand", description, 10, 9)
    made.with_panel(rows(text, {"care_month": "Zorgmaand"}, [*money, *share]))


def _products(made: dashboard.Dashboard) -> None:
    _row(made, 4, "Wat drijft de kosten? Producten en segmenten")
    keys = {
        "product": "Product",
        "description": "Omschrijving",
        "segment": "Segment",
        "unit": "Eenheid",
    }

    def product(name: str) -> str:
        return figure(f"product_{name}", *keys)

    months = f"({product('client_months')} != 0)"
    columns = [
        Value("Gedeclareerd", product("declared_euros")),
        Value("Jeugdigen", product("clients"), "number"),
        Value("Volume", product("units"), "number"),
        Value("Volume per jeugdige", f"{product('units')} / {months}", "number"),
        Value("Kosten per jeugdige", f"{product('declared_euros')} / {months}", "cents"),
    ]
    description = (
        "Per jeugdige: hoeveel zorg een jeugdige krijgt in een maand met deze zorg, en wat die maand "
        "kost. Aantallen zijn niet afgerond: alleen voor wie deze gegevens mag zien."
    )
    text = Text(40, "Intensiteit per product", description, 18, 12)
    made.with_panel(rows(text, keys, columns, {"unit": VOLUMES}))
    declared = figure("segment_declared_euros", "segment")
    share = percent(declared, figure("segment_declared_euros"), "on () group_left () ")
    description = "Welk deel van het gedeclareerde bedrag bij elk segment hoort."
    text = Text(41, "Verdeling over segmenten", description, 6, 12)
    made.with_panel(bars(text, ("segment", "Segment"), [Value("Aandeel", share, "percent")]))


def _contracts(made: dashboard.Dashboard) -> None:
    _row(made, 5, "Wie levert het? Contracten en plafonds")
    keys = {"contract": "Contract", "provider_name": "Aanbieder", "provider": "AGB-code"}
    declared = figure("contract_declared_euros", *keys)
    ceiling = figure("contract_ceiling_euros", *keys)
    use = percent(declared, ceiling)
    columns = [
        Value("Plafond", ceiling),
        Value("Gedeclareerd", declared),
        Value("Verbruik", use, "percent"),
        Value("Stand", use, "use"),
    ]
    description = (
        "Gedeclareerd onder de contracten van deze gemeente. Contracten van de hele regio staan "
        "hier niet: hun plafond geldt voor alle gemeenten samen."
    )
    text = Text(50, "Contracten naast hun plafond", description, 24, 8)
    made.with_panel(rows(text, keys, columns))


def _quality(made: dashboard.Dashboard) -> None:
    _row(made, 6, "Kloppen deze cijfers?")

    def one(number: int, title: str, description: str, value: Value) -> None:
        made.with_panel(numbers(Text(number, title, description, 4, HEIGHT), value))

    one(
        61,
        "Nog zonder antwoord",
        "Gedeclareerd, maar nog niet goedgekeurd of afgekeurd door de gemeente.",
        Value("Zonder antwoord", _total("open")),
    )
    one(
        62,
        "Afgekeurd",
        "Door de gemeente afgekeurde regels. Dit bedrag telt nergens anders mee.",
        Value("Afgekeurd", _total("rejected")),
    )
    one(
        63,
        "Toewijzingsmaanden zonder tarief",
        "Maanden van toewijzingen waarvoor geen tarief bekend is. Ze ontbreken in 'toegewezen'. "
        "De prognose rekent met het laatste tarief dat gold. Zonder eerder tarief, of na het einde "
        "van product of contract, tellen ze ook daar niet mee. Vul het tarief aan.",
        Value("Zonder tarief", figure(f"{TOTAL}_unpriced_allocation_months"), "number"),
    )
    one(
        64,
        "Geweigerde berichten, alle gemeenten",
        "Berichten van de laatste 24 uur die niet te lezen waren. Ze tellen niet mee. Bekijk ze "
        "met: budgetwacht dead-letters list.",
        Value(
            "Geweigerd",
            "round(sum(increase(budgetwacht_worker_dead_letters_total[24h])))",
            "number",
        ),
    )
    one(
        65,
        "Berichten in de wachtrij, alle gemeenten",
        "Ontvangen, maar nog niet verwerkt. Hoort binnen een minuut weer nul te zijn.",
        Value("Wachtrij", "sum(budgetwacht_worker_lag_records)", "number"),
    )
    one(
        66,
        "Laatst verwerkt, alle gemeenten",
        "Wanneer het laatste bericht is verwerkt. Lang geleden, terwijl er een wachtrij is? "
        "Dan staat de verwerking stil.",
        Value(
            "Laatst verwerkt",
            "1000 * max(budgetwacht_worker_last_event_timestamp_seconds)",
            "moment",
        ),
    )
