"""What is uncertain about a valuation, in the two parts that add up differently."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Errors:
    """Mean square errors of prediction, by origin and in total, in the square of the triangle's unit.

    Process error (what chance still does) is independent between origins and adds up to its total;
    parameter error (that the factors are estimates, shared by all) does not.
    """

    process: tuple[float, ...]
    parameter: tuple[float, ...]
    total_parameter: float

    @property
    def total_process(self) -> float:
        """The origins' process errors together."""
        return sum(self.process)

    @property
    def se(self) -> tuple[float, ...]:
        """The standard error of every origin."""
        return tuple(sqrt(a + b) for a, b in zip(self.process, self.parameter, strict=True))

    @property
    def total_se(self) -> float:
        """The standard error of all origins together."""
        return sqrt(self.total_process + self.total_parameter)
