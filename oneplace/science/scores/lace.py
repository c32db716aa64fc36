"""The LACE index: how likely somebody comes back or dies within thirty days of leaving hospital.

Van Walraven C and others, CMAJ 2010;182(6):551-7, doi 10.1503/cmaj.091117. Length of stay, acute
admission, comorbidity with weights of its own, emergency visits in the six months before. 0 to 19;
10 or more is high. Kidney disease of unknown severity counts 2, as mild (to verify).
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from oneplace.science.scores.charlson import conditions, counted, is_coded
from oneplace.science.scores.life import (
    Happening,
    Instrument,
    Life,
    Score,
    State,
    contribution,
    outside,
)

INSTRUMENT: Final = Instrument(
    "lace",
    "The LACE index",
    "2010",
    "van Walraven and others, CMAJ 2010, doi 10.1503/cmaj.091117",
    "Says who may need a call after leaving hospital, in the thirty days it was made for.",
    18,
)
DAYS: Final = 30
VISIT_DAYS: Final = 182
LENGTH: Final = ((14, 7), (7, 5), (4, 4), (3, 3), (2, 2), (1, 1), (0, 0))
"""Whole days of stay, at least → points."""
ACUTE: Final = 3
MOST_VISITS: Final = 4
BANDS: Final = ((10, "high"), (5, "moderate"), (0, "low"))
WEIGHTS: Final[Mapping[str, int]] = {
    "myocardial-infarction": 1,
    "cerebrovascular": 1,
    "peripheral-vascular": 1,
    "diabetes": 1,
    "heart-failure": 2,
    "diabetes-complicated": 2,
    "chronic-pulmonary": 2,
    "liver-mild": 2,
    "renal": 2,
    "cancer": 2,
    "dementia": 3,
    "rheumatic": 3,
    "liver-severe": 4,
    "aids": 4,
    "metastatic": 6,
}


def length_points(days: int) -> int:
    """Points of a length of stay in whole days."""
    return next(points for least, points in LENGTH if days >= least)


def comorbidity_points(present: Collection[str]) -> int:
    """Points of what somebody lives with: its sum up to 3, and 5 for 4 or more."""
    total = sum(WEIGHTS.get(key, 0) for key in counted(present))
    return total if total <= 3 else 5


def band(points: int) -> str:
    """The band of a sum."""
    return next(name for least, name in BANDS if points >= least)


def last_stay(life: Life, days: int) -> Happening | None:
    """The stay somebody left last, within so many days."""
    left = [
        (each.ended_on, each.happened_on, _ACUITY.get(each.mark, 1), each)
        for each in life.of("stay")
        if each.ended_on is not None and 0 <= (life.on - each.ended_on).days <= days
    ]
    return max(left, key=lambda found: found[:3])[3] if left else None


_ACUITY: Final = {"emergency": 2, "planned": 0}


def visits_before(life: Life, admitted_on: date) -> list[Happening]:
    """Attendances in the six months before a stay, without that of the day it began."""
    return [
        each
        for each in life.of("attendance")
        if 0 < (admitted_on - each.happened_on).days <= VISIT_DAYS
    ]


def lace(life: Life) -> Score:
    """The index of the last stay somebody left within thirty days."""
    if not INSTRUMENT.is_for(life.age):
        return outside(INSTRUMENT, life.age)
    stay = last_stay(life, DAYS)
    if stay is None or stay.ended_on is None:
        return Score(INSTRUMENT, State.NOT_RECORDED, why="Left no hospital within thirty days.")
    if stay.mark not in _ACUITY:
        return Score(
            INSTRUMENT,
            State.INCOMPLETE,
            why="It is not recorded whether the stay was an emergency.",
        )
    if not is_coded(life):
        return Score(INSTRUMENT, State.INCOMPLETE, why="No coded condition is recorded.")
    if not life.covers_attendances:
        return Score(
            INSTRUMENT,
            State.INCOMPLETE,
            why="Nobody here tells of emergency attendances, so they cannot be counted.",
        )
    found = conditions(life)
    visits = visits_before(life, stay.happened_on)
    parts = (
        contribution("length", length_points((stay.ended_on - stay.happened_on).days), [stay]),
        contribution("acute", ACUTE if stay.mark == "emergency" else 0, [stay]),
        contribution(
            "comorbidity",
            comorbidity_points(found),
            [each for key in counted(found) if key in WEIGHTS for each in found[key]],
        ),
        contribution("emergency visits", min(len(visits), MOST_VISITS), visits),
    )
    value = int(sum(part.points for part in parts))
    return Score(INSTRUMENT, State.COMPLETE, value, band(value), contributions=parts)
