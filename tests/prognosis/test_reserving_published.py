"""The tables that were published reproduce to the digits that were printed."""

from typing import Final

import pytest

from streams.prognosis.reserving.a_priori import benktander, cape_cod
from streams.prognosis.reserving.chain_ladder import (
    bondy_tail,
    exponential_tail,
    factors,
    inverse_power_tail,
    shares,
    ultimates,
)
from streams.prognosis.reserving.mack import Tail, mack
from streams.prognosis.reserving.merz_wuthrich import moves
from streams.prognosis.reserving.odp import over_dispersed_poisson
from streams.prognosis.reserving.triangle import Triangle
from tests.prognosis.triangles import shipped

TAYLOR_ASHE, RAA, MW2008 = "genins", "raa", "mw2008"


def of(name: str) -> Triangle:
    return shipped()[name].triangle


def reserves(triangle: Triangle, outcome: tuple[float, ...]) -> list[float]:
    return [u - latest for u, latest in zip(outcome, triangle.latest, strict=True)]


def printed(values: list[float] | tuple[float, ...], digits: int) -> list[float]:
    return [round(value, digits) for value in values]


def test_mack_1993_on_taylor_ashe() -> None:
    triangle = of(TAYLOR_ASHE)
    fit = mack(triangle)
    found = reserves(triangle, fit.ultimates)
    assert printed(fit.factors, 6) == [
        *(3.490607, 1.747333, 1.457413, 1.173852, 1.103824),
        *(1.086269, 1.053874, 1.076555, 1.017725),
    ]
    assert printed(fit.sigma2, 4) == [
        *(160280.3275, 37736.855, 41965.213, 15182.9027, 13731.3239),
        *(8185.7716, 446.6166, 1147.366, 446.6166),
    ]
    assert printed(found, 0) == [
        *(0, 94634, 469511, 709638, 984889),
        *(1419459, 2177641, 3920301, 4278972, 4625811),
    ]
    assert printed(fit.errors.se, 0) == [
        *(0, 75535, 121699, 133549, 261406),
        *(411010, 558317, 875328, 971258, 1363155),
    ]
    assert round(sum(found), 2) == 18680855.61
    assert round(fit.errors.total_se, 2) == 2447094.86


def test_mack_1994_on_raa() -> None:
    fit = mack(of(RAA))
    assert [*printed(fit.sigma2[:3], 0), round(fit.sigma2[4])] == [27883, 1109, 691, 119]
    assert [*printed(fit.sigma2[3:6:2], 1), *printed(fit.sigma2[6:8], 2)] == [
        61.2,
        40.8,
        1.34,
        7.88,
    ]
    assert printed(fit.errors.se[1:], 0) == [
        *(206, 623, 747, 1469, 2002, 2209, 5358, 6333, 24566),
    ]
    assert round(fit.errors.total_se, 1) == 26909.0


def test_rs_unit_tests_on_raa() -> None:
    assert round(mack(of(RAA), fill="log-linear").errors.total_se, 2) == 26880.74
    assert round(mack(of(RAA), tail=1.05).errors.total_se, 2) == 28669.91


def test_mack_1999_on_mortgage_with_a_tail_of_his_choice() -> None:
    fit = mack(of("mortgage"), tail=Tail(1.05, 71**2, 0.02**2))
    factors_1999 = [11.10, 4.092, 1.708, 1.276, 1.139, 1.069, 1.026, 1.023]
    assert fit.factors == pytest.approx(factors_1999, rel=1e-3)
    sigma = [1337, 988.5, 440.1, 207, 164.2, 74.60, 35.49, 16.89]
    assert [value**0.5 for value in fit.sigma2] == pytest.approx(sigma, rel=1e-3)
    errors = [2.24, 0.517, 0.122, 0.051, 0.042, 0.023, 0.015, 0.012]
    found = [(s / w) ** 0.5 for s, w in zip(fit.sigma2, fit.weights, strict=True)]
    assert found == pytest.approx(errors, abs=6e-3)


def test_merz_wuthrich_2008() -> None:
    triangle = of(MW2008)
    fit = mack(triangle)
    periods = moves(triangle, fit)
    assert printed(reserves(triangle, fit.ultimates), 3)[1:] == [
        *(4377.67, 9347.477, 28392.406, 51444.021, 111811.123),
        *(187084.178, 411864.225, 1433505.008),
    ]
    assert printed(periods[0].se, 4)[1:] == [
        *(566.1744, 1486.5603, 3923.0986, 9722.8598, 28442.6216),
        *(20954.287, 28119.318, 53320.821),
    ]
    assert printed(fit.errors.se, 4)[1:] == [
        *(566.1744, 1563.8075, 4157.2733, 10536.438, 30319.4638),
        *(35967.0384, 45090.1821, 69552.3397),
    ]
    assert round(sum(reserves(triangle, fit.ultimates)), 3) == 2237826.107
    assert round(fit.errors.total_se, 4) == 108401.3875


