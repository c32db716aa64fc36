"""How far a group picked for high use falls by itself. Pure.

People are picked because their recent use was high; part of that was chance, and chance does not
repeat. Expected later mean = mean of all + r (mean of the picked - mean of all), r being the
correlation between one period and the next in everybody. Source: Galton; as in the Improvement
Analytics Unit's cautions. Any before-and-after without a comparator must stand beside it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ExpectedFall:
    """What a picked group's mean would become if nothing were done for it."""

    before: float
    expected: float
    everybody: float
    correlation: float

    @property
    def share(self) -> float:
        """The change to be expected by chance alone, as a share of before; negative is a fall."""
        return (self.expected - self.before) / self.before


def expected_fall(*, everybody: float, picked: float, correlation: float) -> ExpectedFall:
    """The fall to be expected without any effect; means of one and the same kind of period."""
    if not -1 <= correlation <= 1:
        raise ValueError(f"A correlation lies between -1 and 1, not at {correlation}.")
    if picked <= 0:
        raise ValueError("The picked group used nothing before: there is nothing to fall.")
    return ExpectedFall(
        picked, everybody + correlation * (picked - everybody), everybody, correlation
    )


def correlation(before: Sequence[float], after: Sequence[float]) -> float:
    """Pearson's correlation of one period with the next, over everybody."""
    if len(before) != len(after) or len(before) < 3:
        raise ValueError("A correlation needs two equal lists of three or more.")
    count = len(before)
    first, second = math.fsum(before) / count, math.fsum(after) / count
    shared = math.fsum((a - first) * (b - second) for a, b in zip(before, after, strict=True))
    spread = math.sqrt(
        math.fsum((a - first) ** 2 for a in before) * math.fsum((b - second) ** 2 for b in after)
    )
    if spread == 0:
        raise ValueError("Everybody is alike in one of the periods: there is no correlation.")
    return shared / spread
