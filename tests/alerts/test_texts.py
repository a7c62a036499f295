"""What a letter promises its reader, in both forms, and what it must not say to a provider."""

from datetime import date
from html.parser import HTMLParser

import pytest

from schemas.outputs import Alert
from schemas.reference.cells import RoleWord
from streams.alerts.letter import Letter, html, plain
from streams.alerts.rules import BUDGET_LADDER, CONTRACT_LADDER, SEVERITIES, judge
from streams.alerts.templates import TEMPLATES
from streams.alerts.texts import compose
from tests.alerts.valuations import budget_line, contract_use, valuation

ROOT = "https://borden.example.nl/"
BOARD = "https://borden.example.nl/d/bw-gemeente?var-gemeente=0637&var-jaar=2026"
CONTACT = "Cas Contract (cas@example.nl)"
LINE = budget_line(
    "Jeugdhulp ambulant",
    budget_cents=120_000_000,
    budget_version="3",
    declared_cents=123_840_000,
    committed_cents=131_000_012,
    prognosis_cents=145_500_049,
    lower80_cents=141_000_000,
    upper80_cents=150_200_000,
    completeness=0.71,
)


class Words(HTMLParser):
    """The text that a mail program shows, and the addresses it could open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and where it leads."""
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        """Note a piece of text."""
        self.seen.append(data.strip())


def highest(*lines: object, contract: object = None) -> Alert:
    """The alert that tells the story of a budget line or of a contract."""
    world = valuation(lines, (contract,) if contract else ())  # type: ignore[arg-type]
    (alert,) = (alert for alert in judge(world, frozenset()) if alert.highest)
    return alert


def letter(alert: Alert, role: RoleWord = "controller") -> Letter:
    return compose(alert, role, ROOT, CONTACT)


def test_a_controller_gets_all_the_evidence_of_a_budget_that_is_overspent() -> None:
    alert = highest(LINE)
    told = letter(alert)
    assert told.subject == (
        "[Kritiek] Jeugdhulp ambulant 2026 – gemeente Zoetermeer: budget overschreden (103,2%)"
    )
    text = plain(told)
    for promised in (
        "Het budget 2026 voor Jeugdhulp ambulant is overschreden.",
        "Gemeente: Zoetermeer",
        "Gedeclareerd tot en met 23 november 2026: €\u00a01.238.400,00",
        "Budget 2026 (versie 3): €\u00a01.200.000,00",
        "Deel van het budget: 103,2%",
        "Verschil: €\u00a038.400,00 boven het budget",
        "Verwachting heel 2026: €\u00a01.455.000",
        "Bandbreedte (80% zekerheid): €\u00a01.410.000 tot €\u00a01.502.000",
        "Toegewezen zorg heel 2026: €\u00a01.310.000,12",
        "Volledigheid: 71,0% van de verwachte declaraties is binnen",
        "1. Bekijk op het dashboard",
        f"Bekijk het dashboard: {BOARD}",
        f"Meldingsnummer: {alert.id}",
    ):
        assert promised in text


def test_a_prognosis_is_told_as_an_expectation_against_the_budget() -> None:
    told = letter(highest(LINE.model_copy(update={"declared_cents": 50_000_000})))
    assert told.subject == (
        "[Waarschuwing] Jeugdhulp ambulant 2026 – gemeente Zoetermeer: "
        "verwachting boven het budget (121,3%)"
    )
    assert told.news == (
        "We verwachten dat het budget 2026 voor Jeugdhulp ambulant niet genoeg is."
    )
    assert "Verschil: €\u00a0255.000 boven het budget" in plain(told)


@pytest.mark.parametrize(
    ("declared", "headline"),
    [
        (80_000, "[Ter informatie] Contract C1 (Zorgvuldig BV) 2026 – gemeente Zoetermeer: 80,0% van het plafond gedeclareerd"),
        (91_250, "[Waarschuwing] Contract C1 (Zorgvuldig BV) 2026 – gemeente Zoetermeer: 91,3% van het plafond gedeclareerd"),
        (100_000, "[Kritiek] Contract C1 (Zorgvuldig BV) 2026 – gemeente Zoetermeer: plafond bereikt (100,0%)"),
        (100_001, "[Kritiek] Contract C1 (Zorgvuldig BV) 2026 – gemeente Zoetermeer: plafond overschreden (100,0%)"),
    ],
)  # fmt: skip
def test_a_contract_manager_sees_in_the_subject_how_bad_it_is(declared: int, headline: str) -> None:
    told = letter(highest(contract=contract_use(declared_cents=declared)), "contractmanager")
    assert told.subject == headline


