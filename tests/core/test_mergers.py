"""Municipal mergers: figures go on under the successor, to the cent, whatever arrives when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.outputs import Valuation
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from schemas.reference.lookup import Reference
from schemas.reference.mergers import continued, heirs
from streams.figures.batch import tabulate
from streams.figures.rollup import rows
from streams.local.months import tell
from streams.prognosis.monitor import Monitor, monitors
from streams.prognosis.valuation import value
from tests.core.worlds import DAYS, REFERENCE, worlds
from tests.workers.world import declaration

CODES = ("9901", "9902", "9903")
TOWNS = (
    "gemeentecode;naam;regio;opvolger;per;bekend_sinds\n"
    "9901;Oud;Regio;9903;2025-02-01;\n"
    "9902;Klein;Regio;;;\n"
    "9902;Klein;Regio;9903;2025-02-15;2025-03-05\n"
    "9903;Nieuw;Elders;9904;2025-03-25;\n"
    "9904;Nieuwst;Elders;;;\n"
)
"""9901 and then 9902, which is known later, go into 9903; that goes into 9904, which has no messages."""
BY = [
    ["municipality"],
    ["region"],
    ["municipality", "care_month", "product", "category", "provider"],
    ["year", "segment"],
    ["referrer", "municipality"],
]


def documents(towns: str = TOWNS, **files: str) -> dict[str, ReferenceDocument]:
    texts = {**REFERENCE, "gemeenten.csv": towns}
    texts |= {f"{name}.csv": text for name, text in files.items()}
    loaded = parse_files({name: text.encode() for name, text in texts.items()})
    assert not loaded.problems
    return resolve(loaded)


MERGED = documents()


@st.composite
def merging(draw: st.DrawFn) -> list[AnyEvent]:
    """A hostile world whose messages are spread over the municipalities."""
    world: list[Any] = [
        {**event, "municipality": draw(st.sampled_from(CODES))} for event in draw(worlds())
    ]
    return world


def replayed(events: list[AnyEvent], as_of: date, by: list[str]) -> list[dict[str, Any]]:
    found = monitors(events, MERGED, as_of)
    if "referrer" in by:
        return rows([part for each in found for part in each.by_referrer()], by)
    return rows([part for each in found for part in each.parts()], by)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), world=merging(), as_of=st.sampled_from(DAYS))
def test_incremental_equals_batch_through_mergers(
    data: st.DataObject, world: list[AnyEvent], as_of: date
) -> None:
    order = data.draw(st.permutations(world + data.draw(st.lists(st.sampled_from(world)))))
    for by in BY:
        assert replayed(order, as_of, by) == tabulate(world, MERGED, as_of, by)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), world=merging())
def test_ticks_and_reference_data_between_messages_change_nothing(
    data: st.DataObject, world: list[AnyEvent]
) -> None:
    """Each monitor that ever shows a message takes it; on every date the right one shows it."""
    held = {code: Monitor(code) for code in (*CODES, "9904")}
    last = data.draw(st.sampled_from(DAYS))
    days = [day for day in data.draw(st.lists(st.sampled_from(DAYS))) if day <= last]
    referred = data.draw(st.integers(0, len(world)))
    for count, step in enumerate(data.draw(st.permutations([*world, last, *days]))):
        for code, monitor in held.items():
            if count == referred:
                monitor.refer(MERGED[code])
            if isinstance(step, date):
                monitor.tick(step)
            elif code in heirs(step["municipality"], MERGED):
                monitor.fold(step)
            monitor.valuation()
    fresh = {each.municipality: each.valuation() for each in monitors(world, MERGED, last)}
    for code, monitor in held.items():
        monitor.refer(MERGED[code])
        if continued(code, MERGED, last) != code:
            assert monitor.valuation() is None
        elif code in fresh:
            assert monitor.valuation() == fresh[code]


@pytest.mark.parametrize(
    ("as_of", "shown"),
    [
        ("2025-01-31", ["9901", "9902", "9903"]),
        ("2025-02-01", ["9902", "9903"]),
        ("2025-02-28", ["9902", "9903"]),  # the merger of 9902 is not known yet
        ("2025-03-05", ["9903"]),
        ("2025-03-25", ["9904"]),
    ],
)
def test_a_municipality_is_itself_until_the_merger_and_until_it_is_known(
    as_of: str, shown: list[str]
) -> None:
    events: list[AnyEvent] = [declaration(code, 1, "2025-01-20", [100]) for code in CODES]
    found = rows(_parts(events, MERGED, as_of), ["municipality"])
    assert [row["municipality"] for row in found] == shown
    assert sum(row["declared_cents"] for row in found) == 300
    assert sum(row["lines"] for row in found) == 3, "equal numbers of two municipalities collided"


def test_a_message_changes_no_figure_of_the_successor_before_the_merger() -> None:
    monitor = Monitor("9903")
    monitor.refer(MERGED["9903"])
    monitor.tick(date(2025, 1, 31))
    assert not monitor.fold(declaration("9901", 1, "2025-01-20", [100]))
    monitor.tick(date(2025, 2, 1))
    assert monitor.fold(declaration("9901", 2, "2025-01-20", [100]))


def test_a_client_of_both_is_one_client_after_the_merger() -> None:
    events: list[AnyEvent] = [declaration(code, 1, "2025-01-20", [100]) for code in CODES]
    before = rows(_parts(events, MERGED, "2025-01-31"), ["year"])
    after = rows(_parts(events, MERGED, "2025-03-25"), ["year"])
    assert [row["clients"] for row in (*before, *after)] == [3, 1]


def test_prices_and_labels_stay_those_of_the_old_municipality_and_the_region_is_the_new_one() -> (
    None
):
    events: list[AnyEvent] = [declaration("9901", 1, "2025-02-20", [100])]
    found = rows(_parts(events, MERGED, "2025-03-25"), ["municipality", "region", "segment"])
    assert [(row["municipality"], row["region"], row["segment"]) for row in found] == [
        ("9904", "Elders", "C")
    ]


PLAIN = (
    "gemeentecode;naam;regio;opvolger;per\n"
    "9901;Oud;Regio;9903;2025-01-01\n9902;Klein;Regio;9903;2025-01-01\n9903;Nieuw;Regio;;\n"
)
BUDGETS = (
    "gemeentecode;jaar;begrotingspost;versie;vastgesteld_op;bedrag\n"
    "9901;2024;ambulant;1;2023-11-01;10,00\n9902;2024;ambulant;2;2023-11-01;20,00\n"
    "9901;2025;ambulant;1;2024-06-01;999,00\n9903;2025;ambulant;1;2024-11-01;40,00\n"
)
FIXED = (
    "gemeentecode;begrotingspost;soort;omschrijving;maand;bedrag\n"
    "9901;ambulant;overig;;2024-12;1,00\n9901;ambulant;overig;;2025-01;2,00\n"
    "9903;ambulant;overig;;2025-01;4,00\n"
)
CONTRACTS = (
    "contract;agb;gebied;jaar;productcodes;plafond;ondergrens;bovengrens;declaratietermijn_maanden;"
    "contractmanager\n"
    "Oud;90000001;9901;2024;;5,00;;;;\nOud;90000001;9902;2024;;6,00;;;;\n"
    "Nieuw;90000001;9903;2025;;7,00;;;;\nSamen;90000001;Regio;2024;;8,00;;;;\n"
)


def _valued(year: int) -> Valuation:
    known = documents(PLAIN, begroting=BUDGETS, vaste_kosten=FIXED, contracten=CONTRACTS)
    events: list[AnyEvent] = [
        declaration("9901", 1, "2024-05-20", [100]),
        declaration("9902", 1, "2024-05-20", [1000]),
        declaration("9901", 2, "2025-01-20", [10_000]),
    ]
    [monitor] = monitors(events, known, date(2025, 1, 31))
    return value(monitor.parts(), year)


@pytest.mark.parametrize(("year", "budget", "fixed"), [(2024, 3_000, 100), (2025, 4_000, 400)])
def test_budgets_and_fixed_costs_are_theirs_before_the_merger_and_the_successors_after(
    year: int, budget: int, fixed: int
) -> None:
    total = _valued(year).total
    assert (total.budget_cents, total.fixed_cents) == (budget, fixed)


def test_versions_of_added_budgets_are_both_named() -> None:
    assert [line.budget_version for line in _valued(2024).budget_lines] == ["1 + 2"]


def test_contracts_of_a_year_cover_what_was_the_municipality_when_it_began() -> None:
    """A contract of both in one name is one; late care of the old falls under the new one's."""
    found = {
        (each.contract, each.area): (each.ceiling_cents, each.declared_cents)
        for year in (2024, 2025)
        for each in _valued(year).contracts
    }
    assert found == {
        ("Oud", None): (1_100, 1_100),
        ("Samen", "Regio"): (800, 1_100),
        ("Nieuw", None): (700, 10_000),
    }


