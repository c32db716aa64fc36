"""What the room keeps, one thing a file."""

from oneplace.visits.models.outing import Outing, OutingEvent
from oneplace.visits.models.sent import Sent
from oneplace.visits.models.terms import (
    DOOR_STEPS,
    OPEN,
    TO_COME,
    VISIT,
    CameBack,
    DoorStep,
    VisitOrigin,
    VisitPurpose,
    VisitState,
)
from oneplace.visits.models.visit import AtTheDoor, Visit, VisitEvent

__all__ = [
    "DOOR_STEPS",
    "OPEN",
    "TO_COME",
    "VISIT",
    "AtTheDoor",
    "CameBack",
    "DoorStep",
    "Outing",
    "OutingEvent",
    "Sent",
    "Visit",
    "VisitEvent",
    "VisitOrigin",
    "VisitPurpose",
    "VisitState",
]
