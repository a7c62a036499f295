"""`python -m bench.reserving_reference FILE`: what chainladder-python makes of every triangle it ships.

Run in .venv-bench. The file it writes, tests/prognosis/reserving_reference.json, is what the tests hold
`streams.prognosis.reserving` against, so that they need no chainladder-python. A line per triangle: its
rows and, to eleven digits, the results; null where chainladder-python gives none. A triangle that ships
under several names is there once, under the shortest. Companies in `clrd` and `clrd2025` are summed by line of business,
claims in `prism` over all.
"""

import json
import sys
import warnings
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import chainladder as cl

BROKEN: Final = {
    "m3ir5": "flagged cumulative, but holds increments",
    "friedland_xyz_auto_bi Incremental Paid Severity": "flagged cumulative, but holds increments",
    "auto CommercialAuto incurred": "holds no amount",
}
EXPOSURES: Final = ("EarnedPrem", "Earned Premium", "Premium", "exposure", "Population", "Payroll")
"""Columns that begin so are what is insured: one amount per origin, the same at every age."""

BY_BUSINESS: Final = ("clrd", "clrd2025")


def samples() -> Iterator[tuple[str, Any]]:
    """Every usable triangle that chainladder-python ships, by a name, as one of its own triangles."""
    folder = Path(cl.__file__).parent / "utils" / "data"
    for path in sorted(folder.glob("*.csv")):
        sample = cl.load_sample(path.stem)
        if path.stem in BY_BUSINESS:
            sample = sample.groupby("LOB").sum()
        elif path.stem == "prism":
            sample = sample.sum()
        sample = _known(sample.set_backend("numpy").incr_to_cum())
        keys = sample.index.to_numpy().astype(str)
        for place, key in enumerate(keys):
            for column in sample.columns:
                words = [path.stem, *(part for part in key if part != "Total"), str(column)]
                name = " ".join(word for word in words if word != "values")
                if name not in BROKEN and not str(column).startswith(EXPOSURES):
                    yield name, sample.iloc[place][column]


def _known(sample: Any) -> Any:
    """Without the origins after the last one with amounts: `clrd2025` has as many as calendar years."""
    amounts = [sample.values[:, :, place].ravel().tolist() for place in range(sample.shape[2])]
    last = max(place for place, each in enumerate(amounts) if any(map(isfinite, each)))
    if last == len(amounts) - 1:
        return sample
    kept = sample[sample.origin <= sample.origin[last]]
    return kept[kept.valuation <= kept.origin[last].end_time]


def rows(sample: Any) -> list[list[float | None]]:
    """The cells of a triangle of chainladder-python, without the unknown ones at the end of a row."""
    cells = sample.values[0, 0].tolist()
    return [_trimmed([cell if isfinite(cell) else None for cell in row]) for row in cells]


def _trimmed(row: list[float | None]) -> list[float | None]:
    while row and row[-1] is None:
        row.pop()
    return row


def results(sample: Any) -> dict[str, Any]:
    """The results that the tests compare."""
    fitted = _develop(sample, "volume", "mack")
    model = cl.MackChainladder().fit(fitted)
    flat = sample.latest_diagonal * 0 + 1
    mean = fmean(u for u in model.ultimate_.values.ravel().tolist() if isfinite(u))
    return {
        "factors": _numbers(fitted.ldf_.values),
        "sigma2": _numbers(fitted.sigma_.values**2),
        "ultimates": _numbers(model.ultimate_.values),
        "se": _numbers(model.mack_std_err_.values[0, 0, :, -1]),
        "total_se": _numbers(model.total_mack_std_err_.to_numpy()),
        "log_linear_total_se": _total_se(sample, "volume", "log-linear"),
        "simple_total_se": _total_se(sample, "simple", "mack"),
        "regression_total_se": _total_se(sample, "regression", "mack"),
        "bf": _ultimates(cl.BornhuetterFerguson(apriori=1.0), fitted, flat * mean),
        "benktander": _ultimates(cl.Benktander(apriori=1.0, n_iters=2), fitted, flat * mean),
        "cape_cod": _ultimates(cl.CapeCod(), fitted, flat),
        "cape_cod_decay": _ultimates(cl.CapeCod(decay=0.75), fitted, flat),
        "exponential_tail": _tail(fitted, "exponential"),
        "inverse_power_tail": _tail(fitted, "inverse_power"),
    }


def _develop(sample: Any, average: str, fill: str) -> Any:
    return cl.Development(average=average, sigma_interpolation=fill).fit_transform(sample)


def _total_se(sample: Any, average: str, fill: str) -> list[float | None]:
    model = cl.MackChainladder().fit(_develop(sample, average, fill))
    return _numbers(model.total_mack_std_err_.to_numpy())


def _ultimates(method: Any, fitted: Any, weight: Any) -> list[float | None]:
    return _numbers(method.fit(fitted, sample_weight=weight).ultimate_.values)


def _tail(fitted: Any, curve: str) -> list[float | None]:
    return _numbers(cl.TailCurve(curve=curve).fit(fitted).cdf_.values[0, 0, 0, fitted.shape[3] - 1])


def _numbers(values: Any) -> list[float | None]:
    return [
        float(f"{value:.11g}") if isfinite(value) else None for value in values.ravel().tolist()
    ]


def main() -> None:
    """Write the file."""
    warnings.simplefilter("ignore")
    names: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name, sample in samples():
        cells = json.dumps(rows(sample))
        names[cells] = min(names.get(cells, name), name, key=len)
        if cells not in found:
            found[cells] = results(sample) if sample.shape[3] > 1 else None
    lines = [
        json.dumps({"name": names[cells], "rows": json.loads(cells), "results": found[cells]})
        for cells in found
    ]
    Path(sys.argv[1]).write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
