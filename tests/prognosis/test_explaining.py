"""What explains a change adds up to the cent, whatever the messages; and it finds what was planted."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.intake import Pseudonymiser, to_event
from schemas.reference.document import ReferenceDocument, resolve
from schemas.reference.load import parse_files
from streams.figures.rollup import Figures, tallies
from streams.figures.spans import Span
from streams.prognosis.comparing import NAMES, Town, measure
from streams.prognosis.completing import periods
from streams.prognosis.dearer import dearer
from streams.prognosis.decomposition import lmdi, shapley
from streams.prognosis.dividing import FACTORS, METHODS
from streams.prognosis.explaining import EFFECTS, Change, Changes, explain, rolled
from streams.prognosis.monitor import monitors
from streams.simulate.plan import growths
from streams.simulate.reference import reference_files
from streams.simulate.simulation import simulate
from streams.simulate.worlds import ZOETERMEER_2018
from tests.core.worlds import MUNICIPALITY, REFERENCE, declarations, worlds

AS_OF: Final = date(2026, 12, 31)
DAYS: Final = (date(2025, 3, 31), date(2025, 4, 15), AS_OF)
PERIODS: Final = (
    Span("2025-01", "2025-02"),
    Span("2025-03", "2025-04"),
    Span("2025-02", "2025-02"),
    Span("2025-01", "2025-12"),
    Span("2031-01", "2031-12"),
)

CONVERSIONS_HEAD: Final = "gebied;ingangsdatum;oud;nieuw;gewicht;eenheidsfactor\n"
FIXED: Final = (
    "gemeentecode;begrotingspost;soort;omschrijving;maand;bedrag\n"
    "9901;ambulant;overig;x;2025-02;10,01\n9901;vast;pgb;y;2025-03;0,33\n"
)

spans = st.sampled_from(PERIODS)


def document(*conversions: str) -> ReferenceDocument:
    """The reference data of the hostile worlds with fixed costs, and with conversions."""
    files = REFERENCE | {
        "vaste_kosten.csv": FIXED,
        "productomzetting.csv": CONVERSIONS_HEAD + "".join(f"{row}\n" for row in conversions),
    }
    loaded = parse_files({name: text.encode() for name, text in files.items()})
    assert not loaded.problems
    return resolve(loaded)[MUNICIPALITY]


CONVERTED: Final = document("Regio;2025-03-01;45A04;45A05;1;1", "9901;2025-03-01;44A08;45A05;1;2")


def parts_of(
    world: Iterable[AnyEvent], reference: ReferenceDocument = CONVERTED, as_of: date = AS_OF
) -> list[Figures]:
    """The figures of a world of one municipality."""
    (monitor,) = monitors(world, {MUNICIPALITY: reference}, as_of)
    return monitor.parts()


def total(found: Changes) -> Change:
    """The change of the one municipality."""
    (change,) = rolled(found, ["municipality"]).values() or [Change()]
    return change


@settings(max_examples=80)
@given(worlds(), spans, spans, st.sampled_from(sorted(METHODS)), st.sampled_from(DAYS))
def test_effects_add_up_to_the_change_in_the_books_to_the_cent(
    world: list[AnyEvent], before: Span, after: Span, method: str, as_of: date
) -> None:
    """Everywhere, by either method, whatever is still expected; that is an effect of its own."""
    parts = parts_of(world, as_of=as_of)
    found = explain(parts, before, after, METHODS[method])
    for change in found.values():
        assert sum(change.effects.values()) == change.after - change.before
        assert change.effects["not_declared"] == change.expected[0] - change.expected[1]
        assert set(change.effects) <= set(EFFECTS[method])
    declared = tallies(parts, ("care_month",))
    fixed = {"2025-02": 1001, "2025-03": 33}
    for span, cents in ((before, total(found).before), (after, total(found).after)):
        known = sum(
            tally.declared for (month,), tally in declared.items() if span.holds(str(month))
        )
        assert cents == known + sum(cents for month, cents in fixed.items() if span.holds(month))


@settings(max_examples=40)
@given(
    worlds(),
    st.sampled_from(["budget_line", "segment", "category", "provider", "stay"]),
    st.sampled_from(DAYS),
)
def test_money_is_told_where_replay_tells_it(world: list[AnyEvent], key: str, as_of: date) -> None:
    """By any key both amounts are those of the roll-up, although codes and lines change between."""
    parts = parts_of(world, as_of=as_of)
    before, after = PERIODS[:2]
    declared: dict[object, Counter[str]] = {}
    for (value, month), tally in tallies(parts, (key, "care_month")).items():
        declared.setdefault(value, Counter())[str(month)] += tally.declared
    for (value,), change in rolled(explain(parts, before, after), [key]).items():
        care = declared.get(value, Counter())
        moved = sum(
            sign * sum(cents for month, cents in care.items() if span.holds(month))
            for span, sign in ((before, -1), (after, 1))
        )
        assert change.cents - change.effects["fixed"] == moved


@settings(max_examples=40)
@given(worlds(), spans, spans, st.sampled_from(DAYS))
def test_both_methods_tell_the_same_apart_from_their_parts(
    world: list[AnyEvent], before: Span, after: Span, as_of: date
) -> None:
    """Both amounts and every effect beside them; the parts differ, not their sum."""
    parts = parts_of(world, as_of=as_of)
    lmdi_found, pvm_found = (
        total(explain(parts, before, after, METHODS[name])) for name in ("lmdi", "pvm")
    )
    assert lmdi_found.costs == pvm_found.costs
    beside = set(EFFECTS["lmdi"]) & set(EFFECTS["pvm"]) - {"mix"}
    assert [lmdi_found.effects[name] for name in beside] == [
        pvm_found.effects[name] for name in beside
    ]


@settings(max_examples=40)
@given(worlds(), st.randoms(use_true_random=False), spans, spans, st.sampled_from(DAYS))
def test_order_and_repetition_of_messages_change_nothing(
    world: list[AnyEvent], random: Any, before: Span, after: Span, as_of: date
) -> None:
    """The same set of messages, the same explanation."""
    again = [*world, *random.choices(world, k=3)]
    random.shuffle(again)
    one, other = (parts_of(each, as_of=as_of) for each in (world, again))
    assert explain(other, before, after) == explain(one, before, after)


def exchanged(effects: Counter[str]) -> dict[str, int]:
    """Effects with every sign turned, new for vanished."""
    turned = {name: -cents for name, cents in effects.items()}
    turned["new"], turned["vanished"] = turned.get("vanished", 0), turned.get("new", 0)
    return {name: cents for name, cents in turned.items() if cents}


@settings(max_examples=60)
@given(worlds(), spans, spans, st.sampled_from(DAYS))
def test_exchanging_the_periods_turns_every_sign(
    world: list[AnyEvent], before: Span, after: Span, as_of: date
) -> None:
    """To the cent and at the finest; what was new has vanished."""
    parts = parts_of(world, as_of=as_of)
    there, back = explain(parts, before, after), explain(parts, after, before)
    assert set(there) == set(back)
    for place, change in there.items():
        assert exchanged(change.effects) == {
            name: cents for name, cents in back[place].effects.items() if cents
        }


@settings(max_examples=30)
@given(worlds(), st.permutations(NAMES))
def test_every_roll_up_is_the_sum_of_its_parts(world: list[AnyEvent], order: Sequence[str]) -> None:
    """Dropping a key adds up, effect by effect, from the finest to the whole."""
    found = explain(parts_of(world), *PERIODS[:2])
    for length in range(len(order)):
        sums: dict[tuple[Any, ...], Change] = {}
        for values, change in rolled(found, order[: length + 1]).items():
            into = sums.setdefault(values[:-1], Change())
            into.add((change.before, change.after), change.effects, change.expected)
        assert sums == rolled(found, order[:length])


RENAMED: Final = {"45A04": "45B04", "45A05": "45B05", "44A08": "44B08"}


def a_year_later(event: Any, factor: int) -> Any:
    """A declaration of the same care a year later, under the new codes, in units of `factor` old ones."""
    lines = dict(event["lines"])
    for name in ("begin", "end"):
        lines[name] = [day.replace("2025-", "2026-") for day in lines[name]]
    lines["code"] = [RENAMED[code] for code in lines["code"]]
    lines["reference"] = [f"N{reference}" for reference in lines["reference"]]
    lines["volume"] = [volume * factor for volume in lines["volume"]]
    own = {name: f"N{event[name]}" for name in ("number", "identification", "body")}
    dated = event["dated"].replace("2025-", "2026-")
    return {**event, **own, "dated": dated, "lines": lines}


@settings(max_examples=60)
@given(st.lists(declarations(), max_size=6), st.sampled_from([1, 4]))
def test_new_names_for_the_same_care_explain_nothing(world: list[AnyEvent], factor: int) -> None:
    """Of codes that are only renamed, also in other units, no effect of care is anything but zero."""
    rows = (f"9901;2026-01-01;{old};{new};1;{factor}" for old, new in RENAMED.items())
    both = [*world, *(a_year_later(each, factor) for each in world)]
    parts = parts_of(both, document(*rows), date(2031, 12, 31))
    found = explain(parts, Span("2025-01", "2025-12"), Span("2026-01", "2026-12"))
    for change in rolled(found, ["product"]).values():
        care = {name: cents for name, cents in change.effects.items() if cents}
        assert set(care) <= {"fixed"}


@settings(max_examples=60)
@given(worlds(), st.sampled_from(DAYS))
def test_the_factors_are_the_worth_and_lmdi_gives_what_shapley_gives(
    world: list[AnyEvent], as_of: date
) -> None:
    """Their product is the money; the two methods agree on what did not change and on the whole."""
    town = Town(parts_of(world, as_of=as_of))
    old, new = periods(town, PERIODS[:2])
    for concern in set(old.cares) & set(new.cares):
        unit = measure([old.care(concern), new.care(concern)], town.old)
        before, after = old.worth(concern, unit), new.worth(concern, unit)
        if before.counts and after.counts:
            by_month = min(before.units, after.units) <= 0
            pair = before.factors(by_month=by_month), after.factors(by_month=by_month)
            one, other = lmdi(*pair), shapley(*pair)
            whole = pytest.approx(after.cents - before.cents, rel=1e-9, abs=1e-6)
            assert sum(one) == whole == sum(other)
            assert [x > 1e-9 for x in one] == [x > 1e-9 for x in other]


def billed(rows: Iterable[tuple[str, str, str, int, int]], **units: str) -> list[AnyEvent]:
    """A declaration a row: client, month, code, units and cents; minutes, or by code other `units`."""
    found: list[Any] = []
    for place, (client, month, code, minutes, cents) in enumerate(rows):
        line = {
            "client": 0, "reference": f"R{place}", "previous": None, "allocation": 1, "category": code[:2],
            "code": code, "begin": f"{month}-01", "end": f"{month}-28", "volume": minutes, "unit": units.get(f"of_{code}", "01"),
            "tariff": None, "amount": abs(cents), "side": "C" if cents < 0 else "D",
        }  # fmt: skip
        found.append(
            {
                "municipality": MUNICIPALITY, "provider": "90000001", "findings": [],
                "identification": f"A{place}", "dated": "2026-06-01", "body": f"b{place}",
                "number": f"D{place}", "period_begin": f"{month}-01", "period_end": f"{month}-28",
                "declared_on": "2026-06-01", "total": cents, "clients": [client],
                "lines": {name: [value] for name, value in line.items()},
            }
        )  # fmt: skip
    return found


def effects_of(*rows: tuple[str, str, str, int, int], method: str = "lmdi") -> dict[str, int]:
    """The effects of care between the first months of two years, without those of nothing."""
    parts = parts_of(billed(rows), document())
    found = total(explain(parts, JANUARY_2024, JANUARY_2025, METHODS[method]))
    return {name: cents for name, cents in found.effects.items() if cents}


JANUARY_2024: Final = Span("2024-01", "2024-01")
JANUARY_2025: Final = Span("2025-01", "2025-01")


def test_twice_the_minutes_at_three_halves_of_the_price_is_intensity_and_tariff() -> None:
    """100 to 300 euros: L = 200 / ln 3, times ln 2 and ln 1.5 (worked by hand)."""
    found = effects_of(
        ("a", "2024-01", "45A04", 60, 10_000), ("a", "2025-01", "45A04", 120, 30_000)
    )
    assert found == {"intensity": 12_619, "tariff": 7_381}


def test_a_second_client_of_the_same_care_is_clients() -> None:
    """Nothing else changed."""
    found = effects_of(
        ("a", "2024-01", "45A04", 60, 10_000),
        ("a", "2025-01", "45A04", 60, 10_000),
        ("b", "2025-01", "45A04", 60, 10_000),
    )
    assert found == {"clients": 10_000}


def test_a_product_of_one_period_is_new_or_has_vanished() -> None:
    """Its whole worth, apart from mix."""
    found = effects_of(("a", "2024-01", "45A04", 60, 10_000), ("a", "2025-01", "44A08", 60, 4_000))
    assert found == {"vanished": -10_000, "new": 4_000}


def test_a_net_credit_is_told_apart() -> None:
    """A product that is taken back in the second period has vanished, and is a credit."""
    found = effects_of(("a", "2024-01", "45A04", 60, 10_000), ("a", "2025-01", "45A04", 60, -900))
    assert found == {"vanished": -10_000, "credits": -900}


def test_who_has_a_net_credit_only_is_no_client() -> None:
    """Taking back what was paid for Bas says nothing of how many clients there are."""
    found = effects_of(
        ("a", "2024-01", "45A04", 60, 10_000),
        ("a", "2025-01", "45A04", 60, 10_000),
        ("b", "2025-01", "44A08", 60, -900),
    )
    assert found == {"credits": -900}


def test_a_cent_that_two_effects_share_goes_to_the_same_one_both_ways() -> None:
    """Three cents, half by twice the clients and half by twice the minutes, there and back."""
    rows = [("a", 60, 1), ("a", 120, 2), ("b", 120, 2)]
    months = ["2024-01", "2025-01", "2025-01"], ["2025-01", "2024-01", "2024-01"]
    there, back = (
        effects_of(
            *(
                (client, month, "45A04", minutes, cents)
                for (client, minutes, cents), month in zip(rows, each, strict=True)
            )
        )
        for each in months
    )
    assert sorted(there.values()) == [1, 2]
    assert back == {name: -cents for name, cents in there.items()}


def test_without_units_the_client_month_is_the_unit() -> None:
    """Money without volume in one of the periods: a dearer client-month is tariff."""
    found = effects_of(("a", "2024-01", "45A04", 0, 10_000), ("a", "2025-01", "45A04", 60, 12_000))
    assert found == {"tariff": 2_000}


def test_a_factor_between_days_and_time_counts_hours() -> None:
    """A code in day parts of four hours that goes on in minutes: 1 day part is 240 minutes."""
    rows = [("a", "2024-01", "45A04", 1, 10_000), ("a", "2025-01", "45A05", 240, 10_000)]
    world = billed(rows, of_45A04="16")
    parts = parts_of(world, document("9901;2025-01-01;45A04;45A05;1;4"))
    found = rolled(explain(parts, JANUARY_2024, JANUARY_2025), ["product"])
    assert found["45A05",].before == found["45A05",].after == 10_000
    assert not any(found["45A05",].effects[name] for name in FACTORS)


def test_volume_mix_and_price_of_a_product_are_of_its_units_over_its_providers() -> None:
    """60 minutes for 100 euros to 120 for 300: 100 of volume, 100 of price; no client matters."""
    found = effects_of(
        ("a", "2024-01", "45A04", 60, 10_000),
        ("a", "2025-01", "45A04", 60, 15_000),
        ("b", "2025-01", "45A04", 60, 15_000),
        method="pvm",
    )
    assert found == {"volume": 10_000, "price": 10_000}


@pytest.fixture(scope="module")
def monitored() -> Callable[[date], list[Figures]]:
    """The figures of a quarter of Zoetermeer, by as-of date."""
    world = simulate(ZOETERMEER_2018, seed=1, scale=0.25)
    pseudonym = Pseudonymiser(b"test")
    files = {name: text.encode() for name, text in reference_files(world).items()}
    documents = resolve(parse_files(files))
    events = [to_event(message, pseudonym) for _, message in world.messages()]

    def parts(as_of: date) -> list[Figures]:
        (monitor,) = monitors(events, documents, as_of)
        return monitor.parts()

    return parts


@pytest.fixture(scope="module")
def city(monitored: Callable[[date], list[Figures]]) -> Changes:
    """What explains 2025 after 2024 in it, all declared."""
    parts = monitored(date(2026, 6, 30))
    return explain(parts, Span("2024-01", "2024-12"), Span("2025-01", "2025-12"))


def test_late_billing_explains_nothing(monitored: Callable[[date], list[Figures]]) -> None:
    """A month after nine months, of which eight percent is still to come, as a year after them.

    No effect is off by more than a percent of what they cost; without completing them most of all.
    """
    spans = Span("2024-01", "2024-09"), Span("2025-01", "2025-09")
    early, late = (
        total(explain(monitored(day), *spans)) for day in (date(2025, 10, 31), date(2026, 12, 31))
    )
    assert early.expected[1] > 0.07 * early.costs[1]
    for name in FACTORS:
        assert early.effects[name] == pytest.approx(late.effects[name], abs=0.01 * late.after)


def test_the_drifting_products_are_85_percent_intensity_and_15_tariff(city: Changes) -> None:
    """As planted, within three points."""
    products = rolled(city, ["product"])
    drifting = [products[code,].effects for code in growths(ZOETERMEER_2018)]
    intensity, tariff = (sum(each[name] for each in drifting) for name in ("intensity", "tariff"))
    assert intensity / (intensity + tariff) == pytest.approx(0.85, abs=0.03)


def test_the_main_cause_is_intensity(city: Changes) -> None:
    """The largest effect that goes along with the rise."""
    (whole_city,) = rolled(city, ["municipality"]).values()
    assert whole_city.cents > 0
    assert max(EFFECTS["lmdi"], key=lambda name: whole_city.effects[name]) == "intensity"


def test_the_products_that_became_dearer_are_those_that_drift(city: Changes) -> None:
    """In a quarter of the city chance hides one or two of the 23, and adds none."""
    first = dearer({name: change for (name,), change in rolled(city, ["product"]).items()})[0]
    planted = set(growths(ZOETERMEER_2018))
    assert (first.sign, set(first.cents)) == (1, {"intensity", "tariff"})
    assert set(first.products) <= planted
    assert len(first.products) >= len(planted) - 2
