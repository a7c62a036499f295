"""Lives of clients by hand, and what the figures about people say of them (docs/figures-people.md)."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.ijw import Message, Tree
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import resolve
from schemas.reference.load import parse_files
from streams.cli.main import main
from streams.figures.days import periods
from streams.figures.question import Question, Row
from streams.prognosis.monitor import monitors
from streams.prognosis.register import FIGURES
from tests.core.care_letters import change, start, stop, wish
from tests.core.letters import (
    ANNA,
    BAS,
    OTHER_CARE,
    PRODUCTS,
    TOWNS,
    World,
    allocate,
    answer,
    ask,
    day,
    declare,
    line,
    product,
)

MERGED = (
    "gemeentecode;naam;regio;opvolger;per\n9901;Proefstad;Proefregio;;\n"
    "9902;Buurstad;Proefregio;9901;2025-01-01\n"
)
YOUNG = "gemeentecode;jaar;jeugdigen\n9901;2024;60\n9902;2024;40\n9901;2025;200\n"


def figure(
    name: str,
    *messages: Message,
    as_of: str = "2025-12-31",
    towns: str = TOWNS,
    codes: str = "",
    **question: Any,
) -> list[Row]:
    """The rows of a figure, of 2025 unless another year is asked; `codes` are conversions."""
    texts = {"gemeenten.csv": towns, "producten.csv": PRODUCTS, "inwoners.csv": YOUNG}
    texts |= {"productomzetting.csv": codes} if codes else {}
    loaded = parse_files({file: text.encode() for file, text in texts.items()})
    events = [to_event(message, Pseudonymiser(b"test")) for message in messages]
    found = monitors(events, resolve(loaded), day(as_of))
    parts = [part for each in found for part in each.parts()]
    return FIGURES[name].compute(parts, Question(day(as_of), **({"year": 2025} | question)))


def part(rows: list[Row], *names: str) -> list[tuple[Any, ...]]:
    """The named columns of rows."""
    return [tuple(row[name] for name in names) for row in rows]


def over(begin: str, end: str, tree: Tree) -> Tree:
    """A line over other days than its whole month."""
    return tree | {"ProductPeriode": {"Begindatum": day(begin), "Einddatum": day(end)}}


def months(*names: str, prefix: str = "R", **kind: Any) -> list[Tree]:
    """A line of a hundred euros for each care month."""
    return [line(f"{prefix}{month}", month=month, **kind) for month in names]


def test_who_moves_is_a_client_of_both_municipalities_and_flows_out_of_one_into_the_other() -> None:
    messages = (
        declare(*months("2025-01", "2025-02", "2025-03")),
        declare(*months("2025-04", "2025-05"), name="A2", number="D2", town="9902"),
        declare(*months("2025-05", bsn=BAS, prefix="B"), name="A3", number="D3"),
    )
    rows = figure("clients", *messages)
    assert part(rows, "municipality", "clients") == [("9901", 2), ("9902", 1)]
    rows = figure("flows", *messages, as_of="2025-05-31")
    moved = part(rows, "municipality", "inflow_new", "outflow_definitive", "end")
    assert moved == [("9901", 2, 1, 1), ("9902", 1, 0, 1)]
    (region,) = figure("clients", *messages, by=("region",))
    assert region["clients"] == 3  # in a region who moves is two clients: numbers add up


def test_who_turns_eighteen_counts_in_both_bands_with_the_months_of_each() -> None:
    said = allocate(product()), start(dated="2025-06-20"), start(dated="2025-09-20", name="S2")
    for message in said:
        message.tree["Client"] |= {"Geboortedatum": {"Datum": day("2007-06-15")}}
    lines = months("2025-01", "2025-05", "2025-06", "2025-07")
    rows = figure("age_bands", *said, declare(*lines))
    assert part(rows, "age_band", "clients", "declared_cents", "share_of_clients") == [
        ("12-17", 1, 20_000, 1.0),
        ("18-23", 1, 20_000, 1.0),
    ]


def test_who_has_two_providers_at_once_is_stacked_and_who_has_them_in_turn_is_not() -> None:
    bas = months("2025-01", bsn=BAS, prefix="B")
    here = declare(*months("2025-01", "2025-02", "2025-03"), *bas)
    there = declare(
        *months("2025-02", prefix="S"),
        *months("2025-03", bsn=BAS, prefix="T"),
        number="D2",
        provider=OTHER_CARE,
    )
    (row,) = figure("stacking", here, there)
    assert part([row], "providers_1", "providers_2", "products_1") == [(1, 1, 2)]
    assert row["providers_2_plus_cents"] == 40_000
    assert row["providers_2_plus_share_of_money"] == 0.666667
    rows = figure("stacking", here, there, by=("care_month",))
    found = part(rows, "care_month", "providers_1", "providers_2")
    assert found == [("2025-01", 2, 0), ("2025-02", 0, 1), ("2025-03", 2, 0)]


@pytest.mark.parametrize(("again", "moves"), [("2025-03-04", (1, 1, 0)), ("2025-03-05", (2, 1, 1))])
def test_who_returns_within_31_days_was_never_gone(again: str, moves: tuple[int, ...]) -> None:
    """31 days without care from 1 February last up to and including 3 March."""
    back = over(again, "2025-03-31", line("R2", month="2025-03"))
    rows = figure("flows", declare(line("R1"), back), as_of="2025-03-31")
    assert part(rows, "inflow", "inflow_new", "inflow_returning") == [moves]
    assert rows[0]["end"] == 1


def test_the_gap_is_a_setting() -> None:
    back = over("2025-03-05", "2025-03-31", line("R2", month="2025-03"))
    (row,) = figure("flows", declare(line("R1"), back), as_of="2025-03-31", gap_days=32)
    assert row["inflow"] == 1


def test_a_temporary_stop_ends_care_until_a_new_start() -> None:
    """Stopped for a while on 3 February; back on the 20th, or not."""
    paused = (allocate(product()), start(), stop(reason="20"))
    again = start(begin="2025-02-20", dated="2025-02-21", name="S2")
    (row,) = figure("flows", *paused, again, as_of="2025-03-31")
    assert part([row], "inflow", "outflow", "end") == [(1, 0, 1)]
    (row,) = figure("stay_length", *paused, again, as_of="2025-03-31")
    assert part([row], "ended", "running", "running_p50_days") == [(0, 1, 85)]
    for as_of, out in (("2025-03-06", (0, 1, 0)), ("2025-03-07", (1, 0, 0))):
        (row,) = figure("flows", *paused, as_of=as_of)
        found = part([row], "outflow_definitive", "outflow_provisional", "end")
        assert found == [out], as_of
    (row,) = figure("stay_length", *paused, as_of="2025-03-31")
    assert part([row], "ended", "ended_mean_days", "running") == [(1, 29, 0)]


def test_who_is_merely_not_declared_yet_is_not_gone_while_care_is_started() -> None:
    messages = (allocate(product()), start(), declare(*months("2025-01", "2025-02")))
    (row,) = figure("flows", *messages, as_of="2025-08-31")
    assert part([row], "inflow", "outflow", "end") == [(1, 0, 1)]
    (row,) = figure("flows", *messages, stop(end="2025-02-10"), as_of="2025-08-31")
    assert part([row], "outflow_definitive", "end") == [(1, 0)]


def test_without_a_start_the_silence_of_the_provider_is_no_outflow_for_good() -> None:
    """Until the provider declares a later month for anyone, the client may still have had care."""
    silent = declare(*months("2025-01", "2025-02"))
    (row,) = figure("flows", silent, as_of="2025-08-31")
    assert part([row], "outflow_definitive", "outflow_provisional") == [(0, 1)]
    spoke = declare(*months("2025-03", bsn=BAS, prefix="B"), name="A2", number="D2")
    (row,) = figure("flows", silent, spoke, as_of="2025-08-31")
    assert part([row], "outflow_definitive", "outflow_provisional") == [(1, 1)]


def test_a_refused_line_does_not_end_the_silence_of_a_provider() -> None:
    silent = declare(*months("2025-01", "2025-02"))
    wrong = declare(*months("2025-03", bsn=BAS, prefix="B"), name="A2", number="D2")
    refused = answer(wrong, {"B2025-03": ["9338"]})
    (row,) = figure("flows", silent, wrong, refused, as_of="2025-08-31")
    assert part([row], "outflow_definitive", "outflow_provisional") == [(0, 1)]


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        ("2025-02-01", "2025-02-28", ("2025-02-01", "2025-02-28")),
        ("2025-02-10", "2025-02-20", ("2025-02-10", "2025-02-20")),
        ("2025-02-01", "2025-02-20", ("2025-02-01", "2025-02-20")),
        ("2025-02-10", "2025-04-30", ("2025-02-10", "2025-02-28")),
        ("2025-02-10", "2025-02-03", ("2025-02-10", "2025-02-10")),
        ("2025-02-10", "2025-01-31", ("2025-02-10", "2025-02-10")),
    ],
)
def test_the_days_of_a_line_stay_inside_its_care_month(
    begin: str, end: str, days: tuple[str, str]
) -> None:
    """Whatever its ProductPeriode says, so that money and days are about the same month."""
    billed = declare(over(begin, end, line("R1")), dated="2025-03-05")
    (monitor,) = monitors([to_event(billed, Pseudonymiser(b"test"))], {}, day("2025-03-31"))
    ((spans,),) = [
        found.values() for found in periods(monitor.parts(), (), day("2025-03-31")).values()
    ]
    assert [(span.first, span.last) for span in spans] == [
        tuple(day(each).toordinal() for each in days)
    ]


def test_started_care_runs_to_the_end_of_its_allocation_and_not_under_a_deleted_one() -> None:
    ending = allocate(product(end="2025-04-30"))
    (row,) = figure("stay_length", ending, start(), as_of="2025-08-31")
    assert part([row], "ended", "ended_p50_days") == [(1, 115)]
    gone = allocate(product(end="2025-01-01", reason="13"))
    assert figure("flows", gone, start(begin="2025-01-01"), as_of="2025-08-31") == []


def test_a_credit_takes_the_days_of_its_debit_away() -> None:
    """First billed from the 1st, then from the 20th: in care from the 20th."""
    debit, credit = line("R1"), line("R2", -10_000, previous="R1")
    right = over("2025-01-20", "2025-01-31", line("R3", 4_000))
    next_month = line("R4", month="2025-02")
    billed = declare(debit, credit, right, next_month, dated="2025-02-28")
    (row,) = figure("stay_length", billed, as_of="2025-02-28")
    assert part([row], "running", "running_p50_days") == [(1, 12 + 28)]


def test_through_flow_to_a_dearer_product_is_scaled_up() -> None:
    """Anna goes from ambulatory care to stay, Bas stays as he was."""
    before = [*months("2024-12", "2025-01", "2025-02"), *months("2025-03", prefix="X")]
    after = [line("S1", 90_000, month="2025-03", code="44A08", category="44")]
    bas = months("2024-12", "2025-01", "2025-02", "2025-03", bsn=BAS, prefix="B")
    (row,) = figure("flows", declare(*before[:3], *after, *bas), as_of="2025-03-31")
    shift = part([row], "start", "through", "through_moved", "through_up", "through_down")
    assert shift == [(2, 2, 1, 1, 0)]
    rows = figure("flows", declare(*before[:3], *after, *bas), as_of="2025-03-31", by=("stay",))
    assert part(rows, "stay", "start", "inflow", "outflow", "end") == [
        ("ja", 0, 1, 0, 1),
        ("nee", 2, 0, 1, 1),
    ]


def test_who_is_between_two_periods_at_new_year_is_in_through_flow() -> None:
    """Not in care on the day itself: the products are those of the last day of care before it."""
    before = over("2024-12-01", "2024-12-20", line("R1", month="2024-12"))
    stay = line("R2", 90_000, month="2025-01", code="44A08", category="44")
    after = over("2025-01-10", "2025-01-31", stay)
    (row,) = figure("flows", declare(before, after, dated="2025-01-31"), as_of="2025-01-31")
    assert part([row], "start", "through", "through_moved", "end") == [(1, 1, 1, 1)]


def test_a_change_of_product_codes_is_no_change_of_care() -> None:
    """Anna's care goes on under a new code: the same product, and an allocation renewed."""
    codes = (
        "gebied;ingangsdatum;oud;nieuw;gewicht;eenheidsfactor\n"
        "Proefregio;2025-01-01;45H01;45A04;1;1\n"
    )
    old = allocate(
        product(1, begin="2024-01-01", end="2024-12-31", stamp="2024-01-01T10:00:00", code="45H01")
    )
    new = allocate(product(2), name="T2")
    lines = [line("R0", month="2024-12", code="45H01"), *months("2025-01")]
    billed = declare(*lines, dated="2025-01-31")
    (row,) = figure("flows", billed, as_of="2025-01-31", codes=codes)
    assert part([row], "through", "through_moved") == [(1, 0)]
    (row,) = figure("renewals", old, new, codes=codes)
    assert part([row], "new", "renewals") == [(0, 1)]
    (row,) = figure("renewals", old, new)
    assert part([row], "new", "renewals") == [(1, 0)]


