"""What the room keeps, one thing a file."""

from oneplace.homefirst.models.case import DeskCase, DeskCaseEvent, DeskStep, Wait, Warned
from oneplace.homefirst.models.discharge import (
    Blocker,
    BlockerEvent,
    Discharge,
    DischargeEvent,
    ResidenceReview,
    Task,
    TaskEvent,
    Transfer,
)
from oneplace.homefirst.models.episode import Episode, EpisodeEvent, WeeklyReview
from oneplace.homefirst.models.provider import (
    ProviderAsk,
    ProviderAskEvent,
    ZoneCapacity,
    ZoneCapacityEvent,
)
from oneplace.homefirst.models.terms import (
    DESK,
    NOT_DECIDED,
    NOT_STARTED,
    OPEN,
    RED_FLAGS,
    Arranged,
    ClosedBecause,
    DeskState,
    FamilyView,
    FirstVisitCheck,
    Package,
    ReviewView,
)

__all__ = [
    "DESK",
    "NOT_DECIDED",
    "NOT_STARTED",
    "OPEN",
    "RED_FLAGS",
    "Arranged",
    "Blocker",
    "BlockerEvent",
    "ClosedBecause",
    "DeskCase",
    "DeskCaseEvent",
    "DeskState",
    "DeskStep",
    "Discharge",
    "DischargeEvent",
    "Episode",
    "EpisodeEvent",
    "FamilyView",
    "FirstVisitCheck",
    "Package",
    "ProviderAsk",
    "ProviderAskEvent",
    "ResidenceReview",
    "ReviewView",
    "Task",
    "TaskEvent",
    "Transfer",
    "Wait",
    "Warned",
    "WeeklyReview",
    "ZoneCapacity",
    "ZoneCapacityEvent",
]
