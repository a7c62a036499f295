"""`budgetwacht replay`: what it prints, in any order of files, and what it says of what it can't read."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.ijw import Message
from schemas.ijw.write import write_message
from schemas.intake import Pseudonymiser
from streams.cli.main import main
from tests.core.letters import (
    ANNA,
    BAS,
    OTHER_CARE,
    PRODUCTS,
    TARIFFS_HEAD,
    TOWNS,
    World,
    allocate,
    answer,
    declare,
    is_sorted,
    line,
    product,
    tariffs,
)

MEASURES: Final = [
    "rejected_cents",
    "granted_cents",
    "open_cents",
    "submitted_cents",
    "void_cents",
    "declared_cents",
    "lines",
    "clients",
    "units_01",
    "units_14",
    "units_16",
    "units_82",
    "units_83",
    "units_84",
    "committed_cents",
    "unpriced",
]
ARGV: Final = ("replay", "--as-of", "2025-12-31", "--by")
ASKED: Final = declare(
    line("R1", 10_000, month="2025-02"),
    line("R2", 2_500, bsn=BAS),
    line("R3", 40, code="44A08", category="44", unit="14"),
)
MESSAGES: Final = (
    ASKED,
    answer(ASKED, {"R2": ["0611"]}),
    declare(line("R1", 7), provider=OTHER_CARE, town="9902"),
    allocate(product(), product(2, code="44A08", category="44", omvang=(1, "14", "2"))),
    allocate(product(3, code=None, omvang=(4, "04", "2")), bsn=BAS, name="T2"),
)

Says = Callable[[], tuple[str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Says:
    """What was printed since the last time: on stdout, on stderr."""
    return lambda: tuple(capsys.readouterr())  # type: ignore[return-value]  # it has exactly two


def test_a_cell_is_a_flat_object_of_its_keys_and_measures(tmp_path: Path) -> None:
    """Per cell the keys as asked, then the measures, `_cents` behind amounts."""
    cells = World(tmp_path, *MESSAGES).replay("product", "municipality")
    assert [list(cell) for cell in cells] == [["product", "municipality", *MEASURES]] * len(cells)


def test_cells_come_sorted_by_the_keys_as_asked(tmp_path: Path) -> None:
    """Sorted, no product first."""
    generic = product(9, code=None, category=None, omvang=None, budget=100)
    world = World(tmp_path, *MESSAGES, allocate(generic, name="T3"))
    cells = world.replay("product", "care_month")
    assert cells[0]["product"] is None
    assert is_sorted((cell["product"] or "", cell["care_month"]) for cell in cells)
    cells = world.replay("care_month", "product")
    assert is_sorted((cell["care_month"], cell["product"] or "") for cell in cells)


def test_codes_are_text_and_months_are_year_and_month(tmp_path: Path) -> None:
    """`care_month` as YYYY-MM, codes as text (a leading nought stays)."""
    messages = declare(line(), town="0637"), declare(line(), town="0637", provider="00000007")
    cells = World(tmp_path, *messages).replay("municipality", "care_month", "provider", "category")
    assert [list(cell.values())[:4] for cell in cells] == [
        ["0637", "2025-01", "00000007", "45"],
        ["0637", "2025-01", "90000001", "45"],
    ]


def test_the_referrer_is_unknown_while_requests_are_not_read(tmp_path: Path) -> None:
    """`referrer` is a key of its own, null where no request says who sent the child."""
    cells = World(tmp_path, *MESSAGES).replay("referrer")
    assert [cell["referrer"] for cell in cells] == [None]


def test_keys_add_up_to_the_same_money(tmp_path: Path) -> None:
    """Any roll-up is a sum of cells; the gezinshuis has no tariff, so twelve months are unpriced."""
    world = World(tmp_path, *MESSAGES)
    keys = ("region", "year", "care_month", "product", "category", "segment", "provider")
    sums = {
        key: [
            sum(cell[measure] for cell in world.replay(key))
            for measure in ("declared_cents", "rejected_cents", "lines", "unpriced", "units_01")
        ]
        for key in (*keys, "budget_line", "municipality")
    }
    assert {tuple(each) for each in sums.values()} == {(10_047, 2_500, 4, 12, 120)}


def test_only_cells_with_a_line_or_committed_money_are_printed(tmp_path: Path) -> None:
    """Allocation months without a price are counted, but make no cell of their own."""
    world = World(tmp_path, allocate(product()), tarieven=tariffs())
    assert world.replay("care_month") == []
    world.add(declare(line()))
    assert [cell["care_month"] for cell in world.replay("care_month")] == ["2025-01"]
    assert world.replay("year")[0]["unpriced"] == 12


def test_a_cell_of_void_lines_alone_is_printed(tmp_path: Path) -> None:
    """A void line is a line: its money shows, apart."""
    asked = declare(line("R1", 500))
    (cell,) = World(tmp_path, asked, answer(asked, header_only=True)).replay("product")
    assert (cell["void_cents"], cell["lines"], cell["clients"]) == (500, 0, 0)


def test_csv_has_the_same_cells(tmp_path: Path) -> None:
    """`--format csv`: a header and the cells, semicolons, nothing for no value."""
    world = World(tmp_path, *MESSAGES)
    rows = list(
        csv.DictReader(
            io.StringIO(world.text(*ARGV, "product,year", "--format", "csv")), delimiter=";"
        )
    )
    cells = world.replay("product", "year")
    text = [
        {key: "" if value is None else str(value) for key, value in cell.items()} for cell in cells
    ]
    assert rows == text


def test_a_table_shows_every_cell_on_a_line(tmp_path: Path) -> None:
    """`--format table`: one line a cell under the names."""
    world = World(tmp_path, *MESSAGES)
    head, *rows = world.text(*ARGV, "product", "--format", "table").splitlines()
    assert head.split() == ["product", *MEASURES]
    assert len(rows) == len(world.replay("product"))


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_nothing_is_printed_as_nothing(tmp_path: Path, form: str) -> None:
    """An empty folder gives an empty list, or the names alone."""
    text = World(tmp_path).text(*ARGV, "product", "--format", form)
    assert text.split(";" if form == "csv" else None)[0].strip() == (
        "[]" if form == "json" else "product"
    )


SCRIPT: Final = "import sys; from streams.cli.main import main; sys.exit(main(sys.argv[1:]))"


def _printed(home: Path, seed: int, *argv: str) -> bytes:
    """What the command prints in a process of its own under a hash seed."""
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, argv[0], str(home), *argv[1:]],
        env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": root},
        check=True,
        capture_output=True,
    ).stdout


def _shuffled(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    return (*reversed(messages), *messages[::2], *messages)


@pytest.mark.parametrize("command", ["replay", "prognosis"])
def test_the_same_bytes_every_time(tmp_path: Path, command: str) -> None:
    """Any hash seed, order of files and duplicates: the same bytes."""
    by = "municipality,product,care_month" if command == "replay" else "municipality,budget_line"
    argv = (command, "--as-of", "2025-06-30", "--by", by)
    first = _printed(World(tmp_path / "one", *MESSAGES).home, 1, *argv)
    second = _printed(World(tmp_path / "two", *_shuffled(MESSAGES)).home, 4711, *argv)
    assert len(json.loads(first)) > 2
    assert first == second


def test_a_client_number_is_never_printed(tmp_path: Path, said: Says) -> None:
    """No client number, pseudonym or name on stdout or stderr, whatever the keys; no key is needed."""
    world = World(tmp_path, *MESSAGES)
    spoiled = write_message(ASKED).replace(b"<jw323:Bsn>999993008", b"<jw323:Bsn>99999300X")
    (world.home / "berichten" / "spoiled.xml").write_bytes(spoiled)
    for form in ("json", "csv", "table"):
        keys = "municipality,care_month,product,category,provider,budget_line,referrer"
        assert main(["replay", str(tmp_path), *ARGV[1:], keys, "--format", form]) == 0
    printed = "".join(said())
    assert "spoiled.xml" in printed
    for secret in (ANNA, BAS, "99999300X", "Geheimnaam", "k1.", Pseudonymiser(b"x")(ANNA)[:3]):
        assert secret not in printed


def test_what_cannot_be_read_is_named_and_its_neighbours_count(tmp_path: Path, said: Says) -> None:
    """Empty, cut off, no XML, another version, another message: each is named once, the rest counts."""
    world = World(tmp_path, *MESSAGES)
    good = write_message(ASKED)
    bad = {
        "empty.xml": b"",
        "cut.xml": good[: len(good) // 2],
        "noise.xml": bytes(range(256)),
        "version.xml": good.replace(b"/3_2/", b"/3_1/"),
        "bomb.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    }
    for name, data in bad.items():
        (world.home / "berichten" / name).write_bytes(data)
    assert world.total_lines() == 4
    _, errors = said()
    assert sorted(Path(each.split(": ")[0]).name for each in errors.splitlines()) == sorted(bad)


def test_other_files_and_folders_are_passed_over(tmp_path: Path, said: Says) -> None:
    """Only XML files are messages, in folders of any depth."""
    world = World(tmp_path, *MESSAGES)
    deep = world.home / "berichten" / "2025" / "02"
    deep.mkdir(parents=True)
    (world.home / "berichten" / "LEESMIJ.txt").write_text("geen bericht", encoding="utf-8")
    later = declare(line("R9", 5), name="A9", number="D9")
    (deep / "BERICHT.XML").write_bytes(write_message(later))
    assert world.total_lines() == 5
    assert not said()[1]


def test_a_bad_row_is_named_and_its_file_left_out(tmp_path: Path, said: Says) -> None:
    """A bad row: file, line, column, reason; nothing of that file is loaded, the others are."""
    world = World(
        tmp_path,
        *MESSAGES,
        tarieven=TARIFFS_HEAD
        + "9901;90000001;45A04;04;90,00;2021-01-01;\n9901;90000001;45A04;04;veel;2022-01-01;\n",
    )
    cells = world.replay("budget_line")
    assert {cell["budget_line"] for cell in cells} == {"Ambulant", "Verblijf", None}
    assert cells[1]["unpriced"] == 12
    (complaint,) = said()[1].splitlines()
    assert all(part in complaint for part in ("tarieven.csv", "3", "tarief"))


def test_without_reference_data_lines_count_all_the_same(tmp_path: Path, said: Says) -> None:
    """No referentie/: nothing is priced, no region, no budget line; declared money stands."""
    world = World(tmp_path, *MESSAGES)
    for file in (world.home / "referentie").iterdir():
        file.unlink()
    (world.home / "referentie").rmdir()
    (cell,) = world.replay("region", "budget_line", "segment")
    assert [cell["region"], cell["budget_line"], cell["segment"]] == [None] * 3
    assert (cell["declared_cents"], cell["lines"]) == (10_047, 4)
    assert "referentie" in said()[1]


def test_a_municipality_outside_the_reference_data_counts(tmp_path: Path) -> None:
    """A municipality that gemeenten.csv lacks has no region, and its own cells."""
    world = World(tmp_path, declare(line(), town="0518"))
    (cell,) = world.replay("municipality", "region")
    assert (cell["municipality"], cell["region"]) == ("0518", None)
    assert cell["declared_cents"] == 10_000


def test_a_folder_without_messages_folder_is_an_error(tmp_path: Path, said: Says) -> None:
    """No berichten/: a clear line, exit code 1, no traceback."""
    assert main(["replay", str(tmp_path / "niets"), *ARGV[1:], "product"]) == 1
    out, error = said()
    assert not out
    assert error.splitlines()[-1].startswith("budgetwacht: ")
    assert "Traceback" not in error


@pytest.mark.parametrize("by", ["client", "product,product", "product,onzin"])
def test_a_key_that_is_none_is_an_error(tmp_path: Path, said: Says, by: str) -> None:
    """An unknown key, or one asked twice: one clear line."""
    assert main(["replay", str(World(tmp_path).home), *ARGV[1:], by]) == 1
    assert said()[1].startswith("budgetwacht: ")


@pytest.mark.parametrize("as_of", ["2025-02-30", "gisteren", "20250"])
def test_a_date_that_is_none_is_refused(tmp_path: Path, said: Says, as_of: str) -> None:
    """The as-of date is an ISO date: the usage says so, exit code 2."""
    with pytest.raises(SystemExit, match="2"):
        main(["replay", str(tmp_path), "--as-of", as_of, "--by", "product"])
    assert "JJJJ-MM-DD" in said()[1]


def test_rows_known_later_do_not_price_earlier(tmp_path: Path) -> None:
    """`bekend_sinds`: a tariff that becomes known in June prices nothing as of May."""
    later = TARIFFS_HEAD.replace("\n", ";bekend_sinds\n")
    world = World(
        tmp_path,
        allocate(product(end="2025-01-01", omvang=(1, "04", "1"))),
        tarieven=later + "9901;90000001;45A04;04;90,00;2021-01-01;;2025-06-01\n",
    )
    assert world.replay(as_of="2025-05-31") == []
    assert world.total(as_of="2025-06-01")["committed_cents"] == 9_000


def test_a_product_row_holds_from_month_to_month(tmp_path: Path) -> None:
    """The row valid on the first of the care month says segment and budget line."""
    table = PRODUCTS.replace("2021-01-01;\n", "2021-01-01;2025-01-31\n", 1) + (
        "Proefregio;45A04;45;Ambulant;Z;;;inspanning;nee;Nieuw;2025-02-01;\n"
    )
    world = World(tmp_path, declare(line("R1"), line("R2", month="2025-02")), producten=table)
    found: list[tuple[Any, ...]] = [
        (cell["care_month"], cell["segment"], cell["budget_line"])
        for cell in world.replay("care_month", "segment", "budget_line")
    ]
    assert found == [("2025-01", "B", "Ambulant"), ("2025-02", "Z", "Nieuw")]


def test_a_region_is_the_sum_of_its_municipalities(tmp_path: Path) -> None:
    """Municipalities of one region roll up to it."""
    (cell,) = World(tmp_path, *MESSAGES, gemeenten=TOWNS).replay("region")
    assert (cell["region"], cell["declared_cents"]) == ("Proefregio", 10_047)
