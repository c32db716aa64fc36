"""The Charlson comorbidity index: what somebody lives with, weighted by what it did to survival.

Charlson M and others, Journal of Chronic Diseases 1987;40:373-83 (weights), in the ICD-10 coding of
Quan H and others, Medical Care 2005;43:1130-9. Of a mild and a severe form only the severe counts.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
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
    "charlson",
    "The Charlson comorbidity index",
    "1987, coded as Quan 2005",
    "Charlson and others, J Chronic Dis 1987; Quan and others, Med Care 2005",
    "Says how much illness somebody carries, to compare groups and as a part of LACE. It is no "
    "forecast for one person.",
    18,
)
WEIGHTS: Final[Mapping[str, int]] = {
    "myocardial-infarction": 1,
    "heart-failure": 1,
    "peripheral-vascular": 1,
    "cerebrovascular": 1,
    "dementia": 1,
    "chronic-pulmonary": 1,
    "rheumatic": 1,
    "peptic-ulcer": 1,
    "liver-mild": 1,
    "diabetes": 1,
    "diabetes-complicated": 2,
    "paraplegia": 2,
    "renal": 2,
    "cancer": 2,
    "liver-severe": 3,
    "metastatic": 6,
    "aids": 6,
}
SEVERER: Final[Mapping[str, str]] = {
    "diabetes": "diabetes-complicated",
    "liver-mild": "liver-severe",
    "cancer": "metastatic",
}
"""What is not counted when its severer form is."""
KINDS: Final = ("condition", "diagnosis")


def counted(present: Collection[str]) -> list[str]:
    """The conditions that count, in the order of the weights."""
    return [key for key in WEIGHTS if key in present and SEVERER.get(key) not in present]


def conditions(life: Life) -> dict[str, list[Happening]]:
    """Every condition of the index that is recorded, with its entries."""
    found: dict[str, list[Happening]] = defaultdict(list)
    for each in life.of(*KINDS):
        for name in each.ideas:
            if name.startswith("charlson/"):
                found[name.split("/")[1]].append(each)
    return found


def is_coded(life: Life) -> bool:
    """Whether any condition is recorded by a code: without one, no illness is not known."""
    return any(each.system for each in life.of(*KINDS))


def charlson(life: Life) -> Score:
    """The weights of what is recorded, without any for age."""
    if not INSTRUMENT.is_for(life.age):
        return outside(INSTRUMENT, life.age)
    if not is_coded(life):
        return Score(INSTRUMENT, State.INCOMPLETE, why="No coded condition is recorded.")
    found = conditions(life)
    parts = tuple(contribution(key, WEIGHTS[key], found[key]) for key in counted(found))
    value = sum(WEIGHTS[key] for key in counted(found))
    return Score(INSTRUMENT, State.COMPLETE, value, contributions=parts)
