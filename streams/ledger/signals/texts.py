"""What each rule over several messages says to the people at a municipality, in Dutch (level B1)."""

from datetime import date
from typing import Final

from schemas.dutch import long_date
from streams.ledger.signals.signal import Signal

TOLD: Final = {
    "BW01": "De toewijzing is begonnen, maar er is geen start van de zorg gemeld.",
    "BW02": "De zorg is gestart, maar er is al maanden niets gedeclareerd.",
    "BW03": "De regel gaat over een tijd waarin de zorg nog niet was gestart.",
    "BW04": "De regel gaat over een tijd waarin de zorg was gestopt.",
    "BW05": "De toewijzing is voorbij en voor een groot deel niet gedeclareerd.",
    "IV013": "De toewijzing is twee keer verstuurd met dezelfde datum en tijd, maar met een andere inhoud.",
    "IV085": "De regel draait een regel terug die nog niet was goedgekeurd.",
    "IV091": "De regel draait een andere regel terug, maar is er niet gelijk aan.",
    "OP033": "In de toewijzing is iets veranderd waarvoor een nieuw toewijzingnummer nodig is.",
    "OP090x4": "De declaratie is niet binnen tien werkdagen beantwoord.",
    "OP259": "De toewijzing zonder product overlapt met een andere toewijzing.",
    "OP271": "De start van de zorg is later dan vijf werkdagen gemeld.",
    "OP272": "Het einde van de zorg is later dan vijf werkdagen gemeld.",
    "OP274": "Het verzoek om toewijzing is niet binnen vijf werkdagen beantwoord.",
    "OP274-8W": "Het verzoek om toewijzing heeft na acht weken onderzoek nog geen antwoord.",
    "OP288": "De toewijzing is voorbij, maar er is niet gemeld dat de zorg stopt.",
    "OP346": "Het verzoek om wijziging is niet binnen vijf werkdagen beantwoord.",
    "OP346-8W": "Het verzoek om wijziging heeft na acht weken onderzoek nog geen antwoord.",
    "OP359": "Pas na twee weken is gezegd dat het verzoek bij een andere gemeente hoort.",
    "OP380": "De toewijzing volgt op een gelijke toewijzing, die ook langer had kunnen worden.",
    "TR019": "De aanbieder heeft voor deze jeugdige geen toewijzing met dit nummer.",
    "TR056": "Een eerder bericht van de aanbieder heeft dezelfde Identificatie.",
    "TR063": "De aanbieder trekt een melding in die nooit is gedaan.",
    "TR069": "De aanbieder meldt het einde van zorg waarvan geen start bekend is.",
    "TR071": "De aanbieder trekt de start in van zorg die al was gestopt.",
    "TR302": "De toewijzing overlapt met een andere toewijzing van hetzelfde product.",
    "TR304": "De regel gaat over een andere jeugdige dan de toewijzing.",
    "TR307": "De regel begint voor de toewijzing begint.",
    "TR308": "De regel eindigt na het einde van de toewijzing.",
    "TR314": "Een eerdere regel heeft hetzelfde referentienummer.",
    "TR318": "De declaratie sluit niet aan op de vorige periode.",
    "TR319": "De regel gaat over een tijd na de periode van de declaratie.",
    "TR321": "De regel is meer dan voor deze periode is toegewezen.",
    "TR322": "De regel is meer dan er van de toewijzing over is.",
    "TR323": "De regel draait een regel terug die niet bekend is.",
    "TR326": "De zorg is opnieuw gestart, maar de zorg ervoor is niet gestopt.",
    "TR332": "De toewijzing is van meer dan een jeugdige of aanbieder.",
    "TR333": "Een eerdere declaratie heeft hetzelfde nummer.",
    "TR335": "De regel gaat over zorg van meer dan vijf jaar geleden.",
    "TR338": "De aanbieder heeft geen toewijzing met dit nummer.",
    "TR339": "De regel heeft een andere productcategorie dan de toewijzing.",
    "TR340": "De regel heeft een ander product dan de toewijzing.",
    "TR341": "De regel heeft een andere eenheid dan de toewijzing.",
    "TR342": "Het antwoord kent een ander bedrag toe dan de som van de goedgekeurde regels.",
    "TR347": "De aanbieder gebruikt dezelfde referentie voor meer dan een verzoek.",
    "TR349": "In het verzoek om wijziging ontbreekt een toewijzing die loopt.",
    "TR350": "Het verzoek laat een toewijzing gelijk die niet loopt.",
    "TR351": "Het verzoek wijzigt een toewijzing die niet loopt.",
    "TR355": "Er is een antwoord gestuurd op een verzoek dat niet bekend is.",
    "TR357": "Het verzoek vraagt een wijziging in het verleden, maar niet vanaf het begin.",
    "TR358": "Het antwoord noemt een ander totaal dan de declaratie.",
    "TR359": "Er is een antwoord gestuurd nadat de zorg al was toegewezen.",
    "TR365": "Na de afwijzing van het verzoek volgde toch een toewijzing of antwoord.",
    "TR366": "Het antwoord noemt een regel die niet in de declaratie staat.",
    "TR367": "Het antwoord noemt bij de regel een ander bedrag dan de declaratie.",
    "TR369": "De regel is meer dan er van het budget van de toewijzing over is.",
    "TR373": "Het verzoek vraagt een ander budget, maar niet vanaf het begin van de toewijzing.",
    "TR374": "Het verzoek is gedaan terwijl een ander verzoek voor deze jeugdige nog open was.",
    "TR375": "Het verzoek vraagt een volume op een toewijzing zonder product.",
    "TR376": "Het antwoord noemt een ander declaratienummer.",
    "TR379": "De toewijzing noemt een verzoek dat niet bekend is.",
    "TR384": "De toewijzing is verwijderd.",
    "TR385": "De toewijzing is verwijderd, maar er zijn regels op goedgekeurd die niet zijn teruggedraaid.",
    "TR387": "De regel begint niet op de eerste dag van de maand of van de toewijzing.",
    "TR388": "De regel eindigt niet op de laatste dag van de maand of van de toewijzing.",
    "TR389": "Een eerdere regel heeft dezelfde toewijzing, hetzelfde product en dezelfde periode.",
    "TR390": "Een eerdere regel draait dezelfde regel terug.",
    "TR411": "Het verzoek vraagt geen volume op een toewijzing met een productcode.",
    "TR412": "Het verzoek vraagt een volume op een toewijzing zonder productcode.",
    "TR413": "De zorg is tijdelijk gestopt, maar was al tijdelijk gestopt.",
    "TR414": "De zorg eindigt eerder dan eerder is gemeld.",
    "TR415": "De zorg is gestopt, maar was al definitief gestopt.",
    "TR418": "Het tarief is niet dat van het contract.",
}  # fmt: skip
"""A sentence for each rule."""


def told(signal: Signal) -> str:
    """What a signal says; of a deadline also when it was met too late, if it was."""
    if not signal.met:
        return TOLD[signal.rule]
    return (
        f"{TOLD[signal.rule]} Dat gebeurde alsnog op {long_date(date.fromisoformat(signal.met))}."
    )