def test_a_merged_municipality_counts_who_was_in_both_parts_once() -> None:
    old = declare(*months("2024-11", "2024-12"), town="9902", dated="2025-01-09")
    bas = months("2024-12", bsn=BAS, prefix="B")
    new = declare(*months("2024-12", "2025-01"), *bas, dated="2025-01-31")
    rows = figure("clients", old, new, towns=MERGED)
    assert part(rows, "municipality", "year", "clients", "young", "clients_per_100_young") == [
        ("9901", 2024, 2, 100, 2.0),
        ("9901", 2025, 1, 200, 0.5),
    ]
    (row,) = figure("known_clients", old, new, towns=MERGED)
    assert part([row], "earlier_year", "known", "share_known") == [(2024, 1, 1.0)]
    (row,) = figure("flows", old, new, towns=MERGED, as_of="2025-01-31")
    assert part([row], "start", "inflow", "outflow", "end") == [(2, 0, 1, 1)]


def test_an_allocation_that_both_parts_of_a_merged_municipality_hold_is_one() -> None:
    both = [
        allocate(product(stamp="2024-06-01T10:00:00", end="2024-12-31"), town="9902"),
        allocate(product(stamp="2025-01-05T10:00:00", end="2025-12-31", reason="11")),
    ]
    (row,) = figure("renewals", *both, towns=MERGED)
    assert part([row], "new", "renewals", "renewals_without_request") == [(0, 1, 1)]


