"""Intervals of proportions, counts, rates and standardised rates. Pure.

Source: the formulas of the Fingertips technical guidance (Wilson 1927; Byar's approximation,
Breslow and Day 1987; exact Poisson limits; Dobson 1991). Limits of a rate are exact below ten
events and Byar's from ten on, as that guidance has it. No code is taken from elsewhere.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from scipy import special

COMMON: Final = 0.95
MANY_AREAS: Final = 0.998
"""Where many areas are compared at once."""
EXACT_BELOW: Final = 10
LEAST_TO_STANDARDISE: Final = 10


class IntervalRefused(ValueError):
    """A figure that has no interval: a denominator of nought, a count below nought."""


@dataclass(frozen=True)
class Estimate:
    """A value with its interval, all in the units asked for, and how it was worked out."""

    value: float
    lower: float
    upper: float
    method: str
    level: float

    def compared(self, with_value: float) -> str:
        """`higher`, `lower` or `similar`: whether the interval leaves a value out."""
        if self.lower > with_value:
            return "higher"
        return "lower" if self.upper < with_value else "similar"


def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval."""
    if not 0 < level < 1:
        raise IntervalRefused(f"An interval holds a share between 0 and 1, not {level}.")
    return NormalDist().inv_cdf(1 - (1 - level) / 2)


def proportion(
    events: float, people: float, *, multiplier: float = 1, level: float = COMMON
) -> Estimate:
    """A proportion with Wilson's limits."""
    _check(events, people)
    if events > people:
        raise IntervalRefused(
            f"{events:g} of {people:g} is more than all: a proportion counts only those who are in "
            "its denominator."
        )
    z = z_of(level)
    middle, width = 2 * events + z * z, z * math.sqrt(z * z + 4 * events * (1 - events / people))
    whole = 2 * (people + z * z)
    return Estimate(
        events / people * multiplier,
        max(0.0, (middle - width) / whole) * multiplier,
        min(1.0, (middle + width) / whole) * multiplier,
        "Wilson",
        level,
    )


def count_limits(events: float, *, level: float = COMMON) -> tuple[float, float, str]:
    """Limits of a count: exact Poisson below ten, Byar's from ten on."""
    if events < 0:
        raise IntervalRefused(f"A count cannot be {events:g}.")
    if events < EXACT_BELOW:
        tail = (1 - level) / 2
        lower = 0.0 if events == 0 else _chi2(tail, 2 * events) / 2
        return lower, _chi2(1 - tail, 2 * events + 2) / 2, "exact"
    return *_byar(events, z_of(level)), "Byar"


def rate(events: float, people: float, *, multiplier: float = 1, level: float = COMMON) -> Estimate:
    """A rate with Byar's or exact limits; events may be more than people."""
    _check(events, people)
    lower, upper, method = count_limits(events, level=level)
    scale = multiplier / people
    return Estimate(events * scale, lower * scale, upper * scale, method, level)


def mean(values: Sequence[float], *, level: float = COMMON) -> Estimate:
    """A mean with Student's limits."""
    count = len(values)
    if count < 2:
        raise IntervalRefused(f"A mean of {count} has no interval: two values at least.")
    middle = math.fsum(values) / count
    spread = math.sqrt(math.fsum((each - middle) ** 2 for each in values) / (count - 1))
    t = float(special.stdtrit(count - 1, 1 - (1 - level) / 2))
    width = t * spread / math.sqrt(count)
    return Estimate(middle, middle - width, middle + width, "Student", level)


@dataclass(frozen=True)
class Stratum:
    """One age band: events, people, and its weight in the standard population."""

    events: float
    people: float
    weight: float


def standardised_rate(
    strata: Sequence[Stratum], *, multiplier: float = 100_000, level: float = COMMON
) -> Estimate:
    """A directly standardised rate with Dobson's limits; refused below ten events in all."""
    events = math.fsum(each.events for each in strata)
    if events < LEAST_TO_STANDARDISE:
        raise IntervalRefused(
            f"{events:g} events are too few to standardise: ten at least, as the guidance says."
        )
    for each in strata:
        _check(each.events, each.people)
    weights = math.fsum(each.weight for each in strata)
    value = math.fsum(each.weight * each.events / each.people for each in strata) / weights
    variance = (
        math.fsum(each.weight**2 * each.events / each.people**2 for each in strata) / weights**2
    )
    lower, upper = _byar(events, z_of(level))
    step = math.sqrt(variance / events)
    return Estimate(
        value * multiplier,
        (value + step * (lower - events)) * multiplier,
        (value + step * (upper - events)) * multiplier,
        "Dobson",
        level,
    )


def standardised_ratio(
    events: float, expected: float, *, multiplier: float = 1, level: float = COMMON
) -> Estimate:
    """Observed over expected with Byar's or exact limits of what was observed."""
    if expected <= 0:
        raise IntervalRefused("Nothing is expected here, so there is no ratio to it.")
    lower, upper, method = count_limits(events, level=level)
    scale = multiplier / expected
    return Estimate(events * scale, lower * scale, upper * scale, method, level)


def _byar(events: float, z: float) -> tuple[float, float]:
    more = events + 1
    lower = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
    return lower, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3


def _chi2(share: float, freedom: float) -> float:
    return float(2 * special.gammaincinv(freedom / 2, share))


def _check(events: float, people: float) -> None:
    if people <= 0:
        raise IntervalRefused(
            "The denominator is nought: there is nobody this figure could be about."
        )
    if events < 0:
        raise IntervalRefused(f"A count cannot be {events:g}.")