def test_merz_wuthrich_2014_all_periods_to_come() -> None:
    assert printed([period.total_se for period in moves(of(MW2008), mack(of(MW2008)))], 2) == [
        *(81080.55, 52222.05, 38517.49, 29104.11, 10109.0, 3876.01, 1281.3, 399.46),
    ]
    assert round(moves(of(MW2008), mack(of(MW2008)))[0].total_se, 4) == 81080.5468


def test_england_verrall_on_taylor_ashe() -> None:
    """R prints 2945.6609 thousand from a fit that stops early; the exact solution is 2945.6462."""
    triangle = of(TAYLOR_ASHE)
    fit = over_dispersed_poisson(triangle)
    assert fit.errors.total_se == pytest.approx(2945660.9, rel=5.1e-6)
    assert round(fit.errors.total_se, 1) == 2945646.2
    assert fit.phi == pytest.approx(52601.93, rel=2e-5)
    assert round(fit.phi, 2) == 52601.36
    found = reserves(triangle, fit.ultimates)
    percents = [se / r for se, r in zip(fit.errors.se[1:], found[1:], strict=True)]
    assert printed([100 * share for share in percents], 0) == [116, 46, 37, 31, 26, 23, 20, 24, 43]
    assert round(100 * fit.errors.total_se / sum(found)) == 16
    by_r = [110099.9, 216043.4, 260872.1, 303550, 375013.9, 495378, 789961.1, 1046513.8, 1980101.4]
    assert fit.errors.se[1:] == pytest.approx(by_r, rel=1e-5)


def test_struzzieri_hussian_1998() -> None:
    triangle = of("cc_sample loss")
    exposure = [7000.0, 8000.0, 9000.0, 10000.0, 11000.0]
    known = shares(triangle, factors(triangle), 1 / 0.85)
    fit = cape_cod(triangle, known, exposure, trend=0.07, decay=0.75)
    assert int(sum(reserves(triangle, fit.ultimates))) == 17052
    assert printed(fit.ratios, 4) == [0.861, 0.8739, 0.8965, 0.8984, 0.909]


def test_rs_tail_factor() -> None:
    assert round(exponential_tail((1.2, 1.1, 1.05)), 6) == 1.050839


@pytest.mark.parametrize(
    ("name", "exponential", "inverse_power", "bondy"),
    [
        ("tail_sample paid", 1.03240907, 1.3614592, 1.02392473),
        ("tail_sample incurred", 1.0176232, 1.1710931, 1.01203751),
    ],
)
def test_tails(name: str, exponential: float, inverse_power: float, bondy: float) -> None:
    f = factors(of(name))
    assert round(exponential_tail(f), 8) == exponential
    assert round(inverse_power_tail(f), 7) == inverse_power
    assert round(bondy_tail(f), 8) == bondy