def test_a_renewal_has_a_new_request_or_has_none() -> None:
    """A new number after the old, a moved end, one by a request for change, and Bas who is new."""
    rows = figure(
        "renewals",
        ask("VOT1", "02"),
        allocate(product(1, begin="2024-01-01", end="2024-12-31", stamp="2024-01-01T10:00:00")),
        allocate(product(2, end="2025-03-31", asked="VOT1"), name="T2"),
        allocate(
            product(2, end="2025-06-30", asked="VOT1", stamp="2025-03-01T10:00:00"), name="T3"
        ),
        change("VOW1", wish(2, "2025-07-01")),
        allocate(
            product(2, end="2025-09-30", asked="VOW1", stamp="2025-06-01T10:00:00"), name="T4"
        ),
        allocate(product(9), name="T5", bsn=BAS),
        allocate(product(9, stamp="2025-02-01T10:00:00", reason="14"), name="T6", bsn=BAS),
        allocate(product(8, end="2025-01-01", reason="13"), name="T7", bsn=BAS),
    )
    assert rows == [
        {
            "municipality": "9901",
            "year": 2025,
            "new": 1,
            "new_clients": 1,
            "renewals": 3,
            "renewals_with_request": 2,
            "renewals_by_change": 1,
            "renewals_without_request": 1,
            "share_without_request": 0.333333,
        }
    ]


