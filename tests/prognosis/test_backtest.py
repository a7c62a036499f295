"""The backtest: it knows only what was known, and scores what was said."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemas.kept import Kept, Known
from streams.cli.main import main
from streams.local.folder import Folder
from streams.local.funnels import draw
from streams.prognosis.backtest import COLUMNS, Backtest, month_ends, monthly, scores
from streams.prognosis.forecast import forecast
from streams.prognosis.keeping import BY
from streams.prognosis.monitor import monitors
from streams.prognosis.outlook import years
from streams.prognosis.split import Split


def kept(elapsed: int = 6, prognosis: int = 1_000, **more: object) -> Kept:
    """A prognosis of a municipality, of 2025, bounds of ten and twenty percent; no fixed costs."""
    day = month_ends(date(2025, 1, 1), date(2025, 12, 1))[elapsed - 1]
    fields: dict[str, object] = {
        "municipality": "9901",
        "level": "municipality",
        "budget_line": None,
        "as_of": day,
        "year": 2025,
        "declared_cents": 0,
        "fixed_cents": 0,
        "prognosis_cents": prognosis,
        "lower80_cents": prognosis - prognosis // 10,
        "upper80_cents": prognosis + prognosis // 10,
        "lower95_cents": prognosis - prognosis // 5,
        "upper95_cents": prognosis + prognosis // 5,
        "spread": 0.08,
        "windows": 12,
        "budget_cents": None,
        "chain_ladder_cents": prognosis,
        "commitments_cents": prognosis,
        "run_rate_cents": prognosis,
    }
    return Kept.model_validate(fields | more)


def known(cents: int, *towns: str) -> Known:
    """What 2025 became."""
    return {(town, "municipality", None, 2025): cents for town in towns or ("9901",)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A small simulated region."""
    home = tmp_path_factory.mktemp("regio") / "klein"
    argv = ["simulate", "--scenario", "regio-klein", "--seed", "4", "--scale", "0.05"]
    assert main([*argv, "--out", str(home)]) == 0
    return Folder(home, pytest.fail)


def test_a_day_is_replayed_with_what_was_known(folder: Folder) -> None:
    """What is kept of a day is the prognosis of that day made from nothing, whatever came later.

    It is made twice: with all messages in the books, and with only those that were dated by then.
    """
    events, documents = list(folder.events()), folder.documents()
    days = month_ends(date(2025, 5, 1), date(2025, 9, 1))
    played = list(Backtest(events, documents).play(days))
    assert [len(made) > 9 for made in played] == [True] * 5
    for day, made in zip(days[::4], played[::4], strict=True):
        early = [event for event in events if event["dated"] <= day.isoformat()]
        assert list(Backtest(early, documents).play([day])) == [made]
        cells = {}
        for monitor in monitors(events, documents, day):
            parts = monitor.parts()
            for year in (day.year, day.year + 1):
                split = Split(parts, year, forecast(parts, years(year - 1, year)))
                for level, by in BY.items():
                    for label, cell in split.cells(by).items():
                        line = label[1] if len(label) > 1 else None
                        cells[label[0], level, line, day, year] = cell.row()
        assert made
        for each in made:
            told = {**each.model_dump()}
            row = cells[each.key]
            assert {name: told[name] for name in row if name in told} == {
                name: row[name] for name in row if name in told
            }


def test_each_prognosis_is_made_once(folder: Folder) -> None:
    """One a municipality, line, day and year: of this year and the next, until March of the last."""
    backtest = Backtest(folder.events(), folder.documents())
    made = [
        each
        for several in backtest.play(month_ends(date(2024, 12, 1), date(2025, 4, 1)))
        for each in several
    ]
    assert len({each.key for each in made}) == len(made)
    found = {(each.as_of.month, each.year, each.elapsed) for each in made}
    assert found >= {(12, 2024, 12), (12, 2025, 0), (1, 2024, 13), (3, 2024, 15), (4, 2025, 4)}
    assert not {each for each in found if each[2] > 15}


