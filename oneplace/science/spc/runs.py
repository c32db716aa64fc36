"""Run charts: runs and crossings of the median, by Anhøj's rules. Pure.

Source: Anhøj and Olesen 2014; the limits of Schilling 2012 (longest run round(log2 n) + 3) and Chen
2010 (fewest crossings: 5 % point of the binomial of n - 1 at a half). Points on the line are not
counted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

LEAST_POINTS: Final = 10
_FEWEST: Final = 0.05


@dataclass(frozen=True)
class Runs:
    """What a run chart shows."""

    median: float
    useful_points: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    fewest_crossings: int

    @property
    def is_signal(self) -> bool:
        """A run longer, or crossings fewer, than chance would make."""
        return self.longest_run > self.longest_run_limit or self.crossings < self.fewest_crossings


def longest_run_limit(useful_points: int) -> int:
    """The longest run to be expected of so many useful points."""
    return round(math.log2(useful_points)) + 3


def fewest_crossings(useful_points: int) -> int:
    """The fewest crossings to be expected: the 5 % point of a binomial of n - 1 at a half."""
    trials = useful_points - 1
    reached = 0
    for crossings in range(trials + 1):
        reached += math.comb(trials, crossings)
        if reached / 2**trials >= _FEWEST:
            return crossings
    return trials


def runs(values: Sequence[float], *, line: float | None = None) -> Runs | None:
    """Runs and crossings of a series about its median, or `line`; None below ten useful points."""
    middle = median(values) if line is None else line
    sides = [value > middle for value in values if value != middle]
    if len(sides) < LEAST_POINTS:
        return None
    longest = run = 1
    crossings = 0
    for before, after in pairwise(sides):
        run = run + 1 if before == after else 1
        crossings += before != after
        longest = max(longest, run)
    count = len(sides)
    return Runs(
        middle, count, longest, longest_run_limit(count), crossings, fewest_crossings(count)
    )
