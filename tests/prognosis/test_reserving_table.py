"""`budgetwacht reserving`: both forms of the file, every method, and errors that say where and why."""

import csv
import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cli.main import main
from streams.prognosis.reserving.table import BadTable, read_triangle
from streams.prognosis.reserving.triangle import Triangle
from tests.prognosis.triangles import grown, shipped

COLUMNS = ["origin", "latest", "ultimate", "reserve", "se", "one_year_se"]
METHODS = ["chain-ladder", "mack", "bf", "benktander", "cape-cod", "odp"]


def text(triangle: Triangle, separator: str = ",") -> str:
    """The triangle as the command reads it."""
    mark = "," if separator == ";" else "."
    lines = [["origin", *triangle.ages]]
    for origin, row in zip(triangle.origins, triangle.cells, strict=True):
        cells = ["" if cell is None else repr(cell).replace(".", mark) for cell in row]
        lines.append([origin, *cells])
    return "".join(f"{separator.join(line)}\n" for line in lines)


@pytest.fixture
def raa(tmp_path: Path) -> Path:
    file = tmp_path / "raa.csv"
    file.write_text(text(shipped()["raa"].triangle))
    return file


@given(grown(gaps=True), st.sampled_from(",;"), st.booleans())
def test_a_written_triangle_is_read_back(found: Triangle, separator: str, windows: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    written = text(found, separator)
    assert read_triangle(written.replace("\n", "\r\n") if windows else written) == found


@pytest.mark.parametrize(
    "written",
    [
        "origin,1,2\na,1,2.5\nb,3,\n",
        "origin,1,2\na,1,2.5\nb,3\n",
        "origin;1;2\na;1;2,5\nb;3;\n",
        'jaar;"1";"2"\n"a"; 1 ;"2,5"\n\n;;\nb;+3,0;',
        "origin,1,2,\na,1e0,2.50,\nb,3.,,\n",
        "origin,1,2,3\na,1,2.5,\nb,3,,\n",
    ],
)
def test_forms_of_the_same_triangle(written: str) -> None:
    found = read_triangle(written)
    assert (found.origins, found.ages) == (("a", "b"), ("1", "2"))
    assert found.cells == ((1.0, 2.5), (3.0, None))


@pytest.mark.parametrize(
    ("written", "place", "reason"),
    [
        ("", "regel 1", "noemt geen leeftijd"),
        ("origin\na\n", "regel 1", "noemt geen leeftijd"),
        ("origin,1,2\n", "regel 1", "volgt geen periode"),
        ("origin,1,,3\na,1,2,3\n", "regel 1, kolom 3", "de leeftijd heeft geen naam"),
        ("origin,1,1\na,1,2\n", "regel 1, kolom 3", "leeftijd 1 staat er twee keer"),
        ("origin,12,36,24\na,1,2,3\n", "regel 1, kolom 4", "leeftijd 24 na 36"),
        ("origin,1,2\na,1,x\n", "regel 2, kolom 3", "'x' is geen bedrag"),
        ("origin,1,2\na,1,nan\n", "regel 2, kolom 3", "'nan' is geen bedrag"),
        ('origin,1,2\na,1,"2,5"\n', "regel 2, kolom 3", "decimale punt"),
        ("origin;1;2\na;1;2.500\n", "regel 2, kolom 3", "decimale komma"),
        ("origin;1;2\na;1;1.234,50\n", "regel 2, kolom 3", "niets tussen duizendtallen"),
        ("origin,1,2\na,1,1e999\n", "regel 2, kolom 3", "te groot"),
        ("origin,1,2\na,1,-1e16\n", "regel 2, kolom 3", "te groot"),
        ("origin,1,2\na,1,1e-300\n", "regel 2, kolom 3", "te klein"),
        ("origin,1,2\na,1,2\n\nb,1,2,3\n", "regel 4, kolom 4", "voorbij de laatste leeftijd, 2"),
        ("origin,1,2\n,1,2\n", "regel 2, kolom 1", "de periode heeft geen naam"),
        ("origin,1,2\na,1,2\na,1\n", "regel 3, kolom 1", "periode a staat er twee keer"),
        ("origin,1,2\na,1,2\ntotal,1\n", "regel 3, kolom 1", "naam van de som"),
        ("origin,1,2\na,1,2\nb,,\n", "regel 3", "de periode heeft geen bedrag"),
        ('origin,1,2\na,1,"2\n', "regel 2", "unexpected end of data"),
    ],
)
def test_a_fault_is_told_with_its_place(written: str, place: str, reason: str) -> None:
    with pytest.raises(BadTable) as caught:
        read_triangle(written)
    assert str(caught.value).startswith(f"{place}: ")
    assert reason in str(caught.value)


@given(st.text(alphabet="o,;.\n1\"e-'x ", max_size=60))
def test_any_text_is_a_triangle_or_a_clear_fault(written: str) -> None:
    with suppress(BadTable):
        assert read_triangle(written).origins


@pytest.mark.parametrize("method", METHODS)
def test_every_method_prints_its_rows(
    method: str, raa: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reserving", str(raa), "--method", method]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [list(row) for row in rows] == [COLUMNS] * 11
    assert [row["origin"] for row in rows] == [*(f"o{i}" for i in range(10)), "total"]
    for row in rows:
        assert row["reserve"] == pytest.approx(row["ultimate"] - row["latest"])
        assert (row["se"] is None) == (method not in {"mack", "odp"})
        assert (row["one_year_se"] is None) == (method != "mack")


def test_mack_prints_the_published_total(raa: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["reserving", str(raa), "--method", "mack", "--format", "json"])
    total = json.loads(capsys.readouterr().out)[-1]
    assert round(total["reserve"], 1) == 52135.2
    assert round(total["se"], 1) == 26909.0
    assert round(total["one_year_se"], 1) == 25182.0


def test_an_a_priori_amount_is_one_origins_with_point_or_comma(
    raa: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    totals = []
    for amount in ("21312.222826121014", "21312,222826121014"):
        main(["reserving", str(raa), "--method", "bf", "--apriori", amount])
        totals.append(json.loads(capsys.readouterr().out)[-1]["reserve"])
    main(["reserving", str(raa), "--method", "bf"])
    assert totals == [json.loads(capsys.readouterr().out)[-1]["reserve"]] * 2
    main(["reserving", str(raa), "--method", "bf", "--apriori", "0"])
    assert json.loads(capsys.readouterr().out)[-1]["reserve"] == 0


def test_csv_and_table_hold_the_same_rows(raa: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["reserving", str(raa), "--method", "mack", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter=";"))
    assert list(rows[0]) == COLUMNS
    main(["reserving", str(raa), "--method", "mack", "--format", "table"])
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == len(rows) + 1
    assert shown[-1].split() == [
        *("total", "160987.0", "213122.23", "52135.23", "26909.01", "25181.95"),
    ]


@pytest.mark.parametrize("amount", ["veel", "inf", "nan", "", "-5"])
def test_an_a_priori_amount_that_is_none_is_refused(amount: str, raa: Path) -> None:
    with pytest.raises(SystemExit):
        main(["reserving", str(raa), "--method", "bf", "--apriori", amount])


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"origin,1,2\na,1,x\n", 2, "regel 2, kolom 3: 'x' is geen bedrag"),
        (b"origin,1,2\na,1,\xff\n", 1, "is geen UTF-8"),
        (b"origin,1,2\na,1,2\nb,-1\n", 1, "periode b staat onder nul op leeftijd 1"),
    ],
)
def test_a_file_that_can_not_be_valued_is_named_with_the_reason(
    content: bytes, code: int, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "driehoek.csv"
    file.write_bytes(content)
    assert main(["reserving", str(file), "--method", "mack"]) == code
    told = capsys.readouterr().err
    assert f"{file}: " in told
    assert reason in told


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reserving", str(tmp_path / "weg.csv"), "--method", "odp"]) == 1
    assert "weg.csv: No such file" in capsys.readouterr().err


def test_a_mark_of_byte_order_is_no_part_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "excel.csv"
    file.write_text("origin;1;2\na;10;15,5\nb;12;\n", encoding="utf-8-sig")
    assert main(["reserving", str(file), "--method", "chain-ladder"]) == 0
    assert json.loads(capsys.readouterr().out)[1]["ultimate"] == pytest.approx(18.6)