@pytest.mark.parametrize(
    ("day", "of"),
    [
        ("2024-12-31", {2024, 2025}),
        ("2025-01-01", {2024, 2025, 2026}),
        ("2025-03-31", {2024, 2025, 2026}),
        ("2025-04-01", {2025, 2026}),
        ("2025-04-29", {2025, 2026}),
    ],
)
def test_on_any_day_the_year_before_is_told_until_the_end_of_march(
    folder: Folder, day: str, of: set[int]
) -> None:
    """Not on month ends alone."""
    found = monitors(folder.events(), folder.documents(), date.fromisoformat(day))
    for monitor in found:
        made = monitor.prognoses()
        assert {each.year for each in made} == of
        assert {each.as_of.isoformat() for each in made} == {day}


def test_lines_add_up_to_their_municipality(folder: Folder) -> None:
    """Of every year, to the cent: a day is kept whole."""
    for monitor in monitors(folder.events(), folder.documents(), date(2025, 2, 13)):
        made = monitor.prognoses()
        sums: dict[tuple[str, int], int] = defaultdict(int)
        for each in made:
            sums[each.level, each.year] += each.prognosis_cents
        for year in {each.year for each in made}:
            assert sums["municipality", year] == sums["budget_line", year]


def test_a_year_is_known_three_months_after_it(folder: Folder) -> None:
    """Later years have no outcome yet; lines add up to their municipality."""
    events, documents = list(folder.events()), folder.documents()
    early = [event for event in events if event["dated"] < "2025-03-01"]
    assert {year for *_, year in Backtest(early, documents).known() if year > 2023} == set()
    found = Backtest(events, documents).known()
    assert {year for *_, year in found} >= {2024}
    for code, level, _, year in found:
        if level == "municipality":
            lines = [
                cents
                for (town, each, _, of), cents in found.items()
                if (town, each, of) == (code, "budget_line", year)
            ]
            assert sum(lines) == found[code, level, None, year]


def test_errors_are_shares_of_what_the_year_became() -> None:
    """1.000 and 900 said of 1.000: five percent wrong, five too low; one of them within its bounds."""
    (whole, first, second) = scores(
        [
            kept(prognosis=1_000),
            kept(prognosis=900, municipality="9902", lower80_cents=850, upper80_cents=950),
        ],
        known(1_000, "9901", "9902"),
    )
    assert (whole["municipality"], whole["elapsed"], whole["forecasts"]) == (None, 6, 2)
    assert (whole["error_percent"], whole["bias_percent"]) == (5, -5)
    assert (whole["coverage80"], whole["coverage95"]) == (0.5, 1)
    assert whole["budget_error_percent"] is None
    assert [first["error_percent"], second["error_percent"]] == [0, 10]
    assert first["interval_score_percent"] == 20
    assert second["interval_score_percent"] == 10 + 10 * 5
    assert list(whole) == ["municipality", *COLUMNS]


def test_fixed_costs_are_left_out_of_the_score() -> None:
    """They are certain: with them every error would look smaller."""
    more = {name: 1_900 + shift for name, shift in (("prognosis_cents", 0), ("lower80_cents", -50),
        ("upper80_cents", 50), ("lower95_cents", -90), ("upper95_cents", 90))}  # fmt: skip
    (whole, _) = scores([kept(fixed_cents=1_000, budget_cents=2_200, **more)], known(1_000))
    assert (whole["error_percent"], whole["budget_error_percent"]) == (10, 20)
    assert (whole["coverage80"], whole["coverage95"]) == (0, 0)


def test_a_check_that_was_silent_once_is_not_scored() -> None:
    """A mean over fewer forecasts would be of other years."""
    said = [kept(chain_ladder_cents=None), kept(municipality="9902", commitments_cents=1_100)]
    (whole, first, second) = scores(said, known(1_000, "9901", "9902"))
    assert whole["chain_ladder_error_percent"] is None
    assert whole["commitments_error_percent"] == 5
    assert (first["chain_ladder_error_percent"], second["chain_ladder_error_percent"]) == (None, 0)


