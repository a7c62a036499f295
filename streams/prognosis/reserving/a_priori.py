"""Methods that weigh what is declared with what was expected beforehand.

With p the share known of an origin (chain_ladder.shares), L its latest amount and E its a-priori ultimate:

Bornhuetter-Ferguson (1972)   U = L + (1 - p) E
Benktander (1976)             the same with its own outcome for E, again and again: once is
                              Bornhuetter-Ferguson, for ever is chain ladder
Cape Cod (Stanard 1985)       E_i = r B_i with B the exposure (what was committed) and
                              r = sum L / sum p B
generalised (Gluck 1997,      r_i = sum_j L_j T_j d^|i-j| / sum_j p_j B_j d^|i-j|, E_i = B_i r_i / T_i with
Struzzieri and Hussian 1998)  T_j = (1 + trend)^(origins after j): d = 1 is Cape Cod, d to 0 chain ladder
"""

from collections.abc import Sequence
from dataclasses import dataclass

from streams.prognosis.reserving.triangle import NotSuited, Triangle


@dataclass(frozen=True, slots=True)
class CapeCod:
    """The ratio r_i of every origin, at the level of the last one, and the ultimates it leads to."""

    ratios: tuple[float, ...]
    ultimates: tuple[float, ...]


def benktander(
    triangle: Triangle, shares: Sequence[float], expected: Sequence[float], iterations: int = 2
) -> tuple[float, ...]:
    """The ultimates after so many iterations; 1 is Bornhuetter-Ferguson, 2 is Benktander's own.

    `shares` by age, `expected` by origin.
    """
    known, ultimates = _known(triangle, shares), tuple(expected)
    for _ in range(iterations):
        ultimates = tuple(
            latest + (1 - p) * ultimate
            for latest, p, ultimate in zip(triangle.latest, known, ultimates, strict=True)
        )
    return ultimates


def cape_cod(
    triangle: Triangle,
    shares: Sequence[float],
    exposure: Sequence[float],
    *,
    trend: float = 0.0,
    decay: float = 1.0,
) -> CapeCod:
    """The a-priori ratio from the triangle itself. `exposure` by origin, `trend` per origin.

    Raises `NotSuited` when no origin near an origin has both exposure and a share known.
    """
    known, latest = _known(triangle, shares), triangle.latest
    rows = range(len(known))
    trends = [(1 + trend) ** (rows[-1] - row) for row in rows]
    ratios = []
    for row in rows:
        weight = [decay ** abs(row - other) for other in rows]
        used = sum(known[j] * exposure[j] * weight[j] for j in rows)
        if used == 0:
            raise NotSuited(
                f"periode {triangle.origins[row]} heeft niets in de buurt om van te leren"
            )
        ratios.append(sum(latest[j] * trends[j] * weight[j] for j in rows) / used)
    expected = [b * r / t for b, r, t in zip(exposure, ratios, trends, strict=True)]
    return CapeCod(tuple(ratios), benktander(triangle, shares, expected, 1))


def _known(triangle: Triangle, shares: Sequence[float]) -> list[float]:
    return [shares[last] for last in triangle.lasts]
