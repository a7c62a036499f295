"""Loading: good files become rows, a bad row keeps its file out and says where and why."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from schemas.reference.load import TABLES, load_directory, parse_files
from tests.reference.files import GOOD, bytes_of, with_cells, with_row


def test_good_files_load_without_problems() -> None:
    loaded = parse_files(bytes_of(GOOD))
    assert loaded.problems == ()
    assert {name: len(getattr(loaded, name)) for name in TABLES} == {
        row_type.FILE and name: GOOD[row_type.FILE].count("\n") - 1
        for name, row_type in TABLES.items()
    }


def test_values_are_exact_and_empty_cells_are_nothing() -> None:
    loaded = parse_files(bytes_of(GOOD))
    assert loaded.budgets[0].amount_cents == 125499835
    assert loaded.tariffs[1].tariff == Fraction(16667, 100)
    assert loaded.tariffs[0].valid_to is None
    assert loaded.products[1].segment is None
    assert loaded.products[0].stay is False
    assert loaded.contracts[0].codes == ("45A04", "45A05")
    assert loaded.contracts[0].upper_percent == Fraction(211, 2)
    assert loaded.contracts[1].codes == ()
    assert loaded.contracts[1].ceiling_cents is None
    assert [row.care_month for row in loaded.fixed_costs] == ["2026-01", "2026-01"]
    assert loaded.fixed_costs[1].amount_cents == -5050


def test_harmless_differences_are_read_over() -> None:
    plain = parse_files(bytes_of(GOOD)).budgets
    text = (
        "\ufeff\r\n bedrag ;vastgesteld_op;versie;begrotingspost;jaar;gemeentecode;bekend_sinds\r\n"
        ' 1254998,35 ;2025-11-10;1;"Ambulant";2026;0637;;;\r\n;;;\r\n   \r\n'
    )
    assert parse_files({"begroting.csv": text.encode()}).budgets == plain


def test_a_row_says_since_when_it_is_known() -> None:
    text = "gemeentecode;jaar;jeugdigen;bekend_sinds\n0637;2026;1;2026-03-01"
    (row,) = parse_files({"inwoners.csv": text.encode()}).inhabitants
    assert row.known_since == date(2026, 3, 1)
    assert [row.known_on(date(2026, 2, 28)), row.known_on(date(2026, 3, 1))] == [False, True]


@pytest.mark.parametrize(
    ("file", "column", "text", "reason"),
    [
        ("gemeenten.csv", "gemeentecode", "518", "vier cijfers"),
        ("gemeenten.csv", "regio", "0637", "geen naam"),
        ("gemeenten.csv", "naam", "", "leeg"),
        ("inwoners.csv", "jaar", "26", "jaar van vier"),
        ("inwoners.csv", "jeugdigen", "27.000", "heel getal"),
        ("aanbieders.csv", "agb", "9000001", "acht cijfers"),
        ("aanbieders.csv", "email", "info at brug", "e-mailadres"),
        ("aanbieders.csv", "webhook", "brug.example", "webadres"),
        ("producten.csv", "productcode", "45A042", "productcode"),
        ("producten.csv", "productcategorie", "4", "twee cijfers"),
        ("producten.csv", "variant", "uren", "inspanning, output, taak"),
        ("producten.csv", "verblijf", "1", "ja of nee"),
        ("producten.csv", "geldig_tot", "2025-12-31", "voor geldig_vanaf"),
        ("producten.csv", "gebied", "Haagland", "geen regio"),
        ("tarieven.csv", "eenheid", "4", "niet een van"),
        ("tarieven.csv", "tarief", "-1", "kleiner dan nul"),
        ("begroting.csv", "vastgesteld_op", "", "leeg"),
        ("begroting.csv", "bedrag", "1.000", "punt"),
        ("contracten.csv", "productcodes", "45A04,45 A5", "productcode"),
        ("contracten.csv", "plafond", "1,001", "twee decimalen"),
        ("contracten.csv", "declaratietermijn_maanden", "drie", "heel getal"),
        ("vaste_kosten.csv", "soort", "rente", "taakgericht, pgb, overig"),
        ("vaste_kosten.csv", "maand", "jan 2026", "geen maand"),
        ("productomzetting.csv", "gewicht", "0", "niet groter dan nul"),
        ("maatregelen.csv", "ingangsdatum", "2026-4-1", "geen datum"),
        ("ontvangers.csv", "rol", "wethouder", "controller, contractmanager, aanbieder"),
        ("ontvangers.csv", "agb", "", "AGB-code"),
        ("ontvangers.csv", "gebied", "Nergens", "geen regio"),
        ("ontvangers.csv", "frequentie", "maand", "direct, week"),
    ],
)
def test_a_bad_cell_is_a_problem_with_its_place(
    file: str, column: str, text: str, reason: str
) -> None:
    loaded = parse_files(with_cells(file, **{column: text}))
    (problem,) = loaded.problems
    assert (problem.file, problem.column, problem.kind) == (file, column, "error")
    assert problem.line == GOOD[file].count("\n")
    assert reason in problem.reason
    assert f"{file}, regel {problem.line}, kolom {column}: " in str(problem)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("controller;P;p@x.example;;C1;;direct", "gebied"),
        ("contractmanager;P;p@x.example;;;90000001;direct", "contract"),
        ("aanbieder;P;p@x.example;0637;C1;;direct", "agb"),
    ],
)
def test_a_recipient_says_whose_news_it_gets(row: str, column: str) -> None:
    (problem,) = parse_files(with_row("ontvangers.csv", row)).problems
    assert problem.column == column


def test_every_bad_cell_is_reported_and_only_that_file_stays_out() -> None:
    rows = "0637;26;Ambulant;2;morgen;veel\n0637;2026;;3;2026-01-01;1\n0637;2026;Ambulant"
    loaded = parse_files(with_row("begroting.csv", rows))
    places = [(problem.line, problem.column) for problem in loaded.errors]
    assert places == [
        (3, "jaar"),
        (3, "vastgesteld_op"),
        (3, "bedrag"),
        (4, "begrotingspost"),
        (5, None),
    ]
    assert loaded.budgets == ()
    assert len(loaded.tariffs) == 2


def test_a_problem_repeats_nothing_from_the_file() -> None:
    personal = "jan.de.vries@geheim"
    for name, text in GOOD.items():
        width = text.partition("\n")[0].count(";")
        data = with_row(name, ";".join([personal] * (width + 1)))
        problems = parse_files(data).errors
        assert problems
        assert not any("vries" in str(problem) for problem in problems)
    headless = parse_files({"ontvangers.csv": f"controller;{personal};0637".encode()})
    assert not any("vries" in str(problem) for problem in headless.errors)


def test_a_line_number_counts_the_lines_inside_quotes() -> None:
    rows = '0637;Ambulant;pgb;"twee\nregels";2026-02;1\n0637;Ambulant;pgb;;2026-99;1'
    (problem,) = parse_files(with_row("vaste_kosten.csv", rows)).problems
    assert problem.line == 6


def test_rows_that_contradict_each_other_are_named_both() -> None:
    row = "0637;90000001;45A04;01;1,70;2026-01-01;2026-12-31"
    loaded = parse_files(with_row("tarieven.csv", row))
    (problem,) = loaded.problems
    assert (problem.line, "regel 3" in problem.reason) == (4, True)
    assert loaded.tariffs == ()


def test_the_same_row_twice_is_harmless() -> None:
    row = "0637;2026;Ambulant;1;2025-11-10;1254998,350".removesuffix("0")
    assert parse_files(with_row("begroting.csv", row)).problems == ()


def test_a_row_known_later_revises_instead_of_contradicting() -> None:
    text = (
        "gemeentecode;jaar;jeugdigen;bekend_sinds\n0637;2026;1;\n0637;2026;2;2026-03-01\n"
        "0637;2026;3;2026-03-01\n"
    )
    (problem,) = parse_files({"inwoners.csv": text.encode()}).problems
    assert (problem.line, "regel 3" in problem.reason) == (4, True)


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "geen kopregel"),
        (b"gemeentecode,jaar,jeugdigen\n0637,2026,1\n", 1, "puntkomma"),
        (b"gemeentecode\tjaar\tjeugdigen\n", 1, "puntkomma"),
        (b"\n0637;2026;1\n", 2, "mist in de kopregel: gemeentecode, jaar, jeugdigen"),
        (b"gemeentecode;jaar\n", 1, "mist in de kopregel: jeugdigen"),
        (b"gemeentecode;jaar;jeugdigen;jaar\n", 1, "nummer 4"),
        (b"gemeentecode;;jaar;jeugdigen\n", 1, "nummer 2"),
        (b"gemeentecode;jaar;extra;jeugdigen\n", 1, "nummer 3"),
        (b"gemeentecode;jaar;jeugdigen\n0637;2026;\xe9\xe9n\n", 2, "byte 39 "),
        ("gemeentecode;jaar;jeugdigen\n".encode("utf-16"), 1, "byte 1 "),
        ("gemeentecode;jaar;jeugdigen\n".encode("utf-16-le"), 1, "mist in de kopregel"),
        (b'gemeentecode;jaar;jeugdigen\n0637;2026;"1\n0637;2026;2\n', 2, "aanhalingstekens"),
        (b"gemeentecode;jaar;jeugdigen\n0637;2026;1;2\n", 2, "4 velden, de kopregel 3"),
    ],
)
def test_a_file_of_another_form_has_one_clear_problem(data: bytes, line: int, reason: str) -> None:
    (problem,) = parse_files({"inwoners.csv": data}).problems
    assert (problem.file, problem.line) == ("inwoners.csv", line)
    assert reason in problem.reason


def test_a_bad_file_of_municipalities_does_not_accuse_the_others() -> None:
    loaded = parse_files(with_cells("gemeenten.csv", gemeentecode="x"))
    assert {problem.file for problem in loaded.problems} == {"gemeenten.csv"}


def test_a_directory_is_read_and_what_does_not_belong_is_a_warning(tmp_path: Path) -> None:
    for name, data in bytes_of(GOOD).items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "leesmij.txt").write_text("niets")
    (tmp_path / "budget.csv").write_text("niets")
    loaded = load_directory(tmp_path)
    (warning,) = loaded.problems
    assert (warning.file, warning.kind, loaded.errors) == ("budget.csv", "warning", ())
    assert loaded.contracts == parse_files(bytes_of(GOOD)).contracts


def test_missing_files_are_empty_and_a_missing_directory_is_a_problem(tmp_path: Path) -> None:
    assert load_directory(tmp_path).problems == ()
    assert "geen map" in str(*load_directory(tmp_path / "weg").problems)
    (tmp_path / "inwoners.csv").mkdir()
    assert "kan niet gelezen worden" in str(*load_directory(tmp_path).problems)


def test_optional_columns_may_be_absent_and_are_read_when_they_are_there() -> None:
    files = GOOD | {
        "gemeenten.csv": "gemeentecode;naam;regio;opvolger;per\n"
        "0637;Zoetermeer;Haaglanden;;\n0518;Den Haag;Haaglanden;0637;2027-01-01\n",
        "vaste_kosten.csv": "gemeentecode;begrotingspost;soort;omschrijving;maand;bedrag\n"
        "0637;Ambulant;taakgericht;Wijkteam;2026;1000,00\n",
    }
    files["producten.csv"] = "".join(
        f"{line};{extra}\n"
        for line, extra in zip(
            GOOD["producten.csv"].splitlines(),
            ["volumemethode;betaling", "dagen;70/30", ";maand"],
            strict=True,
        )
    )
    loaded = parse_files(bytes_of(files))
    assert loaded.problems == ()
    assert loaded.municipalities[1].successor == "0637"
    assert [row.volume_method for row in loaded.products] == ["dagen", None]
    assert [row.payment for row in loaded.products] == [Fraction(7, 10), None]
    twelfths = loaded.fixed_costs[0].by_month
    assert sum(twelfths.values()) == 100_000
    assert sorted(set(twelfths.values())) == [8_333, 8_334]


@pytest.mark.parametrize(
    ("name", "header", "row", "column"),
    [
        ("gemeenten.csv", ";opvolger;per", ";0637;", "per"),
        ("gemeenten.csv", ";opvolger;per", ";;2027-01-01", "per"),
        ("gemeenten.csv", ";opvolger;per", ";0518;2027-01-01", "per"),
        ("producten.csv", ";betaling", ";60/50", "betaling"),
        ("producten.csv", ";volumemethode", ";weekly", "volumemethode"),
        ("contracten.csv", ";bekostiging", ";gratis", "bekostiging"),
    ],
)
def test_a_bad_optional_cell_is_named(name: str, header: str, row: str, column: str) -> None:
    first, *lines = GOOD[name].splitlines()
    empty = ";" * header.count(";")
    text = "\n".join([first + header, *(line + empty for line in lines[:-1]), lines[-1] + row])
    loaded = parse_files(bytes_of({**GOOD, name: text}))
    assert [(each.file, each.column) for each in loaded.problems] == [(name, column)]
