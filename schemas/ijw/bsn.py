"""The citizen service number (BSN): its check, and the range reserved for tests."""

from typing import Final

TEST_RANGE: Final = range(999_900_006, 999_999_991)
"""Numbers in it that pass the check are reserved for tests; never generate others."""

_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def passes_eleven_test(bsn: str) -> bool:
    """Whether nine digits pass the 11-proef: 9a+8b+7c+6d+5e+4f+3g+2h-i is a multiple of 11 (CS002)."""
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, bsn, strict=True)) % 11 == 0