def test_a_provider_gets_its_own_contract_in_neutral_words() -> None:
    alert = highest(contract=contract_use(declared_cents=103_200))
    told = letter(alert, "aanbieder")
    assert told.subject == (
        "Contract C1 2026 – gemeente Zoetermeer: 103,2% van het plafond gedeclareerd"
    )
    text = plain(told)
    for promised in (
        "Contract: C1",
        "Aanbieder: Zorgvuldig BV (AGB-code 90000001)",
        "Gedeclareerd tot en met 23 november 2026: €\u00a01.032,00",
        "Plafond 2026: €\u00a01.000,00",
        "Verschil: €\u00a032,00 boven het plafond",
        "Dit bericht is geen besluit.",
        f"Uw contactpersoon bij de gemeente: {CONTACT}.",
        f"Meldingsnummer: {alert.id}",
    ):
        assert promised in text


def test_a_provider_reads_nothing_of_budgets_boards_or_other_providers() -> None:
    """The municipality's other figures are not in the alert that a provider's letter is made of."""
    world = valuation(
        (LINE,),
        (
            contract_use(declared_cents=90_000),
            contract_use("C2", provider="90000002", provider_name="Ander", declared_cents=77_777),
        ),
    )
    (alert,) = (a for a in judge(world, frozenset()) if a.kind == "contract" and a.highest)
    told = letter(alert, "aanbieder")
    for form in (plain(told), html(told)):
        for secret in ("Ander", "90000002", "777,77", "C2", "budget", "borden", "1.200.000"):
            assert secret not in form
        for judgement in ("Kritiek", "Waarschuwing", "overschreden", "#b91c1c"):
            assert judgement not in form


def test_budget_lines_are_none_of_a_providers_business() -> None:
    with pytest.raises(KeyError):
        letter(highest(LINE), "aanbieder")


def everything() -> list[Alert]:
    """An alert for each rung and each place of the money beside its limit."""
    shares = (80_000, 90_000, 100_000, 100_001, 115_000)
    lines = tuple(
        budget_line(f"Post {share} {limit}", budget_cents=limit, budget_version=version, **amounts)
        for share in shares
        for limit, version in ((0, None), (100_000, "2"))
        for amounts in ({"declared_cents": share}, {"prognosis_cents": share})
    )
    contracts = tuple(
        contract_use(f"C{share}{limit}", ceiling_cents=limit, declared_cents=share)
        for share in shares
        for limit in (0, 100_000)
    )
    return judge(valuation(lines, contracts), frozenset())


@pytest.mark.parametrize(("kind", "role"), TEMPLATES)
def test_every_letter_that_can_occur_is_complete(kind: str, role: RoleWord) -> None:
    alerts = [alert for alert in everything() if alert.kind == kind]
    assert len(alerts) >= 5
    for alert in alerts:
        told = letter(alert, role)
        for form in (told.subject, plain(told), html(told)):
            for hole in ("{", "None", "()"):
                assert hole not in form
        assert all(value.strip() for _, value in told.facts)


@pytest.mark.parametrize("role", ["controller", "aanbieder"])
def test_the_text_and_the_page_say_the_same(role: RoleWord) -> None:
    told = letter(highest(contract=contract_use(declared_cents=90_000)), role)
    page, text = Words(html(told)), plain(told)
    said = [word for word in page.seen if word]
    for piece in said[1:]:  # the first is the title of the window
        assert piece in f"{text}{told.tag}"
    for name, value in told.facts:
        assert {name, value} <= set(said)


def test_the_page_fetches_nothing_and_keeps_names_as_they_are_written() -> None:
    odd = contract_use('<b>&"C1"</b>', provider_name="Zorg & Zo <script>", declared_cents=90_000)
    page = Words(html(letter(highest(contract=odd), "contractmanager")))
    assert page.links == [BOARD]
    assert not page.tags & {"script", "img", "link", "b"}
    assert "Zorg & Zo <script> (AGB-code 90000001)" in page.seen


def test_every_rung_has_a_severity_and_every_kind_a_reader() -> None:
    rungs = {(rung.kind, rung.level) for rung in (*BUDGET_LADDER, *CONTRACT_LADDER)}
    assert rungs == set(SEVERITIES)
    assert {kind for kind, _ in rungs} == {kind for kind, _ in TEMPLATES}


def test_the_date_in_a_letter_is_the_as_of_date() -> None:
    alert = highest(LINE).model_copy(update={"as_of": date(2025, 3, 1)})
    assert "tot en met 1 maart 2025" in plain(letter(alert))
