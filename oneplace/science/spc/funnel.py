"""Funnel plots: which of many areas differ from all of them together by more than chance. Pure.

Source: Spiegelhalter 2005 (Statistics in Medicine 24:1185). For a proportion the limits are those
at which Wilson's interval just leaves the whole out, so that funnel and interval never disagree;
for a rate they are the Poisson limits of what would be expected.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy import special

from oneplace.science.intervals import COMMON, MANY_AREAS, IntervalRefused, z_of

LEVELS: Final = (COMMON, MANY_AREAS)


@dataclass(frozen=True)
class Area:
    """One area: its key, events and people."""

    key: str
    events: float
    people: float


@dataclass(frozen=True)
class Placed:
    """An area in the funnel: its value, the limits at its size, and what that says."""

    area: Area
    value: float
    limits: tuple[tuple[float, float], ...]
    """For each of `LEVELS`."""
    says: str
    """`similar`, `high` or `low` beyond 95 %, `very_high` or `very_low` beyond 99.8 %."""


@dataclass(frozen=True)
class Funnel:
    """The whole's value and each area about it."""

    value: float
    placed: tuple[Placed, ...]


def proportion_limits(value: float, people: float, level: float) -> tuple[float, float]:
    """Between which shares an area of this size is like the whole."""
    width = z_of(level) * math.sqrt(value * (1 - value) / people)
    return max(0.0, value - width), min(1.0, value + width)


def rate_limits(value: float, people: float, level: float) -> tuple[float, float]:
    """Between which rates an area of this size is like the whole; Poisson, interpolated."""
    expected, tail = value * people, (1 - level) / 2
    if expected == 0:
        return 0.0, 0.0
    lower = special.pdtrik(tail, expected)
    return max(0.0, float(lower)) / people, float(special.pdtrik(1 - tail, expected)) / people


def funnel(areas: Sequence[Area], *, is_rate: bool = False, value: float | None = None) -> Funnel:
    """Place every area about the ratio of their sums; those without people are refused.

    `value` is that of the whole where areas are not all of it, because some are left out.
    """
    empty = [area.key for area in areas if area.people <= 0]
    if empty or not areas:
        raise IntervalRefused(
            f"No people in {', '.join(empty) or 'any area'}: leave an area out that has nobody."
        )
    if value is None:
        value = sum(area.events for area in areas) / sum(area.people for area in areas)
    between = rate_limits if is_rate else proportion_limits
    placed = []
    for area in areas:
        limits = tuple(between(value, area.people, level) for level in LEVELS)
        own = area.events / area.people
        placed.append(Placed(area, own, limits, _says(own, limits)))
    return Funnel(value, tuple(placed))


def _says(own: float, limits: Sequence[tuple[float, float]]) -> str:
    says = "similar"
    for words, (lower, upper) in zip(("", "very_"), limits, strict=True):
        if own > upper:
            says = f"{words}high"
        elif own < lower:
            says = f"{words}low"
    return says
