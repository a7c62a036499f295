"""What if: each step does what it says to what is still to come, and effects add up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from schemas.reference.document import ReferenceDocument
from schemas.reference.rows import Measure
from streams.figures.account import Account
from streams.figures.rollup import Figures
from streams.prognosis.expecting import TERMS
from streams.prognosis.forecast import Forecast
from streams.prognosis.steps import BadSteps, Step, read_steps
from streams.prognosis.whatif import STAY, effects, with_effects
from tests.prognosis.test_cross import YEAR, forecast_of
from tests.prognosis.worlds import CARE, steady
from tests.prognosis.worlds import STAY as HOME

HEAD = "soort;vanaf;percentage;agb;productcode;maatregel\n"
JULY = 18
"""The first month that is not over, as a column of the forecast: it begins a year before."""


def steps(*rows: str) -> list[Step]:
    """Steps of rows."""
    return read_steps(HEAD + "".join(f"{row}\n" for row in rows))


def forecast(cents: int = 1_000) -> Forecast:
    """End of June: of two items `cents` late in June, then allocated and usual each, half of it loose."""
    found = forecast_of(
        [*steady(CARE, 60)[0], *steady(HOME, 60)[0]], [*steady(CARE, 60)[1], *steady(HOME, 60)[1]]
    )
    still = np.zeros_like(found.still)
    still[TERMS.index("late"), :, JULY - 1] = cents
    for name, share in (("allocated", 1.0), ("usual", 1.0), ("loose", 0.5)):
        still[TERMS.index(name), :, JULY:] = round(cents * share)
    still[TERMS.index("refused"), :, JULY - 1] = -7
    return replace(found, still=still)


def parts(*measures: Measure) -> list[Figures]:
    """A municipality of which only its measures are known."""
    account = Account("9901")
    account.refer(ReferenceDocument(code="9901", measures=measures))
    account.tick(date(YEAR, 6, 30))
    figures = account.figures("9901")
    assert figures is not None
    return [figures]


def measure(cents: int, starts: str, codes: tuple[str, ...] = ()) -> Measure:
    """A measure of `YEAR`."""
    return Measure.model_construct(
        measure="Wijkteams",
        municipality="9901",
        codes=codes,
        starts_on=date.fromisoformat(starts),
        year=YEAR,
        saving_cents=cents,
        known_since=None,
    )


def effect(
    *rows: str, found: Forecast | None = None, of: Sequence[Figures] = ()
) -> NDArray[np.int64]:
    """The effect of the last of some steps, by term, item and month."""
    return effects(found or forecast(), of, YEAR, steps(*rows))[-1]


def test_a_dearer_tariff_changes_all_that_is_still_to_be_declared_from_then_on() -> None:
    """Ten percent of everything from June on, refusals and earlier months apart."""
    changed = effect("tarief;2025-06;10;;;")
    assert changed[TERMS.index("late"), :, JULY - 1].tolist() == [100, 100]
    assert changed[:, 0, JULY].tolist() == [0, 100, 100, 50, 0]
    assert not changed[TERMS.index("refused")].any()
    later = effect("tarief;2025-08;10;;;")
    assert not later[:, :, : JULY + 1].any()
    assert later[:, :, JULY + 1].sum() == 500


def test_a_tariff_may_be_of_one_provider_or_product() -> None:
    """The other item keeps its amounts."""
    for row in (f"tarief;2025-06;10;{CARE.provider};;", f"tarief;2025-06;10;;{CARE.product};"):
        changed = effect(row)
        assert changed[:, 0].any()
        assert not changed[:, 1].any()
    assert not effect(f"tarief;2025-06;10;{CARE.provider};{HOME.product};").any()


def test_more_inflow_grows_by_a_twelfth_a_month() -> None:
    """Twelve percent more from July: one percent of July, two of August, six of December."""
    found = forecast(10_000)
    changed = effect("instroom;2025-07;12;;;", found=found).sum(axis=(0, 1))
    assert changed[:JULY].tolist() == [0] * JULY
    assert changed[JULY:].tolist() == [50_000 * (n + 1) // 100 for n in range(6)]


def test_inflow_of_long_ago_is_all_there_is() -> None:
    """After `STAY` months everyone came in after it; what is over does not change."""
    changed = effect("instroom;2023-01;12;;;", found=forecast(10_000)).sum(axis=(0, 1))
    assert STAY == 12
    assert changed[JULY - 1] == 0
    assert changed[JULY] == 50_000 * 12 // 100


def test_less_use_of_allocations_leaves_care_without_one_alone() -> None:
    """Five percent less of what is late, allocated and usual."""
    changed = effect("uitnutting;2025-06;-5;;;")
    assert changed[:, 0, JULY].tolist() == [0, -50, -50, 0, 0]
    assert changed[TERMS.index("late"), 0, JULY - 1] == -50


@pytest.mark.parametrize(("share", "left"), [("", 0), ("25", 0.25)])
def test_after_the_end_of_a_contract_nothing_comes_but_what_goes_on_elsewhere(
    share: str, left: float
) -> None:
    """Of that provider, from that month on."""
    found = forecast()
    changed = effect(f"einde_contract;2025-09;{share};{CARE.provider};;", found=found)
    after = (found.still + changed)[:, 0, JULY + 2 :].sum(axis=0)
    assert after.tolist() == [2_500 * left] * 4
    assert not changed[:, 1].any()
    assert not changed[:, 0, : JULY + 2].any()


def test_a_measure_takes_off_what_it_was_meant_to_save_in_months_to_come() -> None:
    """1.201 cents over twelve months: the six that are left are half of it, of all products."""
    changed = effect("maatregel;;;;;Wijkteams", of=parts(measure(1_201, "2025-01-01")))
    assert changed.sum() in {-600, -601}
    by_month = changed.sum(axis=(0, 1))
    assert not by_month[:JULY].any()
    assert set(by_month[JULY:].tolist()) <= {-100, -101}
    assert changed[:, 0].sum() == pytest.approx(changed[:, 1].sum(), abs=6)


def test_a_measure_of_products_takes_it_off_these() -> None:
    """Spread from its start: October to December."""
    changed = effect(
        "maatregel;;;;;Wijkteams", of=parts(measure(300, "2025-10-01", (CARE.product or "",)))
    )
    assert changed.sum() == -300
    assert not changed[:, 1].any()
    assert changed[:, 0].sum(axis=0)[JULY:].tolist() == [0, 0, 0, -100, -100, -100]


def test_a_measure_never_saves_more_than_comes() -> None:
    """Nothing becomes negative."""
    found = forecast()
    changed = effect("maatregel;;;;;Wijkteams", found=found, of=parts(measure(10**9, "2025-01-01")))
    after = found.still + changed
    assert after[: TERMS.index("refused")].min() == 0
    assert not after[: TERMS.index("refused"), :, JULY:].any()


KINDS = st.sampled_from(
    [
        "instroom;2025-08;{};;;",
        "tarief;2025-05;{};;;",
        f"tarief;2025-09;{{}};{CARE.provider};;",
        "uitnutting;2025-07;{};;;",
        f"einde_contract;2025-11;;{HOME.provider};;",
        "maatregel;;;;;Wijkteams",
    ]
)


@settings(max_examples=30)
@given(st.lists(st.tuples(KINDS, st.integers(-100, 100)), max_size=5))
def test_effects_add_up_whatever_the_steps(rows: list[tuple[str, int]]) -> None:
    """The forecast after all steps is the plain one and every effect, to the cent."""
    found = forecast(997)
    told = effects(
        found,
        parts(measure(5_003, "2025-03-01")),
        YEAR,
        steps(*(row.format(share) for row, share in rows)),
    )
    assert len(told) == len(rows)
    after = with_effects(found, told)
    assert (after.still == found.still + sum(told, np.zeros_like(found.still))).all()
    assert after.still[: TERMS.index("refused")].min() >= 0


def test_a_step_has_a_name_that_says_what_it_is() -> None:
    """Numbered, as in the file; a byte order mark and empty rows are passed over."""
    text = f"\ufeff{HEAD}tarief;2025-07;3,5;;45A04;\n;;;;;\neinde_contract;2025-10;;90000001;;\n"
    assert [step.name for step in read_steps(text)] == [
        "1. tarief 3,5% vanaf 2025-07 45A04",
        "2. einde_contract vanaf 2025-10 90000001",
    ]
    assert read_steps("soort;maatregel\nmaatregel;X\n")[0].measure == "X"
    assert read_steps(HEAD) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("", "regel 1"),
        ("iets;2025-07;1;;;", "regel 2, kolom soort"),
        ("tarief;2025-7;1;;;", "regel 2, kolom vanaf"),
        ("tarief;2025-13;1;;;", "regel 2, kolom vanaf"),
        ("tarief;;1;;;", "regel 2, kolom vanaf: is nodig"),
        ("tarief;2025-07;;;;", "regel 2, kolom percentage: is nodig"),
        ("tarief;2025-07;1.5;;;", "regel 2, kolom percentage"),
        ("tarief;2025-07;-101;;;", "regel 2, kolom percentage"),
        ("einde_contract;2025-07;-1;90000001;;", "regel 2, kolom percentage"),
        ("einde_contract;2025-07;;;;", "regel 2, kolom agb: is nodig"),
        ("maatregel;2025-07;;;;X", "regel 2, kolom vanaf: hoort niet"),
        ("tarief;2025-07;1;;;;x", "regel 2: meer velden"),
        ('tarief;"2025', "regel 2"),
    ],
)
def test_a_bad_step_is_named_by_line_and_column(row: str, told: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(BadSteps) as error:
        read_steps(HEAD + f"{row}\n" if row else "a;b\n1;2\n")
    assert str(error.value).startswith(told)
