"""Each rule is found where it is broken, and only there; its neighbour that keeps it is left alone."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.ijw import Message
from schemas.ijw.accounts import fits_minute_tariff
from schemas.ijw.read import read_message
from schemas.ijw.rules import RULES, check_message
from schemas.ijw.write import write_message
from tests.language.messages import (
    CATEGORY,
    ONE,
    OTHER,
    VERSIONS,
    allocation,
    amount,
    answer,
    changed_product,
    codes,
    declaration,
    header,
    line,
    new_product,
    period,
    reply,
    request,
    size,
    start,
    stop,
    total,
)
from tests.language.official import FOLDER, accepts
from tests.language.trees import KINDS, messages

A = "Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]"
R = "Bericht/Client/AangevraagdeProducten/AangevraagdProduct[1]"
N = "Bericht/Client/Verzoek/NieuweProducten/NieuwProduct[1]"
D = "Bericht/Declaratie"
P = f"{D}/Clienten/Client[1]/Prestaties/Prestatie"
P1 = f"{P}[1]"


def of_one(*lines: dict[str, Any], **more: Any) -> Message:
    return declaration((ONE, list(lines)), **more)


def euros(**more: Any) -> dict[str, Any]:
    """A line in euros: 450 of them, no tariff."""
    values = {"GeleverdVolume": 45_000, "ProductTarief": None, "IngediendBedrag": amount(45_000)}
    return line(Eenheid="83", **{**values, **more})


def minutes(cents: int) -> dict[str, Any]:
    """Half an hour on an hour tariff near 96 euros: 160 cents a minute when rounded."""
    return line(Eenheid="01", GeleverdVolume=30, ProductTarief=160, IngediendBedrag=amount(cents))


def spoiled(bsn: str) -> str:
    """A number of the same form that fails the check, whatever the digit."""
    return bsn[:-1] + str((int(bsn[-1]) + 1) % 10)


BAD = spoiled(ONE)
OLD, FEB = date(2020, 12, 31), date(2026, 2, 28)
BUDGET: dict[str, Any] = {"Product": CATEGORY, "Omvang": None, "Budget": 450_000}
REFUSED = {"VerzoekAntwoord": "1", "RedenAfwijzingVerzoek": "3"}
GP_NAMED = {"Type": "02", "Naam": "Testpraktijk"}
GP_BOTH = {**GP_NAMED, "ZorgverlenerCode": "01000001"}
COURT_CODE = {"Type": "08", "ZorgverlenerCode": "01000001"}
EARLY = {"Begindatum": date(2026, 2, 28), "Einddatum": date(2026, 2, 1)}

CASES: list[tuple[Message, list[tuple[str, str]]]] = [
    # allocations
    (allocation(), []),
    (allocation(Omvang=None), [("CD041", f"{A}/Omvang")]),
    (allocation(**BUDGET), []),
    (allocation(**BUDGET, Einddatum=None), [("CD075", f"{A}/Einddatum")]),
    (allocation(Omvang=size(frequency="2")), []),
    (allocation(Omvang=size(frequency="2"), Einddatum=None), [("CD076", f"{A}/Einddatum")]),
    (allocation(Einddatum=None), []),
    (allocation(Budget=1), [("CD077", f"{A}/Omvang"), ("CD078", f"{A}/Budget")]),
    (allocation(Product=None, Omvang=None, Budget=1), []),
    (allocation(Product=None, Omvang=None), [("CD079", f"{A}/Product")]),
    (allocation(Product=CATEGORY, Omvang=None), []),
    (allocation(Product=CATEGORY), [("CD080", f"{A}/Omvang")]),
    (allocation(Product=CATEGORY, Einddatum=None), [("CD080", f"{A}/Omvang")]),
    (allocation(Product=CATEGORY, Ingangsdatum=OLD, Einddatum=OLD), []),
    (allocation(Einddatum=date(2026, 1, 12)), []),
    (allocation(Einddatum=date(2026, 1, 11)), [("CS003", f"{A}/Einddatum")]),
    (allocation(RedenWijziging="13", Einddatum=date(2026, 1, 12)), []),
    (allocation(RedenWijziging="13"), [("CS335", f"{A}/RedenWijziging")]),
    (allocation(RedenWijziging="13", Einddatum=None), [("CS335", f"{A}/RedenWijziging")]),
    (allocation(RedenWijziging="02"), []),
    (allocation(RedenWijziging="01"), [("CS336", f"{A}/RedenWijziging")]),
    (
        allocation(RedenWijziging="01", Einddatum=date(2026, 1, 12)),
        [("CS336", f"{A}/RedenWijziging")],
    ),
    (allocation(Omvang=size(unit="04", frequency="1")), []),
    (allocation(Omvang=size(unit="82", frequency="1")), []),
    *(
        (allocation(Omvang=size(unit=unit, frequency="1")), [("CS338", f"{A}/Omvang/Eenheid")])
        for unit in ("14", "16", "83", "84")
    ),
    *((allocation(Omvang=size(unit="83", frequency=each)), []) for each in ("2", "4", "6")),
    # care events
    (start(), []),
    (start(StatusAanlevering="3"), []),
    *(
        (
            start(StatusAanlevering=each),
            [("CS058", "Bericht/Client/StartProducten/StartProduct[1]/StatusAanlevering")],
        )
        for each in ("2", "9")
    ),
    (stop(), []),
    (
        stop(StatusAanlevering="9", Einddatum=date(2026, 1, 14)),
        [
            ("CS003", "Bericht/Client/StopProducten/StopProduct[1]/Einddatum"),
            ("CS058", "Bericht/Client/StopProducten/StopProduct[1]/StatusAanlevering"),
        ],
    ),
    # requests and replies
    (request(), []),
    (request(Omvang=None), [("CD041", f"{R}/Omvang")]),
    (request(BeschikkingNummer=1, BeschikkingIngangsdatum=FEB), []),
    (request(BeschikkingNummer=1), [("CD043", f"{R}/BeschikkingIngangsdatum")]),
    (request(BeschikkingIngangsdatum=FEB), [("CD043", f"{R}/BeschikkingIngangsdatum")]),
    (request(Verwijzer=GP_NAMED), []),
    (request(Verwijzer=GP_BOTH), [("CD066", f"{R}/Verwijzer/Naam")]),
    (request(Verwijzer={"Type": "05"}), [("CD067", f"{R}/Verwijzer/Naam")]),
    (request(Verwijzer={"Type": "08"}), []),
    (request(Verwijzer={"Type": "01", "Naam": "Testteam"}), []),
    (request(Verwijzer=COURT_CODE), [("CD068", f"{R}/Verwijzer/ZorgverlenerCode")]),
    (request(**BUDGET, ToewijzingEinddatum=None), [("CD075", f"{R}/ToewijzingEinddatum")]),
    (
        request(Omvang=size(frequency="2"), ToewijzingEinddatum=None),
        [("CD076", f"{R}/ToewijzingEinddatum")],
    ),
    (request(Budget=1), [("CD077", f"{R}/Omvang"), ("CD078", f"{R}/Budget")]),
    (request(Product=None, Omvang=None), [("CD079", f"{R}/Product")]),
    (request(Product=CATEGORY), [("CD095", f"{R}/Omvang")]),
    (request(ToewijzingEinddatum=date(2026, 1, 11)), [("CS003", f"{R}/ToewijzingEinddatum")]),
    (request(Omvang=size(unit="14", frequency="1")), [("CS343", f"{R}/Omvang/Eenheid")]),
    (new_product(), []),
    (new_product(Product=CATEGORY), [("CD096", f"{N}/Omvang")]),
    (new_product(Omvang=size(unit="14", frequency="1")), [("CS343", f"{N}/Omvang/Eenheid")]),
    (changed_product(), []),
    (
        changed_product(Einddatum=date(2026, 1, 11)),
        [("CS003", "Bericht/Client/Verzoek/TeWijzigenProducten/TeWijzigenProduct[1]/Einddatum")],
    ),
    (reply(), []),
    (reply(**REFUSED), []),
    (reply(VerzoekAntwoord="1"), [("CD085", "Bericht/Antwoord/RedenAfwijzingVerzoek")]),
    (reply(RedenAfwijzingVerzoek="3"), [("CD086", "Bericht/Antwoord/RedenAfwijzingVerzoek")]),
    # declarations
    (of_one(line()), []),
    (of_one(line(), line("R2", "R0")), []),
    (
        of_one(line(IngediendBedrag=amount(99_000, "C"))),
        [("CD060", f"{P1}/ProductReferentie/VorigReferentieNummer")],
    ),
    (
        of_one(line("R1", "R0", IngediendBedrag=amount(99_000))),
        [("CD060", f"{P1}/ProductReferentie/VorigReferentieNummer")],
    ),
    (of_one(line(ProductTarief=None)), [("CD087", f"{P1}/ProductTarief")]),
    (of_one(euros()), []),
    (of_one(euros(ProductTarief=1)), [("CD087", f"{P1}/ProductTarief")]),
    (of_one(euros(IngediendBedrag=amount(45_001))), [("CS339", f"{P1}/IngediendBedrag/Bedrag")]),
    (of_one(line(ProductPeriode=EARLY)), [("CS003", f"{P1}/ProductPeriode/Einddatum")]),
    (of_one(line(ProductPeriode=period("2021-01-01", "2021-01-31"))), []),
    (
        of_one(line(ProductPeriode=period("2020-12-01", "2020-12-31"))),
        [("CS100", f"{P1}/ProductPeriode/Begindatum")],
    ),
    (
        of_one(line(), DeclaratiePeriode=period("2020-12-01", "2020-12-31")),
        [("CS100", f"{D}/DeclaratiePeriode/Begindatum")],
    ),
    (of_one(line(GeleverdVolume=0, IngediendBedrag=amount(0))), []),
    (
        of_one(line("R1", "R0", GeleverdVolume=0, IngediendBedrag=amount(0, "C"))),
        [("CS325", f"{P1}/IngediendBedrag/DebetCredit")],
    ),
    (
        of_one(line(), line("R2", "R0"), TotaalIngediendBedrag=total(0, "C")),
        [("CS325", f"{D}/TotaalIngediendBedrag/DebetCredit")],
    ),
    (
        of_one(line(ProductPeriode=period("2026-02-01", "2026-03-01"))),
        [("CS337", f"{P1}/ProductPeriode")],
    ),
    (
        of_one(line(ProductPeriode=period("2025-02-01", "2026-02-28"))),
        [("CS337", f"{P1}/ProductPeriode")],
    ),
    (of_one(line(), DeclaratiePeriode=period("2028-02-01", "2028-02-29")), []),
    *(
        (of_one(line(), DeclaratiePeriode=period(*each)), [("CS340", f"{D}/DeclaratiePeriode")])
        for each in (
            ("2026-02-02", "2026-02-28"),
            ("2026-02-01", "2026-02-27"),
            ("2026-02-01", "2026-03-31"),
        )
    ),
    (
        of_one(line(), DeclaratiePeriode=EARLY),
        [("CS340", f"{D}/DeclaratiePeriode"), ("CS003", f"{D}/DeclaratiePeriode/Einddatum")],
    ),
    (declaration((ONE, [line()]), (OTHER, [line("R2", ToewijzingNummer=700002)])), []),
    (
        declaration(
            (ONE, [line()]),
            (OTHER, [line("R2", ProductPeriode=period("2026-01-01", "2026-01-31"))]),
        ),
        [("TR304", f"{D}/Clienten/Client[2]/Prestaties/Prestatie[1]/ToewijzingNummer")],
    ),
    (
        of_one(line(), line("R1", ToewijzingNummer=700002)),
        [("TR314", f"{P}[2]/ProductReferentie/ReferentieNummer")],
    ),
    (
        of_one(line("R1", "R0"), line("R2", "R0")),
        [("TR315", f"{P}[2]/ProductReferentie/VorigReferentieNummer")],
    ),
    (
        of_one(line("R1"), line("R2", "R1")),
        [("TR316", f"{P}[2]/ProductReferentie/VorigReferentieNummer")],
    ),
    (
        of_one(line(IngediendBedrag=amount(98_999))),
        [("TR346", f"{P1}/IngediendBedrag/Bedrag")],
    ),
    (of_one(minutes(4_800)), []),
    (of_one(minutes(4_785)), []),
    (of_one(minutes(4_784)), [("TR346", f"{P1}/IngediendBedrag/Bedrag")]),
    (of_one(minutes(4_815)), []),
    (of_one(minutes(4_816)), [("TR346", f"{P1}/IngediendBedrag/Bedrag")]),
    (
        of_one(line(), TotaalIngediendBedrag=total(-99_000)),
        [("TR358", f"{D}/TotaalIngediendBedrag")],
    ),
    (of_one(line(), line("R2", ProductCode="45A05")), []),
    (of_one(line(), line("R2")), [("TR416", f"{P}[2]/ProductPeriode")]),
    (
        of_one(line(), line("R2"), line("R3", "R1")),
        [("TR316", f"{P}[3]/ProductReferentie/VorigReferentieNummer")],
    ),
    # answers
    (answer(), []),
    (answer(line()), []),
    (answer(line("R2", "R1")), []),
    (answer(line(RetourCodes=codes("0200")), TotaalToegekendBedrag=total(100_000)), []),
    (
        answer(line(), TotaalToegekendBedrag=total(1_001)),
        [("TR342", "Bericht/DeclaratieAntwoord/TotaalToegekendBedrag")],
    ),
    (
        answer(TotaalToegekendBedrag=total(0)),
        [("TR342", "Bericht/DeclaratieAntwoord/TotaalToegekendBedrag")],
    ),
    (answer(TotaalToegekendBedrag=total(0), codes_of="9333"), []),
]


def ids() -> Iterator[str]:
    for number, (message, expected) in enumerate(CASES):
        yield f"{number}-{message.kind}-{'+'.join(rule for rule, _ in expected) or 'keeps'}"


@pytest.mark.parametrize(("message", "expected"), CASES, ids=ids())
def test_a_message_breaks_just_the_rules_it_should(
    message: Message, expected: list[tuple[str, str]]
) -> None:
    found = check_message(message)
    assert [(each["rule"], each["path"]) for each in found] == expected
    assert [each["code"] for each in found] == [RULES[rule].code for rule, _ in expected]


@pytest.mark.parametrize(("message", "_expected"), CASES, ids=ids())
def test_every_case_is_a_message_that_the_schemas_accept(
    message: Message, _expected: object
) -> None:
    data = write_message(message)
    assert read_message(data) == message
    assert not FOLDER.is_dir() or accepts(message.kind, data)


def test_every_rule_is_broken_by_some_case_and_kept_by_its_kind() -> None:
    broken = {rule for _, expected in CASES for rule, _ in expected}
    assert broken == RULES.keys() - {"CS002"}  # below, for every kind


def returned() -> Message:
    """A JW306: a start sent back, with return codes on every level."""
    tree = start().tree["Client"]
    product = {**tree["StartProducten"]["StartProduct"][0], "RetourCodes": codes("9071")}
    client = {**tree, "StartProducten": {"StartProduct": [product]}, "RetourCodes": codes("0200")}
    head = header(
        "JW306",
        IdentificatieRetour="M2",
        DagtekeningRetour=date(2026, 3, 7),
        XsdVersieRetour=VERSIONS,
    )
    return Message("JW306", {"Header": head, "Client": client})


@pytest.mark.parametrize(
    "message",
    [
        *(make() for make in (allocation, start, returned, stop, request, new_product)),
        of_one(line()),
        answer(line()),
    ],
    ids=lambda message: message.kind,
)
def test_a_client_number_that_fails_the_check_is_found_in_every_kind(message: Message) -> None:
    assert check_message(message) == []
    spoilt = read_message(write_message(message).replace(ONE.encode(), BAD.encode()))
    found = check_message(spoilt)
    assert [(each["rule"], each["path"].rpartition("/")[2]) for each in found] == [("CS002", "Bsn")]
    assert BAD not in str(found)


def test_findings_come_in_the_order_of_the_document() -> None:
    bad = line(ProductTarief=None, ProductPeriode=period("2026-01-30", "2026-02-02"))
    one = [line(f"A{n}", ToewijzingNummer=n) for n in range(11)]
    other = [line(f"B{n}", ToewijzingNummer=n, ProductCode="45A05") for n in range(11)]
    message = declaration(
        (BAD, one),
        (ONE, other),
        (OTHER, [bad]),
        TotaalIngediendBedrag=total(1),
    )
    found = [(each["rule"], each["path"].removeprefix(f"{D}/")) for each in check_message(message)]
    second = "Clienten/Client[2]/Prestaties/Prestatie"
    last = "Clienten/Client[3]/Prestaties/Prestatie[1]"
    assert found == [
        ("TR358", "TotaalIngediendBedrag"),
        ("CS002", "Clienten/Client[1]/Bsn"),
        *(("TR304", f"{second}[{n}]/ToewijzingNummer") for n in range(1, 12)),
        ("CS337", f"{last}/ProductPeriode"),
        ("CD087", f"{last}/ProductTarief"),
    ]


@pytest.mark.parametrize("minutes", [0, 1, 2, 7, 15, 29, 30, 31, 45, 59, 60, 61, 90, 119, 480])
def test_minutes_fit_exactly_when_some_hour_tariff_explains_them(minutes: int) -> None:
    def half_up(number: int) -> int:
        return (2 * number + 60) // 120  # number / 60, rounded half up

    explained = {(half_up(hour), half_up(hour * minutes)) for hour in range(400)}
    for tariff in range(6):
        for cents in range(7 * minutes + 2):
            fits = fits_minute_tariff(minutes, tariff, cents)
            assert fits == ((tariff, cents) in explained), (tariff, cents)


@given(st.integers(1, 2000), st.integers(0, 20_000))
def test_every_hour_tariff_is_accepted_for_any_minutes(minutes: int, hour: int) -> None:
    tariff, cents = (hour + 30) // 60, (hour * minutes + 30) // 60
    assert fits_minute_tariff(minutes, tariff, cents)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="drawn from the official schemas")
def test_any_message_can_be_judged_and_no_value_is_quoted() -> None:
    @given(st.sampled_from(KINDS).flatmap(messages))
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    def run(message: Message) -> None:
        for found in check_message(message):
            assert found.keys() == {"rule", "code", "path"}
            assert RULES[found["rule"]].code == found["code"]
            assert re.fullmatch(r"Bericht(/[A-Za-z]+(\[\d+\])?)+", found["path"])

    run()
