"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from oneplace.vocabulary.terms import GoalState, PicState


@dataclass(frozen=True)
class GoalSet:
    """A person set a goal in their own words."""

    goal_id: uuid.UUID
    person_id: uuid.UUID
    # The stored word of a `GoalOrigin`.
    origin: str
    origin_id: uuid.UUID | None
    at: datetime


@dataclass(frozen=True)
class GoalReviewed:
    """A person said what came of a goal."""

    goal_id: uuid.UUID
    person_id: uuid.UUID
    outcome: GoalState
    reviewed_on: date
    at: datetime


@dataclass(frozen=True)
class PlanAgreed:
    """A person agreed to their plan as it stands."""

    plan_id: uuid.UUID
    person_id: uuid.UUID
    agreed_on: date
    at: datetime


@dataclass(frozen=True)
class MeasureRecorded:
    """A wellbeing measure was answered whole and scored."""

    measure_id: uuid.UUID
    person_id: uuid.UUID
    instrument: str
    measured_on: date
    at: datetime


@dataclass(frozen=True)
class CoordinatorMoved:
    """A coordinator's work with a person stands elsewhere than before."""

    work_id: uuid.UUID
    person_id: uuid.UUID
    before: PicState
    after: PicState
    at: datetime