def test_a_year_and_its_number_of_young_inhabitants_belong_to_one_municipality() -> None:
    young = "gemeentecode;jaar;jeugdigen\n9901;2024;5\n9901;2025;5\n9903;2025;9\n"
    known = documents(PLAIN, inwoners=young)
    for code, found in {"9901": (5, None), "9903": (None, 9)}.items():
        reference = Reference(known[code], date(2025, 6, 1))
        assert (reference.young(2024), reference.young(2025)) == found


def test_a_year_told_month_by_month_passes_from_the_old_to_the_new() -> None:
    events: list[AnyEvent] = [declaration("9901", 1, "2025-01-20", [100])]
    told = [
        (each.valuation.municipality, each.valuation.as_of.month)
        for each in tell(events, MERGED, [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)])
        if each.valuation.total.lines
    ]
    assert told == [("9901", 1), ("9903", 2), ("9904", 3)]


def test_a_successor_that_is_unknown_or_goes_round_is_refused() -> None:
    for towns, place in {
        "9901;Oud;Regio;9909;2025-01-01\n": (2, "opvolger"),
        "9901;Oud;Regio;9902;2025-01-01\n9902;Klein;Regio;9901;2026-01-01\n": (2, "opvolger"),
    }.items():
        text = f"gemeentecode;naam;regio;opvolger;per\n{towns}"
        loaded = parse_files({"gemeenten.csv": text.encode()})
        assert not loaded.municipalities
        assert (loaded.problems[0].line, loaded.problems[0].column) == place


