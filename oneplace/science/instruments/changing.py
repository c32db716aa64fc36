"""What changed between two scores: for one person with its uncertainty, for a group from pairs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from oneplace.science import intervals
from oneplace.science.instruments.pack import Instrument, Norm, Scale, ScoreKind
from oneplace.science.instruments.scoring import Score

LEAST_PAIRS: Final = 30
"""Fewer people measured twice say nothing of a group (Warwick's guidance for its scales)."""
Z: Final = 1.96


class NotComparable(ValueError):
    """Two scores may not be compared; says why."""


class TooFewPairs(ValueError):
    """Fewer people were measured twice than a group's result needs."""

    def __init__(self, pairs: int) -> None:
        super().__init__(
            f"{pairs} people have both scores. A group's result is shown from {LEAST_PAIRS}."
        )
        self.pairs = pairs


@dataclass(frozen=True)
class Change:
    """One person's change in points; limits only where the error of the scale is known."""

    points: float
    low: float | None
    high: float | None
    is_better: bool | None
    """None where nothing changed."""
    is_more_than_chance: bool | None
    """None where nobody published how far the scale errs."""
    is_meaningful: bool | None


@dataclass(frozen=True)
class GroupChange:
    """What became of people measured twice; nobody is in it with one score only."""

    pairs: int
    mean_before: float
    mean_after: float
    mean_change: float
    low: float
    high: float
    effect_size: float | None
    """Mean change over the spread at the start."""
    response_mean: float | None
    """Mean change over the spread of changes."""
    better: int
    worse: int
    norm: Norm | None
    expected_anyway: float | None
    """Points by which people this far from the norm would move without any help; None where the
    agreement of the scale with itself is not published.
    """


def why_not_compare(before: Score, after: Score) -> str | None:
    """Why these two numbers may not be held against each other, or None."""
    if before.instrument != after.instrument:
        return "These are scores of two different measures."
    if before.version != after.version:
        return "The measure was reckoned by two versions of its definition."
    if before.scale != after.scale or before.kind is not after.kind:
        return "A sum before conversion and a converted score are never compared."
    if before.kind is ScoreKind.RAW:
        return "A sum before conversion is not compared. Convert it first."
    if before.value_set != after.value_set:
        return (
            "The two were reckoned with different value sets, which changes the result by itself."
        )
    return None


def change(instrument: Instrument, before: Score, after: Score) -> Change:
    """How far one person's score moved, with 95 % limits of chance.

    The error of a difference is the scale's own error times the square root of two. Raises
    `NotComparable`.
    """
    if why := why_not_compare(before, after):
        raise NotComparable(why)
    scale = instrument.scale(after.scale)
    points = round(after.value - before.value, 6)
    margin = Z * math.sqrt(2) * scale.sem if scale.sem is not None else None
    return Change(
        points=points,
        low=None if margin is None else points - margin,
        high=None if margin is None else points + margin,
        is_better=_is_better(points, scale),
        is_more_than_chance=None if margin is None else abs(points) > margin,
        is_meaningful=None if scale.meaningful is None else abs(points) >= scale.meaningful,
    )


def _is_better(points: float, scale: Scale) -> bool | None:
    return None if points == 0 else (points > 0) == scale.is_higher_better


def group_change(
    instrument: Instrument, pairs: Sequence[tuple[Score, Score]], *, norm: Norm | None = None
) -> GroupChange:
    """The mean change of people measured twice, with 95 % limits (Student's t).

    `norm` is what a national survey found, to say how far they began from it. Raises
    `TooFewPairs` under 30 and `NotComparable` if one pair is mixed.
    """
    for before, after in pairs:
        if why := why_not_compare(before, after):
            raise NotComparable(why)
    if len({pair[0].scale for pair in pairs} | {pair[0].value_set for pair in pairs}) > 2:
        raise NotComparable("The pairs are of different scales or value sets.")
    if len(pairs) < LEAST_PAIRS:
        raise TooFewPairs(len(pairs))
    scale = instrument.scale(pairs[0][0].scale)
    first = [before.value for before, _ in pairs]
    moved = [after.value - before.value for before, after in pairs]
    mean_before, mean_change = fmean(first), fmean(moved)
    spread, spread_before = stdev(moved), stdev(first)
    told = intervals.mean(moved)
    direction = 1 if scale.is_higher_better else -1
    anyway = None
    if norm is not None and scale.retest is not None:
        anyway = (1 - scale.retest) * (norm.mean - mean_before)
    return GroupChange(
        pairs=len(pairs),
        mean_before=mean_before,
        mean_after=fmean(after.value for _, after in pairs),
        mean_change=mean_change,
        low=told.lower,
        high=told.upper,
        effect_size=mean_change / spread_before if spread_before else None,
        response_mean=mean_change / spread if spread else None,
        better=sum(1 for points in moved if points * direction > 0),
        worse=sum(1 for points in moved if points * direction < 0),
        norm=norm,
        expected_anyway=anyway,
    )