def test_what_is_not_known_yet_is_not_scored() -> None:
    """No outcome, or none of the level asked for: no row."""
    assert scores([kept()], {}) == []
    assert scores([kept()], known(1_000), ("budget_line",)) == []
    assert scores([kept(prognosis=10)], known(0)) == []


@given(st.permutations([kept(month, 900 + month) for month in range(1, 7)]))
def test_scores_and_picture_do_not_depend_on_the_order_of_what_was_kept(made: list[Kept]) -> None:
    """A file may be put together from several."""
    usual = sorted(made, key=lambda each: each.as_of)
    assert scores(made, known(1_000)) == scores(usual, known(1_000))
    assert draw(made, known(1_000)) == draw(usual, known(1_000))


DAYS = st.lists(st.dates(date(2024, 11, 1), date(2026, 3, 31)), unique=True, min_size=1)


@given(DAYS, st.randoms(use_true_random=False))
def test_of_many_days_a_month_the_first_counts_in_any_order(
    days: list[date], chance: Random
) -> None:
    """One a cell, year and number of months over; what was kept on later days changes no score."""
    made = [kept(municipality=town, as_of=day) for day in days for town in ("9901", "9902")]
    chance.shuffle(made)
    chosen = monthly(made)
    cells = {(each.municipality, each.elapsed): each.as_of for each in chosen}
    assert len(cells) == len(chosen)
    for each in made:
        assert cells[each.municipality, each.elapsed] <= each.as_of
    assert monthly(chosen) == chosen
    chance.shuffle(made)
    assert scores(monthly(made), known(1_000)) == scores(chosen, known(1_000))


def test_month_ends_are_all_first_of_their_month() -> None:
    """A replay loses none."""
    made = [kept(month) for month in range(1, 12)]
    assert monthly(made) == made


def texts(svg: str) -> Iterable[str]:
    """All words in a picture."""
    return [str(each) for each in etree.fromstring(svg.encode()).itertext()]


def test_the_picture_has_a_panel_for_each_year_and_says_in_words_what_it_shows() -> None:
    """A title, a description with the amounts, and legend, axes and panels in Dutch."""
    made = [
        kept(month, 100_000_000 + month * 1_000_000, budget_cents=99_000_000)
        for month in range(1, 7)
    ]
    other = [each.model_copy(update={"municipality": "A<B"}) for each in made]
    svg = draw([*made, *other], known(110_000_000))
    words = "\n".join(texts(svg))
    for part in (
        "Hoe goed de prognoses waren",
        "Gemeente 9901, zorgjaar 2025",
        "Gemeente A<B, zorgjaar 2025",
        "op 30-06-2025 1,06 miljoen euro; geworden: 1,10 miljoen euro.",
        "geworden: nog niet bekend.",
        "marge 80%",
        "begroting",
        "eind van (peildatum)",
        "mrt 2025",
    ):
        assert part in words
    root = etree.fromstring(svg.encode())
    assert root.get("role") == "img"
    assert "nan" not in svg


def test_nothing_kept_is_an_empty_picture() -> None:
    """Still a picture."""
    assert "Hoe goed de prognoses waren" in draw([], {})


@pytest.mark.parametrize("cents", [0, 1, -250, 10**15])
def test_a_flat_year_is_drawn_too(cents: int) -> None:
    """Of nothing, of a cent, of credits, of more than there is."""
    made = [
        kept(
            month,
            cents,
            **{f"{side}{level}_cents": cents for side in ("lower", "upper") for level in (80, 95)},
        )
        for month in range(1, 5)
    ]
    svg = draw(made, known(cents))
    assert "zorgjaar 2025" in "".join(texts(svg))
    assert not {"nan", "inf"} & set(svg.lower().replace("-", " ").split())
