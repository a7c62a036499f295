"""What is asked wrongly is refused by name, in Dutch, before anything is read."""

from pathlib import Path

import pytest

from streams.cli.main import main

AS_OF = ("--as-of", "2025-10-15")


@pytest.mark.parametrize("day", ["2025-02-30", "gisteren", "20251015", "2025-W42-3", "15-10-2025"])
@pytest.mark.parametrize(
    "argv",
    [
        ("figures", "flows", "."),
        ("tables", "stromen", "."),
        ("replay", ".", "--by", "municipality"),
        ("prognosis", "."),
        ("signals", "."),
        ("region", "show", "."),
        ("reconcile", "--folder", "."),
        ("tick",),
    ],
)
def test_a_day_is_written_in_one_way(
    argv: tuple[str, ...], day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _refusal(capsys, *argv, "--as-of", day) == f"{day!r} is geen datum (JJJJ-MM-DD)"


@pytest.mark.parametrize("year", ["0", "25", "1999", "2200", "99999"])
@pytest.mark.parametrize(
    "argv",
    [
        ("figures", "flows", ".", *AS_OF),
        ("tables", "stromen", ".", *AS_OF),
        ("prognosis", ".", *AS_OF),
        ("region", "show", ".", *AS_OF),
        ("revisions", ".", "--from", "2025-09-15", "--to", "2025-10-15"),
    ],
)
def test_a_year_is_one_that_care_can_be_of(
    argv: tuple[str, ...], year: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _refusal(capsys, *argv, "--year", year)
    assert said == f"{year} is geen jaar van 2000 tot en met 2199"


@pytest.mark.parametrize("as_of", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_lies_in_a_year_that_care_can_be_of(
    as_of: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _refusal(capsys, "figures", "intensity", ".", "--as-of", as_of)
    assert said == f"{as_of[:4]} is geen jaar van 2000 tot en met 2199"


@pytest.mark.parametrize("days", ["-3", "1.5", "een", "²"])
def test_a_gap_is_a_whole_number_of_days(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = _refusal(capsys, "figures", "flows", ".", *AS_OF, "--gap-days", days)
    assert said == f"{days!r} is geen heel getal"


def test_an_unknown_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "flows", str(tmp_path / "weg"), *AS_OF]) == 1
    assert "weg" in capsys.readouterr().err.splitlines()[-1]


def _refusal(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What stands behind the name of the option."""
    with pytest.raises(SystemExit) as stopped:
        main(list(argv))
    assert stopped.value.code == 2
    return (
        capsys.readouterr()
        .err.splitlines()[-1]
        .partition(": error: argument ")[2]
        .split(": ", 1)[1]
    )
