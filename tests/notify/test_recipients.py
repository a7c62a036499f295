"""Who is told about what, and who isn't."""

from datetime import date

from schemas.outputs import Alert
from schemas.reference.rows import Recipient
from streams.notify.recipients import UNKNOWN_CONTACT, addressees, contact
from tests.notify.worlds import CAS, CONNY, contract_alert, document, line_alerts, person

TODAY = date(2026, 11, 23)


def told(alert: Alert, *people: Recipient) -> set[tuple[str, str]]:
    return {(person.role, person.name) for person in addressees(alert, document(*people), TODAY)}


def test_a_budget_line_is_for_controllers_and_managers_of_the_municipality() -> None:
    others = (
        person("contractmanager", "Een", contract="C1"),
        person("contractmanager", "Twee", agb="90000001"),
        person("aanbieder", "Drie", agb="90000001"),
    )
    (alert,) = line_alerts()
    assert told(alert, CONNY, CAS, *others) == {("controller", "Conny"), ("contractmanager", "Cas")}


def test_a_contract_is_for_its_provider_its_manager_and_the_controller() -> None:
    assert told(contract_alert(), CONNY, CAS) == {
        ("aanbieder", "Zorgvuldig BV"),
        ("contractmanager", "Cas"),
        ("controller", "Conny"),
    }


def test_a_provider_with_people_of_its_own_is_told_through_them() -> None:
    own = person("aanbieder", "Anna", agb="90000001")
    narrow = person("aanbieder", "Bob", agb="90000001", contract="C1")
    assert told(contract_alert(), own, narrow) == {("aanbieder", "Anna"), ("aanbieder", "Bob")}


def test_a_provider_is_never_told_about_another_contract_or_provider() -> None:
    other = person("aanbieder", "Vreemd", agb="90000002")
    elsewhere = person("aanbieder", "Elders", agb="90000001", contract="C2")
    assert told(contract_alert(), other, elsewhere) == {("aanbieder", "Zorgvuldig BV")}
    assert told(contract_alert(provider="90000003")) == set()


def test_the_manager_of_the_contract_goes_before_those_of_the_area() -> None:
    own = person("contractmanager", "Eigen", contract="C1")
    assert ("contractmanager", "Cas") not in told(contract_alert(), CAS, own)
    named = contract_alert(contract_manager="Cas")
    other = person("contractmanager", "Ander")
    assert ("contractmanager", "Ander") not in told(named, CAS, other)
    assert ("contractmanager", "Cas") in told(named, CAS, other)
    by_address = contract_alert(contract_manager="cas@example.nl")
    assert ("contractmanager", "Ander") not in told(by_address, CAS, other)


def test_an_address_with_two_roles_gets_one_mail_and_a_providers_says_the_least() -> None:
    double = person("contractmanager", "Conny", email="CONNY@example.nl")
    (alert,) = line_alerts()
    assert told(alert, CONNY, double) == {("contractmanager", "Conny")}
    mixed = person("controller", "Baas", email="post@zorgvuldig.example.nl")
    assert told(contract_alert(), mixed) == {("aanbieder", "Zorgvuldig BV")}


def test_weekly_readers_are_mailed_too_as_long_as_there_is_no_digest() -> None:
    (alert,) = line_alerts()
    assert told(alert, person("controller", "Week", frequentie="week")) == {("controller", "Week")}


def test_someone_is_told_from_the_day_they_are_known() -> None:
    (alert,) = line_alerts()
    assert told(alert, person("controller", "Later", bekend_sinds="2026-11-24")) == set()
    assert told(alert, person("controller", "Nu", bekend_sinds="2026-11-23")) != set()


def test_a_provider_can_turn_to_the_contract_manager() -> None:
    alert = contract_alert(contract_manager="Cas Contract")
    assert contact(alert, document(CAS), TODAY) == "Cas (cas@example.nl)"
    assert contact(alert, document(), TODAY) == "Cas Contract"
    assert contact(contract_alert(contract_manager=""), document(), TODAY) == UNKNOWN_CONTACT
