"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DeskMoved:
    """A referral stands elsewhere at the desk: the screens that show it say so at once."""

    case_id: uuid.UUID
    person_id: uuid.UUID
    # The stored word of a `DeskState`.
    state: str
    at: datetime


@dataclass(frozen=True)
class PromiseRuns:
    """Somebody taken on is promised to be seen within two hours, and nobody goes yet."""

    case_id: uuid.UUID
    at: datetime


@dataclass(frozen=True)
class FirstSeen:
    """Somebody of the service stood before the person for the first time."""

    case_id: uuid.UUID
    person_id: uuid.UUID
    # The stored word of a `LifeStream`.
    stream: str
    left_hospital_at: datetime | None
    at: datetime


@dataclass(frozen=True)
class DischargeFailed:
    """Back in hospital within 72 hours of leaving it: the ward that let them go hears why."""

    failed_id: uuid.UUID
    case_id: uuid.UUID
    person_id: uuid.UUID
    left_at: datetime
    at: datetime


@dataclass(frozen=True)
class VisitInVain:
    """Somebody is to go to a door behind which nobody is: still, or again, in hospital."""

    case_id: uuid.UUID
    person_id: uuid.UUID
    why: str
    at: datetime
