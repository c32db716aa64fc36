"""Wellbeing measures as data: items, scoring, norms and licences; change with its uncertainty.

Raises rather than guesses: half an answer sheet has no score, and a raw sum has no change.
"""

from oneplace.science.instruments.changing import (
    LEAST_PAIRS,
    Change,
    GroupChange,
    NotComparable,
    TooFewPairs,
    change,
    group_change,
    why_not_compare,
)
from oneplace.science.instruments.pack import (
    Instrument,
    Item,
    Method,
    Norm,
    PackRefused,
    Scale,
    ScoreKind,
    instrument,
    instruments,
    read_pack,
)
from oneplace.science.instruments.scoring import (
    GoalAttained,
    Incomplete,
    NotScored,
    ProfileChange,
    Score,
    check_answers,
    goal_attainment,
    of_raw_sum,
    profile_change,
    scale_of,
    score,
)
from oneplace.science.instruments.wording import (
    Wording,
    WordingRefused,
    file_of,
    why_not_ask,
    wording,
)

__all__ = [
    "LEAST_PAIRS",
    "Change",
    "GoalAttained",
    "GroupChange",
    "Incomplete",
    "Instrument",
    "Item",
    "Method",
    "Norm",
    "NotComparable",
    "NotScored",
    "PackRefused",
    "ProfileChange",
    "Scale",
    "Score",
    "ScoreKind",
    "TooFewPairs",
    "Wording",
    "WordingRefused",
    "change",
    "check_answers",
    "file_of",
    "goal_attainment",
    "group_change",
    "instrument",
    "instruments",
    "of_raw_sum",
    "profile_change",
    "read_pack",
    "scale_of",
    "score",
    "why_not_ask",
    "why_not_compare",
    "wording",
]