ORIGINS: Final = {
    TAYLOR_ASHE: """
        94633.8 75535.0 48831.6 57628.3 75535.0 92372.8 94594.4 90263.8
        469511.3 121698.6 90524.4 81338.0 105309.3 462970.6 468940.4 452400.6
        709637.8 133548.9 102622.0 85463.5 79846.2 710440.0 709745.3 694220.0
        984888.6 261406.4 227879.9 128078.5 235115.1 1075243.1 1003205.9 1050694.3
        1419459.5 411009.7 366582.1 185867.0 318427.2 1472981.9 1434323.6 1439352.4
        2177640.6 558316.9 500202.5 248022.6 361089.3 2040354.0 2124827.9 1993770.9
        3920301.0 875327.5 785740.6 385759.0 629681.0 3064624.8 3425885.7 2994656.6
        4278972.3 971257.8 895570.4 375892.8 588661.9 4022358.5 4084362.0 3930524.4
        4625810.7 1363154.9 1284881.7 455269.6 1029925.0 4936756.1 4915232.3 4824045.5
        18680855.6 2447094.9 1878291.8 1568532.2 1778967.7 17878101.8 18261117.4 17469928.6""",
    RAA: """
        154.0 206.2 149.8 141.7 206.2 194.6 154.3 201.0
        617.4 623.4 469.5 410.0 578.7 546.3 615.5 564.2
        1636.1 747.2 548.7 507.2 396.2 1214.8 1612.1 1254.6
        2746.7 1469.5 1226.9 808.8 1304.8 2023.7 2678.1 2090.0
        3649.1 2001.9 1823.8 825.4 1669.9 3988.0 3712.5 4118.6
        5435.3 2209.2 2041.7 844.0 1188.0 6526.4 5769.4 6740.1
        10907.2 5357.9 4947.4 2056.6 4692.2 9677.9 10349.0 9994.9
        10650.0 6333.2 6034.8 1920.8 4707.4 14146.2 12970.6 14609.5
        16339.4 24566.3 23464.1 7275.9 23610.5 18923.0 18633.4 19542.8
        52135.2 26909.0 24920.0 10153.3 25182.0 57241.0 56495.0 59115.9""",
    MW2008: """
        4377.7 566.2 394.3 406.3 566.2 4136.6 4377.4 4144.9
        9347.5 1563.8 1248.1 942.2 1486.6 8829.5 9346.2 8847.4
        28392.4 4157.3 3598.9 2081.0 3923.1 29303.8 28399.6 29362.9
        51444.0 10536.4 9401.3 4757.2 9722.9 52213.0 51454.9 52318.4
        111811.1 30319.5 27583.4 12586.8 28442.6 109987.1 111756.8 110209.2
        187084.2 35967.0 33003.7 14296.3 20954.3 191027.6 187288.2 191413.3
        411864.2 45090.2 41743.2 17047.9 28119.3 425842.9 413476.7 426702.7
        1433505.0 69552.3 65147.1 24359.5 53320.8 1478928.1 1451702.3 1481914.4
        2237826.1 108401.4 89105.4 61734.0 81080.5 2300268.6 2257802.2 2304913.3""",
}
"""Per origin but the oldest, and in total: reserve, Mack's error, its process and parameter part, error of the
one-year move, reserve of Bornhuetter-Ferguson, of Benktander and of Cape Cod."""


@pytest.mark.parametrize("name", ORIGINS)
def test_every_origin_of_the_three_triangles_to_one_decimal(name: str) -> None:
    triangle = of(name)
    fit = mack(triangle)
    move = moves(triangle, fit)[0]
    known, outcome = shares(triangle, fit.factors), ultimates(triangle, fit.factors)
    flat = [sum(outcome) / len(outcome)] * len(outcome)
    columns = [
        _with_total(reserves(triangle, outcome)),
        [*fit.errors.se, fit.errors.total_se],
        [*_roots(fit.errors.process), fit.errors.total_process**0.5],
        [*_roots(fit.errors.parameter), fit.errors.total_parameter**0.5],
        [*move.se, move.total_se],
        _with_total(reserves(triangle, benktander(triangle, known, flat, 1))),
        _with_total(reserves(triangle, benktander(triangle, known, flat, 2))),
        _with_total(reserves(triangle, cape_cod(triangle, known, [1.0] * len(flat)).ultimates)),
    ]
    found = [printed(row, 1) for row in zip(*columns, strict=True)][1:]
    assert found == [
        [float(word) for word in line.split()] for line in ORIGINS[name].split("\n")[1:]
    ]


def _with_total(values: list[float]) -> list[float]:
    return [*values, sum(values)]


def _roots(values: tuple[float, ...]) -> list[float]:
    return [value**0.5 for value in values]


@pytest.mark.parametrize(
    ("name", "level", "phi", "apriori", "log_linear"),
    [
        (TAYLOR_ASHE, 5182801.9, 52601.4, 5303894.6, 2441364.1),
        (RAA, 22010.3, 983.6, 21312.2, 26880.7),
        (MW2008, 3699080.0, 3558.6, 3691625.9, 108732.2),
    ],
)
def test_the_levels_of_the_three_triangles_to_one_decimal(
    name: str, level: float, phi: float, apriori: float, log_linear: float
) -> None:
    triangle = of(name)
    outcome = ultimates(triangle, factors(triangle))
    known = shares(triangle, factors(triangle))
    assert round(cape_cod(triangle, known, [1.0] * len(outcome)).ratios[0], 1) == level
    assert round(over_dispersed_poisson(triangle).phi, 1) == phi
    assert round(sum(outcome) / len(outcome), 1) == apriori
    assert round(mack(triangle, fill="log-linear").errors.total_se, 1) == log_linear
