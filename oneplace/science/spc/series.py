"""A series over time, and the named causes at which its limits begin anew. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from oneplace.vocabulary.terms import BetterDirection

__all__ = ["BetterDirection", "Point", "Rebase", "Series", "SeriesRefused"]


class SeriesRefused(ValueError):
    """A series or a re-basing that cannot be charted; says which point and what to do."""


@dataclass(frozen=True)
class Point:
    """One period: the day it begins and its value, or none where nothing has come."""

    on: date
    value: float | None
    """None: missing. It is drawn as missing and never counted as nought."""
    is_provisional: bool = False
    """Still to change (late partners): drawn, but used for no limit and no signal."""

    @property
    def counts(self) -> bool:
        """Whether limits and rules may use it."""
        return self.value is not None and not self.is_provisional


@dataclass(frozen=True)
class Rebase:
    """A day from which the process is known to be another: why, who said so, and where."""

    on: date
    cause: str
    author: str
    decided_on: date
    minute: str
    """Where it stands: the meeting and its minute."""


@dataclass(frozen=True)
class Series:
    """A series in order of its days, which way is better, and what it is held against."""

    points: tuple[Point, ...]
    better: BetterDirection = BetterDirection.NEITHER
    rebases: tuple[Rebase, ...] = ()
    target: float | None = None

    def __post_init__(self) -> None:
        """Refuse what could only be charted by guessing."""
        _check_points(self.points)
        _check_rebases(self.rebases, self.points)

    def segments(self) -> tuple[tuple[int, int], ...]:
        """The parts between re-basings, as first and one past last place among the points."""
        starts = [0, *(self._place(rebase.on) for rebase in self.rebases), len(self.points)]
        return tuple(pairwise(starts))

    def _place(self, on: date) -> int:
        return next(place for place, point in enumerate(self.points) if point.on >= on)


def series(
    values: Sequence[tuple[date, float | None]],
    *,
    better: BetterDirection = BetterDirection.NEITHER,
    target: float | None = None,
    rebases: Sequence[Rebase] = (),
) -> Series:
    """A series of pairs of day and value, put in order."""
    points = tuple(Point(on, value) for on, value in sorted(values, key=lambda pair: pair[0]))
    return Series(points, better, tuple(sorted(rebases, key=lambda each: each.on)), target)


def _check_points(points: tuple[Point, ...]) -> None:
    if not points:
        raise SeriesRefused("There is no point in this series. Give at least one day and value.")
    for before, after in pairwise(points):
        if before.on == after.on:
            raise SeriesRefused(f"{after.on:%-d %B %Y} stands twice. Keep one value of each day.")
        if before.on > after.on:
            raise SeriesRefused(
                f"{after.on:%-d %B %Y} comes after {before.on:%-d %B %Y}. Put the series in order."
            )
    for point in points:
        if point.value is not None and not abs(point.value) < float("inf"):
            raise SeriesRefused(
                f"The value of {point.on:%-d %B %Y} is no number. Leave it empty if it is missing."
            )


def _check_rebases(rebases: tuple[Rebase, ...], points: tuple[Point, ...]) -> None:
    for rebase in rebases:
        for name, said in (("cause", rebase.cause), ("author", rebase.author)):
            if not said.strip():
                raise SeriesRefused(
                    f"The re-basing of {rebase.on:%-d %B %Y} names no {name}. Limits begin anew "
                    "only for a named cause, by somebody, with the minute of who agreed."
                )
        if not rebase.minute.strip():
            raise SeriesRefused(
                f"The re-basing of {rebase.on:%-d %B %Y} names no minute. Say where it was agreed."
            )
        if not points[0].on < rebase.on <= points[-1].on:
            raise SeriesRefused(
                f"The re-basing of {rebase.on:%-d %B %Y} lies outside the series, which runs from "
                f"{points[0].on:%-d %B %Y} to {points[-1].on:%-d %B %Y}."
            )
    for before, after in pairwise(rebases):
        if before.on > after.on:
            raise SeriesRefused("Put the re-basings in order of their days.")
        between = [point for point in points if before.on <= point.on < after.on]
        if before.on == after.on or not between:
            raise SeriesRefused(
                f"Two re-basings overlap: {before.cause} ({before.on:%-d %B %Y}) and {after.cause} "
                f"({after.on:%-d %B %Y}) have no point between them. Keep one."
            )