def test_an_allocation_that_was_deleted_and_said_again_is_not_renewed() -> None:
    said = (
        allocate(product()),
        allocate(product(end="2025-01-01", reason="13", stamp="2025-02-01T10:00:00"), name="T2"),
        allocate(product(stamp="2025-03-01T10:00:00"), name="T3"),
    )
    (row,) = figure("renewals", *said)
    assert part([row], "new", "renewals") == [(1, 0)]


def test_the_latest_referral_of_an_allocation_counts() -> None:
    rows = figure(
        "referrers",
        ask("VOT1", "02"),
        ask("VOT2", "04", name="V2"),
        allocate(product(asked="VOT1")),
        allocate(product(asked="VOT2", stamp="2025-03-01T10:00:00"), name="T2"),
        allocate(product(asked="VOW9", stamp="2025-04-01T10:00:00"), name="T3"),
    )
    assert part(rows, "referrer", "allocations") == [("04", 1)]


def test_a_later_allocation_elsewhere_or_after_a_gap_renews_nothing() -> None:
    first = allocate(product(1, end="2025-01-31"))
    others = (
        allocate(product(2, begin="2025-02-01"), name="T2", provider=OTHER_CARE),
        allocate(product(3, begin="2025-02-01", code="44A08", category="44"), name="T3"),
        allocate(product(4, begin="2025-03-05"), name="T4"),
    )
    (row,) = figure("renewals", first, *others)
    assert part([row], "new", "renewals", "new_clients") == [(4, 0, 1)]


