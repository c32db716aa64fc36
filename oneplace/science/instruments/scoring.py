"""Turns answers into scores: whole or not at all, each with what kind of number it is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oneplace.science.instruments.pack import Instrument, Method, Scale, ScoreKind

DIMENSIONS: Final = ("MO", "SC", "UA", "PD", "AD")
GOAL_CORRELATION: Final = 0.3
"""How far goals of one person move together (Kiresuk and Sherman 1968)."""
GOAL_LEAST, GOAL_MOST = -2, 2


class NotScored(ValueError):
    """Answers cannot be scored; says which and why."""


class Incomplete(NotScored):
    """Some answers are missing: nothing is scored, and nothing is guessed."""

    def __init__(self, instrument: Instrument, missing: Sequence[str]) -> None:
        labels = [instrument.item(code).label for code in missing]
        asked = [item for item in instrument.items if not item.is_optional]
        super().__init__(
            f"{len(missing)} of {len(asked)} answers are missing: {', '.join(labels)}. Nothing is "
            "scored from part of it: ask again, or write down that it was not done and why."
        )
        self.missing = tuple(missing)


@dataclass(frozen=True)
class Score:
    """One number, what it is, and by which definition it was reckoned."""

    instrument: str
    version: str
    scale: str
    kind: ScoreKind
    value: float
    value_set: str = ""


def score(
    instrument: Instrument, answers: Mapping[str, int], *, value_set: str = ""
) -> tuple[Score, ...]:
    """The scores of whole answers, by item code; in the order of the instrument's scales.

    `value_set` chooses among an index's sets; without it the instrument's own is taken. Raises
    `Incomplete` for missing answers and `NotScored` for an unknown item or a number out of range.
    """
    check_answers(instrument, answers)
    match instrument.method:
        case Method.EACH:
            values = {scale.code: float(answers[scale.code]) for scale in instrument.scales}
            return _scores(instrument, values)
        case Method.SUM:
            return _scores(instrument, {"total": float(_sum(instrument, answers))})
        case Method.CONVERTED_SUM:
            raw = _sum(instrument, answers)
            return _scores(instrument, {"raw": float(raw), "metric": converted(instrument, raw)})
        case Method.INDEX:
            return _index(instrument, answers, value_set or instrument.value_set)
        case Method.GOAL_ATTAINMENT:
            raise NotScored("Goals are scored one beside the other: use `goal_attainment`.")


def check_answers(instrument: Instrument, answers: Mapping[str, int]) -> None:
    """Raise for answers that are missing, of no item, or out of range."""
    known = {item.code: item for item in instrument.items}
    for code, answer in answers.items():
        if code not in known:
            raise NotScored(f"{instrument.name} has no item {code}: its items are {_list(known)}.")
        if isinstance(answer, bool) or not isinstance(answer, int) or not known[code].takes(answer):
            item = known[code]
            may = _list(item.options) if item.options else f"{item.least} to {item.most}"
            raise NotScored(f"{item.label}: {answer} is no answer. It takes {may}.")
    missing = [code for code, item in known.items() if code not in answers and not item.is_optional]
    if missing:
        raise Incomplete(instrument, missing)


def _list(things: Mapping[str, object] | Mapping[int, object]) -> str:
    return ", ".join(str(thing) for thing in things)


def _sum(instrument: Instrument, answers: Mapping[str, int]) -> int:
    return sum(answers[item.code] for item in instrument.items)


def converted(instrument: Instrument, raw: int) -> float:
    """A raw sum as the score that may be compared; raises `NotScored` outside the table."""
    try:
        return instrument.conversion[raw]
    except KeyError:
        raise NotScored(
            f"{raw} is no sum of {instrument.name}: it lies between {min(instrument.conversion)} "
            f"and {max(instrument.conversion)}."
        ) from None


def of_raw_sum(instrument: Instrument, raw: int) -> tuple[Score, ...]:
    """The scores of a raw sum somebody else reckoned, such as a partner's file."""
    if instrument.method is not Method.CONVERTED_SUM:
        raise NotScored(f"{instrument.name} has no sums to convert.")
    return _scores(instrument, {"raw": float(raw), "metric": converted(instrument, raw)})


def _index(instrument: Instrument, answers: Mapping[str, int], name: str) -> tuple[Score, ...]:
    if name not in instrument.value_sets:
        raise NotScored(f"No value set {name}: there are {_list(instrument.value_sets)}.")
    decrements = instrument.value_sets[name]
    levels = {dimension: answers[dimension] for dimension in DIMENSIONS}
    lost = math.fsum(decrements[(dimension, level)] for dimension, level in levels.items())
    if max(levels.values()) > 1:
        lost += decrements.get(("any_level_above_1", 0), 0.0)
    if max(levels.values()) == 3:
        lost += decrements.get(("any_level_3", 0), 0.0)
    values = {"index": round(1 - lost, 3)}
    if "health_today" in answers:
        values["health_today"] = float(answers["health_today"])
    return _scores(instrument, values, value_set=name)


def _scores(
    instrument: Instrument, values: Mapping[str, float], *, value_set: str = ""
) -> tuple[Score, ...]:
    return tuple(
        Score(
            instrument.code,
            instrument.version,
            scale.code,
            scale.kind,
            values[scale.code],
            value_set if scale.kind is ScoreKind.INDEX else "",
        )
        for scale in instrument.scales
        if scale.code in values
    )


def scale_of(instrument: Instrument, score: Score) -> Scale:
    """What is known of a score's numbers."""
    return instrument.scale(score.scale)


@dataclass(frozen=True)
class GoalAttained:
    """Goals of one person scored together."""

    t_score: float
    share_achieved: float
    """Share of goals scored 0 or better: the scale is ordinal, so this stands beside the T score.
    """
    goals: int


def goal_attainment(
    attained: Sequence[int], weights: Sequence[float] | None = None
) -> GoalAttained:
    """Goals scored -2 to +2, 0 being what was expected, as one T score (mean 50, SD 10).

    Source: Kiresuk and Sherman 1968; Turner-Stokes 2009 as corrected. Raises `NotScored` for no
    goals, a score out of range, or weights that are not positive or not one a goal.
    """
    weighed = list(weights) if weights is not None else [1.0] * len(attained)
    if not attained:
        raise NotScored("There is no goal to score.")
    if len(weighed) != len(attained) or any(weight <= 0 for weight in weighed):
        raise NotScored("Each goal needs one weight above 0.")
    for value in attained:
        if not GOAL_LEAST <= value <= GOAL_MOST:
            raise NotScored(f"{value} is no score of a goal. It takes -2, -1, 0, 1 or 2.")
    top = 10 * math.fsum(w * x for w, x in zip(weighed, attained, strict=True))
    squares = math.fsum(w * w for w in weighed)
    below = (1 - GOAL_CORRELATION) * squares + GOAL_CORRELATION * math.fsum(weighed) ** 2
    achieved = sum(1 for value in attained if value >= 0)
    return GoalAttained(50 + top / math.sqrt(below), achieved / len(attained), len(attained))


class ProfileChange:
    """How a profile of levels changed (Paretian classification)."""

    BETTER = "better"
    WORSE = "worse"
    MIXED = "mixed"
    SAME = "same"


def profile_change(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    """Better on some dimension and worse on none, the reverse, both, or the same."""
    better = any(after[dimension] < before[dimension] for dimension in DIMENSIONS)
    worse = any(after[dimension] > before[dimension] for dimension in DIMENSIONS)
    if better and worse:
        return ProfileChange.MIXED
    if better:
        return ProfileChange.BETTER
    return ProfileChange.WORSE if worse else ProfileChange.SAME
