"""What an alert says to whom: Dutch at level B1, as data, one template per kind and role.

A provider's template uses its own contract only, in neutral words and without urgency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from schemas.outputs import AlertKind
from schemas.reference.cells import RoleWord
from streams.alerts.rules import Severity

Position = Literal["over", "at", "under", "no limit"]

# Dark enough to be read on white, and told apart by those who see no red or green.
URGENCY: Mapping[Severity | None, tuple[str, str]] = {
    "critical": ("Kritiek", "#b91c1c"),
    "warning": ("Waarschuwing", "#92400e"),
    "info": ("Ter informatie", "#1d4ed8"),
    None: ("", "#4b5563"),
}


@dataclass(frozen=True)
class Template:
    """Texts with {words}; `facts` are labels and the word that is their value.

    `about` opens the subject line; `news` holds, per position, its end and the first sentence.
    `official` marks a letter to another organisation: no tag of urgency, no link to the board.
    """

    about: str
    news: Mapping[Position, tuple[str, str]]
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    steps: tuple[str, ...]
    closing: tuple[str, ...]
    official: bool = False


WHERE = "Gemeente", "municipality"
DECLARED = "Gedeclareerd tot en met {as_of}"
EXPECTED = ("Verwachting heel {year}", "expected"), ("Bandbreedte (80% zekerheid)", "range")
BASIS = ("Toegewezen zorg heel {year}", "committed"), ("Volledigheid", "completeness")
BUDGET = "Budget {year}{version}"
WHAT_COUNTS = (
    "Gedeclareerd is wat is goedgekeurd of nog moet worden beoordeeld. "
    "Afgekeurde declaraties tellen niet mee."
)
FIXED = "Vaste kosten zitten in de verwachting, niet in wat is gedeclareerd."
ONCE = "U krijgt deze melding één keer. Bij een hoger niveau of een nieuw {limit_name} volgt een nieuwe melding."

BUDGET_DECLARED = Template(
    about="{subject} {year} – gemeente {municipality}",
    news={
        "over": (
            "budget overschreden ({percent})",
            "Het budget {year} voor {subject} is overschreden.",
        ),
        "at": ("budget op ({percent})", "Het budget {year} voor {subject} is precies op."),
        "under": (
            "{percent} van het budget gedeclareerd",
            "Van het budget {year} voor {subject} is {percent} gedeclareerd.",
        ),
        "no limit": (
            "gedeclareerd zonder budget",
            "Voor {subject} is in {year} geld gedeclareerd, maar het budget is nul.",
        ),
    },
    facts=(
        WHERE,
        (DECLARED, "declared"),
        (BUDGET, "limit"),
        ("Deel van het budget", "percent"),
        ("Verschil", "difference"),
        *EXPECTED,
        *BASIS,
    ),
    notes=(f"{WHAT_COUNTS} {FIXED}",),
    steps=(
        "Bekijk op het dashboard welke producten het meeste geld vragen.",
        "Bespreek met de contractmanager waar u kunt bijsturen.",
        "Is het budget aangepast? Laat dan de nieuwe versie inlezen.",
    ),
    closing=(ONCE,),
)
MANAGER_STEPS = (
    "Bekijk op het dashboard welke producten het meeste geld vragen.",
    "Bespreek met de aanbieders van die producten wat zij nog verwachten te declareren.",
    "Spreek met de controller af wie dit oppakt.",
)
BUDGET_PROGNOSIS = replace(
    BUDGET_DECLARED,
    news={
        "over": (
            "verwachting boven het budget ({percent})",
            "We verwachten dat het budget {year} voor {subject} niet genoeg is.",
        ),
        "no limit": (
            "kosten verwacht zonder budget",
            "We verwachten in {year} kosten voor {subject}, maar het budget is nul.",
        ),
    },
    facts=(
        WHERE,
        *EXPECTED,
        (BUDGET, "limit"),
        ("Verwachting als deel van het budget", "percent"),
        ("Verschil", "difference"),
        (DECLARED, "declared"),
        *BASIS,
    ),
    notes=(f"De verwachting verandert als er nieuwe declaraties binnenkomen. {FIXED}",),
    steps=(
        "Bekijk op het dashboard waardoor de kosten hoger uitvallen.",
        "Neem de verwachting mee in uw volgende rapportage of begrotingswijziging.",
        "Bespreek met de contractmanager waar u nog kunt bijsturen.",
    ),
)
CONTRACT = Template(
    about="Contract {subject} ({provider_name}) {year} – gemeente {municipality}",
    news={
        "over": (
            "plafond overschreden ({percent})",
            "Het plafond {year} van contract {subject} met {provider_name} is overschreden.",
        ),
        "at": (
            "plafond bereikt ({percent})",
            "Het plafond {year} van contract {subject} met {provider_name} is precies bereikt.",
        ),
        "under": (
            "{percent} van het plafond gedeclareerd",
            "Van het plafond {year} van contract {subject} met {provider_name} is {percent} gedeclareerd.",
        ),
        "no limit": (
            "gedeclareerd zonder plafond",
            "Op contract {subject} met {provider_name} is in {year} gedeclareerd, maar het plafond is nul.",
        ),
    },
    facts=(
        WHERE,
        ("Contract", "subject"),
        ("Aanbieder", "provider"),
        ("Contractmanager", "manager"),
        (DECLARED, "declared"),
        ("Plafond {year}", "limit"),
        ("Deel van het plafond", "percent"),
        ("Verschil", "difference"),
    ),
    notes=(WHAT_COUNTS,),
    steps=(
        "Vraag de aanbieder wat hij dit jaar nog verwacht te declareren.",
        "Bekijk op het dashboard wat dit betekent voor het budget.",
        "Beslis met de controller of het plafond of de afspraken moeten veranderen.",
    ),
    closing=("De aanbieder kan over dit contract ook een bericht hebben gekregen.", ONCE),
)
PROVIDER_NEWS = (
    "{percent} van het plafond gedeclareerd",
    "Van het plafond voor {year} is volgens onze gegevens {percent} gedeclareerd.",
)
CONTRACT_PROVIDER = replace(
    CONTRACT,
    about="Contract {subject} {year} – gemeente {municipality}",
    news={
        "over": PROVIDER_NEWS,
        "at": PROVIDER_NEWS,
        "under": PROVIDER_NEWS,
        "no limit": (
            "gedeclareerd boven het plafond",
            "Het plafond voor {year} is nul, maar volgens onze gegevens is er wel gedeclareerd.",
        ),
    },
    facts=(
        WHERE,
        ("Contract", "subject"),
        ("Aanbieder", "provider"),
        (DECLARED, "declared"),
        ("Plafond {year}", "limit"),
        ("Deel van het plafond", "percent"),
        ("Verschil", "difference"),
    ),
    steps=(
        "Vergelijk deze bedragen met uw eigen administratie.",
        "Verwacht u meer te declareren dan het plafond? Bespreek dit dan op tijd met de contractmanager.",
        "Klopt er volgens u iets niet? Laat het de contractmanager weten en noem het meldingsnummer.",
    ),
    closing=(
        "Uw contactpersoon bij de gemeente: {contact}.",
        "Dit bericht is geen besluit. Het verandert niets aan uw contract of aan de toewijzingen.",
    ),
    official=True,
)
TEMPLATES: Mapping[tuple[AlertKind, RoleWord], Template] = {
    ("declared", "controller"): BUDGET_DECLARED,
    ("declared", "contractmanager"): replace(BUDGET_DECLARED, steps=MANAGER_STEPS),
    ("prognosis", "controller"): BUDGET_PROGNOSIS,
    ("prognosis", "contractmanager"): replace(BUDGET_PROGNOSIS, steps=MANAGER_STEPS),
    ("contract", "contractmanager"): CONTRACT,
    ("contract", "controller"): replace(
        CONTRACT,
        steps=(
            "Bekijk op het dashboard wat dit betekent voor het budget.",
            "Vraag de contractmanager wat de aanbieder nog verwacht te declareren.",
            "Beslis samen of het plafond of de afspraken moeten veranderen.",
        ),
    ),
    ("contract", "aanbieder"): CONTRACT_PROVIDER,
}
