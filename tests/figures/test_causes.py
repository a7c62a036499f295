"""Each cause of a revision in the smallest world that has it, through `budgetwacht revisions`."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.ijw import Message
from streams.cli.main import main
from streams.figures.revisions import ALLOCATION_CAUSES, LINE_CAUSES
from tests.core.letters import (
    BUDGETS_HEAD,
    PRODUCTS,
    TARIFFS_HEAD,
    World,
    allocate,
    answer,
    ask,
    declare,
    line,
    product,
)

D1 = declare(line("R1", 10_000), line("R2", 2_500), dated="2025-02-05")


def correction(*lines: Any) -> Message:
    """A second declaration, of 5 March."""
    return declare(*lines, name="A2", number="D2", dated="2025-03-05")


def told(world: World, *argv: str, days: tuple[str, str] = ("2025-02-28", "2025-03-31")) -> Any:
    """The rows of `revisions` from the end of February to the end of March."""
    return json.loads(world.text("revisions", "--from", days[0], "--to", days[1], *argv))


def causes(row: dict[str, Any], measure: str, names: tuple[str, ...]) -> dict[str, int]:
    """The causes that are not zero."""
    found = {name: row[f"{measure}_{name}_cents"] for name in names}
    return {name: cents for name, cents in found.items() if cents}


def declared(home: Path, *messages: Message, by: str = "municipality", **files: str) -> Any:
    """Declared causes of each cell."""
    rows = told(World(home, *messages, **files), "--by", by)
    return [causes(row, "declared", LINE_CAUSES) for row in rows]


def committed(
    home: Path,
    *messages: Message,
    by: str = "municipality",
    days: tuple[str, str] = ("2025-02-28", "2025-03-31"),
    **files: str,
) -> Any:
    """Committed causes of each cell."""
    rows = told(World(home, *messages, **files), "--by", by, days=days)
    return [causes(row, "committed", ALLOCATION_CAUSES) for row in rows]


def test_a_line_of_a_later_message_is_new(tmp_path: Path) -> None:
    """Not known in February, there in March."""
    assert declared(tmp_path, D1, correction(line("R3", 700))) == [{"new": 700}]


def test_a_credit_and_the_debit_in_its_place_are_a_correction(tmp_path: Path) -> None:
    """2,500 is credited and 2,000 comes for the same allocation, product and month."""
    messages = D1, correction(line("R3", -2_500, previous="R2"), line("R4", 2_000))
    assert declared(tmp_path, *messages) == [{"corrected": -500}]


def test_a_debit_that_is_credited_at_once_is_new_itself(tmp_path: Path) -> None:
    """The debit a credit names was not put in another's place, though both came in March."""
    messages = D1, correction(line("R3", 700, month="2025-02")), _credit_of_r3()
    assert declared(tmp_path, *messages) == [{"new": 700, "corrected": -700}]


def _credit_of_r3() -> Message:
    credit = line("R5", -700, month="2025-02", previous="R3")
    return declare(credit, name="A3", number="D3", dated="2025-03-20")


def test_a_refused_line_is_rejected(tmp_path: Path) -> None:
    """Open in February, refused in March."""
    reply = answer(D1, {"R2": ["0611"]}, dated="2025-03-01")
    assert declared(tmp_path, D1, reply) == [{"rejected": -2_500}]


def test_a_line_whose_refusal_is_replaced_is_restored(tmp_path: Path) -> None:
    """Refused in February, a later answer grants it."""
    first = answer(D1, {"R2": ["0611"]}, name="B1", dated="2025-02-15")
    second = answer(D1, name="B2", dated="2025-03-02")
    assert declared(tmp_path, D1, first, second) == [{"restored": 2_500}]


def test_a_line_that_a_new_catalogue_moves_counts_in_two_cells(tmp_path: Path) -> None:
    """From March on the product is known to belong to another budget line."""
    head, first, _ = PRODUCTS.splitlines()
    table = (
        f"{head};bekend_sinds\n{first};\n{first.replace(';Ambulant;2', ';Nieuw;2')};2025-03-01\n"
    )
    found = declared(tmp_path, D1, by="budget_line", producten=table)
    assert found == [{"reference": -12_500}, {"reference": 12_500}]


def test_a_merger_moves_lines_to_the_successor(tmp_path: Path) -> None:
    """From 15 March on the town's money stands under the town that followed it up."""
    towns = (
        "gemeentecode;naam;regio;opvolger;per\n"
        "9901;Proefstad;Proefregio;9902;2025-03-15\n"
        "9902;Buurstad;Proefregio;;\n"
    )
    rows = told(World(tmp_path, D1, gemeenten=towns))
    found = {row["municipality"]: row["declared_reference_cents"] for row in rows}
    assert found == {"9901": -12_500, "9902": 12_500}


def test_a_referrer_who_becomes_known_moves_a_line(tmp_path: Path) -> None:
    """The request is dated March; its reference stood in the allocation before."""
    messages = D1, allocate(product(1, asked="V1")), ask("V1", "02", dated="2025-03-01")
    rows = told(World(tmp_path, *messages), "--by", "referrer")
    columns = ("referrer", "declared_from_cents", "declared_to_cents", "declared_referrer_cents")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        (None, 12_500, 0, -12_500),
        ("02", 0, 12_500, 12_500),
    ]


