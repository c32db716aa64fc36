"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class VisitBooked:
    """Somebody will come to a person's door."""

    visit_id: uuid.UUID
    person_id: uuid.UUID
    # The stored word of a `VisitOrigin`.
    origin: str
    origin_id: uuid.UUID | None
    at: datetime


@dataclass(frozen=True)
class VisitSetOut:
    """Somebody is on the way to a person's door."""

    visit_id: uuid.UUID
    person_id: uuid.UUID
    worker_id: uuid.UUID | None
    at: datetime


@dataclass(frozen=True)
class VisitArrived:
    """Somebody has arrived. `at` is when they stood there, not when their phone found a signal."""

    visit_id: uuid.UUID
    person_id: uuid.UUID
    worker_id: uuid.UUID | None
    # The stored words of a `VisitOrigin` and a `VisitPurpose`.
    origin: str
    origin_id: uuid.UUID | None
    purpose: str
    at: datetime


@dataclass(frozen=True)
class VisitRunsLate:
    """Whoever goes is late. `at` is when they said so, not when their phone found a signal."""

    visit_id: uuid.UUID
    person_id: uuid.UUID
    worker_id: uuid.UUID | None
    origin: str
    origin_id: uuid.UUID | None
    expected_at: datetime
    at: datetime


@dataclass(frozen=True)
class VisitFinished:
    """A visit is over and what was done in it is written down."""

    visit_id: uuid.UUID
    person_id: uuid.UUID
    worker_id: uuid.UUID | None
    origin: str
    origin_id: uuid.UUID | None
    purpose: str
    at: datetime


@dataclass(frozen=True)
class NobodyAnswered:
    """Nobody opened the door: until the person is found, somebody has to look for them."""

    visit_id: uuid.UUID
    person_id: uuid.UUID
    worker_id: uuid.UUID | None
    origin: str
    origin_id: uuid.UUID | None
    at: datetime


@dataclass(frozen=True)
class PersonFound:
    """Whoever did not answer the door has been found; `words` say where and how they are."""

    visit_id: uuid.UUID
    person_id: uuid.UUID
    origin: str
    origin_id: uuid.UUID | None
    words: str
    at: datetime


@dataclass(frozen=True)
class VisitCancelled:
    """A visit will not happen; `moved_to_id` is the one in its place, if it was moved."""

    visit_id: uuid.UUID
    person_id: uuid.UUID
    moved_to_id: uuid.UUID | None
    origin: str
    origin_id: uuid.UUID | None
    at: datetime


@dataclass(frozen=True)
class WorkerOverdue:
    """Somebody out alone has not said that they are out again, and does not answer."""

    outing_id: uuid.UUID
    worker_id: uuid.UUID
    at: datetime
