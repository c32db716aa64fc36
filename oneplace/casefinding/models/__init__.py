"""What the room keeps, one thing a file."""

from oneplace.casefinding.models.run import Eligible, Run
from oneplace.casefinding.models.saved_list import Counted, ListVersion, NamesAsked, SavedList
from oneplace.casefinding.models.suggestion import (
    Reason,
    ScoreShown,
    Step,
    Suggestion,
    SuggestionEvent,
    Worry,
)
from oneplace.casefinding.models.terms import NotChosen, StepTaken

__all__ = [
    "Counted",
    "Eligible",
    "ListVersion",
    "NamesAsked",
    "NotChosen",
    "Reason",
    "Run",
    "SavedList",
    "ScoreShown",
    "Step",
    "StepTaken",
    "Suggestion",
    "SuggestionEvent",
    "Worry",
]
