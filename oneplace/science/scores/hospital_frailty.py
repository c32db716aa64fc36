"""The hospital frailty risk score: points for ICD-10 categories of two years' emergency stays.

Gilbert T and others, Lancet 2018;391:1775-82, doi 10.1016/S0140-6736(18)30668-8, appendix table A2:
109 three-character categories, each counted once; under 5 low, 5 to 15 intermediate, over 15 high.
Made for people of 75 and over in hospital as an emergency.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

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
    "hospital_frailty",
    "The hospital frailty risk score",
    "2018",
    "Gilbert and others, Lancet 2018, doi 10.1016/S0140-6736(18)30668-8",
    "Finds older people in hospital records at risk of a long stay, coming back or dying, for "
    "attention. It counts how much was coded and says nothing of how somebody lives.",
    75,
)
DAYS: Final = 730
INTERMEDIATE, HIGH = 50, 150
"""In tenths: from 5.0, and over 15.0."""


def category(code: str) -> str:
    """The three-character category of an ICD-10 code."""
    return code.replace(".", "").strip().upper()[:3]


def band(tenths: int) -> str:
    """The band of a sum in tenths of a point."""
    return "high" if tenths > HIGH else "intermediate" if tenths >= INTERMEDIATE else "low"


def hospital_frailty(life: Life, points: Mapping[str, int]) -> Score:
    """Points of categories in emergency stays that began within two years (`points` in tenths)."""
    if not INSTRUMENT.is_for(life.age):
        return outside(INSTRUMENT, life.age)
    stays = [each for each in life.within(life.of("stay"), DAYS) if each.mark == "emergency"]
    if not stays:
        return Score(
            INSTRUMENT, State.NOT_RECORDED, why="No emergency stay within two years is recorded."
        )
    found: dict[str, list[Happening]] = defaultdict(list)
    is_coded = False
    for each in life.within(life.of("diagnosis"), DAYS):
        if each.mark == "emergency" and each.system == "icd10":
            is_coded = True
            if (key := category(each.code)) in points:
                found[key].append(each)
    if not is_coded:
        return Score(INSTRUMENT, State.INCOMPLETE, why="No diagnosis of these stays was coded.")
    parts = tuple(contribution(key, points[key] / 10, each) for key, each in sorted(found.items()))
    tenths = sum(points[key] for key in found)
    return Score(INSTRUMENT, State.COMPLETE, tenths / 10, band(tenths), contributions=parts)
