"""XmR charts by the rules of Making Data Count: limits, special causes, icons. Pure.

Source: NHSRplotthedots 0.2.2 (MIT), its code, tests and documentation; Wheeler's constants 2.66 and
3.267. Stated choices: all inequalities are strict, so a point on a limit is inside it and a target
on a limit is hit or miss; a point exactly on the mean ends a run beside it, an equal pair ends a
trend; rules never reach across a re-basing; a missing point ends runs, trends and moving ranges.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from oneplace.science.spc.series import BetterDirection, Point, Series, SeriesRefused
from oneplace.vocabulary.terms.term import Term

LIMIT: Final = 2.66
"""3 / 1.128: average moving range to three standard deviations, for ranges of two."""
NEAR: Final = LIMIT * 2 / 3
RANGE_LIMIT: Final = 3.267
RUN: Final = 7
"""Successive points that make a shift or a trend."""
LEAST_FOR_LIMITS: Final = 7
"""Ours: fewer points say too little of a process to draw any limit."""
LEAST_FOR_ICONS: Final = 13
"""The NHS chart tool shows limits and icons from 13 points; before, limits are on trial."""


class Rule(Term):
    """Why a point is special; the first that fits, in this order."""

    COMMON_CAUSE = "common_cause", "Nothing unusual"
    OUTSIDE_HIGH = "outside_high", "Above the upper limit"
    OUTSIDE_LOW = "outside_low", "Below the lower limit"
    TREND_HIGH = "trend_high", "Seven rising in a row"
    TREND_LOW = "trend_low", "Seven falling in a row"
    TWO_IN_THREE_HIGH = "two_in_three_high", "Two of three near the upper limit"
    TWO_IN_THREE_LOW = "two_in_three_low", "Two of three near the lower limit"
    SHIFT_HIGH = "shift_high", "Seven in a row above the mean"
    SHIFT_LOW = "shift_low", "Seven in a row below the mean"
    NOT_JUDGED = "not_judged", "Not judged"

    @property
    def is_high(self) -> bool:
        """Whether it points upwards."""
        return self.value.endswith("_high")

    @property
    def is_special(self) -> bool:
        """Whether it is a signal."""
        return self not in (Rule.COMMON_CAUSE, Rule.NOT_JUDGED)


class Variation(Term):
    """What the latest point says."""

    COMMON_CAUSE = "common_cause", "No real change"
    IMPROVEMENT_HIGH = "improvement_high", "Better: higher"
    IMPROVEMENT_LOW = "improvement_low", "Better: lower"
    CONCERN_HIGH = "concern_high", "Concern: higher"
    CONCERN_LOW = "concern_low", "Concern: lower"
    NEUTRAL_HIGH = "neutral_high", "Higher than before"
    NEUTRAL_LOW = "neutral_low", "Lower than before"
    TOO_FEW = "too_few", "Too few points to say"

    @property
    def is_concern(self) -> bool:
        """Whether somebody owes an answer."""
        return self in (Variation.CONCERN_HIGH, Variation.CONCERN_LOW)


class Assurance(Term):
    """Whether the process as it runs will meet its target."""

    PASS = "pass", "Will keep meeting the target"
    FAIL = "fail", "Will keep missing the target"
    HIT_OR_MISS = "hit_or_miss", "Hits or misses the target by chance"
    NO_TARGET = "no_target", "No target"
    TOO_FEW = "too_few", "Too few points to say"


@dataclass(frozen=True)
class Limits:
    """The limits of one segment, in the units of the series."""

    mean: float
    average_range: float
    lower: float
    upper: float
    near_lower: float
    near_upper: float
    points: int
    """How many points they come from."""
    screened: int = 0
    """Moving ranges left out of the average because they were outlying."""

    @property
    def is_trial(self) -> bool:
        """Whether they come from too few points to be trusted."""
        return self.points < LEAST_FOR_ICONS


@dataclass(frozen=True)
class Judged:
    """One point with its rule and what that means."""

    point: Point
    rule: Rule
    meaning: str
    """`common_cause`, `improvement`, `concern`, `neutral` or `not_judged`."""
    limits: Limits | None


@dataclass(frozen=True)
class Chart:
    """A whole XmR chart."""

    series: Series
    judged: tuple[Judged, ...]
    limits: tuple[Limits | None, ...]
    """One for each segment; None where there are too few points."""
    variation: Variation
    assurance: Assurance
    is_screened: bool
    """Whether outlying moving ranges were left out: the two national tools differ."""

    @property
    def latest(self) -> Judged | None:
        """The last point that counts."""
        return next((each for each in reversed(self.judged) if each.point.counts), None)

    @property
    def disagree(self) -> bool:
        """Whether the change and the target say opposite things: both are then said."""
        better = self.variation in (Variation.IMPROVEMENT_HIGH, Variation.IMPROVEMENT_LOW)
        return (better and self.assurance is Assurance.FAIL) or (
            self.variation.is_concern and self.assurance is Assurance.PASS
        )


def limits_of(
    points: Sequence[Point], *, screen_outlying: bool = False, fixed_after: int | None = None
) -> Limits | None:
    """Limits of one segment, from its points that count; None below seven of them.

    `screen_outlying` leaves out, once, moving ranges not strictly below 3.267 times their average
    (the R package's way; the national spreadsheets do not). `fixed_after` takes the first points
    only.
    """
    ranges: list[float] = []
    values: list[float] = []
    before: float | None = None
    for point in points:
        if not point.counts or point.value is None:
            before = None
            continue
        if fixed_after is not None and len(values) >= fixed_after:
            break
        if before is not None:
            ranges.append(abs(point.value - before))
        values.append(point.value)
        before = point.value
    if len(values) < LEAST_FOR_LIMITS or not ranges:
        return None
    average, screened = _average_range(ranges, screen_outlying)
    mean = sum(values) / len(values)
    return Limits(
        mean=mean,
        average_range=average,
        lower=mean - LIMIT * average,
        upper=mean + LIMIT * average,
        near_lower=mean - NEAR * average,
        near_upper=mean + NEAR * average,
        points=len(values),
        screened=screened,
    )


def _average_range(ranges: Sequence[float], screen: bool) -> tuple[float, int]:
    average = sum(ranges) / len(ranges)
    if not screen:
        return average, 0
    kept = [each for each in ranges if each < RANGE_LIMIT * average]
    if not kept:
        return average, 0
    return sum(kept) / len(kept), len(ranges) - len(kept)


def rules_of(points: Sequence[Point], limits: Limits) -> tuple[Rule, ...]:
    """The rule of each point of one segment: outside, trend, two in three, shift, in that order."""
    found = [Rule.COMMON_CAUSE if point.counts else Rule.NOT_JUDGED for point in points]
    for marks in (
        _outside(points, limits),
        _trends(points),
        _two_in_three(points, limits),
        _shifts(points, limits),
    ):
        for place, rule in marks.items():
            if found[place] is Rule.COMMON_CAUSE:
                found[place] = rule
    return tuple(found)


def _runs(points: Sequence[Point]) -> list[list[int]]:
    """Stretches of points that count without a missing one between."""
    stretches: list[list[int]] = [[]]
    for place, point in enumerate(points):
        if point.counts:
            stretches[-1].append(place)
        elif stretches[-1]:
            stretches.append([])
    return stretches


def _value(point: Point) -> float:
    if point.value is None:
        raise SeriesRefused(f"There is no value for {point.on:%-d %B %Y}.")
    return point.value


def _outside(points: Sequence[Point], limits: Limits) -> dict[int, Rule]:
    return {
        place: Rule.OUTSIDE_HIGH if _value(point) > limits.upper else Rule.OUTSIDE_LOW
        for place, point in enumerate(points)
        if point.counts and not limits.lower <= _value(point) <= limits.upper
    }


def _trends(points: Sequence[Point]) -> dict[int, Rule]:
    return _long_runs(
        points,
        lambda before, value: 0 if before is None else _sign(value - before),
        Rule.TREND_HIGH,
        Rule.TREND_LOW,
        reaches_back=1,
    )


def _shifts(points: Sequence[Point], limits: Limits) -> dict[int, Rule]:
    return _long_runs(
        points,
        lambda before, value: _sign(value - limits.mean),
        Rule.SHIFT_HIGH,
        Rule.SHIFT_LOW,
        reaches_back=0,
    )


def _long_runs(
    points: Sequence[Point],
    side: Callable[[float | None, float], int],
    high: Rule,
    low: Rule,
    *,
    reaches_back: int,
) -> dict[int, Rule]:
    """Runs of seven points on one side; a trend's first point is the one it rose from."""
    marks: dict[int, Rule] = {}
    for stretch in _runs(points):
        sides = [
            side(_value(points[stretch[at - 1]]) if at else None, _value(points[place]))
            for at, place in enumerate(stretch)
        ]
        begins = 0
        for at in range(1, len(sides) + 1):
            if at < len(sides) and sides[at] == sides[begins]:
                continue
            first = max(0, begins - reaches_back)
            if sides[begins] != 0 and at - first >= RUN:
                rule = high if sides[begins] > 0 else low
                marks |= {
                    stretch[each]: marks.get(stretch[each], rule) for each in range(first, at)
                }
            begins = at
    return marks


def _two_in_three(points: Sequence[Point], limits: Limits) -> dict[int, Rule]:
    marks: dict[int, Rule] = {}
    for stretch in _runs(points):
        for at in range(2, len(stretch)):
            three = stretch[at - 2 : at + 1]
            sides = {_sign(_value(points[place]) - limits.mean) for place in three}
            if len(sides) != 1 or 0 in sides:
                continue
            near = [place for place in three if _is_near(_value(points[place]), limits)]
            if len(near) >= 2:
                rule = Rule.TWO_IN_THREE_HIGH if 1 in sides else Rule.TWO_IN_THREE_LOW
                marks |= dict.fromkeys(near, rule)
    return marks


def _is_near(value: float, limits: Limits) -> bool:
    beyond = value > limits.near_upper or value < limits.near_lower
    return beyond and limits.lower <= value <= limits.upper


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def meaning_of(rule: Rule, better: BetterDirection) -> str:
    """What a rule means where one way is better; a trend by its direction, not its side."""
    if not rule.is_special:
        return rule.value
    if better is BetterDirection.NEITHER:
        return "neutral"
    return "improvement" if rule.is_high == (better is BetterDirection.HIGHER) else "concern"


def assurance_of(limits: Limits | None, target: float | None, better: BetterDirection) -> Assurance:
    """Whether the target lies outside the limits, strictly, and on which side."""
    if target is None or better is BetterDirection.NEITHER:
        return Assurance.NO_TARGET
    if limits is None:
        return Assurance.TOO_FEW
    if limits.lower <= target <= limits.upper:
        return Assurance.HIT_OR_MISS
    is_above = target > limits.upper
    return Assurance.FAIL if is_above == (better is BetterDirection.HIGHER) else Assurance.PASS


def chart(
    series: Series, *, screen_outlying: bool = False, fixed_after: int | None = None
) -> Chart:
    """The chart of a series: each segment by its own limits, the icons by the last."""
    judged: list[Judged] = []
    every: list[Limits | None] = []
    for first, past in series.segments():
        points = series.points[first:past]
        limits = limits_of(points, screen_outlying=screen_outlying, fixed_after=fixed_after)
        every.append(limits)
        rules = (Rule.NOT_JUDGED,) * len(points) if limits is None else rules_of(points, limits)
        judged += [
            Judged(point, rule, meaning_of(rule, series.better), limits)
            for point, rule in zip(points, rules, strict=True)
        ]
    last = every[-1]
    return Chart(
        series=series,
        judged=tuple(judged),
        limits=tuple(every),
        variation=_variation(judged, last),
        assurance=Assurance.TOO_FEW
        if last is not None and last.is_trial and series.target is not None
        else assurance_of(last, series.target, series.better),
        is_screened=screen_outlying,
    )


def _variation(judged: Sequence[Judged], last: Limits | None) -> Variation:
    latest = next((each for each in reversed(judged) if each.point.counts), None)
    if latest is None or last is None or last.is_trial:
        return Variation.TOO_FEW
    if not latest.rule.is_special:
        return Variation.COMMON_CAUSE
    return Variation(f"{latest.meaning}_{'high' if latest.rule.is_high else 'low'}")
