"""Shrinkage: of what chance may explain in part only the rest is believed (James and Stein 1961)."""


def beyond_chance(value: float, chance: float) -> float:
    """What of a value counts: value * (1 - (chance / value)^2), and nothing of one that is no larger than `chance`."""
    return value * (1 - (chance / value) ** 2) if abs(value) > chance else 0.0