ONE_DAY = product(end="2025-01-01", omvang=(1, "04", "1"))  # 90 euros
LATER = "2025-03-01T10:00:00"


@pytest.mark.parametrize(
    ("cause", "cents", "later"),
    [
        ("new", 9_000, product(2, end="2025-01-01", omvang=(1, "04", "1"), stamp=LATER)),
        ("changed", 9_000, product(end="2025-01-01", omvang=(2, "04", "1"), stamp=LATER)),
        ("deleted", -9_000, product(end="2025-01-01", reason="13", stamp=LATER)),
    ],
)
def test_a_later_allocation_message_is_new_changed_or_deleted(
    tmp_path: Path, cause: str, cents: int, later: Any
) -> None:
    """The later version of an allocation says what became of its money."""
    messages = allocate(ONE_DAY), allocate(later, name="T2", dated="2025-03-01")
    assert committed(tmp_path, *messages) == [{cause: cents}]


def test_an_open_end_runs_on_into_a_new_year(tmp_path: Path) -> None:
    """Seen in 2026 an allocation without an end commits another 365 days."""
    world = allocate(product(begin="2025-12-31", end=None, omvang=(1, "04", "1")))
    assert committed(tmp_path, world, days=("2025-12-31", "2026-01-01")) == [
        {"prolonged": 365 * 9_000}
    ]


def test_a_mean_tariff_moves_with_what_is_declared(tmp_path: Path) -> None:
    """An hour of category 45 cost 100 euros on average in February, 80 in March."""
    generic = allocate(product(code=None, end="2025-01-01", omvang=(3, "04", "1")))
    first, second = declare(line("R1", 10_000)), correction(line("R2", 6_000))
    assert committed(tmp_path, generic, first, second) == [{"mean_tariff": -6_000}]


def test_a_tariff_that_becomes_known_is_reference_data(tmp_path: Path) -> None:
    """The same allocation, 95 euros instead of 90."""
    prices = TARIFFS_HEAD.replace("\n", ";bekend_sinds\n") + (
        "9901;90000001;45A04;04;90,00;2021-01-01;;\n"
        "9901;90000001;45A04;04;95,00;2021-01-01;;2025-03-01\n"
    )
    assert committed(tmp_path, allocate(ONE_DAY), tarieven=prices) == [{"reference": 500}]


def test_a_referrer_who_becomes_known_moves_an_allocation(tmp_path: Path) -> None:
    """Committed money leaves the cell of unknown referrers."""
    asked = product(end="2025-01-01", omvang=(1, "04", "1"), asked="V1")
    messages = allocate(asked), ask("V1", "02", dated="2025-03-01")
    assert committed(tmp_path, *messages, by="referrer") == [
        {"referrer": -9_000},
        {"referrer": 9_000},
    ]


def test_lines_are_named_and_clients_are_not(tmp_path: Path) -> None:
    """`--lines` says which line went from which state to which, and where it counts."""
    reply = answer(D1, {"R2": ["0611"]}, dated="2025-03-01")
    (row,) = told(World(tmp_path, D1, reply), "--lines", "--by", "product")
    assert row == {
        "municipality": "9901",
        "provider": "90000001",
        "declaration": "D1",
        "reference": "R2",
        "allocation": 1,
        "care_month": "2025-01",
        "product": "45A04",
        "amount_cents": 2_500,
        "state_before": "open",
        "state_after": "rejected",
        "cause": "rejected",
        "difference_cents": -2_500,
        "product_before": "45A04",
        "product_after": None,
    }


def test_an_allocation_is_named_with_its_cause(tmp_path: Path) -> None:
    """`--allocations` gives number, provider, product, cause and cell."""
    (row,) = told(World(tmp_path, allocate(ONE_DAY, dated="2025-03-01")), "--allocations")
    assert list(row.values()) == ["9901", "90000001", 1, "45A04", "new", "9901", 9_000]


def test_adopted_budget_versions_are_listed(tmp_path: Path) -> None:
    """`--budgets` gives the version and amount on both dates."""
    budget = BUDGETS_HEAD + (
        "9901;2025;Ambulant;primitief;2024-11-01;1000\n"
        "9901;2025;Ambulant;1e wijziging;2025-03-01;1200\n"
    )
    (row,) = told(World(tmp_path, begroting=budget), "--budgets")
    assert (row["adopted"], row["difference_cents"]) == ("1e wijziging", 20_000)


def test_a_person_sees_the_causes_there_are(tmp_path: Path) -> None:
    """A table leaves out the columns that are zero everywhere; a program gets them all."""
    world = World(tmp_path, D1, correction(line("R3", 700)))
    days = ("--from", "2025-02-28", "--to", "2025-03-31")
    head, _ = world.text("revisions", *days, "--format", "table").splitlines()
    assert head.split() == [
        "municipality",
        *("declared_from_cents", "declared_to_cents", "declared_new_cents"),
    ]
    (row,) = told(world)
    assert row["declared_restored_cents"] == 0


def test_dates_the_wrong_way_round_are_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One clear line, exit code 1."""
    days = ("--from", "2025-03-31", "--to", "2025-02-28")
    assert main(["revisions", str(World(tmp_path).home), *days]) == 1
    assert capsys.readouterr().err.startswith("budgetwacht: ")