def test_the_municipalitys_own_access_stands_apart_from_what_is_unknown() -> None:
    rows = figure(
        "referrers",
        ask("VOT1", "02"),
        change("VOW1", wish(3, "2025-07-01")),
        allocate(
            product(1, asked="VOT1"),
            product(2),
            product(3, asked="VOW1"),
            product(4, asked="VOT9"),
        ),
        declare(
            line("R1", 50_000, allocation=1),
            line("R2", 30_000, allocation=2),
            line("R9", 20_000, allocation=9),
        ),
    )
    names = ("referrer", "request", "allocations", "declared_cents", "share_of_money")
    assert part(rows, *names) == [
        (None, "geen", 1, 30_000, 0.3),
        (None, "onbekend", 1, 20_000, 0.2),
        (None, "wijziging", 1, 0, 0.0),
        ("02", "toewijzing", 1, 50_000, 0.5),
    ]


def test_known_throughout_is_broken_by_a_year_without_care() -> None:
    lines = [
        *months("2023-05", "2024-05", "2025-05"),
        *months("2023-05", "2025-05", bsn=BAS, prefix="B"),
    ]
    rows = figure("known_clients", declare(*lines))
    assert part(rows, "earlier_year", "clients", "known", "known_throughout") == [
        (2023, 2, 2, 1),
        (2024, 2, 1, 1),
    ]


def test_nobody_is_known_throughout_a_year_without_clients() -> None:
    (row,) = figure("known_clients", declare(*months("2023-05", "2025-05")))
    assert part([row], "earlier_year", "known", "known_throughout") == [(2023, 1, 0)]


def test_who_is_credited_in_full_is_no_client() -> None:
    bas = line("B1", bsn=BAS), line("B2", -10_000, bsn=BAS, previous="B1", month="2025-02")
    (row,) = figure("clients", declare(line("R1"), *bas))
    assert row["clients"] == 1


def test_a_client_with_stay_has_money_on_a_product_with_stay() -> None:
    stays = line("R1", month="2025-01", code="44A08", category="44")
    other = months("2025-01", bsn=BAS, prefix="B")
    (row,) = figure("clients", declare(stays, *other))
    assert part([row], "clients", "clients_with_stay", "share_with_stay") == [(2, 1, 0.5)]
    assert row["cents_per_client"] == 10_000


@pytest.mark.parametrize("name", ["age_bands", "clients", "flows", "referrers", "renewals"])
def test_the_command_prints_the_figure_and_no_client(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(tmp_path, allocate(product()), start(), declare(line()))
    assert main(["figures", name, str(world.home), "--as-of", "2025-03-31"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)
    assert ANNA not in printed
    assert "k1." not in printed
