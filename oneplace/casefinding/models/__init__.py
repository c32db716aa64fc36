"""What the room keeps, one thing a file."""

from oneplace.casefinding.models.local_model import LocalModel
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
from oneplace.casefinding.models.terms import ModelState, NotChosen, StepTaken

__all__ = [
    "Counted",
    "Eligible",
    "ListVersion",
    "LocalModel",
    "ModelState",
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