def test_a_plan_that_was_turned_round_is_followed_as_it_was_known() -> None:
    """First the one was to go into the other, then the other way about."""
    turned = documents(
        "gemeentecode;naam;regio;opvolger;per;bekend_sinds\n"
        "9901;Een;Regio;9902;2025-01-01;\n9902;Twee;Regio;;;\n"
        "9901;Een;Regio;;;2025-02-01\n9902;Twee;Regio;9901;2025-03-01;2025-02-01\n"
    )
    events: list[AnyEvent] = [declaration(code, 1, "2025-01-20", [100]) for code in CODES[:2]]
    shown = {
        day: {row["municipality"]: row["lines"] for row in rows(_parts(events, turned, day), ["municipality"])}
        for day in ("2025-01-31", "2025-02-01", "2025-03-01")
    }  # fmt: skip
    assert list(shown.values()) == [{"9902": 2}, {"9901": 1, "9902": 1}, {"9901": 2}]


def test_after_a_change_of_plan_only_the_last_successor_counts_a_message() -> None:
    changed = documents(
        "gemeentecode;naam;regio;opvolger;per;bekend_sinds\n"
        "9901;Een;Regio;9902;2025-01-01;\n9901;Een;Regio;9903;2025-01-01;2025-02-01\n"
        "9902;Twee;Regio;;;\n9903;Drie;Regio;;;\n"
    )
    event = declaration("9901", 1, "2025-01-20", [100])
    lines = {}
    for day in (date(2025, 1, 31), date(2025, 2, 1)):
        for code in heirs("9901", changed):
            monitor = Monitor(code)
            monitor.refer(changed[code])
            monitor.tick(day)
            monitor.fold(event)
            valuation = monitor.valuation()
            lines[day.month, code] = valuation.total.lines if valuation else None
    assert lines == {
        (1, "9901"): None,
        (1, "9902"): 1,
        (1, "9903"): 0,
        (2, "9901"): None,
        (2, "9902"): 0,
        (2, "9903"): 1,
    }


def _parts(events: list[AnyEvent], known: Mapping[str, ReferenceDocument], as_of: str) -> list[Any]:
    return [
        part for each in monitors(events, known, date.fromisoformat(as_of)) for part in each.parts()
    ]
